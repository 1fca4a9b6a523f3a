import API
import ArgumentParser
import FoundationEssentials
import QRCodes

/// How a QR code is shown: in the terminal, and in a file where one is named.
struct CodeOptions: ParsableArguments {
    @Option(help: "Which text: uri, emv or link.") var content: QRCodeContent = .uri
    @Option(help: "Also write a PNG to this file.") var png: String?
    @Option(help: "Also write an SVG to this file.") var svg: String?

    /// Draws a text, and writes what the service drew of it.
    func show(
        _ text: String,
        _ session: Session,
        path: [String: String],
        asPNG: API.Operation,
        asSVG: API.Operation
    ) async throws {
        for (file, operation) in [(png, asPNG), (svg, asSVG)] {
            guard let file else { continue }
            let image = try await session.client.answer(
                operation,
                path: path,
                query: [("content", content.rawValue)]
            )
            try Data(image.body).write(to: URL(filePath: file))
            note("wrote \(file)")
        }
        if session.output == .json {
            try session.output.show(["text": text])
        } else {
            print(try QRMatrix(text).halfBlocks)
            print(text)
        }
    }
}

extension QRCodeContent: ExpressibleByArgument {}
