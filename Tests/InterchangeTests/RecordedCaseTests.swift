import Foundation
import Testing

/// Runs over a folder of cases that `scripts/make_onnx_cases.py` wrote, which `ONNX_CASES` names.
@Suite("A folder of ONNX models", .enabled(if: RecordedCases.areNamed))
struct RecordedCaseTests {
    @Test(
        "is imported and agrees with what is recorded, or says what is not supported",
        arguments: Engine.allCases)
    func agreement(by engine: Engine) throws {
        let folder = try #require(RecordedCases.folder)
        var counts: [String: (passed: Int, notClaimed: Int, failed: Int)] = [:]
        for item in ModelCase.all(in: folder) {
            let group = item.folder.deletingLastPathComponent().lastPathComponent
            switch item.outcome(by: engine) {
            case .passed:
                counts[group, default: (0, 0, 0)].passed += 1
                print("\(engine): passed\t\(group)\t\(item.testDescription)")
            case .notClaimed(let why):
                counts[group, default: (0, 0, 0)].notClaimed += 1
                print("\(engine): not claimed\t\(group)\t\(item.testDescription)\t\(why)")
            case .failed(let why):
                counts[group, default: (0, 0, 0)].failed += 1
                Issue.record("\(engine): \(group)/\(item.testDescription): \(why)")
            }
        }
        #expect(!counts.isEmpty, "there is no case in \(folder.path)")
        for (group, count) in counts.sorted(by: { $0.key < $1.key }) {
            let beyond = RecordedCases.beyond(folder.appending(path: group))
            print(
                "\(engine): \(group): \(count.passed) passed, \(count.notClaimed) not claimed, "
                    + "\(count.failed) failed; \(beyond) of no map of floats")
        }
    }
}

/// Where recorded cases are.
enum RecordedCases {
    static let folder = ProcessInfo.processInfo.environment["ONNX_CASES"].map {
        URL(filePath: $0, directoryHint: .isDirectory)
    }

    static let areNamed: Bool = {
        if folder != nil { return true }
        print("skipped: ONNX_CASES names no folder of cases; 'make onnx CASES=DIR' does")
        return false
    }()

    /// How many cases of the suite were not written, since they are not about maps.
    static func beyond(_ group: URL) -> Int {
        let list = try? String(contentsOf: group.appending(path: "beyond.txt"), encoding: .utf8)
        return list?.split(separator: "\n").count ?? 0
    }
}
