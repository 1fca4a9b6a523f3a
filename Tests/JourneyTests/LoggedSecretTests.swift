import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// Secrets in ordinary requests and in bad ones, and nothing of them in any log.
@Suite struct LoggedSecretTests {
    @Test func `no token, code or key is ever in a log`() async throws {
        try await TestStack.withOwn(logLevel: "trace") { stack in
            var planted = try PlantedSecrets(of: stack)
            let cast = try await LoggedCast.make(on: stack, &planted)
            try await cast.live(&planted)
            try await cast.collide(&planted)
            try await cast.recover(&planted)
            for operation in LoggedCast.operations {
                try await cast.misuse(operation, planted)
            }
            try await cast.renewTokens(&planted)
            await stack.cluster.stop()
            try await cast.callInVain(&planted)
            await stack.stop()

            let logs = try StackLogs(of: stack)
            for name in ["accounts", "wallet", "merchant", "disbursement"] {
                #expect(!logs.lines(with: "\"service\":\"wijkmunt-\(name)\"").isEmpty, "\(name)")
            }
            #expect(logs.contains("database fault"))
            for secret in planted.secrets {
                let lines = logs.lines(with: secret.text).filter(secret.isTold)
                #expect(lines.isEmpty, "\(secret.what): \(lines.prefix(3))")
            }
        }
    }
}

/// People of a community who plant secrets wherever they go.
private struct LoggedCast: Sendable {
    let community: TestCommunity
    let shop: TestShop
    let resident: TestResident

    static let operations =
        AccountsOperations.all + WalletOperations.all + MerchantOperations.all
        + DisbursementOperations.all

    static func make(
        on stack: LocalStack,
        _ planted: inout PlantedSecrets
    ) async throws -> LoggedCast {
        let community = try await TestCommunity.make(on: stack)
        let person = try await community.registerPerson(
            PlantedSecrets.name,
            iban: PlantedSecrets.iban
        )
        let code = person.activationCode?.code ?? ""
        planted.add("an activation code", code)
        planted.add("an activation code without hyphens", code.replacing("-", with: ""))
        let cast = LoggedCast(
            community: community,
            shop: try await community.openShop(),
            resident: try await community.enrol(person, alias: PlantedSecrets.alias)
        )
        for (role, client) in cast.clients {
            planted.add("a token of \(role)", try await client.accessToken())
            let assertion = try client.assertion()
            planted.add("an assertion of \(role)", assertion)
            // The second time it proves nothing.
            for _ in 1...2 { _ = try await client.requestToken(assertion: assertion) }
        }
        return cast
    }

    var clients: [(Role, TestClient)] {
        [
            (.communityAdministrator, community.administrator), (.treasurer, community.treasurer),
            (.benefitsClerk, community.clerk), (.benefitsApprover, community.approver),
            (.merchantOwner, shop.owner), (.terminal, shop.till), (.resident, resident.phone),
        ]
    }

