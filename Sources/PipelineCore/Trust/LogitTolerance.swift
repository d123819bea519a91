/// How far logits of one image may be apart that two machines compute rightly.
package enum LogitTolerance {
    /// In standard deviations of the image's logits.
    ///
    /// In f32, kinds of processor differ by a hundred thousandth, and a twentieth is less than it takes
    /// to exchange two classes but those that are as good as tied. Where numbers are rounded between the
    /// layers, a last bit decides which way: of forty photos with three networks, the worst differed by
    /// 0.037 in bf16 and by 0.078 in int8. A machine that computes wrongly is off by whole ones.
    package static func deviations(_ precision: Precision) -> Float {
        switch precision {
        case .f32, .auto: 0.05
        case .bf16, .int8: 0.5
        }
    }

    /// In the logits' own unit, for logits of that standard deviation.
    package static func limit(_ precision: Precision, deviation: Float) -> Float {
        deviations(precision) * deviation + 1e-5
    }
}

extension [Float] {
    /// The square root of the mean square distance from the mean; not a number where there are none.
    ///
    /// Finite numbers have a finite one, however large they are.
    package var standardDeviation: Float {
        let mean = reduce(0.0) { $0 + Double($1) } / Double(count)
        let squares = reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return Float((squares / Double(count)).squareRoot())
    }
}
