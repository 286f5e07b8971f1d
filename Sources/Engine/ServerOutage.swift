package import ModelAPI
package import Vocabulary

/// Tells an outage of the model server from the failure of one request, and says who finds out when it is over.
///
/// Pure. It is an outage when no connection can be made, or when a second feature fails without an answer to anybody in
/// between; one request alone may be what the server fails on. While it lasts one feature tries, and all others wait.
package struct ServerOutage: Equatable, Sendable {
    /// What went wrong last; nil while there is no outage.
    package private(set) var reason: String?
    /// How often the one feature came back without an answer.
    package private(set) var tries = 0
    private var failing: Set<FeatureID> = []
    private var probe: FeatureID?

    package init() {}

    /// Takes what an HTTP attempt showed.
    package mutating func note(_ contact: ServerContact, by feature: FeatureID) {
        switch contact {
        case .answered: self = ServerOutage()
        case .unreachable(let reason): self.reason = reason
        case .failed(let reason):
            failing.insert(feature)
            if self.reason != nil || failing.count > 1 { self.reason = reason }
        }
    }

    /// Whether the feature may ask the server now; during an outage only the first one may, until it leaves.
    package mutating func enter(_ feature: FeatureID) -> Bool {
        guard reason != nil, let probe else {
            if reason != nil { probe = feature }
            return true
        }
        return probe == feature
    }

    /// Lets the next one try, if the feature was the one.
    package mutating func leave(_ feature: FeatureID) {
        if probe == feature { probe = nil }
    }

    /// The one feature that may ask got no answer.
    package mutating func triedInVain() {
        tries += 1
    }
}
