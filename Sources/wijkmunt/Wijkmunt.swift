import ArgumentParser
import Glibc

/// The command line tool: every operation of the services, a simulated phone and till, the local
/// installation, and checks that work without any of it.
@main
struct Wijkmunt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wijkmunt",
        abstract: "Community coins: run them, use them, check them.",
        discussion: """
            Start with `wijkmunt up` in one terminal; it prints what to try next. `wijkmunt demo` \
            tells the whole story by itself.

            Commands exit 0 when done, 1 when a service or the machine refused, 2 when called in \
            a wrong way, 3 when an audit found drift.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Setting up",
                subcommands: [
                    CommunityCommand.self, CoinCommand.self, GeofenceCommand.self,
                    PolicyCommand.self, DepreciationCommand.self, WalletClassCommand.self,
                    InstitutionCommand.self, ClientCommand.self, PersonCommand.self,
                    CardCommand.self, TargetGroupCommand.self, MandateCommand.self,
                    ProfileCommand.self, LoginCommand.self,
                ]
            ),
            CommandGroup(
                name: "Paying out",
                subcommands: [
                    ProgrammeCommand.self, FundingCommand.self, BatchCommand.self,
                    UploadCommand.self, GrantCommand.self, RecallCommand.self,
                    StandingInstructionCommand.self,
                    DepartureCommand.self, JournalCommand.self,
                ]
            ),
            CommandGroup(
                name: "Residents",
                subcommands: [
                    EnrolCommand.self, DeviceCommand.self, WalletCommand.self,
                    TransferCommand.self,
                ]
            ),
            CommandGroup(
                name: "Shops",
                subcommands: [
                    MerchantCommand.self, ShopCommand.self, TerminalCommand.self,
                    PaymentCommand.self, PayCommand.self, DiscountCommand.self,
                    LocalityCommand.self, ShiftCommand.self, ClosingCommand.self,
                    RedemptionCommand.self, SettlementCommand.self, PayoutCommand.self,
                    WebhookCommand.self, EventCommand.self,
                ]
            ),
            CommandGroup(
                name: "This machine",
                subcommands: [
                    UpCommand.self, DemoCommand.self, MigrateCommand.self,
                    CompletionsCommand.self,
                ]
            ),
            CommandGroup(
                name: "The books",
                subcommands: [
                    CirculationCommand.self, CorrectionCommand.self, AuditCommand.self,
                    AuditEventCommand.self,
                ]
            ),
            CommandGroup(
                name: "Without services",
                subcommands: [ISO20022Command.self, VerifyVerdictCommand.self]
            ),
        ]
    )

    /// Wrong usage exits 2 rather than the library's 64, as the offline tools promise.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            note("Error: \(failure.description)")
            Glibc.exit(failure.exitCode)
        } catch let misuse as ValidationError {
            // Found while running: the library no longer knows whose usage to show.
            note("Error: \(misuse.message)")
            Glibc.exit(2)
        } catch  where exitCode(for: error) == .validationFailure {
            note(fullMessage(for: error))
            Glibc.exit(2)
        } catch {
            exit(withError: error)
        }
    }
}
