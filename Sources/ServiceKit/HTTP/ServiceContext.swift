package import API
import FoundationEssentials
package import Hummingbird
import Logging
import NIOCore

/// What goes with one request through the service.
package struct ServiceContext: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Answered as `X-Request-Id` and in every problem and log line.
    package let requestID: Identifier
    package let remoteAddress: SocketAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        requestID = Identifier(Clock.system.newID())
        remoteAddress = source.channel.remoteAddress
        logger[metadataKey: "requestId"] = .stringConvertible(requestID)
    }
}
