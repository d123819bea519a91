import ArgumentParser
import Models
import Networks
import PipelineCore
import Weights

/// `pipeline models add`: makes a user's own network one that definitions can name.
struct ModelsAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a network of your own: an ONNX model, or fine-tuned weights.",
        discussion: """
            The file is checked, copied into the cache and listed under its name in \
            $XDG_DATA_HOME/pipeline/models.json. Every machine that is to label with it has to add \
            the same file.

              pipeline models add birds --onnx birds.onnx --classes birds.txt
              pipeline models add birds --weights birds.pth --architecture resnet50 \\
                  --classes birds.txt --size 224 --resize 256

            Without --resize, --interpolation, --mean and --std, photos are prepared as for the \
            architecture's published weights, or as most networks trained on ImageNet want it.
            """)

    @Argument(help: ArgumentHelp("What definitions will call it.", valueName: "name"))
    var name: String

    @Option(
        help: ArgumentHelp("The network and its weights, exported to ONNX.", valueName: "file"),
        completion: .file(extensions: ["onnx"]))
    var onnx: String?

    @Option(
        help: ArgumentHelp(
            "Weights of --architecture: safetensors, or what torch.save wrote.",
            valueName: "file"),
        completion: .file())
    var weights: String?

    @Option(
        help: ArgumentHelp(
            "What the weights are of, by torchvision's or timm's name, such as resnet50.",
            valueName: "name"))
    var architecture: String?

    @OptionGroup var input: AddedInputOptions

    func validate() throws {
        guard (onnx == nil) != (weights == nil) else {
            throw ValidationError("Name either --onnx FILE or --weights FILE.")
        }
        guard (weights == nil) == (architecture == nil) else {
            throw ValidationError("--weights and --architecture go together.")
        }
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "-_.".utf8.contains(byte)
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix("."), !name.hasPrefix("-") else {
            throw ValidationError("A name is made of letters, digits, '-', '_' and '.'.")
        }
        guard !Catalogue.entries.contains(where: { $0.name == name }) else {
            throw ValidationError("The catalogue has a '\(name)' already; choose another name.")
        }
    }

    func run() async throws {
        let candidate: AddedCandidate =
            if let weights, let architecture {
                try AddedCandidate(weights: weights, architecture: architecture, size: input.size)
            } else {
                try AddedCandidate(onnx: onnx ?? "", size: input.size)
            }
        for note in candidate.notes { Console.shared.note(note) }
        let preprocessing = try input.preprocessing(
            crop: candidate.side, published: candidate.published)
        let classes = try input.labels(count: candidate.network.classes)
        let cache = WeightCache()
        let kept = try cache.keep(candidate.path)
        let model = AddedModel(
            name: name, build: candidate.build, file: candidate.file, size: kept.size,
            sha256: kept.sha256, preprocessing: preprocessing, classes: classes,
            parameters: candidate.network.parameterCount,
            multiplyAdds: Double(candidate.network.multiplyAdds) / 1e6)

        try await AddedModels().add(model)
        try StandardOutput.print(
            try ModelFacts(ModelEntry(model), in: cache, MeasuredSpeeds(in: cache)).text)
    }
}
