import ServiceLifecycle

/// Looks through a job store that was too large for it before the coordinator began.
///
/// Ends at once with a smaller one, and with the coordinator; what it finds ends the coordinator.
struct StoreInspection: Service {
    let folder: JobFolder

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await folder.inspect()
            } catch is CancellationError {}
        }
    }
}
