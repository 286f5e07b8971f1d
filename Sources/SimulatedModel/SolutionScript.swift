import Vocabulary

/// What the model does next about one feature: a pure function of its solution, its manners and the conversation.
///
/// It looks at the tools on offer and at the tool calls made so far, never at the text of a prompt, so that any recipe works.
struct SolutionScript: Sendable {
    let solution: SimulatedSolution
    let conduct: Conduct

    func answer(stage: String, _ conversation: Conversation) -> SimulatedAnswer {
        guard !conversation.tools.isEmpty else { return prose(stage: stage) }
        return switch stage {
        case "test": writeTest(conversation)
        case "stub": writeStub(conversation)
        case "implement": Implementation(solution, conduct, conversation).next()
        default: Self.finish("There is nothing to do in stage \(stage).", conversation)
        }
    }

    /// What a model says that was given no tools.
    private func prose(stage: String) -> SimulatedAnswer {
        let (path, code) =
            switch stage {
            case "test": (solution.testPath, solution.testText)
            case "stub": (solution.sourcePath, solution.stubFile)
            default: (solution.sourcePath, solution.file(with: solution.correct))
            }
        return SimulatedAnswer("\(path)\n```\n\(code)```\n")
    }

    private func writeTest(_ conversation: Conversation) -> SimulatedAnswer {
        let isWritten = conversation.exchanges.contains {
            $0.name == "write_file" && $0.argument("path") == solution.testPath
        }
        if isWritten { return Self.finish("The test is in \(solution.testPath).", conversation) }
        return SimulatedAnswer(
            "I write the test first.",
            calls: [.init("write_file", ["path": .string(solution.testPath), "content": .string(solution.testText)])])
    }

    private func writeStub(_ conversation: Conversation) -> SimulatedAnswer {
        let path = solution.sourcePath
        let isWritten = conversation.exchanges.contains {
            ["write_file", "replace"].contains($0.name) && $0.argument("path") == path
        }
        if isWritten { return Self.finish("The stub is in \(path).", conversation) }
        if solution.isSourceShared, conversation.lastRead(of: path) == nil, conversation.tools.contains("read_file") {
            return SimulatedAnswer("I look at the file first.", calls: [.init("read_file", ["path": .string(path)])])
        }
        let editor = SourceEditor(
            solution: solution, tools: conversation.tools, content: conversation.lastRead(of: path))
        if editor.shows(solution.stub) { return Self.finish("The stub is there already.", conversation) }
        return SimulatedAnswer("I add the stub.", calls: [editor.insertion(of: solution.stub)])
    }

    static func finish(_ summary: String, _ conversation: Conversation) -> SimulatedAnswer {
        guard conversation.tools.contains("finish") else { return SimulatedAnswer(summary) }
        return SimulatedAnswer("", calls: [.init("finish", ["summary": .string(summary)])])
    }
}
