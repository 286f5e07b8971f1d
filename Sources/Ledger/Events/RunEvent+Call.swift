package import Vocabulary

extension RunEvent {
    /// A model call's worst price was set aside; written before the first byte of the call leaves.
    package struct CallReserved: Equatable, Sendable {
        /// Unique in the run; ``CallSettled/call`` names the same one.
        package var call: String
        /// The worst price that the call can have; a decimal dollar string in JSON.
        package var amount: Picodollars
        package var model: String
        package var worker: String
        /// The place of the call in its attempt's conversation, from 1; a transport retry has the same turn.
        package var turn: Int

        package init(call: String, amount: Picodollars, model: String, worker: String, turn: Int) {
            self.call = call
            self.amount = amount
            self.model = model
            self.worker = worker
            self.turn = turn
        }
    }

    /// What a model call really cost; exactly one for each ``CallReserved``.
    package struct CallSettled: Equatable, Sendable {
        package var call: String
        /// What is charged; a decimal dollar string in JSON.
        package var amount: Picodollars
        /// Tokens as the vendor counted them; nil when it said nothing.
        package var usage: TokenUsage?
        /// Whether the real price is not known, so that the full hold was charged.
        package var isUnknown: Bool
        /// One word or short phrase: `answered`, `refused`, `timeout`, `interrupted`.
        package var outcome: String
        /// What the model answered, so that a resume need not ask again; nil when there is no usable answer.
        package var answer: Value?

        package init(
            call: String, amount: Picodollars, usage: TokenUsage? = nil, isUnknown: Bool = false, outcome: String,
            answer: Value? = nil
        ) {
            self.call = call
            self.amount = amount
            self.usage = usage
            self.isUnknown = isUnknown
            self.outcome = outcome
            self.answer = answer
        }
    }
}

extension RunEvent.CallReserved: Codable {
    private enum CodingKeys: String, CodingKey {
        case call, amount, model, worker, turn
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            call: try container.decode(String.self, forKey: .call),
            amount: try container.decodeDollars(forKey: .amount),
            model: try container.decode(String.self, forKey: .model),
            worker: try container.decode(String.self, forKey: .worker),
            turn: try container.decode(Int.self, forKey: .turn))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(call, forKey: .call)
        try container.encode(amount.decimalString, forKey: .amount)
        try container.encode(model, forKey: .model)
        try container.encode(worker, forKey: .worker)
        try container.encode(turn, forKey: .turn)
    }
}

extension RunEvent.CallSettled: Codable {
    private enum CodingKeys: String, CodingKey {
        case call, amount, usage, outcome, answer
        case isUnknown = "is_unknown"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            call: try container.decode(String.self, forKey: .call),
            amount: try container.decodeDollars(forKey: .amount),
            usage: try container.decodeIfPresent(TokenUsage.self, forKey: .usage),
            isUnknown: try container.decode(Bool.self, forKey: .isUnknown),
            outcome: try container.decode(String.self, forKey: .outcome),
            answer: try container.decodeIfPresent(Value.self, forKey: .answer))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(call, forKey: .call)
        try container.encode(amount.decimalString, forKey: .amount)
        try container.encodeIfPresent(usage, forKey: .usage)
        try container.encode(isUnknown, forKey: .isUnknown)
        try container.encode(outcome, forKey: .outcome)
        try container.encodeIfPresent(answer, forKey: .answer)
    }
}

extension KeyedDecodingContainer {
    fileprivate func decodeDollars(forKey key: Key) throws -> Picodollars {
        let text = try decode(String.self, forKey: key)
        guard let amount = Picodollars(dollars: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "'\(text)' is no decimal dollar amount")
        }
        return amount
    }
}
