extension Operation {
    /// List what changed rights, policies, what makes money, or what is known of people.
    package static let listAuditEvents = Operation(
        id: "listAuditEvents",
        method: .get,
        path: "/v1/audit-events",
        access: .anyOf([.auditRead])
    )

    /// Read where the audit trail ends, signed.
    package static let getAuditHead = Operation(
        id: "getAuditHead",
        method: .get,
        path: "/v1/audit-head",
        access: .anyOf([.auditRead])
    )
}
