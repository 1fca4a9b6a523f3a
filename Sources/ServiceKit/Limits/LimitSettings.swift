/// The limits of requests, as they are configured.
package struct LimitSettings: Sendable {
    let address: Quota
    let client: Quota
    let token: Quota
    let enrolment: Quota
    /// How many lists, reports and imports are worked on at once.
    let bulkRunning: Int
    /// How many more wait.
    let bulkWaiting: Int

    init(_ settings: inout Settings, databaseConnections: Int) async {
        func quota(_ name: String, _ key: String, _ usual: Int, _ seconds: Int) async -> Quota {
            let requests = await settings.number(key, default: usual, in: 1...1_000_000_000)
            return Quota(name: name, requests: requests, seconds: seconds)
        }
        address = await quota("address", "limits.addressRequests", 2000, 10)
        client = await quota("client", "limits.clientRequests", 1000, 10)
        token = await quota("token", "limits.tokenRequests", 300, 60)
        enrolment = await quota("enrolment", "limits.enrolmentRequests", 60, 60)
        bulkRunning = await settings.number(
            "limits.bulkRunning",
            // The other half of the connections is left to payments.
            default: max(1, databaseConnections / 2),
            in: 1...1000
        )
        bulkWaiting = await settings.number("limits.bulkWaiting", default: 200, in: 0...10_000)
    }
}
