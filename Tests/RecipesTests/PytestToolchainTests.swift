import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite(.heavy, .serialized) struct PytestToolchainTests {
    private let feature = Feature.example(file: "calc.py", test: "tests/test_calc.py")

    @Test func testsAreFoundWithoutRunningThem() async throws {
        let source = #"""
            """
            def test_no(): pass
            """
            def test_a(
                x,
            ):
                def test_inner(): pass
            class TestGroup(object):
                text = '''
            def test_text
            '''
                def test_b(self): pass
                class TestNested:
                    async def test_c(self): pass
            class Case(unittest.TestCase):
                def test_d(self): pass
            class Other:
                def test_e(self): pass
            if True:
                def test_f(): pass
            # def test_g
            """#
        let found = try await builtInHost().findTests("python-pytest", feature: feature, testSource: source)
        #expect(
            found == [
                "test_a", "TestGroup::test_b", "TestGroup::TestNested::test_c", "Case::test_d", "test_f",
            ])
    }

    @Test func everyOutcomeIsReadFromARealRun() async throws {
        let run = try ToolchainRun("python-pytest")
        try run.worktree.write("def add(a, b):\n    return a + b\n", to: "calc.py")
        try run.worktree.write(
            #"""
            import pytest
            from calc import add

            def test_pass():
                print("<failure/> ]]> &lt;")
                assert add(1, 2) == 3

            def test_fail():
                assert add(1, 2) == 4, "<three> & \"four\" é"

            @pytest.mark.skip(reason="later")
            def test_skip(): pass

            @pytest.mark.xfail
            def test_xfail(): assert False

            @pytest.mark.parametrize("n", [1, 2])
            def test_all(n): assert n > 0

            @pytest.mark.parametrize("n", ["a]b", 2])
            def test_some(n): assert n == 2

            @pytest.fixture
            def broken():
                raise RuntimeError("no fixture")

            def test_error(broken): pass

            class TestGroup:
                def test_in(self): pass
                class TestDeep:
                    def test_deep(self): assert 0

            @pytest.fixture
            def falls():
                yield
                raise RuntimeError("teardown")

            def test_teardown(falls): pass
            """#, to: "tests/test_calc.py")
        try run.worktree.write("import nowhere\ndef test_x(): pass\n", to: "tests/test_import.py")
        try run.worktree.write("def test_same(): pass\n", to: "tests/sub/test_calc2.py")
        let results = try await run.results(of: [
            TestTarget(
                "tests/test_calc.py", "test_pass", "test_fail", "test_skip", "test_xfail", "test_all", "test_some",
                "test_error", "TestGroup::test_in", "TestGroup::TestDeep::test_deep", "test_teardown", "test_gone"),
            TestTarget("tests/test_import.py", "test_x"), TestTarget("tests/sub/test_calc2.py", "test_same"),
        ])
        #expect(
            results.outcomes == [
                "test_pass passed", "test_fail failed", "test_skip skipped", "test_xfail skipped", "test_all passed",
                "test_some failed", "test_error error", "TestGroup::test_in passed",
                "TestGroup::TestDeep::test_deep failed", "test_teardown error", "test_gone missing", "test_x error",
                "test_same passed",
            ], "\(results.map(\.message))")
        #expect(results[1].message.contains("<three> & \"four\" é"))
        #expect(results[11].message.contains("nowhere"))
        #expect(!run.worktree.exists(".pytest_cache") && !run.worktree.exists("tests/__pycache__"))
    }

    @Test func aReportThatTheCodeUnderTestRewritesProvesNothing() async throws {
        let run = try ToolchainRun("python-pytest")
        try run.worktree.write(
            """
            import atexit, os
            def forge():
                for link in os.listdir("/proc/self/fd"):
                    try: path = os.readlink("/proc/self/fd/" + link)
                    except OSError: continue
                    if path.endswith("/report.txt"):
                        lines = [line for line in open(path) if "\\tfailed\\t" not in line]
                        open(path, "w").writelines(lines)
                os._exit(0)
            atexit.register(forge)
            """, to: "calc.py")
        try run.worktree.write("import calc\ndef test_x(): assert False\ndef test_y(): pass\n", to: "test_a.py")
        let results = try await run.results(of: [TestTarget("test_a.py", "test_x", "test_y")])
        // Pytest's own last line says that a test failed.
        #expect(results.outcomes == ["test_x error", "test_y error"])
        #expect(results[0].message == "all that was reported passed, but pytest said that not all did")
    }

    @Test func aWholeReportOfTheCodeUnderTestIsNotBelieved() async throws {
        let run = try ToolchainRun("python-pytest")
        try run.worktree.write(
            #"""
            import os
            report = "<testsuites><testsuite><testcase classname='test_a' name='test_x'/></testsuite></testsuites>"
            for link in os.listdir("/proc/self/fd"):
                try: path = os.readlink("/proc/self/fd/" + link)
                except OSError: continue
                if not path.endswith("/report.txt"): continue
                folder = os.path.dirname(path)
                print("beside the report:", sorted(os.listdir(folder)))
                for name in ("report.txt", "report.xml"):
                    with open(folder + "/" + name, "w") as file:
                        file.write(report + "\n" + "0" * 16 + "\tpassed\ttest_a.py\ttest_x\t\n")
                        file.write("passed\ttest_a.py\ttest_x\t\n")
            print("1 passed in 0.01s", flush=True)
            os._exit(0)
            """#, to: "calc.py")
        try run.worktree.write("def test_x():\n    import calc\n    assert False\n", to: "test_a.py")
        let results = try await run.results(of: [TestTarget("test_a.py", "test_x")])
        #expect(results.outcomes == ["test_x missing"])
    }

    @Test func aTestThatEndsTheProcessTakesOnlyTheRestWithIt() async throws {
        let run = try ToolchainRun("python-pytest")
        try run.worktree.write(
            """
            import os, sys, __main__
            def test_a():
                assert not hasattr(__main__, "siphash") and sys.argv[0] == "pytest"
                assert sys.path[0] == os.getcwd()
            def test_fork():
                if os.fork() == 0: return
                os.wait()
                assert False
            def test_exit(): os._exit(0)
            def test_late(): pass
            """, to: "test_a.py")
        let results = try await run.results(of: [
            TestTarget("test_a.py", "test_a", "test_fork", "test_exit", "test_late")
        ])
        #expect(
            results.outcomes == ["test_a passed", "test_fork failed", "test_exit missing", "test_late missing"],
            "\(results.map(\.message))")
    }

    @Test func testsMayStartProcessesThatImportThem() async throws {
        let run = try ToolchainRun("python-pytest")
        try run.worktree.write("def double(x): return 2 * x\n", to: "calc.py")
        try run.worktree.write(
            """
            import multiprocessing
            from calc import double
            def test_spawn():
                with multiprocessing.get_context("spawn").Pool(1) as pool: assert pool.map(double, [4]) == [8]
            """, to: "tests/test_calc.py")
        let results = try await run.results(of: [TestTarget("tests/test_calc.py", "test_spawn")])
        #expect(results.outcomes == ["test_spawn passed"], "\(results.map(\.message))")
    }

    @Test func aCommandThatDoesNotRunLeavesEverythingMissing() async throws {
        let run = try ToolchainRun("python-pytest")
        try run.worktree.write("raise RuntimeError('conftest is broken')\n", to: "conftest.py")
        try run.worktree.write("def test_x(): pass\n", to: "test_a.py")
        let results = try await run.results(of: [TestTarget("test_a.py", "test_x")])
        #expect(results.outcomes == ["test_x missing"])
        #expect(results[0].message.hasPrefix("did not run: the test command ended with exit code 4"))
        #expect(results[0].message.contains("conftest is broken"))
    }

    @Test(arguments: ["", "no line", "passed\ttest_a.py\ttest_x\t", "0123456789abcdef\tpassed\ttest_a.py\ttest_x\t"])
    func aDamagedReportPassesNothing(report: String) async throws {
        let output = TestCommandOutput(
            targets: [TestTarget("test_a.py", "test_x")], nonce: "n", exitCode: 0, isTimedOut: false, output: "",
            report: report)
        #expect(try await builtInHost().readResults("python-pytest", output).outcomes == ["test_x missing"])
    }

    @Test func whatRanBeforeTheTimeWasOverCounts() async throws {
        // The tag is that of this line by the key `n`.
        let report = "e127caa39337bd98\tpassed\ttest_a.py\ttest_x\t\n0000000000000000\tpassed\ttest_a.py\ttest_y\t\n"
        let output = TestCommandOutput(
            targets: [TestTarget("test_a.py", "test_x", "test_y")], nonce: "n", exitCode: 137, isTimedOut: true,
            output: "", report: report)
        let results = try await builtInHost().readResults("python-pytest", output)
        #expect(results.outcomes == ["test_x passed", "test_y missing"])
        #expect(results[1].message == "did not finish: the test command was stopped after its time limit")
    }

    @Test func stubsImportAndFail() async throws {
        let host = try builtInHost()
        #expect(
            try await host.stub("python-pytest", feature: feature, source: "x = 1\n")
                == FileText(
                    path: "calc.py",
                    content: "x = 1\n\n\ndef add(*args, **kwargs):\n    raise NotImplementedError(\"add\")\n"))
        #expect(try await host.stub("python-pytest", feature: feature, source: "def add(a): pass\n") == nil)
        var config = feature
        config.functionName = nil
        config.name = "AgentConfig"
        #expect(
            try await host.stub("python-pytest", feature: config, source: nil)?.content.hasPrefix("class AgentConfig:")
                == true)
    }

    @Test func theRunnersConfigurationIsProtected() async throws {
        let globs = try await builtInHost().protectedGlobs("python-pytest", feature: feature)
        for glob in ["conftest.py", "**/conftest.py", "pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini"] {
            #expect(globs.contains(glob))
        }
    }
}
