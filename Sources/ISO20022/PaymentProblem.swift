/// What can be wrong with what a well-formed file asks to pay.
enum PaymentProblem: Sendable, Equatable {
    case groupCount(declared: Int?, found: Int)
    case paymentCount(declared: Int?, found: Int)
    case controlSum(declaredMinorUnits: Int64?, foundMinorUnits: Int64)
    case sumTooLarge
    case creationTimeInvalid
    case executionDateInvalid
    case executionDateTooOld(date: CalendarDate, created: CalendarDate)
    case executionDateMoved(date: CalendarDate, to: CalendarDate)
    case paymentMethod
    case debtorAccountInvalid
    case currencyMissing
    case currencyNotEuro(String)
    case amountMissing
    case amountSyntax
    case amountZero
    case amountDecimals
    case amountTooLarge
    case equivalentAmount
    case creditorNameMissing
    case creditorAccountMissing
    case creditorAccountInvalid(IBAN.Refusal)
    case creditorAccountNotIBAN
    case creditorNotPayable(CreditorKind)
    case creditorMistaken(CreditorKind, CreditorMistake)
    case characters
    case otherEncoding(TextEncoding)
    case recognisedEncoding(TextEncoding)
    case replay(earlier: String)
    case sameMessageIdentification(earlier: String)

    var explanation: Explanation {
        switch self {
        case .groupCount(let declared, let found):
            Self.count(.AM19, "The group header", "De kop van het bestand", declared, found)
        case .paymentCount(let declared, let found):
            Self.count(.AM20, "The payment information", "Dit betaalblok", declared, found)
        case .controlSum(let declared, let found):
            Self.sum(declared, found)
        case .sumTooLarge:
            .refusal(
                .AM02,
                "The amounts together are too large to add up.",
                "De bedragen zijn samen te groot om op te tellen."
            )
        case .paymentMethod:
            .refusal(
                .FF01,
                "The payment method (PmtMtd) must be TRF: only credit transfers are carried out.",
                "De betaalwijze (PmtMtd) moet TRF zijn: alleen overboekingen worden uitgevoerd."
            )
        case .debtorAccountInvalid:
            .remark(
                .AC02,
                "The debtor account is not a valid IBAN; it is not needed for paying.",
                "De rekening van de betaler is geen geldige IBAN; voor het betalen is zij niet nodig."
            )
        case .characters:
            .remark(
                .RR10,
                "The text contains characters outside the SEPA sets; a bank may replace them.",
                "De tekst bevat tekens buiten de SEPA-tekenset; een bank kan ze vervangen."
            )
        case .otherEncoding(let encoding):
            .remark(
                .RR10,
                "The file is written in \(encoding.name) and was read as such; the agreed encoding "
                    + "is UTF-8. Check the names.",
                "Het bestand is opgeslagen als \(encoding.name) en zo gelezen; afgesproken is "
                    + "UTF-8. Controleer de namen."
            )
        case .recognisedEncoding(let encoding):
            .remark(
                .RR10,
                "This line has letters that are not UTF-8, and no encoding was named: the file was "
                    + "read as \(encoding.name). Check the names.",
                "Deze regel heeft letters die geen UTF-8 zijn, en er is geen codering genoemd: het "
                    + "bestand is gelezen als \(encoding.name). Controleer de namen."
            )
        case .replay(let earlier):
            .refusal(
                .DU01,
                "This is the same file as \(earlier): message identification and content are equal.",
                "Dit is hetzelfde bestand als \(earlier): berichtkenmerk en inhoud zijn gelijk."
            )
        case .sameMessageIdentification(let earlier):
            .remark(
                .DU01,
                "\(earlier) has the same message identification and other content; only one of "
                    + "them can be handed in.",
                "\(earlier) heeft hetzelfde berichtkenmerk en een andere inhoud; slechts één van "
                    + "beide kan worden ingediend."
            )
        case .creationTimeInvalid, .executionDateInvalid, .executionDateTooOld,
            .executionDateMoved:
            dateExplanation
        case .currencyMissing, .currencyNotEuro, .amountMissing, .amountSyntax, .amountZero,
            .amountDecimals, .amountTooLarge, .equivalentAmount:
            amountExplanation
        case .creditorNameMissing, .creditorAccountMissing, .creditorAccountInvalid,
            .creditorAccountNotIBAN, .creditorNotPayable, .creditorMistaken:
            creditorExplanation
        }
    }

    private var dateExplanation: Explanation {
        switch self {
        case .creationTimeInvalid:
            .refusal(
                .DT02,
                "The moment of creation (CreDtTm) is not an existing date and time.",
                "Het moment van aanmaken (CreDtTm) is geen bestaande datum met tijd."
            )
        case .executionDateTooOld(let date, let created):
            .refusal(
                .CH04,
                "The requested execution date \(date) lies more than a year before the file was "
                    + "made (\(created)).",
                "De gevraagde uitvoerdatum \(date) ligt meer dan een jaar vóór de aanmaak van het "
                    + "bestand (\(created))."
            )
        case .executionDateMoved(let date, let open):
            .remark(
                .DT06,
                "Banks are closed on \(date); the next day on which they are open is \(open).",
                "Op \(date) zijn banken gesloten; de eerstvolgende bankdag is \(open)."
            )
        default:
            .refusal(
                .DT01,
                "The requested execution date is not an existing date.",
                "De gevraagde uitvoerdatum is geen bestaande datum."
            )
        }
    }

