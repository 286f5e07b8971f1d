package import Ledger

extension RecordedAnswers {
    /// Finds the answers among the events of one run, which may be all of them or only those of calls.
    package convenience init(_ events: some Sequence<RunEvent>) {
        var turns: [String: Int] = [:]
        var answers: [(Place, ChatAnswer)] = []
        for event in events {
            switch event.body {
            case .callReserved(let reserved):
                turns[reserved.call] = reserved.turn
            case .callSettled(let settled):
                guard let record = settled.answer, let turn = turns[settled.call],
                    let answer = ChatAnswer(record: record, usage: settled.usage)
                else { continue }
                let place = Place(
                    batch: event.batch, feature: event.feature, stage: event.stage, attempt: event.attempt, turn: turn)
                answers.append((place, answer))
            default: continue
            }
        }
        self.init(answers)
    }
}
