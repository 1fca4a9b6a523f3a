/// The structure of an element: a small stand-in for the schema, which is not there at run time.
///
/// Lists what this library reads or relies on, in the order of the schema; everything below
/// `anything` is skipped.
struct ElementShape: Sendable {
    enum Content: Sendable {
        /// Text of 1 up to `limit` characters.
        case text(limit: Int)
        /// One of a closed list.
        case code([String])
        /// Judged by the code that reads it.
        case value
        case sequence([ElementShape])
        /// Exactly one of these.
        case choice([ElementShape])
        case anything
    }

    enum Occurs: Sendable { case optional, required, many, requiredMany }

    let name: String
    let occurs: Occurs
    let content: Content

    init(_ name: String, _ occurs: Occurs = .optional, _ content: Content = .anything) {
        (self.name, self.occurs, self.content) = (name, occurs, content)
    }

    var isRequired: Bool { occurs == .required || occurs == .requiredMany }
    var mayRepeat: Bool { occurs == .many || occurs == .requiredMany }

    /// The children in order; nil where children are not looked at.
    var children: [ElementShape]? {
        switch content {
        case .sequence(let children), .choice(let children): children
        case .text, .code, .value: []
        case .anything: nil
        }
    }
}

extension PaymentMessageType {
    /// The document element of the message.
    var shape: ElementShape {
        switch self {
        case .pain00100103: Self.shape03
        case .pain00100109: Self.shape09
        }
    }

    private static let shape03 = document(
        executionDate: .value,
        uetr: [],
        proxy: [],
        supplementary: []
    )

    private static let shape09 = document(
        executionDate: .choice([
            ElementShape("Dt", .optional, .value), ElementShape("DtTm", .optional, .value),
        ]),
        uetr: [ElementShape("UETR", .optional, .text(limit: 36))],
        proxy: [ElementShape("Prxy")],
        supplementary: [ElementShape("SplmtryData", .many)]
    )

    private static func document(
        executionDate: ElementShape.Content,
        uetr: [ElementShape],
        proxy: [ElementShape],
        supplementary: [ElementShape]
    ) -> ElementShape {
        let transfer = creditTransfer(uetr: uetr, proxy: proxy, supplementary: supplementary)
        let message = ElementShape(
            "CstmrCdtTrfInitn",
            .required,
            .sequence(
                [
                    groupHeader,
                    paymentInformation(
                        executionDate: executionDate,
                        proxy: proxy,
                        transfer: transfer
                    ),
                ] + supplementary
            )
        )
        return ElementShape("Document", .required, .sequence([message]))
    }

    private static let groupHeader = ElementShape(
        "GrpHdr",
        .required,
        .sequence([
            ElementShape("MsgId", .required, .text(limit: 35)),
            ElementShape("CreDtTm", .required, .value),
            ElementShape("Authstn", .many),
            ElementShape("NbOfTxs", .optional, .value),
            ElementShape("CtrlSum", .optional, .value),
            party("InitgPty", .required),
            ElementShape("FwdgAgt"),
        ])
    )

    private static func paymentInformation(
        executionDate: ElementShape.Content,
        proxy: [ElementShape],
        transfer: ElementShape
    ) -> ElementShape {
        ElementShape(
            "PmtInf",
            .requiredMany,
            .sequence([
                ElementShape("PmtInfId", .required, .text(limit: 35)),
                ElementShape("PmtMtd", .required, .value),
                ElementShape("BtchBookg", .optional, .code(["true", "false", "1", "0"])),
                ElementShape("NbOfTxs", .optional, .value),
                ElementShape("CtrlSum", .optional, .value),
                paymentType,
                ElementShape("ReqdExctnDt", .required, executionDate),
                ElementShape("PoolgAdjstmntDt"),
                party("Dbtr", .required),
                account("DbtrAcct", .required, proxy: proxy),
                ElementShape("DbtrAgt", .required),
                ElementShape("DbtrAgtAcct"),
                ElementShape("InstrForDbtrAgt"),
                ElementShape("UltmtDbtr"),
                chargeBearer,
                ElementShape("ChrgsAcct"),
                ElementShape("ChrgsAcctAgt"),
                transfer,
            ])
        )
    }

