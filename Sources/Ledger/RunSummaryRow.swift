package import Vocabulary

/// One line of the list of runs, kept up to date with the events.
package struct RunSummaryRow: Codable, Equatable, Sendable {
    /// How far a run got.
    package enum State: String, Codable, Sendable {
        /// It is at work, or its process died; only the owner lock tells.
        case open
        /// It was told to stop and can be resumed.
        case stopped
        case finished
    }

    package var run: RunID
    /// Milliseconds since 1970 in UTC.
    package var started: Int64
    /// The time of the last event, in milliseconds since 1970 in UTC.
    package var updated: Int64
    package var base: String
    package var baseName: String
    package var planPath: String
    package var recipe: String
    package var state: State
    /// The exit code of the last process that finished the run; nil before.
    package var exit: Int?
    /// What was settled; holds of calls in flight are not in it.
    package var spent: Picodollars
    /// The part of ``spent`` that was charged at the full hold because the real price is not known.
    package var spentUnknown: Picodollars
    /// What is set aside for calls without an end on record: in flight, or lost with their process.
    package var held: Picodollars
    /// Features in the run's batches.
    package var features: Int
    package var landed: Int
    package var alreadyDone: Int
    package var failed: Int
    package var skipped: Int

    /// Features without an outcome yet.
    package var open: Int {
        features - landed - alreadyDone - failed - skipped
    }
}
