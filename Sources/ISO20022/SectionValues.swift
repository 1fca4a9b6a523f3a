/// The texts of one section of a file (group header, block or line), one behind the other in a
/// buffer that serves the next section too.
///
/// Nothing is copied or allocated per text: a file of a million lines passes through one of these.
/// A handle: copies share the texts. Whoever makes it frees it.
struct SectionValues {
    struct Place {
        var start = 0
        var count = 0
        /// Line of the source file.
        var line = 0
    }

    private struct State {
        var line = 1
        var present: UInt64 = 0
        var used = 0
        var capacity: Int
        var bytes: UnsafeMutablePointer<UInt8>
        let places: UnsafeMutablePointer<Place>
    }

    private let state: UnsafeMutablePointer<State>
    private static let fieldCount = PaymentField.allCases.count

    init(capacity: Int = 4_096) {
        state = .allocate(capacity: 1)
        let places = UnsafeMutablePointer<Place>.allocate(capacity: Self.fieldCount)
        places.initialize(repeating: Place(), count: Self.fieldCount)
        state.initialize(
            to: State(capacity: capacity, bytes: .allocate(capacity: capacity), places: places)
        )
    }

    func free() {
        state.pointee.bytes.deallocate()
        state.pointee.places.deallocate()
        state.deallocate()
    }

    /// Forgets all texts: a new section begins on this line.
    func begin(line: Int) {
        state.pointee.line = line
        state.pointee.present = 0
        state.pointee.used = 0
    }

    /// Source line of the section's start.
    var line: Int { state.pointee.line }

    func has(_ field: PaymentField) -> Bool {
        state.pointee.present & (1 << UInt64(field.rawValue)) != 0
    }

    /// The bytes of a text, UTF-8; nil when there is none. Valid until the next `keep` or `begin`.
    func bytes(_ field: PaymentField) -> UnsafeBufferPointer<UInt8>? {
        guard has(field) else { return nil }
        let place = state.pointee.places[Int(field.rawValue)]
        return UnsafeBufferPointer(start: state.pointee.bytes + place.start, count: place.count)
    }

    /// The same bytes, to be brought to another form in place.
    func mutableBytes(_ field: PaymentField) -> UnsafeMutableBufferPointer<UInt8>? {
        bytes(field).map { UnsafeMutableBufferPointer(mutating: $0) }
    }

    func text(_ field: PaymentField) -> String? {
        bytes(field).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The line of a text, or of the section when there is none.
    func line(of field: PaymentField) -> Int {
        has(field) ? state.pointee.places[Int(field.rawValue)].line : line
    }

    /// The first text stays when one comes twice; texts that may repeat are joined by a space as
    /// long as they stay below `limit` bytes.
    func keep(
        _ text: UnsafeBufferPointer<UInt8>,
        as field: PaymentField,
        line: Int,
        joining: Bool,
        limit: Int
    ) {
        let place = state.pointee.places + Int(field.rawValue)
        guard has(field) else {
            place.pointee = Place(start: state.pointee.used, count: text.count, line: line)
            append(text)
            state.pointee.present |= 1 << UInt64(field.rawValue)
            return
        }
        guard joining, place.pointee.count + text.count < limit else { return }
        let earlier = place.pointee
        reserve(earlier.count + 1 + text.count)
        place.pointee.start = state.pointee.used
        place.pointee.count = earlier.count + 1 + text.count
        append(.init(start: state.pointee.bytes + earlier.start, count: earlier.count))
        state.pointee.bytes[state.pointee.used] = UInt8(ascii: " ")
        state.pointee.used += 1
        append(text)
    }

    private func append(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress, !text.isEmpty else { return }
        reserve(text.count)
        (state.pointee.bytes + state.pointee.used).update(from: start, count: text.count)
        state.pointee.used += text.count
    }

    private func reserve(_ count: Int) {
        let needed = state.pointee.used + count
        guard needed > state.pointee.capacity else { return }
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: needed * 2)
        larger.update(from: state.pointee.bytes, count: state.pointee.used)
        state.pointee.bytes.deallocate()
        state.pointee.bytes = larger
        state.pointee.capacity = needed * 2
    }
}
