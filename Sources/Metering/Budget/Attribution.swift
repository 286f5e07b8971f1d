package import Vocabulary

/// Who a model call is made for.
package struct Attribution: Hashable, Sendable {
    package var run: RunID
    package var batch: BatchID?
    package var feature: FeatureID?
    package var stage: String?
    /// 1-based.
    package var attempt: Int?
    /// The place of the call in its attempt's conversation, from 1.
    package var turn: Int
    package var worker: String
    package var model: String

    package init(
        run: RunID, batch: BatchID? = nil, feature: FeatureID? = nil, stage: String? = nil, attempt: Int? = nil,
        turn: Int = 1, worker: String, model: String
    ) {
        self.run = run
        self.batch = batch
        self.feature = feature
        self.stage = stage
        self.attempt = attempt
        self.turn = turn
        self.worker = worker
        self.model = model
    }
}
