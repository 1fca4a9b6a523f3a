extension Operation {
    /// Make a programme.
    package static let createProgramme = Operation(
        id: "createProgramme",
        method: .post,
        path: "/v1/programmes",
        access: .anyOf([.programmesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List programmes.
    package static let listProgrammes = Operation(
        id: "listProgrammes",
        method: .get,
        path: "/v1/programmes",
        access: .anyOf([.programmesRead, .spendingRead])
    )

    /// Read a programme.
    package static let getProgramme = Operation(
        id: "getProgramme",
        method: .get,
        path: "/v1/programmes/{programmeId}",
        access: .anyOf([.programmesRead, .spendingRead])
    )

    /// Read how much of a programme was spent.
    package static let getProgrammeSpending = Operation(
        id: "getProgrammeSpending",
        method: .get,
        path: "/v1/programmes/{programmeId}/spending",
        access: .anyOf([.programmesRead, .spendingRead])
    )

    /// Fund a programme.
    package static let fundProgramme = Operation(
        id: "fundProgramme",
        method: .post,
        path: "/v1/programmes/{programmeId}/fundings",
        access: .anyOf([.programmesFund]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Set where the money of a programme may be spent.
    package static let setProgrammeLocalityPolicy = Operation(
        id: "setProgrammeLocalityPolicy",
        method: .post,
        path: "/v1/programmes/{programmeId}/locality-policies",
        access: .anyOf([.programmesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the policies of a programme.
    package static let listProgrammeLocalityPolicies = Operation(
        id: "listProgrammeLocalityPolicies",
        method: .get,
        path: "/v1/programmes/{programmeId}/locality-policies",
        access: .anyOf([.programmesRead, .spendingRead])
    )

    /// Set how a programme treats its files.
    package static let setFileSettings = Operation(
        id: "setFileSettings",
        method: .post,
        path: "/v1/programmes/{programmeId}/file-settings",
        access: .anyOf([.programmesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List how a programme treats its files.
    package static let listFileSettings = Operation(
        id: "listFileSettings",
        method: .get,
        path: "/v1/programmes/{programmeId}/file-settings",
        access: .anyOf([.programmesRead])
    )

    /// Submit a payment file.
    package static let submitBatch = Operation(
        id: "submitBatch",
        method: .post,
        path: "/v1/programmes/{programmeId}/batches",
        access: .anyOf([.batchesSubmit]),
        body: .paymentFile(maxBytes: 999_292_928),
        idempotent: true,
        success: 201
    )

    /// List batches.
    package static let listBatches = Operation(
        id: "listBatches",
        method: .get,
        path: "/v1/batches",
        access: .anyOf([.batchesRead])
    )

    /// Read a batch.
    package static let getBatch = Operation(
        id: "getBatch",
        method: .get,
        path: "/v1/batches/{batchId}",
        access: .anyOf([.batchesRead])
    )

    /// List instructions.
    package static let listInstructions = Operation(
        id: "listInstructions",
        method: .get,
        path: "/v1/batches/{batchId}/instructions",
        access: .anyOf([.batchesRead])
    )

    /// Find lines in all batches.
    package static let searchLines = Operation(
        id: "searchLines",
        method: .post,
        path: "/v1/line-searches",
        access: .anyOf([.batchesRead]),
        body: .json
    )

    /// List findings.
    package static let listFindings = Operation(
        id: "listFindings",
        method: .get,
        path: "/v1/batches/{batchId}/findings",
        access: .anyOf([.batchesRead])
    )

    /// List decisions about parked lines.
    package static let listParkingDecisions = Operation(
        id: "listParkingDecisions",
        method: .get,
        path: "/v1/batches/{batchId}/parking-decisions",
        access: .anyOf([.batchesRead])
    )

    /// Read the findings as CSV.
    package static let getFindingsCSV = Operation(
        id: "getFindingsCSV",
        method: .get,
        path: "/v1/batches/{batchId}/findings/csv",
        access: .anyOf([.batchesRead]),
        produces: MediaType.csv
    )

    /// Approve a batch.
    package static let approveBatch = Operation(
        id: "approveBatch",
        method: .post,
        path: "/v1/batches/{batchId}/approvals",
        access: .anyOf([.batchesApprove]),
        body: .json,
        idempotent: true,
        success: 202
    )

    /// Decide about parked lines.
    package static let decideParkedLines = Operation(
        id: "decideParkedLines",
        method: .post,
        path: "/v1/batches/{batchId}/parking-decisions",
        access: .anyOf([.batchesSubmit, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Try failed instructions again.
    package static let retryBatch = Operation(
        id: "retryBatch",
        method: .post,
        path: "/v1/batches/{batchId}/retries",
        access: .anyOf([.batchesSubmit, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 202
    )

    /// Cancel a batch.
    package static let cancelBatch = Operation(
        id: "cancelBatch",
        method: .post,
        path: "/v1/batches/{batchId}/cancellations",
        access: .anyOf([.batchesSubmit, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Cancel lines of a batch.
    package static let cancelLines = Operation(
        id: "cancelLines",
        method: .post,
        path: "/v1/batches/{batchId}/line-cancellations",
        access: .anyOf([.batchesSubmit, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Return lines of a batch that wait.
    package static let returnLines = Operation(
        id: "returnLines",
        method: .post,
        path: "/v1/batches/{batchId}/line-returns",
        access: .anyOf([.batchesSubmit, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Let the file of a batch be handed in once more.
    package static let releaseFile = Operation(
        id: "releaseFile",
        method: .post,
        path: "/v1/batches/{batchId}/file-releases",
        access: .anyOf([.batchesSubmit]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Read the status report.
    package static let getStatusReport = Operation(
        id: "getStatusReport",
        method: .get,
        path: "/v1/batches/{batchId}/status-report",
        access: .anyOf([.batchesRead]),
        produces: MediaType.xml
    )

    /// Read what was booked for a batch.
    package static let getCreditNotification = Operation(
        id: "getCreditNotification",
        method: .get,
        path: "/v1/batches/{batchId}/credit-notification",
        access: .anyOf([.batchesRead]),
        produces: MediaType.xml
    )

    /// Read what was booked for a programme in a period.
    package static let getProgrammeCreditNotification = Operation(
        id: "getProgrammeCreditNotification",
        method: .get,
        path: "/v1/programmes/{programmeId}/credit-notifications/{period}",
        access: .anyOf([.batchesRead]),
        produces: MediaType.xml
    )

    /// Watch a batch.
    package static let streamBatchEvents = Operation(
        id: "streamBatchEvents",
        method: .get,
        path: "/v1/batches/{batchId}/events",
        access: .anyOf([.batchesRead]),
        produces: MediaType.events
    )
}

/// The operations of the disbursement service.
package enum DisbursementOperations {
    /// All of them, those of every service included.
    package static let all: [Operation] =
        [
            .createProgramme, .listProgrammes, .getProgramme, .getProgrammeSpending, .fundProgramme,
            .sponsorDiscount, .setProgrammeLocalityPolicy, .listProgrammeLocalityPolicies,
            .extendPots, .listExtensions, .getProgrammeCommitments, .setCreditRules,
            .listCreditRules,
            .importBankStatement, .listBankStatements, .getBankStatement, .listBankCredits,
            .assignBankCredit, .dismissBankCredit,
            .setFileSettings, .listFileSettings, .submitBatch,
            .listBatches, .getBatch, .listInstructions, .searchLines, .listFindings,
            .getFindingsCSV, .approveBatch, .decideParkedLines, .listParkingDecisions, .retryBatch,
            .cancelBatch,
            .cancelLines, .returnLines, .releaseFile,
            .getStatusReport, .getCreditNotification, .getProgrammeCreditNotification,
            .streamBatchEvents,
        ] + GrantOperations.all + StandingInstructionOperations.all + DepartureOperations.all
        + UploadOperations.all + LetterOperations.all + ReportOperations.all
        + ProgrammeChangeOperations.all + EveryServiceOperations.all
}
