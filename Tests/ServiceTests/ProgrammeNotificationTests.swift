import API
import Foundation
import ISO20022
import LocalStack
import Postgres
import TestSupport
import Testing

/// What a bookkeeping reads of a programme and a period: every entry of its account, once.
@Suite struct ProgrammeNotificationTests {
    /// What a notification tells.
    private struct Told {
        let id: String?
        /// One text per entry.
        var entries: [String] = []
        var sum: Int64 = 0
    }

    private func text(
        _ period: String,
        of programme: Programme,
        _ community: TestCommunity
    ) async throws -> String {
        let answer = try await community.clerk.call(
            .getProgrammeCreditNotification,
            ["programmeId": "\(programme.id)", "period": period]
        )
        #expect(answer.status == 200 && answer.headers["content-type"] == MediaType.xml)
        return answer.text
    }

    /// As a bank's notification is read.
    private func read(_ text: String) -> Told {
        var movements: [AccountMovement] = []
        let reader = BankMessageReader { event in
            if case .movement(let movement) = event { movements.append(movement) }
        }
        reader.feed(Array(text.utf8))
        let report = reader.finish()
        #expect(report.refusal == nil && report.type == .camt05400108)
        var told = Told(id: report.messageID)
        for movement in movements {
            let cents = (movement.amountMinorUnits ?? 0) * (movement.isCredit ? 1 : -1)
            told.sum += cents
            let code = movement.returnReason ?? movement.transactionCode
            told.entries.append(
                "\(movement.originalMessageID ?? "-") \(movement.originalPaymentID ?? "-") "
                    + "\(cents) \(code)"
            )
        }
        return told
    }

    @Test func `a period has every entry of the programme once, whatever it came from`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00", waitingDays: 30)
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Ontvanger", iban: number)
        let later = TestCredit("Later", TestIBAN.number(641), "40.00")
        var messages: [String] = []
        for credits in [[TestCredit("Ontvanger", number, "10.00"), later], [later]] {
            let xml = TestPaymentFile.xml(credits)
            // The second file pays somebody again, which is as it should be.
            let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
            messages.append(try #require(batch.messageId))
            if batch.state == .draft {
                let confirm = ParkingDecision(decision: .confirm, reason: "for two children")
                _ = try await community.clerk.call(
                    .decideParkedLines,
                    ["batchId": "\(batch.id)"],
                    body: confirm
                ).decode(Batch.self)
            }
            try await community.approve(batch.id)
            guard messages.count == 1 else { continue }
            _ = try await OpenedDatabase.shared.owner.execute(
                """
                UPDATE disbursement.instruction SET waiting_since = now() - interval '31 days'
                 WHERE batch_id = \(batch.id.uuid)
                """
            )
            _ = try await eventually("the coins return") {
                try await community.batch(batch.id).counts.returned == 1 ? true : nil
            }
        }
        let grant = try await community.newestGrant(of: resident)
        let recall = try await community.recall(grant.id, "verhuisd", atMost: "4.00")
            .decode(Recall.self)
        try await community.endWaiting(of: recall.id)
        _ = try await community.recall(recall.id, in: .done)
        let standing = try await community.standing(
            programme.id,
            resident.person,
            "12.50",
            community.days.dayOfMonth,
            from: community.days.day()
        ).decode(StandingInstruction.self)
        _ = try await community.approveStanding(standing.id).decode(StandingInstruction.self)
        _ = try await eventually("a payment") {
            try await community.standingPayments(standing.id).first
        }
        // Another programme is another account.
        try await community.credit([TestCredit("Ontvanger", number, "7.00")])

        let today = try await text(community.days.day(), of: programme, community)
        let told = read(today)
        let own = "\(standing.id)".replacing("-", with: "")
        #expect(
            told.entries == [
                "\(messages[0]) P1 -1000 PMNT-ICDT-BOOK", "\(messages[0]) P2 -4000 PMNT-ICDT-BOOK",
                "\(messages[0]) P2 4000 BE06", "\(messages[1]) P1 -4000 PMNT-ICDT-BOOK",
                "- - 10000 ", "\(messages[0]) P1 400 FOCR", "- \(own) -1250 PMNT-ICDT-BOOK",
            ]
        )
        #expect(today.contains("<Prtry><Cd>funding</Cd><Issr>WIJKMUNT</Issr></Prtry>"))
        let budget = try await community.budget(of: programme.id)
        #expect(community.amount(DecimalAmount.text(told.sum)) == budget.available)
        // Nothing is said beforehand of a day that goes on.
        #expect(!today.contains("<TxsSummry>"))
        let month = read(try await text(community.days.month(), of: programme, community))
        #expect(month.entries == told.entries && month.id != told.id)
        try await expectTotals(of: told, programme, community)
    }

    /// What the database adds up is what was told entry by entry.
    private func expectTotals(
        of told: Told,
        _ programme: Programme,
        _ community: TestCommunity
    ) async throws {
        let (credits, debits, count) = try await OpenedDatabase.shared.owner.query(
            """
            SELECT credits, debits, credit_count + debit_count
              FROM disbursement.booked_totals(
                   \(community.id.uuid), \(programme.id.uuid), now() - interval '2 days',
                   now() + interval '2 days')
            """
        ) { try $0.one().decode(Int64.self, Int64.self, Int64.self) }
        #expect(credits - debits == told.sum && Int(count) == told.entries.count)
    }

    @Test func `a period that is over gives the same bytes whenever it is asked for`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("10.00")
        let yesterday = community.days.day(in: -1)
        let first = try await text(yesterday, of: programme, community)
        let second = try await text(yesterday, of: programme, community)
        #expect(first == second && read(first).entries.isEmpty)
        #expect(first.contains("<MsgId>\(yesterday)-"))
        #expect(first.contains("<TxsSummry><TtlNtries><NbOfNtries>0</NbOfNtries>"))
    }

    @Test func `a year, a period to come, and another's programme are not there`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("10.00")
        let other = try await TestCommunity.make(rules: nil)
        for (clerk, period) in [
            (community.clerk, "\(community.days.year)"), (community.clerk, "9990-01"),
            (community.clerk, "2026-02-30"), (community.clerk, "yesterday"),
            (other.clerk, community.days.day()),
        ] {
            let answer = try await clerk.call(
                .getProgrammeCreditNotification,
                ["programmeId": "\(programme.id)", "period": period]
            )
            #expect(answer.problemType == .notFound, "\(period)")
        }
    }
}
