import Foundation
import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Synchronization
import Testing
import Vocabulary

@testable import Recipes

/// A repository with recipes and packs of one test.
struct RecipeFolder {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("recipes")
    }

    /// A folder with `recipes/mine.lua`.
    init(recipe: String) throws {
        try self.init()
        try directory.write(recipe, to: "recipes/mine.lua")
    }

    var loader: RecipeLoader {
        RecipeLoader(root: directory.path, directory: directory.path, isTrusted: { _ in true })
    }

    func host(_ name: String = "mine", hearing heard: Heard = Heard()) throws -> RecipeHost {
        let recipe = try loader.load(name, notice: heard.notice)
        return RecipeHost(recipe: recipe, loader: loader, reloadInterval: .zero, observers: heard.observers)
    }
}

/// What a recipe said during a test.
final class Heard: Sendable {
    private let state = Mutex<(notices: [RecipeNotice], decisions: [DecisionRecord])>(([], []))

    var notices: [RecipeNotice] { state.withLock { $0.notices } }
    var decisions: [DecisionRecord] { state.withLock { $0.decisions } }

    @Sendable func notice(_ notice: RecipeNotice) {
        state.withLock { $0.notices.append(notice) }
    }

    var observers: RecipeObservers {
        RecipeObservers(notice: notice) { [self] decision in state.withLock { $0.decisions.append(decision) } }
    }
}

/// The built-in recipe and pack.
func builtInHost(hearing heard: Heard = Heard()) throws -> RecipeHost {
    let loader = RecipeLoader(root: nil, directory: "/", isTrusted: { _ in false })
    return RecipeHost(recipe: try loader.load(), loader: nil, observers: heard.observers)
}

extension Feature {
    static func example(
        _ id: FeatureID = "calc.add", file: String = "src/calc.lua", test: String? = "tests/calc_test.lua",
        labels: [String] = [], dependsOn: [FeatureID] = []
    ) -> Feature {
        Feature(
            id: id, name: "add", filePath: file, testPath: test, functionName: "add",
            description: "Adds two numbers.", dependsOn: dependsOn, labels: labels)
    }
}

extension PromptContext {
    static func example(stage: String = "implement", failure: Failure? = nil) -> PromptContext {
        PromptContext(
            feature: .example(), stage: stage, attempt: failure == nil ? 1 : 2, isFix: failure != nil,
            files: ["src/calc.lua": "local M = {}\nreturn M\n", "tests/calc_test.lua": "return {}\n"],
            repositoryPaths: ["src/calc.lua", "src/other.lua"], testIDs: ["test_add"], lastFailure: failure,
            note: failure == nil ? nil : "look again", toolchain: "lua")
    }
}

extension RetryContext {
    static func example(_ kind: Failure.Kind, attempt: Int = 1, stage: String = "implement") -> RetryContext {
        RetryContext(
            feature: .example(), stage: stage, attempt: attempt,
            failure: Failure(kind: kind, summary: "it went wrong", outputTail: "boom"), spent: .zero,
            budgetLeft: .dollar)
    }
}
