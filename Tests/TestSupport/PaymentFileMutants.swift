/// A payment file that somebody has bent, made by a generator with a seed.
package struct PaymentFileMutant: Sendable, CustomStringConvertible {
    /// What must become of it.
    package enum Fate: Sendable {
        /// Nobody may be credited by any of it.
        case refused
        /// It says what the original says, written otherwise.
        case same
    }

    /// The way it was bent, and its number.
    package let name: String
    package let bytes: [UInt8]
    package let fate: Fate

    /// The name.
    package var description: String { name }
}

/// Bent payment files: every way below, several times, at places that the seed decides.
package struct PaymentFileMutants {
    /// All of them are bent from this one: three blocks, seven lines, EUR 87.50 together.
    package static let original = Array(text().utf8)

    /// The mutants of a seed, always the same.
    package static func all(seed: UInt64, each: Int = 8) -> [PaymentFileMutant] {
        var maker = PaymentFileMutants(seed: seed)
        return (0..<each).flatMap { round in maker.round(round) }
    }

    private var random: SplitMix
    private let lines: [String]

    private init(seed: UInt64) {
        random = SplitMix(state: seed)
        lines = Self.text().split(separator: "\n").map(String.init)
    }

    private mutating func round(_ round: Int) -> [PaymentFileMutant] {
        var made: [PaymentFileMutant] = []
        for (name, replacements) in Self.replacements {
            let (old, new) = replacements[round % replacements.count]
            made.append(refused("\(name) \(round)", replacingOne(of: old, by: new)))
        }
        for (name, pieces) in Self.insertions {
            let piece = pieces[round % pieces.count]
            made.append(refused("\(name) \(round)", insertingLine(piece)))
        }
        made.append(refused("cut \(round)", cut()))
        made.append(refused("line lost \(round)", withoutLine()))
        made.append(refused("line doubled \(round)", doublingLine()))
        made.append(refused("lines swapped \(round)", swappingLines()))
        made.append(refused("byte in a text \(round)", withStrangeByte(round)))
        made.append(refused("encoding untrue \(round)", withUntrueEncoding(round)))
        made.append(same("white space \(round)", withWhiteSpace()))
        made.append(same("comments \(round)", insertingLine("<!-- \(random.next()) -->")))
        made.append(same("prefix \(round)", withPrefix("p\(round)")))
        made.append(same("character data \(round)", withCharacterData()))
        made.append(same("UTF-16 \(round)", asUTF16(round)))
        return made
    }

    private func refused(_ name: String, _ bytes: [UInt8]) -> PaymentFileMutant {
        PaymentFileMutant(name: name, bytes: bytes, fate: .refused)
    }

    private func same(_ name: String, _ bytes: [UInt8]) -> PaymentFileMutant {
        PaymentFileMutant(name: name, bytes: bytes, fate: .same)
    }
}

// MARK: Ways to bend

extension PaymentFileMutants {
    private mutating func replacingOne(of old: String, by new: String) -> [UInt8] {
        let parts = Self.text().split(separator: old, omittingEmptySubsequences: false)
        let chosen = Int.random(in: 1..<parts.count, using: &random)
        let front = parts[..<chosen].joined(separator: old)
        return Array((front + new + parts[chosen...].joined(separator: old)).utf8)
    }

    /// A line within the message, where only elements stand.
    private mutating func place() -> Int { Int.random(in: 3..<lines.count - 2, using: &random) }

    private mutating func insertingLine(_ line: String) -> [UInt8] {
        var changed = lines
        changed.insert(line, at: place())
        return Array(changed.joined(separator: "\n").utf8)
    }

    private mutating func cut() -> [UInt8] {
        Array(Self.original[..<Int.random(in: 0..<Self.original.count - 12, using: &random)])
    }

    /// Every line but the control sum is needed, or spoils the count and the sum.
    private mutating func withoutLine() -> [UInt8] {
        var changed = lines
        let needed = (3..<lines.count - 2).filter { !lines[$0].hasPrefix("<CtrlSum>") }
        changed.remove(at: needed[Int.random(in: 0..<needed.count, using: &random)])
        return Array(changed.joined(separator: "\n").utf8)
    }

    private mutating func doublingLine() -> [UInt8] {
        var changed = lines
        let place = place()
        changed.insert(changed[place], at: place)
        return Array(changed.joined(separator: "\n").utf8)
    }

