import MoonshiftTestSupport
import Testing

/// Values of options that cannot be used are refused with 64, and the user is told what can.
@Suite struct OptionValueTests {
    @Test(arguments: [
        (["--max-cost", "abc"], "it must be an amount of dollars, 0 or more, such as 20 or 0.5"),
        (
            ["--max-cost", "-1"],
            "The value '-1' is invalid for '--max-cost <dollars>': it must be an amount of dollars"
        ),
        (["--max-cost", "inf"], "it must be an amount of dollars"),
        (["--max-cost-per-batch", "1e3"], "it must be an amount of dollars"),
        (["--test-slots", "0"], "--test-slots must be between 1 and 10000, not 0"),
        (["--test-slots", "many"], "it must be a whole number, such as 4"),
        (["--max-parallel-features", "-3"], "--max-parallel-features must be between 1 and 10000, not -3"),
        (["--features", "-1"], "--features must be 1 to 100000"),
        (["--features", "1.5"], "it must be a whole number"),
        (["--batches", "0"], "--batches must be 1 to 440"),
        (["--latency", "-5"], "--latency must be 0 to 600000"),
        (["--port", "99999"], "--port must be 0 to 65535"),
        (["--temperature", "hot"], "it must be a number, such as 0.7"),
        (["--temperature", "-1"], "--temperature must be between 0 and 2, not -1.0"),
        (["--feature-timeout", "0"], "it must be a time above zero, such as 90s, 10m or 1h"),
        (["--feature-timeout", "-5s"], "it must be a time above zero"),
        (["--seed", "-1"], "it must be a whole number, 0 or more"),
        (["--sandbox", "foo"], "Please provide one of 'auto', 'bubblewrap' or 'none'."),
        (["--faults", "foo"], "Please provide one of 'none', 'usual' or 'hostile'."),
    ])
    func isRefusedWithWhatIsValid(options: [String], phrase: String) async throws {
        let output = try await runProcess([try BuiltProduct.path("moonshift"), "demo"] + options)
        #expect(output.exitCode == 64)
        #expect(output.output == "")
        // The library breaks lines at the width of a terminal.
        let text = output.standardError.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains(phrase), "\(output.standardError)")
    }
}
