extension Operation {
    /// Pay a person every month.
    package static let createStandingInstruction = Operation(
        id: "createStandingInstruction",
        method: .post,
        path: "/v1/programmes/{programmeId}/standing-instructions",
        access: .anyOf([.batchesSubmit]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List standing instructions.
    package static let listStandingInstructions = Operation(
        id: "listStandingInstructions",
        method: .get,
        path: "/v1/standing-instructions",
        access: .anyOf([.batchesRead])
    )

    /// Read a standing instruction.
    package static let getStandingInstruction = Operation(
        id: "getStandingInstruction",
        method: .get,
        path: "/v1/standing-instructions/{standingInstructionId}",
        access: .anyOf([.batchesRead])
    )

    /// Change a standing instruction.
    package static let changeStandingInstruction = Operation(
        id: "changeStandingInstruction",
        method: .post,
        path: "/v1/standing-instructions/{standingInstructionId}/changes",
        access: .anyOf([.batchesSubmit]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Approve or reject what was proposed.
    package static let decideStandingInstruction = Operation(
        id: "decideStandingInstruction",
        method: .post,
        path: "/v1/standing-instructions/{standingInstructionId}/decisions",
        access: .anyOf([.batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Stop a standing instruction.
    package static let stopStandingInstruction = Operation(
        id: "stopStandingInstruction",
        method: .post,
        path: "/v1/standing-instructions/{standingInstructionId}/stops",
        access: .anyOf([.batchesSubmit, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List what a standing instruction paid.
    package static let listStandingPayments = Operation(
        id: "listStandingPayments",
        method: .get,
        path: "/v1/standing-instructions/{standingInstructionId}/payments",
        access: .anyOf([.batchesRead])
    )
}

/// Standing instructions: what programmes pay people every month.
package enum StandingInstructionOperations {
    /// All of them.
    package static let all: [Operation] = [
        .createStandingInstruction,
        .listStandingInstructions,
        .getStandingInstruction,
        .changeStandingInstruction,
        .decideStandingInstruction,
        .stopStandingInstruction,
        .listStandingPayments,
    ]
}
