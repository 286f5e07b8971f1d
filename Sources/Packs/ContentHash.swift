import CSodium
import Vocabulary

/// The SHA-256 of a canonical listing of files, as 64 lower-case hexadecimal digits.
///
/// The listing is the same on every machine: files sorted by the bytes of their path, each as mode (`100644`, or `100755` for a
/// program), size, path and content. Times, owners and other permission bits have no part in it.
package struct ContentHash: Identifier {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Hashes files; their order does not matter, their paths must differ.
    package init(of files: some Sequence<PackFile>) {
        var state = crypto_hash_sha256_state()
        crypto_hash_sha256_init(&state)
        let update = { (bytes: [UInt8]) in
            _ = crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
        }
        // Says what was hashed, so that a later form of the listing cannot give the hash of this one.
        update(Array("moonshift files 1\n".utf8))
        for file in files.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
            // The size and the zero byte keep path and content from running into each other.
            update(Array("\(file.isExecutable ? "100755" : "100644") \(file.bytes.count) \(file.path)\0".utf8))
            update(file.bytes)
        }
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256_final(&state, &digest)
        self.init(rawValue: digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
}
