import MoonshiftTestSupport
import Plans
import Testing
import Vocabulary

/// Damages a sound plan in thousands of seeded ways: the reader must answer with a plan or with faults, and never trap.
@Suite struct PlanFuzzTests {
    private static let plan = """
        version: '1.0'
        summary: {total_features: 3, batches: 1}
        defaults: &base {model: m, labels: [a, "b\\u00e9"], max_cost: 1.5}
        batches:
        - batch_id: 1
          features:
          - {<<: *base, name: one, file_path: src/a.py, test_path: t/a.py}
          - name: two
            file_path: src/b.py
            depends_on: [one]
            description: |
              Some text
                with lines
            priority_score: 0x1F
        features:
        - {"id": "F-3", "name": 'three', "file_path": "src/c.py", "depends_on": ["two"], "context": ["d.md"]}
        """
    private static let tokens = [
        "&x ", "*x", "*base", "<<: ", "? ", ": ", "- ", "[", "]", "{", "}", "\"", "'", "\n", "\n\n  ", "\t", "|\n",
        ">-\n", "!!str ",
        "!<", "%YAML 1.2\n", "---\n", "...\n", "#", "\\ud83c", "\\x", "~", ".inf", "1e999", "-9223372036854775809",
        "\u{FEFF}",
        "\u{0}", "é", "🌙", "depends_on: [F-3]", "id: F-3", "../", ".git/", "features: ", "@", "`", ",",
    ].map { Array($0.utf8) }

    @Test(.timeLimit(.minutes(1)), arguments: 0..<8)
    func damagedPlansAreRefusedOrRead(seed: Int) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var bytes = Array(Self.plan.utf8)
            for _ in 0...Int.random(in: 0..<4, using: &random) { Self.damage(&bytes, using: &random) }
            do {
                let plan = try PlanReader.read(bytes: bytes, name: "plan.yaml")
                #expect(!plan.features.isEmpty)
                #expect(Set(plan.features.map(\.id)).count == plan.features.count)
            } catch PlanError.faults(let diagnostics) {
                #expect(diagnostics.contains { $0.severity == .error })
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    private static func damage(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        let start = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 0..<12, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(contentsOf: tokens[Int.random(in: 0..<tokens.count, using: &random)], at: start)
        case 1: bytes.replaceSubrange(start..<end, with: tokens[Int.random(in: 0..<tokens.count, using: &random)])
        case 2: bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0..<bytes.count, using: &random))
        default: bytes[start] = UInt8.random(in: 0...255, using: &random)
        }
    }
}
