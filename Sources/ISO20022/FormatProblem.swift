/// What can be wrong with the form of a file, before anybody looks at what it pays.
enum FormatProblem: Sendable, Equatable {
    case unreadable(reason: String)
    case empty
    case encoding(found: String)
    case encodingContradiction(declared: String, found: String)
    case undecodable(TextEncoding)
    case notWellFormed(XMLFailure)
    case documentType
    case tooManyBytes(limit: Int)
    case tooManyTransactions(limit: Int)
    case tooDeep(limit: Int)
    case textTooLong(limit: Int)
    case attributesTooLarge
    case markupTooLong(limit: Int)
    case noNamespace(root: String)
    case otherNamespace(String)
    case otherRoot(String)
    case missing(element: String)
    case missingChoice(elements: [String])
    case unexpected(element: String)
    case repeated(element: String)
    case outOfOrder(element: String)
    case textLength(element: String, limit: Int, found: Int)
    case emptyText(element: String)
    case notOneOf(element: String, allowed: [String])
    case strayText
    case controlSumSyntax
    case noLines
    case columns(ColumnProblem)
    case cells(found: Int, expected: Int)
    case quoting
    case controlCharacter(element: String)
    case mixedEncoding(line: Int)
    case notJSON(line: Int)
    case schema(element: String, SchemaFault)
    case wrongType(element: String)

    var explanation: Explanation {
        let words = wording
        return .refusal(.FF01, words.english, words.dutch)
    }

    private var wording: (english: String, dutch: String) {
        switch self {
        case .unreadable(let reason):
            (
                "The file cannot be read: \(reason).",
                "Het bestand kan niet worden gelezen: \(reason)."
            )
        case .empty:
            ("The file is empty.", "Het bestand is leeg.")
        case .encoding(let found):
            (
                "The file is written in \(shown(found)), which is not read here. Export it again "
                    + "as UTF-8.",
                "Het bestand is opgeslagen als \(shown(found)); dat wordt hier niet gelezen. "
                    + "Exporteer het opnieuw als UTF-8."
            )
        case .encodingContradiction(let declared, let found):
            (
                "The file says that it is written in \(shown(declared)), but it is \(found). "
                    + "Nothing of it was used. Export it again as UTF-8.",
                "Het bestand zegt dat het als \(shown(declared)) is opgeslagen, maar het is "
                    + "\(found). Er is niets van gebruikt. Exporteer het opnieuw als UTF-8."
            )
        case .undecodable(let encoding):
            (
                "The file is not well-formed: it says that it is written in \(encoding.name), but "
                    + "has bytes that do not exist there. Nothing of it was used.",
                "Het bestand is beschadigd of anders opgeslagen dan het zegt: in \(encoding.name) "
                    + "bestaan sommige bytes ervan niet. Er is niets van gebruikt."
            )
        case .notWellFormed(let failure):
            (
                "The file is not well-formed XML: at line \(failure.line), column "
                    + "\(failure.column), \(failure.kind.english). Nothing of it was used.",
                "Het bestand is geen geldige XML: op regel \(failure.line), kolom "
                    + "\(failure.column), \(failure.kind.dutch). Er is niets van gebruikt."
            )
        case .documentType:
            (
                "The file contains a document type declaration (DOCTYPE). Payment files have none "
                    + "and it can be used for attacks; nothing of it was expanded.",
                "Het bestand bevat een DOCTYPE. Die hoort niet in een betaalbestand en kan misbruikt "
                    + "worden; er is niets van uitgevoerd."
            )
        case .tooManyBytes(let limit):
            (
                "The file is larger than \(limit) bytes. Split it.",
                "Het bestand is groter dan \(limit) bytes. Splits het."
            )
        case .tooManyTransactions(let limit):
            (
                "The file has more than \(limit) payments. Split it.",
                "Het bestand heeft meer dan \(limit) betalingen. Splits het."
            )
        case .tooDeep(let limit):
            (
                "Elements are nested more than \(limit) levels deep.",
                "Elementen zijn meer dan \(limit) niveaus diep genest."
            )
        case .textTooLong(let limit):
            (
                "An element holds more than \(limit) bytes of text.",
                "Een element bevat meer dan \(limit) bytes tekst."
            )
        case .attributesTooLarge:
            (
                "An element has too many attributes, or one that is too long.",
                "Een element heeft te veel attributen, of een te lang attribuut."
            )
        case .markupTooLong(let limit):
            (
                "A tag or comment is longer than \(limit) bytes.",
                "Een tag of een commentaar is langer dan \(limit) bytes."
            )
        case .noNamespace(let root):
            (
                "The root element \(shown(root)) has no namespace; expected pain.001.001.03 or "
                    + "pain.001.001.09.",
                "Het hoofdelement \(shown(root)) heeft geen namespace; verwacht wordt pain.001.001.03 "
                    + "of pain.001.001.09."
            )
        case .otherNamespace(let found):
            (
                "The namespace is \(shown(found)); only pain.001.001.03 and pain.001.001.09 are "
                    + "accepted.",
                "De namespace is \(shown(found)); alleen pain.001.001.03 en pain.001.001.09 worden "
                    + "geaccepteerd."
            )
        case .otherRoot(let found):
            (
                "The root element is \(shown(found)); expected Document.",
                "Het hoofdelement is \(shown(found)); verwacht wordt Document."
            )
        case .noLines, .columns, .cells, .quoting, .controlCharacter, .mixedEncoding, .notJSON,
            .wrongType:
            listWording
        default: structuralWording
        }
    }

    private var structuralWording: (english: String, dutch: String) {
        switch self {
        case .missing(let element):
            ("\(element) is missing.", "\(element) ontbreekt.")
        case .missingChoice(let elements):
            (
                "One of \(elements.joined(separator: ", ")) is missing.",
                "Een van \(elements.joined(separator: ", ")) ontbreekt."
            )
        case .unexpected(let element):
            (
                "\(shown(element)) does not belong here.",
                "\(shown(element)) hoort hier niet."
            )
        case .repeated(let element):
            (
                "\(element) may appear only once here.",
                "\(element) mag hier maar één keer voorkomen."
            )
        case .outOfOrder(let element):
            (
                "\(element) stands in the wrong order.",
                "\(element) staat niet op zijn plaats in de volgorde."
            )
        case .textLength(let element, let limit, let found):
            (
                "\(element) has \(found) characters; at most \(limit) are allowed.",
                "\(element) heeft \(found) tekens; er mogen er hoogstens \(limit) zijn."
            )
        case .emptyText(let element):
            ("\(element) is empty.", "\(element) is leeg.")
        case .notOneOf(let element, let allowed):
            (
                "\(element) must be \(allowed.joined(separator: " or ")).",
                "\(element) moet \(allowed.joined(separator: " of ")) zijn."
            )
        case .controlSumSyntax:
            (
                "The control sum (CtrlSum) is not a number; write it as 12.50.",
                "De controlesom (CtrlSum) is geen getal; schrijf hem als 12.50."
            )
        case .schema(let element, let fault):
            (
                "\(shown(element)) is not as the schema (XSD) of the message wants it: "
                    + "\(fault.english).",
                "\(shown(element)) is niet zoals het schema (XSD) van het bericht het wil: "
                    + "\(fault.dutch)."
            )
        default:
            ("There is text between elements.", "Er staat tekst tussen elementen.")
        }
    }
}

/// A name taken from the file, made safe to print: no control characters, at most 100 characters.
private func shown(_ found: String) -> String {
    let safe = found.unicodeScalars.prefix(100).map { scalar in
        scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }
    return "“\(safe.joined())”"
}
