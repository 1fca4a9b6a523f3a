import Ledger
import Testing

/// One way to damage the sample, and what an audit has to say about it: this, and nothing else.
struct Corruption: Sendable, CustomTestStringConvertible {
    /// Lower case letters: the copy's name too.
    let name: String
    let script: String
    let checks: Set<AuditReport.Check>

    var testDescription: String { name }

    private static let onA = "account_id = public.id('a1')"

    static let all = [
        Corruption(
            name: "amount",
            script: """
                UPDATE ledger.posting SET amount = amount + 1
                 WHERE \(onA) AND transfer_id = public.id('e6')
                """,
            checks: [
                .runningBalance, .postedBalance, .legsWithoutPostings, .postingsWithoutLegs,
                .whereabouts,
            ]
        ),
        Corruption(
            name: "runningbalance",
            script: """
                UPDATE ledger.posting SET balance_after = balance_after + 1
                 WHERE \(onA) AND transfer_id = public.id('e6')
                """,
            checks: [.runningBalance]
        ),
        Corruption(
            name: "deletedposting",
            script: """
                DELETE FROM ledger.posting WHERE \(onA) AND transfer_id = public.id('e6')
                """,
            checks: [
                .sequence, .runningBalance, .postedBalance, .legsWithoutPostings, .whereabouts,
            ]
        ),
        Corruption(
            name: "deletedtransfer",
            script: """
                DELETE FROM ledger.posting WHERE transfer_id = public.id('e7');
                DELETE FROM ledger.transfer WHERE id = public.id('e7')
                """,
            checks: [.sequence, .runningBalance, .postedBalance, .batchContents]
        ),
        Corruption(
            name: "forgedtransfer",
            script: forgery(kind: "transfer", from: "a1", to: "a2", amount: 50),
            checks: [.unchainedTransfer]
        ),
        Corruption(
            name: "reversalaboveoriginal",
            script: forgery(kind: "refund", from: "b0", to: "a1", amount: 700),
            checks: [.unchainedTransfer, .reversalAboveOriginal]
        ),
        Corruption(
            name: "reference",
            script: "UPDATE ledger.transfer SET reference = 'x' WHERE id = public.id('e6')",
            checks: [.batchContents]
        ),
        Corruption(
            name: "party",
            script: "UPDATE ledger.transfer SET party_id = id WHERE id = public.id('e4')",
            checks: [.batchContents]
        ),
        Corruption(
            name: "legs",
            script: """
                UPDATE ledger.transfer SET amounts[1] = amounts[1] - 1 WHERE id = public.id('e6')
                """,
            checks: [
                .unbalancedTransfer, .legsWithoutPostings, .postingsWithoutLegs, .batchContents,
            ]
        ),
        Corruption(
            name: "balance",
            script: "UPDATE ledger.account SET posted = posted + 1 WHERE id = public.id('a1')",
            checks: [.postedBalance]
        ),
        Corruption(
            name: "held",
            script: "UPDATE ledger.account SET held = held + 10 WHERE id = public.id('a1')",
            checks: [.held]
        ),
        Corruption(
            name: "hold",
            script: "UPDATE ledger.hold SET amount = amount + 5",
            checks: [.hold]
        ),
        Corruption(
            name: "countedreversal",
            script: "UPDATE ledger.reversal SET returned = 0",
            checks: [.reversal]
        ),
        Corruption(
            name: "circulation",
            script: """
                ALTER TABLE ledger.coin DROP CONSTRAINT circulation_equals_reserve;
                UPDATE ledger.coin SET circulation = circulation - 1
                """,
            checks: [.circulation]
        ),
        Corruption(
            name: "reserve",
            script: """
                ALTER TABLE ledger.coin DROP CONSTRAINT circulation_equals_reserve;
                UPDATE ledger.coin SET reserve = reserve + 1
                """,
            checks: [.reserve]
        ),
        Corruption(
            name: "chainhead",
            script: """
                UPDATE ledger.chain SET head = sha256('x') WHERE lane LIKE 'wijkmunt_wallet/%'
                """,
            checks: [.chainHead]
        ),
        Corruption(
            name: "batchremoved",
            script: "DELETE FROM ledger.batch WHERE lane LIKE 'wijkmunt_wallet/%' AND nr = 2",
            checks: [.link, .unchainedTransfer]
        ),
        Corruption(
            name: "linkrewritten",
            script: """
                UPDATE ledger.batch SET head = sha256('x')
                 WHERE lane LIKE 'wijkmunt_wallet/%' AND nr = 1
                """,
            checks: [.link]
        ),
        Corruption(
            name: "record",
            script: "UPDATE wallet.idempotency_record SET result_id = public.id('99')",
            checks: [.record]
        ),
        Corruption(
            name: "eventchanged",
            script: """
                UPDATE audit.event SET after = jsonb_set(after, '{n}', '9') WHERE nr = 2
                """,
            checks: [.auditEvent]
        ),
        Corruption(
            name: "eventremoved",
            script: "DELETE FROM audit.event WHERE nr = 2",
            checks: [.auditEvent]
        ),
        Corruption(
            name: "eventsreordered",
            script: """
                UPDATE audit.event SET nr = 9 WHERE nr = 2;
                UPDATE audit.event SET nr = 2 WHERE nr = 3;
                UPDATE audit.event SET nr = 3 WHERE nr = 9
                """,
            checks: [.auditEvent]
        ),
        Corruption(
            name: "eventforged",
            script: """
                INSERT INTO audit.event
                SELECT community_id, 5, recorded_at, service, operation, client_id, party_id,
                       on_behalf_of, object_kind, object_id, subject_id, before, after,
                       request_id, head
                  FROM audit.event WHERE nr = 4
                """,
            checks: [.auditEvent, .auditHead]
        ),
        Corruption(
            name: "tailremoved",
            script: "DELETE FROM audit.event WHERE nr = 4",
            checks: [.auditHead]
        ),
        Corruption(
            name: "trailhead",
            script: "UPDATE audit.chain SET head = sha256('x')",
            checks: [.auditHead]
        ),
        Corruption(
            name: "reservation",
            script: """
                INSERT INTO merchant.payment (
                    community_id, id, merchant_id, shop_id, terminal_id, coin, amount, challenge,
                    state, requested_at, expires_at, accepted_at, wallet_id, payer_client_id,
                    payer_party_id, approval, verdict, hold_seconds)
                SELECT community_id, id, id, id, id, coin, amount, '', 'held', placed_at,
                       expires_at, placed_at, id, id, id, '', '', 60 FROM ledger.hold;
                INSERT INTO merchant.hold (community_id, payment_id, wallet_id, amount, captured,
                                           placed_at, expires_at)
                SELECT community_id, id, id, amount, 100, placed_at, expires_at FROM ledger.hold
                """,
            checks: [.reservation]
        ),
        Corruption(
            name: "lineamount",
            script: "UPDATE disbursement.instruction SET amount = 2999 WHERE nr = 1",
            checks: [.programmePayment]
        ),
        Corruption(
            name: "unapproved",
            script: """
                UPDATE disbursement.batch
                   SET state = 'cancelled', done_at = NULL, cancelled_at = now(),
                       cancelled_by = id, cancellation_reason = 'x'
                """,
            checks: [.programmePayment]
        ),
        Corruption(
            name: "lineless",
            script: """
                SELECT set_config('wijkmunt.community', public.id('c0')::text, true);
                SET LOCAL SESSION AUTHORIZATION wijkmunt_disbursement;
                SELECT public.act('disbursement', 9, 'd0', 'a1', 50);
                RESET SESSION AUTHORIZATION
                """,
            checks: [.programmePayment]
        ),
        Corruption(
            name: "floor",
            script: """
                ALTER TABLE ledger.account DROP CONSTRAINT account_available_not_below_floor;
                UPDATE ledger.account SET floor = posted + 1 WHERE id = public.id('a1')
                """,
            checks: [.floor]
        ),
    ]

    /// A transfer that nobody proposed, with postings and balances that agree with it.
    private static func forgery(kind: String, from: String, to: String, amount: Int) -> String {
        """
        INSERT INTO ledger.transfer (community_id, id, kind, coin, accounts, amounts, related_id,
                                     posted_at, batch, place)
        VALUES (public.id('c0'), public.id('e9'), '\(kind)', 'proef',
                ARRAY[public.id('\(from)'), public.id('\(to)')], ARRAY[-\(amount), \(amount)],
                CASE '\(kind)' WHEN 'refund' THEN public.id('e3') END, now(), 999999, 1);
        INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id, amount,
                                    balance_after)
        SELECT a.community_id, a.id, now(), a.seq + 1, t.id, l.amount, a.posted + l.amount
          FROM ledger.transfer t
         CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
          JOIN ledger.account a ON a.id = l.account
         WHERE t.id = public.id('e9');
        UPDATE ledger.account AS a
           SET posted = p.balance_after, seq = p.seq, last_posted_at = p.posted_at
          FROM ledger.posting p WHERE p.account_id = a.id AND p.transfer_id = public.id('e9')
        """
    }
}
