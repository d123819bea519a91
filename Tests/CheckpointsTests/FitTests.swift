import Checkpoints
import Foundation
import Testing

@Suite("A fine-tuned checkpoint")
struct FitTests {
    private static let wanted: [(name: String, shape: [Int])] = [
        ("conv.weight", [2, 1]), ("fc.weight", [3, 2]), ("fc.bias", [3]),
    ]

    private func checkpoint(_ tensors: [(name: String, shape: [Int])]) throws -> Checkpoint {
        let made = try tensors.map { name, shape in
            try Tensor(
                name, shape: shape, values: [Float](repeating: 1, count: shape.reduce(1, *)),
                path: "made")
        }
        return try Checkpoint(path: "made", format: .safetensors, holding: made)
    }

    @Test(
        "is read through its wrappers' prefixes",
        arguments: ["", "module.", "model.", "state_dict.", "module.model.", "a.b.c."])
    func prefixes(_ prefix: String) throws {
        let names = Set(Self.wanted.map(\.name))
        let wrapped = try checkpoint(
            Self.wanted.map { (prefix + $0.name, $0.shape) } + [("epoch", [1])])
        let unwrapped = try wrapped.unwrapped(for: names)
        #expect(Set(unwrapped.names) == names.union(["epoch"]))
        #expect(unwrapped.misfits(Self.wanted, ignoring: { $0 == "epoch" }).isEmpty)
    }

    @Test("has what is missing, extra or misshapen listed by name")
    func misfits() throws {
        let other = try checkpoint([("conv.weight", [4, 1]), ("fc.weight", [3, 2]), ("aux", [1])])
        let misfits = other.misfits(Self.wanted, ignoring: { _ in false })
        #expect(misfits.missing == ["fc.bias"])
        #expect(misfits.extra == ["aux"])
        #expect(
            misfits.description == """
                1 missing:
                  'fc.bias'
                1 not in this architecture:
                  'aux'
                1 of another shape:
                  'conv.weight' has shape [4, 1], not [2, 1]
                """)
    }
}
