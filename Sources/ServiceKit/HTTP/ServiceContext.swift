package import API
import FoundationEssentials
package import Hummingbird
package import Logging
import NIOCore

/// What goes with one request through the service.
package struct ServiceContext: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Answered as `X-Request-Id` and in every problem and log line.
    package let requestID: Identifier
    /// Whose request it is, told by the connection or by a proxy of ours.
    package internal(set) var clientAddress: NetworkAddress?
    /// What limits said, for the headers of the answer.
    let account = RateAccount()
    private let channel: any Channel
    private let plainLogger: Logger

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        requestID = Identifier(Clock.system.newID())
        channel = source.channel
        plainLogger = source.logger
    }

    package var remoteAddress: SocketAddress? { channel.remoteAddress }

    /// Names the request; made when something is logged, which few requests do.
    package var logger: Logger {
        var logger = plainLogger
        logger[metadataKey: "requestId"] = .stringConvertible(requestID)
        return logger
    }
}
