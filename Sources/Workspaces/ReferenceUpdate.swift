/// One reference of an all-or-nothing update.
package struct ReferenceUpdate: Hashable, Sendable {
    /// In full: `refs/heads/moonshift/…` or `refs/moonshift/…`.
    package let name: String
    /// nil deletes the reference.
    package let new: ObjectID?
    /// What the reference must be now; nil: it must not exist.
    package let old: ObjectID?

    package init(name: String, new: ObjectID?, old: ObjectID?) {
        self.name = name
        self.new = new
        self.old = old
    }
}

/// One line of a reference's log: the values that it had, oldest first.
package struct ReferenceLogEntry: Hashable, Sendable {
    /// nil: the reference was made by this step.
    package let old: ObjectID?
    package let new: ObjectID
    package let message: String
}
