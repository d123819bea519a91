import Labelling
import PipelineCore
import Rehearsal

extension RunningCoordinator {
    /// Waits until `run` is done.
    func finish(_ run: Run, in trial: Trial, within limit: Duration = .seconds(600)) async throws {
        let viewer = try client(.viewer)
        try await trial.wait(for: "the run's end", within: limit) {
            try await viewer.status(of: run.id).run.state == .done
        }
    }
}
