package import Vocabulary

extension RunEvent {
    /// A run began: all that is needed to judge, report and resume it.
    package struct RunStarted: Codable, Equatable, Sendable {
        /// The commit that every batch starts from, 40 hexadecimal digits.
        package var base: String
        /// What the user called the base, such as `HEAD` or `main`.
        package var baseName: String
        package var planPath: String
        /// SHA-256 of the plan file's bytes, hexadecimal.
        package var planDigest: String
        /// The plan as it was read, so that a resume needs no file.
        package var plan: Value
        package var recipe: String
        /// SHA-256 over the recipe and the packs that it uses, hexadecimal.
        package var recipeDigest: String
        /// The settings in force, caps among them as decimal dollar strings.
        package var settings: Value

        package init(
            base: String, baseName: String, planPath: String, planDigest: String, plan: Value, recipe: String,
            recipeDigest: String, settings: Value = .map([:])
        ) {
            self.base = base
            self.baseName = baseName
            self.planPath = planPath
            self.planDigest = planDigest
            self.plan = plan
            self.recipe = recipe
            self.recipeDigest = recipeDigest
            self.settings = settings
        }

        private enum CodingKeys: String, CodingKey {
            case base, plan, recipe, settings
            case baseName = "base_name"
            case planPath = "plan_path"
            case planDigest = "plan_digest"
            case recipeDigest = "recipe_digest"
        }
    }

    /// A run goes on after it was stopped or killed.
    package struct RunResumed: Codable, Equatable, Sendable {
        /// The settings in force from here on.
        package var settings: Value

        package init(settings: Value = .map([:])) {
            self.settings = settings
        }
    }

    /// A run ended; what is still open can be resumed.
    package struct RunFinished: Codable, Equatable, Sendable {
        package var summary: Value
        /// The process's exit code: 0 done, 1 with failed features, 75 stopped early.
        package var exit: Int

        package init(summary: Value = .map([:]), exit: Int) {
            self.summary = summary
            self.exit = exit
        }
    }

    /// The run was told to stop: a cap, a user, a circuit breaker.
    package struct Stopped: Codable, Equatable, Sendable {
        package var reason: String
        /// Whether work in flight is finished first.
        package var isDraining: Bool

        package init(reason: String, isDraining: Bool = false) {
            self.reason = reason
            self.isDraining = isDraining
        }

        private enum CodingKeys: String, CodingKey {
            case reason
            case isDraining = "is_draining"
        }
    }

    /// Something worth telling that changes no state.
    package struct Notice: Codable, Equatable, Sendable {
        package var level: NoticeLevel
        package var message: String

        package init(level: NoticeLevel, message: String) {
            self.level = level
            self.message = message
        }
    }

    /// How much a ``Notice`` matters.
    package enum NoticeLevel: String, Codable, Sendable {
        case info, warning, error
    }
}
