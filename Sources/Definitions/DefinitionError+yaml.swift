import Yams

extension DefinitionError {
    /// What the YAML parser says, where it says it.
    init(_ error: any Error, file: String) {
        let hint = "see Pipelines/README.md for how a definition is written"
        switch error {
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            let keys = keys.map { "'\($0)'" }.joined(separator: ", ")
            self.init(
                file: file, Place(context.mark), "the key \(keys) stands twice, first here",
                hint: "remove one of them")
        case YamlError.composer(_, let problem, let mark, _) where problem.contains("document"):
            self.init(
                file: file, Place(mark), "a second document begins here",
                hint: "a file holds one definition; move the other to a file of its own")
        case YamlError.scanner(_, let problem, let mark, _),
            YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            self.init(file: file, Place(mark), "this is not YAML: \(problem)", hint: hint)
        case YamlError.reader(let problem, let offset, _, let yaml):
            let place = offset.map { Place(offset: $0, in: yaml) }
            self.init(file: file, place, "this is not YAML: \(problem)", hint: hint)
        default:
            self.init(file: file, nil, "this is not YAML: \(error)", hint: hint)
        }
    }
}

extension DefinitionError.Place {
    fileprivate init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }

    /// The place of the character that `offset` others precede.
    fileprivate init(offset: Int, in text: String) {
        let lines = text.prefix(offset).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        self.init(line: lines.count, column: (lines.last?.count ?? 0) + 1)
    }
}
