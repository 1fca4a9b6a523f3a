import HTTPTypes
import Hummingbird
import NIOCore

/// A request without a connection.
func request(
    _ method: HTTPRequest.Method = .get,
    _ path: String = "/",
    _ headers: HTTPFields = [:]
) -> Request {
    Request(
        head: HTTPRequest(
            method: method,
            scheme: nil,
            authority: nil,
            path: path,
            headerFields: headers
        ),
        body: RequestBody(buffer: ByteBuffer())
    )
}
