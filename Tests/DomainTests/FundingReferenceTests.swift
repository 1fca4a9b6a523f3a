import Domain
import Foundation
import Testing

/// The references by which euros find their programme.
@Suite struct FundingReferenceTests {
    private static let programme = UUID(uuidString: "01957C5E-6F00-7A10-8B20-0C30D040E070")

    @Test func `a programme gets a creditor reference with check digits`() throws {
        let reference = FundingReference(of: try #require(Self.programme))
        // By hand: WM0C30D040E070 and RF00 as digits leave 73 of 97, and 98 - 73 is 25.
        #expect(reference.text == "RF25WM0C30D040E070")
        #expect(FundingReference(reference.text) == reference)
    }

    @Test(arguments: [
        "RF24WM0C30D040E070", "ABCDEF", "A1234", "ab1234", "-12345", "12345.", "A1 234", "",
        "A1234567890123456789012345",
    ])
    func `what has not the form is no reference`(text: String) {
        #expect(FundingReference(text) == nil)
    }

    @Test(arguments: ["2026-417", "INKOOP.4711", "RF18539007547034", "REF123", "RFA123"])
    func `payers may use their own`(text: String) {
        #expect(FundingReference(text)?.text == text)
    }

    @Test(arguments: [
        ("RF25WM0C30D040E070", true), ("rf25 wm0c 30d0 40e0 70", true),
        ("Toeslag maart RF25WM0C30D0 40E070.", true), ("/REMI/RF25WM0C30D040E070/", true),
        ("XRF25WM0C30D040E070", false), ("RF25WM0C30D040E0701", false),
        ("RF25WM0C30D040E070-2", false), ("RF25WM0C30D040E07", false), ("", false),
    ])
    func `it is found as a word of its own`(text: String, isNamed: Bool) throws {
        let reference = FundingReference(of: try #require(Self.programme))
        #expect(reference.isNamed(in: text) == isNamed)
    }

    @Test func `a reference is not found in a longer one`() throws {
        let short = try #require(FundingReference("2026-4"))
        #expect(short.isNamed(in: "kenmerk 2026-4") && short.isNamed(in: "2026-4, maart"))
        #expect(!short.isNamed(in: "2026-41") && !short.isNamed(in: "2026-4-1"))
        #expect(!short.isNamed(in: "12026-4") && !short.isNamed(in: "A-2026-4"))
    }
}
