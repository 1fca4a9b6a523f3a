import FoundationEssentials
import Testing

@testable import API

private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

private func decoded<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
}

@Suite struct IdentifierTests {
    private let text = "01957c5e-6f00-7a10-8b20-0c30d040e05b"

    @Test func `an identifier is written in lower case and read in either`() throws {
        let identifier = try #require(Identifier(text.uppercased()))
        #expect(identifier.description == text)
        #expect(try json([identifier]) == "[\"\(text)\"]")
        #expect(try decoded([Identifier].self, "[\"\(text.uppercased())\"]") == [identifier])
    }

    @Test(arguments: [
        "", "01957c5e6f007a108b200c30d040e05b", "01957c5e-6f00-7a10-8b20-0c30d040e05",
        "{01957c5e-6f00-7a10-8b20-0c30d040e05b}", "01957c5e-6f00-7a10-8b20-0c30d040e05g",
        "01957c5e-6f00-7a10-8b20-0c30d040e05b ",
    ])
    func `other text is not read`(text: String) {
        #expect(Identifier(text) == nil)
        #expect(throws: DecodingError.self) {
            try decoded([Identifier].self, "[\"\(text)\"]")
        }
    }
}

@Suite struct AmountTests {
    @Test func `an amount is text and a coin`() throws {
        let amount = Amount(value: "12.50", coin: "oosterhof")
        #expect(try json(amount) == #"{"coin":"oosterhof","value":"12.50"}"#)
        #expect(try decoded(Amount.self, #"{"value":"12.50","coin":"oosterhof"}"#) == amount)
    }

    @Test func `a number is no amount`() {
        #expect(throws: DecodingError.self) {
            try decoded(Amount.self, #"{"value":12.5,"coin":"oosterhof"}"#)
        }
    }

    @Test func `euros say that they are euros`() throws {
        #expect(try json(EuroAmount(value: "3.00")) == #"{"currency":"EUR","value":"3.00"}"#)
    }
}

@Suite struct AnswerCodingTests {
    @Test func `the last page says that there is no next one`() throws {
        let page = Page(items: ["a"], next: nil)
        #expect(try json(page) == #"{"items":["a"],"next":null}"#)
        #expect(try decoded(Page<String>.self, #"{"items":[]}"#).next == nil)
        #expect(try decoded(Page<String>.self, #"{"items":[],"next":"c"}"#).next == "c")
    }

    @Test func `a member for one answer only is absent in the others`() throws {
        let person = Person(
            id: "01957c5e-6f00-7a10-8b20-0c30d040e055",
            displayName: "F",
            ibanMasked: nil,
            ibanState: nil,
            state: .registered,
            walletId: nil,
            createdAt: Instant(microseconds: 0)
        )
        let text = try json(person)
        #expect(text.contains(#""walletId":null"#))
        #expect(!text.contains("activationCode"))
        #expect(try decoded(Person.self, text) == person)
    }

    @Test(
        arguments: [
            (.borderless, #"{"rule":"borderless"}"#),
            (.shopInGeofence, #"{"rule":"shopInGeofence"}"#),
            (.payerInGeofence(mode: .possible), #"{"mode":"possible","rule":"payerInGeofence"}"#),
            (.payerNearShop(withinMetres: 50), #"{"rule":"payerNearShop","withinMetres":50}"#),
            (.freshFix(maxAgeSeconds: 60), #"{"maxAgeSeconds":60,"rule":"freshFix"}"#),
            (
                .accurateFix(maxAccuracyMetres: 30),
                #"{"maxAccuracyMetres":30,"rule":"accurateFix"}"#
            ),
            (.noMock, #"{"rule":"noMock"}"#),
        ] as [(LocalityRule, String)]
    )
    func `a locality rule carries its name and its parameter`(rule: LocalityRule, text: String)
        throws
    {
        #expect(try json(rule) == text)
        #expect(try decoded(LocalityRule.self, text) == rule)
    }

    @Test func `a transfer goes to a wallet or to an alias`() throws {
        #expect(try json(TransferRecipient.alias("jan.v")) == #"{"alias":"jan.v"}"#)
        let wallet = TransferRecipient.wallet("01957c5e-6f00-7a10-8b20-0c30d040e054")
        #expect(try decoded(TransferRecipient.self, try json(wallet)) == wallet)
        #expect(throws: DecodingError.self) { try decoded(TransferRecipient.self, "{}") }
    }

    @Test func `any JSON survives`() throws {
        let text = #"{"a":[1,-2.5,true,null,"x",{}]}"#
        #expect(try json(try decoded(JSONValue.self, text)) == text)
    }

    @Test func `a token answer uses the names of the standard`() throws {
        let token = AccessToken(accessToken: "t", expiresIn: 600, scope: "community:read")
        let text = try json(token)
        #expect(text.contains(#""access_token":"t""#) && text.contains(#""expires_in":600"#))
        #expect(text.contains(#""token_type":"Bearer""#))
    }
}
