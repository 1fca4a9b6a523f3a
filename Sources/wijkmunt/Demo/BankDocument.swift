import FoundationEssentials
import ISO20022

/// An ISO 20022 message that a service wrote.
struct BankDocument {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// How many transactions have this status.
    func count(of status: String) -> Int {
        text.components(separatedBy: "<TxSts>\(status)</TxSts>").count - 1
    }

    /// Reads a credit transfer message as a bank would: verdict and sum.
    func readAsPayments() -> PaymentFileReport {
        let reader = PaymentFileReader { _ in }
        reader.feed(bytes)
        return reader.finish()
    }

    /// Where the schema of the settlement file is: as given, as the environment says, or among
    /// the test data beside the working directory. Nil when it is nowhere.
    static func schema(given: String?) throws -> String? {
        let environment = ProcessInfo.processInfo.environment
        if let named = given ?? environment["WIJKMUNT_PAIN001_XSD"] {
            guard FileManager.default.fileExists(atPath: named) else {
                throw CommandFailure("there is no schema \(named)")
            }
            return named
        }
        let data = environment["WIJKMUNT_SHARED_DATA"] ?? "../shared/data"
        let usual = "\(data)/iso20022/xsd/pain.001.001.09.xsd"
        return FileManager.default.fileExists(atPath: usual) ? usual : nil
    }
}
