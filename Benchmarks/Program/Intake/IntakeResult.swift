/// What became of one file, in seconds and bytes.
struct IntakeRun: Sendable {
    let fileBytes: Int
    /// Once through libxml2's push parser, with no callbacks.
    let parsing: Double
    /// One `COPY` of the stored lines into a table like theirs.
    let copying: Double
    /// From the first byte of the upload to the answer that it is validated.
    let validated: Double
    /// From the approval to the last credit, with a pot to open for everybody.
    let credited: Double
    /// The same of a second file, to the pots that are there.
    let creditedAgain: Double
    /// The most memory that the service had at any moment (`VmHWM`).
    let peakBytes: Int

    /// What its times are held against: measured in this run, since machines differ from one minute to
    /// the next.
    var yardstick: Double { parsing + copying }
}

/// The rounds of a file of so many lines.
struct IntakeResult: Sendable {
    let lines: Int
    let runs: [IntakeRun]

    /// A figure over all rounds; `nil` without any.
    func spread(_ figure: (IntakeRun) -> Double) -> Spread? { Spread(runs.map(figure)) }

    /// The most memory of any round: unlike time, it is not a matter of the machine's mood.
    var peakBytes: Int { runs.map(\.peakBytes).max() ?? 0 }
}
