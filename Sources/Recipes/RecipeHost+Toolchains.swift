import Documents
package import Plans
package import PolicyContract
import Vocabulary

extension RecipeHost: ToolchainHost {
    package func toolchain(for feature: Feature) async throws(PolicyError) -> ToolchainName? {
        let recipe = await generations.current()
        for lane in recipe.lanes {
            for name in lane.table.toolchains.keys.sorted() {
                let question = Question(
                    PolicyCatalog.toolchainMatches, toolchain: name, context: ["feature": feature.luaValue])
                if try await ask(lane, question, digest: recipe.digest) == true { return ToolchainName(rawValue: name) }
            }
        }
        return nil
    }

    package func findTests(
        _ name: ToolchainName, feature: Feature, testSource: String
    ) async throws(PolicyError) -> [String] {
        let context: Value = ["feature": feature.luaValue, "source": .string(testSource)]
        return try await ask(name, PolicyCatalog.toolchainFind, context)?.strings ?? []
    }

    package func skeleton(_ name: ToolchainName, feature: Feature) async throws(PolicyError) -> FileText? {
        try await ask(name, PolicyCatalog.toolchainSkeleton, ["feature": feature.luaValue]).map(FileText.init(answer:))
    }

    package func stub(_ name: ToolchainName, feature: Feature, source: String?) async throws(PolicyError) -> FileText? {
        let context: Value = ["feature": feature.luaValue, "source": Value(source)]
        return try await ask(name, PolicyCatalog.toolchainStub, context).map(FileText.init(answer:))
    }

    package func testCommand(
        _ name: ToolchainName, _ request: TestCommandRequest
    ) async throws(PolicyError) -> ToolchainCommand {
        guard let answer = try await ask(name, PolicyCatalog.toolchainRun, request.luaValue) else {
            throw failure(name, PolicyCatalog.toolchainRun, "it returned no command")
        }
        return ToolchainCommand(answer: answer)
    }

    package func readResults(
        _ name: ToolchainName, _ output: TestCommandOutput
    ) async throws(PolicyError) -> [TestResult] {
        guard let answer = try await ask(name, PolicyCatalog.toolchainRead, output.luaValue) else {
            throw failure(name, PolicyCatalog.toolchainRead, "it returned no results")
        }
        return Self.complete((answer.listValue ?? []).map(TestResult.init(answer:)), for: output.targets)
    }

    package func protectedGlobs(_ name: ToolchainName, feature: Feature) async throws(PolicyError) -> [String] {
        try await ask(name, PolicyCatalog.toolchainProtect, ["feature": feature.luaValue])?.strings ?? []
    }

    /// Exactly one result for each id that was asked for, in that order; the first that the toolchain gave counts.
    private static func complete(_ results: [TestResult], for targets: [TestTarget]) -> [TestResult] {
        let known = Dictionary(results.map { ([$0.file, $0.id], $0) }) { first, _ in first }
        return targets.flatMap { target in
            target.ids.map { id in
                known[[target.file, id]]
                    ?? TestResult(
                        file: target.file, id: id, outcome: .missing, message: "the toolchain says nothing of this test"
                    )
            }
        }
    }

    /// Asks the first recipe or pack that has the toolchain; a function that it lacks has no opinion.
    private func ask(
        _ name: ToolchainName, _ declaration: PolicyDeclaration, _ context: Value
    ) async throws(PolicyError) -> Value? {
        let recipe = await generations.current()
        guard let lane = recipe.lanes.first(where: { $0.table.toolchains[name.rawValue] != nil }) else {
            let known = Set(recipe.lanes.flatMap(\.table.toolchains.keys)).sorted()
            let hint = Spelling.hint(for: name.rawValue, among: known)
            throw failure(name, declaration, "no recipe or pack has a toolchain '\(name)'\(hint)")
        }
        guard lane.table.toolchains[name.rawValue]?.contains(declaration.name) == true else { return nil }
        let question = Question(declaration, toolchain: name.rawValue, context: context)
        return try await ask(lane, question, digest: recipe.digest)
    }

    private func failure(_ name: ToolchainName, _ declaration: PolicyDeclaration, _ message: String) -> PolicyError {
        Question(declaration, toolchain: name.rawValue, context: .null).error(message)
    }
}
