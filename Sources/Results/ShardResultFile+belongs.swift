package import PipelineCore

extension ShardResultFile {
    /// Makes sure that this is the result of `range` of the run `id` under `definition`.
    ///
    /// Throws ``ResultError/foreign(path:detail:)`` where run, shard, rows, members or the weights
    /// that the definition pins are others.
    package func checkBelongs(
        to id: RunID, range: ShardRange, definition: PipelineDefinition
    ) throws(ResultError) {
        guard run == id, shard == range.index else {
            throw .foreign(
                path: path,
                detail: "it is of shard \(shard) of run '\(run)', not of shard \(range.index) "
                    + "of run '\(id)'")
        }
        guard firstRow == range.firstRow, rows == range.count else {
            throw .foreign(
                path: path,
                detail: "it covers \(rows) images from row \(firstRow), not \(range.count) "
                    + "from row \(range.firstRow)")
        }
        let (found, expected) = (members.map(\.name), definition.members.map(\.name))
        guard found == expected else {
            throw .foreign(path: path, detail: "its members are \(found), not \(expected)")
        }
        for (member, pinned) in zip(members, definition.members) {
            guard let weights = pinned.weights, weights != member.weights else { continue }
            throw .foreign(
                path: path,
                detail: "member '\(member.name)' ran with the weights \(member.weights), "
                    + "not \(weights)")
        }
    }
}
