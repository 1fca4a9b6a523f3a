-- Whom a payment file pays: how long coins wait for somebody who has not enrolled.

-- Coins that nobody came for go back where they came from. The transfer that ends a reservation has
-- one id, made from the line's, whichever way the coins go: they land or return, never both.
INSERT INTO ledger.transfer_rule (kind, role, debits, credits, reverses) VALUES
    ('reservation-return', 'wijkmunt_disbursement', '{reserved}', '{programme}', true);

ALTER TABLE disbursement.programme
    ADD waiting_days integer NOT NULL DEFAULT 180,
    ADD CONSTRAINT programme_waiting_days_range CHECK (waiting_days BETWEEN 1 AND 3650);

ALTER TABLE disbursement.instruction
    ADD returned_at timestamptz,
    DROP CONSTRAINT instruction_state_known,
    ADD CONSTRAINT instruction_state_known CHECK (state IN
        ('acceptable', 'parked', 'dropped', 'refused', 'credited', 'waiting', 'failed', 'returned')),
    ADD CONSTRAINT instruction_returned_whole
        CHECK ((state = 'returned') = (returned_at IS NOT NULL));
CREATE INDEX instruction_waiting ON disbursement.instruction (community_id, batch_id, id)
    WHERE state = 'waiting';
GRANT UPDATE (returned_at) ON disbursement.instruction TO wijkmunt_disbursement;
