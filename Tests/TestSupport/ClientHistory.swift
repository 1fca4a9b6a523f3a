package import API
import Foundation
package import Postgres
import Synchronization

/// What clients wanted and what they were told, to be held against what happened.
///
/// Every operation that moves money has a reference of its own, by which its transfer is found.
package final class ClientHistory: Sendable {
    /// What a client knows of an operation.
    package enum Told: Sendable, Equatable {
        /// It was said to be done, under this id.
        case acknowledged(Identifier)
        /// It was said to have no effect.
        case refused
        /// Nobody said anything that counts: one of the two.
        case unknown
    }

    private struct Operation {
        let minorUnits: Int64
        var told = Told.unknown
    }

    private let operations = Mutex<[String: Operation]>([:])
    private let surprises = Mutex<[String]>([])

    package init() {}

    /// Says, before the first attempt, what is going to be asked; the reference to ask it with.
    package func intend(minorUnits: Int64) -> String {
        let reference = UUID().uuidString
        operations.withLock { $0[reference] = Operation(minorUnits: minorUnits) }
        return reference
    }

    /// Notes an answer. Two that differ are noted as wrong.
    package func note(_ told: Told, of reference: String) {
        guard told != .unknown else { return }
        operations.withLock { operations in
            let before = operations[reference]?.told
            if before != .unknown, before != told {
                surprises.withLock { $0.append("\(reference) was told \(told) after otherwise") }
            }
            operations[reference]?.told = told
        }
    }

    /// Notes something that no client should see.
    package func noteSurprise(_ text: String) { surprises.withLock { $0.append(text) } }

    /// How many operations are acknowledged, refused and unknown.
    package var counts: (acknowledged: Int, refused: Int, unknown: Int) {
        operations.withLock { operations in
            operations.values.reduce(into: (0, 0, 0)) { counts, operation in
                switch operation.told {
                case .acknowledged: counts.0 += 1
                case .refused: counts.1 += 1
                case .unknown: counts.2 += 1
                }
            }
        }
    }

    /// Everything that is not as the clients were told, in words; none is what one hopes for.
    ///
    /// Ask when no request is under way. The role needs to read the ledger's transfers.
    package func contradictions(
        in database: Database,
        community: Identifier
    ) async throws -> [String] {
        let rows = try await database.query(
            """
            SELECT reference, id, (SELECT sum(a) FROM unnest(amounts) AS a WHERE a > 0)::bigint
              FROM ledger.transfer
             WHERE community_id = \(community.uuid) AND reference IS NOT NULL
               AND kind IN ('transfer', 'payment')
            """
        ) { try $0.map { try $0.decode(String.self, UUID.self, Int64.self) } }
        let effects = Dictionary(grouping: rows) { $0.0 }
        return operations.withLock { operations in
            surprises.withLock { $0 }
                + operations.compactMap { reference, operation in
                    Self.contradiction(reference, operation, effects[reference] ?? [])
                }
        }
    }

    private static func contradiction(
        _ reference: String,
        _ operation: Operation,
        _ effects: [(String, UUID, Int64)]
    ) -> String? {
        if effects.count > 1 { return "\(reference) happened \(effects.count) times" }
        if let effect = effects.first, effect.2 != operation.minorUnits {
            return "\(reference) moved \(effect.2) instead of \(operation.minorUnits)"
        }
        switch operation.told {
        case .acknowledged(let id):
            if effects.first?.1 != id.uuid {
                return "\(reference) was acknowledged and is not there"
            }
        case .refused:
            if !effects.isEmpty { return "\(reference) was refused and is there" }
        case .unknown: break
        }
        return nil
    }
}

extension ClientHistory {
    /// Asks until there is an answer that counts, with the same key and bytes, and notes it.
    ///
    /// Gives up after so many attempts, as impatient people do; the operation is unknown then.
    /// `identify` reads the transfer's id from a success.
    package func insist(
        _ reference: String,
        attempts: Int,
        identify: (TestAnswer) throws -> Identifier,
        ask: () async throws -> TestAnswer
    ) async -> TestAnswer? {
        for attempt in 0..<attempts {
            do {
                let answer = try await TestClient.$comesBack.withValue(false) { try await ask() }
                switch answer.status {
                case 200..<300:
                    note(.acknowledged(try identify(answer)), of: reference)
                    return answer
                case 503: break
                case 409 where answer.problemType == .idempotencyKeyInFlight: break
                // A token could not be checked while its issuer was away.
                case 401: break
                case 400..<500:
                    note(.refused, of: reference)
                    return answer
                default: noteSurprise("answer \(answer.status): \(answer.text.prefix(300))")
                }
            } catch {
                // The connection was refused or broke: nothing is known.
            }
            // A pause that grows, so that a service that starts is not swamped.
            try? await Task.sleep(for: .milliseconds(20 << min(attempt, 4)))
        }
        return nil
    }
}
