/// One step of the schema: SQL text that runs in one transaction and never changes afterwards.
package struct Migration: Sendable {
    /// 1, 2, 3 … without gaps.
    package let version: Int32
    /// The file's name without ending.
    package let name: String
    let sql: [UInt8]
}

extension Migration {
    /// All steps in order; a test compares them with the folder.
    package static let all: [Migration] = [
        ("m0001_roles", PackageResources.m0001_roles_sql),
        ("m0002_ledger", PackageResources.m0002_ledger_sql),
        ("m0003_posting", PackageResources.m0003_posting_sql),
        ("m0004_accounts", PackageResources.m0004_accounts_sql),
        ("m0005_wallet", PackageResources.m0005_wallet_sql),
        ("m0006_merchant", PackageResources.m0006_merchant_sql),
        ("m0007_disbursement", PackageResources.m0007_disbursement_sql),
        ("m0008_idempotency", PackageResources.m0008_idempotency_sql),
        ("m0009_ledger_history", PackageResources.m0009_ledger_history_sql),
        ("m0010_ledger_limits", PackageResources.m0010_ledger_limits_sql),
        ("m0011_ledger_posting", PackageResources.m0011_ledger_posting_sql),
        ("m0012_ledger_holds", PackageResources.m0012_ledger_holds_sql),
        ("m0013_wallet_transfers", PackageResources.m0013_wallet_transfers_sql),
        ("m0014_merchant_payments", PackageResources.m0014_merchant_payments_sql),
        ("m0015_ledger_check", PackageResources.m0015_ledger_check_sql),
        ("m0016_wallet_rules", PackageResources.m0016_wallet_rules_sql),
        ("m0017_revocations", PackageResources.m0017_revocations_sql),
        ("m0018_client_keys", PackageResources.m0018_client_keys_sql),
        ("m0019_cards", PackageResources.m0019_cards_sql),
        ("m0020_enrolment", PackageResources.m0020_enrolment_sql),
        ("m0021_mandates", PackageResources.m0021_mandates_sql),
        ("m0022_programme_spending", PackageResources.m0022_programme_spending_sql),
        ("m0023_proofs", PackageResources.m0023_proofs_sql),
        ("m0024_officials", PackageResources.m0024_officials_sql),
        ("m0025_audit_trail", PackageResources.m0025_audit_trail_sql),
        ("m0026_privacy", PackageResources.m0026_privacy_sql),
        ("m0027_tenant_isolation", PackageResources.m0027_tenant_isolation_sql),
        ("m0028_statements", PackageResources.m0028_statements_sql),
        ("m0029_ways_to_pay", PackageResources.m0029_ways_to_pay_sql),
        ("m0030_payment_holds", PackageResources.m0030_payment_holds_sql),
        ("m0031_discounts_and_refunds", PackageResources.m0031_discounts_and_refunds_sql),
        ("m0032_refunds_in_parts", PackageResources.m0032_refunds_in_parts_sql),
        ("m0033_locality_complete", PackageResources.m0033_locality_complete_sql),
        ("m0034_shop_days", PackageResources.m0034_shop_days_sql),
        ("m0035_settlement", PackageResources.m0035_settlement_sql),
        ("m0036_webhooks", PackageResources.m0036_webhooks_sql),
        ("m0037_intake", PackageResources.m0037_intake_sql),
        ("m0038_approval", PackageResources.m0038_approval_sql),
        ("m0039_creditors", PackageResources.m0039_creditors_sql),
        ("m0040_programme_rules", PackageResources.m0040_programme_rules_sql),
        ("m0041_grants", PackageResources.m0041_grants_sql),
        ("m0042_reporting", PackageResources.m0042_reporting_sql),
        ("m0043_uploads", PackageResources.m0043_uploads_sql),
        ("m0044_payouts", PackageResources.m0044_payouts_sql),
        ("m0045_plain_batches", PackageResources.m0045_plain_batches_sql),
        ("m0046_programme_changes", PackageResources.m0046_programme_changes_sql),
        ("m0047_files", PackageResources.m0047_files_sql),
        ("m0048_booked_euros", PackageResources.m0048_booked_euros_sql),
        ("m0049_line_counting", PackageResources.m0049_line_counting_sql),
        ("m0050_line_cancellations", PackageResources.m0050_line_cancellations_sql),
        ("m0051_credits", PackageResources.m0051_credits_sql),
        ("m0052_what_programmes_pay", PackageResources.m0052_what_programmes_pay_sql),
        ("m0053_holders_told_totals", PackageResources.m0053_holders_told_totals_sql),
        ("m0054_arrays_and_pots", PackageResources.m0054_arrays_and_pots_sql),
        ("m0055_departed_receivers", PackageResources.m0055_departed_receivers_sql),
        ("m0056_payer_references", PackageResources.m0056_payer_references_sql),
        ("m0057_departures_end", PackageResources.m0057_departures_end_sql),
        ("m0058_institutions_apart", PackageResources.m0058_institutions_apart_sql),
        ("m0059_kinds_of_join", PackageResources.m0059_kinds_of_join_sql),
        ("m0060_standing_approvals", PackageResources.m0060_standing_approvals_sql),
        (
            "m0061_lines_that_are_returned", PackageResources.m0061_lines_that_are_returned_sql
        ),
        ("m0062_instructing_parties", PackageResources.m0062_instructing_parties_sql),
        (
            "m0063_credits_told_differently",
            PackageResources.m0063_credits_told_differently_sql
        ),
        ("m0064_told_otherwise", PackageResources.m0064_told_otherwise_sql),
        ("m0065_credits_of_departed", PackageResources.m0065_credits_of_departed_sql),
        ("m0066_periods_and_terms", PackageResources.m0066_periods_and_terms_sql),
        ("m0067_later_lines", PackageResources.m0067_later_lines_sql),
    ].enumerated().map { index, step in
        Migration(version: Int32(index + 1), name: step.0, sql: step.1)
    }
}
