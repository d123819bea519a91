import PipelineCore

extension Tick {
    /// Seconds from `earlier` to here.
    func seconds(since earlier: Tick) -> Double {
        Double(nanoseconds - earlier.nanoseconds) / 1e9
    }
}
