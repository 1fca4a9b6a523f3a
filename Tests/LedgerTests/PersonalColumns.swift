/// What of every table is about people, as it was decided. A table, or a column of a table with
/// people in it, that is not here fails the tests until somebody has decided about it and written it
/// into `docs/privacy.md`.
enum PersonalColumns {
    /// Table, its personal columns, and after a bar the others.
    static let tables: [String: (personal: Set<String>, others: Set<String>)] = lines(
        """
        accounts.party iban_evidence iban_hash iban_masked iban_sealed name \
            | community_id created_at erased_at iban_linked_at iban_linked_by iban_verified_at \
            iban_verified_by id institution_kind kind
        accounts.official subject | client_id community_id created_at issuer
        accounts.mandate decision revocation_reason \
            | agent_id community_id created_at given_by id kind limit_per_act limit_per_day \
            principal_id revoked_at revoked_by scopes shops valid_from valid_until
        accounts.card last_four number_hash pin_hash \
            | community_id created_at created_by id most_wrong_pins party_id print_run_id state \
            wrong_pins
        accounts.card_event reason | act card_id client_id community_id happened_at id party_id
        accounts.card_try guess \
            | card_id client_id community_id counted_in fingerprint key outcome party_id payment_id \
            tried_at
        accounts.target_group_member group_id party_id \
            | added_at added_by community_id valid_until
        accounts.wrong_code source | attempts window_at
        accounts.client_number evidence masked number_hash \
            | community_id confirmed_at confirmed_by id institution_id linked_at linked_by \
            party_id withdrawn_at withdrawn_by
        accounts.client name public_key public_key_x public_key_y revocation_reason \
            | community_id created_at id kind party_id public_key_kind revoked_at roles shop_id \
            terminal_id
        accounts.revocation reason | client_id community_id created_at tokens_before
        accounts.activation_code code_hash \
            | client_id community_id created_at expires_at party_id shop_id terminal_id used_at
        accounts.idempotency_record body \
            | client_id community_id content_type created_at fingerprint key location operation status
        audit.subject salt | community_id subject_id
        audit.event after before \
            | client_id community_id head nr object_id object_kind on_behalf_of operation party_id \
            recorded_at request_id service subject_id
        wallet.wallet alias | community_id created_at id party_id
        wallet.retired_alias alias | community_id retired_at wallet_id
        wallet.idempotency_record body \
            | client_id community_id content_type created_at fingerprint key location operation \
            outcome request_id result_id status
        merchant.merchant iban name \
            | account_id category_code coin community_id created_at iban_verified_at id kvk_number \
            owed
        merchant.iban_request evidence iban \
            | community_id id merchant_id requested_at requested_by state verified_at verified_by
        merchant.payment approval reference verdict \
            | accepted_at amount card_id challenge coin community_id expires_at hold_seconds id \
            is_at_distance mandate_id merchant_id owed payer_client_id payer_party_id refunded \
            request_mandate_id requested_at reservation_id shift_id shop_id sponsored state \
            terminal_id transfer_id vat_amounts vat_rates wallet_id
        merchant.discount_use discount_id party_id \
            | amount community_id payment_id period_start returned
        merchant.discount_allowance discount_id party_id \
            | amount community_id period_start uses
        merchant.payment_proposal reference \
            | amount coin community_id decided_at decided_by decision expires_at id match_code \
            merchant_id proposed_at proposer_client_id proposer_party_id shop_id terminal_id
        merchant.travel_trace cell_east cell_north paid_at | community_id wallet_id
        merchant.refund reason \
            | amount community_id corrects id party_id payment_id refunded_at refunded_by \
            settled_at shift_id state transfer_id vat_amounts
        merchant.redemption creditor_iban creditor_name \
            | amount coin community_id community_share end_to_end_id fee id merchant_id \
            payout_id requested_at requested_by return_reason return_transfer_id returned_at \
            scheduled_on settled_at settlement_id settlement_transfer_id state
        merchant.payout creditor_iban creditor_name reason rejection_reason \
            | amount coin community_id decided_at decided_by id programme_id proposed_at \
            proposed_by source state
        merchant.idempotency_record body \
            | client_id community_id content_type created_at fingerprint key location operation \
            outcome request_id result_id status
        disbursement.bank_credit payer_name remittance \
            | amount bank_reference booked_on community_id decided_at decided_by \
            dismissal_reason iban id identity imported_by programme_id source_line state statement_id
        disbursement.instruction alias creditor_hash creditor_masked creditor_name end_to_end_id \
            instruction_id remittance \
            | amount batch_id community_id creditor_kind execution_on id nr payment_id \
            purpose refusal_code repeats_batch_id repeats_nr returned_at source_line state \
            waiting_since
        disbursement.parking_decision reason \
            | batch_id community_id decided_at decided_by decision id lines
        disbursement.line_return reason | batch_id community_id nr returned_by
        disbursement.batch cancellation_reason release_reason \
            | approvals_needed approved_at approved_by cancelled_at cancelled_by \
            commitment_account_id community_id content_hash count creditors_forgotten_at done_at \
            executes_on file_name first_on id last_on message_id message_type omitted_findings \
            programme_id released_at released_by repeats_batch_id state stated_count stated_sum \
            submitted_at submitted_by submitted_for total
        disbursement.repeat_keys keys | batch_id by_iban coded community_id first_nr nrs
        disbursement.recall decision_reason objection reason withdrawal_reason \
            | announced_at announced_by community_id decided_at decided_by due_at ended_at \
            grant_id id most objected_at objected_by party_id programme_id state taken \
            withdrawn_by
        disbursement.standing_instruction reference stop_reason \
            | attempts community_id created_at created_by id look_at on_closed_day party_id \
            programme_id purpose stopped_by stopped_from waiting_reason
        disbursement.departure departed_on ending_reason kind note \
            | community_id decided_at decided_by ended_at ended_by id party_id recalls reported_at \
            reported_by state stopped_standing
        disbursement.upload_part sealed \
            | community_id length start upload_id
        disbursement.idempotency_record body \
            | client_id community_id content_type created_at fingerprint key location operation status
        ledger.transfer reference \
            | accounts amounts batch client_id coin community_id hold_id id kind party_id place \
            posted_at related_id
        """
    )

