/// Who may do what to the tables of the disbursement service.
extension DatabaseGrants {
    /// As in `tables`, of which these are a part.
    static let disbursementTables = lines(
        """
        disbursement.bank_credit disbursement INSERT
        disbursement.bank_credit disbursement SELECT
        disbursement.bank_credit disbursement UPDATE \
            decided_at decided_by dismissal_reason payer_name programme_id remittance state
        disbursement.bank_statement disbursement INSERT
        disbursement.bank_statement disbursement SELECT
        disbursement.batch disbursement DELETE
        disbursement.batch disbursement INSERT
        disbursement.batch disbursement SELECT
        disbursement.batch disbursement UPDATE
        disbursement.batch_approval disbursement INSERT
        disbursement.batch_approval disbursement SELECT
        disbursement.batch_tally disbursement SELECT
        disbursement.file_setting disbursement INSERT
        disbursement.file_setting disbursement SELECT
        disbursement.departure disbursement INSERT \
            community_id departed_on id kind note party_id reported_at reported_by
        disbursement.departure disbursement SELECT
        disbursement.departure disbursement UPDATE \
            decided_at decided_by ended_at ended_by ending_reason recalls state stopped_standing
        disbursement.credit disbursement SELECT
        disbursement.credit_rule disbursement INSERT \
            community_id most_per_credit most_per_person pays_from pays_until person_period \
            programme_id set_at set_by version
        disbursement.credit_rule disbursement SELECT
        disbursement.extension disbursement SELECT
        disbursement.finding disbursement INSERT
        disbursement.finding disbursement SELECT
        disbursement.funding disbursement INSERT
        disbursement.funding disbursement SELECT
        disbursement.grant_rules disbursement INSERT \
            community_id on_death on_move_away programme_id recall_waiting_days reminder_days \
            set_at set_by
        disbursement.grant_rules disbursement SELECT
        disbursement.grant_rules disbursement UPDATE \
            on_death on_move_away recall_waiting_days reminder_days set_at set_by
        disbursement.idempotency_record disbursement DELETE
        disbursement.idempotency_record disbursement INSERT
        disbursement.idempotency_record disbursement SELECT
        disbursement.instruction disbursement INSERT
        disbursement.instruction disbursement SELECT
        disbursement.instruction disbursement UPDATE refusal_code returned_at state
        disbursement.journal_code disbursement INSERT
        disbursement.journal_code disbursement SELECT
        disbursement.journal_code disbursement UPDATE code set_at set_by
        disbursement.line disbursement SELECT
        disbursement.line_moment
        disbursement.line_return disbursement INSERT
        disbursement.line_return disbursement SELECT
        disbursement.notice disbursement SELECT
        disbursement.parking_decision disbursement INSERT
        disbursement.parking_decision disbursement SELECT
        disbursement.programme disbursement INSERT
        disbursement.programme disbursement SELECT
        disbursement.programme disbursement UPDATE sponsored
        disbursement.programme wallet SELECT community_id id name
        disbursement.programme_change disbursement INSERT \
            community_id credits_last_days earmark_categories earmark_from earmark_shops \
            funding_iban funding_reference has_credit_rules id \
            most_per_credit most_per_person name pays_from pays_until person_period programme_id \
            proposed_at proposed_by reason recall_waiting_days waiting_days
        disbursement.programme_change disbursement SELECT
        disbursement.programme_locality_policy disbursement INSERT
        disbursement.programme_locality_policy disbursement SELECT
        disbursement.programme_locality_policy merchant SELECT
        disbursement.recall disbursement INSERT \
            announced_at announced_by community_id due_at grant_id id most party_id programme_id \
            reason
        disbursement.recall disbursement SELECT
        disbursement.recall disbursement UPDATE \
            decided_at decided_by decision_reason ended_at objected_at objected_by objection \
            state withdrawal_reason withdrawn_by
        disbursement.repeat_keys
        disbursement.standing_approval disbursement INSERT
        disbursement.standing_approval disbursement SELECT
        disbursement.standing_instruction disbursement INSERT
        disbursement.standing_instruction disbursement SELECT
        disbursement.standing_instruction disbursement UPDATE \
            attempts look_at stop_reason stopped_by stopped_from waiting_reason
        disbursement.standing_payment disbursement INSERT
        disbursement.standing_payment disbursement SELECT
        disbursement.standing_term disbursement INSERT \
            amount community_id day from_on instruction_id nr proposed_at proposed_by until_on
        disbursement.standing_term disbursement SELECT
        disbursement.standing_term disbursement UPDATE decided_at decided_by state
        disbursement.upload disbursement DELETE
        disbursement.upload disbursement INSERT
        disbursement.upload disbursement SELECT
        disbursement.upload disbursement UPDATE \
            batch_id part_count read_bytes read_until reader_id reader_pid reader_session_at \
            received state
        disbursement.upload_part disbursement DELETE
        disbursement.upload_part disbursement INSERT
        disbursement.upload_part disbursement SELECT
        disbursement.used_proof disbursement DELETE
        disbursement.used_proof disbursement INSERT
        disbursement.used_proof disbursement SELECT
        """
    )
}