    private var amountExplanation: Explanation {
        switch self {
        case .currencyMissing:
            .refusal(
                .AM11,
                "The currency of the amount is missing or not three capitals.",
                "De valuta van het bedrag ontbreekt of bestaat niet uit drie hoofdletters."
            )
        case .currencyNotEuro(let currency):
            .refusal(
                .AM03,
                "The amount is in \(currency); only EUR is accepted.",
                "Het bedrag is in \(currency); alleen EUR wordt geaccepteerd."
            )
        case .amountSyntax:
            .refusal(
                .FF01,
                "The amount is not a positive number; write it as 12.50, with nothing else.",
                "Het bedrag is geen positief getal; schrijf het als 12.50, zonder iets erbij."
            )
        case .amountZero:
            .refusal(.AM01, "The amount is zero.", "Het bedrag is nul.")
        case .amountDecimals:
            .refusal(
                .CH20,
                "The amount has more than two decimals.",
                "Het bedrag heeft meer dan twee decimalen."
            )
        case .amountTooLarge:
            .refusal(.AM02, "The amount is too large.", "Het bedrag is te groot.")
        case .equivalentAmount:
            .refusal(
                .CH17,
                "An equivalent amount (EqvtAmt) is not allowed; give the amount in EUR (InstdAmt).",
                "Een tegenwaarde (EqvtAmt) is niet toegestaan; geef het bedrag in EUR (InstdAmt)."
            )
        default:
            .refusal(.AM12, "The amount is missing.", "Het bedrag ontbreekt.")
        }
    }

    private var creditorExplanation: Explanation {
        switch self {
        case .creditorNameMissing:
            .refusal(
                .BE22,
                "The name of the creditor is missing.",
                "De naam van de ontvanger ontbreekt."
            )
        case .creditorAccountInvalid(let refusal):
            .refusal(.AC03, Self.english(refusal), Self.dutch(refusal))
        case .creditorAccountNotIBAN:
            .refusal(
                .AC03,
                "The creditor account is no IBAN and names no scheme that is known here, such as "
                    + "\(CreditorAccount.aliasScheme).",
                "De rekening van de ontvanger is geen IBAN en noemt geen schema dat hier bekend "
                    + "is, zoals \(CreditorAccount.aliasScheme)."
            )
        case .creditorMistaken(let kind, .mistyped):
            .refusal(
                .AC03,
                "This number cannot exist in the scheme \(kind.scheme ?? "IBAN"): probably a typing "
                    + "error.",
                "Dit nummer kan bij \(kind.scheme ?? "IBAN") niet bestaan: waarschijnlijk een "
                    + "typefout."
            )
        case .creditorMistaken(_, .citizenServiceNumber):
            .refusal(
                .AC03,
                "The client number could be a citizen service number (BSN), which is never taken; "
                    + "let numbers of your own begin with a letter.",
                "Het klantnummer kan een burgerservicenummer (BSN) zijn, en dat wordt nooit "
                    + "aangenomen; laat eigen nummers met een letter beginnen."
            )
        case .creditorNotPayable(let kind):
            .refusal(
                .AC03,
                "Nobody can be paid here by \(kind.scheme ?? "IBAN").",
                "Met \(kind.scheme ?? "IBAN") kan hier niemand worden betaald."
            )
        default:
            .refusal(
                .AC03,
                "The account of the creditor is missing.",
                "De rekening van de ontvanger ontbreekt."
            )
        }
    }

    private static func count(
        _ code: StatusReason,
        _ english: String,
        _ dutch: String,
        _ declared: Int?,
        _ found: Int
    ) -> Explanation {
        guard let declared else {
            return .refusal(
                code,
                "\(english) gives no valid number of payments (NbOfTxs); read: \(found).",
                "\(dutch) noemt geen geldig aantal betalingen (NbOfTxs); gelezen: \(found)."
            )
        }
        return .refusal(
            code,
            "\(english) gives \(declared) as the number of payments (NbOfTxs); read: \(found).",
            "\(dutch) noemt \(declared) als aantal betalingen (NbOfTxs); gelezen: \(found)."
        )
    }

    private static func sum(_ declared: Int64?, _ found: Int64) -> Explanation {
        let total = DecimalAmount.text(found)
        guard let declared else {
            return .refusal(
                .AM10,
                "The control sum (CtrlSum) cannot be a sum of amounts; together they are \(total).",
                "De controlesom (CtrlSum) kan geen som van bedragen zijn; samen zijn zij \(total)."
            )
        }
        return .refusal(
            .AM10,
            "The control sum (CtrlSum) is \(DecimalAmount.text(declared)); together the amounts are "
                + "\(total).",
            "De controlesom (CtrlSum) is \(DecimalAmount.text(declared)); de bedragen zijn samen "
                + "\(total)."
        )
    }

    private static func english(_ refusal: IBAN.Refusal) -> String {
        switch refusal {
        case .characters: "The creditor's IBAN has characters or an order an IBAN cannot have."
        case .country: "The creditor's IBAN begins with the code of a country that has no IBAN."
        case .length(let expected):
            "The creditor's IBAN has the wrong length; \(expected) characters are needed."
        case .checkDigits:
            "The check digits of the creditor's IBAN are wrong: probably a typing error."
        }
    }

    private static func dutch(_ refusal: IBAN.Refusal) -> String {
        switch refusal {
        case .characters:
            "De IBAN van de ontvanger heeft tekens, of een volgorde ervan, die niet kunnen."
        case .country: "De IBAN van de ontvanger begint met een landcode zonder IBAN."
        case .length(let expected):
            "De IBAN van de ontvanger heeft niet de juiste lengte; nodig zijn \(expected) tekens."
        case .checkDigits:
            "Het controlegetal van de IBAN van de ontvanger klopt niet: waarschijnlijk een typefout."
        }
    }
}
