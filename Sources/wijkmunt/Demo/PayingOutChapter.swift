import API
import FoundationEssentials

/// The municipality pays benefits out: one file, two people, nobody twice.
struct PayingOutChapter {
    let town: Town
    let file: BenefitsFile

    static let budget = "1500.00"
    private static let aliases = ["merel", "ekster", "winterkoning", "boomklever"]
    private static let lateAlias = "koolmees"

    /// Who has a phone afterwards, in the order of the file; the last enrolled late.
    func play() async throws -> [Resident] {
        let story = town.story
        story.chapter("Benefits arrive as one file")
        let programme = try await fund()
        let enrolled = try await enrolFirst()
        let late = file.lines[Self.aliases.count]
        let lateCode = try await register(late)
        story.tell("\(late.name) is known at the counter and has no phone yet.")
        let batch = try await submit(to: programme)
        try await approve(batch)
        try await requireCredits(enrolled)
        try await submitAgain(to: programme, is: batch)
        let lateResident = try await enrolLate(late, code: lateCode)
        try await report(on: batch)
        return enrolled + [lateResident]
    }

    private func fund() async throws -> Programme {
        let programme: Programme = try await town.clerk.call(
            .createProgramme,
            body: ProgrammeCreation(name: "Bijzondere bijstand", coin: Town.coinCode)
        )
        let _: Funding = try await town.treasurer.call(
            .fundProgramme,
            path: ["programmeId": programme.id.description],
            body: FundingCreation(
                amount: town.coins(Self.budget),
                bankReference: "WIJKSTAD-2026-0042"
            )
        )
        town.story.tell(
            "€ \(Self.budget) is on the reserve account: programme \(programme.name) has as many "
                + "coins."
        )
        try await town.requireBooks(circulation: Self.budget)
        return programme
    }

    private func register(_ line: BenefitsFile.Line) async throws -> String {
        let person: Person = try await town.admin.call(
            .registerPerson,
            body: PersonRegistration(displayName: line.name, iban: line.iban)
        )
        guard let code = person.activationCode?.code else {
            throw Story.Mismatch(description: "no activation code for a new person")
        }
        // Who linked the account cannot be the one who verifies it.
        let verified: Person = try await town.counter.call(
            .verifyIban,
            path: ["personId": person.id.description],
            body: IbanVerification(iban: line.iban, evidence: "Bank card and passport shown")
        )
        try town.story.require(verified.ibanState, is: .verified, "the state of the account")
        return code
    }

    private func enrolFirst() async throws -> [Resident] {
        var residents: [Resident] = []
        for (line, alias) in zip(file.lines, Self.aliases) {
            let code = try await register(line)
            residents.append(try await town.enrol(line.name, code: code, alias: alias))
        }
        let names = residents.map { "\($0.name) (\($0.alias))" }.joined(separator: ", ")
        town.story.tell("Residents enrol with the code of the counter's letter: \(names).")
        return residents
    }

    private func submit(to programme: Programme) async throws -> Batch {
        let batch = try await send(to: programme).decode(Batch.self)
        try town.story.require(batch.state, is: .validated, "the state of the batch")
        try town.story.require(batch.count, is: file.lines.count, "the number of lines")
        try town.story.require(
            batch.total?.value,
            is: BenefitsFile.total(file.lines),
            "the sum of the file"
        )
        town.story.tell(
            "The clerk hands in \(batch.messageId ?? "the file"): \(counted(batch.count, "line")), "
                + "\(batch.total?.text ?? "no sum"), \(counted(batch.findingCount, "finding"))."
        )
        try await showLines(of: batch)
        return batch
    }

    private func send(to programme: Programme) async throws -> Answer {
        let upload = try UploadFile(path: file.path)
        return try await town.clerk.answer(
            .submitBatch,
            path: ["programmeId": programme.id.description],
            query: [("fileName", upload.name)],
            body: .xmlFile(upload)
        )
    }

