import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Who has approved what standing instructions say. Their rows are locked meanwhile.
enum StandingApprovalQueries {
    /// Adds no row when this one proposed it.
    static func add(
        _ client: UUID,
        to instruction: UUID,
        _ nr: Int32,
        at moment: Instant,
        _ community: UUID
    ) -> SQL {
        """
        INSERT INTO disbursement.standing_approval (community_id, instruction_id, nr, approved_by,
                                                    approved_at)
        SELECT t.community_id, t.instruction_id, t.nr, \(client), \(Timestamp(moment))
          FROM disbursement.standing_term t
         WHERE t.community_id = \(community) AND t.instruction_id = \(instruction)
           AND t.nr = \(nr) AND t.proposed_by <> \(client)
        """
    }

    /// What was proposed counts, or never will.
    static func decide(
        _ state: StandingTermState,
        about instruction: UUID,
        by client: UUID,
        at moment: Instant,
        _ community: UUID
    ) -> SQL {
        """
        UPDATE disbursement.standing_term
           SET state = \(state.rawValue), decided_by = \(client), decided_at = \(Timestamp(moment))
         WHERE community_id = \(community) AND instruction_id = \(instruction)
           AND state = 'proposed'
        """
    }
}
