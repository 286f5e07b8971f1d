/// How many commands a runner started, and what all children of this process have used.
package struct CommandStatistics: Equatable, Sendable {
    /// Commands started in a cage.
    package var caged = 0
    /// Commands that were meant for a cage but ran without, by `--sandbox none`.
    package var uncaged = 0
    /// The host's own commands, such as git.
    package var trusted = 0
    /// Commands that run now.
    package var running = 0
    /// Processor time of all children of this process that have ended, whoever started them.
    package var childrenCPUTime: Duration = .zero

    package init() {}

    /// All commands started.
    package var spawned: Int {
        caged + uncaged + trusted
    }
}
