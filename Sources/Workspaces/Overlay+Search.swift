/// What to look for in the files of an overlay.
package struct SearchRequest: Hashable, Sendable {
    package var pattern: String
    /// Whether the pattern is a regular expression; otherwise it is found as it stands.
    package var isRegularExpression: Bool
    package var ignoresCase: Bool
    /// The folder or file to search; empty for all.
    package var path: String
    /// How many lines are returned.
    package var matchLimit: Int
    /// Files larger than this are passed over, as binary files are.
    package var fileLimitInBytes: Int
    /// How many bytes are looked at altogether.
    package var byteLimit: Int
    /// Where a long line is cut.
    package var lineLimitInBytes: Int

    package init(
        pattern: String, isRegularExpression: Bool = false, ignoresCase: Bool = false, path: String = "",
        matchLimit: Int = 200, fileLimitInBytes: Int = 1 << 20, byteLimit: Int = 256 << 20, lineLimitInBytes: Int = 400
    ) {
        self.pattern = pattern
        self.isRegularExpression = isRegularExpression
        self.ignoresCase = ignoresCase
        self.path = path
        self.matchLimit = matchLimit
        self.fileLimitInBytes = fileLimitInBytes
        self.byteLimit = byteLimit
        self.lineLimitInBytes = lineLimitInBytes
    }
}

/// The lines found, in the order of paths and lines.
package struct SearchResult: Hashable, Sendable {
    package struct Match: Hashable, Sendable {
        package var path: String
        /// 1-based.
        package var line: Int
        /// Without its line end.
        package var text: String

        package init(path: String, line: Int, text: String) {
            self.path = path
            self.line = line
            self.text = text
        }
    }

    package var matches: [Match]
    /// Whether a limit ended the search before all files were seen.
    package var isCut: Bool
}

extension Overlay {
    /// Finds the lines that match.
    ///
    /// Takes time in proportion to the bytes looked at, whatever the pattern is.
    ///
    /// - Throws: ``LinePattern/Fault`` for a bad pattern, ``RepositoryError``, `CancellationError`.
    @concurrent
    package func search(_ request: SearchRequest, in repository: Repository) async throws -> SearchResult {
        var pattern = try LinePattern(
            request.pattern, isRegularExpression: request.isRegularExpression, ignoresCase: request.ignoresCase)
        var result = SearchResult(matches: [], isCut: false)
        var byteCount = 0
        for path in try list(request.path, in: repository, limit: .max).paths {
            try Task.checkCancellation()
            guard let content = try read(path, in: repository), content.count <= request.fileLimitInBytes,
                !content.prefix(8_000).contains(0)
            else { continue }
            byteCount += content.count
            guard byteCount <= request.byteLimit else {
                result.isCut = true
                break
            }
            Self.search(content, path, &pattern, request, &result)
            if result.isCut { break }
        }
        return result
    }

    private static func search(
        _ content: [UInt8], _ path: String, _ pattern: inout LinePattern, _ request: SearchRequest,
        _ result: inout SearchResult
    ) {
        var number = 0
        var start = 0
        while start < content.count {
            number += 1
            let end = content[start...].firstIndex(of: 0x0A) ?? content.count
            var line = content[start..<end]
            if line.last == 0x0D { line = line.dropLast() }
            if pattern.matches(line) {
                guard result.matches.count < request.matchLimit else {
                    result.isCut = true
                    return
                }
                let text = String(decoding: line.prefix(request.lineLimitInBytes), as: UTF8.self)
                result.matches.append(SearchResult.Match(path: path, line: number, text: text))
            }
            start = end + 1
        }
    }
}
