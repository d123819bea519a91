package import Inference
package import Logging
package import Models
package import PipelineCore
import Results
package import Weights

/// Networks in memory, each loaded once and shared by all streams.
///
/// What the latest definition needs stays loaded; what it does not need goes when nothing uses it
/// any more.
package actor ModelPool: EnsembleLoader {
    private struct Key: Hashable {
        let model: String
        let weights: SHA256Digest
        let arithmetic: Arithmetic
        let batch: Int
    }

    private let weights: WeightCache
    private let models: @Sendable () throws -> ModelShelf
    private let version: String
    private let logger: Logger
    private var networks: [Key: CompiledNetwork] = [:]
    private var latest: (members: [Member], ensemble: ModelEnsemble)?

    /// A pool that finds weights in `weights`, or fetches them there; the log tells of fetches.
    ///
    /// `models` is asked for the networks that can be named each time that a definition is loaded.
    /// `version` is the program's; logits of another one are not used again.
    package init(
        weights: WeightCache,
        models: @escaping @Sendable () throws -> ModelShelf = { ModelShelf() },
        version: String = "unknown", logger: Logger
    ) {
        self.weights = weights
        self.models = models
        self.version = version
        self.logger = logger
    }

    /// The members of `definition`, loaded from the weights that it is pinned to.
    ///
    /// Throws `CatalogueError` when a model is unknown or pinned to other weights than this
    /// program's, `WeightError` when weights cannot be had, and ``LabellingError/model(_:detail:)``
    /// when they cannot be used.
    package func load(
        _ definition: PipelineDefinition, batch: Int
    ) async throws -> any LoadedEnsemble {
        let shelf = try models()
        let pinned = try shelf.pinned(definition)
        if let latest, latest.members == pinned.members, latest.ensemble.batch == batch {
            return latest.ensemble
        }
        let keys = pinned.members.map { member in
            Key(
                model: member.model, weights: member.weights ?? SHA256Digest(of: [UInt8]()),
                arithmetic: Arithmetic(member), batch: batch)
        }
        networks = try await networks(for: Set(keys), on: shelf)
        var members: [(LoadedMember, CompiledNetwork)] = []
        for (member, key) in zip(pinned.members, keys) {
            guard let network = networks[key] else { continue }
            let entry = try shelf.entry(named: member.model)
            let identity = ResultMember(
                name: member.name, weights: key.weights, classes: network.classes,
                procedure: Procedure(
                    preprocessing: entry.preprocessing,
                    program: "\(version) \(KernelChoice.words)"))
            members.append(
                (LoadedMember(identity: identity, preprocessing: entry.preprocessing), network))
        }
        let ensemble = ModelEnsemble(members, batch: batch)
        latest = (pinned.members, ensemble)
        return ensemble
    }

    /// The networks of `keys`; those that are not in the pool yet are loaded side by side.
    private func networks(
        for keys: Set<Key>, on shelf: ModelShelf
    ) async throws -> [Key: CompiledNetwork] {
        let (weights, logger) = (weights, logger)
        var found = networks.filter { keys.contains($0.key) }
        try await withThrowingTaskGroup(of: (Key, CompiledNetwork).self) { group in
            for key in keys where found[key] == nil {
                let entry = try shelf.entry(named: key.model)
                group.addTask {
                    (key, try await Self.network(of: entry, weights, key, logger))
                }
            }
            for try await (key, network) in group { found[key] = network }
        }
        return found
    }

    private static func network(
        of entry: ModelEntry, _ weights: WeightCache, _ key: Key, _ logger: Logger
    ) async throws -> CompiledNetwork {
        do {
            let path = try await weights.pull(entry) { logger.notice("\($0)") }
            let model = try WeightCache.open(entry, at: path)
            let network = try CompiledNetwork(
                model.network, model.checkpoint, batch: key.batch, arithmetic: key.arithmetic)
            guard network.classes == entry.classes.labels.count else {
                throw LabellingError.model(
                    entry.name,
                    detail: "its network tells \(network.classes) classes apart, its list names "
                        + "\(entry.classes.labels.count)")
            }
            return network
        } catch let error as LabellingError {
            throw error
        } catch let error as WeightError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw LabellingError.model(entry.name, detail: "\(error)")
        }
    }
}

/// Compiled networks as a definition's members.
private final class ModelEnsemble: LoadedEnsemble {
    let members: [LoadedMember]
    let batch: Int
    private let networks: [CompiledNetwork]

    init(_ members: [(LoadedMember, CompiledNetwork)], batch: Int) {
        self.members = members.map(\.0)
        networks = members.map(\.1)
        self.batch = batch
    }

    /// Sessions that share one workspace, since a stream runs one at a time.
    func makeClassifiers() throws -> [any Classifier] {
        let workspace = try Workspace(for: networks)
        return try networks.map { try InferenceSession($0, in: workspace) }
    }
}

extension InferenceSession: Classifier {}

extension Arithmetic {
    /// What a pinned member asks for.
    package init(_ member: Member) {
        switch member.precision {
        case .f32, .auto: self.init()
        case .bf16: self.init(element: .bf16)
        case .int8: self.init(member.quantisation)
        }
    }

    /// Integers by the ranges of `artefact`.
    package init(_ artefact: QuantisationArtefact?) {
        self.init(element: .u8)
        for range in artefact?.ranges ?? [] {
            ranges[range.node] = ValueRange(low: range.low, high: range.high)
        }
        for node in artefact?.exceptions ?? [] { exceptions[node] = .bf16 }
    }
}
