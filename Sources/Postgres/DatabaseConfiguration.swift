/// How to reach the database and which limits to keep.
package struct DatabaseConfiguration: Sendable {
    /// Whether and how the connection is encrypted. Ignored on a unix socket.
    package enum TransportSecurity: Sendable, Equatable {
        /// Never encrypted: for unix sockets and loopback.
        case disabled
        /// Encrypted, but the server is not authenticated.
        case required
        /// Encrypted; certificate and host name are checked against the roots in this PEM file.
        case verified(rootCertificateFile: String)
    }

    /// Host name, address, or the directory of the unix socket (starts with a slash).
    package var host: String
    /// TCP port, also part of the socket's file name.
    package var port: Int
    /// Name of the database.
    package var database: String
    /// Login role.
    package var user: String
    /// Never printed. Nil leaves authentication to the socket's owner or a password file.
    package var password: String?
    /// Threads, each with one connection; at least 1. Few are best: twice the cores is plenty.
    package var connections = 4
    /// Jobs that may wait for a connection before more are refused; at least 1.
    package var maxWaiters = 1024
    /// Longest wait for a connection, in seconds.
    package var maxWaitSeconds: Double = 5
    /// Server-side limit for one statement; 0 is none.
    package var statementTimeoutMilliseconds = 10_000
    /// Server-side limit for waiting on one lock; 0 is none.
    package var lockTimeoutMilliseconds = 5_000
    /// Server-side limit for doing nothing inside a transaction; 0 is none.
    package var idleInTransactionTimeoutMilliseconds = 10_000
    /// Limit for establishing a connection; libpq treats 1 as 2.
    package var connectTimeoutSeconds = 2
    /// Shown in pg_stat_activity.
    package var applicationName: String
    /// Whose rows are seen by tasks that do not say; see `Tenant`.
    package var tenant = Tenant.nobody
    /// Encryption.
    package var transportSecurity = TransportSecurity.disabled

    /// Names the place; the limits keep their defaults until set.
    package init(
        host: String,
        port: Int = 5432,
        database: String,
        user: String,
        password: String? = nil,
        applicationName: String = "wijkmunt"
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
        self.applicationName = applicationName
    }
}

extension DatabaseConfiguration: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Everything a log needs; never the password.
    package var description: String {
        "\(user)@\(host):\(port)/\(database) (\(connections) connections)"
    }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// Keeps the password out of `dump` and of string interpolation of whatever contains this.
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension DatabaseConfiguration {
    /// Keywords and values for libpq (PostgreSQL documentation, "Parameter Key Words").
    var connectionParameters: [(keyword: String, value: String)] {
        var parameters = [
            ("host", host), ("port", String(port)), ("dbname", database), ("user", user),
            ("connect_timeout", String(connectTimeoutSeconds)),
            ("application_name", applicationName), ("client_encoding", "UTF8"),
            ("gssencmode", "disable"), ("options", sessionOptions),
            // A server that vanished without a word is noticed by the kernel, not by a user.
            ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ]
        if let password { parameters.append(("password", password)) }
        switch transportSecurity {
        case .disabled: parameters.append(("sslmode", "disable"))
        case .required: parameters.append(("sslmode", "require"))
        case .verified(let roots):
            parameters += [("sslmode", "verify-full"), ("sslrootcert", roots)]
        }
        return parameters.map { (keyword: $0.0, value: $0.1) }
    }

    /// Generic plans only: a custom plan per call costs more than it saves on our small queries,
    /// and a plan that flips under load is worse than one that is measured once.
    private var sessionOptions: String {
        [
            "TimeZone=UTC", "plan_cache_mode=force_generic_plan", "jit=off",
            "statement_timeout=\(statementTimeoutMilliseconds)",
            "lock_timeout=\(lockTimeoutMilliseconds)",
            "idle_in_transaction_session_timeout=\(idleInTransactionTimeoutMilliseconds)",
        ].map { "-c \($0)" }.joined(separator: " ")
    }
}
