import ArgumentParser
import FoundationEssentials
import Glibc

/// Where a command finds a PIN: never among its arguments, which others on the machine can see.
struct PINOptions: ParsableArguments {
    @Option(help: "A file with the PIN in its first line; standard input without.")
    var pinFile: String?

    /// The first line; typed ones are not shown.
    func read() throws -> String {
        let line: String?
        if let pinFile {
            let text = String(
                decoding: try InputFile(path: pinFile).contents(atMost: 1024),
                as: UTF8.self
            )
            line = text.split(whereSeparator: \.isNewline).first.map(String.init)
        } else if isatty(STDIN_FILENO) == 1 {
            line = getpass("PIN: ").map { String(cString: $0) }
        } else {
            line = readLine()
        }
        guard let pin = line?.filter({ !$0.isWhitespace }), !pin.isEmpty else {
            throw CommandFailure("no PIN was given")
        }
        return pin
    }
}
