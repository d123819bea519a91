import Checkpoints
import FoundationEssentials
import PipelineCore

/// What the head of a result file says, checked against itself and against the file's length.
struct ResultLayout {
    let run: RunID
    let shard: Int
    let firstRow: Int
    let rows: Int
    let members: [ResultMember]
    let failures: [Int: ImageFailure]
    /// Where each member's logits begin in the file.
    let starts: [Int]

    init(parsing bytes: [UInt8], path: String) throws(ResultError) {
        let header = try Self.header(of: bytes, path: path)
        let words = Words(metadata: header.metadata, path: path)
        try words.checkVersion()
        run = try words.run()
        shard = try words.number("shard")
        firstRow = try words.number("first_row")
        rows = try words.number("rows")
        members = try words.json("members", as: [ResultMember].self)
        starts = try Self.starts(of: members, rows: rows, in: header, path: path)
        let status = try Self.status(rows: rows, in: header, of: bytes, path: path)
        failures = try Self.failures(
            try words.json("failures", as: [String: ImageFailure].self), status: status, path: path)
    }

    private static func header(
        of bytes: [UInt8], path: String
    ) throws(ResultError) -> SafetensorsHeader {
        let header = bytes.withUnsafeBytes { bytes in
            Result { () throws(CheckpointError) in
                try SafetensorsHeader(parsing: bytes, fileSize: bytes.count, path: path)
            }
        }
        switch header {
        case .success(let header):
            return header
        case .failure(.truncated(_, let detail)), .failure(.corrupt(_, let detail)),
            .failure(.unsupported(_, let detail)):
            throw .corrupt(path: path, detail: detail)
        case .failure(let error):
            throw .corrupt(path: path, detail: error.description)
        }
    }

    private static func starts(
        of members: [ResultMember], rows: Int, in header: SafetensorsHeader, path: String
    ) throws(ResultError) -> [Int] {
        guard !members.isEmpty, Set(members.map(\.name)).count == members.count else {
            throw .corrupt(path: path, detail: "its members are missing or share a name")
        }
        var starts: [Int] = []
        for member in members {
            guard let tensor = header[member.tensor] else {
                throw .corrupt(path: path, detail: "it lacks the tensor '\(member.tensor)'")
            }
            guard tensor.type == .f32, member.classes > 0, tensor.shape == [rows, member.classes]
            else {
                throw .corrupt(
                    path: path,
                    detail: "'\(member.tensor)' is \(tensor.type.rawValue) \(tensor.shape), "
                        + "not f32 [\(rows), \(member.classes)]")
            }
            starts.append(header.dataOffset + tensor.range.lowerBound)
        }
        return starts
    }

    private static func status(
        rows: Int, in header: SafetensorsHeader, of bytes: [UInt8], path: String
    ) throws(ResultError) -> [ResultFormat.Status] {
        guard let tensor = header[ResultFormat.status], tensor.type == .u8,
            tensor.shape == [rows]
        else { throw .corrupt(path: path, detail: "its 'status' is not u8 [\(rows)]") }
        let start = header.dataOffset + tensor.range.lowerBound
        var status: [ResultFormat.Status] = []
        for row in 0..<rows {
            guard let value = ResultFormat.Status(rawValue: bytes[start + row]) else {
                throw .corrupt(
                    path: path, detail: "the status of row \(row) is \(bytes[start + row])")
            }
            status.append(value)
        }
        return status
    }

    /// The failures by row, known to be those of exactly the rows whose status says so.
    private static func failures(
        _ words: [String: ImageFailure], status: [ResultFormat.Status], path: String
    ) throws(ResultError) -> [Int: ImageFailure] {
        var failures: [Int: ImageFailure] = [:]
        for (key, failure) in words {
            // Written back, so that '7' and '07' cannot both stand for one row.
            guard let row = Int(key), String(row) == key, status.indices.contains(row),
                status[row] == .failed
            else { throw .corrupt(path: path, detail: "its failure '\(key)' is of no failed row") }
            guard failure.isWellFormed else {
                throw .corrupt(path: path, detail: "row \(row) failed for no known kind of reason")
            }
            failures[row] = failure
        }
        guard
            let silent = status.indices.first(where: { row in
                status[row] == .failed && failures[row] == nil
            })
        else { return failures }
        throw .corrupt(path: path, detail: "row \(silent) failed without a reason")
    }
}

/// A result file's metadata, each word read as what it should be.
private struct Words {
    let metadata: [String: String]
    let path: String

    func checkVersion() throws(ResultError) {
        guard metadata["format"] == ResultFormat.name else {
            throw .corrupt(path: path, detail: "it does not call itself a shard result")
        }
        guard let version = metadata["version"], version == ResultFormat.version else {
            throw .unsupported(
                path: path,
                detail: "its format is version '\(metadata["version"] ?? "")', "
                    + "not \(ResultFormat.version)")
        }
    }

    func run() throws(ResultError) -> RunID {
        guard let run = metadata["run"].flatMap({ RunID($0) }) else {
            throw .corrupt(path: path, detail: "it names no run")
        }
        return run
    }

    /// A number that is not negative.
    func number(_ key: String) throws(ResultError) -> Int {
        guard let number = metadata[key].flatMap({ Int($0) }), number >= 0 else {
            throw .corrupt(path: path, detail: "its '\(key)' is not a number")
        }
        return number
    }

    func json<Value: Decodable>(_ key: String, as type: Value.Type) throws(ResultError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data((metadata[key] ?? "").utf8))
        } catch {
            throw .corrupt(path: path, detail: "its '\(key)' cannot be read")
        }
    }
}