    /// Neighbours whose order matters.
    private mutating func swappingLines() -> [UInt8] {
        let pairs = lines.indices.dropFirst(3).filter { index in
            lines[index].hasPrefix("<PmtId>") || lines[index].hasPrefix("<PmtMtd>")
                || lines[index].hasPrefix("<Amt>")
        }
        var changed = lines
        let chosen = pairs[Int.random(in: 0..<pairs.count, using: &random)]
        changed.swapAt(chosen, chosen + 1)
        return Array(changed.joined(separator: "\n").utf8)
    }

    private mutating func withStrangeByte(_ round: Int) -> [UInt8] {
        let strange: [[UInt8]] = [
            [0xE9], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xFF], [0x00], [0x0B], [0xC3],
            [0xF4, 0x90, 0x80, 0x80],
        ]
        var bytes = Self.original
        let name = Array("M. de Wilde".utf8)
        let places = bytes.indices.filter { bytes[$0...].starts(with: name) }
        let chosen = places[Int.random(in: 0..<places.count, using: &random)]
        bytes.insert(contentsOf: strange[round % strange.count], at: chosen + 3)
        return bytes
    }

    private func withUntrueEncoding(_ round: Int) -> [UInt8] {
        let labels = ["UTF-16", "UTF-32", "EBCDIC-CP-NL", "US-ASCII", "utf-7", "x"]
        let text = Self.text().replacing(
            "encoding=\"UTF-8\"",
            with: "encoding=\"\(labels[round % labels.count])\""
        )
        return Array(text.utf8)
    }

    private mutating func withWhiteSpace() -> [UInt8] {
        let blanks = [" ", "\n", "\t", "\r\n", "\n\n    "]
        var text = "\(lines[0])\n"
        for line in lines.dropFirst() {
            text += line + blanks[Int.random(in: 0..<blanks.count, using: &random)]
        }
        return Array(text.utf8)
    }

    private func withPrefix(_ prefix: String) -> [UInt8] {
        let text = Self.text()
            .replacing("</", with: "\u{1}").replacing("<?", with: "\u{2}")
            .replacing("<", with: "<\(prefix):").replacing("\u{1}", with: "</\(prefix):")
            .replacing("\u{2}", with: "<?").replacing("xmlns=", with: "xmlns:\(prefix)=")
        return Array(text.utf8)
    }

    private mutating func withCharacterData() -> [UInt8] {
        let other = ["<![CDATA[M. de Wilde]]>", "M. de &#87;ilde", "M. &#x64;e Wilde"]
        return replacingOne(of: "M. de Wilde", by: other[Int(random.next() % 3)])
    }

    private func asUTF16(_ round: Int) -> [UInt8] {
        let text = Self.text().replacing("UTF-8", with: "UTF-16")
        let isLittle = round % 2 == 0
        let units = text.utf16.flatMap { unit in
            let bytes = [UInt8(unit & 255), UInt8(unit >> 8)]
            return isLittle ? bytes : bytes.reversed()
        }
        return (isLittle ? [0xFF, 0xFE] : [0xFE, 0xFF]) + units
    }
}

// MARK: The original

extension PaymentFileMutants {
    /// One element or text on each line, so that lines can be lost, doubled and swapped.
    private static func text() -> String {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">
            <CstmrCdtTrfInitn>
            <GrpHdr>
            <MsgId>WIJKSTAD-7</MsgId>
            <CreDtTm>2026-11-20T16:05:12</CreDtTm>
            <NbOfTxs>7</NbOfTxs>
            <CtrlSum>87.50</CtrlSum>
            <InitgPty><Nm>Gemeente Wijkstad</Nm></InitgPty>
            </GrpHdr>\n
            """
        for (index, count) in [1, 2, 4].enumerated() {
            text += """
                <PmtInf>
                <PmtInfId>BLOK-É\(index)</PmtInfId>
                <PmtMtd>TRF</PmtMtd>
                <ReqdExctnDt>2026-11-26</ReqdExctnDt>
                <Dbtr><Nm>Gemeente Wijkstad</Nm></Dbtr>
                <DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct>
                <DbtrAgt><FinInstnId><Othr><Id>X</Id></Othr></FinInstnId></DbtrAgt>\n
                """
            text += String(repeating: transfer, count: count) + "</PmtInf>\n"
        }
        return text + "</CstmrCdtTrfInitn>\n</Document>\n"
    }

    private static let transfer = """
        <CdtTrfTxInf>
        <PmtId><EndToEndId>NOTPROVIDED</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">12.50</InstdAmt></Amt>
        <Cdtr><Nm>M. de Wilde</Nm></Cdtr>
        <CdtrAcct><Id><IBAN>NL57INGB0004418702</IBAN></Id></CdtrAcct>
        </CdtTrfTxInf>\n
        """
}

/// A small generator with a seed (SplitMix64), so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
