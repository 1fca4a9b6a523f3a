-- Software of organisations may sign with other keys than P-256. Phones and tills may not: payments
-- are approved with theirs.
ALTER TABLE accounts.client
    ADD public_key_kind text NOT NULL DEFAULT 'P-256',
    -- The point of an Ed25519 key, or the modulus of an RSA key whose exponent is 65537.
    ADD public_key bytea,
    ALTER public_key_x DROP NOT NULL,
    ALTER public_key_y DROP NOT NULL,
    DROP CONSTRAINT client_key_length,
    -- A comparison with NULL would pass.
    ADD CONSTRAINT client_key_form CHECK (coalesce(
        CASE public_key_kind
            WHEN 'P-256' THEN length(public_key_x) = 32 AND length(public_key_y) = 32
                              AND public_key IS NULL
            WHEN 'Ed25519' THEN length(public_key) = 32
            WHEN 'RSA' THEN length(public_key) BETWEEN 256 AND 512
        END, false)),
    ADD CONSTRAINT client_key_of_device CHECK (kind = 'organisation' OR public_key_kind = 'P-256'),
    ADD CONSTRAINT client_key_one CHECK (public_key_kind = 'P-256'
                                         OR (public_key_x IS NULL AND public_key_y IS NULL));
