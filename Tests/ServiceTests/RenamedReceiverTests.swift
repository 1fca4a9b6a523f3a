import API
import Foundation
import TestSupport
import Testing

/// Files that pay one person by different names.
@Suite struct RenamedReceiverTests {
    /// How a line names whom it pays.
    private enum Name: Sendable {
        case iban(String)
        case other(String, kind: String)

        var members: String {
            switch self {
            case .iban(let number): #""iban":"\#(number)""#
            case .other(let text, let kind): #""account":"\#(text)","accountKind":"\#(kind)""#
            }
        }
    }

    private struct Line {
        let name: Name
        let amount: String
        var text = "Leefgeld"
        var day = TestPaymentFile.bankDay
        var code: String?

        var json: String {
            #"{"name":"A",\#(name.members),"amount":"\#(amount)","description":"\#(text)","#
                + (code.map { #""purpose":"\#($0)","# } ?? "") + #""executionDate":"\#(day)"}"#
        }
    }

    private func submit(
        _ lines: [Line],
        to programme: Programme,
        _ community: TestCommunity
    ) async throws -> Batch {
        let json = #"{"lines":[\#(lines.map(\.json).joined(separator: ","))]}"#
        return try await community.clerk.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: Data(json.utf8),
            headers: ["Content-Type": "application/json"]
        ).decode(Batch.self)
    }

    private func number(_ text: String, of person: Identifier, _ community: TestCommunity)
        async throws -> LinkedClientNumber
    {
        let link = try await community.link(text, to: person).decode(LinkedClientNumber.self)
        return try await community.confirm(link, text, by: community.colleague)
            .decode(LinkedClientNumber.self)
    }

    /// Three lines for others, all named in one way.
    private func strangers(_ kind: String, _ amount: String) -> [Line] {
        (1...3).map { index in
            Line(
                name: kind == "iban"
                    ? .iban(TestIBAN.number(910_000 + index))
                    : .other("nobody.\(index)", kind: kind),
                amount: amount
            )
        }
    }

    @Test(arguments: ["iban", "alias"])
    func `whoever is named otherwise in another file waits for a person`(usual: String)
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let iban = TestIBAN.number(911_000)
        let resident = try await community.enrolPerson("A", iban: iban, alias: "inwoner.a")
        _ = try await number("K-9001", of: resident.person, community)
        let card = try await community.blankCards(1)[0]
        #expect(try await community.link(card, to: resident.person).status == 201)
        let names: [Name] = [
            .iban(iban), .other("inwoner.a", kind: "alias"),
            .other("K-9001", kind: "clientNumber"), .other(card.number, kind: "card"),
        ]
        for first in names.indices {
            for second in names.indices where first != second {
                let amount = "\(first + 1).\(second + 1)0"
                let one = try await submit(
                    [Line(name: names[first], amount: amount)],
                    to: programme,
                    community
                )
                #expect(one.state == .validated)
                let two = try await submit(
                    strangers(usual, amount) + [Line(name: names[second], amount: amount)],
                    to: programme,
                    community
                )
                #expect(two.state == .draft, "\(names[first]) \(names[second])")
                let parked = try await community.clerk.call(
                    .listInstructions,
                    ["batchId": "\(two.id)"],
                    query: "state=parked"
                ).decode(Page<Instruction>.self).items
                let repeated = parked.filter { $0.line == 4 }
                #expect(repeated.map(\.repeats) == [RepeatedLine(batchId: one.id, line: 1)])
                // The strangers were paid so much by no other file.
                #expect(parked.count == 1)
            }
        }
    }

