import Vocabulary

/// Stage `implement`: read, edit and test in one answer, look at the outcome, finish.
struct Implementation: Sendable {
    /// The edits that a conversation holds already.
    private enum Edit: Equatable {
        case correct, wrong, wrongAgain, test
    }

    private let solution: SimulatedSolution
    private let conduct: Conduct
    private let conversation: Conversation

    init(_ solution: SimulatedSolution, _ conduct: Conduct, _ conversation: Conversation) {
        self.solution = solution
        self.conduct = conduct
        self.conversation = conversation
    }

    func next() -> SimulatedAnswer {
        guard hasRead || !conversation.tools.contains("read_file") else {
            return read("I read the source first.")
        }
        guard let last = edits.last else { return firstEdit() }
        guard let outcome = outcomeSinceLastEdit else {
            return SimulatedAnswer("Now the tests.", calls: [.init("run_tests")])
        }
        return conduct.despair.map { despair($0, after: last, outcome) } ?? proceed(after: last, outcome)
    }

    private func firstEdit() -> SimulatedAnswer {
        if conduct.weakensTest || conduct.despair == .weakensTest { return weakenTest() }
        if conduct.despair != nil || conduct.isWrongFirst {
            return put(solution.wrong, "This should do.", editor.edit(solution.wrong))
        }
        return put(solution.correct, "The tests say what is wanted.", editor.edit(solution.correct))
    }

    private func proceed(after last: Edit, _ outcome: TestOutcome) -> SimulatedAnswer {
        if outcome == .green { return finish("All tests of the feature pass.") }
        switch last {
        case .test:
            return put(solution.correct, "Then I write the code.", editor.edit(solution.correct))
        case .wrong:
            return put(solution.correct, "I see what is wrong.", editor.exchange(solution.wrong, solution.correct))
        case .wrongAgain:
            return put(solution.correct, "I see what is wrong.", editor.exchange(solution.wrongAgain, solution.correct))
        case .correct where outcome == .unknown:
            return finish("The code is written.")
        case .correct:
            return mend()
        }
    }

    /// The right code is written and the tests are red all the same: an edit was refused, or the file is not what it was.
    private func mend() -> SimulatedAnswer {
        let attempts = edits.filter { $0 == .correct }.count
        guard attempts < 3 else { return finish("The tests stay red and I do not see why.") }
        guard isReadSinceLastEdit || !conversation.tools.contains("read_file") else {
            return read("I look at the file again.")
        }
        if editor.shows(solution.correct) { return finish("The code is there, but its tests are red.") }
        return put(solution.correct, "The edit did not take.", editor.edit(solution.correct))
    }

    private func despair(_ despair: Conduct.Despair, after last: Edit, _ outcome: TestOutcome) -> SimulatedAnswer {
        switch (despair, last) {
        case (.givesUp, .wrong), (.claimsDone, .wrong):
            let call = editor.exchange(solution.wrong, solution.wrongAgain)
            return put(solution.wrongAgain, "Another idea.", call)
        case (.weakensTest, .test) where outcome != .green:
            return put(solution.wrong, "Then with code.", editor.edit(solution.wrong))
        case (.givesUp, _):
            return finish("I could not make the tests pass.")
        case (.claimsDone, _), (.weakensTest, _):
            return finish("All tests of the feature pass.")
        }
    }

    private func read(_ text: String) -> SimulatedAnswer {
        SimulatedAnswer(text, calls: [.init("read_file", ["path": .string(solution.sourcePath)])])
    }

    private func weakenTest() -> SimulatedAnswer {
        let path = Value.string(solution.testPath)
        return SimulatedAnswer(
            "The test is too strict.",
            calls: [.init("write_file", ["path": path, "content": .string(solution.weakenedTest)])] + testRun)
    }

    private func put(_ passage: String, _ text: String, _ call: SimulatedAnswer.Call) -> SimulatedAnswer {
        var calls = [call]
        if conduct.editsOutside, passage == solution.correct, edits.isEmpty {
            let (path, content) = (Value.string(solution.outsidePath), Value.string(solution.outsideText))
            calls.append(.init("write_file", ["path": path, "content": content]))
        }
        return SimulatedAnswer(text, calls: calls + testRun)
    }

    private func finish(_ summary: String) -> SimulatedAnswer {
        SolutionScript.finish(summary, conversation)
    }

    private var testRun: [SimulatedAnswer.Call] {
        conversation.tools.contains("run_tests") ? [.init("run_tests")] : []
    }

    private var editor: SourceEditor {
        SourceEditor(
            solution: solution, tools: conversation.tools, content: conversation.lastRead(of: solution.sourcePath))
    }

    // MARK: What the conversation shows

    private var hasRead: Bool {
        conversation.lastRead(of: solution.sourcePath) != nil
    }

    private var edits: [Edit] {
        conversation.exchanges.compactMap(edit)
    }

    private var lastEditPosition: Int? {
        conversation.exchanges.lastIndex { edit($0) != nil }
    }

    private func edit(_ exchange: Conversation.Exchange) -> Edit? {
        guard exchange.arguments != nil, exchange.result != nil else { return nil }
        let text: String
        switch exchange.name {
        case "write_file": text = exchange.argument("content")
        case "replace": text = exchange.argument("new")
        default: return nil
        }
        if exchange.argument("path") == solution.testPath { return .test }
        guard exchange.argument("path") == solution.sourcePath else { return nil }
        if text.contains(solution.correct) { return .correct }
        return text.contains(solution.wrongAgain) ? .wrongAgain : .wrong
    }

    /// nil when no test has run since the last edit; always known when tests cannot be run.
    private var outcomeSinceLastEdit: TestOutcome? {
        guard conversation.tools.contains("run_tests") else { return .unknown }
        let later = conversation.exchanges[((lastEditPosition ?? -1) + 1)...]
        let result = later.last { $0.name == "run_tests" && $0.result != nil }?.result
        return result.map { TestOutcome($0) }
    }

    private var isReadSinceLastEdit: Bool {
        conversation.exchanges[((lastEditPosition ?? -1) + 1)...].contains {
            $0.name == "read_file" && $0.argument("path") == solution.sourcePath && $0.result != nil
        }
    }
}
