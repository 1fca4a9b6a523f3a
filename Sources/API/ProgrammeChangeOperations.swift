extension Operation {
    /// Propose to change a programme.
    package static let proposeProgrammeChange = Operation(
        id: "proposeProgrammeChange",
        method: .post,
        path: "/v1/programmes/{programmeId}/changes",
        access: .anyOf([.programmesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List changes of programmes.
    package static let listProgrammeChanges = Operation(
        id: "listProgrammeChanges",
        method: .get,
        path: "/v1/programme-changes",
        access: .anyOf([.programmesRead])
    )

    /// Read a change of a programme.
    package static let getProgrammeChange = Operation(
        id: "getProgrammeChange",
        method: .get,
        path: "/v1/programme-changes/{programmeChangeId}",
        access: .anyOf([.programmesRead])
    )

    /// Decide about a change of a programme.
    package static let decideProgrammeChange = Operation(
        id: "decideProgrammeChange",
        method: .post,
        path: "/v1/programme-changes/{programmeChangeId}/decisions",
        access: .anyOf([.programmesFund, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List where the money of a programme may be spent.
    package static let listEarmarks = Operation(
        id: "listEarmarks",
        method: .get,
        path: "/v1/programmes/{programmeId}/earmarks",
        access: .anyOf([.communityRead])
    )
}

/// What was said when a programme was made, and is to be otherwise.
package enum ProgrammeChangeOperations {
    /// All of them.
    package static let all: [Operation] = [
        .proposeProgrammeChange, .listProgrammeChanges, .getProgrammeChange,
        .decideProgrammeChange, .listEarmarks,
    ]
}
