/// Why a command ends without having done its work; what it says is for the person at the keyboard.
struct CommandFailure: Error, CustomStringConvertible {
    /// 1 for a refusal or a fault, 3 for books that do not agree.
    var exitCode: Int32 = 1
    let description: String

    init(_ description: String, exitCode: Int32 = 1) {
        self.description = description
        self.exitCode = exitCode
    }
}
