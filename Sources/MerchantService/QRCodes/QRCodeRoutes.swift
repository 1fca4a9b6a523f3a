import API
import Domain
import FoundationEssentials
import HTTPTypes
import Postgres
import QRCodes
import ServiceKit

/// QR codes as images: of a payment for a till's screen, and of a till to print.
struct QRCodeRoutes: Sendable {
    let database: Database
    let payAddress: String

    // Pixels for a module: some 500 from side to side, sharp on a screen and on paper.
    private static let pixelsPerModule = 8

    func add(to routes: Routes) {
        routes.on(.getPaymentQrCodePng) { try Self.png(try await textOfPayment($0)) }
        routes.on(.getPaymentQrCodeSvg) { try Self.svg(try await textOfPayment($0)) }
        routes.on(.getTerminalQrCodePng) { try Self.png(try await textOfTerminal($0)) }
        routes.on(.getTerminalQrCodeSvg) { try Self.svg(try await textOfTerminal($0)) }
    }

    private func textOfPayment(_ call: Call<Caller>) async throws -> String {
        let community = try call.caller.requireCommunity()
        let found = try await database.query(
            PaymentQueries.find(try call.id("paymentId"), community),
            PaymentQueries.payments
        ).first
        guard let found, found.isVisible(to: call.caller) else {
            throw Problem.notFound("payment")
        }
        let view = found.view(for: call.caller, at: call.clock.now(), payAddress: payAddress)
        let text =
            switch Self.content(call) {
            case .uri: view.paymentUri
            case .emv: view.emvPayload
            case .link: view.qrPayload
            }
        if let text { return text }
        // Only the till that asked shows it.
        guard view.paymentUri != nil else { throw Problem.notFound("payment") }
        throw Problem(
            .notFound,
            "EMVCo's form has no room for so large an amount; ask for another content."
        )
    }

    private func textOfTerminal(_ call: Call<Caller>) async throws -> String {
        let (caller, community) = (call.caller, try call.caller.requireCommunity())
        let id = try call.id("terminalId")
        let now = call.clock.now()
        let till = try await database.transaction { connection in
            try PaymentQueries.till(id, community, connection, at: now)
        }
        guard let till, caller.may(.merchantsManage) || caller.party == till.merchant.id.uuid
        else { throw Problem.notFound("terminal") }
        let code = PaymentCode.till(id)
        guard Self.content(call) == .emv else { return code.uri }
        guard let text = code.emv(for: .init(name: till.shop.name, place: till.coin)) else {
            preconditionFailure("a printed code has no amount")
        }
        return text
    }

    private static func content(_ call: Call<Caller>) -> QRCodeContent {
        call.query("content").flatMap(QRCodeContent.init(rawValue:)) ?? .uri
    }

    private static func png(_ text: String) throws -> Reply {
        let image = try QRMatrix(text).png(scale: pixelsPerModule)
        return Reply(status: .ok, contentType: MediaType.png, body: image)
    }

    private static func svg(_ text: String) throws -> Reply {
        let image = Array(try QRMatrix(text).svg.utf8)
        return Reply(status: .ok, contentType: MediaType.svg, body: image)
    }
}
