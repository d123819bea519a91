/// Reads the JSON of a safetensors header, and nothing but that shape of JSON.
///
/// The shape has no recursion, so neither has the parser; a general decoder would also let one
/// tensor silently replace another of the same name.
struct SafetensorsParser {
    private var scanner: JSONScanner
    private let path: String
    private(set) var entries: [SafetensorsHeader.Entry] = []
    private(set) var metadata: [String: String] = [:]

    init(_ json: [UInt8], path: String) {
        scanner = JSONScanner(json, path: path)
        self.path = path
    }

    mutating func parse() throws(CheckpointError) {
        var names: Set<String> = []
        guard scanner.begins(with: "{") else { throw scanner.error("an object is missing") }
        var more = try scanner.open("{", "}")
        while more {
            let name = try scanner.key()
            guard names.insert(name).inserted else {
                throw .corrupt(path: path, detail: "its header names \(quoted(name)) twice")
            }
            if name == "__metadata__" {
                try parseMetadata()
            } else {
                try parseEntry(name)
            }
            more = try scanner.next(or: "}")
        }
        try scanner.finish()
    }

    private mutating func parseMetadata() throws(CheckpointError) {
        var more = try scanner.open("{", "}")
        while more {
            let key = try scanner.key()
            guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
                throw .corrupt(path: path, detail: "its metadata names \(quoted(key)) twice")
            }
            more = try scanner.next(or: "}")
        }
    }

    private mutating func parseEntry(_ name: String) throws(CheckpointError) {
        guard entries.count < Checkpoint.maximumTensors else {
            throw .unsupported(
                path: path, detail: "it holds more than \(Checkpoint.maximumTensors) tensors")
        }
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        var more = try scanner.open("{", "}")
        while more {
            let key = try scanner.key()
            switch key {
            case "dtype" where type == nil: type = try scanner.string()
            case "shape" where shape == nil:
                shape = try scanner.integers(atMost: Tensor.maximumRank)
            case "data_offsets" where offsets == nil: offsets = try scanner.integers(atMost: 2)
            default:
                throw .corrupt(
                    path: path, detail: "tensor \(quoted(name)) has a \(quoted(key)) too many")
            }
            more = try scanner.next(or: "}")
        }
        guard let type, let shape, let offsets else {
            throw .corrupt(
                path: path, detail: "tensor \(quoted(name)) lacks dtype, shape or data_offsets")
        }
        guard let type = ElementType(safetensorsName: type) else {
            throw .unsupported(
                path: path, detail: "tensor \(quoted(name)) is stored as \(quoted(type))")
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw .corrupt(
                path: path, detail: "tensor \(quoted(name)) has data_offsets \(offsets)")
        }
        entries.append(
            SafetensorsHeader.Entry(
                name: name, type: type, shape: shape, range: offsets[0]..<offsets[1]))
    }
}
