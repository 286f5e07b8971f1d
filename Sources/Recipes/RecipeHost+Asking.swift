import LuaRuntime
import PolicyContract
import Vocabulary

/// One call of one function.
struct Question: Sendable {
    let declaration: PolicyDeclaration
    /// Where the function is in the table.
    let path: [String]
    /// What messages and records call it: `retry`, `toolchain lua read`.
    let label: String
    /// Without `options` and `settings`, which depend on who is asked.
    var context: Value

    init(_ declaration: PolicyDeclaration, context: Value) {
        self.declaration = declaration
        self.context = context
        path = [declaration.name]
        label = declaration.name
    }

    /// A function of a toolchain.
    init(_ declaration: PolicyDeclaration, toolchain: String, context: Value) {
        self.declaration = declaration
        self.context = context
        path = ["toolchains", toolchain, declaration.name]
        label = "toolchain \(toolchain) \(declaration.name)"
    }

    /// The name that the table of the recipe or pack has for it: of the policy, or of the toolchain.
    var name: String { path.count > 1 ? path[1] : path[0] }

    var stopsRun: Bool { declaration.onError == .stopRun }

    func error(_ message: String) -> PolicyError {
        PolicyError(policy: label, message: message, stopsRun: stopsRun)
    }
}

extension RecipeHost {
    /// Asks one recipe or pack.
    ///
    /// - Returns: The answer, which fits the declared shape; nil for no opinion.
    func ask(_ lane: PolicyLane, _ question: Question, digest: String) async throws(PolicyError) -> Value? {
        var fields = question.context.mapValue ?? [:]
        fields["options"] = lane.source.options
        fields["settings"] = settings.values(of: question.declaration.settings)
        let input: Value = .map(fields)
        let start = ContinuousClock.now
        let result: LuaResult
        do throws(LuaError) {
            result = try await lane.call(question.path, input)
        } catch {
            let message = error.file == nil ? "\(lane.source.place(of: question.name)): \(error)" : "\(error)"
            note(question, lane, digest, ticks: 0, duration: .now - start, input: input, output: nil, error: message)
            throw question.error(message)
        }
        // `Value` has a nil literal of its own.
        let answer = result.value == .null ? Value?.none : result.value
        let faults = answer.map { self.faults(in: $0, to: question, of: lane.source) } ?? []
        let message = faults.isEmpty ? nil : faults.joined(separator: "\n")
        note(
            question, lane, digest, ticks: result.ticks, duration: result.duration, cpuTime: result.cpuTime,
            input: input,
            output: answer, error: message)
        if let message { throw question.error(message) }
        return answer
    }

    /// What is wrong with an answer, each with the place of the function.
    private func faults(in answer: Value, to question: Question, of source: PolicySource) -> [String] {
        guard let shape = question.declaration.answer else { return [] }
        let path = "\(question.declaration.name)()"
        let found =
            shape.faults(in: answer, path: path)
            + AnswerRules.faults(in: answer, to: question.declaration.name, asked: question.context)
        // Finding the place reads the whole source, and nearly every answer is sound.
        if found.isEmpty { return [] }
        let place = source.place(of: question.name)
        return found.map { "\(place): \($0.text)" }
    }

    private func note(
        _ question: Question, _ lane: PolicyLane, _ digest: String, ticks: Int, duration: Duration,
        cpuTime: Duration = .zero, input: Value, output: Value?, error: String?
    ) {
        observers.decision(
            DecisionRecord(
                policy: question.label, source: lane.source.title, digest: digest, ticks: ticks, duration: duration,
                cpuTime: cpuTime, input: input, output: output, error: error))
    }
}
