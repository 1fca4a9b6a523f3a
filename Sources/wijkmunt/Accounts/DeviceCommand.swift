import API
import ArgumentParser

/// `wijkmunt device …`
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device",
        abstract: "The phones of a resident: your own, or with --person somebody's at the counter.",
        subcommands: [List.self, Name.self, Revoke.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List phones.")
        @Option(help: "Those of this person, for counters.") var person: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let operation: API.Operation = person == nil ? .listDevices : .listDevicesOfPerson
            let session = try self.session.open(for: operation)
            let list: Page<Device> = try await session.client.call(
                operation,
                path: person.map { ["personId": $0.description] } ?? [:],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "name", "state", "current", "enrolledAt", "revokedAt"]
            )
        }
    }

    struct Name: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a phone another name.")
        @Argument(help: "The phone.") var id: Identifier
        @Argument(help: "What to call it.") var name: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .nameDevice)
            let device: Device = try await session.client.call(
                .nameDevice,
                path: ["deviceId": id.description],
                body: DeviceName(name: name),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(device)
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a phone, such as a lost one, for ever; the wallet stays."
        )
        @Argument(help: "The phone.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @Option(help: "Whose it is, for counters.") var person: Identifier?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let operation: API.Operation = person == nil ? .revokeDevice : .revokeDeviceOfPerson
            let session = try self.session.open(for: operation)
            var path = ["deviceId": id.description]
            path["personId"] = person?.description
            let device: Device = try await session.client.call(
                operation,
                path: path,
                body: ClientRevocation(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(device)
        }
    }
}
