package import PipelineCore

/// How a manifest's rows are spelt in one format.
///
/// `docs/manifest.md` describes each. Equal rows give equal bytes, on every host.
package protocol ManifestWriter: Sendable {
    /// What stands before the first row.
    var header: [UInt8] { get }
    /// Appends a row, its line feed included.
    func append(_ row: ManifestRow, to output: inout [UInt8])
}

extension ManifestFormat {
    /// The format's writer for runs of `definition`, whose networks tell `classes` apart.
    package func writer(
        for definition: PipelineDefinition, classes: ClassList
    ) -> any ManifestWriter {
        let members = definition.members.map(\.name)
        switch self {
        case .jsonl:
            return JSONLinesManifest(members: members, classes: classes)
        case .csv:
            let top = min(definition.top, classes.labels.count)
            return CSVManifest(members: members, classes: classes, top: top)
        }
    }
}

extension [UInt8] {
    /// Appends a number rounded to six decimals in its shortest spelling: `0.93`, `1`.
    ///
    /// Halves round away from zero. Appends `absent` for nil and for what is not a finite number.
    mutating func append(decimal value: Double?, absent: StaticString) {
        guard let value, let millionths = Int(exactly: (value * 1_000_000).rounded()) else {
            append(absent)
            return
        }
        if millionths < 0 { append(UInt8(ascii: "-")) }
        append(integer: Int(millionths.magnitude / 1_000_000))
        var fraction = millionths.magnitude % 1_000_000
        guard fraction > 0 else { return }
        append(UInt8(ascii: "."))
        var unit: UInt = 100_000
        while fraction > 0 {
            append(UInt8(ascii: "0") + UInt8(fraction / unit))
            fraction %= unit
            unit /= 10
        }
    }

    /// Appends a whole number that is not negative.
    mutating func append(integer value: Int) {
        if value >= 10 { append(integer: value / 10) }
        append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    /// Appends a literal of the program's own.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }
}
