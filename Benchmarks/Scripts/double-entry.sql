-- The yardstick "one transaction per transfer": a double entry as one would write it first, in
-- one call per transfer. 10,000 accounts, two postings each with the balance after it.
DROP TABLE IF EXISTS posting, transfer, account;
CREATE TABLE account (
    id integer PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0),
    seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE TABLE transfer (
    id uuid PRIMARY KEY,
    payer integer NOT NULL REFERENCES account,
    payee integer NOT NULL REFERENCES account,
    amount bigint NOT NULL CHECK (amount > 0),
    posted_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE posting (
    account_id integer NOT NULL REFERENCES account,
    seq bigint NOT NULL,
    transfer_id uuid NOT NULL REFERENCES transfer,
    amount bigint NOT NULL,
    balance_after bigint NOT NULL,
    PRIMARY KEY (account_id, seq)
);
INSERT INTO account (id, balance) SELECT n, 1000000000 FROM generate_series(1, 10000) AS n;

CREATE OR REPLACE FUNCTION post(p_payer integer, p_payee integer, p_amount bigint) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_id CONSTANT uuid := gen_random_uuid();
BEGIN
    -- In the order of ids, or two transfers wait for each other.
    PERFORM FROM account WHERE id IN (p_payer, p_payee) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO transfer (id, payer, payee, amount) VALUES (v_id, p_payer, p_payee, p_amount);
    WITH moved AS (
        UPDATE account SET seq = seq + 1,
               balance = balance + CASE WHEN id = p_payer THEN -p_amount ELSE p_amount END
         WHERE id IN (p_payer, p_payee)
        RETURNING id, seq, balance)
    INSERT INTO posting (account_id, seq, transfer_id, amount, balance_after)
    SELECT id, seq, v_id, CASE WHEN id = p_payer THEN -p_amount ELSE p_amount END, balance
      FROM moved;
    RETURN v_id;
END
$$;
VACUUM ANALYZE account;
