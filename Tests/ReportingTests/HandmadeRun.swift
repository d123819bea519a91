import PipelineCore

/// A run of seven images, small enough to be checked by hand.
///
/// Two members see four classes, two images a shard. Image 2 is bad, the third shard was given up.
enum HandmadeRun {
    static let classes = ClassList(
        name: "pets", labels: ["tabby", "tiger cat", #"Egyptian, or "Mau""#, "=sum"])
    static let definition = PipelineDefinition(
        name: "two_cats",
        members: [
            Member(name: "lite0", model: "efficientnet_lite0", weights: SHA256Digest(of: [0])),
            Member(name: "lite1", model: "efficientnet_lite1", weights: SHA256Digest(of: [1])),
        ],
        top: 3, shardSize: 2)

    static let names: [[UInt8]] = [
        Array("=1+1.jpg".utf8),
        Array("cat.jpg".utf8),
        Array("new\nline <b>.jpg".utf8),
        Array("q\"u,o|t`e\u{202E}.jpg".utf8),
        Array("sub/ends\\x41.jpg".utf8),
        Array("sub/猫.jpg".utf8),
        Array("zz".utf8) + [0xFF, 0xFE] + Array(".jpg".utf8),
    ]

    static func stored() throws -> StoredRun {
        try StoredRun(
            names, definition: definition, classes: classes,
            givenUp: [2: "gave up after 3 attempts: \"out of memory\""]
        ) { row in
            switch row {
            case 0: .probabilities([[0.5, 0.25, 0.125, 0.125], [0.74, 0.1, 0.08, 0.08]])
            case 1: .probabilities([[0.01, 0.97, 0.01, 0.01], [0.01, 0.97, 0.01, 0.01]])
            case 2: .failed("truncated", "the file ends\nafter 1 of 2 scans")
            case 3: .probabilities([[0.1, 0.1, 0.58, 0.22], [0.1, 0.1, 0.1, 0.7]])
            default: .probabilities([[0.1, 0.1, 0.74, 0.06], [0.1, 0.25, 0.55, 0.1]])
            }
        }
    }
}
