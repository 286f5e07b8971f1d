import MoonshiftTestSupport
import Testing

@Suite struct HelpTests {
    @Test func theProgramExplainsItself() async throws {
        let environment = ["COLUMNS": "80", "PATH": "/usr/bin:/bin"]
        let output = try await runProcess([BuiltProduct.path("moonshift"), "--help"], environment: environment)
        #expect(output == ProcessOutput(exitCode: 0, output: Self.help, standardError: ""))
        #expect(try await runProcess([BuiltProduct.path("moonshift")], environment: environment) == output)
        let version = try await runProcess([BuiltProduct.path("moonshift"), "--version"], environment: environment)
        #expect(version == ProcessOutput(exitCode: 0, output: "0.1.0\n", standardError: ""))
    }

    private static let help = """
        OVERVIEW: Turns a plan of many features into tested commits, under a budget
        that cannot be passed.

        Start with `moonshift demo`: the whole real thing on a generated repository,
        with no key and no network.
        Then `moonshift plan check PLAN`, `moonshift run --plan PLAN --dry-run`, and
        `moonshift run --plan PLAN`.

        USAGE: moonshift <subcommand>

        OPTIONS:
          --version               Show the version.
          -h, --help              Show help information.

        SUBCOMMANDS:
          run                     Carries out a plan: tested commits on a branch for
                                  each batch.
          resume                  Goes on with a run that was stopped or killed;
                                  answers on record are not paid again.
          status                  Shows the runs of a repository and where they stand.
          report                  Reports what a run did, failed and cost.
          plan                    Checks and shows plans.
          demo                    The whole real thing on a generated repository; only
                                  the model is simulated.
          doctor                  Checks what is missing or weak on this machine and in
                                  this repository.
          trust                   Allows recipes and packs of this repository or folder
                                  to run, by their content.
          lua                     Runs a Lua file in the sandbox of recipes.

          See 'moonshift help <subcommand>' for detailed help.

        """
}
