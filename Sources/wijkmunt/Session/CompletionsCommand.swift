import ArgumentParser

/// `wijkmunt completions SHELL`: what `--generate-completion-script` prints, where people look.
struct CompletionsCommand: ParsableCommand {
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a completion script for your shell.",
        discussion: """
            bash: source <(wijkmunt completions bash)
            zsh:  wijkmunt completions zsh > ~/.zfunc/_wijkmunt
            fish: wijkmunt completions fish > ~/.config/fish/completions/wijkmunt.fish
            """
    )

    @Argument(help: "bash, zsh or fish.") var shell: Shell

    func run() throws {
        let wanted: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        print(Wijkmunt.completionScript(for: wanted))
    }
}
