-- A credit that names its programme may have been told of before, under another reference of the bank: it
-- waits for a person.
DROP TRIGGER bank_credit_moves ON disbursement.bank_credit;
CREATE TRIGGER bank_credit_moves BEFORE UPDATE ON disbursement.bank_credit
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION disbursement.refuse_other_decisions(
        'unmatched>funded', 'unmatched>unclear', 'unclear>funded', 'unmatched>dismissed',
        'unclear>dismissed', 'taken-back>dismissed');
CREATE INDEX bank_credit_funded ON disbursement.bank_credit (community_id, programme_id, amount)
    WHERE state = 'funded';
