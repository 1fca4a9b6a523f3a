extension Operation {
    /// This document.
    package static let getOpenAPI = Operation(
        id: "getOpenAPI",
        method: .get,
        path: "/v1/openapi.json",
        access: .anonymous
    )

    /// Is the process alive?
    package static let getLiveness = Operation(
        id: "getLiveness",
        method: .get,
        path: "/health/live",
        access: .anonymous
    )

    /// Can the service answer?
    package static let getReadiness = Operation(
        id: "getReadiness",
        method: .get,
        path: "/health/ready",
        access: .anonymous
    )

    /// Metrics.
    package static let getMetrics = Operation(
        id: "getMetrics",
        method: .get,
        path: "/metrics",
        access: .anonymous,
        produces: MediaType.metrics
    )
}

/// The operations of every service: its document, health and metrics.
package enum EveryServiceOperations {
    /// All of them.
    package static let all: [Operation] =
        [
            .getOpenAPI, .getLiveness, .getReadiness, .getMetrics,
        ]
}
