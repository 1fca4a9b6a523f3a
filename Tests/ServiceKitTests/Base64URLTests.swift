import Testing

@testable import ServiceKit

@Suite struct Base64URLTests {
    // RFC 4648 section 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
    func `published vectors hold in both directions`(plain: String, text: String) {
        #expect(Base64URL.text(Array(plain.utf8)) == text)
        #expect(Base64URL.bytes(text) == Array(plain.utf8))
    }

    @Test func `the alphabet is the one for addresses`() {
        #expect(Base64URL.text([0xFB, 0xFF, 0xFE]) == "-__-")
        #expect(Base64URL.bytes("-__-") == [0xFB, 0xFF, 0xFE])
    }

    @Test func `every byte comes back`() {
        let all = Array(UInt8.min...UInt8.max)
        #expect(Base64URL.bytes(Base64URL.text(all)) == all)
    }

    @Test(arguments: ["Zg==", "Zh", "Z", "+//+", "Zm9v Zg", "Zm9v\n", "Zm9v=", "é", "Zm8*"])
    func `a value has one spelling`(text: String) {
        #expect(Base64URL.bytes(text) == nil)
    }
}
