/// What is known of a list beforehand, because a list has no group header.
package struct PaymentListHeader: Sendable, Equatable {
    /// The day the list came; execution dates are judged against it.
    package var createdOn: CalendarDate
    /// The day of lines that name none.
    package var executionDate: CalendarDate
    /// How many lines the sender says there are.
    package var declaredCount: Int?
    /// What the sender says they add up to, in cents.
    package var declaredSum: Int64?

    /// - Parameter executionDate: `createdOn` unless it is given.
    package init(
        createdOn: CalendarDate,
        executionDate: CalendarDate? = nil,
        declaredCount: Int? = nil,
        declaredSum: Int64? = nil
    ) {
        self.createdOn = createdOn
        self.executionDate = executionDate ?? createdOn
        self.declaredCount = declaredCount
        self.declaredSum = declaredSum
    }
}

/// Lines of a list on their way to the sections that a pain.001 has too: neighbours with the same
/// execution date make a block.
struct PaymentList: ~Copyable {
    /// Texts that a line may have, in the order in which they count for the digest, with the most
    /// characters that each may have.
    static let fields: [(field: PaymentField, limit: Int)] = [
        (.creditorName, 140), (.creditorIBAN, 34), (.creditorOtherAccount, 34),
        (.creditorScheme, 35), (.amount, 30), (.currency, 3), (.endToEndID, 35),
        (.remittance, 140), (.purpose, 35), (.executionDate, 25),
    ]

    private(set) var sections: PaymentSections
    var digest = ContentDigest()
    private let header: PaymentListHeader
    /// The texts of the line that is being put together.
    private let values = SectionValues()
    private let date = SectionValues()
    private var hasPayment = false

    init(
        _ header: PaymentListHeader,
        form: SourceForm,
        limits: PaymentFileLimits,
        sink: PaymentSink
    ) {
        self.header = header
        sections = PaymentSections(limits: limits, form: form, sink: sink)
        sections.expect(header)
    }

    deinit {
        values.free()
        date.free()
    }

    /// How many lines there are so far.
    var count: Int { sections.totals.count }

    mutating func begin(line: Int) { values.begin(line: line) }

    /// Keeps a text of the line, without white space around it; nothing when it is empty.
    mutating func keep(_ text: UnsafeBufferPointer<UInt8>, as field: PaymentField, line: Int) {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty else { return }
        values.keep(trimmed, as: field, line: line, joining: false, limit: .max)
    }

    /// Ends the line.
    ///
    /// - Parameter problems: why its texts cannot be used; each of the line as a whole, or of a text.
    mutating func end(problems: [(problem: FormatProblem, field: PaymentField?)] = []) {
        let line = values.line
        openPayment(line: line)
        _ = sections.beginLine(line: line)
        for (problem, field) in problems { sections.report(problem, line: line, at: field) }
        for (field, limit) in Self.fields {
            guard let text = values.bytes(field) else { continue }
            digest.value(field, text)
            if field == .executionDate { continue }
            guard !text.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                let problem = FormatProblem.controlCharacter(element: field.column)
                sections.report(problem, line: line, at: field)
                continue
            }
            let length = String(decoding: text, as: UTF8.self).unicodeScalars.count
            if length > limit {
                let name = field.column
                let tooLong = FormatProblem.textLength(element: name, limit: limit, found: length)
                sections.report(tooLong, line: line, at: field)
            }
            sections.keep(text, as: field, line: line)
        }
        digest.end()
        keepDefault("NOTPROVIDED", as: .endToEndID, line: line)
        keepDefault("EUR", as: .currency, line: line)
        sections.closeLine(isReadable: problems.isEmpty)
    }

    /// What the list says of itself in the end.
    mutating func declare(count: Int?, sum: Int64?) {
        let texts =
            [(PaymentField.declaredCount, count.map(String.init))]
            + [(.declaredSum, sum.map(DecimalAmount.text))]
        for case (let field, var text?) in texts { text.withUTF8 { digest.value(field, $0) } }
        var header = header
        (header.declaredCount, header.declaredSum) = (count, sum)
        sections.expect(header)
    }

    /// Ends the list.
    ///
    /// - Parameter encoding: the one that was recognised, and the line that showed it.
    mutating func finish(recognised encoding: (TextEncoding, line: Int)? = nil) {
        if let encoding {
            let problem = PaymentProblem.recognisedEncoding(encoding.0)
            sections.report(problem.explanation, line: encoding.line) { "" }
        }
        if hasPayment { sections.closePayment() }
        if count == 0 { sections.report(FormatProblem.noLines, line: 1) }
        sections.checkGroupTotals()
    }

    /// A new block, when this line is to be executed on another day than the one before.
    private mutating func openPayment(line: Int) {
        var text = values.text(.executionDate) ?? header.executionDate.description
        guard !hasPayment || date.text(.executionDate) != text else { return }
        if hasPayment { sections.closePayment() }
        hasPayment = true
        let number = sections.beginPayment(line: line)
        date.begin(line: line)
        text.withUTF8 { bytes in
            date.keep(bytes, as: .executionDate, line: line, joining: false, limit: .max)
            sections.keep(bytes, as: .executionDate, line: line)
        }
        var id = String(number)
        id.withUTF8 { sections.keep($0, as: .paymentID, line: line) }
    }

    private mutating func keepDefault(_ text: String, as field: PaymentField, line: Int) {
        guard !values.has(field) else { return }
        var text = text
        text.withUTF8 { sections.keep($0, as: field, line: line) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Without white space at either end.
    var trimmed: Self {
        var (start, end) = (0, count)
        while start < end, self[start].isXMLSpace { start += 1 }
        while end > start, self[end - 1].isXMLSpace { end -= 1 }
        return Self(rebasing: self[start..<end])
    }
}
