import API
import FoundationEssentials
import ServiceKit

/// A directory whose files are handed in for one programme, in the name of one client.
struct Drop: Decodable, Sendable {
    let directory: String
    let communityId: Identifier
    let programmeId: Identifier
    /// Who is the submitter; somebody else approves.
    let clientId: Identifier
}

/// The directories that an installation watches.
enum Drops {
    /// So many at most.
    private static let most = 50

    /// Reads the file that the settings name, none without; throws `ServiceConfiguration.Invalid`.
    static func read(_ configuration: ServiceConfiguration) throws -> [Drop] {
        guard let file = configuration.file("disbursement.dropsFile") else { return [] }
        guard let data = try? Data(contentsOf: URL(filePath: file)),
            let drops = try? JSONDecoder().decode([Drop].self, from: data)
        else { throw invalid("is not a list of directories: \(file)") }
        guard drops.count <= most else { throw invalid("names more than \(most) directories") }
        guard drops.allSatisfy({ $0.directory.hasPrefix("/") }) else {
            throw invalid("has a directory that does not begin with /")
        }
        guard Set(drops.map(\.directory)).count == drops.count else {
            throw invalid("names a directory twice")
        }
        return drops
    }

    private static func invalid(_ what: String) -> ServiceConfiguration.Invalid {
        ServiceConfiguration.Invalid(description: "disbursement.dropsFile \(what)")
    }
}
