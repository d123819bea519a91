import ArgumentParser

/// `pipeline models`: the networks that definitions can name.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the networks that definitions can name, and fetch their weights.",
        subcommands: [
            ModelsListCommand.self, ModelsShowCommand.self, ModelsPullCommand.self,
            ModelsQuantizeCommand.self,
        ])
}
