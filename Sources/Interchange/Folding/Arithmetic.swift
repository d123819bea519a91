import Foundation

/// The functions that exporters apply to shapes, scales and other numbers of a graph.
enum Arithmetic {
    struct Unary: Sendable {
        let keepsIntegers: Bool
        let body: @Sendable (Double) -> Double

        init(keepsIntegers: Bool = true, _ body: @escaping @Sendable (Double) -> Double) {
            self.keepsIntegers = keepsIntegers
            self.body = body
        }
    }

    struct Binary: Sendable {
        /// Of two numbers, and whether both are integers.
        let body: @Sendable (Double, Double, Bool) -> Double

        init(_ body: @escaping @Sendable (Double, Double, Bool) -> Double) { self.body = body }
    }

    static let unary: [String: Unary] = [
        "Abs": Unary { abs($0) },
        "Ceil": Unary { $0.rounded(.up) },
        "Exp": Unary(keepsIntegers: false) { exp($0) },
        "Floor": Unary { $0.rounded(.down) },
        "Log": Unary(keepsIntegers: false) { log($0) },
        "Neg": Unary { -$0 },
        "Not": Unary { $0 == 0 ? 1 : 0 },
        "Relu": Unary { max($0, 0) },
        "Reciprocal": Unary(keepsIntegers: false) { 1 / $0 },
        "Round": Unary { $0.rounded(.toNearestOrEven) },
        "Sqrt": Unary(keepsIntegers: false) { $0.squareRoot() },
    ]

    static let binary: [String: Binary] = [
        "Add": Binary { a, b, _ in a + b },
        "And": Binary { a, b, _ in a != 0 && b != 0 ? 1 : 0 },
        "Div": Binary { a, b, isInteger in
            // A division by zero of integers has no result; whatever it is, nothing fits it.
            isInteger ? (b == 0 ? 0 : (a / b).rounded(.towardZero)) : a / b
        },
        "Equal": Binary { a, b, _ in a == b ? 1 : 0 },
        "Greater": Binary { a, b, _ in a > b ? 1 : 0 },
        "GreaterOrEqual": Binary { a, b, _ in a >= b ? 1 : 0 },
        "Less": Binary { a, b, _ in a < b ? 1 : 0 },
        "LessOrEqual": Binary { a, b, _ in a <= b ? 1 : 0 },
        "Max": Binary { a, b, _ in max(a, b) },
        "Min": Binary { a, b, _ in min(a, b) },
        "Mod": Binary { a, b, _ in
            // The sign is the divisor's, as in Python.
            b == 0 ? 0 : a - b * (a / b).rounded(.down)
        },
        "Mul": Binary { a, b, _ in a * b },
        "Or": Binary { a, b, _ in a != 0 || b != 0 ? 1 : 0 },
        "Pow": Binary { a, b, _ in pow(a, b) },
        "Sub": Binary { a, b, _ in a - b },
        "Sum": Binary { a, b, _ in a + b },
    ]
}
