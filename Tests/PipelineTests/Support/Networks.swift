import Foundation
import TestSupport
import Testing

/// The pretrained networks that runs of the program need.
enum Networks {
    /// Whether the cache has all three, for `.enabled(if:)`; says why a suite is skipped.
    static let areHere: Bool = {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = ["models", "list", "--json"]
        process.standardOutput = output
        guard (try? process.run()) != nil,
            let bytes = try? output.fileHandleForReading.readToEnd(),
            let models = try? JSONDecoder().decode([Model].self, from: bytes), !models.isEmpty,
            models.allSatisfy(\.weights.cached)
        else {
            print("skipped: the networks are not in the cache; 'make test' fetches them")
            return false
        }
        return true
    }()

    private struct Model: Decodable {
        struct Weights: Decodable { let cached: Bool }
        let weights: Weights
    }

    /// A definition with one small network and small shards, as a file.
    static func smallDefinition(in folder: TemporaryFolder) throws -> String {
        try folder.write(
            """
            name: small
            shard: 8
            members:
              - model: efficientnet_lite0

            """, to: "small.yaml")
        return folder.file("small.yaml")
    }
}
