/// Why a committee cannot decide.
package enum CommitteeError: Error, Sendable, Equatable {
    /// There is no member, or a member's weight is not a finite number above 0.
    case weights([Double])
    /// A prediction is to list no class at all.
    case top(Int)
    /// The logits are not `members` rows of equal length.
    case shape(members: Int, values: Int)
    /// A logit of that member, by place in the committee, is infinite or not a number.
    case notFinite(member: Int)
}

extension CommitteeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .weights(let weights):
            "an ensemble needs members whose weights are finite and above 0, not \(weights); "
                + "correct them in the pipeline definition"
        case .top(let top):
            "a prediction lists at least one class, not \(top); "
                + "correct 'top' in the pipeline definition"
        case .shape(let members, let values):
            "\(values) logits cannot be \(members) members' rows of equal length; "
                + "members of one ensemble share one class list"
        case .notFinite(let member):
            "member \(member) gave a logit that is infinite or not a number; "
                + "check its weights and precision"
        }
    }
}
