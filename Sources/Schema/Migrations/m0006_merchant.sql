-- Merchants, shops, terminals, payments, refunds, redemptions and their settlement.
CREATE SCHEMA merchant;

CREATE TABLE merchant.merchant (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    coin text NOT NULL,
    kvk_number text,
    category_code text,
    iban text NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, id) REFERENCES accounts.party,
    FOREIGN KEY (community_id, coin) REFERENCES accounts.coin,
    FOREIGN KEY (community_id, account_id) REFERENCES ledger.account,
    CONSTRAINT merchant_iban_form CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}$')
);

CREATE TABLE merchant.shop (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    registered_by uuid NOT NULL,
    verified_by uuid,
    verification_evidence text,
    verified_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    CONSTRAINT shop_place_on_earth
        CHECK (longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90),
    CONSTRAINT shop_verified_together CHECK ((verified_by IS NULL) = (verified_at IS NULL)),
    CONSTRAINT shop_verified_by_second_person CHECK (verified_by <> registered_by)
);
CREATE INDEX shop_by_merchant ON merchant.shop (community_id, merchant_id, id);

CREATE TABLE merchant.terminal (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    name text NOT NULL,
    number text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, shop_id) REFERENCES merchant.shop,
    CONSTRAINT terminal_number_unique UNIQUE (community_id, number),
    CONSTRAINT terminal_number_form CHECK (number ~ '^[0-9]{7}$')
);

CREATE TABLE merchant.payment (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    terminal_id uuid NOT NULL,
    coin text NOT NULL,
    amount bigint NOT NULL,
    reference text,
    challenge text NOT NULL,
    state text NOT NULL DEFAULT 'requested',
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- From here on: the acceptance. The position claim itself is not kept.
    accepted_at timestamptz,
    wallet_id uuid,
    payer_client_id uuid,
    payer_party_id uuid,
    approval text,
    verdict text,
    transfer_id uuid,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    FOREIGN KEY (community_id, shop_id) REFERENCES merchant.shop,
    FOREIGN KEY (community_id, terminal_id) REFERENCES merchant.terminal,
    CONSTRAINT payment_amount_positive CHECK (amount > 0),
    CONSTRAINT payment_state_known CHECK (state IN ('requested', 'accepted', 'refunded')),
    CONSTRAINT payment_expires_later CHECK (expires_at > requested_at),
    CONSTRAINT payment_accepted_in_time CHECK (accepted_at <= expires_at),
    CONSTRAINT payment_accepted_whole CHECK (
        (state = 'requested') = (accepted_at IS NULL)
        AND (accepted_at IS NULL) = (wallet_id IS NULL)
        AND (accepted_at IS NULL) = (approval IS NULL)
        AND (accepted_at IS NULL) = (verdict IS NULL)
        AND (accepted_at IS NULL) = (transfer_id IS NULL)
        AND (accepted_at IS NULL) = (payer_party_id IS NULL)
        AND (accepted_at IS NULL) = (payer_client_id IS NULL))
);
CREATE INDEX payment_by_merchant ON merchant.payment (community_id, merchant_id, id);
CREATE INDEX payment_by_payer ON merchant.payment (community_id, payer_party_id, id)
    WHERE payer_party_id IS NOT NULL;

-- Attempts that locality refused: why, never where.
CREATE TABLE merchant.locality_refusal (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    verdict text NOT NULL,
    judged_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, payment_id) REFERENCES merchant.payment
);

CREATE TABLE merchant.refund (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    amount bigint NOT NULL,
    reason text,
    transfer_id uuid NOT NULL,
    refunded_by uuid NOT NULL,
    refunded_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, payment_id) REFERENCES merchant.payment,
    CONSTRAINT payment_refunded_once UNIQUE (community_id, payment_id),
    CONSTRAINT refund_amount_positive CHECK (amount > 0)
);

CREATE TABLE merchant.settlement (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    coin text NOT NULL,
    state text NOT NULL DEFAULT 'created',
    message_id text NOT NULL,
    debtor_name text NOT NULL,
    debtor_iban text NOT NULL,
    execution_date date NOT NULL,
    total bigint NOT NULL,
    count integer NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    bank_reference text,
    settled_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, coin) REFERENCES accounts.coin,
    CONSTRAINT settlement_state_known CHECK (state IN ('created', 'settled')),
    CONSTRAINT settlement_settled_whole CHECK (
        (state = 'settled') = (settled_at IS NOT NULL)
        AND (settled_at IS NULL) = (bank_reference IS NULL)),
    CONSTRAINT settlement_total_positive CHECK (total > 0 AND count > 0),
    CONSTRAINT settlement_message_unique UNIQUE (community_id, message_id),
    CONSTRAINT settlement_bank_reference_unique UNIQUE (community_id, bank_reference)
);

CREATE TABLE merchant.redemption (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    coin text NOT NULL,
    amount bigint NOT NULL,
    end_to_end_id text NOT NULL,
    creditor_name text NOT NULL,
    creditor_iban text NOT NULL,
    settlement_id uuid,
    state text NOT NULL DEFAULT 'requested',
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    settled_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    FOREIGN KEY (community_id, settlement_id) REFERENCES merchant.settlement,
    CONSTRAINT redemption_amount_positive CHECK (amount > 0),
    CONSTRAINT redemption_state_known CHECK (state IN ('requested', 'in-settlement', 'settled')),
    CONSTRAINT redemption_settlement_of_state
        CHECK ((state = 'requested') = (settlement_id IS NULL)),
    CONSTRAINT redemption_settled_whole CHECK ((state = 'settled') = (settled_at IS NOT NULL)),
    CONSTRAINT redemption_end_to_end_unique UNIQUE (community_id, end_to_end_id)
);
CREATE INDEX redemption_by_merchant ON merchant.redemption (community_id, merchant_id, id);
CREATE INDEX redemption_open ON merchant.redemption (community_id, coin, id)
    WHERE state = 'requested';
CREATE INDEX redemption_by_settlement ON merchant.redemption (community_id, settlement_id);

GRANT USAGE ON SCHEMA merchant TO wijkmunt_merchant, wijkmunt_wallet, wijkmunt_audit;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA merchant TO wijkmunt_merchant;
GRANT UPDATE (verified_by, verification_evidence, verified_at) ON merchant.shop
    TO wijkmunt_merchant;
GRANT UPDATE (state, accepted_at, wallet_id, payer_client_id, payer_party_id, approval, verdict,
              transfer_id) ON merchant.payment TO wijkmunt_merchant;
GRANT UPDATE (state, bank_reference, settled_at) ON merchant.settlement TO wijkmunt_merchant;
GRANT UPDATE (state, settlement_id, settled_at) ON merchant.redemption TO wijkmunt_merchant;
-- A statement names who was paid.
GRANT SELECT (community_id, id, name, account_id) ON merchant.merchant TO wijkmunt_wallet;
