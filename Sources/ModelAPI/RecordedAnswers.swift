import Synchronization
package import Vocabulary

/// The answers that an earlier part of this run has paid for, for a worker that walks the same path again after a resume.
///
/// Each answer is handed out once, in the order in which it was recorded: a turn that was asked twice gets its two answers.
package final class RecordedAnswers: Sendable {
    /// Which turn of which worker an answer belongs to.
    package struct Place: Hashable, Sendable {
        package var batch: BatchID?
        package var feature: FeatureID?
        package var stage: String?
        package var attempt: Int?
        package var turn: Int

        package init(batch: BatchID? = nil, feature: FeatureID?, stage: String?, attempt: Int?, turn: Int) {
            self.batch = batch
            self.feature = feature
            self.stage = stage
            self.attempt = attempt
            self.turn = turn
        }
    }

    private let waiting: Mutex<[Place: ArraySlice<ChatAnswer>]>

    package init(_ answers: [(Place, ChatAnswer)] = []) {
        self.waiting = Mutex(Dictionary(grouping: answers, by: \.0).mapValues { ArraySlice($0.map(\.1)) })
    }

    /// The next recorded answer of a turn; nil when all were handed out.
    package func take(_ place: Place) -> ChatAnswer? {
        waiting.withLock { $0[place]?.popFirst() }
    }
}
