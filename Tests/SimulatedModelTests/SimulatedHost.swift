import LoopbackHTTP
import SimulatedModel
import Vocabulary

/// A minimal host: it keeps files in memory, calls the model over HTTP, carries out tools, and judges by the solution's text.
struct SimulatedHost {
    /// Whether tools refuse what the worker may not write; if not, the finished change is judged.
    var refusesAtOnce = true
    var isStreaming = true
    let server: SimulatedModelServer

    struct Outcome {
        var isSolved: Bool
        var calls: Int
        /// What the host had to refuse.
        var refusals: Int
    }

    private static let tools: Value = .list(
        ["list_files", "read_file", "search", "write_file", "replace", "run_tests", "finish"].map { name in
            ["type": "function", "function": ["name": .string(name), "parameters": ["type": "object"]]]
        })

    /// One attempt at stage `implement`.
    func attempt(_ solution: SimulatedSolution, _ files: [String: String], attempt: Int) async throws -> Outcome {
        var files = files
        var messages: [Value] = [["role": "user", "content": "no text matters"]]
        var outcome = Outcome(isSolved: false, calls: 0, refusals: 0)
        for turn in 1...20 {
            guard let message = try await ask(messages, solution, attempt, turn, &outcome) else { return outcome }
            messages.append(message)
            for call in message["tool_calls"]?.listValue ?? [] {
                let name = call["function"]?["name"]?.stringValue ?? ""
                let text = call["function"]?["arguments"]?.stringValue ?? ""
                if name == "finish" {
                    outcome.isSolved = judge(solution, files, &outcome)
                    return outcome
                }
                let result = carryOut(name, try? Value(json: Array(text.utf8)), solution, &files, &outcome)
                messages.append(["role": "tool", "tool_call_id": call["id"] ?? nil, "content": .string(result)])
            }
        }
        return outcome
    }

    private func ask(
        _ messages: [Value], _ solution: SimulatedSolution, _ attempt: Int, _ turn: Int, _ outcome: inout Outcome
    ) async throws -> Value? {
        let request: Value = [
            "model": "gpt-4", "messages": .list(messages), "tools": Self.tools, "stream": .bool(isStreaming),
            "stream_options": ["include_usage": true],
        ]
        for _ in 0..<5 {
            outcome.calls += 1
            let reply = try await LoopbackHTTP.request(
                "/v1/chat/completions", method: "POST", port: server.port,
                headers: [
                    "X-Moonshift-Feature": solution.feature.rawValue, "X-Moonshift-Stage": "implement",
                    "X-Moonshift-Attempt": String(attempt), "X-Moonshift-Turn": String(turn),
                ], body: Array(request.json.utf8))
            guard reply.status == 200, reply.isComplete else { continue }
            let answer = try ReadAnswer(reply, isStreaming: isStreaming)
            if answer.finishReason != nil { return answer.message }
        }
        return nil
    }

    private func carryOut(
        _ name: String, _ arguments: Value?, _ solution: SimulatedSolution, _ files: inout [String: String],
        _ outcome: inout Outcome
    ) -> String {
        guard let arguments else { return "error: the arguments are no JSON" }
        let path = arguments["path"]?.stringValue ?? ""
        switch name {
        case "read_file":
            return files[path] ?? "error: \(path) not found"
        case "run_tests":
            return isGreen(solution, files) ? "2 passed, 0 failed" : "1 failed, 1 passed"
        case "write_file", "replace":
            if refusesAtOnce, path != solution.sourcePath {
                outcome.refusals += 1
                return "error: \(path) may not be changed"
            }
            if name == "write_file" {
                files[path] = arguments["content"]?.stringValue
                return "written"
            }
            let (old, new) = (arguments["old"]?.stringValue ?? "", arguments["new"]?.stringValue ?? "")
            guard let text = files[path], text.ranges(of: old).count == 1 else { return "error: passage not found" }
            files[path] = text.replacingFirst(old, with: new)
            return "replaced"
        default:
            return "error: there is no tool \(name)"
        }
    }

    /// The host puts the test back before it judges, so that only the source counts.
    private func isGreen(_ solution: SimulatedSolution, _ files: [String: String]) -> Bool {
        files[solution.sourcePath]?.contains(solution.correct) == true
    }

    private func judge(_ solution: SimulatedSolution, _ files: [String: String], _ outcome: inout Outcome) -> Bool {
        if files[solution.outsidePath] == solution.outsideText {
            outcome.refusals += 1
            return false
        }
        if files[solution.testPath] == solution.weakenedTest { outcome.refusals += 1 }
        return isGreen(solution, files)
    }
}
