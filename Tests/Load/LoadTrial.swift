/// What a coordinator is put under.
protocol LoadTrial: SendableMetatype {
    /// Its options, and what they are when nothing is said of them.
    static var usual: KeyValuePairs<String, Int> { get }

    /// Takes its options.
    init(_ options: LoadOptions) throws

    /// Plays it, and holds what is measured to its limits.
    func run(_ report: LoadReport) async throws
}
