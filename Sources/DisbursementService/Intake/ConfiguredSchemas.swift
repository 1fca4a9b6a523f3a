import ISO20022
import ServiceKit

extension PaymentSchemas {
    /// Those that `disbursement.schemaDirectory` names; nil where it names none. Throws
    /// `ServiceConfiguration.Invalid` when they cannot be used.
    static func configured(_ configuration: ServiceConfiguration) throws -> PaymentSchemas? {
        guard let directory = configuration.file("disbursement.schemaDirectory") else { return nil }
        do throws(Unusable) { return try PaymentSchemas(directory: directory) } catch {
            throw ServiceConfiguration.Invalid(
                description: "disbursement.schemaDirectory: \(error.description)"
            )
        }
    }
}
