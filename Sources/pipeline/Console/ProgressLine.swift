/// How far a run is, as one line: a bar for a terminal, a sentence for a log.
struct ProgressLine: Equatable {
    /// Images with a label.
    var labelled = 0
    /// Images that ended without one.
    var failed = 0
    /// Images in all.
    var total = 0
    /// Images finished a second; nil when nothing can be said yet.
    var imagesPerSecond: Double?
    /// Seconds left; nil when nothing can be said yet.
    var secondsLeft: Double?

    private var finished: Int { min(labelled + failed, total) }
    private var share: Double { total == 0 ? 1 : Double(finished) / Double(total) }

    /// The line with a bar, in at most `width` columns.
    func bar(width: Int) -> String {
        let head = "\(Int(share * 100))%".leftPadded(to: 4)
        let tail = "\(finished)/\(total) images" + details(separator: " · ")
        let room = min(30, width - head.count - tail.count - 3)
        guard room >= 5 else { return String("\(head) \(tail)".prefix(max(width - 1, 0))) }
        return "\(head) \(Self.blocks(share, columns: room)) \(tail)"
    }

    /// The line as a sentence.
    var sentence: String {
        "\(finished) of \(total) images done (\(Int(share * 100)) %)" + details(separator: ", ")
    }

    private func details(separator: String) -> String {
        var parts: [String] = []
        if failed > 0 { parts.append("\(failed) failed") }
        if let imagesPerSecond { parts.append("\(rounded(imagesPerSecond))/s") }
        if let secondsLeft, finished < total { parts.append("\(Self.clock(secondsLeft)) left") }
        return parts.map { separator + $0 }.joined()
    }

    /// A bar of eighths: `███▌      `.
    private static func blocks(_ share: Double, columns: Int) -> String {
        let eighths = Int(share * Double(columns * 8))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let bar = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
        return bar + String(repeating: " ", count: columns - bar.count)
    }

    /// `42 s`, `3:05 min` or `2:10 h`.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e7 else { return "a long time" }
        let whole = Int(max(0, seconds).rounded(.up))
        let (larger, smaller, unit) =
            whole < 3600 ? (whole / 60, whole % 60, "min") : (whole / 3600, whole / 60 % 60, "h")
        return whole < 60
            ? "\(whole) s" : "\(larger):" + (smaller < 10 ? "0" : "") + "\(smaller) \(unit)"
    }
}

/// A rate for people: one decimal below 100, none above.
///
/// It may have come from another host, and be any number.
func rounded(_ rate: Double) -> String {
    let rate = min(max(0, rate), 1e15)
    guard rate < 100 else { return "\(Int(rate.rounded()))" }
    let tenths = Int((rate * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
}

extension String {
    /// The text with blanks before it, up to `columns`.
    func leftPadded(to columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - count)) + self
    }

    /// The text with blanks after it, up to `columns`.
    func rightPadded(to columns: Int) -> String {
        self + String(repeating: " ", count: max(0, columns - count))
    }
}
