#!/usr/bin/env python3
"""Checks the habits of this house that no compiler checks.

- docs/architecture.md's table of targets says what Package.swift says.
- A file imports only what its target declares (the compiler's own check passes over targets with
  generated sources, and over whatever depends on them).
- No file is longer than 400 lines, but for generated ones (.pb.swift).
- Nothing in Sources/ can crash on purpose: fatalError, try!, as!.
- Nothing is left half-done: TODO, FIXME, XXX.

Prints each finding as file:line: sentence, and exits 1 when there is one.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LONGEST = 400
# Modules of the toolchain and of the C library, which no manifest declares.
TOOLCHAIN = {
    "Dispatch", "Foundation", "FoundationEssentials", "FoundationXML", "Glibc", "Observation", "RegexBuilder",
    "Swift", "Synchronization", "Testing",
}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|typealias|let|var)\s+)?(\w+)")
CRASH = re.compile(r"\bfatalError\s*\(|\btry!|\bas! ")
HALF_DONE = re.compile(r"\b(TODO|FIXME|XXX)\b")

findings = []


def finding(path, line, sentence):
    findings.append(f"{path.relative_to(ROOT)}:{line}: {sentence}")


def code_lines(file):
    """The file's lines with their numbers, without what stands in texts of several lines."""
    inside = False
    for number, line in enumerate(file.read_text().splitlines(), 1):
        quotes = line.count('"""')
        if not inside and quotes == 0:
            yield number, line
        inside ^= quotes % 2 == 1


def manifest():
    """Each target's own and outside dependencies, as Package.swift declares them."""
    dump = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, text=True)
    targets = {}
    for target in json.loads(dump.stdout)["targets"]:
        ours, outside = set(), set()
        for dependency in target["dependencies"]:
            (kind, words), = dependency.items()
            (outside if kind == "product" else ours).add(words[0])
        targets[target["name"]] = (target["type"], target.get("path"), ours, outside)
    return targets


def documented():
    """The same, as the table in docs/architecture.md says: target, duty, ours, outside."""
    page = ROOT / "docs" / "architecture.md"
    rows = {}
    for number, line in enumerate(page.read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("| `") or len(cells) != 4:
            continue
        names = re.findall(r"`(\w+)`", cells[0])
        ours, outside = (set(re.findall(r"`(\w+)`", cell)) for cell in cells[2:])
        for name in names:
            rows[name] = (number, ours, outside)
    return page, rows


def check_table(targets):
    page, rows = documented()
    for name, (kind, _, ours, outside) in targets.items():
        if kind == "test":
            continue
        if name not in rows:
            finding(page, 1, f"the table of targets lacks `{name}`")
            continue
        number, said_ours, said_outside = rows[name]
        for what, is_declared, is_said in (
                ("imports", ours, said_ours), ("outside", outside, said_outside)):
            for extra in sorted(is_said - is_declared):
                finding(page, number, f"{name}, {what}: Package.swift does not declare `{extra}`")
            for lacking in sorted(is_declared - is_said):
                finding(page, number, f"{name}, {what}: Package.swift declares `{lacking}` too")
    for name in rows.keys() - targets.keys():
        finding(page, rows[name][0], f"there is no target `{name}`")


def check_imports(targets):
    for name, (kind, path, ours, outside) in targets.items():
        folder = ROOT / (path or ("Tests" if kind == "test" else "Sources") + "/" + name)
        allowed = ours | outside | TOOLCHAIN
        used = set()
        for file in sorted(folder.rglob("*.swift")):
            for number, line in code_lines(file):
                found = IMPORT.match(line)
                if not found:
                    continue
                used.add(found[1])
                if found[1] not in allowed:
                    finding(file, number, f"Package.swift does not let {name} import {found[1]}")
        # A suite always has the test support at hand; everything else declared is used.
        for idle in sorted((ours | outside) - used - {"TestSupport"} if used else ()):
            finding(ROOT / "Package.swift", 1, f"{name} declares {idle} and never imports it")


def check_lines():
    for folder in ("Sources", "Tests"):
        for file in sorted((ROOT / folder).rglob("*")):
            # What a generator wrote is as long as its schema.
            if file.suffix not in {".swift", ".c", ".h"} or file.name.endswith(".pb.swift"):
                continue
            length = len(file.read_text().splitlines())
            if length > LONGEST:
                finding(file, length, f"longer than {LONGEST} lines: does it hold one idea?")
            for number, line in code_lines(file):
                code = line.split("//")[0]
                if folder == "Sources" and CRASH.search(code):
                    finding(file, number, "crashes on purpose; throw an error instead")
                if HALF_DONE.search(line):
                    finding(file, number, "left half-done")


if __name__ == "__main__":
    declared = manifest()
    check_table(declared)
    check_imports(declared)
    check_lines()
    for line in findings:
        print(line)
    count = len(findings)
    print("the house is in order" if count == 0 else f"{count} findings")
    sys.exit(1 if findings else 0)
