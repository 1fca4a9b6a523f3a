import API
import Hummingbird
import ServiceKit

/// Why the token endpoint refuses.
enum TokenRefusal {
    /// The request lacks a parameter.
    case missing(String)
    case unsupportedGrantType
    /// One answer for every cause, so that nobody learns which clients exist.
    case invalidClient
    case invalidScope
    /// Not in force, or not given to the client's party.
    case invalidMandate
    /// One answer for every cause, because the word of a provider is somebody's secret.
    case invalidGrant

    /// The refusal with its code of RFC 6749 section 5.2.
    var problem: Problem {
        switch self {
        case .missing(let name):
            Problem(
                .invalidRequest,
                "The parameter \(name) is missing.",
                errors: [RequestError(pointer: "/\(name)", detail: "is missing")],
                oauthError: "invalid_request"
            )
        case .unsupportedGrantType:
            Problem(
                .unsupportedGrantType,
                "This grant type is not supported here.",
                oauthError: "unsupported_grant_type"
            )
        case .invalidClient:
            Problem(
                .invalidClient,
                "The client assertion does not prove a client.",
                oauthError: "invalid_client",
                headers: [.wwwAuthenticate: "Bearer error=\"invalid_client\""]
            )
        case .invalidGrant:
            Problem(
                .invalidGrant,
                "The assertion lets nobody in.",
                oauthError: "invalid_grant"
            )
        case .invalidScope:
            Problem(
                .invalidScope,
                "A scope is unknown, or none is one of the client's roles.",
                oauthError: "invalid_scope"
            )
        case .invalidMandate:
            Problem(
                .invalidMandate,
                "There is no such mandate in force that was given to you.",
                oauthError: "invalid_grant"
            )
        }
    }
}
