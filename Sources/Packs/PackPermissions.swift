package import Vocabulary

/// What the waiting host functions may do for a pack; nothing unless it is asked for here and granted by the user.
package struct PackPermissions: Equatable, Sendable {
    /// Globs in the worktree, for `host.read`, `host.list` and `host.grep`.
    package var read: [String]
    /// Beginnings of command lines, for `host.run` in the cage; none of them empty.
    package var run: [[String]]
    /// Host names, for `host.http`; `*.example.com` stands for all below it.
    package var http: [String]
    /// The most that `host.model` may cost in a run; nil forbids it.
    package var model: Picodollars?
    /// Whether `host.history` may be asked.
    package var history: Bool
    /// Whether the pack keeps values of its own with `host.store`.
    package var store: Bool

    package init(
        read: [String] = [], run: [[String]] = [], http: [String] = [], model: Picodollars? = nil,
        history: Bool = false,
        store: Bool = false
    ) {
        self.read = read
        self.run = run
        self.http = http
        self.model = model
        self.history = history
        self.store = store
    }
}
