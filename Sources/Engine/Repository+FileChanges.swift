import Workspaces

extension Repository {
    /// What has to be written and deleted to get from one tree to the other.
    func fileChanges(from old: ObjectID, to new: ObjectID) throws -> [String: FileChange] {
        try changes(from: old, to: new).mapValues { change in
            guard let entry = change.new else { return .delete }
            return .write(try read(blob: entry.id), isExecutable: entry.mode == .executable)
        }
    }
}
