import API

/// Reads a list of payments as JSON, as a stream: feed it bytes, get lines, finish.
///
/// `docs/payment-files.md` tells its form. Memory does not grow with the file. Not thread-safe; one
/// reader reads one file.
package final class PaymentJSONReader: PaymentReader {
    private let list: PaymentValuesReader
    private var splitter: JSONListSplitter
    private var isEmpty = true
    private var count: Int?
    private var sum: Int64?

    /// - Parameters:
    ///   - header: what is known of the list beside the file.
    ///   - line: called for each line while feeding, in the order of the file.
    ///   - refusedPayment: called at the end of each block that is refused for what it says itself.
    package init(
        header: PaymentListHeader,
        limits: PaymentFileLimits,
        line: @escaping (borrowing PaymentLine) -> Void,
        refusedPayment: @escaping (RefusedPayment) -> Void
    ) {
        list = PaymentValuesReader(
            header: header,
            limits: limits,
            line: line,
            refusedPayment: refusedPayment
        )
        splitter = JSONListSplitter(limit: limits.textBytes)
    }

    /// True once the list is beyond saving; what is fed from then on counts for the hash only.
    package var hasGivenUp: Bool { list.hasGivenUp }

    /// Takes the next bytes of the list, any number of them.
    package func feed(_ bytes: UnsafeRawBufferPointer) {
        if !bytes.isEmpty { isEmpty = false }
        list.note(source: bytes)
        for byte in bytes where !hasGivenUp { take(byte) }
    }

    /// Ends the list and tells what became of it. Call once.
    package func finish() -> PaymentFileReport {
        if isEmpty {
            giveUp(.empty)
        } else if !splitter.isComplete {
            giveUp(.notJSON(line: splitter.line))
        } else if !splitter.hasLines {
            giveUp(.missing("lines"))
        }
        if !hasGivenUp { list.declare(count: count, sum: sum) }
        return list.finish()
    }

    private func take(_ byte: UInt8) {
        do throws(PaymentListFault.Thrown) {
            switch try splitter.take(byte) {
            case nil: break
            case .line: try addLine()
            case .member(let member): try note(member)
            }
        } catch {
            giveUp(error.fault)
        }
    }

    private func giveUp(_ fault: PaymentListFault) {
        list.abandon(fault, sourceLine: splitter.valueLine)
    }

    private func note(_ member: JSONListSplitter.Member) throws(PaymentListFault.Thrown) {
        switch (member, try parsed()) {
        case (.count, .number(let number)) where number >= 0 && number <= 1e15:
            count = Int(exactly: number)
            if count == nil { throw .init(.wrongType(member.rawValue)) }
        case (.controlSum, .string(let text)):
            sum = try? DecimalAmount.read(text).get()
            if sum == nil { throw .init(.wrongType(member.rawValue)) }
        default: throw .init(.wrongType(member.rawValue))
        }
    }

    private func addLine() throws(PaymentListFault.Thrown) {
        guard case .object(let members) = try parsed() else {
            throw .init(.wrongType("lines"))
        }
        let (line, mistakes) = PaymentListLine.read(members)
        list.add(line, sourceLine: splitter.valueLine, mistakes: mistakes)
    }

    private func parsed() throws(PaymentListFault.Thrown) -> JSONValue {
        guard let value = try? JSONParser.parse(splitter.value) else {
            throw .init(.notJSON(line: splitter.valueLine))
        }
        return value
    }
}

extension PaymentListLine {
    /// The texts of a line by their names, and what is wrong with others.
    fileprivate static func read(
        _ members: [String: JSONValue]
    ) -> (line: PaymentListLine, mistakes: [PaymentListMistake]) {
        var line = PaymentListLine(name: "", amount: "")
        var mistakes: [PaymentListMistake] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let place = places[name] else {
                mistakes.append(.unknown(name))
                continue
            }
            guard case .string(let text) = value else {
                mistakes.append(.wrongType(name))
                continue
            }
            place(&line, text)
        }
        return (line, mistakes)
    }

    private static let places: [String: @Sendable (inout PaymentListLine, String) -> Void] = [
        "name": { $0.name = $1 }, "iban": { $0.iban = $1 }, "account": { $0.account = $1 },
        "accountKind": { $0.accountKind = $1 }, "amount": { $0.amount = $1 },
        "currency": { $0.currency = $1 }, "reference": { $0.reference = $1 },
        "description": { $0.description = $1 }, "purpose": { $0.purpose = $1 },
        "executionDate": { $0.executionDate = $1 },
    ]
}
