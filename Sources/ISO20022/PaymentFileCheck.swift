/// Checks payment files on disk without any service: what `wijkmunt iso20022 check` answers.
package enum PaymentFileCheck {
    /// What is known of one file; encodes to the documented JSON.
    package struct CheckedFile: Sendable, Equatable, Codable {
        /// The path as given.
        package let file: String
        package let verdict: PaymentFileVerdict
        /// Such as `pain.001.001.03`; null when the file names no message.
        package let messageType: String?
        /// Credit transfers read; 0 when the file could not be read to its end.
        package let transactions: Int
        /// Sum of the readable amounts, a decimal with two digits.
        package let controlSum: String
        package let findings: [Finding]
        /// Findings beyond the limit.
        package let omittedFindings: Int

        /// Writes `messageType` as null rather than leaving it out.
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            try container.encode(verdict, forKey: .verdict)
            try container.encode(messageType, forKey: .messageType)
            try container.encode(transactions, forKey: .transactions)
            try container.encode(controlSum, forKey: .controlSum)
            try container.encode(findings, forKey: .findings)
            try container.encode(omittedFindings, forKey: .omittedFindings)
        }

        fileprivate init(file: String, report: PaymentFileReport, extra: Finding? = nil) {
            self.file = file
            verdict = extra?.severity == .refusal ? .refused : report.verdict
            messageType = report.messageType
            transactions = report.transactionCount
            controlSum = DecimalAmount.text(report.controlSumMinorUnits)
            findings = report.findings + (extra.map { [$0] } ?? [])
            omittedFindings = report.omittedFindings
        }

        fileprivate init(file: String, unreadable reason: String) {
            self.file = file
            verdict = .refused
            messageType = nil
            transactions = 0
            controlSum = DecimalAmount.text(0)
            findings = [
                Finding(
                    level: .file,
                    line: 1,
                    path: "",
                    explanation: FormatProblem.unreadable(reason: reason).explanation
                )
            ]
            omittedFindings = 0
        }
    }

    /// Reads every file from disk in pieces of 64 KB; never throws, an unreadable file is refused.
    ///
    /// A file whose message identification and content equal those of an earlier path is a replay
    /// (DU01, refused). The same identification with other content is a remark only: which of the
    /// two is meant, the sender decides. A replay of a file handed in earlier is the service's to
    /// find.
    ///
    /// A path that ends in `.csv` or `.json` is read as a list that comes today.
    package static func check(
        paths: [String],
        today: CalendarDate,
        limits: PaymentFileLimits = PaymentFileLimits()
    ) -> [CheckedFile] {
        var earlier: [String: [(path: String, hash: [UInt8])]] = [:]
        return paths.map { path in
            let report: PaymentFileReport
            do throws(FileBytes.Unreadable) {
                report = try read(path, today: today, limits: limits)
            } catch {
                return CheckedFile(file: path, unreadable: error.reason)
            }
            let messageID = report.header?.messageID ?? ""
            guard !messageID.isEmpty || report.verdict == .acceptable else {
                return CheckedFile(file: path, report: report)
            }
            defer { earlier[messageID, default: []].append((path, report.contentHash)) }
            return CheckedFile(
                file: path,
                report: report,
                extra: repetition(
                    of: report.contentHash,
                    named: messageID,
                    among: earlier[messageID] ?? []
                )
            )
        }
    }

    private static func read(
        _ path: String,
        today: CalendarDate,
        limits: PaymentFileLimits
    ) throws(FileBytes.Unreadable) -> PaymentFileReport {
        let file = try FileBytes(path: path)
        let reader = reader(of: path, today: today, limits: limits)
        while let bytes = try file.piece() { bytes.withUnsafeBytes { reader.feed($0) } }
        return reader.finish()
    }

    private static func reader(
        of path: String,
        today: CalendarDate,
        limits: PaymentFileLimits
    ) -> any PaymentReader {
        let header = PaymentListHeader(createdOn: today)
        return switch path.lowercased().split(separator: ".").last {
        case "csv":
            PaymentRowsReader(
                header: header,
                limits: limits,
                line: { _ in },
                refusedPayment: { _ in }
            )
        case "json":
            PaymentJSONReader(
                header: header,
                limits: limits,
                line: { _ in },
                refusedPayment: { _ in }
            )
        default: PaymentFileReader(limits: limits, line: { _ in }, refusedPayment: { _ in })
        }
    }

    private static func repetition(
        of hash: [UInt8],
        named messageID: String,
        among earlier: [(path: String, hash: [UInt8])]
    ) -> Finding? {
        guard let first = earlier.first else { return nil }
        let same = earlier.first { $0.hash == hash }
        // Lists have no identification.
        guard same != nil || !messageID.isEmpty else { return nil }
        let problem =
            same.map { PaymentProblem.replay(earlier: $0.path) }
            ?? .sameMessageIdentification(earlier: first.path)
        return Finding(
            level: .file,
            line: 1,
            path: messageID.isEmpty ? "" : "GrpHdr/MsgId",
            explanation: problem.explanation
        )
    }
}
