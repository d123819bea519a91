//  One weird trick for parallelizing convolutional neural networks
//  Krizhevsky, 2014 · https://arxiv.org/abs/1404.5997
//  after ImageNet Classification with Deep Convolutional Neural Networks
//  Krizhevsky, Sutskever and Hinton, 2012

package import Networks

/// The network that began it, in the one-tower form of 2014, which needs no normalisation layers.
package struct AlexNet: ModelFamily {
    package static let family = "AlexNet"
    package static let paper = "https://arxiv.org/abs/1404.5997"
    package var classes = 1000

    /// A convolution of `c` channels, or a pooling layer where `c` is nil.
    private typealias Row = (c: Int?, kernel: Int, stride: Int, padding: Int)

    // swift-format-ignore
    /// Section 6: the convolutional layers, each followed by ReLU, and 3×3 pools between them.
    private static let rows: [Row] = [
        (c:  64, kernel: 11, stride: 4, padding: 2),  // 55²
        (c: nil, kernel:  3, stride: 2, padding: 0),  // 27²
        (c: 192, kernel:  5, stride: 1, padding: 2),
        (c: nil, kernel:  3, stride: 2, padding: 0),  // 13²
        (c: 384, kernel:  3, stride: 1, padding: 1),
        (c: 256, kernel:  3, stride: 1, padding: 1),
        (c: 256, kernel:  3, stride: 1, padding: 1),
        (c: nil, kernel:  3, stride: 2, padding: 0),  //  6²
    ]

    package func logits(of image: Value, weights: Scope) -> Value {
        var features = weights["features"].sequential()
        var x = image
        for row in Self.rows {
            let scope = features.next()
            guard let c = row.c else {
                x = x.maxPool(kernel: row.kernel, stride: row.stride)
                continue
            }
            x = x.conv(
                c, kernel: row.kernel, stride: row.stride, padding: .even(row.padding), bias: true,
                at: scope
            ).activated(.relu)
            _ = features.next()  // ReLU
        }
        let classifier = weights["classifier"]
        return x.averagePool(to: .square(6)).perceptron([
            (4096, classifier[1]), (4096, classifier[4]), (classes, classifier[6]),
        ])
    }
}

extension AlexNet {
    static let architectures = [Architecture("alexnet", AlexNet())]
}
