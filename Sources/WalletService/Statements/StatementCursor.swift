import API
import FoundationEssentials
import ServiceKit

/// The last line of a page: lines are ordered by moment, pot and number in the pot, all descending.
///
/// Of a fixed size, however many pots a wallet has, and of one meaning, whatever pots it gets.
struct StatementCursor: Sendable {
    let postedAt: Instant
    let pot: UUID
    /// The posting's number in its pot, from 1.
    let seq: Int64

    init(postedAt: Instant, pot: UUID, seq: Int64) {
        self.postedAt = postedAt
        self.pot = pot
        self.seq = seq
    }

    /// The cursor of a request; `nil` without one, throws 400 for one that is not ours.
    init?(of call: Call<Caller>) throws {
        guard let text = call.query("cursor") else { return nil }
        let range = Instant.earliest.microseconds...Instant.latest.microseconds
        guard let bytes = Base64URL.bytes(text), bytes.count == 32 else { throw Cursor.foreign }
        let (moment, pot, seq) = bytes.withUnsafeBytes { bytes in
            (
                Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)),
                UUID(uuid: bytes.loadUnaligned(fromByteOffset: 8, as: uuid_t.self)),
                Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: Int64.self))
            )
        }
        guard range.contains(moment), seq > 0 else { throw Cursor.foreign }
        self.init(postedAt: Instant(microseconds: moment), pot: pot, seq: seq)
    }

    /// 32 bytes in base64url.
    var text: String {
        var bytes: [UInt8] = []
        withUnsafeBytes(of: postedAt.microseconds.bigEndian) { bytes += $0 }
        withUnsafeBytes(of: pot.uuid) { bytes += $0 }
        withUnsafeBytes(of: seq.bigEndian) { bytes += $0 }
        return Base64URL.text(bytes)
    }
}
