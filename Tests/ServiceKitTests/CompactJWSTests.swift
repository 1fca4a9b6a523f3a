import Crypto
import Foundation
import Testing

@testable import ServiceKit

@Suite struct CompactJWSTests {
    private let key = P256.Signing.PrivateKey()

    private func token(
        header: String = #"{"alg":"ES256","kid":"phone"}"#,
        payload: String = #"{"a":"b"}"#,
        signedWith other: P256.Signing.PrivateKey? = nil
    ) throws -> String {
        let text = Base64URL.text(header.utf8) + "." + Base64URL.text(payload.utf8)
        let signature = try (other ?? key).signature(for: Data(text.utf8))
        return text + "." + Base64URL.text(signature.rawRepresentation)
    }

    private func read(_ text: String) throws -> [String: String] {
        try CompactJWS.payload(of: text, signedBy: key.publicKey, keyID: "phone")
    }

    @Test func `what the key signed is read`() throws {
        #expect(try read(token()) == ["a": "b"])
        #expect(try read(token(header: #"{"typ":"JWT","alg":"ES256"}"#)) == ["a": "b"])
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"HS256"}"#, #"{"alg":"es256"}"#, #"{"kid":"phone"}"#, "{}",
        #"{"alg":"ES256","kid":"other"}"#, #"{"alg":"ES256","kid":7}"#,
        #"{"alg":"ES256","kid":null}"#,
        #"{"alg":"ES256","crit":["b64"],"b64":false}"#, #"{"alg":"ES256","crit":[]}"#,
        #"{"alg":"none","alg":"ES256"}"#, #"["ES256"]"#, "ES256", "",
    ])
    func `another header is refused`(header: String) throws {
        #expect(throws: CompactJWS.Invalid.self) { try read(token(header: header)) }
    }

    @Test(arguments: ["[]", "7", "{", #"{"a":"b","a":"b"}"#, #"{"a":1}"#, ""])
    func `a payload that is not such an object is refused`(payload: String) throws {
        #expect(throws: CompactJWS.Invalid.self) { try read(token(payload: payload)) }
    }

    @Test func `another key is refused`() throws {
        #expect(throws: CompactJWS.Invalid.self) {
            try read(token(signedWith: P256.Signing.PrivateKey()))
        }
    }

    @Test func `another spelling is refused`() throws {
        let good = try token()
        let parts = good.split(separator: ".").map(String.init)
        let forged = [
            "", ".", "..", "...", good + ".", "." + good, good + "A", good + "=", " " + good,
            good + "\n", parts[0] + "." + parts[1], parts[0] + ".." + parts[2],
            parts[0] + "." + parts[1] + ".", parts[1] + "." + parts[0] + "." + parts[2],
            parts[0] + "=." + parts[1] + "." + parts[2],
        ]
        for text in forged { #expect(throws: CompactJWS.Invalid.self) { try read(text) } }
    }

    @Test func `a changed character anywhere is refused`() throws {
        let good = Array(try token().utf8)
        for place in good.indices {
            var changed = good
            changed[place] =
                changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: changed, as: UTF8.self)
            #expect(throws: CompactJWS.Invalid.self) { try read(text) }
        }
    }
}
