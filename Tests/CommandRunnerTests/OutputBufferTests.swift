import Testing

@testable import CommandRunner

@Suite struct OutputBufferTests {
    private func kept(_ text: String, limit: Int, step: Int) -> String {
        let buffer = OutputBuffer(limitInBytes: limit)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { buffer.append($0) }
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test(arguments: 1...12)
    func whatFitsIsKeptWhole(step: Int) {
        #expect(kept("0123456789", limit: 10, step: step) == "0123456789")
        #expect(kept("0123456789", limit: 11, step: step) == "0123456789")
    }

    @Test(arguments: 1...12)
    func whatDoesNotFitLosesItsMiddle(step: Int) {
        let expected = "abcde\n[... 16 bytes of output cut here ...]\nvwxyz"
        #expect(kept("abcdefghijklmnopqrstuvwxyz", limit: 10, step: step) == expected)
    }

    @Test
    func aLimitOfNothingKeepsNothing() {
        #expect(kept("abc", limit: 0, step: 1) == "\n[... 3 bytes of output cut here ...]\n")
    }
}
