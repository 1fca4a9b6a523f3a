import API
import ArgumentParser

/// `wijkmunt enrol`: what a phone or a till does once.
struct EnrolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Become a phone or a till: make a key and hand in an activation code.",
        discussion: "The key stays on this machine, in the profile."
    )

    @Argument(help: "The activation code, or the text of the letter's QR code.")
    var code: LetterCode
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
                activationCode: code.text,
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

/// What a letter brings: the code as it is typed, or as its QR code says it.
///
/// The address in the QR code is for phones that know no service yet; profiles have theirs.
struct LetterCode: ExpressibleByArgument, Sendable {
    let text: String

    private static let scheme = "wijkmunt:v1/enrol?"

    init?(argument: String) {
        guard argument.hasPrefix(Self.scheme) else {
            text = argument
            return
        }
        let members = argument.dropFirst(Self.scheme.count).split(separator: "&")
        guard let code = members.first(where: { $0.hasPrefix("code=") }) else { return nil }
        text = String(code.dropFirst("code=".count))
    }
}
