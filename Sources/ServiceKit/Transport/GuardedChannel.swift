import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// A connection of the services: over TLS HTTP/2 or HTTP/1.1, without TLS HTTP/1.1; of limited
/// number per address, of limited head, and closed when the client is too slow.
struct GuardedChannel: ServerChildChannel {
    /// What has been agreed with the client, or is about to be.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        fileprivate let agreed: EventLoopFuture<Agreed>
    }

    fileprivate enum Agreed: Sendable {
        case http1(HTTP1Channel.Value)
        case http2(HTTP2Channel.Value)
    }

    /// Reads what one connection says; the same for all.
    private let http1: HTTP1Channel
    private let http2: HTTP2Channel
    private let certificate: ServerCertificate?
    private let settings: TransportSettings
    private let counts: ConnectionCounts

    // The head of a request in bytes, its first line included, and the number of its fields.
    static let mostHeadBytes = 32_768
    static let mostFieldBytes = 16_384
    static let mostFields = 100

    init(
        responder: @escaping HTTPChannelHandler.Responder,
        settings: TransportSettings,
        certificate: ServerCertificate?
    ) {
        http1 = HTTP1Channel(responder: responder)
        http2 = HTTP2Channel(responder: responder)
        self.certificate = certificate
        self.settings = settings
        counts = ConnectionCounts(mostPerAddress: settings.mostConnectionsPerAddress)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard isWelcome(channel) else { return closing(channel, logger) }
        let watch = ConnectionWatch(channel, patience: settings.patience)
        let bound = NIOLoopBound(watch, eventLoop: channel.eventLoop)
        guard let certificate else {
            return http1Channel(bound).setup(channel: channel, logger: logger).map { value in
                Value(
                    channel: channel,
                    agreed: channel.eventLoop.makeSucceededFuture(.http1(value))
                )
            }
        }
        let configuration = http1Channel(bound).configuration
        let responder = http1.responder
        let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Agreed> { result, channel in
            if result == .negotiated("h2") {
                HTTP2Channel(
                    responder: responder,
                    configuration: .init(streamConfiguration: configuration)
                ).setup(channel: channel, logger: logger).map { .http2($0) }
            } else {
                HTTP1Channel(responder: responder, configuration: configuration)
                    .setup(channel: channel, logger: logger).map { .http1($0) }
            }
        }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers(
                NIOSSLServerHandler(context: certificate.context),
                negotiation
            )
            return Value(channel: channel, agreed: negotiation.protocolNegotiationResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.agreed.get() {
            case .http1(let connection): await http1.handle(value: connection, logger: logger)
            case .http2(let connection): await http2.handle(value: connection, logger: logger)
            }
        } catch {
            // A handshake that failed, or a client that left before it.
            logger.debug("no connection", metadata: ["error": "\(error)"])
        }
    }

    private func http1Channel(_ watch: NIOLoopBound<ConnectionWatch>) -> HTTP1Channel {
        let patience = settings.patience
        return HTTP1Channel(
            responder: http1.responder,
            configuration: .init(
                additionalChannelHandlers: [RequestPace(watch.value, patience: patience)],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: Self.mostFieldBytes,
                    maxHeaderListSize: Self.mostHeadBytes,
                    maxHeaderFieldCount: Self.mostFields
                )
            )
        )
    }
}

// MARK: Connections per address

extension GuardedChannel {
    /// Counts the connection; proxies of ours bring many people's.
    private func isWelcome(_ channel: any Channel) -> Bool {
        guard let address = channel.remoteAddress.flatMap(NetworkAddress.init),
            !settings.proxies.trusts(address)
        else { return true }
        let block = address.block
        let counts = counts
        channel.closeFuture.whenComplete { _ in counts.leave(block) }
        return counts.enter(block)
    }

    /// A connection that ends as soon as it has begun. A failure here would end the server instead.
    private func closing(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(UnwelcomeHandler())
        }.flatMap {
            http1.setup(channel: channel, logger: logger)
        }.map { value in
            Value(channel: channel, agreed: channel.eventLoop.makeSucceededFuture(.http1(value)))
        }
    }
}

private final class UnwelcomeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { context.close(promise: nil) }
    }

    func channelActive(context: ChannelHandlerContext) { context.close(promise: nil) }
}
