import API
import Foundation
import TestSupport
import Testing

/// A municipality and an employer pay the same person: each sees its own programmes only.
@Suite struct InstitutionTests {
    /// What one of them has.
    private struct Office {
        let community: TestCommunity
        let programme: Programme
        /// Waits for an approval.
        let batch: Batch
        let grant: Grant
        let recall: Recall
        let standing: StandingInstruction

        init(
            _ community: TestCommunity,
            paying resident: TestResident,
            _ number: String,
            _ amounts: [String]
        ) async throws {
            self.community = community
            programme = try await community.fundedProgramme("100.00")
            try await community.credit(
                [TestCredit("Inwoner", number, amounts[0])],
                programme: programme
            )
            batch = try await community.submit(
                TestPaymentFile.xml([TestCredit("Inwoner", number, amounts[1])]),
                to: programme.id
            ).decode(Batch.self)
            let grants = try await community.grants(of: resident)
            #expect(grants.map(\.programmeId) == [programme.id])
            grant = grants[0]
            recall = try await community.recall(grant.id, "te veel").decode(Recall.self)
            standing = try await community.standing(
                programme.id,
                resident.person,
                amounts[0],
                1
            ).decode(StandingInstruction.self)
        }

        var path: [String: String] {
            [
                "programmeId": "\(programme.id)", "batchId": "\(batch.id)",
                "grantId": "\(grant.id)", "recallId": "\(recall.id)",
                "standingInstructionId": "\(standing.id)",
            ]
        }
    }

    private struct Town {
        let resident: TestResident
        let number: String
        let municipality, employer: Office

        static func make() async throws -> Town {
            let community = try await TestCommunity.make()
            let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
            let resident = try await community.enrolPerson("Inwoner", iban: number)
            return Town(
                resident: resident,
                number: number,
                municipality: try await Office(
                    community,
                    paying: resident,
                    number,
                    ["10.00", "11.00"]
                ),
                employer: try await Office(
                    community.employer(),
                    paying: resident,
                    number,
                    ["20.00", "21.00"]
                )
            )
        }

        /// Who looks at whose.
        var strangers: [(Office, Office)] { [(employer, municipality), (municipality, employer)] }
    }

    private static let reading: [API.Operation] = [
        .getProgramme, .getProgrammeCommitments, .listProgrammeLocalityPolicies,
        .listFileSettings, .listCreditRules, .getGrantRules, .listEarmarks, .getBatch,
        .listInstructions, .listFindings, .listParkingDecisions, .getFindingsCSV,
        .getStatusReport, .getGrant, .getRecall, .getRecallLetter, .getRecallLetterText,
        .getStandingInstruction, .listStandingPayments,
    ]

    @Test func `what another institution pays is not there to read`() async throws {
        let town = try await Town.make()
        for (viewer, owner) in town.strangers {
            for official in [viewer.community.clerk, viewer.community.approver] {
                for operation in Self.reading {
                    let own = try await official.call(operation, viewer.path)
                    #expect(own.status == 200, "\(operation.id)")
                    let other = try await official.call(operation, owner.path)
                    #expect(other.problemType == .notFound, "\(operation.id)")
                }
                let programmes = try await official.call(.listProgrammes)
                    .decode(Page<Programme>.self).items
                #expect(programmes.map(\.id) == [viewer.programme.id])
                let recalls = try await official.call(.listRecalls).decode(Page<Recall>.self)
                #expect(recalls.items.map(\.id) == [viewer.recall.id])
                let letters = try await official.call(.getRecallLetterTexts).text
                #expect(letters.contains("\(viewer.recall.id)"))
                #expect(!letters.contains("\(owner.recall.id)"))
                let batches = try await official.call(.listBatches).decode(Page<Batch>.self).items
                #expect(Set(batches.map(\.programmeId)) == [viewer.programme.id])
                let totals = try await official.call(
                    .getPersonTotals,
                    [
                        "personId": "\(town.resident.person)",
                        "period": String(viewer.community.days.day().prefix(4)),
                    ]
                ).decode(PersonTotals.self)
                #expect(totals.programmes.map(\.programmeId) == [viewer.programme.id])
            }
        }
        let all = try await town.resident.phone.call(
            .listGrants,
            ["personId": "\(town.resident.person)"]
        ).decode(Page<Grant>.self).items
        #expect(all.count == 2)
    }

    @Test func `nor is it to be approved, changed or paid from`() async throws {
        let town = try await Town.make()
        for (viewer, owner) in town.strangers {
            let (clerk, approver) = (viewer.community.clerk, viewer.community.approver)
            let reason = "niet van ons"
            let refused = [
                try await approver.call(.approveBatch, owner.path, body: BatchApproval()),
                try await approver.call(
                    .cancelBatch,
                    owner.path,
                    body: BatchCancellation(reason: reason)
                ),
                try await clerk.call(
                    .recallGrant,
                    owner.path,
                    body: RecallCreation(reason: reason)
                ),
                try await clerk.call(
                    .returnLines,
                    owner.path,
                    body: LineReturn(lines: [1], reason: reason)
                ),
                try await clerk.call(
                    .recallLines,
                    owner.path,
                    body: LineRecallCreation(lines: [1], reason: reason)
                ),
                try await approver.call(
                    .withdrawRecall,
                    owner.path,
                    body: RecallWithdrawal(reason: reason)
                ),
                try await approver.call(
                    .decideStandingInstruction,
                    owner.path,
                    body: StandingDecision(approve: true)
                ),
                try await viewer.community.setGrantRules(of: owner.programme.id, waitingDays: 90),
                try await viewer.community.standing(
                    owner.programme.id,
                    town.resident.person,
                    "1.00",
                    1
                ),
                try await viewer.community.beginUpload(of: [60, 97, 62], to: owner.programme.id),
                try await viewer.community.submit(
                    TestPaymentFile.xml([TestCredit("Inwoner", town.number, "1.00")]),
                    to: owner.programme.id
                ),
            ]
            for (index, answer) in refused.enumerated() {
                #expect(answer.problemType == .notFound, "\(index)")
            }
        }
        for office in [town.municipality, town.employer] {
            #expect(try await office.community.batch(office.batch.id).state == .validated)
            try await office.community.approve(office.batch.id)
        }
        #expect(try await town.resident.available() == "62.00")
    }

    @Test func `a departure is for all programmes, each by its own rules`() async throws {
        let town = try await Town.make()
        let (mine, theirs) = (town.municipality, town.employer)
        let departure = try await theirs.community.reportDeparture(of: town.resident.person)
            .decode(Departure.self)
        let decided = try await theirs.community.approver.call(
            .decideDeparture,
            ["departureId": "\(departure.id)"],
            body: DepartureDecision(confirm: true)
        ).decode(Departure.self)
        #expect(decided.stoppedStandingInstructions == 2)
        for office in [mine, theirs] {
            let standing = try await office.community.approver.call(
                .getStandingInstruction,
                office.path
            ).decode(StandingInstruction.self)
            #expect(standing.stoppedFromOn == "2026-01-01")
        }
    }
}