    /// Tables that have nothing of people but ids, which lead to nobody once a person is erased.
    static let withoutPeople: Set<String> = [
        "public.schema_migration",
        "accounts.coin", "accounts.community", "accounts.geofence", "accounts.locality_policy",
        "accounts.mandate_use", "accounts.nonce_key", "accounts.target_group",
        "accounts.used_assertion",
        "accounts.used_proof", "wallet.used_proof", "merchant.used_proof",
        "disbursement.used_proof",
        "audit.chain",
        "wallet.depreciation_policy", "wallet.ledger_check", "wallet.ledger_drift", "wallet.pot",
        "wallet.earmark", "wallet.event", "wallet.event_counter", "wallet.told_pot",
        "merchant.bank_answer", "merchant.bank_answer_line", "merchant.closing",
        "merchant.closing_line", "merchant.discount", "merchant.event", "merchant.event_counter",
        "merchant.hold", "merchant.locality_refusal", "merchant.main_shop",
        "merchant.redemption_policy", "merchant.redemption_schedule", "merchant.settlement",
        "merchant.shift", "merchant.shop", "merchant.shop_move", "merchant.shop_suspension",
        "merchant.terminal",
        "merchant.used_payer_code", "merchant.webhook_delivery", "merchant.webhook_endpoint",
        "disbursement.bank_statement", "disbursement.extension",
        "disbursement.credit", "disbursement.credit_rule",
        "disbursement.batch_approval", "disbursement.upload",
        "disbursement.batch_tally", "disbursement.file_setting", "disbursement.finding",
        "disbursement.line_moment",
        "disbursement.journal_code",
        "disbursement.funding",
        "disbursement.grant_rules", "disbursement.notice",
        "disbursement.standing_approval", "disbursement.standing_payment",
        "disbursement.standing_term",
        "disbursement.programme", "disbursement.programme_change",
        "disbursement.programme_locality_policy",
        "ledger.account", "ledger.batch", "ledger.chain", "ledger.coin", "ledger.depreciation",
        "ledger.hold", "ledger.hold_part", "ledger.holder", "ledger.holder_class",
        "ledger.opening_rule", "ledger.posting", "ledger.reversal", "ledger.transfer_rule",
    ]

    private static func lines(
        _ text: String
    ) -> [String: (personal: Set<String>, others: Set<String>)] {
        var tables: [String: (personal: Set<String>, others: Set<String>)] = [:]
        for line in text.split(separator: "\n") {
            let halves = line.split(separator: "|")
            let words = halves[0].split(separator: " ").map(String.init)
            let others = halves[1].split(separator: " ").map(String.init)
            tables[words[0]] = (Set(words.dropFirst()), Set(others))
        }
        return tables
    }
}
