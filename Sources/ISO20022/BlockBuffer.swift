/// Passes bytes on in blocks of one size, so that results cannot depend on how they arrived.
final class BlockBuffer {
    static let size = 16_384

    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    private var used = 0
    private var isFirst = true

    deinit { block.deallocate() }

    /// What was passed on last, until more is taken.
    private(set) var last = UnsafeRawBufferPointer(start: nil, count: 0)

    func take(_ bytes: UnsafeRawBufferPointer, pass: (UnsafeRawBufferPointer, Bool) -> Void) {
        var rest = bytes
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.size - used))
            UnsafeMutableRawBufferPointer(rebasing: block[used...]).copyMemory(from: part)
            used += part.count
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
            if used == Self.size { flush(pass) }
        }
    }

    /// Passes on what is left; nothing when nothing is.
    func finish(pass: (UnsafeRawBufferPointer, Bool) -> Void) {
        if used > 0 { flush(pass) }
    }

    private func flush(_ pass: (UnsafeRawBufferPointer, Bool) -> Void) {
        last = UnsafeRawBufferPointer(rebasing: block[..<used])
        pass(last, isFirst)
        used = 0
        isFirst = false
    }
}
