import FoundationEssentials
package import Postgres

/// A pool of connections per role to a database that has nothing but the schema: no worker of a
/// service comes between two steps.
package struct LedgerRoles: Sendable {
    package let accounts, wallet, merchant, disbursement: Database
    /// Turns the clock, freezes accounts and reads what is compared.
    package let owner: Database

    package init(
        accounts: Database,
        wallet: Database,
        merchant: Database,
        disbursement: Database,
        owner: Database
    ) {
        self.accounts = accounts
        self.wallet = wallet
        self.merchant = merchant
        self.disbursement = disbursement
        self.owner = owner
    }

    func database(_ role: ServiceRole) -> Database {
        switch role {
        case .wallet: wallet
        case .merchant: merchant
        case .disbursement: disbursement
        }
    }

    /// Ends all connections.
    package func shutDown() async {
        for database in [accounts, wallet, merchant, disbursement, owner] {
            await database.shutDown()
        }
    }
}

extension UUID {
    func withFirstByte(_ byte: UInt8) -> uuid_t {
        var bytes = uuid
        bytes.0 = byte
        return bytes
    }

    /// RFC 9562 section 5.7: a UUIDv7 begins with 48 bits of Unix milliseconds.
    func withTime(_ date: Date) -> uuid_t {
        let milliseconds = UInt64(date.timeIntervalSince1970 * 1000)
        var bytes = uuid
        bytes.0 = UInt8(truncatingIfNeeded: milliseconds >> 40)
        bytes.1 = UInt8(truncatingIfNeeded: milliseconds >> 32)
        bytes.2 = UInt8(truncatingIfNeeded: milliseconds >> 24)
        bytes.3 = UInt8(truncatingIfNeeded: milliseconds >> 16)
        bytes.4 = UInt8(truncatingIfNeeded: milliseconds >> 8)
        bytes.5 = UInt8(truncatingIfNeeded: milliseconds)
        bytes.6 = bytes.6 & 0x0F | 0x70
        return bytes
    }
}
