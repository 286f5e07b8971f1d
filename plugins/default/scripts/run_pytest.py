"""Runs pytest in this process and reports each test by itself: python3 run_pytest.py REQUEST

A line of the report begins with its tag by a key that is nowhere on disk, and is written when the test is over. So what a
test prints or writes is never taken for a result, and a test that ends the process has none.
"""

import json
import os
import struct
import sys
import types

MASK = 0xFFFFFFFFFFFFFFFF


def siphash(key, text):
    """SipHash-2-4 (Aumasson and Bernstein) of the text, by the first 16 bytes of the key."""
    k0, k1 = struct.unpack("<QQ", (key + bytes(16))[:16])
    v0, v1 = k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D
    v2, v3 = k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573
    whole = len(text) - len(text) % 8
    words = list(struct.unpack("<%dQ" % (whole // 8), text[:whole]))
    words.append(int.from_bytes(text[whole:], "little") | (len(text) & 0xFF) << 56)
    for word in words + [None]:
        rounds = 2
        if word is None:
            v2 ^= 0xFF
            rounds = 4
        else:
            v3 ^= word
        for _ in range(rounds):
            v0, v2 = (v0 + v1) & MASK, (v2 + v3) & MASK
            v1, v3 = (v1 << 13 | v1 >> 51) & MASK ^ v0, (v3 << 16 | v3 >> 48) & MASK ^ v2
            v0 = (v0 << 32 | v0 >> 32) & MASK
            v2, v0 = (v2 + v1) & MASK, (v0 + v3) & MASK
            v1, v3 = (v1 << 17 | v1 >> 47) & MASK ^ v2, (v3 << 21 | v3 >> 43) & MASK ^ v0
            v2 = (v2 << 32 | v2 >> 32) & MASK
        if word is not None:
            v0 ^= word
    return "%016x" % (v0 ^ v1 ^ v2 ^ v3)


def escaped(text):
    for plain, mark in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain, mark)
    return text


def emitter(path, key):
    """A function that appends one result to the report; a process that a test forked reports nothing."""
    report = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
    owner, getpid, write, tag = os.getpid(), os.getpid, os.write, siphash

    def emit(outcome, file, test, message):
        if getpid() != owner:
            return
        if len(message) > 3000:
            message = "…" + message[-3000:]
        line = "\t".join((outcome, escaped(file), escaped(test), escaped(message)))
        line = line.encode("utf-8", "replace")
        write(report, tag(key, line).encode() + b"\t" + line + b"\n")

    return emit


class Reporter:
    """Follows the phases of each test; one that failed in any of them did not pass."""

    RANK = ("passed", "skipped", "failed", "error")

    def __init__(self, files, emit):
        self._files = files
        self._emit = emit
        self._open = {}

    def pytest_runtest_logreport(self, report):
        outcome = report.outcome
        if outcome not in self.RANK:
            # A plugin's own word, as for a test that is about to be run again.
            return
        if outcome == "failed" and report.when != "call":
            outcome = "error"
        known = self._open.get(report.nodeid, ("passed", ""))
        if self.RANK.index(outcome) > self.RANK.index(known[0]):
            known = (outcome, self._message(report))
        self._open[report.nodeid] = known
        if report.when == "teardown":
            del self._open[report.nodeid]
            self._tell(report.nodeid, *known)

    def pytest_collectreport(self, report):
        if not report.failed:
            return
        for file, ids in self._files.items():
            # None of the file's tests ran.
            if report.nodeid == file or report.nodeid.startswith(file + "::"):
                for test in ids:
                    self._emit("error", file, test, self._message(report))

    def _tell(self, node, outcome, message):
        for file in self._files:
            if node.startswith(file + "::"):
                # A parametrized test is told once for each parameter, as name[parameter]; all of them have to pass.
                self._emit(outcome, file, node[len(file) + 2:].split("[", 1)[0], message)

    @staticmethod
    def _message(report):
        reason = report.longrepr
        if isinstance(reason, tuple):
            return str(reason[2])
        return report.longreprtext if reason is not None else ""


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    emit = emitter(request["report"], request["nonce"].encode())
    # Nothing on disk says what the key is.
    os.remove(sys.argv[1])
    os.remove(__file__)
    files = {}
    for target in request["targets"]:
        files.setdefault(target["file"], []).extend(target["ids"])
    arguments = request["arguments"] + ["--"] + list(files)
    del request, file, target

    import pytest

    # As `python -m pytest` has it, and no trace of this script.
    sys.path[0] = os.getcwd()
    sys.argv = ["pytest"] + arguments
    if hasattr(sys, "orig_argv"):
        sys.orig_argv = sys.orig_argv[:1] + ["-m"] + sys.argv
    sys.modules["__main__"] = types.ModuleType("__main__")
    return int(pytest.main(arguments, plugins=[Reporter(files, emit)]))


sys.exit(main())
