import Foundation
import PipelineCore
import TestSupport
import Testing

@testable import Models

/// The order and the names of the classes, without which every label would be off.
@Suite("The ImageNet class list")
struct ImageNetClassesTests {
    let classes = ClassList.imagenet1k

    @Test("names a thousand classes and their synsets")
    func size() throws {
        let synsets = try #require(classes.identifiers)
        #expect(classes.labels.count == 1000)
        #expect(Set(synsets).count == 1000)
        #expect(synsets.allSatisfy { $0.wholeMatch(of: /n[0-9]{8}/) != nil })
    }

    @Test("gives no two classes one name, whatever the case of its letters")
    func unique() {
        #expect(Set(classes.labels.map { $0.lowercased() }).count == 1000)
    }

    @Test("uses names that are fit for folders")
    func plain() {
        for label in classes.labels {
            #expect(!label.isEmpty && !label.contains { "/\\\t\n,\"".contains($0) })
        }
    }

    @Test(
        "has its classes where the networks have them",
        arguments: [
            (0, "tench", "n01440764"),
            (134, "crane (bird)", "n02012849"),
            (281, "tabby", "n02123045"),
            (517, "crane (machine)", "n03126707"),
            (999, "toilet tissue", "n15075141"),
        ])
    func places(index: Int, label: String, synset: String) {
        #expect(classes.labels[index] == label)
        #expect(classes.identifiers?[index] == synset)
    }

    @Test(
        "agrees with the reference photographs",
        .enabled(if: SharedMaterial.has("data/imagenet-200/labels.csv")))
    func references() throws {
        let file = try #require(SharedMaterial.file("data/imagenet-200/labels.csv"))
        let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
            .dropFirst()
        #expect(lines.count == 200)
        for line in lines {
            let cells = line.split(separator: ",", maxSplits: 3)
            let index = try #require(Int(cells[1]))
            #expect(classes.identifiers?[index] == String(cells[2]))
            let lemma = cells[3].trimmingCharacters(in: ["\""]).prefix { $0 != "," }
            let label = classes.labels[index]
            #expect(label == lemma || label.hasPrefix(lemma + " ("))
        }
    }
}
