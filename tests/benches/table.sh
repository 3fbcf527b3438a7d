#!/usr/bin/env bash
# Whole processes against curl on the same bytes from the same local server, as a table in Markdown on stdout.
# Needs the packages nginx-light, curl, hyperfine, jq and time, and a release build. Nothing leaves loopback.
# usage: tests/benches/table.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-20}
efloctl=$PWD/target/release/efloctl
[ -x "$efloctl" ] || cargo build --release --locked
work=$(mktemp -d)
chmod 755 "$work" # nginx reads the answers as a user of its own
trap 'kill "$(cat "$work/pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$work"' EXIT

# An answer about so many nodes, of which one in a hundred failed.
answer() {
    awk -v n="$1" 'BEGIN {
        printf "{\"RequestId\":\"R\",\"TotalCount\":1,\"Invocations\":{\"Invocation\":[{\"InvocationStatus\":\"PartialFailed\",\"Name\":\"app.conf\",\"TargetDir\":\"/etc\",\"NodeCount\":%d,\"InvokeNodes\":{\"InvokeNode\":[", n
        for (i = 0; i < n; i++) {
            failed = i % 100 == 0
            printf "%s{\"InvocationStatus\":\"%s\",\"FinishTime\":\"2023-04-10T10:53:46.156+08:00\",\"NodeId\":\"e01-cn-%011d\",\"ErrorInfo\":\"\",\"CreationTime\":\"2023-02-06T07:12:50Z\",\"StartTime\":\"2023-03-30T16:00:00Z\",\"UpdateTime\":\"2023-03-30T16:00:00Z\",\"ErrorCode\":\"%s\"}", i ? "," : "", failed ? "Failed" : "Success", i, failed ? "FileAlreadyExists" : ""
        }
        printf "]}}]}}"
    }'
}

sizes="3 10000 100000 1000000"
{
    echo "worker_processes 1; pid $work/pid; error_log $work/error.log; events {} http { access_log off; sendfile on;"
    for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $work/$kind;"; done
    port=8471
    for nodes in $sizes; do
        answer "$nodes" > "$work/$nodes.json"
        # nginx answers a POST of a file with 405; that is the file then.
        echo "server { listen 127.0.0.1:$port; root $work; location / { try_files /$nodes.json =404; error_page 405 =200 /$nodes.json; } }"
        port=$((port + 1))
    done
    echo "}"
} > "$work/nginx.conf"
nginx -c "$work/nginx.conf"

export HOME=$work XDG_CONFIG_HOME=$work EFLOCTL_REGION=cn-beijing
mkdir -p "$work/efloctl"
(umask 077; printf 'default_profile = "bench"\n[profiles.bench]\naccess_key_id = "LTAIbenchmark"\naccess_key_secret = "none"\n' > "$work/efloctl/config.toml")

# Wall time against curl, median of alternating pairs; then peak memory.
row() {
    local label=$1 port=$2; shift 2
    local url=http://127.0.0.1:$port ratios=()
    for _ in $(seq "$runs"); do
        hyperfine -N -w 0 -r 1 --style none --export-json "$work/pair.json" \
            "$efloctl $* --endpoint $url" "curl -s -o /dev/null $url/" > /dev/null 2>&1
        ratios+=("$(jq '.results[0].mean / .results[1].mean' "$work/pair.json")")
    done
    local ratio rss
    ratio=$(printf '%s\n' "${ratios[@]}" | sort -g | awk '{r[NR] = $1} END {printf "%.2f", (r[int((NR + 1) / 2)] + r[int(NR / 2) + 1]) / 2}')
    # shellcheck disable=SC2086
    rss=$(/usr/bin/time -f %M "$efloctl" $* --endpoint "$url" 2>&1 > /dev/null | tail -1)
    printf '| %s | %sx | %s |\n' "$label" "$ratio" "$(awk -v k="$rss" 'BEGIN {printf "%.1f", k / 1024}')"
}

echo "| command and nodes | wall against curl | peak MiB |"
echo "| --- | --- | --- |"
port=8471
for nodes in $sizes; do
    row "\`status\`, $nodes" "$port" status t-bench
    port=$((port + 1))
done
row "\`errors\`, 100000" 8473 errors t-bench
row "\`status --failed -o ids\`, 100000" 8473 status t-bench --failed -o ids
row "\`status -o json\`, 100000" 8473 status t-bench -o json
row "\`status -o jsonl\`, 100000" 8473 status t-bench -o jsonl
row "\`status -o tsv\`, 100000" 8473 status t-bench -o tsv
row "\`status -o raw\`, 1000000" 8474 status t-bench -o raw
