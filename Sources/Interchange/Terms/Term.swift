import Networks

/// What is known of an ONNX value while its graph is read.
enum Term {
    /// Numbers that do not depend on the image.
    case constant(Constant)
    /// A function of each number of a map, the map itself if the function is `x`.
    case formula(Formula, of: MapView)
    /// The softmax of a map over its channels, which may prove to be the graph's end.
    case shares(MapView, name: String)
    /// How well queries meet keys, `scale · q · k`, before and after a softmax over the keys.
    case scores(Scores)

    static func map(_ view: MapView) -> Term { .formula(.x, of: view) }
}

/// Attention under way: `[…, queries, keys]`.
struct Scores {
    /// `[…, tokens, d / heads]`.
    var queries: MapView
    /// `[…, tokens, d / heads]`.
    var keys: MapView
    var scale: Double
    /// Whether they have been through a softmax.
    var areShares = false
}
