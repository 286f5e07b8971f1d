import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

@Suite(.timeLimit(.minutes(1)))
struct DemoRepositoryTests {
    @Test func theSameSeedGivesTheSameBytes() {
        let repository = DemoRepository(features: 100, batches: 4, seed: 7)
        #expect(repository.generate().files == repository.generate().files)
        #expect(repository.generate().solutions == repository.generate().solutions)
        let other = DemoRepository(features: 100, batches: 4, seed: 8).generate()
        #expect(other.files != repository.generate().files)
    }

    @Test(arguments: [1, 2, 5, 30, 440], DemoLanguage.allCases)
    func everySizeHasAllItsFeaturesOnce(count: Int, language: DemoLanguage) {
        let files = DemoRepository(language: language, features: count, batches: 9, seed: 3).generate()
        #expect(files.solutions.count == count)
        #expect(Set(files.solutions.map(\.feature)).count == count)
        #expect(files.files[files.planPath] == files.planText)
        let ids = files.planText.split(separator: "\n").filter { $0.hasPrefix("  - id: ") }
        #expect(ids.count == count)
        let batches = files.planText.split(separator: "\n").filter { $0.hasPrefix("- batch_id: ") }
        #expect(batches.count == min(9, count))
    }

    @Test(arguments: 1...5)
    func theSharesAreThoseOfTheDocumentation(seed: Int) {
        let files = DemoRepository(seed: UInt64(seed)).generate()
        let sources = Dictionary(grouping: files.solutions, by: \.sourcePath)
        let shared = sources.values.filter { $0.count > 1 }
        #expect((80...88).contains(shared.reduce(0) { $0 + $1.count }))
        #expect(shared.allSatisfy { (2...5).contains($0.count) })
        #expect(files.solutions.filter(\.isSourceShared).count == shared.reduce(0) { $0 + $1.count })
        let missing = files.solutions.filter {
            files.files[$0.sourcePath] == nil || files.files[$0.testPath] == nil
        }
        #expect(missing.count == 110)
        #expect(missing.contains { files.files[$0.sourcePath] == nil && files.files[$0.testPath] == nil })
        let tests = Dictionary(grouping: files.solutions, by: \.testPath).values.filter { $0.count > 1 }
        #expect(tests.count >= 4)
        #expect(files.solutions.filter { !$0.dependsOn.isEmpty }.count == 44)
    }

    /// Files and batches are those of the plan that it is like, and the ones who share a file are in one.
    @Test(arguments: DemoLanguage.allCases)
    func aShapeIsTakenOver(language: DemoLanguage) {
        var places = (0..<30).map { DemoShape.Place(file: "f\($0 % 7)", batch: $0 / 10) }
        places.append(.init(file: "own", batch: 2))
        let files = DemoRepository(language: language, like: DemoShape(places: places), seed: 4).generate()
        #expect(files.solutions.count == 31)
        let sources = files.solutions.map(\.sourcePath)
        for (left, right) in zip(sources.indices, sources.indices.dropFirst(7)) where right < 30 {
            #expect(sources[left] == sources[right])
        }
        #expect(Set(sources).count == 8)
        #expect(files.planText.split(separator: "\n").filter { $0.hasPrefix("- batch_id: ") }.count == 3)
        #expect(files.solutions.allSatisfy { files.files[$0.sourcePath] != nil && files.files[$0.testPath] != nil })
    }

    @Test func aStubIsThereOnceOrElseTheAnchorIs() {
        for language in DemoLanguage.allCases {
            let files = DemoRepository(language: language, seed: 2).generate()
            var absent = 0
            for solution in files.solutions {
                let source = files.files[solution.sourcePath] ?? solution.stubFile
                #expect(source.ranges(of: solution.anchor).count == 1)
                let count = source.ranges(of: solution.stub).count
                #expect(count <= 1)
                absent += count == 0 ? 1 : 0
                #expect(Set([solution.stub, solution.correct, solution.wrong, solution.wrongAgain]).count == 4)
                #expect(solution.outsidePath != solution.sourcePath)
            }
            #expect((5...40).contains(absent))
        }
    }

    @Test func thirtyFeaturesOfTwentyTemplatesAndMore() {
        let files = DemoRepository(features: 60, seed: 1).generate()
        let names = files.solutions.map { $0.feature.rawValue.split(separator: ".")[1].prefix { !$0.isNumber } }
        #expect(Set(names).count >= 35)
    }

    @Test func dependenciesComeEarlierInThePlan() throws {
        let files = DemoRepository(seed: 4).generate()
        var batch = 0
        var batches: [String: Int] = [:]
        for line in files.planText.split(separator: "\n") {
            if line.hasPrefix("- batch_id: ") { batch += 1 }
            if line.hasPrefix("  - id: ") { batches[line.split(separator: "\"")[1].description] = batch }
        }
        for solution in files.solutions {
            for dependency in solution.dependsOn {
                let (own, other) = (batches[solution.feature.rawValue], batches[dependency.rawValue])
                #expect(try #require(other) <= #require(own))
            }
        }
    }

    @Test(.heavy, .enabled(if: Interpreter.hasLua, "needs lua5.4"), arguments: 1...3)
    func luaTestsTellRightFromWrong(seed: Int) async throws {
        try await judge(DemoRepository(seed: UInt64(seed)))
    }

    @Test(.heavy, .enabled(if: Interpreter.hasPytest, "needs pytest"))
    func pytestTestsTellRightFromWrong() async throws {
        try await judge(DemoRepository(language: .python, features: 40, batches: 4, seed: 1))
    }

    /// Stubs are red; all solutions together are green; wrong code is red; half of the solutions are green and the rest red.
    private func judge(_ repository: DemoRepository) async throws {
        let files = repository.generate()
        // Wrong code is judged with the code that it calls being right.
        let called = Set(files.solutions.flatMap(\.dependsOn))
        let callers = Set(files.solutions.map(\.feature)).subtracting(called)
        let half = Set(files.solutions.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element.feature))

        #expect(try await green(files, repository.language) == [])
        let all = try await green(files.solved { $0.correct }, repository.language)
        #expect(callers.union(called).subtracting(all).sorted() == [])
        for wrong in [\SimulatedSolution.wrong, \.wrongAgain] {
            let spoiled = files.solved { called.contains($0.feature) ? $0.correct : $0[keyPath: wrong] }
            #expect(try await green(spoiled, repository.language).intersection(callers).sorted() == [])
        }
        let spoiled = files.solved { called.contains($0.feature) ? $0.wrong : $0.correct }
        #expect(try await green(spoiled, repository.language).intersection(called).sorted() == [])
        let solved = half.union(called)
        #expect(try await green(files.solved(solved), repository.language).sorted() == solved.sorted())
    }

    /// The features all of whose tests ran and passed.
    private func green(_ files: DemoFiles, _ language: DemoLanguage) async throws -> Set<FeatureID> {
        let passed = try await DemoProbe.passedIDs(files, language)
        return Set(files.solutions.filter { DemoProbe.isGreen($0, passed) }.map(\.feature))
    }
}
