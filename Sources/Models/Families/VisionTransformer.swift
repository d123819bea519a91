//  An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale
//  Dosovitskiy, Beyer, Kolesnikov, Weissenborn, Zhai, Unterthiner, Dehghani, Minderer, Heigold,
//  Gelly, Uszkoreit and Houlsby, 2020 · https://arxiv.org/abs/2010.11929

package import Networks

/// A transformer over the patches of an image, with no convolution but the first.
package struct VisionTransformer: ModelFamily {
    package static let family = "ViT"
    package static let paper = "https://arxiv.org/abs/2010.11929"

    /// Rows of table 1 and of https://arxiv.org/abs/2106.10270.
    enum Size: Sendable {
        case tiny, small, base, large, huge

        // swift-format-ignore
        /// Layers, hidden size `d`, MLP size and heads.
        var row: (layers: Int, d: Int, mlp: Int, heads: Int) {
            switch self {
            case .tiny:  (layers: 12, d:  192, mlp:  768, heads:  3)
            case .small: (layers: 12, d:  384, mlp: 1536, heads:  6)
            case .base:  (layers: 12, d:  768, mlp: 3072, heads: 12)
            case .large: (layers: 24, d: 1024, mlp: 4096, heads: 16)
            case .huge:  (layers: 32, d: 1280, mlp: 5120, heads: 16)
            }
        }
    }

    var size: Size
    /// Rows and columns of a patch.
    var patch: Int
    var names = VisionTransformerNames.torchvision
    package var classes = 1000

    package func logits(of image: Value, weights: Scope) -> Value {
        let row = size.row
        // Equation 1.
        var z = image.conv(
            row.d, kernel: patch, stride: patch, padding: .none, bias: true,
            at: weights[names.patches]
        ).tokens(
            Tokens(
                classToken: weights.name(names.classToken),
                position: weights.name(names.position)))
        for layer in 0..<row.layers {
            let block = weights[names.blocks + String(layer)]
            // Equation 2.
            z =
                z
                + z.layerNorm(epsilon: 1e-6, at: block[names.attentionNorm])
                .pointwiseLinear(
                    Linear(
                        channels: 3 * row.d, weight: block.name(names.projections + "weight"),
                        bias: block.name(names.projections + "bias"))
                )
                .attention(heads: row.heads)
                .pointwiseLinear(row.d, at: block[names.attentionOutput])
            // Equation 3.
            z =
                z
                + z.layerNorm(epsilon: 1e-6, at: block[names.perceptronNorm])
                .pointwiseLinear(row.mlp, at: block[names.perceptron.0]).activated(.gelu)
                .pointwiseLinear(row.d, at: block[names.perceptron.1])
        }
        // Equation 4.
        return z.layerNorm(epsilon: 1e-6, at: weights[names.norm]).token(0)
            .linear(classes, at: weights[names.head])
    }
}

/// How a library spells the parts of a vision transformer.
struct VisionTransformerNames: Sendable {
    var patches: String
    var classToken: String
    var position: String
    /// What stands before a block's number.
    var blocks: String
    var attentionNorm: String
    /// What stands before `weight` and `bias` of queries, keys and values.
    var projections: String
    var attentionOutput: String
    var perceptronNorm: String
    var perceptron: (String, String)
    var norm: String
    var head: String

    static let torchvision = VisionTransformerNames(
        patches: "conv_proj", classToken: "class_token", position: "encoder.pos_embedding",
        blocks: "encoder.layers.encoder_layer_", attentionNorm: "ln_1",
        projections: "self_attention.in_proj_", attentionOutput: "self_attention.out_proj",
        perceptronNorm: "ln_2", perceptron: ("mlp.0", "mlp.3"), norm: "encoder.ln",
        head: "heads.head")

    /// torchvision's published files, whose linear layers it renames while it loads them.
    static var torchvisionPublished: VisionTransformerNames {
        var names = torchvision
        names.perceptron = ("mlp.linear_1", "mlp.linear_2")
        return names
    }

    static let timm = VisionTransformerNames(
        patches: "patch_embed.proj", classToken: "cls_token", position: "pos_embed",
        blocks: "blocks.", attentionNorm: "norm1", projections: "attn.qkv.",
        attentionOutput: "attn.proj", perceptronNorm: "norm2", perceptron: ("mlp.fc1", "mlp.fc2"),
        norm: "norm", head: "head")
}

extension VisionTransformer {
    static let architectures =
        [
            (Library.torchvision, VisionTransformerNames.torchvision),
            (.torchvisionFiles, .torchvisionPublished),
        ].flatMap { library, names in
            [
                ("vit_b_16", Size.base, 16), ("vit_b_32", .base, 32), ("vit_l_16", .large, 16),
                ("vit_l_32", .large, 32), ("vit_h_14", .huge, 14),
            ].map { name, size, patch in
                Architecture(
                    name, library, VisionTransformer(size: size, patch: patch, names: names))
            }
        }
        + [
            ("vit_tiny_patch16_224", Size.tiny, 16, 224),
            ("vit_small_patch16_224", .small, 16, 224),
            ("vit_small_patch32_224", .small, 32, 224), ("vit_base_patch16_224", .base, 16, 224),
            ("vit_base_patch32_224", .base, 32, 224), ("vit_base_patch16_384", .base, 16, 384),
            ("vit_large_patch16_224", .large, 16, 224),
        ].map { name, size, patch, side in
            Architecture(
                name, .timm, VisionTransformer(size: size, patch: patch, names: .timm), size: side)
        }
}
