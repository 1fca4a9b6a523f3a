package import API
import FoundationEssentials
package import HTTPTypes
package import HummingbirdCore
import NIOCore

/// An answer whose bytes are known, so that it can be stored and given again.
package struct Reply: Sendable {
    package var status: HTTPResponse.Status
    package var contentType: String
    package var body: [UInt8]
    package var headers: HTTPFields

    package init(
        status: HTTPResponse.Status,
        contentType: String,
        body: [UInt8],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// JSON with the given status, 200 unless told otherwise.
    package static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Reply {
        Reply(
            status: status,
            contentType: MediaType.json,
            body: WireJSON.bytes(value),
            headers: headers
        )
    }

    /// 201 with the address where the result can be read.
    package static func created(_ value: some Encodable, at location: String) -> Reply {
        .json(value, status: .created, headers: [.location: location])
    }

    /// One page of a list, with `Link: rel="next"` (RFC 8288) where there is a next one.
    package static func page<Item>(_ page: Page<Item>, of uri: URI) -> Reply {
        guard let next = page.next else { return .json(page) }
        return .json(page, headers: self.next(next, of: uri))
    }

    /// Where a list goes on after a page that ended with this cursor (RFC 8288).
    package static func next(_ cursor: String, of uri: URI) -> HTTPFields {
        let others = (uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("cursor=") }
        let query = (others.map(String.init) + ["cursor=\(cursor)"]).joined(separator: "&")
        return [.init("Link")!: "<\(uri.path)?\(query)>; rel=\"next\""]
    }

    var response: Response {
        var fields = headers
        fields[.contentType] = contentType
        return Response(
            status: status,
            headers: fields,
            body: .init(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
