package import FoundationEssentials

/// What a payer's phone shows to be scanned: a right to charge once, soon, up to an amount.
///
/// Made and signed without a connection. Bytes rather than JSON, and capitals rather than base64url:
/// a till's scanner reads a small code sooner; `docs/qr-codes.md` tells byte by byte.
package struct PayerCode: Hashable, Sendable {
    /// Where the phone says it is, for coins whose rules ask for it.
    package struct Place: Hashable, Sendable {
        /// 16 random bytes that hide the place in the digest.
        package let salt: [UInt8]
        /// Degrees in WGS 84, in steps of a ten-millionth: a centimetre.
        package let longitude: Double
        /// Degrees in WGS 84, in steps of a ten-millionth.
        package let latitude: Double
        /// The radius of 68 % confidence, in whole metres, at most 65,535.
        package let accuracyMetres: Int
        /// How old the fix was when the code was made, in seconds, at most 65,535.
        package let ageSeconds: Int
        /// Whether the phone flags the fix as mock.
        package let isMock: Bool

        /// A place; `nil` when a value is out of range.
        package init?(
            salt: [UInt8],
            longitude: Double,
            latitude: Double,
            accuracyMetres: Int,
            ageSeconds: Int,
            isMock: Bool
        ) {
            guard salt.count == 16, (-180...180).contains(longitude),
                (-90...90).contains(latitude), (0...0xFFFF).contains(accuracyMetres),
                (0...0xFFFF).contains(ageSeconds)
            else { return nil }
            (self.salt, self.longitude, self.latitude) = (salt, longitude, latitude)
            (self.accuracyMetres, self.ageSeconds) = (accuracyMetres, ageSeconds)
            self.isMock = isMock
        }

        /// The place that has these bytes; `nil` when none has.
        package init?(bytes: [UInt8]) {
            guard bytes.count == Self.byteCount else { return nil }
            var reader = ByteReader(bytes)
            self.init(&reader)
        }

        /// Salt and claim, 29 bytes: what the digest is made of.
        package var bytes: [UInt8] {
            var bytes = salt
            bytes.append(bigEndian: Int32((longitude * 10_000_000).rounded()))
            bytes.append(bigEndian: Int32((latitude * 10_000_000).rounded()))
            bytes.append(bigEndian: UInt16(accuracyMetres))
            bytes.append(bigEndian: UInt16(ageSeconds))
            bytes.append(isMock ? 1 : 0)
            return bytes
        }

        static let byteCount = 29

        init?(_ reader: inout ByteReader) {
            let salt = reader.bytes(16)
            let longitude = Int32(truncatingIfNeeded: reader.integer(4))
            let latitude = Int32(truncatingIfNeeded: reader.integer(4))
            let accuracy = Int(reader.integer(2))
            let age = Int(reader.integer(2))
            let mock = reader.integer(1)
            guard mock <= 1 else { return nil }
            self.init(
                salt: salt,
                longitude: Double(longitude) / 10_000_000,
                latitude: Double(latitude) / 10_000_000,
                accuracyMetres: accuracy,
                ageSeconds: age,
                isMock: mock == 1
            )
        }
    }

    /// What is signed, but for the digest of the place.
    package struct Terms: Hashable, Sendable {
        /// The phone, as a client.
        package let client: UUID
        /// 16 random bytes: two codes are never the same.
        package let nonce: [UInt8]
        /// When the phone made it, in seconds since 1970.
        package let issuedAt: Int64
        /// How long it counts, 1 to 300 seconds.
        package let lifetimeSeconds: Int
        /// The most that may be charged, in minor units.
        package let most: Int64
        /// The coin's code.
        package let coin: String

        /// Terms; `nil` when a value is out of range.
        package init?(
            client: UUID,
            nonce: [UInt8],
            issuedAt: Int64,
            lifetimeSeconds: Int,
            most: Int64,
            coin: String
        ) {
            guard nonce.count == 16, (0...Int64(UInt32.max)).contains(issuedAt),
                (1...PayerCode.longestSeconds).contains(lifetimeSeconds), most > 0,
                CodeText.isCoin(coin)
            else { return nil }
            (self.client, self.nonce, self.issuedAt) = (client, nonce, issuedAt)
            (self.lifetimeSeconds, self.most, self.coin) = (lifetimeSeconds, most, coin)
        }

        /// Version, client, nonce, time, lifetime, amount, coin.
        fileprivate var bytes: [UInt8] {
            var bytes = [PayerCode.version]
            withUnsafeBytes(of: client.uuid) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: nonce)
            bytes.append(bigEndian: UInt32(issuedAt))
            bytes.append(bigEndian: UInt16(lifetimeSeconds))
            bytes.append(bigEndian: most)
            bytes.append(UInt8(coin.utf8.count))
            bytes.append(contentsOf: coin.utf8)
            return bytes
        }
    }

    /// The longest that a code counts.
    package static let longestSeconds = 300

    fileprivate static let version: UInt8 = 1
    private static let form = "WIJKMUNT:V1/PAYER/"
    private static let domain = Array("wijkmunt payer code 1\n".utf8)
    private static let signatureBytes = 64
    private static let digestBytes = 32

    /// What the payer allows.
    package let terms: Terms
    /// `nil` where no place was claimed.
    package let place: Place?
    /// 64 bytes: ES256 over ``signed(_:digest:)``.
    package let signature: [UInt8]

    /// A code; `nil` unless the signature has 64 bytes.
    package init?(terms: Terms, place: Place?, signature: [UInt8]) {
        guard signature.count == Self.signatureBytes else { return nil }
        (self.terms, self.place, self.signature) = (terms, place, signature)
    }

    /// What the phone signs: the terms, and the SHA-256 of the place's bytes when there is one. So
    /// the signature can be shown to others later, and nobody learns the place.
    package static func signed(_ terms: Terms, digest: [UInt8]?) -> [UInt8] {
        domain + terms.bytes + (digest ?? [])
    }

    /// What is kept as evidence: the terms, the digest and the signature.
    package func evidence(digest: [UInt8]?) -> [UInt8] {
        terms.bytes + (digest ?? []) + signature
    }

    /// The text of the QR code.
    package var text: String {
        Self.form + Base32.text(terms.bytes + (place?.bytes ?? []) + signature)
    }

    /// Reads the text of a QR code; `nil` for every other text.
    package init?(text: String) {
        guard text.utf8.count <= 400, text.hasPrefix(Self.form),
            let bytes = Base32.bytes(text.dropFirst(Self.form.count))
        else { return nil }
        var reader = ByteReader(bytes)
        guard reader.integer(1) == UInt64(Self.version) else { return nil }
        let client = reader.uuid()
        let nonce = reader.bytes(16)
        let issuedAt = Int64(reader.integer(4))
        let lifetime = Int(reader.integer(2))
        let most = Int64(truncatingIfNeeded: reader.integer(8))
        let coin = String(decoding: reader.bytes(Int(reader.integer(1))), as: UTF8.self)
        let terms = Terms(
            client: client,
            nonce: nonce,
            issuedAt: issuedAt,
            lifetimeSeconds: lifetime,
            most: most,
            coin: coin
        )
        guard let terms, reader.isGood else { return nil }
        var place: Place?
        if reader.remaining == Place.byteCount + Self.signatureBytes {
            guard let claimed = Place(&reader) else { return nil }
            place = claimed
        }
        let signature = reader.bytes(Self.signatureBytes)
        guard reader.isGood, reader.remaining == 0 else { return nil }
        self.init(terms: terms, place: place, signature: signature)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

/// Reads big-endian bytes; past the end it gives zeros and is no longer good.
struct ByteReader {
    private let bytes: [UInt8]
    private var place = 0
    /// Whether all that was asked for was there.
    private(set) var isGood = true

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - place }

    mutating func bytes(_ count: Int) -> [UInt8] {
        guard remaining >= count else {
            isGood = false
            return [UInt8](repeating: 0, count: count)
        }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    mutating func integer(_ count: Int) -> UInt64 {
        bytes(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func uuid() -> UUID {
        let b = bytes(16)
        return UUID(
            uuid: (
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
                b[13], b[14], b[15]
            )
        )
    }
}
