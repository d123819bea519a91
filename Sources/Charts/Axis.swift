import Foundation

/// A stretch of numbers, as positions along an axis and with places to mark on it.
struct Axis {
    /// A marked place.
    struct Tick: Equatable {
        let value: Double
        let label: String
    }

    private let lowest: Double
    private let highest: Double
    private let isLogarithmic: Bool
    /// The marked places, from the lowest to the highest.
    let ticks: [Tick]

    /// An axis of equal steps with room for `values`, marked in about `count` places.
    static func linear(_ values: [Double], ticks count: Int) -> Axis {
        let (low, high) = range(values, whenNone: 0...1)
        let padding = max((high - low) * 0.06, abs(high) * 1e-6, 1e-9)
        let (lowest, highest) = (low - padding, high + padding)
        let step = niceStep((highest - lowest) / Double(max(count, 1)))
        let first = Int((lowest / step).rounded(.up))
        let last = Int((highest / step).rounded(.down))
        let marks = first <= last ? (first...last).map { Double($0) * step } : []
        return Axis(
            lowest: lowest, highest: highest, isLogarithmic: false,
            ticks: marks.map { Tick(value: $0, label: label($0)) })
    }

    /// An axis of equal factors with room for `values`, marked at 1, 2 and 5 of every ten.
    static func logarithmic(_ values: [Double]) -> Axis {
        let (low, high) = range(values.filter { $0 > 0 }, whenNone: 1...10)
        let padding = pow(max(high / low, 1.5), 0.06)
        let (lowest, highest) = (low / padding, high * padding)
        let decades = Int(log10(lowest).rounded(.down))...Int(log10(highest).rounded(.up))
        let marks = decades.flatMap { decade in
            [1.0, 2, 5].map { $0 * pow(10, Double(decade)) }
        }
        return Axis(
            lowest: lowest, highest: highest, isLogarithmic: true,
            ticks: marks.filter { (lowest...highest).contains($0) }
                .map { Tick(value: $0, label: label($0)) })
    }

    /// Where `value` lies: 0 at the lowest end, 1 at the highest.
    func position(_ value: Double) -> Double {
        isLogarithmic
            ? log(value / lowest) / log(highest / lowest) : (value - lowest) / (highest - lowest)
    }

    /// The largest of 1, 2, 5 and their tenfolds that is at most twice `step`.
    private static func niceStep(_ step: Double) -> Double {
        let decade = pow(10, log10(step).rounded(.down))
        return [1.0, 2, 5, 10].map { $0 * decade }.first { $0 >= step * 0.999 } ?? decade * 10
    }

    private static func range(
        _ values: [Double], whenNone: ClosedRange<Double>
    ) -> (Double, Double) {
        guard let low = values.min(), let high = values.max() else {
            return (whenNone.lowerBound, whenNone.upperBound)
        }
        return (low, high)
    }

    /// A number in as few digits as tell it.
    static func label(_ value: Double) -> String {
        value.formatted(style.precision(.significantDigits(1...3)))
    }

    /// Numbers as programs write them, whatever the language of the machine.
    static let style = FloatingPointFormatStyle<Double>(
        locale: Locale(identifier: "en_US_POSIX")
    ).grouping(.never)
}
