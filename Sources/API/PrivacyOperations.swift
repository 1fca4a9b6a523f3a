extension Operation {
    /// Read everything that is held about a person.
    package static let getPersonExport = Operation(
        id: "getPersonExport",
        method: .get,
        path: "/v1/people/{personId}/export",
        access: .anyOf([.partiesManage, .ownDataRead])
    )

    /// Read the same as a page for people.
    package static let getPersonExportPage = Operation(
        id: "getPersonExportPage",
        method: .get,
        path: "/v1/people/{personId}/export-page",
        access: .anyOf([.partiesManage, .ownDataRead]),
        produces: MediaType.html
    )

    /// Erase a person.
    package static let erasePerson = Operation(
        id: "erasePerson",
        method: .post,
        path: "/v1/people/{personId}/erasures",
        access: .anyOf([.partiesManage]),
        idempotent: true,
        success: 201
    )
}
