import API
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Closes what sends its body or takes its answer too slowly: an HTTP/1 connection, or one stream of
/// an HTTP/2 connection.
///
/// Time counts only while we wait for the client: a body that we are too busy to read is not slow.
final class RequestPace: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let watch: ConnectionWatch
    private let bodyPatience: TimeAmount
    private let writePatience: TimeAmount
    private var openRequests = 0

    // The body that is being read.
    private var isReading = false
    private var received = 0
    private var waited: TimeAmount = .zero
    private var waitingSince: NIODeadline?
    /// Since the answer to the request whose body still comes.
    private var unwanted: Int?

    // The answer that is being written.
    private var isStreaming = false
    private var isHeadWritten = false
    private var unwritten = 0
    private var stalledSince: NIODeadline = .now()

    private var alarm: Scheduled<Void>?
    /// Set when the head could not be read; nothing more is said or heard.
    private var isDeaf = false

    private static let bytesPerSecond = 1024
    private static let pieceSize = 65_536
    // Clients that send a body to the end before they read the answer get to read it.
    private static let mostUnwanted = 16 << 20

    init(_ watch: ConnectionWatch, patience: TransportSettings.Patience) {
        self.watch = watch
        bodyPatience = .seconds(Int64(patience.body))
        writePatience = .seconds(Int64(patience.write))
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        while openRequests > 0 { endRequest() }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { alarm?.cancel() }

    private func endRequest() {
        openRequests -= 1
        watch.requestEnded()
    }
}

// MARK: What the client sends

extension RequestPace {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        switch unwrapInboundIn(data) {
        case .head:
            openRequests += 1
            watch.requestBegan()
            (isReading, received, waited, unwanted) = (true, 0, .zero, nil)
        case .body(let bytes):
            count(bytes.readableBytes)
            if let unwanted, unwanted > Self.mostUnwanted { return context.close(promise: nil) }
        case .end:
            isReading = false
        }
        if let since = waitingSince { waited = waited + (NIODeadline.now() - since) }
        waitingSince = nil
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if isReading, waitingSince == nil {
            waitingSince = .now()
            setAlarm(context)
        }
        context.read()
    }

    private func count(_ bytes: Int) {
        received += bytes
        unwanted = unwanted.map { $0 + bytes }
    }

    private var bodyDeadline: NIODeadline? {
        guard isReading, let since = waitingSince else { return nil }
        let earned = TimeAmount.seconds(Int64(received / Self.bytesPerSecond))
        return since + (bodyPatience + earned - waited)
    }

    /// A head that is no HTTP, or too large, is answered here: nothing behind would know of it.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, openRequests == 0 else {
            if !isDeaf { context.fireErrorCaught(error) }
            return
        }
        guard !isDeaf else { return }
        isDeaf = true
        let problem: Problem =
            error == .headerOverflow
            ? .headTooLarge : Problem(.invalidRequest, "The request is not HTTP.")
        let response = ProblemMiddleware.answerWithoutRequest(problem)
        context.write(wrapOutboundOut(.head(response.head)), promise: nil)
        context.write(wrapOutboundOut(.body(response.body)), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        // Closed for writing first, or what the client still sends would reset the connection before
        // the answer is read. The rest is the watch's, or the client's.
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            bound.value.close(mode: .output, promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isDeaf, let event = event as? ChannelEvent, event == .inputClosed {
            return context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }
}

// MARK: What the client takes

extension RequestPace {
    func write(
        context: ChannelHandlerContext,
        data: NIOAny,
        promise: EventLoopPromise<Void>?
    ) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isHeadWritten = head.status.kind != .informational
            context.write(data, promise: promise)
        case .body(let bytes) where bytes.readableBytes > Self.pieceSize:
            writePieces(of: bytes, context, promise)
        case .body where isStreaming:
            context.write(data, promise: tracked(promise, context))
        case .body:
            context.write(data, promise: promise)
        case .end:
            (isHeadWritten, isStreaming) = (false, false)
            if isReading { unwanted = 0 }
            let written = tracked(promise, context)
            let pace = NIOLoopBound(self, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in
                if pace.value.openRequests > 0 { pace.value.endRequest() }
            }
            context.write(data, promise: written)
        }
    }

    func flush(context: ChannelHandlerContext) {
        // An answer of one piece is written whole before it is flushed.
        if isHeadWritten { isStreaming = true }
        context.flush()
        if unwritten > 0 { setAlarm(context) }
    }

    /// In pieces, each of which shows that the client still takes something.
    private func writePieces(
        of bytes: ByteBuffer,
        _ context: ChannelHandlerContext,
        _ promise: EventLoopPromise<Void>?
    ) {
        var bytes = bytes
        while bytes.readableBytes > Self.pieceSize,
            let piece = bytes.readSlice(length: Self.pieceSize)
        {
            context.write(wrapOutboundOut(.body(piece)), promise: tracked(nil, context))
        }
        context.write(wrapOutboundOut(.body(bytes)), promise: tracked(promise, context))
    }

    private func tracked(
        _ promise: EventLoopPromise<Void>?,
        _ context: ChannelHandlerContext
    ) -> EventLoopPromise<Void> {
        if unwritten == 0 { stalledSince = .now() }
        unwritten += 1
        let promise = promise ?? context.eventLoop.makePromise()
        let pace = NIOLoopBound(self, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in
            pace.value.unwritten -= 1
            pace.value.stalledSince = .now()
        }
        return promise
    }
}

// MARK: Time

extension RequestPace {
    private var deadline: NIODeadline? {
        let write = unwritten > 0 ? stalledSince + writePatience : nil
        return [bodyDeadline, write].compactMap(\.self).min()
    }

    private func setAlarm(_ context: ChannelHandlerContext) {
        guard alarm == nil, let deadline else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(deadline: deadline) {
            let (pace, context) = bound.value
            pace.ring(context)
        }
    }

    private func ring(_ context: ChannelHandlerContext) {
        alarm = nil
        guard let deadline else { return }
        if deadline <= .now() { context.close(promise: nil) } else { setAlarm(context) }
    }
}
