import Foundation
import Interchange
import Testing

/// The same networks exported to ONNX, against what their libraries compute.
@Suite(
    "A published network that was exported to ONNX", .enabled(if: ParityCase.areNamed()),
    .serialized)
struct ImportedParityTests {
    @Test("computes its library's logits", arguments: ParityCase.exported, Runner.chosen)
    func logits(_ parity: ParityCase, by runner: Runner) throws {
        let file = try ONNXFile(path: parity.file("model.onnx"))
        let imported = try ONNXImporter(file).network()
        let examples = try parity.examples()
        #expect(!examples.isEmpty)
        let found = try runner.logits(
            of: examples.map(\.image), imported.network, imported.checkpoint)
        for (index, example) in examples.enumerated() {
            let agreement = Agreement(found[index], with: example.logits)
            #expect(agreement.deviation <= Agreement.tolerance)
            #expect(agreement.hasSameLabel)
            let digits = agreement.deviation.formatted(.number.notation(.scientific))
            print(
                "parity: \(parity.testDescription) from ONNX, \(runner.rawValue) image \(index):"
                    + " \(digits) std")
        }
    }
}
