import CommandRunner
import Workspaces

/// Where recipes are looked for by name, and what the user's list of trusted content calls that place.
struct RecipeHome {
    /// The folder with `recipes/` and `plugins/`; nil for a bare repository.
    let root: String?
    /// The place in the list of trusted content.
    let trustPlace: String

    private init(root: String?, trustPlace: String) {
        self.root = root
        self.trustPlace = trustPlace
    }

    init(_ repository: Repository) {
        self.init(root: repository.workTree, trustPlace: repository.workTree ?? repository.commonDirectory)
    }

    /// The repository that holds `directory`, or the directory itself where there is none.
    init(around directory: String) {
        if let repository = try? Repository.open(path: directory, commands: CommandRunner(sandbox: .uncaged)) {
            self.init(repository)
        } else {
            self.init(root: directory, trustPlace: directory)
        }
    }
}
