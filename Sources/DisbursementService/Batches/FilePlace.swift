import API
import ServiceKit

/// A place in a list that keeps the order of a file: the number of the last item given.
struct FilePlace: Sendable {
    /// The number to go on after; 0 at the start.
    let nr: Int32
    let limit: Int

    /// Reads `cursor` and `limit`; throws 400 for a cursor that is not ours.
    init(of call: Call<Caller>) throws {
        limit = call.limit
        guard let text = call.query("cursor") else {
            nr = 0
            return
        }
        guard let nr = Int32(text), nr > 0, String(nr) == text else {
            throw Problem.invalid("?cursor", "is not a cursor of this list")
        }
        self.nr = nr
    }
}
