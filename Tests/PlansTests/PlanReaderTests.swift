import MoonshiftTestSupport
import Plans
import Testing
import Vocabulary

@Suite struct PlanReaderTests {
    @Test func everyFieldIsRead() throws {
        let plan = try read(
            """
            features:
            - id: F-1
              name: slug
              file_path: src/text.py
              test_path: tests/test_text.py
              function_name: slug
              cli_command: text slug
              api_endpoint: POST /slug
              interface: both
              priority_score: 7
              description: Makes a slug
              depends_on: [F-2]
              test_ids: [a, b, a]
              test_command: [pytest, -q]
              labels: [text, core]
              model: some-model
              max_cost: 1.25
              context: [./docs/text.md]
              owner: {team: words, size: 3}
            - id: F-2
              name: base
              file_path: src/base.py
            """)
        let feature = Feature(
            id: "F-1", name: "slug", filePath: "src/text.py", testPath: "tests/test_text.py", functionName: "slug",
            cliCommand: "text slug", apiEndpoint: "POST /slug", interface: "both", priority: 7,
            description: "Makes a slug", dependsOn: ["F-2"], testIDs: ["a", "b"], testCommand: ["pytest", "-q"],
            labels: ["text", "core"], model: "some-model", maxCost: Picodollars(dollars: "1.25"),
            context: ["docs/text.md"], extra: ["owner": ["team": "words", "size": 3]], line: 2)
        #expect(plan.features.first == feature)
        #expect(plan.warnings.isEmpty)
    }

    @Test func whatIsMissingOrNullHasItsDefault() throws {
        let plan = try read("features: [{name: a, file_path: a.py, function_name: null, depends_on: ~}]")
        #expect(plan.features == [Feature(id: "a.a", name: "a", filePath: "a.py", line: 1)])
    }

