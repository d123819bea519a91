import Foundation
import PipelineCore
import Rehearsal

/// The result files of a run, and what is on its way to become one.
struct ResultFolder {
    let coordinator: RunningCoordinator
    let run: Run

    /// The files that can be seen under a result's name.
    var visible: [String] { names("/objects/runs/\(run.id)/results") }

    /// The files that are being written.
    var pending: [String] { names("/objects/tmp") }

    private func names(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: coordinator.data + folder)) ?? []
    }
}
