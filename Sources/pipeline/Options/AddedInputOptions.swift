import ArgumentParser
import Foundation
import Models
import PipelineCore

/// How a photograph becomes the input of a network that is added, and what its outputs mean.
struct AddedInputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with the name of a class on each line, in the order of the outputs.",
            discussion:
                "Default: ImageNet's classes for 1000 outputs, else 'class 0', 'class 1', …",
            valueName: "file"),
        completion: .file(extensions: ["txt"]))
    var classes: String?

    @Option(
        help: ArgumentHelp(
            "The side of the network's square input, in pixels.",
            discussion: "Default: what the model or the architecture says.", valueName: "pixels"))
    var size: Int?

    @Option(
        help: ArgumentHelp(
            "The shorter side of a photo before the square is cut out of it, in pixels.",
            discussion:
                "Default: as the architecture's published weights want it, else 8/7 of the size.",
            valueName: "pixels"))
    var resize: Int?

    @Option(
        help: ArgumentHelp(
            "The filter of the resize.",
            discussion: "Default: that of the architecture's published weights, else bilinear."))
    var interpolation: Preprocessing.Interpolation?

    @Option(
        help: ArgumentHelp(
            "What is subtracted from pixels of 0...1: R,G,B.",
            discussion:
                "Default: as for the architecture's published weights, else 0.485,0.456,0.406.",
            valueName: "numbers"))
    var mean: String?

    @Option(
        help: ArgumentHelp(
            "What the difference is divided by: R,G,B.",
            discussion: """
                Default: as for the architecture's published weights, else 0.229,0.224,0.225. For a \
                network that reads pixels of 0...255: --mean 0,0,0 --std 1/255.
                """,
            valueName: "numbers"))
    var std: String?

    func validate() throws {
        for (option, pixels) in [("--size", size), ("--resize", resize)] {
            if let pixels, !(1...4096).contains(pixels) {
                throw ValidationError("\(option) is a number of pixels, 1 to 4096.")
            }
        }
        if let mean { _ = try Self.numbers(mean, "--mean") }
        if let std, try !Self.numbers(std, "--std").allSatisfy({ $0 > 0 }) {
            throw ValidationError("--std is above 0 for each of R, G and B.")
        }
    }

    /// The steps for a square input of `crop` pixels a side; what is not said is as `published` has
    /// it, the preprocessing of the architecture's published weights.
    func preprocessing(crop: Int, published: Preprocessing?) throws -> Preprocessing {
        let standard = published ?? Self.imageNet
        let resize = resize ?? (crop * standard.resize + standard.crop / 2) / standard.crop
        guard resize >= crop else {
            throw Failure(
                .wrongUse, "a photo resized to \(resize) pixels holds no square of \(crop)",
                hint: "name a --resize of at least \(crop)")
        }
        return Preprocessing(
            resize: resize, crop: crop, interpolation: interpolation ?? standard.interpolation,
            mean: try mean.map { try Self.pixels($0, "--mean") } ?? standard.mean,
            std: try std.map { try Self.pixels($0, "--std") } ?? standard.std)
    }

    /// What torchvision's first weights were trained with.
    private static let imageNet = Preprocessing(
        resize: 256, crop: 224, interpolation: .bilinear,
        mean: [0.485, 0.456, 0.406].map { Float($0 * 255) },
        std: [0.229, 0.224, 0.225].map { Float($0 * 255) })

    /// Numbers of pixels of 0...1 as those of 0...255.
    private static func pixels(_ text: String, _ option: String) throws -> [Float] {
        try numbers(text, option).map { Float($0 * 255) }
    }

    /// The names of `count` classes.
    func labels(count: Int) throws -> [String] {
        guard let classes else {
            if count == ClassList.imagenet1k.labels.count { return ClassList.imagenet1k.labels }
            return (0..<count).map { "class \($0)" }
        }
        let text: String
        do {
            text = try String(contentsOf: URL(filePath: classes), encoding: .utf8)
        } catch {
            throw Failure(error, "the classes in '\(classes)' cannot be read")
        }
        do {
            return try ClassFile.labels(in: text, count: count, file: classes)
        } catch {
            throw Failure(.wrongData, error.message, hint: error.hint)
        }
    }

    /// Three numbers with commas between them, or one for all; a number may be a fraction.
    private static func numbers(_ text: String, _ option: String) throws -> [Double] {
        let numbers = text.split(separator: ",").compactMap { part -> Double? in
            let terms = part.split(separator: "/").map {
                Double($0.trimmingCharacters(in: .whitespaces))
            }
            switch (terms.count, terms.first ?? nil, terms.last ?? nil) {
            case (1, let number?, _): return number
            case (2, let above?, let below?) where below != 0: return above / below
            default: return nil
            }
        }
        guard [1, 3].contains(numbers.count), numbers.allSatisfy(\.isFinite),
            numbers.count == text.split(separator: ",", omittingEmptySubsequences: false).count
        else {
            throw ValidationError("\(option) is three numbers, such as 0.485,0.456,0.406.")
        }
        return numbers.count == 3 ? numbers : [Double](repeating: numbers[0], count: 3)
    }
}
