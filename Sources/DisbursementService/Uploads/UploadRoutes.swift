import API
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// Payment files in parts, over HTTP.
struct UploadRoutes {
    let database: Database
    let idempotency: Idempotency
    let listener: NotificationListener
    let lookupKey: LookupKey
    let schemas: PaymentSchemas?
    let keys: DataKeys

    func add(to routes: Routes) {
        routes.on(.createUpload, createUpload)
        routes.on(.listUploads, listUploads)
        routes.on(.getUpload, getUpload)
        routes.on(.appendToUpload, appendToUpload)
        routes.on(.submitUpload, submitUpload)
        routes.on(.abandonUpload, abandonUpload)
        routes.onStream(.streamUploadEvents, streamUploadEvents)
    }

    @Sendable private func createUpload(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(UploadCreation.self)
        do { _ = try IntakeForm(contentType: body.value.mediaType) } catch let problem as Problem {
            throw Problem.invalid("/mediaType", problem.detail)
        }
        let create = CreateUpload(
            creation: body.value,
            id: call.clock.newID(),
            programme: try call.id("programmeId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let upload = try create(connection)
            return .created(upload, at: "/v1/uploads/\(upload.id)")
        }
    }

    @Sendable private func listUploads(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let sql = UploadQueries.list(
            of: call.caller.client,
            try call.caller.requireCommunity(),
            after: try Cursor.id(of: call),
            limit: limit
        )
        let uploads = try await database.query(sql) { try $0.map(UploadQueries.decode) }
        return .page(Cursor.page(uploads, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getUpload(_ call: Call<Caller>) async throws -> Reply {
        .json(try await upload(try key(of: call)))
    }

    @Sendable private func appendToUpload(_ call: Call<Caller>) async throws -> Reply {
        let key = try key(of: call)
        // Whoever may not send it is told before it is read.
        _ = try await upload(key)
        guard let start = call.query("offset").flatMap({ Int($0) }) else {
            throw Problem.invalid("?offset", "is missing")
        }
        let append = AppendPart(
            upload: key,
            start: start,
            bytes: try await call.bytes(),
            keys: keys,
            database: database
        )
        return .json(try await append())
    }

    @Sendable private func submitUpload(_ call: Call<Caller>) async throws -> Reply {
        let submit = SubmitUpload(
            key: try key(of: call),
            database: database,
            idempotency: idempotency,
            lookupKey: lookupKey,
            schemas: schemas,
            keys: keys
        )
        return try await submit(call)
    }

    @Sendable private func abandonUpload(_ call: Call<Caller>) async throws -> Reply {
        let key = try key(of: call)
        let fingerprint = Array("abandon \(key.id)".utf8)
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            guard let (upload, isBeingRead) = try UploadQueries.locked(key, connection) else {
                throw Problem.notFound("upload")
            }
            guard upload.state == .open else {
                throw Problem(.uploadNotOpen, "The upload is \(upload.state.rawValue).")
            }
            if isBeingRead { throw SubmitUpload.beingRead }
            try connection.execute(UploadQueries.abandon(key))
            try connection.execute(UploadQueries.forgetParts(of: key))
            guard let abandoned = try UploadQueries.locked(key, connection) else {
                throw Problem.notFound("upload")
            }
            return .created(abandoned.upload, at: "/v1/uploads/\(upload.id)")
        }
    }

    @Sendable private func streamUploadEvents(_ call: Call<Caller>) async throws -> Response {
        let key = try key(of: call)
        // Heard from before the first look, so that nothing falls between.
        let changes = ObjectChanges.stream(of: key.id, on: Channel.upload, listener)
        _ = try await upload(key)
        return ServerSentEvents.response(
            to: call,
            named: "upload",
            changes: changes,
            current: { try await upload(key) },
            isFinal: { $0.state != .open }
        )
    }

    private func key(of call: Call<Caller>) throws -> UploadQueries.Key {
        UploadQueries.Key(
            id: try call.id("uploadId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client
        )
    }

    private func upload(_ key: UploadQueries.Key) async throws -> Upload {
        let upload = try await database.query(UploadQueries.one(key)) {
            try $0.first.map(UploadQueries.decode)
        }
        guard let upload else { throw Problem.notFound("upload") }
        return upload
    }
}
