/// What the members say of one image together.
package struct Prediction: Sendable, Hashable {
    /// The class, by index into the class list.
    package var index: Int
    /// The combined probability of that class; 0...1, higher is surer.
    package var confidence: Double
    /// The distance to the second most probable class; 0...1, higher is surer.
    package var margin: Double
    /// The entropy of the combined distribution in nats; 0 is certain, ln(classes) is a guess.
    package var entropy: Double
    /// The share of members whose own first class is the combined one; 0...1.
    package var agreement: Double
    /// The most probable classes, best first.
    package var top: [Choice]
    /// What each member says alone, in the definition's order.
    package var members: [Choice]

    /// Names every field.
    package init(
        index: Int, confidence: Double, margin: Double, entropy: Double, agreement: Double,
        top: [Choice], members: [Choice]
    ) {
        self.index = index
        self.confidence = confidence
        self.margin = margin
        self.entropy = entropy
        self.agreement = agreement
        self.top = top
        self.members = members
    }

    /// A class and its probability.
    package struct Choice: Sendable, Hashable {
        /// The class, by index into the class list.
        package var index: Int
        /// Its probability; 0...1.
        package var probability: Double

        /// A class and its probability.
        package init(index: Int, probability: Double) {
            self.index = index
            self.probability = probability
        }
    }
}

/// Why an image has no label.
package struct ImageFailure: Sendable, Hashable, Codable {
    /// One machine-readable word, such as `truncated`; `docs/manifest.md` lists them.
    package var reason: String
    /// What happened, as a sentence.
    package var detail: String

    /// A reason and its detail.
    package init(reason: String, detail: String) {
        self.reason = reason
        self.detail = detail
    }
}

/// The names of a network's classes.
package struct ClassList: Sendable, Hashable {
    /// What the list is called, such as `imagenet-1k`.
    package let name: String
    /// A label for each index, unique within the list.
    package let labels: [String]
    /// A stable identifier for each index where the list has them, such as WordNet's synsets.
    package let identifiers: [String]?

    /// A list whose labels stand in index order.
    package init(name: String, labels: [String], identifiers: [String]? = nil) {
        self.name = name
        self.labels = labels
        self.identifiers = identifiers
    }
}
