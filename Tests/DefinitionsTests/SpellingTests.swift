import Testing

@testable import Definitions

/// What a mistyped word was meant to be.
@Suite("A suggestion")
struct SpellingTests {
    @Test(
        "is the nearest word if one is near, and all of them otherwise",
        arguments: [
            ("lite0", "did you mean 'lite0'?"), ("lite", "did you mean 'lite0'?"),
            ("LITE1", "did you mean 'lite1'?"), ("rensnet", "did you mean 'resnet'?"),
            ("vgg", "there are lite0, lite1, resnet"), ("", "there are lite0, lite1, resnet"),
        ])
    func suggestion(_ word: String, _ expected: String) {
        #expect(Spelling.suggestion(for: word, among: ["lite0", "lite1", "resnet"]) == expected)
    }

    @Test(
        "counts letters inserted, deleted, replaced and swapped",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 1),
            ("fsat", "fast", 1), ("ca", "abc", 3),
        ])
    func distance(_ a: String, _ b: String, _ expected: Int) {
        #expect(Spelling.distance(a, b) == expected)
        #expect(Spelling.distance(b, a) == expected)
    }
}
