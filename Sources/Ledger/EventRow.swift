import Vocabulary

/// An event together with what the tables hold of it; made on the caller's task, so that encoding runs in parallel.
struct EventRow: Sendable {
    var event: RunEvent
    let json: String
    let call: String?
    let amount: Int64?

    init(_ event: RunEvent) throws(LedgerError) {
        var stored = event
        stored.sequence = 0
        do {
            json = try Value(encoding: stored).json
        } catch {
            throw .contradiction(reason: "a \(event.kind.rawValue) event has no JSON form")
        }
        switch event.body {
        case .callReserved(let payload): (call, amount) = (payload.call, payload.amount.rawValue)
        case .callSettled(let payload): (call, amount) = (payload.call, payload.amount.rawValue)
        default: (call, amount) = (nil, nil)
        }
        self.event = stored
    }

    /// Reads an event back from its row.
    static func event(sequence: Int64, json: String) throws(LedgerError) -> RunEvent {
        do {
            var event = try Value(json: json.utf8).decoded(as: RunEvent.self)
            event.sequence = sequence
            return event
        } catch {
            throw .unreadableEvent(sequence: sequence, reason: String(describing: error))
        }
    }
}
