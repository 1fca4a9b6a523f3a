/// The settings that there are, so that a mistyped flag is refused instead of overlooked.
enum KnownSettings {
    /// Dotted keys, as `docs/configuration.md` explains them.
    static let keys = [
        "config", "http.host", "http.port", "http.portFile", "http.publicAddress",
        "http.tls.certificateFile", "http.tls.privateKeyFile", "http.behindProxy",
        "http.trustedProxies", "http.connections", "http.connectionsPerAddress",
        "http.headSeconds", "http.bodySeconds", "http.writeSeconds", "http.idleSeconds",
        "limits.addressRequests", "limits.clientRequests", "limits.tokenRequests",
        "limits.enrolmentRequests", "limits.bulkRunning", "limits.bulkWaiting",
        "auth.rootCertificateFile", "database.host", "database.port",
        "database.name", "database.user", "database.passwordFile", "database.connections",
        "database.rootCertificateFile", "auth.issuer", "auth.audience", "auth.keySetUrl",
        "cors.origins", "log.level", "accounts.signingKeyFile", "accounts.publishedKeyFiles",
        "accounts.operatorKeyFile", "accounts.deviceProofs", "accounts.identityProvidersFile",
        "merchant.payAddress", "merchant.localWebhooks", "retention.answerDays",
        "retention.codeDays", "retention.eventDays",
        "retention.deviceDays", "retention.creditorDays", "secrets.lookupKeyFile",
        "secrets.dataKeyFile", "secrets.retiredDataKeyFiles", "wallet.upkeepSeconds",
        "accounts.mostWrongPins", "merchant.cardPaymentLimit", "merchant.cardDayLimit",
        "merchant.correctionMinutes", "merchant.owedRefundSeconds",
        "merchant.challengeSeconds",
        "merchant.upkeepSeconds", "disbursement.upkeepSeconds",
        "disbursement.dropsFile", "disbursement.dropSeconds",
        "disbursement.schemaDirectory",
        "merchant.verdictKeyFile", "merchant.publishedVerdictKeyFiles", "retention.travelHours",
    ]

    /// `database.passwordFile` as a flag is `--database-password-file`.
    static func flag(_ key: String) -> String {
        key.reduce(into: "--") { flag, character in
            if character == "." {
                flag.append("-")
            } else if character.isUppercase {
                flag.append("-\(character.lowercased())")
            } else {
                flag.append(character)
            }
        }
    }

    /// Throws `ServiceConfiguration.Invalid` for a flag that means nothing.
    static func check(_ arguments: [String]) throws(ServiceConfiguration.Invalid) {
        let flags = Set(keys.map(flag))
        for argument in arguments.dropFirst() where argument.hasPrefix("--") {
            let name = String(argument.prefix { $0 != "=" })
            guard flags.contains(name) else {
                throw .init(description: "unknown flag \(name.prefix(60)); --help lists them")
            }
        }
    }

    /// What `--help` prints.
    static func usage(_ program: String) -> String {
        """
        USAGE: \(program) --config FILE.json [flags]

        Every setting may stand in the file, in the environment or on the command line:
          \(keys.map(flag).joined(separator: "\n  "))
        docs/configuration.md explains them.
        """
    }
}
