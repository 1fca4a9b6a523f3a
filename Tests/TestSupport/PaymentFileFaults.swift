extension PaymentFileMutants {
    /// One of the places with the first text gets the second.
    static let replacements: [(String, [(String, String)])] = [
        (
            "amount",
            [
                "0", "-12.50", "12,50", "12.505", "1e2", "+12.50", "12.50.", "", "NaN",
                "１２.50", "99999999999999999999", "90071992547409.92",
            ].map { (">12.50<", ">\($0)<") }
        ),
        (
            "currency",
            ["USD", "eur", "", "EURO", "E R"].map { ("Ccy=\"EUR\"", "Ccy=\"\($0)\"") }
        ),
        (
            "account",
            [
                "NL58INGB0004418702", "NL57INGB000441870", "NL57INGB00044187022",
                "NL57 INGB 0004 4187 02", "ZZ57INGB0004418702", "NL57INGB000441870O", "",
                "NL00", "57NLINGB0004418702",
            ].map { ("NL57INGB0004418702", $0) }
        ),
        (
            "name",
            [("<Nm>M. de Wilde</Nm>", ""), ("M. de Wilde", String(repeating: "W", count: 141))]
        ),
        (
            "reference",
            [
                ("<EndToEndId>NOTPROVIDED</EndToEndId>", ""),
                ("NOTPROVIDED", String(repeating: "x", count: 36)), ("NOTPROVIDED", ""),
            ]
        ),
        (
            "count",
            ["6", "8", "-7", "7.0", "", "x"].map {
                ("<NbOfTxs>7</NbOfTxs>", "<NbOfTxs>\($0)</NbOfTxs>")
            }
        ),
        (
            "sum",
            ["87.49", "87.501", "0", "-87.50", "87,50", "1e9"].map {
                ("<CtrlSum>87.50</CtrlSum>", "<CtrlSum>\($0)</CtrlSum>")
            }
        ),
        (
            "date",
            ["2026-02-30", "26-11-2026", "2020-01-01", "2026-11-26T10:00:00", "", "tomorrow"].map {
                ("2026-11-26", $0)
            }
        ),
        ("method", ["CHK", "TRA", "trf"].map { ("<PmtMtd>TRF", "<PmtMtd>\($0)") }),
        (
            "namespace",
            ["pain.001.001.12", "pain.008.001.02", "pain.001.001.3", ""].map {
                ("pain.001.001.03", $0)
            }
        ),
        (
            "tag",
            [
                ("</Amt>", "</Amnt>"), ("<Amt>", "<amt>"), ("</CdtrAcct>", ""),
                ("<CdtTrfTxInf>", "<x:CdtTrfTxInf>"), ("</Document>", "</Document><Document/>"),
                ("<Cdtr>", "<Cdtr a=1>"), ("<PmtId>", "<PmtId xmlns=\"urn:x\">"),
            ]
        ),
    ]

    /// Lines that may stand nowhere between the lines of a payment.
    static let insertions: [(String, [String])] = [
        (
            "attack",
            [
                "<!DOCTYPE Document [<!ENTITY x \"y\">]>", "&x;", "<![CDATA[text]]>",
                "<xi:include href=\"file:///etc/passwd\"/>",
                "<a>" + String(repeating: "<b>", count: 5_000),
                "<a b='" + String(repeating: "x", count: 200_000) + "'/>",
                "<a>" + String(repeating: "x", count: 20_000) + "</a>", "<?xml version=\"1.0\"?>",
            ]
        ),
        (
            "strange element",
            [
                "<Unknown/>", "<Amt xmlns=\"urn:x\"/>", "stray text", "<GrpHdr/>", "<PmtInf/>",
                "</CdtTrfTxInf>", "<MsgId>OTHER</MsgId>", "]]>",
            ]
        ),
    ]
}
