#!/usr/bin/env bash
# Lets libFuzzer look for inputs that hurt: scripts/fuzz.sh SECONDS [PARSER…], all of them by default.
#
# What it learns stays in .build-fuzz/corpus, so that the next run goes on from there; what hurts lies
# in .build-fuzz/found. JOBS parsers run at once (default 1). The table in docs/fuzzing.md is written
# anew from the logs.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.build-fuzz
program=$folder/release/GuidedFuzz
seconds=$1
shift
[ $# -gt 0 ] || mapfile -t parsers < <(
    sed -n 's/^    case \([a-z, ]*\)$/\1/p' Tests/Fuzzing/Parser.swift | tr -d ' ' | tr ',' '\n' |
        grep -vxE 'read|refused|silent')
[ $# -eq 0 ] || parsers=("$@")

# Of several -sanitize= the Swift compiler heeds the last, so that it gets both in one.
swift build -c release --scratch-path "$folder" --sanitize fuzzer --sanitize address \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -DGUIDED -Xswiftc -enable-testing \
    --product GuidedFuzz

play() {
    local parser=$1 kept=Tests/FuzzingTests/Fixtures/$1 status=0
    local seeds=$folder/seeds/$parser corpus=$folder/corpus/$parser
    mkdir -p "$seeds" "$corpus" "$folder/found" "$folder/logs"
    [ -d "$kept" ] || kept=
    # A crash reporter would only keep a crashed program from ending. The limit of time on the wall is
    # loose, for machines that are busy; the program itself watches its processor time.
    PARSER=$parser SEEDS=$seeds SWIFT_BACKTRACE=enable=no \
        ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 \
        "$program" -max_total_time="$seconds" -timeout=300 -rss_limit_mb=2048 -malloc_limit_mb=256 \
        -max_len=32768 -print_final_stats=1 -artifact_prefix="$folder/found/$parser-" \
        "$corpus" "$seeds" $kept >"$folder/logs/$parser.log" 2>&1 || status=$?
    if [ $status -eq 0 ]; then
        tail -n 60 "$folder/logs/$parser.log" | grep -a DONE | sed "s/^/$parser: /"
    else
        echo "$parser: found something, see $folder/logs/$parser.log"
        return 1
    fi
}
export -f play
export folder program seconds

status=0
printf '%s\n' "${parsers[@]}" | xargs -P "${JOBS:-1}" -I{} bash -c 'play {}' || status=1
scripts/fuzz-table.py "$folder/logs" docs/fuzzing.md
exit $status
