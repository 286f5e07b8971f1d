package import Vocabulary

/// All that the simulated model knows of one feature: where its code belongs, what is right and what is wrong.
package struct SimulatedSolution: Codable, Hashable, Sendable {
    package var feature: FeatureID
    package var sourcePath: String
    package var testPath: String
    /// The ids in the test file that judge this feature.
    package var testIDs: [String]
    /// The passage of the source that stands for the missing code, exactly as in the file; unique there.
    package var stub: String
    /// What takes the stub's place so that the tests pass.
    package var correct: String
    /// What fails the feature's tests.
    package var wrong: String
    /// Another text that fails them; differs from ``wrong``.
    package var wrongAgain: String
    /// A line of the source file, unique there, before which a passage is inserted when the stub is not in the file.
    package var anchor: String
    /// A whole source file that holds this feature's stub and nothing else's.
    package var stubFile: String
    /// The whole test file, for stage `test`.
    package var testText: String
    /// A test file with the same test ids that tests nothing.
    package var weakenedTest: String
    /// A file that this feature has no business with, for the attempt to change one.
    package var outsidePath: String
    package var outsideText: String
    /// Features whose code this one's code calls.
    package var dependsOn: [FeatureID]
    /// Whether other features have their code in the same source file.
    package var isSourceShared: Bool

    package init(
        feature: FeatureID, sourcePath: String, testPath: String, testIDs: [String], stub: String, correct: String,
        wrong: String, wrongAgain: String, anchor: String, stubFile: String, testText: String, weakenedTest: String,
        outsidePath: String, outsideText: String, dependsOn: [FeatureID] = [], isSourceShared: Bool = false
    ) {
        self.feature = feature
        self.sourcePath = sourcePath
        self.testPath = testPath
        self.testIDs = testIDs
        self.stub = stub
        self.correct = correct
        self.wrong = wrong
        self.wrongAgain = wrongAgain
        self.anchor = anchor
        self.stubFile = stubFile
        self.testText = testText
        self.weakenedTest = weakenedTest
        self.outsidePath = outsidePath
        self.outsideText = outsideText
        self.dependsOn = dependsOn
        self.isSourceShared = isSourceShared
    }

    /// A whole source file with `passage` in the stub's place.
    package func file(with passage: String) -> String {
        stubFile.replacingFirst(stub, with: passage)
    }
}

extension String {
    /// The text with the first occurrence of `passage` exchanged; unchanged when there is none.
    package func replacingFirst(_ passage: String, with replacement: String) -> String {
        guard let range = firstRange(of: passage) else { return self }
        return replacingCharacters(in: range, with: replacement)
    }

    private func firstRange(of passage: String) -> Range<Index>? {
        guard !passage.isEmpty else { return nil }
        return ranges(of: passage).first
    }

    private func replacingCharacters(in range: Range<Index>, with replacement: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: replacement)
        return copy
    }
}
