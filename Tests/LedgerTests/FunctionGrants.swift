/// Who may call which function of the database.
extension DatabaseGrants {
    /// Functions and who calls them; those that stand alone are called by other functions only.
    static let functions = lines(
        """
        accounts.announce_revocation
        accounts.decimal
        accounts.erase_person accounts
        accounts.export_person accounts
        accounts.forget_codes accounts
        accounts.forget_devices accounts
        accounts.forget_iban_proof
        accounts.instant
        accounts.issue_terminal_code merchant
        accounts.judge_card_try merchant
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
        wallet.choose_alias wallet
        wallet.create_transfer_by_mandate wallet
        wallet.create_transfers wallet
        wallet.erase_person accounts
        wallet.export_person accounts
        wallet.forget_aliases wallet
        wallet.keep_alias
        wallet.lock_policies
        wallet.open_pots disbursement wallet
        wallet.open_wallet accounts
        wallet.set_class wallet
        wallet.set_wallet_class wallet
        wallet.spending_legs merchant wallet
        wallet.statement wallet

        merchant.accept_card_payment merchant
        merchant.accept_payment_by_mandate merchant
        merchant.accept_payments merchant
        merchant.export_person accounts
        merchant.mandate_refusal merchant
        merchant.refund_payment_by_mandate merchant
        merchant.refund_payments merchant

        disbursement.erase_person accounts
        disbursement.export_person accounts
        disbursement.forget_creditors disbursement
        disbursement.only_unreceived PUBLIC
        disbursement.spending disbursement

        ledger.add_depreciation wallet
        ledger.adopt
        ledger.balance_at audit wallet
        ledger.content audit wallet
        ledger.depreciate wallet
        ledger.depreciate_accounts
        ledger.depreciated audit wallet
        ledger.expire_holds wallet
        ledger.expire_pots wallet
        ledger.first_id_at
        ledger.is_repetition
        ledger.is_replay
        ledger.keep_parts
        ledger.lock_holders
        ledger.move_pairs
        ledger.open_accounts disbursement merchant wallet
        ledger.open_coin accounts
        ledger.open_months wallet
        ledger.periods_passed audit wallet
        ledger.place_hold merchant
        ledger.post disbursement merchant wallet
        ledger.refuse_change
        ledger.release_holds
        ledger.reverse
        ledger.set_depreciation wallet
        ledger.set_expiry disbursement
        ledger.set_holder wallet
        ledger.set_holder_class wallet
        ledger.set_limits wallet
        ledger.standing_at audit wallet
        ledger.void_hold merchant
        ledger.worth_at audit wallet
        ledger.write_batch

        public.isolate
        """
    )
}
