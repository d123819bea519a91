import PipelineCore

/// A page in Prometheus' text format, version 0.0.4.
struct MetricsPage {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    /// The page so far.
    private(set) var text = ""
    private var name = ""

    /// Begins a family of samples.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Writes a sample of the family begun last; `suffix` is for a histogram's parts.
    mutating func sample(
        _ value: Double, suffix: String = "", _ labels: KeyValuePairs<String, String> = [:]
    ) {
        let pairs = labels.map { "\($0.key)=\"\(Self.escape($0.value))\"" }
        text += name + suffix + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}")
        text += value == value.rounded() && abs(value) < 1e15 ? " \(Int(value))\n" : " \(value)\n"
    }

    private static func escape(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}

extension MetricsPage {
    /// How many runs, shards and images stand where.
    mutating func write(_ totals: RunTotals) {
        family("pipeline_runs", .gauge, "Runs by state.")
        for state in RunState.allCases {
            sample(Double(totals.states[state] ?? 0), ["state": state.rawValue])
        }
        family("pipeline_shards", .gauge, "Shards of all runs by state.")
        let shards: KeyValuePairs<String, KeyPath<RunCounts, Int>> = [
            "queued": \.shardsQueued, "leased": \.shardsLeased, "done": \.shardsDone,
            "failed": \.shardsFailed,
        ]
        for (state, count) in shards {
            sample(Double(totals.counts[keyPath: count]), ["state": state])
        }
        family("pipeline_images", .gauge, "Images of all runs by outcome.")
        let images: KeyValuePairs<String, KeyPath<RunCounts, Int>> = [
            "total": \.images, "labelled": \.labelled, "failed": \.failed,
            "quarantined": \.quarantined,
        ]
        for (outcome, count) in images {
            sample(Double(totals.counts[keyPath: count]), ["outcome": outcome])
        }
    }
}
