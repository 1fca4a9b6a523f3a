import API
import ArgumentParser
import Crypto
import Domain
import FoundationEssentials
import Locality

/// `wijkmunt verify-verdict`: works without any service.
struct VerifyVerdictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-verdict",
        abstract: "Verify a signed verdict about a payment's place and judge it again, offline.",
        discussion: """
            The verdict comes from `wijkmunt payment verdict ID -o json`, the keys from \
            `wijkmunt locality keys`, the policy from `wijkmunt policy list -o json` (of a list \
            the version that the verdict names is taken), each area from `wijkmunt geofence area \
            VERSION`. When programmes with rules of their own were judged as well, their policies come \
            from `wijkmunt programme policies ID -o json`. Rules about the payer are judged again only when the payer discloses the \
            claim and its salt, or the place in the code that a till scanned, which nobody else \
            has kept. Exits 1 when the signature is not \
            valid or any rule comes out otherwise.
            """
    )

    @Argument(help: "The signed verdict.", completion: .file(extensions: ["json"]))
    var file: String
    @Option(help: "The key set of the merchant service.") var keys: String
    @Option(help: "The coin's policy, or a list of its versions.") var policy: String
    @Option(help: "The policies of a programme; may be given several times.")
    var programmePolicy: [String] = []
    @Option(help: "The GeoJSON of an area that the verdict names; may be given several times.")
    var area: [String] = []
    // Base64url may begin with a hyphen.
    @Option(parsing: .unconditional, help: "The position claim as the phone sent it, in base64url.")
    var claim: String?
    @Option(parsing: .unconditional, help: "The salt of the claim, in base64url.")
    var salt: String?
    @Option(
        parsing: .unconditional,
        help: "The place in the payer's code with its salt, 29 bytes in base64url."
    )
    var place: String?

    func validate() throws {
        if claim != nil, place != nil {
            throw ValidationError("Either --claim or --place: a payment was made with one of them.")
        }
        if (claim == nil) != (salt == nil) {
            throw ValidationError("--claim and --salt come together.")
        }
    }

    func run() throws {
        let statement = try VerdictFile.statement(
            of: file,
            signedBy: KnownHead.keys(keySetFile: keys)
        )
        let replay: VerdictReplay
        do {
            replay = try VerdictReplay(
                of: statement,
                policy: VerdictFile.policy(policy, version: statement.verdict.policyVersion),
                programmePolicies: programmePolicy.flatMap(VerdictFile.programmePolicies),
                areas: area.map(VerdictFile.area)
            )
        } catch let refusal as VerdictReplay.Refusal {
            throw CommandFailure(VerdictFile.explain(refusal))
        }
        let rules = try replay(disclosedClaim(of: statement.verdict))
        var table = TextTable(["of", "rule", "signed", "now", "reason"])
        table.rows = rules.map { rule in
            [
                rule.programme?.description ?? statement.coin,
                rule.signed.rule.rawValue, rule.signed.outcome.rawValue,
                rule.replayed?.outcome.rawValue ?? "not known any more",
                rule.replayed?.reason ?? rule.signed.reason ?? "",
            ]
        }
        print("payment  \(statement.paymentId)")
        print("verdict  \(statement.verdict.outcome.rawValue), \(statement.verdict.judgedAt)")
        print(table.description)
        for programme in statement.verdict.programmes ?? [] where programme.outcome != .accepted {
            print("left out  \(programme.programmeId): \(programme.reason ?? "")")
        }
        guard replay.isConsistent, rules.allSatisfy(\.agrees) else {
            throw CommandFailure("the signature is valid, but these rules give another verdict")
        }
        print("The signature is valid, and judged again the answer is the same.")
    }

    /// The claim, when its digest is the one that the payer signed.
    private func disclosedClaim(of verdict: API.LocalityVerdict) throws -> PositionClaim? {
        if let place { return try claim(disclosedAs: place, of: verdict) }
        guard let claim, let salt else { return nil }
        guard let bytes = VerdictFile.bytes(base64URL: salt),
            let json = VerdictFile.bytes(base64URL: claim),
            let read = try? JSONDecoder().decode(PositionClaim.self, from: json)
        else { throw CommandFailure("--claim and --salt are not what a phone sends") }
        let digest = base64URL(SHA256.hash(data: bytes + Data(claim.utf8)))
        guard digest == verdict.positionDigest else {
            throw CommandFailure("the payer signed another claim than this one")
        }
        return read
    }

    /// The same of what stands in a payer's code. The fix is so old as the phone said when it made
    /// the code, which is the moment that the verdict has for the till's challenge.
    private func claim(
        disclosedAs place: String,
        of verdict: API.LocalityVerdict
    ) throws -> PositionClaim {
        guard let bytes = VerdictFile.bytes(base64URL: place),
            let read = PayerCode.Place(bytes: Array(bytes))
        else { throw CommandFailure("--place is not what stands in a payer's code") }
        guard base64URL(SHA256.hash(data: bytes)) == verdict.positionDigest,
            let madeAt = verdict.challengedAt
        else { throw CommandFailure("the payer signed another place than this one") }
        return PositionClaim(read, madeAt: madeAt)
    }
}
