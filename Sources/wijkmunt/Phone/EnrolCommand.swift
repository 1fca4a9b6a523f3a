import API
import ArgumentParser

/// `wijkmunt enrol`: what a phone or a till does once.
struct EnrolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Become a phone or a till: make a key and hand in an activation code.",
        discussion: "The key stays on this machine, in the profile."
    )

    @Argument(help: "The activation code; case and hyphens do not matter.") var code: String
    @Option(name: .customLong("as"), help: "What to call the profile.") var profileName: String
    @Option(help: "What the holder calls the device; the profile's name by default.")
    var deviceName: String?
    @Option(help: "The alias of the wallet, by which others can pay it; for people.")
    var alias: String?
    @OptionGroup var session: SessionOptions
    @OptionGroup var write: WriteOptions

    func run() async throws {
        let store = session.store
        try store.requireFree(profileName)
        let urls = try session.urls()
        let key = SigningKey()
        let enrolment: Enrolment = try await ServiceClient(urls: urls).call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: code,
                publicKey: key.publicKey,
                deviceName: deviceName ?? profileName,
                alias: alias
            ),
            idempotencyKey: write.idempotencyKey
        )
        try store.save(Profile(enrolment, urls: urls), key: key, as: profileName)
        note("made profile \(profileName)")
        try session.output.show(enrolment)
    }
}

extension Profile {
    /// The profile of a device that has just enrolled.
    init(_ enrolment: Enrolment, urls: ServiceURLs) {
        self.init(
            kind: enrolment.kind == .phone ? .phone : .terminal,
            clientId: enrolment.clientId,
            keyFile: "",
            urls: urls,
            createdAt: .now,
            communityId: enrolment.communityId,
            partyId: enrolment.partyId,
            walletId: enrolment.walletId,
            shopId: enrolment.shopId,
            alias: enrolment.alias
        )
    }
}
