package import PipelineCore

extension ClassList {
    /// The 1000 classes of ImageNet's 2012 challenge, in the order of every network trained on it.
    ///
    /// Labels are WordNet's first lemma for the synset, with a word in parentheses where two
    /// synsets share it; identifiers are the synsets. `scripts/make_imagenet_classes.py` wrote them.
    package static let imagenet1k = ClassList(
        name: "imagenet-1k", synsets: PackageResources.imagenet_1k_tsv)

    /// Reads one class a line: synset, tab, label.
    private init(name: String, synsets table: [UInt8]) {
        let rows = table.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        self.init(
            name: name, labels: rows.compactMap(\.last), identifiers: rows.compactMap(\.first))
    }
}
