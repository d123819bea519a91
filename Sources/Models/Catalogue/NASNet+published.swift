import PipelineCore

extension NASNet {
    /// The published weights.
    static let published: [PublishedWeights] = [
        .timm(
            "nasnetalarge.tf_in1k", "nasnetalarge-dc4a7b8b.pth", crop: 331, resize: 363, .bicubic,
            .half, top1: 82.626, top5: 96.042, parameters: 88_753_150, gmacs: 23.783),
        // As pretrained-models.pytorch names and feeds it, with the paper's accuracies.
        PublishedWeights(
            name: "nasnetamobile", library: .pretrainedmodels,
            url: "https://github.com/veronikayurchuk/pretrained-models.pytorch/releases/download/"
                + "v1.0/nasnetmobile-7e03cead.pth.tar",
            normalisation: .half, top1: 74.08, top5: 91.74, parameters: 5_289_978, gmacs: 0.564,
            licence: "BSD-3-Clause"),
    ]
}
