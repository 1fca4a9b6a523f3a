/// What can be wrong with the first row of a list.
enum ColumnProblem: Sendable, Equatable {
    /// No name in it is known, or it has no separator.
    case none
    case unknown(String)
    case repeated(String)
    case missing(String)
}

extension FormatProblem {
    /// English and Dutch for what only lists can have.
    var listWording: (english: String, dutch: String) {
        switch self {
        case .columns(let problem): problem.wording
        case .cells(let found, let expected):
            (
                "The row has \(found) cells; the first row names \(expected) columns.",
                "De rij heeft \(found) cellen; de eerste rij noemt \(expected) kolommen."
            )
        case .quoting:
            (
                "The row has a quotation mark that does not belong there or is never closed.",
                "De rij heeft een aanhalingsteken dat er niet hoort of niet wordt gesloten."
            )
        case .controlCharacter(let element):
            (
                "\(element) has a line break or another control character.",
                "\(element) heeft een regeleinde of een ander stuurteken."
            )
        case .mixedEncoding(let line):
            (
                "The file mixes encodings: at line \(line) it can be neither UTF-8 nor "
                    + "windows-1252 throughout. Nothing of it was used. Save it again as UTF-8.",
                "Het bestand gebruikt coderingen door elkaar: bij regel \(line) kan het niet geheel "
                    + "UTF-8 en niet geheel windows-1252 zijn. Er is niets van gebruikt. Sla het "
                    + "opnieuw op als UTF-8."
            )
        case .notJSON(let line):
            (
                "The file is not JSON that everybody reads alike: at line \(line) it breaks off, "
                    + "breaks the form, names a member twice, or is not UTF-8. Nothing of it was used.",
                "Het bestand is geen JSON die iedereen gelijk leest: bij regel \(line) breekt het af, "
                    + "klopt de vorm niet, staat een naam er twee keer, of is het geen UTF-8. Er is "
                    + "niets van gebruikt."
            )
        case .wrongType(let element):
            (
                "\(element) is not of the type that is documented; amounts too are texts, such as "
                    + "\"12.50\".",
                "\(element) is niet van het beschreven type; ook bedragen zijn tekst, zoals \"12.50\"."
            )
        default: ("The list has no lines.", "De lijst heeft geen regels.")
        }
    }
}

extension ColumnProblem {
    fileprivate var wording: (english: String, dutch: String) {
        switch self {
        case .none:
            (
                "The first row does not name the columns, such as name;iban;amount.",
                "De eerste rij noemt de kolommen niet, zoals naam;iban;bedrag."
            )
        case .unknown(let name):
            (
                "The column \(name) is not known. Leave it out or give it a name that is.",
                "De kolom \(name) is niet bekend. Laat haar weg of geef haar een bekende naam."
            )
        case .repeated(let name):
            ("The column \(name) is there twice.", "De kolom \(name) staat er twee keer.")
        case .missing(let name):
            ("The column \(name) is missing.", "De kolom \(name) ontbreekt.")
        }
    }
}
