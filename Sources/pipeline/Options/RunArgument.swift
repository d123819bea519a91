import ArgumentParser
import PipelineCore

extension RunID: ExpressibleByArgument {
    /// Takes what the shell passed on; whatever cannot be a run's id is refused.
    public init?(argument: String) { self.init(argument) }

    /// What help screens say of it.
    static let help = "The run's id, as 'pipeline submit' printed it."
}

extension ManifestFormat: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension DecodeMode: ExpressibleByArgument {}
extension Preprocessing.Interpolation: ExpressibleByArgument {}
