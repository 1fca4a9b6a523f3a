extension Operation {
    /// Open a shift.
    package static let openShift = Operation(
        id: "openShift",
        method: .post,
        path: "/v1/shifts",
        access: .anyOf([.shiftsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List shifts.
    package static let listShifts = Operation(
        id: "listShifts",
        method: .get,
        path: "/v1/shifts",
        access: .anyOf([.shiftsManage, .merchantRead])
    )

    /// Read a shift.
    package static let getShift = Operation(
        id: "getShift",
        method: .get,
        path: "/v1/shifts/{shiftId}",
        access: .anyOf([.shiftsManage, .merchantRead])
    )

    /// Close a shift.
    package static let closeShift = Operation(
        id: "closeShift",
        method: .post,
        path: "/v1/shifts/{shiftId}/closures",
        access: .anyOf([.shiftsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Make a closing.
    package static let makeClosing = Operation(
        id: "makeClosing",
        method: .post,
        path: "/v1/shops/{shopId}/closings",
        access: .anyOf([.shiftsManage]),
        idempotent: true,
        success: 201
    )

    /// List the closings of a shop.
    package static let listClosings = Operation(
        id: "listClosings",
        method: .get,
        path: "/v1/shops/{shopId}/closings",
        access: .anyOf([.shiftsManage, .merchantRead])
    )

    /// Read a closing.
    package static let getClosing = Operation(
        id: "getClosing",
        method: .get,
        path: "/v1/closings/{closingId}",
        access: .anyOf([.shiftsManage, .merchantRead])
    )

    /// Read the statement of a period.
    package static let getMerchantStatement = Operation(
        id: "getMerchantStatement",
        method: .get,
        path: "/v1/merchants/{merchantId}/statements/{period}",
        access: .anyOf([.merchantRead, .merchantsManage])
    )

    /// Read a statement as CSV.
    package static let getMerchantStatementCSV = Operation(
        id: "getMerchantStatementCSV",
        method: .get,
        path: "/v1/merchants/{merchantId}/statements/{period}/csv",
        access: .anyOf([.merchantRead, .merchantsManage]),
        produces: MediaType.csv
    )

    /// Read a statement as PDF.
    package static let getMerchantStatementPDF = Operation(
        id: "getMerchantStatementPDF",
        method: .get,
        path: "/v1/merchants/{merchantId}/statements/{period}/pdf",
        access: .anyOf([.merchantRead, .merchantsManage]),
        produces: MediaType.pdf
    )

    /// Read a statement as camt.053.
    package static let getMerchantStatementCamt053 = Operation(
        id: "getMerchantStatementCamt053",
        method: .get,
        path: "/v1/merchants/{merchantId}/statements/{period}/camt-053",
        access: .anyOf([.merchantRead, .merchantsManage]),
        produces: MediaType.xml
    )
}

/// The operations of the merchant service about the day of a shop and the books of a merchant.
package enum ShopDayOperations {
    /// All of them.
    package static let all: [Operation] = [
        .openShift, .listShifts, .getShift, .closeShift, .makeClosing, .listClosings, .getClosing,
        .getMerchantStatement, .getMerchantStatementCSV, .getMerchantStatementPDF,
        .getMerchantStatementCamt053,
    ]
}
