import API
import Domain
import FoundationEssentials
import Hummingbird
import Postgres
import ServiceKit

/// Cards for people without a phone, as the counter manages them.
struct CardRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency
    let secrets: CardSecrets
    /// Wrong PINs in a row after which a card does not pay any more.
    let mostWrongPINs: Int

    func add(to routes: Routes) {
        routes.on(.createPrintRun, createPrintRun)
        routes.on(.listCards, listCards)
        routes.on(.getCard, getCard)
        routes.on(.linkCard, linkCard)
        routes.on(.setCardPin, setCardPin)
        routes.on(.blockCard, blockCard)
        routes.on(.returnCard, returnCard)
        routes.on(.replaceCard, replaceCard)
    }

    @Sendable private func createPrintRun(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PrintRunCreation.self)
        let make = MakeCards(change: try CardChange(call), secrets: secrets)
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let run = try make(body.value.count, connection)
            try call.record(run.auditEntry, connection)
            return .json(run, status: .created)
        }
    }

    @Sendable private func listCards(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let filter = CardFilter(
            person: call.queryID("personId"),
            state: call.query("state"),
            before: try Cursor.id(of: call)
        )
        let found = try await database.query(
            CardQueries.page(of: call.caller.requireCommunity(), filter, limit: limit),
            CardQueries.cards
        )
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getCard(_ call: Call<Caller>) async throws -> Reply {
        let (id, change) = (try call.id("cardId"), try CardChange(call))
        let card = try await database.transaction { connection in
            var card = try change.view(id, connection)
            card.history = try CardQueries.events(
                connection.query(CardQueries.events(of: id, community: change.community))
            )
            return card
        }
        return .json(card)
    }

    @Sendable private func linkCard(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CardLink.self)
        let link = LinkCard(
            change: try CardChange(call),
            person: try call.id("personId"),
            numberHash: try hash(of: body.value)
        )
        return try await change(call, nil, body.fingerprint) { try link($0) }
    }

    @Sendable private func setCardPin(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CardPinSetting.self)
        guard let pin = CardPIN(typed: body.value.pin) else {
            throw Problem.invalid("/pin", "is not four to six digits")
        }
        let (id, change) = (try call.id("cardId"), try CardChange(call))
        let card = try await database.query(
            CardQueries.locked(.id(id), of: change.community),
            CardQueries.stored
        )
        // The hash is made before the transaction: nothing may be slow while others wait for it.
        var hash: [UInt8]?
        if let card, !pin.isWeak {
            hash = try await secrets.hash(of: pin, card: card.numberHash)
        }
        return try await self.change(call, id, body.fingerprint) { [hash] connection in
            guard card != nil else { throw Problem.notFound("card") }
            guard let hash else { throw CardProblems.weakPIN }
            return try SetCardPIN(
                change: change,
                card: id,
                hash: hash,
                mostWrong: mostWrongPINs
            )(connection)
        }
    }

    @Sendable private func blockCard(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CardNote.self)
        let block = BlockCard(
            change: try CardChange(call),
            card: try call.id("cardId"),
            reason: body.value.reason
        )
        return try await change(call, block.card, body.fingerprint) { try block($0) }
    }

    @Sendable private func returnCard(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CardNote.self)
        let takeBack = ReturnCard(
            change: try CardChange(call),
            card: try call.id("cardId"),
            reason: body.value.reason
        )
        return try await change(call, takeBack.card, body.fingerprint) { try takeBack($0) }
    }

    @Sendable private func replaceCard(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CardLink.self)
        let replace = ReplaceCard(
            change: try CardChange(call),
            card: try call.id("cardId"),
            numberHash: try hash(of: body.value)
        )
        return try await change(call, replace.card, body.fingerprint) { try replace($0) }
    }

    /// A change of the card with this id, or of one that is found by its number.
    private func change(
        _ call: Call<Caller>,
        _ id: UUID?,
        _ fingerprint: [UInt8],
        _ act: @escaping @Sendable (Connection) throws -> Card
    ) async throws -> Reply {
        let change = try CardChange(call)
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let before = try id.map { try change.view($0, connection) }
            let card = try act(connection)
            try call.record(card.auditEntry(from: before), connection)
            return .created(card, at: "/v1/cards/\(card.id)")
        }
    }

    private func hash(of link: CardLink) throws -> [UInt8] {
        guard let number = CardNumber(typed: link.number) else {
            throw Problem.invalid("/number", "is no card number: a digit must be wrong")
        }
        return secrets.hash(of: number)
    }
}
