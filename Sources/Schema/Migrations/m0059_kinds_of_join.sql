-- A function that turns kinds of join off says of each kind whether it may be used: what it leaves open, it
-- takes from its caller. `without_line` was left without any by `unfounded`, and compared each transfer
-- of a set with each line.
ALTER FUNCTION disbursement.without_line(uuid, bigint[]) SET enable_hashjoin = on;
ALTER FUNCTION disbursement.park_repeated(uuid, uuid, text) SET enable_hashjoin = on;
ALTER FUNCTION disbursement.require_outcomes() SET enable_nestloop = on;
ALTER FUNCTION disbursement.payer_reference(uuid, uuid) SET enable_nestloop = on;
ALTER FUNCTION ledger.post_around(
    uuid, uuid, uuid[], text[], text[], uuid[], uuid[], uuid[], bigint[], uuid[], timestamptz, uuid
) SET enable_nestloop = on;
