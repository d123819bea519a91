import Checkpoints
package import FoundationEssentials
import PipelineCore

extension ShardOutcome {
    /// The result file's bytes, which depend on nothing but the outcome.
    ///
    /// Throws ``ResultError/unencodable(detail:)`` where a row has neither failed nor the logits of
    /// every member, or two members share a name.
    package func encode() throws(ResultError) -> Data {
        if let row = firstOpenRow {
            throw .unencodable(
                detail: "row \(row) of shard \(range.index) has neither logits nor a failure")
        }
        var tensors: [SafetensorsWriter.Entry] = zip(members, logits).map { member, values in
            (
                name: member.tensor, type: .f32, shape: [range.count, member.classes],
                bytes: SafetensorsWriter.bytes(of: values)
            )
        }
        // Last, so that the numbers of four bytes before it lie aligned.
        tensors.append(
            (name: ResultFormat.status, type: .u8, shape: [range.count], bytes: status))
        do {
            return try SafetensorsWriter.encode(tensors, metadata: try metadata())
        } catch let error as CheckpointError {
            throw .unencodable(detail: error.description)
        } catch let error as ResultError {
            throw error
        } catch {
            throw .unencodable(detail: "\(error)")
        }
    }

    private var status: [UInt8] {
        (0..<range.count).map { row in
            (failures[row] == nil ? ResultFormat.Status.labelled : .failed).rawValue
        }
    }

    private func metadata() throws(ResultError) -> [String: String] {
        let reasons = Dictionary(uniqueKeysWithValues: failures.map { (String($0.key), $0.value) })
        return [
            "format": ResultFormat.name,
            "version": ResultFormat.version,
            "run": run.text,
            "shard": String(range.index),
            "first_row": String(range.firstRow),
            "rows": String(range.count),
            "members": try ResultFormat.json(members),
            "failures": try ResultFormat.json(reasons),
        ]
    }
}
