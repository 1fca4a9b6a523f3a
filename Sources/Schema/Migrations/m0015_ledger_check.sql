-- What checking the books needs: all at once by the audit, and little by little by a service.

-- Finds the transfers of a batch. They are written batch after batch, so entries come at the end of
-- the tree and equal ones are kept once: it costs a posting no more than a summary by block ranges
-- would, and that one leaves the newest blocks, which the watch looks for, to be read whole.
CREATE INDEX transfer_by_batch ON ledger.transfer (batch);

-- Digests are taken by several processes at once.
ALTER FUNCTION ledger.content PARALLEL SAFE;

GRANT SELECT ON ledger.transfer_rule TO wijkmunt_audit;
GRANT SELECT (community_id, id, state, coin, amount, transfer_id) ON merchant.payment
    TO wijkmunt_audit;
GRANT SELECT (community_id, id, payment_id, amount, transfer_id) ON merchant.refund
    TO wijkmunt_audit;

-- How far each lane of the hash chain was checked, and the head found there.
CREATE TABLE wallet.ledger_check (
    community_id uuid NOT NULL,
    lane text NOT NULL,
    nr bigint NOT NULL,
    head bytea NOT NULL,
    checked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (community_id, lane)
) WITH (fillfactor = 50);

-- What did not agree. A row stays until somebody who understood it deletes it.
CREATE TABLE wallet.ledger_drift (
    community_id uuid NOT NULL,
    check_code text NOT NULL,
    subject text NOT NULL,
    expected text NOT NULL,
    found text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (community_id, check_code, subject)
);

GRANT SELECT ON ledger.batch, ledger.chain TO wijkmunt_wallet;
GRANT EXECUTE ON FUNCTION ledger.content TO wijkmunt_wallet;
GRANT SELECT, INSERT, UPDATE ON wallet.ledger_check TO wijkmunt_wallet;
GRANT SELECT, INSERT ON wallet.ledger_drift TO wijkmunt_wallet;
GRANT SELECT ON wallet.ledger_check, wallet.ledger_drift TO wijkmunt_audit;
