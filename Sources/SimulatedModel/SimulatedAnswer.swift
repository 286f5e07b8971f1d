import Vocabulary

/// What the model says in one turn.
struct SimulatedAnswer: Equatable, Sendable {
    struct Call: Equatable, Sendable {
        var name: String
        /// JSON, unless the fault of the day is that it is not.
        var arguments: String

        init(name: String, arguments: String) {
            self.name = name
            self.arguments = arguments
        }

        init(_ name: String, _ arguments: [String: Value] = [:]) {
            self.init(name: name, arguments: Value.map(arguments).json)
        }
    }

    var text: String
    var calls: [Call] = []
    /// nil is a fault: a complete answer always has one.
    var finishReason: String?

    init(_ text: String, calls: [Call] = []) {
        self.text = text
        self.calls = calls
        finishReason = calls.isEmpty ? "stop" : "tool_calls"
    }

    /// The tokens that are billed for it; a quarter of its bytes, 1 at least.
    var completionTokens: Int {
        max(1, (sizeInBytes + 3) / 4)
    }

    private var sizeInBytes: Int {
        calls.reduce(text.utf8.count) { $0 + $1.name.utf8.count + $1.arguments.utf8.count }
    }

    /// The answer cut off where the token limit falls, as a vendor would; unchanged when it fits.
    func limited(toTokens limit: Int?) -> SimulatedAnswer {
        guard let limit, completionTokens > limit else { return self }
        var room = max(0, limit) * 4
        var cut = SimulatedAnswer(text.prefix(utf8Count: room))
        room -= cut.text.utf8.count
        for call in calls where room > call.name.utf8.count {
            let arguments = call.arguments.prefix(utf8Count: room - call.name.utf8.count)
            cut.calls.append(Call(name: call.name, arguments: arguments))
            room -= call.name.utf8.count + arguments.utf8.count
        }
        cut.finishReason = "length"
        return cut
    }

    /// The answer with a fault of the model's own in it; unchanged for faults of the transport.
    func with(_ fault: SimulatedFault?) -> SimulatedAnswer {
        var answer = self
        switch fault {
        case .malformedToolCall:
            guard let first = calls.first else { return self }
            // Half of the JSON, and always an open brace.
            answer.calls = [Call(name: first.name, arguments: "{" + first.arguments.prefix(first.arguments.count / 2))]
        case .unknownTool:
            guard !calls.isEmpty else { return self }
            answer.calls = [Call("apply_patch", ["patch": "*** Begin Patch\n*** End Patch"])]
        case .missingFinishReason:
            answer.finishReason = nil
        case .slow, .tooManyRequests, .serverError, .serverErrorAfterWork, .cutStream, nil:
            break
        }
        return answer
    }
}

extension String {
    /// The longest prefix of whole characters that has at most that many bytes in UTF-8.
    fileprivate func prefix(utf8Count limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: max(0, limit))
        while end.samePosition(in: self) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
