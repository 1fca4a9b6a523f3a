/// Who may do what to which table of the database.
extension DatabaseGrants {
    /// Table, role, right, and its columns when it is not for all; a table that nobody may touch
    /// stands alone.
    static let tables = lines(
        """
        public.schema_migration PUBLIC SELECT

        accounts.activation_code accounts INSERT
        accounts.activation_code accounts SELECT
        accounts.activation_code accounts UPDATE client_id expires_at used_at
        accounts.activation_code disbursement SELECT \
            code_hash community_id expires_at party_id terminal_id used_at
        accounts.card accounts INSERT \
            community_id created_at created_by id last_four number_hash print_run_id
        accounts.card accounts SELECT \
            community_id created_at created_by id last_four most_wrong_pins number_hash party_id \
            print_run_id state wrong_pins
        accounts.card accounts UPDATE most_wrong_pins party_id pin_hash state wrong_pins
        accounts.card disbursement SELECT community_id number_hash party_id
        accounts.card_event accounts INSERT
        accounts.card_event accounts SELECT
        accounts.card_try
        accounts.client accounts INSERT
        accounts.client accounts SELECT
        accounts.client accounts UPDATE name revocation_reason revoked_at roles
        accounts.client disbursement SELECT community_id id party_id revoked_at roles
        accounts.client merchant SELECT \
            community_id id kind party_id public_key_x public_key_y revoked_at
        accounts.client_number accounts INSERT
        accounts.client_number accounts SELECT
        accounts.client_number accounts UPDATE \
            confirmed_at confirmed_by evidence withdrawn_at withdrawn_by
        accounts.client_number disbursement SELECT \
            community_id confirmed_at number_hash party_id withdrawn_at
        accounts.coin accounts INSERT
        accounts.coin accounts SELECT
        accounts.coin disbursement SELECT
        accounts.coin merchant SELECT
        accounts.coin wallet SELECT
        accounts.community accounts INSERT
        accounts.community accounts SELECT
        accounts.community disbursement SELECT community_id name time_zone
        accounts.community merchant SELECT community_id time_zone
        accounts.geofence accounts INSERT
        accounts.geofence accounts SELECT
        accounts.geofence disbursement SELECT community_id name valid_from version
        accounts.geofence merchant SELECT
        accounts.idempotency_record accounts DELETE
        accounts.idempotency_record accounts INSERT
        accounts.idempotency_record accounts SELECT
        accounts.locality_policy accounts INSERT
        accounts.locality_policy accounts SELECT
        accounts.locality_policy merchant SELECT
        accounts.mandate accounts INSERT
        accounts.mandate accounts SELECT
        accounts.mandate accounts UPDATE revocation_reason revoked_at revoked_by
        accounts.mandate disbursement SELECT id revoked_at
        accounts.mandate merchant SELECT id revoked_at
        accounts.mandate wallet SELECT id revoked_at
        accounts.mandate_use accounts SELECT
        accounts.mandate_use wallet SELECT act_id community_id mandate_id operation principal_id
        accounts.nonce_key accounts SELECT
        accounts.nonce_key disbursement SELECT
        accounts.nonce_key merchant SELECT
        accounts.nonce_key wallet SELECT
        accounts.official accounts INSERT
        accounts.official accounts SELECT
        accounts.party accounts INSERT
        accounts.party accounts SELECT
        accounts.party accounts UPDATE \
            iban_evidence iban_hash iban_linked_at iban_linked_by iban_masked iban_sealed \
            iban_verified_at iban_verified_by
        accounts.party disbursement SELECT community_id iban_hash iban_verified_at id kind name
        accounts.party merchant SELECT community_id id kind name
        accounts.party wallet SELECT community_id id kind name
        accounts.revocation accounts INSERT
        accounts.revocation accounts SELECT
        accounts.revocation disbursement SELECT client_id tokens_before
        accounts.revocation merchant SELECT client_id tokens_before
        accounts.revocation wallet SELECT client_id tokens_before
        accounts.target_group accounts INSERT
        accounts.target_group accounts SELECT
        accounts.target_group merchant SELECT community_id id
        accounts.target_group_member accounts DELETE
        accounts.target_group_member accounts INSERT
        accounts.target_group_member accounts SELECT
        accounts.target_group_member accounts UPDATE added_at added_by valid_until
        accounts.used_assertion accounts DELETE
        accounts.used_assertion accounts INSERT
        accounts.used_assertion accounts SELECT
        accounts.used_proof accounts DELETE
        accounts.used_proof accounts INSERT
        accounts.used_proof accounts SELECT
        accounts.wrong_code accounts DELETE
        accounts.wrong_code accounts INSERT
        accounts.wrong_code accounts SELECT
        accounts.wrong_code accounts UPDATE attempts

        audit.chain accounts SELECT
        audit.chain audit SELECT
        audit.event accounts SELECT
        audit.event audit SELECT
        audit.subject

        wallet.depreciation_policy audit SELECT
        wallet.depreciation_policy wallet SELECT
        wallet.earmark disbursement INSERT categories community_id programme_id shops
        wallet.earmark disbursement SELECT
        wallet.event wallet SELECT
        wallet.event_counter
        wallet.event_seq_seq
        wallet.idempotency_record audit SELECT \
            client_id community_id created_at key operation outcome result_id
        wallet.idempotency_record wallet DELETE
        wallet.idempotency_record wallet INSERT
        wallet.idempotency_record wallet SELECT
        wallet.ledger_check audit SELECT
        wallet.ledger_check wallet INSERT
        wallet.ledger_check wallet SELECT
        wallet.ledger_check wallet UPDATE
        wallet.ledger_drift audit SELECT
        wallet.ledger_drift wallet INSERT
        wallet.ledger_drift wallet SELECT
        wallet.pot merchant SELECT
        wallet.pot wallet SELECT
        wallet.retired_alias
        wallet.told_pot
        wallet.used_proof wallet DELETE
        wallet.used_proof wallet INSERT
        wallet.used_proof wallet SELECT
        wallet.wallet accounts SELECT
        wallet.wallet disbursement SELECT
        wallet.wallet merchant SELECT
        wallet.wallet wallet SELECT

        merchant.bank_answer merchant INSERT
        merchant.bank_answer merchant SELECT
        merchant.bank_answer_line merchant INSERT
        merchant.bank_answer_line merchant SELECT
        merchant.closing merchant INSERT
        merchant.closing merchant SELECT
        merchant.closing_line merchant INSERT
        merchant.closing_line merchant SELECT
        merchant.discount merchant INSERT
        merchant.discount merchant SELECT
        merchant.discount merchant UPDATE ended_at ended_by
        merchant.discount_allowance
        merchant.discount_use
        merchant.event merchant SELECT
        merchant.event_counter merchant SELECT
        merchant.event_seq_seq
        merchant.hold audit SELECT amount captured community_id expires_at payment_id state
        merchant.hold merchant INSERT
        merchant.hold merchant SELECT
        merchant.hold merchant UPDATE captured ended_at ended_by state
        merchant.hold wallet SELECT \
            amount captured community_id ended_at expires_at payment_id placed_at state wallet_id
        merchant.iban_request merchant INSERT \
            community_id iban id merchant_id requested_at requested_by
        merchant.iban_request merchant SELECT
        merchant.iban_request merchant UPDATE state
        merchant.idempotency_record audit SELECT \
            client_id community_id created_at key operation outcome result_id
        merchant.idempotency_record merchant DELETE
        merchant.idempotency_record merchant INSERT
        merchant.idempotency_record merchant SELECT
        merchant.locality_refusal merchant INSERT
        merchant.locality_refusal merchant SELECT
        merchant.main_shop merchant INSERT
        merchant.main_shop merchant SELECT
        merchant.merchant merchant INSERT \
            account_id category_code coin community_id created_at iban id kvk_number name
        merchant.merchant merchant SELECT
        merchant.merchant wallet SELECT account_id community_id id name
        merchant.payment audit SELECT \
            amount coin community_id hold_seconds id reservation_id state transfer_id
        merchant.payment merchant INSERT
        merchant.payment merchant SELECT
        merchant.payment merchant UPDATE \
            accepted_at approval card_id mandate_id payer_client_id payer_party_id sponsored state \
            transfer_id verdict wallet_id
        merchant.payment_proposal merchant DELETE
        merchant.payment_proposal merchant INSERT
        merchant.payment_proposal merchant SELECT
        merchant.payment_proposal merchant UPDATE decided_at decided_by decision
        merchant.payout merchant INSERT \
            amount coin community_id creditor_iban creditor_name id programme_id proposed_at \
            proposed_by reason source
        merchant.payout merchant SELECT
        merchant.redemption merchant INSERT
        merchant.redemption merchant SELECT
        merchant.redemption merchant UPDATE \
            return_reason return_transfer_id returned_at settled_at settlement_id \
            settlement_transfer_id state
        merchant.redemption_policy merchant INSERT
        merchant.redemption_policy merchant SELECT
        merchant.redemption_schedule merchant INSERT
        merchant.redemption_schedule merchant SELECT
        merchant.redemption_schedule merchant UPDATE \
            is_active last_on last_outcome minimum next_on set_at set_by weekday
        merchant.refund audit SELECT amount community_id id payment_id transfer_id
        merchant.refund merchant INSERT
        merchant.refund merchant SELECT
        merchant.settlement merchant INSERT
        merchant.settlement merchant SELECT
        merchant.settlement merchant UPDATE \
            bank_reference cancellation_answer_id cancellation_reason cancelled_at cancelled_by \
            released_at released_by settled_at state
        merchant.shift merchant INSERT
        merchant.shift merchant SELECT
        merchant.shift merchant UPDATE closed_at closed_by ends_rights
        merchant.shop merchant INSERT
        merchant.shop merchant SELECT
        merchant.shop merchant UPDATE \
            address latitude longitude opening radius_metres registered_by verification_evidence \
            verified_at verified_by
        merchant.shop_move merchant INSERT
        merchant.shop_move merchant SELECT
        merchant.shop_move merchant UPDATE decided_at decided_by evidence state
        merchant.shop_suspension merchant INSERT
        merchant.shop_suspension merchant SELECT
        merchant.shop_suspension merchant UPDATE lift_reason lifted_at lifted_by
        merchant.terminal merchant INSERT
        merchant.terminal merchant SELECT
        merchant.travel_trace merchant DELETE
        merchant.travel_trace merchant INSERT
        merchant.travel_trace merchant SELECT
        merchant.travel_trace merchant UPDATE cell_east cell_north paid_at
        merchant.used_payer_code merchant DELETE
        merchant.used_payer_code merchant INSERT
        merchant.used_payer_code merchant SELECT
        merchant.used_proof merchant DELETE
        merchant.used_proof merchant INSERT
        merchant.used_proof merchant SELECT
        merchant.webhook_delivery merchant INSERT
        merchant.webhook_delivery merchant SELECT
        merchant.webhook_delivery merchant UPDATE \
            attempts first_attempt_at last_attempt_at last_error last_status next_attempt_at state
        merchant.webhook_endpoint merchant INSERT
        merchant.webhook_endpoint merchant SELECT
        merchant.webhook_endpoint merchant UPDATE \
            claim claimed_until disabled_at disabled_reason failing_since old_secret_sealed \
            old_secret_until secret_sealed state

        ledger.account audit SELECT
        ledger.account disbursement SELECT
        ledger.account merchant SELECT
        ledger.account wallet SELECT
        ledger.batch audit SELECT
        ledger.batch wallet SELECT
        ledger.batch_id
        ledger.chain audit SELECT
        ledger.chain wallet SELECT
        ledger.coin audit SELECT
        ledger.coin disbursement SELECT
        ledger.coin merchant SELECT
        ledger.coin wallet SELECT
        ledger.depreciation audit SELECT
        ledger.depreciation wallet SELECT
        ledger.hold audit SELECT
        ledger.hold merchant SELECT
        ledger.hold wallet SELECT
        ledger.hold_part audit SELECT
        ledger.hold_part merchant SELECT
        ledger.hold_part wallet SELECT
        ledger.holder audit SELECT
        ledger.holder wallet SELECT
        ledger.holder_class audit SELECT
        ledger.holder_class wallet SELECT
        ledger.opening_rule
        ledger.posting audit SELECT
        ledger.posting merchant SELECT
        ledger.posting wallet SELECT
        ledger.reversal audit SELECT
        ledger.transfer audit SELECT
        ledger.transfer disbursement SELECT
        ledger.transfer merchant SELECT
        ledger.transfer wallet SELECT
        ledger.transfer_rule audit SELECT
        """
    ).union(disbursementTables)
}
