import Plans
import Testing
import Vocabulary

@Suite struct DependencyTests {
    @Test func aDependencyIsNamedByIdentityOrName() throws {
        let plan = try read(
            """
            features:
            - {name: a, file_path: x.py}
            - {name: b, file_path: x.py, depends_on: [a, x.a]}
            - {name: c, file_path: x.py, depends_on: b}
            """)
        #expect(plan.features.map(\.dependsOn) == [[], ["x.a"], ["x.b"]])
    }

    @Test func anAmbiguousNameIsRefusedWithTheChoices() throws {
        let found = try faults(
            """
            features:
            - {name: a, file_path: x.py}
            - {name: a, file_path: y.py}
            - {name: c, file_path: x.py, depends_on: [a]}
            """)
        #expect(
            found == [
                "plan.yaml:4:43: error: `depends_on` names \"a\", which 2 features are called: say one of `x.a`, `y.a`"
            ])
    }

    @Test func anUnknownNameIsRefusedWithAGuess() throws {
        let found = try faults(
            """
            features:
            - {name: load_config, file_path: x.py}
            - {name: c, file_path: x.py, depends_on: [load_confg, zebra]}
            """)
        #expect(
            found == [
                "plan.yaml:3:43: error: `depends_on` names no feature of this plan, \"load_confg\": did you mean `load_config`?",
                "plan.yaml:3:55: error: `depends_on` names no feature of this plan, \"zebra\"",
            ])
    }

    @Test func circlesAreNamedWhole() throws {
        let found = try faults(
            """
            features:
            - {name: a, file_path: x.py, depends_on: [f, b]}
            - {name: b, file_path: x.py, depends_on: [c]}
            - {name: c, file_path: x.py, depends_on: [a]}
            - {name: d, file_path: x.py, depends_on: [d]}
            - {name: e, file_path: x.py, depends_on: [a]}
            - {name: f, file_path: x.py}
            """)
        #expect(
            found == [
                "plan.yaml:2:46: error: `depends_on` goes in a circle: x.a → x.b → x.c → x.a",
                "plan.yaml:5:43: error: `depends_on` goes in a circle: x.d → x.d",
            ])
    }

    @Test func aFaultyFeatureMayStillBeDependedOn() throws {
        let found = try faults(
            "features:\n- {name: a}\n- {name: b, file_path: b.py, depends_on: [a]}")
        #expect(found == ["plan.yaml:2:3: error: a feature needs `file_path`"])
    }
}
