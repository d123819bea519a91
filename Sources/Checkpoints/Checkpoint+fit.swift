extension Checkpoint {
    /// The checkpoint with its names as `wanted` has them, where a wrapper put something in front.
    ///
    /// Training scripts save `module.conv1.weight` or `state_dict.model.conv1.weight` for
    /// `conv1.weight`. What is in front of most of the wanted names is taken off; tensors beside
    /// them keep theirs. The checkpoint itself where nothing is.
    package func unwrapped(for wanted: Set<String>) throws(CheckpointError) -> Checkpoint {
        var votes: [String: Int] = [:]
        for name in names {
            var rest = name[...]
            var front = ""
            // A wrapper in a wrapper in a wrapper is as deep as they come.
            for _ in 0...3 {
                if wanted.contains(String(rest)) { votes[front, default: 0] += 1 }
                guard let dot = rest.firstIndex(of: ".") else { break }
                rest = rest[rest.index(after: dot)...]
                front = String(name[..<rest.startIndex])
            }
        }
        let best = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let front = best?.key, !front.isEmpty else { return self }
        let unwrapped = names.compactMap { name in
            tensors[name].map {
                name.hasPrefix(front) ? $0.renamed(String(name.dropFirst(front.count))) : $0
            }
        }
        return try Checkpoint(path: path, format: format, metadata: metadata, holding: unwrapped)
    }

    /// How far the checkpoint is from holding tensors of these names and shapes, and no others but
    /// those that `ignores` lets pass.
    package func misfits(
        _ wanted: [(name: String, shape: [Int])], ignoring ignores: (String) -> Bool
    ) -> CheckpointMisfits {
        var result = CheckpointMisfits()
        for (name, shape) in wanted {
            if let tensor = tensors[name] {
                if tensor.shape != shape { result.misshapen.append((name, shape, tensor.shape)) }
            } else {
                result.missing.append(name)
            }
        }
        let known = Set(wanted.map(\.name))
        result.extra = names.filter { !known.contains($0) && !ignores($0) }
        return result
    }
}

/// Why a checkpoint is not that of a network.
package struct CheckpointMisfits: Sendable {
    /// Tensors that the network reads and the checkpoint lacks, in the network's order.
    package fileprivate(set) var missing: [String] = []
    /// Tensors that the network does not read, in the file's order.
    package fileprivate(set) var extra: [String] = []
    /// Tensors of another shape than the network's.
    package fileprivate(set) var misshapen: [(name: String, expected: [Int], found: [Int])] = []

    /// Whether the checkpoint is the network's.
    package var isEmpty: Bool { missing.isEmpty && extra.isEmpty && misshapen.isEmpty }
}

extension CheckpointMisfits: CustomStringConvertible {
    /// A line a tensor, up to a dozen of each kind.
    package var description: String {
        let shapes = misshapen.map {
            "\(quoted($0.name)) has shape \($0.found), not \($0.expected)"
        }
        return [
            Self.list("missing", missing.map { quoted($0) }),
            Self.list("not in this architecture", extra.map { quoted($0) }),
            Self.list("of another shape", shapes),
        ].compactMap { $0 }.joined(separator: "\n")
    }

    private static func list(_ word: String, _ lines: [String]) -> String? {
        let limit = 12
        guard !lines.isEmpty else { return nil }
        let rest = lines.count > limit ? ["and \(lines.count - limit) more"] : []
        return "\(lines.count) \(word):\n"
            + (lines.prefix(limit) + rest).map { "  " + $0 }.joined(separator: "\n")
    }
}
