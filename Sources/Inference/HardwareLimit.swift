import CKernels

/// How fast this processor can multiply and add when nothing has to be fetched.
package enum HardwareLimit {
    /// Operations a second of one core, a multiply-add counting two, in layers of `element`; the
    /// best of a few rounds.
    package static func operationsPerSecond(_ element: Element) -> Double {
        let isa = kernel_best_isa(element.code)
        var best = 0.0
        for _ in 0..<12 {
            let start = ContinuousClock.now
            let operations = kernel_limit_round(isa, element.code)
            best = max(best, operations / (start.duration(to: .now) / .seconds(1)))
        }
        return best
    }
}
