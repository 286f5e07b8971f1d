import WebServer

/// The bytes of a streamed answer and the writes in which they leave.
struct StreamDelivery: Sendable {
    /// In order; no piece is empty.
    let pieces: [[UInt8]]
    /// Whether the connection is closed after the last piece instead of the body being ended.
    let isCut: Bool

    /// Plans the writes.
    ///
    /// Nine answers of ten leave in one write. The tenth is torn at any byte, also inside a character or a line, because that is what a
    /// network does. A cut answer ends somewhere before its finish reason.
    init(_ stream: AnswerEncoder.Stream, isCut: Bool, dice: SeededDice) {
        var dice = dice
        self.isCut = isCut
        let end = isCut ? dice.whole(in: 1...max(1, stream.finishOffset)) : stream.bytes.count
        let isTorn = dice.whole(in: 0...9) == 0
        let cuts = isTorn && end > 3 ? (0..<3).map { _ in dice.whole(in: 1...end - 1) }.sorted() : []
        pieces = zip([0] + cuts, cuts + [end]).filter { $0 < $1 }.map { Array(stream.bytes[$0..<$1]) }
    }

    func send(to writer: WebBodyWriter) async throws {
        for piece in pieces {
            try await writer.write(piece)
        }
        if isCut { throw ConnectionDrop() }
    }
}

extension AnswerEncoder.Stream {
    /// An answer in one document, which is not finished before its last byte.
    init(whole document: String) {
        self.init(bytes: Array(document.utf8), finishOffset: document.utf8.count - 1)
    }
}
