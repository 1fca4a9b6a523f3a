/// Character sets of SEPA messages (EPC217-08): the basic Latin set that every bank must carry,
/// and the extended sets (Latin, Greek, Cyrillic letters) that many do.
package enum SEPAText {
    /// Whether a text has printable ASCII, European letters and the euro sign only.
    ///
    /// An emoji or a control character makes it false: a remark on the way in, because names and
    /// texts do not decide who is paid here, and a bank may replace them on the way out.
    package static func isWithinExtendedSet(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x20...0x7E, 0xA7, 0xAA, 0xB0, 0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F: true
            case 0x300...0x36F, 0x370...0x3FF, 0x400...0x4FF, 0x1E00...0x1EFF: true
            case 0x2013, 0x2018, 0x2019, 0x201C, 0x201D, 0x20AC: true
            default: false
            }
        }
    }

    /// The same of UTF-8 bytes; most texts are printable ASCII, which is seen at once.
    static func isWithinExtendedSet(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.allSatisfy { (0x20...0x7E).contains($0) }
            || isWithinExtendedSet(String(decoding: bytes, as: UTF8.self))
    }

    /// The text in the basic Latin set: letters lose their accents, other characters become a
    /// full stop, as EPC217-08 advises.
    package static func basicLatin(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if isBasicLatin(scalar) {
                result.unicodeScalars.append(scalar)
            } else if let replacement = replacements[scalar] {
                result += replacement
            } else if !(0x300...0x36F).contains(scalar.value) {
                result += "."
            }
        }
        return result
    }

    /// The same, without spaces in front and of at most so many characters.
    static func basicLatin(_ text: String, most: Int) -> String {
        String(basicLatin(text).drop { $0 == " " }.prefix(most))
    }

    /// Whether an identifier may travel between banks: basic Latin, 1 to 35 characters, no slash
    /// at either end and no double slash.
    package static func isIdentifier(_ text: String) -> Bool {
        (1...35).contains(text.unicodeScalars.count)
            && text.unicodeScalars.allSatisfy(isBasicLatin)
            && text.first != "/" && text.last != "/" && !text.contains("//")
    }

    private static func isBasicLatin(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "/", "-", "?", ":", "(", ")", ".", ",", "'", "+", " ": true
        default: false
        }
    }

    private static let replacements: [Unicode.Scalar: String] = {
        let table: [(replacement: String, letters: String)] = [
            ("A", "ÀÁÂÃÄÅĀĂĄǍ"), ("AE", "Æ"), ("C", "ÇĆĈĊČ"), ("D", "ÐĎĐ"), ("E", "ÈÉÊËĒĔĖĘĚ"),
            ("G", "ĜĞĠĢ"), ("H", "ĤĦ"), ("I", "ÌÍÎÏĨĪĬĮİ"), ("IJ", "Ĳ"), ("J", "Ĵ"), ("K", "Ķ"),
            ("L", "ĹĻĽĿŁ"), ("N", "ÑŃŅŇŊ"), ("O", "ÒÓÔÕÖØŌŎŐ"), ("OE", "Œ"), ("R", "ŔŖŘ"),
            ("S", "ŚŜŞŠȘẞ"), ("T", "ŢŤŦȚ"), ("TH", "Þ"), ("U", "ÙÚÛÜŨŪŬŮŰŲ"), ("W", "Ŵ"),
            ("Y", "ÝŶŸ"),
            ("Z", "ŹŻŽ"),
            ("a", "àáâãäåāăąǎ"), ("ae", "æ"), ("c", "çćĉċč"), ("d", "ðďđ"), ("e", "èéêëēĕėęě"),
            ("g", "ĝğġģ"), ("h", "ĥħ"), ("i", "ìíîïĩīĭįı"), ("ij", "ĳ"), ("j", "ĵ"), ("k", "ķĸ"),
            ("l", "ĺļľŀł"), ("n", "ñńņňŉŋ"), ("o", "òóôõöøōŏő"), ("oe", "œ"), ("r", "ŕŗř"),
            ("s", "śŝşšșſ"), ("ss", "ß"), ("t", "ţťŧț"), ("th", "þ"), ("u", "ùúûüũūŭůűų"),
            ("w", "ŵ"),
            ("y", "ýŷÿ"), ("z", "źżž"),
            ("'", "‘’`´"), ("-", "–—_"), ("+", "&"), ("EUR", "€"),
        ]
        var result: [Unicode.Scalar: String] = [:]
        for (replacement, letters) in table {
            for scalar in letters.unicodeScalars { result[scalar] = replacement }
        }
        return result
    }()
}
