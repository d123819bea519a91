#!/usr/bin/env python3
"""Writes the table of a page from the logs of guided fuzzing: fuzz-table.py LOGS PAGE.

A row is a log's last run. Rows of parsers without a log stay as they are.
"""
import pathlib
import re
import sys

BEGIN, END = "<!-- runs -->\n", "<!-- end of runs -->\n"
HEAD = "| Parser | Seconds | Executions | Edges | Corpus | Peak memory | Outcome |\n|---|---|---|---|---|---|---|\n"
STATUS = re.compile(r"^#(\d+)\t\S+\s+cov: (\d+) ft: \d+ corp: (\d+)/(\S+)", re.M)


def row(log):
    text = log.read_text(errors="replace")
    done = re.search(r"^Done (\d+) runs in (\d+) second", text, re.M)
    last = list(STATUS.finditer(text))
    if not last:
        return None
    executions, edges, inputs, size = last[-1].groups()
    peak = re.search(r"stat::peak_rss_mb:\s+(\d+)", text)
    found = re.search(r"^SUMMARY: ", text, re.M)
    total = re.search(r"^stat::number_of_executed_units: (\d+)", text, re.M)
    outcome = "found something" if found else "nothing found" if done else "not ended"
    return "| {} | {} | {:,} | {:,} | {} inputs, {} | {} | {} |\n".format(
        log.stem, done[2] if done else "–", int(total[1] if total else executions), int(edges), inputs,
        re.sub(r"(\d+)(Kb|Mb|b)", lambda m: m[1] + {"b": " B", "Kb": " KiB", "Mb": " MiB"}[m[2]], size),
        peak[1] + " MiB" if peak else "–", outcome)


if __name__ == "__main__":
    logs, page = map(pathlib.Path, sys.argv[1:])
    before, rest = page.read_text().split(BEGIN)
    table, after = rest.split(END)
    rows = {line.split("|")[1].strip(): line + "\n" for line in table.splitlines()[2:]}
    rows |= {log.stem: line for log in logs.glob("*.log") if (line := row(log))}
    page.write_text(before + BEGIN + HEAD + "".join(rows[name] for name in sorted(rows)) + END + after)
