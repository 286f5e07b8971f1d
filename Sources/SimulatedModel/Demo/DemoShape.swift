/// Which features of a generated repository share a source file, and which batch each is proposed in: what decides how
/// often parallel work gets into its own way.
package struct DemoShape: Equatable, Sendable {
    /// One feature: whatever has the same `file` is in one source file; `batch` is 0-based.
    package struct Place: Equatable, Sendable {
        package var file: String
        package var batch: Int

        package init(file: String, batch: Int) {
            self.file = file
            self.batch = batch
        }
    }

    /// In the plan's order; at least one.
    package var places: [Place]

    package init(places: [Place]) {
        self.places = places
    }

    package var batches: Int {
        (places.map(\.batch).max() ?? 0) + 1
    }

    /// The features of each file with more than one, in the order of their first.
    var sharedFiles: [[Int]] {
        Dictionary(grouping: places.indices) { places[$0].file }.values
            .filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }
}
