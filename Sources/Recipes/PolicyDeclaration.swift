/// One policy as the outside sees it: what it gets, what it may answer, and how several answers become one.
///
/// Checks, the types for editors and the reference pages are all made from this.
package struct PolicyDeclaration: Sendable {
    package enum Combination: Sendable {
        /// The first that has an opinion decides.
        case first
        /// All in order, each on what the last one made.
        case inOrder
        /// The default first, the recipe last; each sees the text so far as `prev`.
        case fold
        /// All are asked, all have to agree.
        case all
        /// All are told; nothing is expected back.
        case told
    }

    package enum OnError: Sendable {
        case stopRun
        /// Warn and ask the next in line.
        case useNext
    }

    package let name: String
    package let summary: String
    package let mayWait: Bool
    package let combination: Combination
    package let onError: OnError
    package let context: [Shape.Field]
    /// nil when nothing is expected back.
    package let answer: Shape?
    /// The settings that it finds in `ctx.settings`.
    package let settings: [SettingKey]

    package init(
        _ name: String, _ summary: String, mayWait: Bool = false, _ combination: Combination, onError: OnError,
        context: [Shape.Field], answer: Shape?, settings: [SettingKey] = []
    ) {
        self.name = name
        self.summary = summary
        self.mayWait = mayWait
        self.combination = combination
        self.onError = onError
        self.context = context
        self.answer = answer
        self.settings = settings
    }
}