    @Test func `who was paid is known, whatever their name is now`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let iban = TestIBAN.number(911_001)
        let resident = try await community.enrolPerson("A", iban: iban)
        let link = try await number("K-9002", of: resident.person, community)
        let byNumber = Line(name: .other("K-9002", kind: "clientNumber"), amount: "10.00")
        let first = try await submit([byNumber], to: programme, community)
        try await community.approve(first.id)
        #expect(try await community.withdraw(link).status < 300)
        let second = try await submit(
            [Line(name: .iban(iban), amount: "10.00")],
            to: programme,
            community
        )
        #expect(second.state == .draft && second.counts.parked == 1)
        _ = try await community.clerk.call(
            .decideParkedLines,
            ["batchId": "\(second.id)"],
            body: ParkingDecision(decision: .confirm, reason: "Twee kinderen")
        ).decode(Batch.self)
        try await community.approve(second.id)
        #expect(try await resident.available() == "20.00")
    }

    @Test func `somebody who has not enrolled is known by what others confirmed`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let iban = TestIBAN.number(911_002)
        let person = try await community.registerPerson("A", iban: iban)
        let byNumber = Line(name: .other("K-9003", kind: "clientNumber"), amount: "10.00")
        let claim = try await community.link("K-9003", to: person.id)
            .decode(LinkedClientNumber.self)
        _ = try await submit(
            [Line(name: .iban(iban), amount: "10.00")],
            to: programme,
            community
        )
        let unknown = try await submit([byNumber], to: programme, community)
        #expect(unknown.state == .validated)
        _ = try await community.clerk.call(
            .cancelBatch,
            ["batchId": "\(unknown.id)"],
            body: BatchCancellation(reason: "eerst bevestigen")
        ).decode(Batch.self)
        #expect(
            try await community.confirm(claim, "K-9003", by: community.colleague).status == 201
        )
        var again = byNumber
        again.text = " LEEFGELD "
        let known = try await submit([again], to: programme, community)
        #expect(known.state == .draft && known.counts.parked == 1)
    }

    @Test func `in one file, or for something else, another name is another payment`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let iban = TestIBAN.number(911_003)
        let resident = try await community.enrolPerson("Ouder", iban: iban, alias: "ouder")
        let alias = Name.other("ouder", kind: "alias")
        let children = [
            Line(name: .iban(iban), amount: "10.00"), Line(name: alias, amount: "10.00"),
        ]
        let first = try await submit(children, to: programme, community)
        #expect(first.state == .validated && first.counts.acceptable == 2)
        try await community.approve(first.id)
        #expect(try await resident.available() == "20.00")
        for other in [
            Line(name: alias, amount: "10.01"),
            Line(name: alias, amount: "10.00", text: "Bril"),
            Line(name: alias, amount: "10.00", day: TestPaymentFile.day(in: 40)),
        ] {
            #expect(try await submit([other], to: programme, community).state == .validated)
        }
        let elsewhere = try await community.fundedProgramme()
        let same = Line(name: alias, amount: "10.00", text: "leefgeld")
        #expect(try await submit([same], to: elsewhere, community).state == .validated)
    }

    @Test func `where one of two lines has no purpose code their texts are compared`() async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let name = Name.iban(TestIBAN.number(911_004))
        let plain = Line(name: name, amount: "10.00")
        let coded = Line(name: name, amount: "10.00", code: "BENE")
        let otherwise = Line(name: name, amount: "10.00", code: "SSBE")
        let glasses = Line(name: name, amount: "10.00", text: "Bril", code: "BENE")
        for (index, (first, second, state)) in [
            (plain, coded, BatchState.draft), (coded, plain, .draft),
            (coded, otherwise, .validated),
            (coded, glasses, .draft), (plain, glasses, .validated), (glasses, plain, .validated),
        ].enumerated() {
            let programme = try await community.fundedProgramme()
            // No two files of the test have the same content.
            let filler = Line(name: .iban(TestIBAN.number(911_100 + index)), amount: "1.00")
            let one = try await submit([first, filler], to: programme, community)
            #expect(one.state == .validated)
            let own = Line(name: .iban(TestIBAN.number(911_200 + index)), amount: "2.00")
            let two = try await submit([second, own], to: programme, community)
            #expect(two.state == state, "\(index)")
        }
    }
}
