package import API

extension TestCommunity {
    /// The administrator links a number of the municipality to a person.
    package func link(
        _ number: String,
        to person: Identifier,
        of institution: Identifier? = nil
    ) async throws -> TestAnswer {
        try await administrator.call(
            .linkClientNumber,
            ["personId": "\(person)"],
            body: ClientNumberLink(
                clientNumber: number,
                institutionId: institution ?? self.institution
            )
        )
    }

    /// Somebody says to have seen whose number it is.
    package func confirm(
        _ link: LinkedClientNumber,
        _ number: String,
        by client: TestClient
    ) async throws -> TestAnswer {
        try await client.call(
            .confirmClientNumber,
            ["personId": "\(link.personId)", "clientNumberId": "\(link.id)"],
            body: ClientNumberConfirmation(clientNumber: number, evidence: "brief gezien")
        )
    }

    /// Takes a link back.
    package func withdraw(_ link: LinkedClientNumber) async throws -> TestAnswer {
        try await administrator.call(
            .withdrawClientNumber,
            ["personId": "\(link.personId)", "clientNumberId": "\(link.id)"]
        )
    }
}
