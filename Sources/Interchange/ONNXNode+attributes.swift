/// Settings of a node, checked to be of the right kind and within reason.
///
/// Sizes in a file may be any 64-bit number; those of kernels and axes that are let through can be
/// added and multiplied without overflow.
extension ONNXNode {
    static let reasonable = -(1 << 24)...(1 << 24)

    func integer(_ name: String, default value: Int) throws -> Int {
        switch attributes[name] {
        case nil: return value
        case .integer(let integer) where Self.reasonable.contains(integer): return integer
        default: throw AttributeError(name: name)
        }
    }

    func integers(_ name: String) throws -> [Int]? {
        switch attributes[name] {
        case nil: return nil
        case .integers(let integers)
        where integers.count <= 64 && integers.allSatisfy(Self.reasonable.contains):
            return integers
        default: throw AttributeError(name: name)
        }
    }

    func number(_ name: String, default value: Double) throws -> Double {
        switch attributes[name] {
        case nil: return value
        case .number(let number) where number.isFinite: return Double(number)
        default: throw AttributeError(name: name)
        }
    }

    func text(_ name: String, default value: String) throws -> String {
        switch attributes[name] {
        case nil: return value
        case .text(let text): return text
        default: throw AttributeError(name: name)
        }
    }

    /// An axis of a tensor of `rank` axes, counted from the end where it is negative.
    func axis(_ axis: Int, rank: Int) throws -> Int {
        let place = axis < 0 ? axis + rank : axis
        guard (0..<rank).contains(place) else { throw AttributeError(name: "axis") }
        return place
    }

    /// Distinct axes of a tensor of `rank` axes.
    func axes(_ axes: [Int], rank: Int) throws -> [Int] {
        let places = try axes.map { try axis(max($0, -(1 << 24)), rank: rank) }
        guard Set(places).count == places.count else { throw AttributeError(name: "axes") }
        return places
    }
}

/// A setting is missing, of another kind or beyond reason.
struct AttributeError: Error {
    let name: String
}

extension ONNXNode {
    /// Integers that may be any, since they only name places.
    func integersAsTheyAre(_ name: String) -> [Int]? {
        guard case .integers(let integers) = attributes[name], integers.count <= 64 else {
            return nil
        }
        return integers
    }
}
