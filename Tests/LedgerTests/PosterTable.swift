import FoundationEssentials
import Ledger
import LocalStack
import Logging
import Postgres
import TestSupport

/// What a test item does in the database.
enum Act: Sendable {
    case note
    /// Waits until nobody holds this advisory lock.
    case passThrough(Door)
    /// Fails whatever it is posted with.
    case poison
    /// Fails two times of three, as if another transaction had been faster.
    case collide
    case collideAlways

    fileprivate var name: String {
        switch self {
        case .note: "note"
        case .passThrough: "door"
        case .poison: "poison"
        case .collide: "collide"
        case .collideAlways: "collideAlways"
        }
    }

    fileprivate var door: Int64 {
        if case .passThrough(let door) = self { door.number } else { 0 }
    }
}

struct Entry: Sendable {
    let lane: UUID
    var key = UUID().uuidString
    var act = Act.note
}

/// What the database recorded of an entry.
struct Record: Sendable, Equatable {
    /// Ascends in the order in which entries took effect.
    let place: Int64
    /// The number of the transaction.
    let batch: Int64
    let isReplay: Bool
}

typealias EntryPoster = GroupPoster<Entry, Record>

/// A table that entries are posted to, without anything that would keep out a second one.
struct PosterTable: Sendable {
    private let cluster: PostgresCluster
    private let watcher: Database

    private static let databaseName = "groupposter"
    private static let making = Task { try await PosterTable(TestStack.shared.cluster) }

    static var shared: PosterTable {
        get async throws { try await making.value }
    }

    private init(_ cluster: PostgresCluster) async throws {
        self.cluster = cluster
        try await cluster.createDatabase(Self.databaseName)
        watcher = Database(
            configuration: cluster.ownerConfiguration(database: Self.databaseName),
            logger: .silent
        )
        try await watcher.transaction { try $0.executeScript(Self.script) }
    }

    func database(
        connections: Int = 2,
        _ change: (inout DatabaseConfiguration) -> Void = { _ in }
    ) -> Database {
        var configuration = cluster.ownerConfiguration(database: Self.databaseName)
        configuration.connections = connections
        configuration.lockTimeoutMilliseconds = 0
        change(&configuration)
        return Database(configuration: configuration, logger: .silent)
    }

    var socketDirectory: String { cluster.socketDirectory }

    func poster(
        on database: Database? = nil,
        _ change: (inout GroupPosterBounds) -> Void = { _ in },
        outcomes: @escaping @Sendable (Rows, [Entry]) throws -> [Record] = { rows, _ in
            try rows.map { row in
                let (place, batch, isReplay) = try row.decode(Int64.self, Int64.self, Bool.self)
                return Record(place: place, batch: batch, isReplay: isReplay)
            }
        }
    ) -> EntryPoster {
        var bounds = GroupPosterBounds()
        // A test that waits for something may take its time.
        bounds.longestWait = .seconds(180)
        bounds.patience = .seconds(180)
        bounds.outagePatience = .seconds(180)
        change(&bounds)
        return EntryPoster(
            database: database ?? self.database(),
            bounds: bounds,
            logger: .silent,
            lane: { $0.lane },
            key: { $0.key },
            statement: { entries, lane in
                """
                SELECT place, batch, is_replay FROM poster.post(
                    \(lane), \(entries.map(\.key)), \(entries.map(\.act.name)),
                    \(entries.map(\.act.door)))
                """
            },
            outcomes: outcomes
        )
    }

    /// How often each key of a lane took effect.
    func effects(of lane: UUID) async throws -> [String: Int] {
        let pairs = try await watcher.query(
            "SELECT key, count(*) FROM poster.effect WHERE lane = \(lane) GROUP BY key"
        ) { rows in try rows.map { try $0.decode(String.self, Int.self) } }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private static let script = """
        DROP SCHEMA IF EXISTS poster CASCADE;
        CREATE SCHEMA poster;
        CREATE SEQUENCE poster.collision;
        CREATE TABLE poster.effect (
            place bigserial, lane uuid NOT NULL, key text NOT NULL, batch int8 NOT NULL);
        CREATE INDEX ON poster.effect (lane, key);
        CREATE FUNCTION poster.post(lane uuid, keys text[], acts text[], doors int8[])
            RETURNS TABLE (place int8, batch int8, is_replay bool)
            LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended(post.lane::text, 0));
            FOR i IN 1..cardinality(keys) LOOP
                IF acts[i] = 'door' THEN PERFORM pg_advisory_xact_lock_shared(doors[i]); END IF;
                IF acts[i] = 'poison' THEN RAISE EXCEPTION 'poisoned'; END IF;
                IF acts[i] = 'collideAlways'
                    OR acts[i] = 'collide' AND nextval('poster.collision') % 3 <> 0
                THEN RAISE EXCEPTION 'collided' USING ERRCODE = 'serialization_failure'; END IF;
                RETURN QUERY SELECT e.place, e.batch, true FROM poster.effect e
                    WHERE e.lane = post.lane AND e.key = keys[i];
                CONTINUE WHEN FOUND;
                RETURN QUERY INSERT INTO poster.effect (lane, key, batch)
                    VALUES (post.lane, keys[i], pg_current_xact_id()::text::int8)
                    RETURNING place, batch, false;
            END LOOP;
        END $$;
        """
}

/// Keeps statements waiting inside the database until it is opened.
struct Door: Sendable {
    let number = Int64.random(in: 1...Int64.max)
    fileprivate let keeper: Database

    /// A closed door.
    static func close() async throws -> Door {
        let door = Door(keeper: try await PosterTable.shared.database(connections: 1))
        try await door.keeper.execute("SELECT pg_advisory_lock(\(door.number))")
        return door
    }

    func open() async throws {
        try await keeper.execute("SELECT pg_advisory_unlock(\(number))")
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }
}
