import Testing

/// Work that is about more than one community says so, and why is written down here.
@Suite struct TenantTests {
    /// Each file that uses the exception, how often, and for what.
    private static let decided: [(path: String, uses: Int, reason: String)] = [
        ("AccountsService/Communities/CommunityRoutes", 2, "the operator makes and lists them all"),
        ("AccountsService/Enrolments/EnrolmentRoutes", 1, "a code tells its community"),
        ("AccountsService/Tokens/IssueToken", 1, "a client's id tells its community"),
        ("DisbursementService/Execution/CarryOutBatches", 1, "finds approved batches"),
        ("DisbursementService/Intake/AbandonedFileWorker", 1, "cleans up after a crash"),
        ("DisbursementService/Notices/TellHolders", 1, "finds pots to tell their holders of"),
        ("DisbursementService/Recalls/CarryOutRecalls", 1, "finds recalls that are due"),
        (
            "DisbursementService/StandingInstructions/PayStandingInstructions", 1,
            "finds what is due"
        ),
        (
            "DisbursementService/ReservedCredits/MoveReservedCredits", 1,
            "finds what can land, and what nobody came for"
        ),
        ("Ledger/Audit/LedgerWatch", 1, "checks the books of all"),
        ("MerchantService/Redemptions/ScheduledRedemptions", 1, "finds schedules that are due"),
        ("MerchantService/Events/NumberEvents", 1, "finds events without a number"),
        ("MerchantService/Webhooks/DeliverWebhooks", 1, "finds webhooks to deliver to"),
        ("ServiceKit/Configuration/SealAnew", 1, "seals with another key what is sealed"),
        ("MerchantService/Payments/SettleOwedRefunds", 1, "finds what is owed"),
        ("ServiceKit/Authentication/Revocations", 1, "holds the revoked clients of all"),
        ("ServiceKit/Authentication/UsedProofs", 1, "forgets what is old of all"),
        ("WalletService/Events/WatchedWallets", 1, "asks about watched wallets of all"),
        ("ServiceKit/Retention/Retention", 1, "forgets what is old of all"),
    ]

    @Test func `only work that was decided on looks across communities`() {
        var found: [String: Int] = [:]
        for file in Repository.sources
        where file.path.hasPrefix("Sources/") && file.path != "Sources/Postgres/Tenant.swift" {
            let uses = file.lines.count { line in
                line.contains("acrossCommunities") || line.contains("everyCommunity")
            }
            if uses > 0 { found[file.path] = uses }
        }
        let decided = Dictionary(
            uniqueKeysWithValues: Self.decided.map { ("Sources/\($0.path).swift", $0.uses) }
        )
        #expect(found == decided)
    }

    @Test func `no program gives a pool of connections a tenant beforehand`() {
        let files = Repository.sources.filter { file in
            file.path.hasPrefix("Sources/") && file.lines.contains { $0.contains(".tenant = .") }
        }
        #expect(files.map(\.path) == [])
    }
}
