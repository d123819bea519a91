import Checkpoints
import Foundation
import Models
import Networks
import Testing

extension ParityCase: CustomTestStringConvertible {
    var testDescription: String { folder.lastPathComponent }
}

/// The networks of torchvision, timm and pretrainedmodels against what those libraries compute.
@Suite("A published network", .enabled(if: ParityCase.areNamed()), .serialized)
struct ParityTests {
    @Test("is in a folder of cases")
    func folders() throws {
        let root = try #require(ParityCase.root)
        #expect(!ParityCase.folders.isEmpty, "\(root) holds no folder with a case")
        for parity in ParityCase.folders where !parity.has("model.onnx") {
            #expect(!parity.weights.isEmpty, "\(parity.folder.path) holds neither weights nor ONNX")
        }
    }

    @Test("is found, and has as many parameters as its library says", arguments: ParityCase.weighed)
    func parameters(_ parity: ParityCase) throws {
        let (description, architecture, network) = try network(of: parity)
        let checkpoint = try parity.checkpoint()
        let read = Set(network.parameters.map(\.name))
        let others = checkpoint.names.filter { !read.contains($0) }
        #expect(others.filter { !architecture.ignores($0) } == [])
        // Auxiliary heads are parameters of the library's model, statistics are not.
        let auxiliary = others.filter { name in
            !["num_batches_tracked", "running_mean", "running_var"].contains {
                name.hasSuffix("." + $0)
            }
        }
        let count = auxiliary.reduce(network.parameterCount) {
            $0 + (checkpoint.tensors[$1]?.count ?? 0)
        }
        #expect(count == description.parameters)
    }

    @Test("has the same weights in every format", arguments: ParityCase.weighed)
    func formats(_ parity: ParityCase) throws {
        let (_, _, network) = try network(of: parity)
        let files = try parity.weights.map { try Checkpoint(path: $0) }
        for parameter in network.parameters {
            let values = try files.map {
                try $0.tensor(parameter.name, shape: parameter.shape).floats()
            }
            for (file, other) in zip(files, values).dropFirst() {
                #expect(other == values[0], "\(parameter.name) in \(file.path)")
            }
        }
    }

    @Test("computes its library's logits", arguments: ParityCase.weighed, Runner.chosen)
    func logits(_ parity: ParityCase, by runner: Runner) throws {
        let (_, _, network) = try network(of: parity)
        let checkpoint = try parity.checkpoint()
        let examples = try parity.examples()
        #expect(!examples.isEmpty)
        let start = ContinuousClock.now
        let found = try runner.logits(of: examples.map(\.image), network, checkpoint)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        for (index, example) in examples.enumerated() {
            let agreement = Agreement(found[index], with: example.logits)
            #expect(agreement.deviation <= Agreement.tolerance)
            #expect(agreement.hasSameLabel)
            let digits = agreement.deviation.formatted(.number.notation(.scientific))
            print(
                "parity: \(parity.testDescription) \(runner.rawValue) image \(index):"
                    + " \(digits) std, \(seconds / Double(examples.count)) s")
        }
    }

    private func network(
        of parity: ParityCase
    ) throws -> (ParityCase.Description, Architecture, Network) {
        let description = try parity.description()
        let library = try #require(
            Library(rawValue: description.source),
            "'\(description.source)' is no library here; there are \(Library.allCases.map(\.rawValue))"
        )
        let architecture = try #require(
            Architecture.named(description.name, in: library).first,
            """
            there is no '\(description.name)' of \(description.source) here; the nearest are \
            \(Architecture.nearest(to: description.name, in: library))
            """)
        return (
            description, architecture,
            architecture.network(classes: description.classes, size: description.size)
        )
    }
}

extension ParityCase {
    /// The weights in the first of the formats that the folder has.
    fileprivate func checkpoint() throws -> Checkpoint {
        try Checkpoint(path: try #require(weights.first))
    }
}

extension Architecture {
    /// The names in `library` that share the longest beginning with `name`, three at most.
    fileprivate static func nearest(to name: String, in library: Library) -> [String] {
        let names = all.filter { $0.library == library }.map(\.name)
        return Array(
            names.sorted { name.commonPrefix(with: $0).count > name.commonPrefix(with: $1).count }
                .prefix(3))
    }
}
