package import API
package import Hummingbird
import Postgres

/// Where a service registers its operations: one call per operation, by name.
///
/// Access, query and headers are checked here, once for all; a handler sees only requests that
/// may reach it. An operation that needs a token cannot be registered with a handler without one.
package struct Routes {
    let router: Router<ServiceContext>
    let contract: Contract
    let authenticator: Authenticator
    let limits: RequestLimits
    let gates: WorkGates
    package let clock: Clock

    /// Registers an operation that needs a token; the handler gets the caller.
    package func on(
        _ operation: Operation,
        _ handler: @escaping @Sendable (Call<Caller>) async throws -> Reply
    ) {
        onStream(operation) { try await handler($0).response }
    }

    /// The same for an operation whose answer is a stream.
    package func onStream(
        _ operation: Operation,
        _ handler: @escaping @Sendable (Call<Caller>) async throws -> Response
    ) {
        guard case .anyOf(let scopes) = operation.access else {
            preconditionFailure("\(operation.id) is anonymous")
        }
        let (authenticator, contract, clock) = (authenticator, contract, clock)
        let (limits, entrance) = (limits, gates.entrance(of: operation))
        register(operation) { request, context in
            let caller = try await authenticator.caller(of: request, needing: scopes)
            try limits.countClient(caller, context)
            try contract.check(request, for: operation)
            return try await entrance.pass(request) { request in
                let call = Call<Caller>(
                    who: caller,
                    operation: operation,
                    request: request,
                    context: context,
                    clock: clock,
                    contract: contract,
                    isRevoked: { authenticator.isRevoked(caller) }
                )
                // Whatever a handler asks the database, it hears of no other community.
                return try await caller.tenant.perform { try await handler(call) }
            }
        }
    }

    /// Registers an operation that anybody may call.
    package func onAnonymous(
        _ operation: Operation,
        _ handler: @escaping @Sendable (Call<Anyone>) async throws -> Reply
    ) {
        precondition(operation.access == .anonymous, "\(operation.id) needs a token")
        let (contract, clock, limits) = (contract, clock, limits)
        let entrance = gates.entrance(of: operation)
        register(operation) { request, context in
            try limits.countCredential(operation, context)
            try contract.check(request, for: operation)
            do {
                return try await entrance.pass(request) { request in
                    try await handler(
                        Call<Anyone>(
                            who: Anyone(),
                            operation: operation,
                            request: request,
                            context: context,
                            clock: clock,
                            contract: contract,
                            isRevoked: { false }
                        )
                    ).response
                }
            } catch let problem as Problem
                where problem.type == .payloadTooLarge && operation == .issueToken
            {
                // RFC 6749 section 5.2: its errors have a form of their own.
                throw problem.asOAuth
            }
        }
    }

    private func register(
        _ operation: Operation,
        _ handle: @escaping @Sendable (Request, ServiceContext) async throws -> Response
    ) {
        contract.registered(operation)
        let method = HTTPRequest.Method(operation.method.rawValue)!
        router.on(
            RouterPath(operation.path),
            method: method,
            responder: CallbackResponder { request, context in
                try await handle(request, context)
            }
        )
        // NLgov API Design Rules: HEAD wherever GET. The answer's body is left out on the way.
        if operation.method == .get {
            router.on(
                RouterPath(operation.path),
                method: .head,
                responder: CallbackResponder { request, context in
                    try await handle(request, context).createHeadResponse()
                }
            )
        }
    }
}
