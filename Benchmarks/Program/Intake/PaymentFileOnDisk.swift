import Foundation
import TestSupport

/// A pain.001.001.03 as a benefits system writes it: one block, many lines, a pretty layout.
enum PaymentFileOnDisk {
    private static let linesAtOnce = 10_000

    /// Writes a file that pays so many people; `name` makes it another file than that of another.
    static func write(_ lines: Int, named name: String, to path: String) throws {
        try Data().write(to: URL(filePath: path))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        // Long enough ago for a day on which banks were open since: the credits follow at once.
        let day = Date(timeIntervalSinceNow: -7 * 86_400).formatted(.iso8601.year().month().day())
        try file.write(contentsOf: Data(head(lines, name, day).utf8))
        for start in stride(from: 0, to: lines, by: linesAtOnce) {
            let text = (start..<min(start + linesAtOnce, lines)).map { line($0 + 1, name) }
            try file.write(contentsOf: Data(text.joined().utf8))
        }
        try file.write(contentsOf: Data("  </PmtInf>\n</CstmrCdtTrfInitn></Document>\n".utf8))
    }

    private static func head(_ lines: Int, _ name: String, _ day: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn>
          <GrpHdr>
            <MsgId>BENCH-\(name)-\(lines)</MsgId>
            <CreDtTm>\(day)T09:00:00</CreDtTm>
            <NbOfTxs>\(lines)</NbOfTxs>
            <InitgPty><Nm>Gemeente Voorbeeld</Nm></InitgPty>
          </GrpHdr>
          <PmtInf>
            <PmtInfId>BENCH-1</PmtInfId>
            <PmtMtd>TRF</PmtMtd>
            <NbOfTxs>\(lines)</NbOfTxs>
            <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>
            <ReqdExctnDt>\(day)</ReqdExctnDt>
            <Dbtr><Nm>Gemeente Voorbeeld</Nm></Dbtr>
            <DbtrAcct><Id><IBAN>\(TestIBAN.number(0))</IBAN></Id></DbtrAcct>
            <DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>
            <ChrgBr>SLEV</ChrgBr>

        """
    }

    private static func line(_ number: Int, _ name: String) -> String {
        """
            <CdtTrfTxInf>
              <PmtId>
                <InstrId>I\(number)</InstrId>
                <EndToEndId>\(name)-\(number)</EndToEndId>
              </PmtId>
              <Amt>
                <InstdAmt Ccy="EUR">\(10 + number % 90).\(10 + number % 90)</InstdAmt>
              </Amt>
              <Cdtr>
                <Nm>Inwoner \(number)</Nm>
                <PstlAdr><Ctry>NL</Ctry></PstlAdr>
              </Cdtr>
              <CdtrAcct>
                <Id><IBAN>\(TestIBAN.number(number))</IBAN></Id>
              </CdtrAcct>
              <RmtInf>
                <Ustrd>Leefgeld \(name)</Ustrd>
              </RmtInf>
            </CdtTrfTxInf>

        """
    }
}
