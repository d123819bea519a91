package import FoundationEssentials
package import PipelineCore

/// The facts of a run, for `run.json`: what was done to what, with which weights, how fast.
package struct RunSummary: Sendable, Hashable, Codable {
    /// A member, and the weights it ran with.
    package struct Model: Sendable, Hashable, Codable {
        /// What manifests call it.
        package let member: String
        /// The catalogue's name.
        package let model: String
        /// The SHA-256 of the weight file; nil where the run is pinned to none.
        package let sha256: SHA256Digest?
        /// The arithmetic of its layers.
        package let precision: Precision
    }

    /// Which programs took part.
    package struct Versions: Sendable, Hashable, Codable {
        /// The program that wrote the summary.
        package let program: String
        /// The protocol between coordinator and workers.
        package let `protocol`: Int
    }

    /// How long it took.
    package struct Timing: Sendable, Hashable, Codable {
        /// From start to end, in seconds.
        package let seconds: Double
        /// Of these, until the models were ready, in seconds.
        package let loading: Double
        /// Computed images a second from start to end; nil where no time passed.
        package let imagesPerSecond: Double?
        /// Computed images a second once the models were ready; nil where no time passed.
        package let imagesPerSecondWithoutLoading: Double?

        /// `images` took `seconds`, of which `loading` went by before the first.
        package init(images: Int, seconds: Double, loading: Double) {
            self.seconds = thousandths(seconds)
            self.loading = thousandths(loading)
            imagesPerSecond = rate(images, seconds)
            imagesPerSecondWithoutLoading = rate(images, seconds - loading)
        }
    }

    /// How much was known before.
    package struct Reuse: Sendable, Hashable, Codable {
        /// Images that were computed.
        package let computed: Int
        /// Images that were known before, or are copies of another one.
        package let reused: Int

        /// Names every field.
        package init(computed: Int, reused: Int) {
            self.computed = computed
            self.reused = reused
        }
    }

    /// The run's name.
    package let run: RunID
    /// The absolute path of the dataset on the submitting host.
    package let dataset: RelativePath
    /// The SHA-256 of the dataset's manifest: every file's name, size and digest.
    package let manifest: SHA256Digest
    /// When it was submitted, in seconds since 1970.
    package let created: Int
    /// What was done to every image.
    package let definition: PipelineDefinition
    /// The members and their weights, in the definition's order.
    package let models: [Model]
    /// Which programs took part.
    package let versions: Versions
    /// Shards and images.
    package let counts: RunCounts
    /// How long it took; nil where nobody measured.
    package let timing: Timing?
    /// How much was computed for it, and how much was known; nil where nobody counted.
    package let reuse: Reuse?

    /// The facts of `run`, told by version `program`.
    package init(_ run: Run, program: String, timing: Timing? = nil, reuse: Reuse? = nil) {
        self.run = run.id
        dataset = run.dataset
        manifest = run.manifest
        created = run.created
        definition = run.definition
        models = run.definition.members.map { member in
            Model(
                member: member.name, model: member.model, sha256: member.weights,
                precision: member.precision)
        }
        versions = Versions(program: program, protocol: protocolVersion)
        counts = run.counts
        self.timing = timing
        self.reuse = reuse
    }

    /// The summary as JSON for people: indented, keys sorted, a line feed at the end.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

/// Rounded to a thousandth: nobody times more finely than that.
private func thousandths(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

private func rate(_ images: Int, _ seconds: Double) -> Double? {
    seconds > 0 ? thousandths(Double(images) / seconds) : nil
}
