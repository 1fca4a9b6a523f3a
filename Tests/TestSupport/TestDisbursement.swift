package import API
import Foundation

/// One line of a payment file.
package struct TestCredit: Sendable {
    package let name: String
    package let iban: String
    package let amount: String

    package init(_ name: String, _ iban: String, _ amount: String) {
        self.name = name
        self.iban = iban
        self.amount = amount
    }
}

/// Payment files as a municipality makes them: one PmtInf per payment, no BIC, NOTPROVIDED.
package enum TestPaymentFile {
    /// A pain.001.001.03 with these credits; `count` only if it should be wrong. It is to be paid on
    /// `bankDay`, or in so many days.
    package static func xml(
        _ credits: [TestCredit],
        messageID: String = UUID().uuidString.replacing("-", with: ""),
        count: Int? = nil,
        executionInDays days: Int? = nil
    ) -> String {
        let executionDay = days.map(day(in:)) ?? bankDay
        let createdOn = day(in: 0)
        let payments = credits.enumerated().map { index, credit in
            """
            <PmtInf><PmtInfId>P\(index + 1)</PmtInfId><PmtMtd>TRF</PmtMtd>\
            <NbOfTxs>1</NbOfTxs><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>\
            <ReqdExctnDt>\(executionDay)</ReqdExctnDt><Dbtr><Nm>Gemeente Voorbeeld</Nm></Dbtr>\
            <DbtrAcct><Id><IBAN>\(TestIBAN.number(1))</IBAN></Id></DbtrAcct>\
            <DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>\
            <ChrgBr>SLEV</ChrgBr><CdtTrfTxInf>\
            <PmtId><EndToEndId>NOTPROVIDED</EndToEndId></PmtId>\
            <Amt><InstdAmt Ccy="EUR">\(credit.amount)</InstdAmt></Amt>\
            <Cdtr><Nm>\(credit.name)</Nm></Cdtr>\
            <CdtrAcct><Id><IBAN>\(credit.iban)</IBAN></Id></CdtrAcct>\
            <RmtInf><Ustrd>Leefgeld</Ustrd></RmtInf></CdtTrfTxInf></PmtInf>
            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn>\
            <GrpHdr><MsgId>\(messageID)</MsgId><CreDtTm>\(createdOn)T09:00:00</CreDtTm>\
            <NbOfTxs>\(count ?? credits.count)</NbOfTxs>\
            <InitgPty><Nm>Gemeente Voorbeeld</Nm></InitgPty></GrpHdr>
            \(payments.joined(separator: "\n"))
            </CstmrCdtTrfInitn></Document>
            """
    }

    /// A day on which banks paid, ten days ago or more: nothing is put off, and nothing told about it,
    /// whatever day it is today. The same for all tests of a run.
    package static var bankDay: String { bankDays[1] }

    /// It between the days before and after it, on which banks paid as well, in one month.
    package static let bankDays: [String] = {
        let today = Int(Date().timeIntervalSince1970) / 86_400
        let holidays = ["01-01", "05-01", "12-25", "12-26"]
        // Tuesdays to Thursdays, which no Easter touches; 1970 began on a Thursday.
        let weeks = (11...).lazy.filter { (today - $0) % 7 == 6 }.map { wednesday in
            [1, 0, -1].map { day(in: -wednesday - $0) }
        }
        return weeks.first { days in
            Set(days.map { $0.prefix(7) }).count == 1
                && !days.contains { holidays.contains(String($0.suffix(5))) }
        } ?? []
    }()

    /// The day so many days from now, in UTC.
    package static func day(in days: Int) -> String {
        let seconds = Int64(Date().timeIntervalSince1970) + Int64(days) * 86_400
        return String(Instant(microseconds: seconds * 1_000_000).description.prefix(10))
    }
}

extension TestCommunity {
    /// A programme with money in it.
    package func fundedProgramme(
        _ value: String = "1000.00",
        of institution: Identifier? = nil,
        transparency: ProgrammeTransparency? = nil,
        potsExpireIn days: Int? = nil,
        earmark: Earmark? = nil,
        waitingDays: Int? = nil
    ) async throws -> Programme {
        let now = Int64(Date().timeIntervalSince1970)
        let programme = try await clerk.call(
            .createProgramme,
            body: ProgrammeCreation(
                name: "Leefgeld",
                coin: Self.coin,
                institutionId: institution,
                potsExpireAt: days.map {
                    Instant(microseconds: (now + Int64($0) * 86_400) * 1_000_000)
                },
                transparency: transparency,
                earmark: earmark,
                waitingDays: waitingDays
            )
        ).decode(Programme.self)
        _ = try await fund(programme.id, value).decode(Funding.self)
        return programme
    }

    /// The clerk uploads a file.
    package func submit(
        _ xml: String,
        to programme: Identifier,
        key: String? = nil,
        fileName: String? = nil
    ) async throws -> TestAnswer {
        try await clerk.send(
            .submitBatch,
            ["programmeId": "\(programme)"],
            query: fileName.map { "fileName=\($0)" } ?? "",
            bytes: Data(xml.utf8),
            key: key
        )
    }

    /// The approver approves; returns when the batch is done.
    @discardableResult
    package func approve(_ batch: Identifier) async throws -> Batch {
        let answer = try await approver.call(
            .approveBatch,
            ["batchId": "\(batch)"],
            body: BatchApproval()
        )
        _ = try answer.decode(Batch.self)
        return try await settled(batch)
    }

    /// The batch once every line has its outcome.
    package func settled(_ id: Identifier) async throws -> Batch {
        try await eventually("batch done") {
            let batch = try await batch(id)
            return [.done, .partlyDone].contains(batch.state) ? batch : nil
        }
    }

    /// A batch as it is now.
    package func batch(_ id: Identifier) async throws -> Batch {
        try await approver.call(.getBatch, ["batchId": "\(id)"]).decode(Batch.self)
    }

    /// The money of a programme as it is now.
    package func budget(of programme: Identifier) async throws -> ProgrammeBudget {
        try await clerk.call(.getProgramme, ["programmeId": "\(programme)"])
            .decode(Programme.self).budget
    }

    /// The clerk says how a programme treats its files.
    @discardableResult
    package func setFiles(
        of programme: Identifier,
        _ settings: FileSettingsCreation
    ) async throws -> FileSettings {
        try await clerk.call(
            .setFileSettings,
            ["programmeId": "\(programme)"],
            body: settings
        ).decode(FileSettings.self)
    }

    /// Puts coins in wallets by a payment file, as it happens in life.
    package func credit(_ credits: [TestCredit], programme: Programme? = nil) async throws {
        let programme =
            if let programme { programme } else { try await fundedProgramme("100000.00") }
        let batch = try await submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        try await approve(batch.id)
    }

    /// A resident with coins in the wallet.
    package func resident(
        with value: String,
        iban: Int = Int.random(in: 1_000_000...999_999_999)
    ) async throws -> TestResident {
        let number = TestIBAN.number(iban)
        let resident = try await enrolPerson("Inwoner \(iban)", iban: number)
        try await credit([TestCredit("Inwoner", number, value)])
        return resident
    }

    /// The treasurer sets a code of the journal.
    package func setJournalCode(
        _ account: JournalAccount,
        _ code: String,
        of programme: Identifier? = nil
    ) async throws -> JournalCode {
        try await treasurer.call(
            .setJournalCode,
            body: JournalCodeSetting(
                coin: Self.coin,
                account: account,
                programmeId: programme,
                code: code
            )
        ).decode(JournalCode.self)
    }

    /// What circulates and what is in reserve, as decimal text.
    package func books() async throws -> (circulation: String, reserve: String) {
        let books = try await administrator.call(.getCirculation, ["coinCode": Self.coin])
            .decode(Circulation.self)
        return (books.circulation.value, books.reserve.value)
    }
}

/// Asks again until there is an answer; throws after a generous deadline.
package func eventually<Value: Sendable>(
    _ what: String,
    within limit: Duration = .seconds(180),
    _ ask: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await ask() { return value }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw NeverHappened(what: what)
}

/// What a test waited for in vain.
package struct NeverHappened: Error, CustomStringConvertible {
    let what: String
    package var description: String { "never happened: \(what)" }
}
