import Plans
import Testing

@Suite struct RepositoryPathTests {
    @Test(arguments: [
        "/abs.py", "~/x.py", "../x.py", "a/../../x.py", "a/..", ".git/config", "a/.git/hooks/x", ".GIT/config",
        ".git./x",
        "git~1/config", "C:\\\\x", "a\\\\b.py", "dir/", ".", "./", "a\\nb", "a\\0b",
    ])
    func pathsOutsideTheRepositoryAreRefused(path: String) throws {
        for field in ["test_path", "context"] {
            let found = try faults("features: [{name: a, file_path: a.py, \(field): \"\(path)\"}]")
            #expect(found.count == 1, "\(found)")
            #expect(found.first?.contains("`\(field)` must") == true)
        }
    }

    @Test(arguments: [
        ("a.py", "a.py"), ("./a//b/./c.py", "a/b/c.py"), (".github/x.yml", ".github/x.yml"), ("a..b/c", "a..b/c"),
        (".gitignore", ".gitignore"), ("ä ö/ü.py", "ä ö/ü.py"),
    ])
    func pathsInsideAreKeptInTheirShortForm(path: String, short: String) throws {
        #expect(try read("features: [{name: a, file_path: \"\(path)\"}]").features[0].filePath == short)
    }
}
