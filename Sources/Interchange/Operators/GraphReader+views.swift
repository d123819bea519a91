import Networks

extension GraphReader {
    /// An operator that only changes along which axes numbers are seen.
    mutating func reshaped(_ node: ONNXNode) throws -> Term {
        let term = try required(0, of: node)
        switch term {
        case .formula(let formula, let view):
            return .formula(formula, of: try reshaped(view, node))
        case .shares(let view, let name):
            return .shares(try reshaped(view, node), name: name)
        case .scores, .constant:
            throw unsupported(node, "reshapes the scores of an attention")
        }
    }

    private func reshaped(_ view: MapView, _ node: ONNXNode) throws -> MapView {
        let result =
            if node.operation == "Transpose" {
                view.transposed(
                    try node.integers("perm") ?? view.axes.indices.reversed())
            } else {
                view.reshaped(to: try extents(of: node, over: view.extents))
            }
        guard let result else { throw unsupported(node, "cannot be said of \(view)") }
        return result
    }

    /// The extents that `node` gives to a tensor of `extents`.
    func extents(of node: ONNXNode, over extents: [Int]) throws -> [Int] {
        let rank = extents.count
        switch node.operation {
        case "Flatten":
            let axis = try node.integer("axis", default: 1)
            let place = axis == rank ? rank : try node.axis(axis, rank: rank)
            return [
                extents[..<place].reduce(1) { $0 * $1 }, extents[place...].reduce(1) { $0 * $1 },
            ]
        case "Squeeze":
            let named = try node.integers("axes") ?? integers(1, of: node)
            let axes =
                try named.map { try node.axes($0, rank: rank) }
                ?? extents.indices.filter { extents[$0] == 1 }
            guard axes.allSatisfy({ extents[$0] == 1 }) else {
                throw invalid(node, "takes away an axis of \(extents)")
            }
            return extents.indices.filter { !axes.contains($0) }.map { extents[$0] }
        case "Unsqueeze":
            guard let named = try node.integers("axes") ?? integers(1, of: node) else {
                throw invalid(node, "names no axes")
            }
            var result = extents
            for axis in try node.axes(named, rank: rank + named.count).sorted() {
                result.insert(1, at: axis)
            }
            return result
        case "Expand":
            let target = try integers(1, of: node) ?? []
            let result = broadcast(extents, target)
            guard result == extents else {
                throw unsupported(node, "repeats a map of \(extents) to \(target)")
            }
            return extents
        default:
            return try reshape(node, extents)
        }
    }

    private func reshape(_ node: ONNXNode, _ extents: [Int]) throws -> [Int] {
        guard var target = try integers(1, of: node) ?? node.integers("shape") else {
            throw invalid(node, "names no shape")
        }
        let keepsZeros = try node.integer("allowzero", default: 0) != 0
        for index in target.indices where target[index] == 0 && !keepsZeros {
            guard extents.indices.contains(index) else {
                throw invalid(node, "keeps an axis that \(extents) has not")
            }
            target[index] = extents[index]
        }
        if let open = target.firstIndex(of: -1) {
            let known = product(target.indices.filter { $0 != open }.map { target[$0] })
            guard let known, known > 0, let all = product(extents), all % known == 0 else {
                throw invalid(node, "reshapes \(extents) to \(target)")
            }
            target[open] = all / known
        }
        guard target.allSatisfy({ $0 >= 0 }), product(target) == product(extents) else {
            throw invalid(node, "reshapes \(extents) to \(target)")
        }
        return target
    }

    /// The product of extents; nil where it overflows.
    func product(_ extents: [Int]) -> Int? {
        var result = 1
        for extent in extents {
            let (next, overflow) = result.multipliedReportingOverflow(by: extent)
            if overflow { return nil }
            result = next
        }
        return result
    }

    /// The extents of two tensors combined number by number; nil where they do not fit.
    func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
        let rank = max(a.count, b.count)
        let a = [Int](repeating: 1, count: rank - a.count) + a
        let b = [Int](repeating: 1, count: rank - b.count) + b
        guard zip(a, b).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
        return zip(a, b).map { $0 == 1 ? $1 : $0 }
    }
}
