import ArgumentParser

/// `pipeline models`: the networks that definitions can name.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Choose among networks, fetch their weights, add your own.",
        discussion: """
            A definition names its networks; 'label' and 'worker' fetch the weights that they need \
            and do not have. These commands are for choosing, and for machines without network.

              pipeline models list --sort top-1
              pipeline models chart
              pipeline models show efficientnet_lite0
              pipeline models pull efficientnet_lite0 efficientnet_lite1 efficientnet_lite2
              pipeline models add birds --onnx birds.onnx --classes birds.txt
            """,
        subcommands: [
            ModelsListCommand.self, ModelsChartCommand.self, ModelsShowCommand.self,
            ModelsPullCommand.self, ModelsAddCommand.self, ModelsRemoveCommand.self,
            ModelsGuideCommand.self,
            ModelsQuantizeCommand.self, ModelsExplainCommand.self,
        ])
}
