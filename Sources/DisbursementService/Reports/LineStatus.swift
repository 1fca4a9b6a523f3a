import API

extension PaymentStatus {
    /// What a line in this state is told to be, in a batch in that one.
    init(of line: InstructionState, in batch: BatchState) {
        switch (batch, line) {
        case (.refused, _), (.cancelled, _): self = .RJCT
        case (_, .refused), (_, .failed), (_, .dropped), (_, .returned): self = .RJCT
        case (_, .credited): self = .ACCC
        case (_, .waiting), (_, .parked), (.draft, .acceptable), (.validated, .acceptable):
            self = .PDNG
        case (.approved, .acceptable), (.executing, .acceptable), (.done, .acceptable),
            (.partlyDone, .acceptable):
            self = .ACSP
        }
    }
}
