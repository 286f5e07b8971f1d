import Engine
import Foundation

/// What a demo may say of places: a repository that is deleted at the end has no branches and no pull requests, and a model
/// server that ends with the demo answers no resume.
struct DemoPlaces {
    let isKept: Bool

    /// The summary without what is gone when somebody reads it.
    func summary(_ summary: RunSummary) -> RunSummary {
        var summary = summary
        if !isKept { (summary.branches, summary.pullRequests) = ([], []) }
        summary.stopReason = summary.stopReason.map(Self.withoutResume)
        summary.stopReasons = summary.stopReasons.map(Self.withoutResume)
        return summary
    }

    /// The text without the advice to go on with `moonshift resume`, as the errors of a budget give it.
    static func withoutResume(_ text: String) -> String {
        var text = text
        for advice in [
            ", then run `moonshift resume`", " Go on with `moonshift resume`.", ", then go on with `moonshift resume`",
        ] {
            text = text.replacing(advice, with: "")
        }
        return text
    }
}
