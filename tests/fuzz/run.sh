#!/usr/bin/env bash
# Runs every target, or those named, one after another for so many minutes each, and prints how many inputs each took.
# A finding ends it: what was found is in tests/fuzz/artifacts.
#
#     tests/fuzz/run.sh MINUTES [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:?so many minutes a target}
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    mapfile -t targets < <(sed -n 's/^path = "fuzz_targets\/\(.*\)\.rs"$/\1/p' tests/fuzz/Cargo.toml)
fi

# No code of ours is unsafe, so a sanitizer would only slow it down.
fuzz=(cargo +nightly fuzz)
"${fuzz[@]}" build --fuzz-dir tests/fuzz -s none
for target in "${targets[@]}"; do
    mkdir -p "tests/fuzz/corpus/$target"
    log=$(mktemp)
    if ! "${fuzz[@]}" run --fuzz-dir tests/fuzz -s none "$target" "tests/fuzz/corpus/$target" "tests/data/fuzz/$target" \
        -- -dict="tests/fuzz/dict/$target" -max_total_time=$((minutes * 60)) -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 >"$log" 2>&1; then
        tail -n 60 "$log"
        printf '%s: a finding, see %s\n' "$target" "$log"
        exit 1
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-10s %12s runs, no finding\n' "$target" "$runs"
    rm "$log"
done
