/// Who may call which function of the database.
extension DatabaseGrants {
    /// Functions and who calls them; those that stand alone are called by other functions only.
    static let functions = lines(
        """
        accounts.announce_revocation
        accounts.cashier merchant
        accounts.decimal
        accounts.end_mandate_with_shift merchant
        accounts.erase_person accounts
        accounts.export_person accounts
        accounts.forget_codes accounts
        accounts.forget_devices accounts
        accounts.forget_iban_proof
        accounts.geofence_stamp merchant
        accounts.instant
        accounts.issue_terminal_code merchant
        accounts.judge_card_try merchant
        accounts.leave_groups
        accounts.mandate_refusal merchant wallet
        accounts.payer_by_card merchant
        accounts.pays_for merchant
        accounts.register_merchant_party merchant
        accounts.try_card merchant
        accounts.use_mandate merchant wallet

        audit.append accounts disbursement merchant wallet
        audit.content audit
        audit.masked
        audit.refuse_change

        wallet.add_depreciation_policy wallet
        wallet.add_pots
        wallet.change_earmark
        wallet.choose_alias wallet
        wallet.create_transfer_by_mandate wallet
        wallet.create_transfers wallet
        wallet.erase_person accounts
        wallet.export_person accounts
        wallet.forget_aliases wallet
        wallet.forget_events wallet
        wallet.has_untold wallet
        wallet.is_earmarked
        wallet.is_overtaken disbursement
        wallet.keep_alias
        wallet.lock_pots
        wallet.lock_policies
        wallet.may_spend merchant wallet
        wallet.number_events wallet
        wallet.open_pots wallet
        wallet.open_wallet accounts
        wallet.policy_of_pots
        wallet.require_marks
        wallet.set_class wallet
        wallet.set_wallet_class wallet
        wallet.spending_legs merchant wallet
        wallet.statement wallet
        wallet.tell_of_notices

        merchant.accept_card_payment merchant
        merchant.accept_payer_code merchant
        merchant.accept_payment_by_mandate merchant
        merchant.accept_payments merchant
        merchant.available_for_payout merchant
        merchant.barred_programmes merchant
        merchant.capture_payment merchant
        merchant.correct_payment merchant
        merchant.count_payment_to_shift
        merchant.count_refund_to_shift
        merchant.decide_payout merchant
        merchant.disable_webhook merchant
        merchant.discount_account disbursement
        merchant.discount_of
        merchant.discounts_for merchant
        merchant.entries merchant
        merchant.expire_holds merchant
        merchant.export_person accounts
        merchant.find_shops merchant
        merchant.forget_events merchant
        merchant.hold_payment merchant
        merchant.is_open merchant
        merchant.is_suspended merchant
        merchant.is_vat_breakdown merchant
        merchant.judged_programmes merchant
        merchant.left_of
        merchant.lock_allowances merchant
        merchant.lock_hold merchant
        merchant.make_closing merchant
        merchant.make_room_for_proposal merchant
        merchant.mandate_refusal merchant
        merchant.number_events merchant
        merchant.payout_account
        merchant.post_refunds merchant
        merchant.programme_pays merchant
        merchant.programmes_differ merchant
        merchant.receipt merchant
        merchant.refund_payment_by_mandate merchant
        merchant.refund_payments merchant
        merchant.refuse_other_moves
        merchant.refuse_redemption_of_debtor
        merchant.require_payout
        merchant.settle_owed_refund merchant
        merchant.share_vat
        merchant.shared
        merchant.shortage merchant
        merchant.statement merchant
        merchant.tell_of_payments
        merchant.tell_of_redemptions
        merchant.tell_of_refunds
        merchant.trace_travel
        merchant.usable_pots merchant
        merchant.use_discount merchant
        merchant.verify_iban merchant
        merchant.void_payment merchant
        merchant.withdraw_payments
        merchant.withdrawn disbursement

        disbursement.add_only_while_arriving
        disbursement.approved_by_another
        disbursement.batch_goes_forward
        disbursement.batch_is_whole
        disbursement.begin_tally
        disbursement.booked_totals disbursement
        disbursement.booked_without_file disbursement
        disbursement.carry_out_recall disbursement
        disbursement.commitments disbursement
        disbursement.count_lines
        disbursement.count_credits
        disbursement.count_standing_approvals
        disbursement.credit_lines disbursement
        disbursement.credited_since
        disbursement.decide_programme_change disbursement
        disbursement.departure_key disbursement
        disbursement.departures_key disbursement
        disbursement.drop_before_its_day
        disbursement.drop_in_time
        disbursement.earmarks_to_tell disbursement
        disbursement.erase_grants accounts
        disbursement.erase_person accounts
        disbursement.export_grants accounts
        disbursement.export_person accounts
        disbursement.extend_new_pots
        disbursement.extend_pots disbursement
        disbursement.first_year
        disbursement.forget_creditors disbursement
        disbursement.forget_moments
        disbursement.forget_reasons
        disbursement.grants disbursement
        disbursement.guard_credit_rule
        disbursement.guard_confirmed_departure
        disbursement.guard_departure
        disbursement.guard_recall
        disbursement.guard_recall_waiting
        disbursement.guard_release
        disbursement.guard_standing_payment
        disbursement.guard_standing_receiver
        disbursement.guard_standing_term
        disbursement.guard_stopped_payment
        disbursement.id_at disbursement
        disbursement.is_file_known disbursement
        disbursement.is_reference_taken disbursement
        disbursement.journal disbursement
        disbursement.keep_credits disbursement
        disbursement.lines_of_departed
        disbursement.locality_stamp merchant
        disbursement.moment_of
        disbursement.may_come
        disbursement.moved_batches disbursement
        disbursement.name_submitting_party
        disbursement.names_of
        disbursement.note_moments
        disbursement.only_unreceived PUBLIC
        disbursement.open_pots disbursement
        disbursement.park_renamed
        disbursement.park_repeated disbursement
        disbursement.park_uncoded
        disbursement.person_named
        disbursement.payer_reference wallet
        disbursement.pays_more disbursement
        disbursement.period_of_files disbursement
        disbursement.pot_terms
        disbursement.record_landings disbursement
        disbursement.refused_by_rule
        disbursement.refused_credits
        disbursement.refused_standing disbursement
        disbursement.refuse_line
        disbursement.refuse_other_decisions
        disbursement.refuse_refusing
        disbursement.refuse_rewriting
        disbursement.refuse_unpayable disbursement
        disbursement.remind_of_expiry disbursement
        disbursement.repeat_key
        disbursement.require_credit
        disbursement.require_credit_funding
        disbursement.require_funding
        disbursement.require_funding_transfer
        disbursement.person_totals disbursement
        disbursement.require_outcomes
        disbursement.require_return
        disbursement.require_whole
        disbursement.require_whole_term
        disbursement.spending disbursement
        disbursement.void_codes disbursement
        disbursement.write_letters disbursement
        disbursement.standing_approvals_needed
        disbursement.standing_approved_by_another
        disbursement.standing_term_is_whole
        disbursement.statistics disbursement
        disbursement.take_lines_along
        disbursement.tally_is_whole
        disbursement.stated_purpose
        disbursement.subsidised_account disbursement
        disbursement.tell_of_earmark disbursement
        disbursement.tell_of_recall
        disbursement.tell_upload
        disbursement.two_approvers_from disbursement
        disbursement.unfounded audit wallet
        disbursement.without_line
        disbursement.wallets_of disbursement

        ledger.add_depreciation wallet
        ledger.balance_at audit wallet
        ledger.content audit wallet
        ledger.counts_as
        ledger.depreciate wallet
        ledger.depreciate_accounts
        ledger.depreciated audit wallet
        ledger.enter_run
        ledger.expire_holds wallet
        ledger.expire_pots wallet
        ledger.first_id_at
        ledger.is_repetition
        ledger.is_replay
        ledger.keep_parts
        ledger.lock_holders
        ledger.lots
        ledger.move_pairs
        ledger.open_accounts disbursement merchant wallet
        ledger.open_coin accounts
        ledger.open_months wallet
        ledger.open_pots
        ledger.open_with
        ledger.periods_passed audit wallet
        ledger.place_hold merchant
        ledger.post disbursement merchant wallet
        ledger.post_around
        ledger.post_from
        ledger.post_in_order
        ledger.refuse_change
        ledger.release_holds
        ledger.require_coins
        ledger.reverse
        ledger.set_depreciation wallet
        ledger.set_expiry disbursement
        ledger.set_holder wallet
        ledger.set_holder_class wallet
        ledger.set_limits wallet
        ledger.standing_at audit wallet
        ledger.take_back
        ledger.void_hold merchant
        ledger.worth_at audit wallet
        ledger.write_batch

        public.isolate
        public.refuse_removal
        """
    )
}
