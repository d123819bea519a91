import Foundation
package import PipelineCore

/// Finds a pipeline definition by name or by path.
///
/// A word that ends in `.yaml` or `.yml`, or holds a `/`, is a path. Anything else is a name, looked
/// up in the library's folders, first to last, and then among the definitions that the program
/// brings along.
package struct DefinitionLibrary: Sendable {
    private let folders: [String]
    private let parser: DefinitionParser

    /// A library over `folders`, the first taking precedence.
    package init(folders: [String], parser: DefinitionParser) {
        self.folders = folders
        self.parser = parser
    }

    /// The folders that a program looks in: `$PIPELINE_DEFINITIONS`, `./Pipelines`, and
    /// `share/pipeline/Pipelines` beside the `bin` that it was installed into.
    package static func standardFolders(
        environment: [String: String], executable: String
    ) -> [String] {
        let prefix = URL(filePath: executable).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent()
        let named = environment["PIPELINE_DEFINITIONS"].flatMap { $0.isEmpty ? nil : $0 }
        return [named, "Pipelines"].compactMap(\.self)
            + [prefix.appending(path: "share/pipeline/Pipelines").path]
    }

    /// The definition called `name`, or that of the file at that path.
    package func definition(_ name: String) throws(DefinitionError) -> PipelineDefinition {
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            return try parser.parse(DefinitionFile.text(of: name), file: name)
        }
        for folder in folders {
            let path = "\(folder)/\(name).yaml"
            if FileManager.default.fileExists(atPath: path) {
                return try parser.parse(DefinitionFile.text(of: path), file: path)
            }
        }
        if let text = BuiltInDefinitions.texts[name] {
            return try parser.parse(text, file: "\(name).yaml")
        }
        throw DefinitionError(
            file: name, nil, "there is no pipeline definition of that name",
            hint: Spelling.suggestion(for: name, among: names))
    }

    /// The names that can be asked for, in alphabetical order.
    package var names: [String] {
        var names = Set(BuiltInDefinitions.texts.keys)
        for folder in folders {
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for file in files where file.hasSuffix(".yaml") {
                names.insert(String(file.dropLast(".yaml".count)))
            }
        }
        return names.sorted()
    }
}