    private func showLines(of batch: Batch) async throws {
        let lines: Page<Instruction> = try await town.clerk.call(
            .listInstructions,
            path: ["batchId": batch.id.description]
        )
        var table = TextTable(["line", "for", "account", "amount", "state", "found by"])
        table.rows = lines.items.map { line in
            [
                String(line.line), line.creditorName, line.creditorMasked, line.amount.value,
                line.state.rawValue, line.resolution?.rawValue ?? "not yet",
            ]
        }
        town.story.table(table)
    }

    private func approve(_ batch: Batch) async throws {
        let path = ["batchId": batch.id.description]
        town.story.tell("The clerk, who may approve files of others, tries to approve this one.")
        _ = try await town.story.requireRefusal(.secondPersonRequired) {
            let _: Batch = try await town.clerk.call(
                .approveBatch,
                path: path,
                body: BatchApproval()
            )
        }
        let _: Batch = try await town.approver.call(
            .approveBatch,
            path: path,
            body: BatchApproval()
        )
        let done = try await town.approver.follow(batch.id)
        try town.story.require(done.state, is: .done, "the state of the batch")
        try town.story.require(done.counts.credited, is: Self.aliases.count, "credited lines")
        try town.story.require(
            done.counts.waiting,
            is: file.lines.count - Self.aliases.count,
            "waiting lines"
        )
        town.story.tell(
            "A colleague approves it: \(done.counts.credited) lines are credited, "
                + "\(done.counts.waiting) wait for their receivers to enrol."
        )
        try await town.requireBooks(circulation: Self.budget)
    }

    private func requireCredits(_ residents: [Resident]) async throws {
        for (line, resident) in zip(file.lines, residents) {
            let available = try await resident.available()
            try town.story.require(available, is: line.amount, "what \(resident.name) has")
            town.story.detail("\(resident.name) has \(available) \(Town.coinCode)")
        }
    }

    private func submitAgain(to programme: Programme, is batch: Batch) async throws {
        let answer = try await send(to: programme)
        try town.story.require(
            try answer.decode(Batch.self).id,
            is: batch.id,
            "the batch of the same file"
        )
        try town.story.require(
            answer.header("Wijkmunt-Duplicate"),
            is: "true",
            "the mark of a duplicate"
        )
        let after: Programme = try await town.clerk.call(
            .getProgramme,
            path: ["programmeId": programme.id.description]
        )
        let paid = BenefitsFile.total(file.lines.prefix(Self.aliases.count))
        try town.story.require(after.budget.paid.value, is: paid, "what was paid")
        town.story.tell(
            "The same file comes in again by mistake: it is recognised, nobody is paid twice "
                + "(paid \(paid), reserved \(after.budget.reserved.value), "
                + "available \(after.budget.available.value))."
        )
    }

    private func enrolLate(_ line: BenefitsFile.Line, code: String) async throws -> Resident {
        let resident = try await town.enrol(line.name, code: code, alias: Self.lateAlias)
        town.story.tell("\(resident.name) enrols at last.")
        // Waiting credits land by themselves; nothing announces the moment to a phone.
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while try await resident.available() != line.amount {
            try town.story.require(
                ContinuousClock.now < deadline,
                "the waiting credit lands in 30 seconds"
            )
            try await Task.sleep(for: .milliseconds(100))
        }
        town.story.detail("the waiting \(line.amount) \(Town.coinCode) lands in the new wallet")
        try await town.requireBooks(circulation: Self.budget)
        return resident
    }

    private func report(on batch: Batch) async throws {
        let answer = try await town.clerk.answer(
            .getStatusReport,
            path: ["batchId": batch.id.description]
        )
        let document = BankDocument(answer.body)
        try town.story.require(
            document.text.contains("pain.002.001"),
            "the status report is a pain.002"
        )
        try town.story.require(
            document.text.contains(batch.messageId ?? "?"),
            "the report names the file"
        )
        town.story.tell(
            "The status report (pain.002, \(answer.body.count) bytes) goes back: "
                + "\(document.count(of: "ACSC")) lines done, \(document.count(of: "PDNG")) pending."
        )
    }
}
