import Foundation
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
            json = String(decoding: try Self.encoder.encode(stored), as: UTF8.self)
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
            var event = try decoder.decode(RunEvent.self, from: Data(json.utf8))
            event.sequence = sequence
            return event
        } catch {
            throw .unreadableEvent(sequence: sequence, reason: String(describing: error))
        }
    }

    // A number without a JSON form must not make an event unrecordable.
    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}
