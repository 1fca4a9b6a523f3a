import AsyncHTTPClient
import Crypto
import FoundationEssentials
import NIOHTTP1

/// What a key signs to prove that it sends a request (RFC 9449 section 4.2).
struct RequestProof: Encodable {
    let jti = UUID().uuidString.lowercased()
    let iat = Int(Date().timeIntervalSince1970)
    let htm: String
    let htu: String
    /// The SHA-256 of the access token; none in a request for one.
    let ath: String?
    let nonce: String?

    init(of request: HTTPClientRequest, token: String?, nonce: String?) {
        htm = request.method.rawValue
        htu = String(request.url.prefix { $0 != "?" })
        ath = token.map { base64URL(SHA256.hash(data: Data($0.utf8))) }
        self.nonce = nonce
    }
}
