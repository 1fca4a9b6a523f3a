import API
import ArgumentParser
import FoundationEssentials

extension BatchCommand {
    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve a batch that somebody else submitted; the last approval pays it."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Flag(help: "Return only when every line has its outcome.") var wait = false
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .approveBatch)
            var batch: Batch = try await session.client.call(
                .approveBatch,
                path: ["batchId": id.description],
                body: BatchApproval(),
                idempotencyKey: write.idempotencyKey
            )
            let missing = batch.approvalsNeeded - batch.approvals.count
            if missing > 0 {
                note("\(counted(missing, "approval")) by somebody else to go")
            } else if let day = batch.executesOn, day > Instant.now.utcDay {
                note("its lines are paid on \(day)")
            } else if wait {
                batch = try await session.client.follow(batch.id)
            }
            try session.output.show(batch)
        }
    }

    struct Decide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirm or drop lines that look paid already by another file."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Argument(help: "confirm: pay them all the same; drop: do not.")
        var decision: ParkingVerdict
        @Option(help: "Only this line; may be repeated. All that are parked by default.")
        var line: [Int] = []
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .decideParkedLines)
            let batch: Batch = try await session.client.call(
                .decideParkedLines,
                path: ["batchId": id.description],
                body: ParkingDecision(
                    decision: decision,
                    lines: line.isEmpty ? nil : line,
                    reason: reason
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(batch)
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try the failed lines of a batch again, and no others."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Flag(help: "Return only when every line has its outcome.") var wait = false
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .retryBatch)
            var batch: Batch = try await session.client.call(
                .retryBatch,
                path: ["batchId": id.description],
                body: BatchRetry(),
                idempotencyKey: write.idempotencyKey
            )
            if wait { batch = try await session.client.follow(batch.id) }
            try session.output.show(batch)
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraw a batch before its first credit."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .cancelBatch)
            let batch: Batch = try await session.client.call(
                .cancelBatch,
                path: ["batchId": id.description],
                body: BatchCancellation(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(batch)
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the file of a refused or cancelled batch be handed in once more."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .releaseFile)
            let batch: Batch = try await session.client.call(
                .releaseFile,
                path: ["batchId": id.description],
                body: FileRelease(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(batch)
        }
    }

    struct CancelLines: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take lines out of a batch before their day; the others are paid."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Argument(help: "The numbers of the lines, as \"batch instructions\" shows them.")
        var lines: [Int]
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .cancelLines)
            let batch: Batch = try await session.client.call(
                .cancelLines,
                path: ["batchId": id.description],
                body: LineCancellation(lines: lines),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(batch)
        }
    }

    struct ReturnLines: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Return coins that wait for people to enrol to the programme, by line.",
            discussion: "The codes in the letters of these people count no more."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Argument(help: "The numbers of the lines, as \"batch instructions\" shows them.")
        var lines: [Int]
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .returnLines)
            let batch: Batch = try await session.client.call(
                .returnLines,
                path: ["batchId": id.description],
                body: LineReturn(lines: lines, reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(batch)
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow a batch until every line has its outcome."
        )
        @Argument(help: "The batch.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .streamBatchEvents)
            try session.output.show(try await session.client.follow(id))
        }
    }
}

extension ServiceClient {
    /// Follows a batch by its events until it no longer changes, with progress on a terminal.
    func follow(_ id: Identifier) async throws -> Batch {
        let line = ProgressLine()
        defer { line.end() }
        let path = ["batchId": id.description]
        for try await event in try await events(.streamBatchEvents, path: path)
        where event.name == "batch" {
            let batch = try JSONDecoder().decode(Batch.self, from: Data(event.data.utf8))
            let counts = batch.counts
            line.update(
                "\(batch.state.rawValue): \(counts.credited) credited, \(counts.waiting) waiting, "
                    + "\(counts.failed) failed, \(counts.acceptable) to go"
            )
            if batch.state.isFinal { return batch }
        }
        return try await call(.getBatch, path: path)
    }
}

extension BatchState {
    /// Whether the batch no longer changes by itself.
    fileprivate var isFinal: Bool {
        switch self {
        case .refused, .done, .partlyDone, .cancelled: true
        case .draft, .validated, .approved, .executing: false
        }
    }
}

extension ParkingVerdict: ExpressibleByArgument {}
extension InstructionState: ExpressibleByArgument {}
