import Foundation
import Logging
import PipelineCore
import Results

/// What need not be computed, because somebody has computed it or does so just now.
extension Worker {
    /// How long to wait before asking again for what another worker computes: at first, and at most.
    private static let patience = (least: Duration.milliseconds(250), most: Duration.seconds(4))

    /// Asks about all rows of a shard that may be known.
    ///
    /// Where nobody can say, everything is computed. Throws ``ClientError`` when the lease has ended
    /// or the coordinator does not take the token.
    func askFirst(about job: ShardJob) async throws {
        do {
            while try await ask(about: job) {}
        } catch let error as ClientError
            where error.isStaleLease || error.isFinal || error == .cancelled
        {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.warning("nothing is known of a shard's images: \(error)", metadata: job.names)
            try job.computeUndecided()
        }
    }

    /// Asks again and again about the rows that others compute, until there are none.
    func awaitOthers(_ job: ShardJob) async {
        var patience = Self.patience.least
        while !job.undecided.isEmpty, (try? await Task.sleep(for: patience)) != nil {
            patience = min(patience * 2, Self.patience.most)
            do {
                while try await ask(about: job) {}
            } catch let error as ClientError where error.isTransient || error == .cancelled {
                continue
            } catch let error as ClientError {
                job.settle(fate(after: error))
            } catch {
                job.settle(.broken(error))
            }
        }
    }

    /// Asks about the undecided rows; whether to ask again at once.
    private func ask(about job: ShardJob) async throws -> Bool {
        let rows = job.undecided
        guard !rows.isEmpty else { return false }
        let procedures = job.ensemble.members.compactMap(\.procedure)
        guard procedures.count == job.ensemble.members.count else {
            try job.computeUndecided()
            return false
        }
        let question = KnownRequest(
            ticket: job.lease.ticket, progress: job.progress, procedures: procedures, rows: rows)
        guard let answer = try await heart.known(question, rows: rows.count) else {
            try job.computeUndecided()
            return false
        }
        return try job.accept(answer, on: rows)
    }
}
