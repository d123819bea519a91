import ArgumentParser
import Labelling
import PipelineCore

extension Run {
    /// Ends the command with ``ExitStatus/someImagesFailed`` when some images have no label.
    func requireEveryLabel() throws {
        guard counts.failed > 0 else { return }
        throw ExitCode(ExitStatus.someImagesFailed.rawValue)
    }
}

extension CoordinatorClient {
    /// Throws ``Failure`` when there is nothing to tell of `run` yet.
    func requireDone(_ run: RunID) async throws {
        let status = try await status(of: run)
        guard status.run.state != .done else { return }
        throw Failure(
            .notNow, "run '\(run)' is not finished: \(ProgressLine(status).sentence)",
            hint: "'pipeline status \(run) --watch' waits for it")
    }
}
