import Domain
import Foundation
import Testing

/// What tills and phones show: printed and read again, and nothing else is read.
@Suite struct PaymentCodeTests {
    private let id = UUID(uuidString: "01957C5E-6F00-7A10-8B20-0C30D040E05B")!

    private func asked(
        _ coin: String = "oosterhof",
        amount: String = "12.50"
    ) throws -> PaymentCode {
        .payment(
            try #require(
                .init(id: id, amount: amount, coin: coin, challenge: "AAAAAOl0W1oPxC5rfJ8kaQ")
            )
        )
    }

    private func payerCode(at place: PayerCode.Place?) throws -> PayerCode {
        let terms = try #require(
            PayerCode.Terms(
                client: id,
                nonce: Array(0..<16),
                issuedAt: 1_772_446_500,
                lifetimeSeconds: 60,
                most: 2_500,
                coin: "oosterhof"
            )
        )
        return try #require(
            PayerCode(terms: terms, place: place, signature: Array(0..<64))
        )
    }

    private let place = PayerCode.Place(
        salt: Array(16..<32),
        longitude: -5.1071234,
        latitude: 52.0901,
        accuracyMetres: 12,
        ageSeconds: 3,
        isMock: false
    )

    @Test func `codes have exactly these forms`() throws {
        #expect(
            try asked().uri == "wijkmunt:v1/pay?p=01957c5e-6f00-7a10-8b20-0c30d040e05b"
                + "&a=12.50&m=oosterhof&c=AAAAAOl0W1oPxC5rfJ8kaQ"
        )
        #expect(
            PaymentCode.till(id).uri
                == "wijkmunt:v1/till?t=01957c5e-6f00-7a10-8b20-0c30d040e05b"
        )
    }

    @Test func `every form is read as what was printed`() throws {
        let payee = PaymentCode.Payee(name: "Bakkerij 't Café op de hoek", place: "oosterhof")
        let long = "o" + String(repeating: "x", count: 31)
        for code in [try asked(), try asked(long), .till(id)] {
            #expect(PaymentCode(text: code.uri) == code)
            #expect(PaymentCode(text: try #require(code.emv(for: payee))) == code)
        }
        for claimed in [nil, place] {
            let code = try payerCode(at: claimed)
            #expect(PayerCode(text: code.text) == code)
            #expect(code.text.allSatisfy { $0.isUppercase || $0.isNumber || ":/".contains($0) })
        }
    }

    @Test func `EMVCo's form names the shop and no currency of others`() throws {
        let text = try asked().emv(for: .init(name: "De Halm", place: "oosterhof"))
        let code = try EMVCode(text: try #require(text))
        #expect(code["01"] == "12" && code["53"] == "999" && code["54"] == "12.50")
        #expect(code["59"] == "De Halm" && code["60"] == "oosterhof")
    }

    @Test func `EMVCo's form has room for an amount of thirteen characters and no more`() throws {
        let payee = PaymentCode.Payee(name: "De Halm", place: "oosterhof")
        let most = try asked(amount: "9999999999.99")
        let text = try #require(most.emv(for: payee))
        #expect(try EMVCode(text: text)["54"] == "9999999999.99")
        #expect(PaymentCode(text: text) == most)
        for amount in ["10000000000.00", "9999999999999.99", "999999999.9999"] {
            let code = try asked(amount: amount)
            #expect(code.emv(for: payee) == nil, "\(amount)")
            #expect(PaymentCode(text: code.uri) == code, "our own form has room")
            let elements = try EMVCode(text: text).elements.dropFirst().map { element in
                element.id == "54" ? EMVCode.Element("54", amount) : element
            }
            #expect(PaymentCode(text: try EMVCode(elements).text) == nil, "\(amount)")
        }
    }

    @Test func `other texts are no codes`() throws {
        let uri = try asked().uri
        let others = [
            "", "wijkmunt:", uri + "&x=1", uri.replacing("v1", with: "v2"),
            uri.replacing("12.50", with: "012.50"), uri.replacing("12.50", with: "-1"),
            uri.replacing("12.50", with: "1e3"), uri.replacing("oosterhof", with: "Oosterhof"),
            uri.replacing("01957c5e", with: "01957C5E"), uri.replacing("&m=", with: "&n="),
            uri.replacing("AAAAAOl0W1oPxC5rfJ8kaQ", with: "AAAA"), " " + uri,
            "wijkmunt:v1/till?t=", String(repeating: "a", count: 10_000),
        ]
        for text in others { #expect(PaymentCode(text: text) == nil, "\(text.prefix(80))") }
        let payer = try payerCode(at: place).text
        for text in ["", payer.lowercased(), payer + "A", String(payer.dropLast())] {
            #expect(PayerCode(text: text) == nil)
        }
    }

    @Test func `random changes never crash, and read as what is printed again`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = Splitmix(state: seed)
        let payee = PaymentCode.Payee(name: "De Halm", place: "oosterhof")
        let samples = try [
            asked().uri, PaymentCode.till(id).uri, #require(asked().emv(for: payee)),
            payerCode(at: nil).text, payerCode(at: place).text,
        ]
        for _ in 0..<5_000 {
            var bytes = Array(samples.randomElement(using: &random)!.utf8)
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(bytes[index], at: index)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let code = PaymentCode(text: text) {
                // Of EMVCo's form we read less than there is.
                let isOurs = text.hasPrefix("wijkmunt:")
                let printed = isOurs ? text : code.uri
                #expect(code.uri == printed && PaymentCode(text: printed) == code, "seed \(seed)")
            }
            if let code = PayerCode(text: text) {
                #expect(code.text == text, "seed \(seed): \(text)")
            }
        }
    }
}

/// A small generator, so that a seed gives the same run again.
private struct Splitmix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
