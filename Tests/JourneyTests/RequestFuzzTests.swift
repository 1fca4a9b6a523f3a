import API
import Foundation
import TestSupport
import Testing

/// Requests that no client of ours would send: every one has an answer that blames the sender.
@Suite(.timeLimit(.minutes(15))) struct RequestFuzzTests {
    private static let amounts = [
        "0.00", "-1.00", "+1.00", "1", "1.0", "1.000", "01.00", "1,00", "1e2", "NaN", "Infinity",
        "", " 1.00", "1.00 ", "٣.٠٠", "１.００", "0x1.00", "90071992547409.91", "90071992547409.92",
        "99999999999999999999.00", "1.00\u{0}", "9223372036854775807", "-0.01", ".50", "1.",
    ]
    private static let references = [
        "\u{0}", "a\u{0}b", "\u{FFFF}", "\u{202E}omgekeerd", "e\u{301}", "👩‍👩‍👧‍👦", "\u{FEFF}",
        "'; DROP TABLE ledger.account; --", "\u{7F}", "\r\nX-Header: 1", "\t", " ",
        String(repeating: "é", count: 140), String(repeating: "x", count: 141),
        String(repeating: "👍", count: 100),
    ]
    /// JSON strings that no encoder makes.
    private static let rawReferences = [
        #""\ud800""#, #""\udc00\ud800""#, #""\u0000""#, "\"\u{1}\"", "42", "[]", "{}", "true",
        #""\x""#, "\"unterminated",
    ]
    private static let keys = [
        "", " ", "a", String(repeating: "k", count: 64), String(repeating: "k", count: 300),
        "%00", "../../x", "clé", "k\u{1}", "\"quoted\"", "a,b", "null",
    ]

    private func body(_ payer: Payer, amount: String, reference: String) throws -> Data {
        let amount = try JSONEncoder().encode(["value": amount, "coin": TestCommunity.coin])
        return Data(
            """
            {"fromWalletId":"\(payer.wallet)","to":{"walletId":"\(payer.payee)"},
             "amount":\(String(decoding: amount, as: UTF8.self)),"reference":\(reference)}
            """.utf8
        )
    }

    @Test func `odd amounts, references and keys are the sender's mistake or fine, never ours`()
        async throws
    {
        let community = try await TestCommunity.make()
        let payer = try await community.payer(with: "50.00")
        var requests: [(what: String, bytes: Data, key: String)] = []
        for amount in Self.amounts {
            let bytes = try body(payer, amount: amount, reference: "null")
            requests.append(("amount \(amount.debugDescription)", bytes, UUID().uuidString))
        }
        let encoded = try Self.references.map {
            String(decoding: try JSONEncoder().encode($0), as: UTF8.self)
        }
        for reference in encoded + Self.rawReferences {
            let bytes = try body(payer, amount: "0.01", reference: reference)
            requests.append(("reference \(reference)", bytes, UUID().uuidString))
        }
        for key in Self.keys {
            let bytes = try body(payer, amount: "0.01", reference: "null")
            requests.append(("key \(key.debugDescription)", bytes, key))
        }
        var done = 0
        for request in requests {
            let answer = try? await payer.phone.send(
                .createTransfer,
                bytes: request.bytes,
                headers: ["Idempotency-Key": request.key]
            )
            // A client of HTTP may refuse to send a header like that at all.
            guard let answer else { continue }
            let isFine = answer.status == 201 || (400..<500).contains(answer.status)
            #expect(isFine, "\(request.what): \(answer.status) \(answer.text)")
            if answer.status == 201 { done += 1 }
        }
        #expect(done > 3)
        let left = try await community.available(payer)
        #expect(left == "\(49).\(100 - done)", "\(done) cents were sent")
    }
}

extension TestCommunity {
    fileprivate func available(_ payer: Payer) async throws -> String {
        let wallet = try await payer.phone.call(.getWallet, ["walletId": "\(payer.wallet)"])
            .decode(Wallet.self)
        return wallet.totals.first?.available.value ?? "0.00"
    }
}
