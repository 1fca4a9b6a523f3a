-- The ledger: accounts, transfers, postings. Written by nobody but the functions of m0003.
CREATE SCHEMA ledger;

-- The books of one coin. The pair (circulation, reserve) stands in one row so that one CHECK
-- can refuse a coin without its euro.
CREATE TABLE ledger.coin (
    community_id uuid NOT NULL,
    code text NOT NULL,
    circulation bigint NOT NULL DEFAULT 0,
    reserve bigint NOT NULL DEFAULT 0,
    issuance_account_id uuid NOT NULL,
    reserve_account_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    redemption_account_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (community_id, code),
    CONSTRAINT circulation_not_negative CHECK (circulation >= 0),
    CONSTRAINT circulation_covered_by_reserve CHECK (circulation <= reserve)
);

-- fillfactor 50 keeps balance updates heap-only (no index is touched).
CREATE TABLE ledger.account (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    coin text NOT NULL,
    unit text NOT NULL,
    kind text NOT NULL,
    posted bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    floor bigint,
    ceiling bigint,
    seq bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'open',
    last_posted_at timestamptz NOT NULL DEFAULT '-infinity',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, coin) REFERENCES ledger.coin,
    CONSTRAINT account_unit_known CHECK (unit IN ('coin', 'euro')),
    CONSTRAINT account_kind_known CHECK (kind IN
        ('issuance', 'reserve', 'bank', 'redemption', 'programme', 'reserved', 'pot', 'merchant')),
    CONSTRAINT account_unit_of_kind CHECK ((unit = 'euro') = (kind IN ('reserve', 'bank'))),
    CONSTRAINT account_state_known CHECK (state IN ('open', 'frozen', 'closed')),
    CONSTRAINT account_held_not_negative CHECK (held >= 0),
    CONSTRAINT account_available_not_below_floor CHECK (floor IS NULL OR posted - held >= floor),
    CONSTRAINT account_posted_not_above_ceiling CHECK (ceiling IS NULL OR posted <= ceiling),
    CONSTRAINT account_posted_in_range
        CHECK (posted BETWEEN -9007199254740991 AND 9007199254740991),
    -- Only the two contra accounts may run below zero: what they lack is what others hold.
    CONSTRAINT account_floor_of_kind
        CHECK ((floor IS NULL) = (kind IN ('issuance', 'bank')) AND (floor IS NULL OR floor >= 0)),
    CONSTRAINT account_seq_not_negative CHECK (seq >= 0)
) WITH (fillfactor = 50);

-- `accounts` and `amounts` repeat the legs, so that a refund or an audit finds them by the key.
CREATE TABLE ledger.transfer (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    coin text NOT NULL,
    accounts uuid[] NOT NULL,
    amounts bigint[] NOT NULL,
    reference text,
    related_id uuid,
    client_id uuid,
    party_id uuid,
    fingerprint bytea NOT NULL,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT transfer_has_legs CHECK
        (cardinality(accounts) >= 2 AND cardinality(accounts) = cardinality(amounts)),
    CONSTRAINT transfer_reference_short CHECK (length(reference) <= 140)
);

-- The primary key is the statement order of an account.
CREATE TABLE ledger.posting (
    community_id uuid NOT NULL,
    account_id uuid NOT NULL,
    seq bigint NOT NULL,
    transfer_id uuid NOT NULL,
    amount bigint NOT NULL,
    balance_after bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, account_id, seq),
    CONSTRAINT posting_amount_not_zero CHECK (amount <> 0)
);

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger history is immutable: % on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER transfer_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER posting_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER account_is_kept BEFORE DELETE OR TRUNCATE ON ledger.account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Which service may propose which movement, between which kinds of account.
CREATE TABLE ledger.transfer_rule (
    kind text PRIMARY KEY,
    role text NOT NULL,
    debits text[] NOT NULL,
    credits text[] NOT NULL
);

INSERT INTO ledger.transfer_rule (kind, role, debits, credits) VALUES
    ('funding', 'wijkmunt_disbursement', '{bank,issuance}', '{reserve,programme}'),
    ('disbursement', 'wijkmunt_disbursement', '{programme}', '{pot}'),
    ('reservation', 'wijkmunt_disbursement', '{programme}', '{reserved}'),
    ('landing', 'wijkmunt_disbursement', '{reserved}', '{pot}'),
    ('transfer', 'wijkmunt_wallet', '{pot}', '{pot}'),
    ('payment', 'wijkmunt_merchant', '{pot}', '{merchant}'),
    ('refund', 'wijkmunt_merchant', '{merchant}', '{pot}'),
    ('redemption', 'wijkmunt_merchant', '{merchant}', '{redemption}'),
    ('settlement', 'wijkmunt_merchant', '{redemption,reserve}', '{issuance,bank}');

-- Which service may open which kind of account.
CREATE TABLE ledger.opening_rule (
    role text NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (role, kind)
);

INSERT INTO ledger.opening_rule (role, kind) VALUES
    ('wijkmunt_wallet', 'pot'),
    ('wijkmunt_disbursement', 'pot'),
    ('wijkmunt_merchant', 'merchant'),
    ('wijkmunt_disbursement', 'programme'),
    ('wijkmunt_disbursement', 'reserved');
