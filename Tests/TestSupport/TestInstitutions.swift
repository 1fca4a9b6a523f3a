import API

extension TestCommunity {
    /// The same community as an employer in it knows it: with a clerk and an approver of its own.
    package func employer() async throws -> TestCommunity {
        let employer = try await administrator.call(
            .registerInstitution,
            body: InstitutionRegistration(name: "Sociaal Werkbedrijf", kind: .employer)
        ).decode(Institution.self)
        return TestCommunity(
            stack: stack,
            id: id,
            administrator: administrator,
            colleague: colleague,
            clerk: try await administrator.register("Loon", [.benefitsClerk], of: employer.id),
            approver: try await administrator.register(
                "Voorman",
                [.benefitsApprover],
                of: employer.id
            ),
            treasurer: treasurer,
            institution: employer.id,
            days: days
        )
    }
}
