/// Carries out one stage of one feature and hands back edits; it never commits, lands or judges.
///
/// Nothing above this protocol may assume that a worker shares the host's disk or memory: all that it gets is a value and
/// the three services, which may as well be the far end of a connection.
package protocol Worker: Sendable {
    /// The name that `route` uses, such as `chat`.
    var name: String { get }

    /// Works on the assignment until the model finishes, gives up, or meets a limit.
    ///
    /// - Returns: The edits, also those of an attempt that failed.
    /// - Throws: `CancellationError`, and whatever the workspace or the tests throw when they are broken themselves; what the
    ///   model did or did not do is a result.
    func perform(_ assignment: StageAssignment, with services: StageServices) async throws -> StageResult
}

/// What a worker may use during one stage attempt; made anew for each.
package struct StageServices: Sendable {
    package var model: any ModelCalling
    package var workspace: any WorkspaceAccess
    /// nil: this stage cannot run tests, and the tool for it is not offered.
    package var tests: (any TestRunning)?

    package init(model: any ModelCalling, workspace: any WorkspaceAccess, tests: (any TestRunning)? = nil) {
        self.model = model
        self.workspace = workspace
        self.tests = tests
    }
}
