/// Remembers which images have been computed by which recipe, and where their logits lie.
///
/// It is an index, never the truth: what it has lost or does not know is computed again. Only
/// results that count are entered, and of those only images with a label.
package protocol PredictionLedger: Sendable {
    /// Enters the labelled images of a result that counts; how many there were.
    ///
    /// An image that is known by the same recipes is known by this result from now on. A result that
    /// does not say how it was computed enters nothing.
    func record(_ result: CountedResult) async throws -> Int

    /// For each image, the logits that are known by each of the `recipes`, at most `bytes` of them.
    func find(
        _ images: [SHA256Digest], by recipes: [SHA256Digest], limit bytes: Int
    ) async throws -> [Knowledge]

    /// How much is in it.
    func statistics() async throws -> LedgerStatistics

    /// Forgets the results of which nothing was used since `moment`, in seconds since 1970, and
    /// those whose file is gone; the number of images that were forgotten.
    func prune(unusedSince moment: Int) async throws -> Int

    /// Forgets these results, which count no more; the number of images that were forgotten.
    func forget(_ results: [ObjectKey]) async throws -> Int

    /// The results of `run` that logits may be read from, and which have to stay.
    func results(of run: RunID) async throws -> Set<ObjectKey>
}

/// What a ledger knows of an image.
package enum Knowledge: Sendable, Hashable {
    /// The logits by each recipe, as they lie in the result; nil where they have to be computed.
    case logits([[UInt8]?])
    /// Some are known, but did not fit; whoever asks again gets them.
    case later
}

/// A result that counts for its shard.
package struct CountedResult: Sendable {
    /// The run, with the definition it was computed under.
    package var run: Run
    /// Which rows it covers.
    package var range: ShardRange
    /// The epoch under which it was delivered.
    package var epoch: Int
    /// The SHA-256 of the result file.
    package var sha256: SHA256Digest
    /// The SHA-256 of each row's image; nil where it could not be read at submission.
    package var images: [SHA256Digest?]

    /// Names every field.
    package init(
        run: Run, range: ShardRange, epoch: Int, sha256: SHA256Digest, images: [SHA256Digest?]
    ) {
        self.run = run
        self.range = range
        self.epoch = epoch
        self.sha256 = sha256
        self.images = images
    }

    /// The name of the result file.
    package var key: ObjectKey {
        .result(run.id, shard: range.index, epoch: epoch, sha256: sha256)
    }
}

/// How much a prediction ledger holds.
package struct LedgerStatistics: Sendable, Hashable, Codable {
    /// Images, counted once for each set of recipes that they are known by.
    package var images: Int
    /// Sets of recipes: one for each ensemble, precision and so on.
    package var recipes: Int
    /// Results that logits are read from.
    package var results: Int
    /// Bytes of the ledger itself; the logits lie in the results.
    package var bytes: Int

    /// Names every field.
    package init(images: Int, recipes: Int, results: Int, bytes: Int) {
        self.images = images
        self.recipes = recipes
        self.results = results
        self.bytes = bytes
    }
}

/// `POST /v1/ledger/prune`: what was not used for so long is to be forgotten.
package struct LedgerPruneRequest: Sendable, Hashable, Codable {
    /// For how many days nothing of a result was used; 0 forgets everything.
    package var unusedDays: Int

    /// A number of days.
    package init(unusedDays: Int) { self.unusedDays = unusedDays }
}

/// What a ledger has forgotten, and what is left.
package struct LedgerPruning: Sendable, Hashable, Codable {
    /// Images that were forgotten.
    package var forgotten: Int
    /// What is left.
    package var left: LedgerStatistics

    /// Names every field.
    package init(forgotten: Int, left: LedgerStatistics) {
        self.forgotten = forgotten
        self.left = left
    }
}

/// Why a ledger cannot be read or written.
package struct LedgerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where the ledger lies.
    package let path: String
    /// What its file or the system said.
    package let detail: String

    /// A place and a cause.
    package init(path: String, detail: String) {
        self.path = path
        self.detail = detail
    }

    package var description: String {
        "the prediction ledger '\(path)' cannot be used: \(detail); "
            + "without it nothing is lost but time, and it may be removed while nothing runs"
    }
}
