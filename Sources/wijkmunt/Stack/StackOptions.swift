import ArgumentParser
import LocalStack

/// Where a local installation lives.
struct StackOptions: ParsableArguments {
    @Option(help: "The directory of the installation.", completion: .directory)
    var directory = ".wijkmunt"
}