    @Test func batchesAreAProposalInTheOrderOfTheFile() throws {
        let plan = try read(
            """
            batches:
            - batch_id: 4
              features: [{name: a, file_path: x.py}]
            - name: words
              features: [{name: b, file_path: y.py}, {name: c, file_path: y.py}]
            - features: []
            """)
        #expect(
            plan.proposedBatches == [
                ProposedBatch(name: "4", features: ["x.a"]),
                ProposedBatch(name: "words", features: ["y.b", "y.c"]),
                ProposedBatch(name: "3", features: []),
            ])
    }

    @Test func unknownFieldsOfThePlanAreKept() throws {
        let plan = try read("{version: '1.0', team: [x], features: [{name: a, file_path: a.py}]}")
        #expect(plan.extra == ["version": "1.0", "team": ["x"]])
    }

    @Test func aPlainCommandLineRunsInTheShell() throws {
        let plan = try read("features: [{name: a, file_path: a.py, test_command: 'make test && true'}]")
        #expect(plan.features[0].testCommand == ["sh", "-c", "make test && true"])
    }

    @Test(arguments: [
        ("3", "3"), ("0.5", "0.5"), ("'$2.50'", "2.5"), ("'0.01'", "0.01"), ("0.00001", "0.00001"), ("1e2", "100"),
    ])
    func amountsAreExact(text: String, dollars: String) throws {
        let plan = try read("features: [{name: a, file_path: a.py, max_cost: \(text)}]")
        #expect(plan.features[0].maxCost?.decimalString == dollars)
    }

    @Test func jsonIsReadLikeYAML() throws {
        let json =
            #"{"features":[{"name":"a","file_path":"src\/a.py","description":"\ud83c\udf19 \u00e9","labels":["x"]}]}"#
        let plan = try read(json)
        #expect(plan.features[0].filePath == "src/a.py")
        #expect(plan.features[0].description == "🌙 é")
        #expect(
            try faults("{\n\t\"features\": [\n\t\t{\"name\": 3, \"file_path\": \"a\"}]}") == [
                "plan.yaml:3:12: error: `name` must be a string, but is the integer 3: put it in quotes"
            ])
    }

    @Test func anchorsAndMergesAreResolved() throws {
        let plan = try read(
            """
            defaults: &d {model: m, priority_score: 2}
            features:
            - {<<: *d, name: a, file_path: a.py}
            - {name: b, file_path: b.py, priority_score: 9, <<: *d}
            """)
        #expect(plan.features.map(\.model) == ["m", "m"])
        #expect(plan.features.map(\.priority) == [2, 9])
    }

    @Test func wordsThatOlderYAMLTakesForBooleansStayWords() throws {
        #expect(try read("features: [{name: no, file_path: on.py}]").features[0].name == "no")
    }

    @Test func allFaultsComeAtOnceWithTheirPlaces() throws {
        let found = try faults(
            """
            batches:
            - features:
              - file_path: /etc/passwd
                priority_score: high
              - name: [x]
                file_path: a/../b
                labels: [1, ok]
                max_cost: -3
              - text
            - 7
            features: {}
            """)
        #expect(
            found == [
                "plan.yaml:3:5: error: a feature needs `name`",
                "plan.yaml:3:16: error: `file_path` must be relative to the repository's root, not absolute: \"/etc/passwd\"",
                "plan.yaml:4:21: error: `priority_score` must be an integer, but is the string \"high\"",
                "plan.yaml:5:11: error: `name` must be a string, but is a list",
                "plan.yaml:6:16: error: `file_path` must stay inside the repository, without ..: \"a/../b\"",
                "plan.yaml:7:14: error: `labels` must be a list of strings, but one is the integer 1",
                "plan.yaml:8:15: error: `max_cost` must be an amount in dollars such as 1.50, but is the integer -3",
                "plan.yaml:9:5: error: a feature must be a mapping, but is the string \"text\"",
                "plan.yaml:10:3: error: a batch must be a mapping, but is the integer 7",
                "plan.yaml:11:11: error: `features` must be a list of features, but is a mapping",
            ])
    }

    @Test(arguments: [
        ("", "plan.yaml:1:1: error: the file is empty"),
        ("# nothing\n", "plan.yaml:1:1: error: the file is empty"),
        ("just words", "plan.yaml:1:1: error: a plan must be a mapping, but is the string \"just words\""),
        ("a: b: c", "plan.yaml:1:5: error: not YAML: mapping values are not allowed in this context"),
        (
            "features: [",
            "plan.yaml:2:1: error: not YAML: did not find expected node content while parsing a flow node"
        ),
        ("features: []\n---\na: 1", "plan.yaml:2:1: error: a second document starts here: one file holds one document"),
        ("features: *x", "plan.yaml:1:11: error: not YAML: found undefined alias"),
        (
            "a: 1\nb: 2\na: 3",
            "plan.yaml:3:1: error: `a` stands in line 1 already: remove or rename one"
        ),
        (
            "{a: 1, b: 2, a: 3}",
            "plan.yaml:1:2: error: `a` stands more than once in this mapping: remove or rename all but one"
        ),
        ("version: 1", "plan.yaml:1:1: error: the plan has no features"),
        ("batches: []", "plan.yaml:1:10: error: the plan has no features"),
        ("batches: [{features: []}]", "plan.yaml:1:10: error: the plan has no features"),
        ("batches: [{name: x}]", "plan.yaml:1:11: error: a batch needs `features`"),
    ])
    func whatIsNoPlanIsRefused(text: String, fault: String) throws {
        let found = try faults(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(fault) == true, "\(found)")
    }

    @Test func bytesThatAreNoUTF8AreShownWhereTheyStart() {
        let bytes = Array("features:\n- naïve: ".utf8) + [0xFF, 0xFE]
        #expect(
            throws: PlanError.faults([
                Diagnostic(
                    file: "p", line: 2, column: 10, message: "the file is not UTF-8 from here on: save it as UTF-8")
            ])
        ) { try PlanReader.read(bytes: bytes, name: "p") }
    }

    @Test func aMissingFileAndAFolderAreToldApart() throws {
        let folder = try TemporaryDirectory()
        let missing = folder.path(of: "none.yaml")
        #expect(throws: PlanError.cannotRead(path: missing, cause: "there is no such file")) {
            try PlanReader.read(path: missing)
        }
        #expect(throws: PlanError.cannotRead(path: folder.path, cause: "it is a folder")) {
            try PlanReader.read(path: folder.path)
        }
    }

    @Test func aFileIsReadWithItsPathInTheFaults() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("features: 3\n", to: "docs/plan.yaml")
        #expect(
            throws: PlanError.faults([
                Diagnostic(
                    file: path, line: 1, column: 11,
                    message: "`features` must be a list of features, but is the integer 3")
            ])
        ) { try PlanReader.read(path: path) }
    }

    @Test func aPlanOfTenThousandFeaturesIsRead() throws {
        let lines = (0..<10_000).map {
            "- {name: f\($0), file_path: src/m\($0 / 5).py, depends_on: [f\(max($0, 1) - 1)]}"
        }
        let first = lines[0].replacing(", depends_on: [f0]", with: "")
        let plan = try read("features:\n" + ([first] + lines.dropFirst()).joined(separator: "\n"))
        #expect(plan.features.count == 10_000)
        #expect(plan.features[9_999].dependsOn == ["m1999.f9998"])
    }

    @Test func aPlanSurvivesTheWayThroughJSON() throws {
        let plan = try read("features: [{name: a, file_path: a.py, max_cost: 2, extra_field: [1, {x: null}]}]")
        #expect(try Value(encoding: plan).decoded(as: Plan.self) == plan)
    }
}
