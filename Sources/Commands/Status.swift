import ArgumentParser
import Engine
import Ledger
import Vocabulary
import Workspaces

/// Which repository and which run a command is about.
struct RunSelection: ParsableArguments {
    @Option(help: ArgumentHelp("The repository, or a folder in it.", valueName: "dir"))
    var repo = "."

    @Argument(help: "The run; without it the latest.")
    var run: String?

    /// Opens the repository's ledger for reading and finds the run.
    func open(in context: CommandContext) async throws -> (ledger: Ledger, run: RunID, owner: Owner?) {
        let state = try StateDirectory(repository: context.absolute(repo))
        let ledger = try state.openLedger(creates: false)
        return (ledger, try await Self.find(run, in: ledger), OwnerLock.owner(directory: state.path))
    }

    /// The run of that name, or the latest.
    static func find(_ name: String?, in ledger: Ledger) async throws -> RunID {
        let runs = try await ledger.runs()
        guard let latest = runs.max(by: { $0.started < $1.started }) else {
            throw CommandFailure(.badInput, "no run is recorded in this repository; start one with `moonshift run`")
        }
        guard let name else { return latest.run }
        guard runs.contains(where: { $0.run.rawValue == name }) else {
            let known = runs.sorted { $0.started > $1.started }.prefix(5).map(\.run.rawValue).joined(separator: ", ")
            throw CommandFailure(.badInput, "there is no run '\(name)'; the latest are: \(known)")
        }
        return RunID(rawValue: name)
    }
}

extension Moonshift {
    struct Status: ContextCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the runs of a repository and where they stand.")

        @Option(help: ArgumentHelp("The repository, or a folder in it.", valueName: "dir"))
        var repo = "."

        @Flag(help: "Print one JSON object instead of text.")
        var json = false

        func run(in context: CommandContext) async throws {
            let state = try StateDirectory(repository: context.absolute(repo))
            guard state.hasLedger else {
                return context.output(json ? Self.value([], nil).json + "\n" : Self.none)
            }
            let runs = try await state.openLedger(creates: false).runs().sorted { $0.started > $1.started }
            let owner = OwnerLock.owner(directory: state.path)
            context.output(json ? Self.value(runs, owner).json + "\n" : Self.text(runs, owner))
        }

        private static let none = "no run yet\n"

        private static func value(_ runs: [RunSummaryRow], _ owner: Owner?) -> Value {
            let rows = runs.map { run -> Value in
                [
                    "run": .string(run.run.rawValue), "state": .string(state(of: run, owner)),
                    "started": .string(UTCTime.string(run.started)), "updated": .string(UTCTime.string(run.updated)),
                    "features_total": Value(run.features), "features_landed": Value(run.landed),
                    "features_already_done": Value(run.alreadyDone), "features_failed": Value(run.failed + run.skipped),
                    "features_open": Value(run.open), "spent_usd": .string(run.spent.decimalString),
                    "spent_unknown_usd": .string(run.spentUnknown.decimalString),
                    "held_usd": .string(run.held.decimalString),
                    "recipe": .string(run.recipe), "plan_path": .string(run.planPath), "exit": Value(run.exit),
                ]
            }
            return ["version": 1, "runs": .list(rows)]
        }

        private static func text(_ runs: [RunSummaryRow], _ owner: Owner?) -> String {
            guard !runs.isEmpty else { return Self.none }
            return runs.map { run in
                let counts =
                    "\(run.landed)/\(run.features) landed, \(run.failed + run.skipped) failed, \(run.open) open"
                return "\(run.run)  \(state(of: run, owner).padded(to: 11))  \(counts)  \(money(of: run))\n"
            }.joined()
        }

        /// What was settled, what of it is not known for sure, and what may come on top.
        private static func money(of run: RunSummaryRow) -> String {
            let unknown = run.spentUnknown > .zero ? " (\(run.spentUnknown) of it for lost answers)" : ""
            let held = run.held > .zero ? ", up to \(run.held) more for open calls" : ""
            return "\(run.spent)\(unknown)\(held)"
        }

        /// A run that nobody owns and that did not finish was interrupted.
        private static func state(of run: RunSummaryRow, _ owner: Owner?) -> String {
            guard run.exit == nil else { return run.open > 0 ? "stopped" : "finished" }
            return owner?.run == run.run ? "running" : "interrupted"
        }
    }
}

extension Moonshift {
    struct Report: ContextCommand {
        static let configuration = CommandConfiguration(abstract: "Reports what a run did, failed and cost.")

        @OptionGroup var selection: RunSelection

        @Option(help: "text, md or json.")
        var format = RunReport.Format.text

        func run(in context: CommandContext) async throws {
            let (ledger, run, owner) = try await selection.open(in: context)
            let record = try await RunRecord.read(run, from: ledger)
            context.output(RunReport(run: run, record: record, isRunning: owner?.run == run).render(format))
        }
    }
}

extension RunReport.Format: ExpressibleByArgument {}
