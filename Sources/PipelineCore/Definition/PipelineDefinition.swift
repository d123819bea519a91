import Foundation

/// What is done to every image of a run: which networks look at it, and how they are combined.
///
/// A definition is written as YAML by a person, and travels as JSON between hosts. Its
/// ``digest`` is part of a run's identity.
package struct PipelineDefinition: Sendable, Hashable, Codable {
    /// What the definition is called, such as `imagenet-lite`.
    package var name: String
    /// What it is for, for those who choose; no part of ``digest``.
    package var description: String?
    /// The networks, in the order in which reports show them; at least one.
    package var members: [Member]
    /// How their outputs become one.
    package var combination: Combination
    /// Whether a picture is turned upright as its EXIF orientation says.
    package var orient: Bool
    /// How closely decoding follows the reference decoder.
    package var decode: DecodeMode
    /// How many classes a manifest row lists, best first; 1...100.
    package var top: Int
    /// How many images a shard holds, 1...10_000; nil where it follows each worker's speed.
    package var shardSize: Int?

    /// Names every field; the defaults are those of a YAML file that leaves them out.
    package init(
        name: String, members: [Member], combination: Combination = .meanProbability,
        orient: Bool = true, decode: DecodeMode = .exact, top: Int = 5, shardSize: Int? = nil
    ) {
        self.name = name
        self.members = members
        self.combination = combination
        self.orient = orient
        self.decode = decode
        self.top = top
        self.shardSize = shardSize
    }

    /// The SHA-256 of the definition as JSON with sorted keys: equal work, equal digests.
    ///
    /// The ``description`` does not count: to word it better makes no other run of a run.
    package var digest: SHA256Digest {
        get throws {
            var definition = self
            definition.description = nil
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return SHA256Digest(of: try encoder.encode(definition))
        }
    }
}

/// A network that votes.
package struct Member: Sendable, Hashable, Codable {
    /// What results and manifests call it; unique in its definition.
    package var name: String
    /// The catalogue's name of the network and its weights.
    package var model: String
    /// The SHA-256 of the weights that the run is pinned to; nil until it is submitted.
    package var weights: SHA256Digest?
    /// How much its probabilities count in a weighted mean; above 0.
    package var weight: Double
    /// The arithmetic of its layers.
    package var precision: Precision
    /// What `int8` takes; nil until the run is submitted, and for other arithmetic.
    package var quantisation: QuantisationArtefact?

    /// A member under `name`; unpinned until ``weights`` is set.
    package init(
        name: String, model: String, weights: SHA256Digest? = nil, weight: Double = 1,
        precision: Precision = .auto, quantisation: QuantisationArtefact? = nil
    ) {
        self.name = name
        self.model = model
        self.weights = weights
        self.weight = weight
        self.precision = precision
        self.quantisation = quantisation
    }
}

/// The arithmetic a network's layers are computed in.
package enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    /// IEEE single precision throughout.
    case f32
    /// Layers multiply bf16, the upper half of a single-precision number, and sum in f32.
    case bf16
    /// Layers multiply 8-bit integers and sum exactly; a ``QuantisationArtefact`` has the ranges.
    case int8
    /// The fastest of these that is known to keep the labels; settled when a run is submitted.
    case auto
}

/// How the members' logits become one distribution over the classes.
package enum Combination: String, Sendable, Hashable, Codable, CaseIterable {
    /// The mean of the members' softmax probabilities.
    case meanProbability = "mean-probability"
    /// The softmax of the mean of the members' logits.
    case meanLogit = "mean-logit"
    /// The mean of the probabilities, each weighted by its member's weight.
    case weightedMean = "weighted-mean"
    /// The share of members that put a class first; ties go to the larger mean probability.
    case majorityVote = "majority-vote"
}