    /// Paid out, spent, refused, sent and redeemed.
    func live(_ planted: inout PlantedSecrets) async throws {
        try await community.credit([
            TestCredit(PlantedSecrets.name, PlantedSecrets.iban, "20.00")
        ])
        var outside = PlantedSecrets.position
        outside.longitude += 0.1
        for (position, status) in [(PlantedSecrets.position, 201), (outside, 422)] {
            let key = Self.newKey()
            let payment = try await shop.request("1.00")
            let acceptance = try resident.acceptance(of: payment, at: position)
            planted.add("an idempotency key", key)
            planted.add("a challenge", payment.challenge ?? "")
            planted.add("an approval", acceptance.approval)
            planted.add("a salt", acceptance.salt ?? "")
            planted.add("a position claim", acceptance.positionClaim ?? "")
            let answer = try await resident.phone.call(
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: acceptance,
                key: key
            )
            #expect(answer.status == status)
        }
        try await payByCard(&planted)
        let redemption = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        )
        #expect(redemption.status == 201)
    }

    /// With a wrong PIN and with the right one.
    private func payByCard(_ planted: inout PlantedSecrets) async throws {
        let card = try await community.card(for: resident.person)
        planted.add("a card number", card.number)
        planted.add("a card number without spaces", card.number.replacing(" ", with: ""))
        for (pin, status) in [("739184", 422), (TestCard.pin, 201)] {
            planted.addPIN(pin)
            let payment = try await shop.request("1.00")
            #expect(try await shop.take(card, pin: pin, for: payment).status == status)
        }
    }

    /// What only the database refuses: an alias, an IBAN and a key that are taken.
    func collide(_ planted: inout PlantedSecrets) async throws {
        let other = try await community.registerPerson("Naamgenoot")
        let code = other.activationCode?.code ?? ""
        planted.add("another activation code", code)
        let alias = try await community.administrator.call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: code,
                publicKey: TestClient.publicJWK(of: resident.phone.key),
                deviceName: PlantedSecrets.name,
                alias: PlantedSecrets.alias
            )
        )
        #expect(alias.problemType == .aliasTaken)
        let iban = try await community.administrator.call(
            .linkIban,
            ["personId": "\(other.id)"],
            body: IbanLink(iban: PlantedSecrets.iban)
        )
        #expect((400..<500).contains(iban.status))
        let (key, payee) = (Self.newKey(), try await community.enrolPerson("Ontvanger").wallet)
        planted.add("a key used at once", key)
        let body = TransferCreation(
            fromWalletId: resident.wallet,
            to: .wallet(payee),
            amount: community.amount("0.10"),
            reference: PlantedSecrets.reference
        )
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    _ = try? await resident.phone.call(.createTransfer, body: body, key: key)
                }
            }
        }
    }

    /// A letter, a wrong code, a lost phone and a proof of an IBAN.
    func recover(_ planted: inout PlantedSecrets) async throws {
        let person = ["personId": "\(resident.person)"]
        let letter = try await community.administrator.call(.createActivationCode, person)
            .decode(PersonActivationCode.self)
        planted.add("the code of a letter", letter.code)
        planted.add("the QR code of a letter", letter.letter.qrPayload)
        for wrong in [WrongCode.wellFormed(), WrongCode.mistyped(letter.code)] {
            planted.add("a wrong activation code", wrong)
            let answer = try await resident.phone.call(
                .enrol,
                body: EnrolmentRequest(
                    activationCode: wrong,
                    publicKey: TestClient.publicJWK(of: resident.phone.key),
                    deviceName: PlantedSecrets.name
                )
            )
            #expect(answer.status == 422)
        }
        let (next, _) = try await community.enrolDevice(code: letter.code)
        let named = try await resident.phone.call(
            .nameDevice,
            ["deviceId": "\(next.id)"],
            body: DeviceName(name: PlantedSecrets.name)
        )
        #expect(named.status == 201)
        let verified = try await community.verify(
            PlantedSecrets.iban,
            of: resident.person,
            by: community.colleague
        )
        #expect(verified.status == 201)
    }

    /// One operation with secrets wherever a request has room for them.
    func misuse(_ operation: API.Operation, _ planted: PlantedSecrets) async throws {
        let client = caller(of: operation)
        let body = try planted.body(for: operation)
        let path = Self.path(of: operation)
        let secret = PlantedSecrets.encoded(PlantedSecrets.name)
        let odd = [
            "Content-Type": "text/\(PlantedSecrets.alias)", "Cookie": "s=\(PlantedSecrets.iban)",
            "Origin": "https://\(PlantedSecrets.alias).example",
            "Idempotency-Key": "\(PlantedSecrets.reference) \(PlantedSecrets.name)",
            "Accept": "text/\(PlantedSecrets.alias)", "traceparent": PlantedSecrets.reference,
        ]
        // A stream that nobody limits lasts as long as the token.
        let brief = operation.produces == MediaType.events ? "seconds=1" : ""
        let token = try await client.accessToken()
        let answers = [
            try await client.send(operation, path, query: brief, bytes: body),
            try await client.send(operation, path, query: brief, bytes: body.dropLast(9)),
            try await client.send(operation, path, query: planted.query),
            try await client.send(
                operation,
                path.mapValues { _ in secret },
                query: brief,
                bytes: body
            ),
            try await client.send(operation, path, query: brief, bytes: body, headers: odd),
            try await client.send(operation, path, authorization: "Bearer \(token)x"),
            try await client.send(
                operation,
                path,
                authorization: "Basic \(planted.privateKeyLine)"
            ),
            try await RawHTTP.send(
                method: "PROPFIND",
                url: "\(client.base(of: operation))/v1/\(PlantedSecrets.iban)?\(planted.query)"
            ),
        ]
        for (index, answer) in answers.enumerated() {
            #expect(answer.status < 500, "\(operation.id) \(index)")
        }
    }

    /// Nobody gets a token while the database is away.
    func renewTokens(_ planted: inout PlantedSecrets) async throws {
        for (role, client) in clients {
            let token = try await client.requestToken(assertion: client.assertion())
                .decode(AccessToken.self).accessToken
            planted.add("a later token of \(role)", token)
            client.hold(token)
        }
    }

    /// Without its database a service has more to say.
    func callInVain(_ planted: inout PlantedSecrets) async throws {
        try await TestClient.$comesBack.withValue(false) { try await callOnce(&planted) }
    }

    private func callOnce(_ planted: inout PlantedSecrets) async throws {
        for operation in Self.operations where operation.produces != MediaType.events {
            let key = Self.newKey()
            planted.add("a key in vain", key)
            let client = caller(of: operation)
            if operation.path.hasPrefix("/v1/token") {
                _ = try await client.requestToken(assertion: client.assertion())
            } else {
                _ = try await client.send(operation, Self.path(of: operation), key: key)
            }
        }
        let payment = try await resident.phone.call(
            .createTransfer,
            body: TransferCreation(
                fromWalletId: resident.wallet,
                to: .alias(PlantedSecrets.alias),
                amount: community.amount("0.10"),
                reference: PlantedSecrets.reference
            )
        )
        #expect(payment.status == 503)
    }

    private static func newKey() -> String { "sleutel-\(UUID().uuidString)" }

    /// Somebody who may, so that the request gets as far as it can.
    private func caller(of operation: API.Operation) -> TestClient {
        guard case .anyOf(let scopes) = operation.access else { return resident.phone }
        let role = clients.first { role, _ in scopes.contains(where: role.scopes.contains) }
        return role?.1 ?? resident.phone
    }

    /// Path parameters that name nothing, but for the coin.
    private static func path(of operation: API.Operation) -> [String: String] {
        var path: [String: String] = [:]
        for segment in operation.path.split(separator: "/") where segment.hasPrefix("{") {
            let name = String(segment.dropFirst().dropLast())
            path[name] =
                name == "coinCode"
                ? TestCommunity.coin : "01890000-0000-7000-8000-000000000001"
        }
        return path
    }
}
