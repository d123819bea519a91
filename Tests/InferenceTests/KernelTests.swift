import CKernels
import Networks
import Testing

@testable import Inference

/// Kernels with everything around them: packing, borders, placement, steps.
@Suite("A compiled layer")
struct KernelTests {
    /// The plain C twin sums in another order than the reference, which has doubles besides.
    @Test("agrees with the reference loops in plain C", arguments: LayerCase.all)
    func reference(_ layer: LayerCase) throws {
        let engine = try Engine(layer.network, seed: 1)
        let images = engine.images(2, seed: 2)
        let expected = try engine.references(of: images)
        let found = try engine.outputs(of: images, isa: KERNEL_SCALAR)
        for (found, expected) in zip(found, expected) {
            #expect(deviation(found, from: expected) < 1e-4)
        }
    }

    // A bf16 has 8 bits: values of a few standard deviations are a hundredth of one apart. A u8
    // has 255 steps between the extremes, which are some eight deviations apart.
    @Test(
        "stays near the reference loops in fewer bits",
        arguments: LayerCase.all.map { ($0, Element.bf16, 0.12) }
            + LayerCase.inIntegers.map { ($0, Element.u8, 0.25) })
    func fewerBits(_ layer: LayerCase, element: Element, deviations: Double) throws {
        let engine = try Engine(layer.network, seed: 1)
        let images = engine.images(2, seed: 2)
        let expected = try engine.references(of: images)
        let arithmetic = try engine.arithmetic(element, for: images)
        let found = try engine.outputs(of: images, arithmetic, isa: KERNEL_SCALAR)
        for (found, expected) in zip(found, expected) {
            #expect(deviation(found, from: expected) < deviations)
        }
    }

    /// Floats are summed in another order, and a bf16 may be rounded to its neighbour for that.
    @Test(
        "agrees with its plain C twin in floats", arguments: LayerCase.all,
        [(Element.f32, 1e-5), (.bf16, 0.08)])
    func twins(_ layer: LayerCase, bound: (element: Element, deviations: Double)) throws {
        let engine = try Engine(layer.network, seed: 3)
        let images = engine.images(1, seed: 4)
        let arithmetic = Arithmetic(element: bound.element)
        let expected = try engine.outputs(of: images, arithmetic, isa: KERNEL_SCALAR)
        for isa in kernel_isa.all.dropFirst() {
            let found = try engine.outputs(of: images, arithmetic, isa: isa)
            let error = deviation(found[0], from: expected[0])
            #expect(error < bound.deviations, "\(isa.name)")
        }
    }

    /// Layers of vectors are computed in floats, so these are left out.
    @Test(
        "gives its plain C twin's very numbers in integers",
        arguments: LayerCase.inIntegers.filter { layer in
            !layer.network.nodes.contains { $0.shape.isVector }
        })
    func integers(_ layer: LayerCase) throws {
        let engine = try Engine(layer.network, seed: 5)
        let images = engine.images(1, seed: 6)
        let arithmetic = try engine.arithmetic(.u8, for: images)
        let expected = try engine.outputs(of: images, arithmetic, isa: KERNEL_SCALAR)
        for isa in kernel_isa.all.dropFirst() {
            let found = try engine.outputs(of: images, arithmetic, isa: isa)
            #expect(found == expected, "\(isa.name)")
        }
    }
}