    private static func creditTransfer(
        uetr: [ElementShape],
        proxy: [ElementShape],
        supplementary: [ElementShape]
    ) -> ElementShape {
        let identification = ElementShape(
            "PmtId",
            .required,
            .sequence(
                [
                    ElementShape("InstrId", .optional, .text(limit: 35)),
                    ElementShape("EndToEndId", .required, .text(limit: 35)),
                ] + uetr
            )
        )
        let amount = ElementShape(
            "Amt",
            .required,
            .choice([ElementShape("InstdAmt", .optional, .value), ElementShape("EqvtAmt")])
        )
        let remittance = ElementShape(
            "RmtInf",
            .optional,
            .sequence([
                ElementShape("Ustrd", .many, .text(limit: 140)), structuredRemittance,
            ])
        )
        let agents = ["1", "2", "3"].flatMap { number in
            [ElementShape("IntrmyAgt\(number)"), ElementShape("IntrmyAgt\(number)Acct")]
        }
        return ElementShape(
            "CdtTrfTxInf",
            .requiredMany,
            .sequence(
                [
                    identification, paymentType, amount, ElementShape("XchgRateInf"),
                    chargeBearer, ElementShape("ChqInstr"), ElementShape("UltmtDbtr"),
                ] + agents + [
                    ElementShape("CdtrAgt"), ElementShape("CdtrAgtAcct"),
                    party("Cdtr", .optional), account("CdtrAcct", .optional, proxy: proxy),
                    ElementShape("UltmtCdtr"), ElementShape("InstrForCdtrAgt", .many),
                    ElementShape("InstrForDbtrAgt"), codeOrText("Purp"),
                    ElementShape("RgltryRptg", .many), ElementShape("Tax"),
                    ElementShape("RltdRmtInf", .many), remittance,
                ] + supplementary
            )
        )
    }

    private static let structuredRemittance = ElementShape(
        "Strd",
        .many,
        .sequence([
            ElementShape("RfrdDocInf", .many), ElementShape("RfrdDocAmt"),
            ElementShape(
                "CdtrRefInf",
                .optional,
                .sequence([ElementShape("Tp"), ElementShape("Ref", .optional, .text(limit: 35))])
            ),
            ElementShape("Invcr"), ElementShape("Invcee"), ElementShape("TaxRmt"),
            ElementShape("GrnshmtRmt"), ElementShape("AddtlRmtInf", .many),
        ])
    )

    private static let paymentType = ElementShape(
        "PmtTpInf",
        .optional,
        .sequence([
            ElementShape("InstrPrty"), ElementShape("SvcLvl", .many), ElementShape("LclInstrm"),
            codeOrText("CtgyPurp"),
        ])
    )

    private static let chargeBearer = ElementShape(
        "ChrgBr",
        .optional,
        .code(["SLEV", "SHAR", "DEBT", "CRED"])
    )

    private static func codeOrText(_ name: String) -> ElementShape {
        ElementShape(
            name,
            .optional,
            .choice([
                ElementShape("Cd", .optional, .text(limit: 4)),
                ElementShape("Prtry", .optional, .text(limit: 35)),
            ])
        )
    }

    private static func party(_ name: String, _ occurs: ElementShape.Occurs) -> ElementShape {
        ElementShape(
            name,
            occurs,
            .sequence([
                ElementShape("Nm", .optional, .text(limit: 140)), ElementShape("PstlAdr"),
                ElementShape("Id"), ElementShape("CtryOfRes"), ElementShape("CtctDtls"),
            ])
        )
    }

    private static func account(
        _ name: String,
        _ occurs: ElementShape.Occurs,
        proxy: [ElementShape]
    ) -> ElementShape {
        let other = ElementShape(
            "Othr",
            .optional,
            .sequence([
                ElementShape("Id", .required, .text(limit: 34)),
                codeOrText("SchmeNm"),
                ElementShape("Issr", .optional, .text(limit: 35)),
            ])
        )
        let identification = ElementShape(
            "Id",
            .required,
            .choice([ElementShape("IBAN", .optional, .value), other])
        )
        return ElementShape(
            name,
            occurs,
            .sequence(
                [
                    identification, ElementShape("Tp"), ElementShape("Ccy"), ElementShape("Nm"),
                ] + proxy
            )
        )
    }
}
