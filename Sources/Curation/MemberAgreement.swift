package import PipelineCore

/// How often the members of an ensemble put the same class first.
///
/// All shares are 0...1. Higher means more alike: a member that agrees with all others adds little
/// to them, and one that agrees with none is either better than they are or broken.
package struct MemberAgreement: Sendable, Hashable {
    /// How many members there are.
    package let members: Int
    /// Images counted.
    package private(set) var total = 0
    /// Images on which all members agreed.
    package private(set) var unanimous = 0
    /// Images on which each member's own class was the ensemble's.
    private var ensemble: [Int]
    /// Images on which two members agreed, [members, members].
    private var pairs: [Int]

    /// Nothing counted yet.
    package init(members: Int) {
        self.members = members
        ensemble = [Int](repeating: 0, count: members)
        pairs = [Int](repeating: 0, count: members * members)
    }

    /// Counts one image; a prediction of another number of members counts nowhere.
    package mutating func add(_ prediction: Prediction) {
        let choices = prediction.members
        guard choices.count == members else { return }
        total += 1
        for member in 0..<members {
            if choices[member].index == prediction.index { ensemble[member] += 1 }
            for other in 0..<members where choices[other].index == choices[member].index {
                pairs[member * members + other] += 1
            }
        }
        if choices.allSatisfy({ $0.index == choices[0].index }) { unanimous += 1 }
    }

    /// The share of images on which the member's own class was the ensemble's; nil before the first
    /// image.
    package func withEnsemble(_ member: Int) -> Double? {
        total == 0 ? nil : Double(ensemble[member]) / Double(total)
    }

    /// The share of images on which two members put the same class first; nil before the first
    /// image.
    package func between(_ member: Int, _ other: Int) -> Double? {
        total == 0 ? nil : Double(pairs[member * members + other]) / Double(total)
    }

    /// The share of images on which all members agreed; nil before the first image.
    package var unanimity: Double? { total == 0 ? nil : Double(unanimous) / Double(total) }
}
