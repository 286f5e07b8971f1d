import Foundation
import Ledger
import Metering
import Packs
import Recipes
import Vocabulary
import Workspaces

/// Looks at one repository, at what of it would run, and at what a run would cost there.
struct DoctorRepositoryChecks {
    private static let littleSpace: Int64 = 1 << 30
    private static let noSpace: Int64 = 64 << 20
    private static let oldPrices: Int64 = 90 * 86_400_000

    /// Absolute.
    let path: String
    let context: CommandContext

    /// All checks; those that need a repository are left out without one.
    func run() async -> [DoctorCheck] {
        let state: StateDirectory
        do {
            state = try StateDirectory(repository: path)
        } catch {
            return [.error("repository", "\(error)"), server(), priceBook()]
        }
        var checks = [repository(state), await ledger(state), space(state)]
        checks += recipes(state.repository)
        return checks + [server(), priceBook(), model(state.repository)]
    }

    private func repository(_ state: StateDirectory) -> DoctorCheck {
        let place = state.repository.workTree ?? state.repository.commonDirectory
        do {
            let head = try state.repository.commit(named: "HEAD")
            return .ok("repository", "\(place) at \(head.description.prefix(12))")
        } catch {
            return .error("repository", "\(place): \(error)")
        }
    }

    private func ledger(_ state: StateDirectory) async -> DoctorCheck {
        guard state.hasLedger else {
            let folder = folder(of: state)
            return FileManager.default.isWritableFile(atPath: folder)
                ? .ok("ledger", "none yet; the first run makes it in \(state.path)")
                : .error("ledger", "the first run cannot make it in \(state.path): \(folder) is not writable")
        }
        do {
            let ledger = try state.openLedger(creates: false)
            let count = try await ledger.runs().count
            try await ledger.close()
            let owner = OwnerLock.owner(directory: state.path).map { "; in use by \($0)" } ?? ""
            return .ok("ledger", "\(count.counted("run")) in \(state.ledgerPath)\(owner)")
        } catch {
            return .error("ledger", "\(error)")
        }
    }

    /// Where the ledger is, or will be made.
    private func folder(of state: StateDirectory) -> String {
        FileManager.default.fileExists(atPath: state.path) ? state.path : state.repository.commonDirectory
    }

    private func space(_ state: StateDirectory) -> DoctorCheck {
        let folder = folder(of: state)
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return .warning("disk space", "the free space of \(folder) cannot be read")
        }
        let text = "\(free >> 20) MiB free in \(folder)"
        if free < Self.noSpace { return .error("disk space", "\(text): too little for a run, free some") }
        if free < Self.littleSpace { return .warning("disk space", "\(text): little for a long run, free some") }
        return .ok("disk space", text)
    }

    private func server() -> DoctorCheck {
        let base = context.variable("OPENAI_BASE_URL")
        let hasKey = context.variable("OPENAI_API_KEY") != nil
        // An address may hold a password, so only its host is shown.
        let host = URL(string: base ?? ModelSetup.standardBaseURL)?.host ?? "an unreadable address"
        if let base, !base.hasPrefix("http://"), !base.hasPrefix("https://") {
            return .error("model server", "OPENAI_BASE_URL must start with http:// or https://")
        }
        if base == nil, !hasKey {
            return .warning(
                "model server",
                """
                set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that needs no key; \
                `moonshift demo` works without either
                """)
        }
        return .ok("model server", "\(host), \(hasKey ? "with" : "without") OPENAI_API_KEY")
    }

    private func priceBook() -> DoctorCheck {
        let book = PriceBook.standard
        guard let date = book.date, let time = UTCTime.milliseconds("\(date)T00:00:00Z") else {
            return .warning("price book", "\(book.name) has no date: compare it with your vendor's prices")
        }
        guard UTCTime.now() - time > Self.oldPrices else {
            return .ok("price book", "\(book.count.counted("model")), of \(date)")
        }
        return .warning(
            "price book", "of \(date), more than 90 days ago: compare it with your vendor's prices, or give --prices")
    }

    /// Whether the standard recipe's model can be paid for under a cap.
    private func model(_ repository: Repository) -> DoctorCheck {
        do {
            let setup = try RecipeSetup(nil, home: RecipeHome(repository), overrides: [], context: context) { _ in }
            guard let model = setup.settings.model else {
                return .warning("model", "the recipe names none: give --model to each run")
            }
            _ = try PriceBook.standard.requirePrice(of: model)
            return .ok("model", "\(model), priced")
        } catch let error as PriceError {
            return .warning("model", "\(error)")
        } catch RecipeError.notTrusted {
            return .warning("model", "not known before the recipe is trusted")
        } catch {
            return .error("model", "the standard recipe cannot be loaded: \(error)")
        }
    }

    private func recipes(_ repository: Repository) -> [DoctorCheck] {
        do {
            let trust = ContentTrust(home: RecipeHome(repository), context: context)
            let loader = try RecipeSetup.loader(home: RecipeHome(repository), context: context)
            var standings: [String: ContentTrust.Standing] = [:]
            for name in loader.names {
                for source in try loader.sourcesOnDisk(of: loader.locate(name)) {
                    standings[source.subject] = try trust.standing(of: source.hash)
                }
            }
            let new = standings.filter { $0.value == .new }.keys.sorted()
            guard !new.isEmpty else {
                let found = standings.isEmpty ? "only the built-in ones" : "\(standings.count) on disk, all trusted"
                return [.ok("recipes", found)]
            }
            return new.map {
                .warning("recipes", "\($0) may not run yet: read it, then say `moonshift trust \($0)`")
            }
        } catch {
            return [.error("recipes", "\(error)")]
        }
    }
}
