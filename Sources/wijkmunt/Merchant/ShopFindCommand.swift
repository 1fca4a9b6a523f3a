import API
import ArgumentParser

extension ShopCommand {
    /// `wijkmunt shop find`
    struct Find: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find the shops where a coin can be spent.",
            discussion: """
                With --near the nearest come first; the place is used for the answer and kept \
                nowhere. Otherwise in a box, or in the whole community.
                """
        )
        @Option(help: "Around this place, as longitude,latitude in degrees.")
        var near: DegreesPair?
        @Option(help: "At most so many metres away, with --near; 2000 by default.")
        var radius: Int?
        @Option(help: "In this box: west,south,east,north in degrees.") var bbox: String?
        @Option(help: "Only of this merchant category code.") var category: String?
        @Option(help: "Only where this coin is taken.") var coin: String?
        @Option(help: "Where it can be spent then, such as 2026-03-07T10:00:00Z; now by default.")
        var openAt: Instant?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func validate() throws {
            guard near == nil || bbox == nil else {
                throw ValidationError("--near and --bbox do not go together")
            }
            guard radius == nil || near != nil else {
                throw ValidationError("--radius goes with --near")
            }
        }

        func run() async throws {
            let session = try self.session.open(for: near == nil ? .listShopPlaces : .searchShops)
            let found: ShopPlaces
            if let near {
                found = try await session.client.call(
                    .searchShops,
                    body: ShopSearch(
                        longitude: near.longitude,
                        latitude: near.latitude,
                        radiusMetres: radius,
                        categoryCode: category,
                        coin: coin,
                        openAt: openAt,
                        limit: page.limit,
                        cursor: page.cursor
                    )
                )
            } else {
                found = try await session.client.call(
                    .listShopPlaces,
                    query: page.query + [
                        ("bbox", bbox), ("categoryCode", category), ("coin", coin),
                        ("openAt", openAt?.description),
                    ]
                )
            }
            guard session.output == .table else { return try session.output.show(found) }
            session.output.showTable(
                found.features,
                columns: [
                    "id", "properties.name", "properties.address", "properties.distanceMetres",
                ]
            )
            if let next = found.next { note("more with --cursor \(next)") }
        }
    }
}
