import MoonshiftTestSupport
import SimulatedModel
import Vocabulary

/// Writes a generated repository to disk and runs its tests with the real interpreter.
enum DemoProbe {
    /// The test ids that passed, as `path::id`.
    ///
    /// - Returns: Only ids that ran and passed; one process for the whole repository.
    static func passedIDs(_ files: DemoFiles, _ language: DemoLanguage) async throws -> Set<String> {
        let folder = try TemporaryDirectory("demo")
        defer { folder.remove() }
        try files.write(to: folder.path)
        switch language {
        case .lua:
            let paths = Set(files.solutions.map(\.testPath)).filter { files.files[$0] != nil }.sorted()
            try folder.write(luaRunner, to: "runner.lua")
            let run = try await runProcess(["lua5.4", "runner.lua"] + paths, directory: folder.path)
            return Set(
                run.output.split(separator: "\n").filter { $0.hasPrefix("PASS ") }.map { String($0.dropFirst(5)) })
        case .python:
            let run = try await runProcess(
                ["python3", "-B", "-m", "pytest", "-q", "-rp", "--tb=no", "--continue-on-collection-errors"],
                directory: folder.path)
            let marks = run.output.split(separator: "\n").filter { $0.hasPrefix("PASSED ") }
            return Set(marks.map { String($0.dropFirst(7)) })
        }
    }

    /// Whether every id of the feature passed.
    static func isGreen(_ solution: SimulatedSolution, _ passed: Set<String>) -> Bool {
        solution.testIDs.allSatisfy { passed.contains("\(solution.testPath)::\($0)") }
    }

    private static let luaRunner = """
        for _, path in ipairs(arg) do
          for id, test in pairs(dofile(path)) do
            local ok, problem = pcall(test)
            print((ok and "PASS " or "FAIL ") .. path .. "::" .. id .. (ok and "" or " " .. tostring(problem)))
          end
        end
        """
}
