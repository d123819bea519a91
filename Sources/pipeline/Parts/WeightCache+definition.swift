import Models
import PipelineCore
import Weights

extension WeightCache {
    /// Fetches what the members of `definition` need and is not here yet, telling of it.
    func pull(_ definition: PipelineDefinition) async throws {
        let shelf = try AddedModels().shelf()
        for model in Set(definition.members.map(\.model)).sorted() {
            _ = try await pull(try shelf.entry(named: model))
        }
    }

    /// Whether the weights of `entry` are here and whole.
    func has(_ entry: ModelEntry) -> Bool {
        do { return try path(of: entry) != nil } catch { return false }
    }
}
