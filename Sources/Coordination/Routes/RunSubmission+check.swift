import HTTPTypes
import PipelineCore

extension RunSubmission {
    /// Refuses a run that could not be worked on, or only in part.
    func check() throws(Refusal) {
        let isPath =
            dataset.bytes.first == UInt8(ascii: "/")
            && RelativePath(bytes: dataset.bytes.dropFirst()).staysBeneath
        guard isPath || dataset.bucketAndKey.map({ !$0.bucket.isEmpty }) ?? dataset.isFetchable
        else {
            throw .definition(
                "the dataset '\(dataset.text.prefix(200))' is neither an absolute path nor an "
                    + "address")
        }
        guard priority.map(Run.priorities.contains) ?? true else {
            throw Refusal(
                .badRequest, "bad-request", "a priority is a number of \(Run.priorities)")
        }
        try definition.check()
    }
}

extension PipelineDefinition {
    /// How many images a shard may hold.
    static let shardSizes = 1...10_000

    func check() throws(Refusal) {
        guard (1...100).contains(members.count) else {
            throw .definition("a pipeline has 1 to 100 members, not \(members.count)")
        }
        guard Set(members.map(\.name)).count == members.count else {
            throw .definition("two members have the same name")
        }
        for member in members {
            let name = member.name.prefix(80)
            guard !name.isEmpty else { throw .definition("a member has no name") }
            guard member.weights != nil else {
                throw .definition("member '\(name)' is not pinned to the SHA-256 of its weights")
            }
            guard member.weight > 0, member.weight.isFinite else {
                throw .definition("the weight of member '\(name)' is not above 0")
            }
        }
        guard (1...100).contains(top) else {
            throw .definition("'top' is \(top), outside 1...100")
        }
        if let shardSize, !Self.shardSizes.contains(shardSize) {
            throw .definition("'shardSize' is \(shardSize), outside \(Self.shardSizes)")
        }
    }
}

extension Refusal {
    fileprivate static func definition(_ message: String) -> Refusal {
        Refusal(.badRequest, "bad-definition", message)
    }
}
