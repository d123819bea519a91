/// Rounds channels to a multiple of `divisor`, never down by more than a tenth.
///
/// The rule of the MobileNet and EfficientNet code, `make_divisible`.
func rounded(_ channels: Double, toMultipleOf divisor: Int) -> Int {
    let step = Double(divisor)
    let nearest = max(step, ((channels + step / 2) / step).rounded(.down) * step)
    return Int(nearest < 0.9 * channels ? nearest + step : nearest)
}
