import PolicyContract

extension TestRun {
    /// What a run of several features' tests proves of each feature alone, in the order of `judgements`.
    ///
    /// nil where it proves nothing: the tests of others may have ended the command before these ran, or may be why these
    /// passed. A share has no output but its own tests' messages.
    func shares(of judgements: [Judgement]) -> [TestRun?] {
        let results = Dictionary(grouping: results) { $0.file }
        return judgements.map { judgement in
            let wanted = Set(judgement.target.ids)
            let own = (results[judgement.target.file] ?? []).filter { wanted.contains($0.id) }
            let isClear = own.allSatisfy { $0.outcome != .missing } && own.contains { $0.outcome != .passed }
            guard isClear, !isTimedOut else { return nil }
            let messages = own.filter { $0.outcome != .passed }.map { "\($0.id): \($0.message)" }
            return TestRun(
                tree: tree, results: own, outputTail: messages.joined(separator: "\n"), exitCode: exitCode,
                isTimedOut: false, seconds: seconds / Double(judgements.count))
        }
    }
}
