import CommandRunner
import Foundation
import Ledger
import Vocabulary
import Workspaces

/// Where Moonshift keeps what it knows of a repository: `<git common dir>/moonshift`.
struct StateDirectory {
    let path: String
    let repository: Repository

    init(repository directory: String) throws {
        repository = try Repository.open(path: directory, commands: CommandRunner(sandbox: .uncaged))
        path = "\(repository.commonDirectory)/moonshift"
    }

    var ledgerPath: String {
        "\(path)/ledger.sqlite"
    }

    var hasLedger: Bool {
        FileManager.default.fileExists(atPath: ledgerPath)
    }

    func openLedger(creates: Bool) throws -> Ledger {
        guard creates || hasLedger else {
            throw CommandFailure(.badInput, "no run is recorded in this repository; start one with `moonshift run`")
        }
        return try Ledger.open(path: ledgerPath, creates: creates)
    }

    /// Where text about one run is written.
    func runDirectory(_ run: RunID) -> String {
        "\(path)/runs/\(run)"
    }
}
