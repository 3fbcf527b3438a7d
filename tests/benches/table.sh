#!/usr/bin/env bash
# Whole processes on the same bytes from the same local server, as two tables in Markdown on stdout: efloctl against
# curl, which only fetches them, and against what people ask with otherwise.
# Needs the packages nginx-light, curl, openssl, hyperfine, jq, time and python3-venv, and a release build. The Python
# SDK is fetched once; nothing else leaves loopback.
# usage: tests/benches/table.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-20}
efloctl=$PWD/target/release/efloctl
[ -x "$efloctl" ] || cargo build --release --locked
python=$PWD/target/tools/sdk/bin/python
if ! "$python" -c 'import alibabacloud_eflo_controller20221215' 2>/dev/null; then
    python3 -m venv target/tools/sdk
    "$python" -m pip install --quiet alibabacloud_eflo_controller20221215==3.2.0
fi
sdk=$PWD/tests/benches/sdk.py
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

# An authority, a certificate that it issued, and a bundle that has the machine's authorities and this one.
certificate() {
    local new=(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
    "${new[@]}" -subj /CN=authority -keyout "$work/authority.key" -out "$work/authority.pem"
    "${new[@]}" -subj /CN=server -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=CA:FALSE \
        -CA "$work/authority.pem" -CAkey "$work/authority.key" -keyout "$work/server.key" -out "$work/server.pem"
    cat /etc/ssl/certs/ca-certificates.crt "$work/authority.pem" > "$work/bundle.pem"
} 2> /dev/null
certificate
unset SSL_CERT_DIR
export SSL_CERT_FILE=$work/bundle.pem

sizes="3 10000 100000 1000000"
# nginx answers a POST of a file with 405; that is the file then.
server() {
    echo "server { listen 127.0.0.1:$1; root $work; location / { try_files /$2 =404; error_page 405 =200 /$2; } }"
}
{
    echo "worker_processes 1; pid $work/pid; error_log $work/error.log; events {} http { access_log off; sendfile on;"
    for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $work/$kind;"; done
    echo "ssl_certificate $work/server.pem; ssl_certificate_key $work/server.key; default_type application/json;"
    port=8471
    for nodes in $sizes; do
        answer "$nodes" > "$work/$nodes.json"
        server "$port" "$nodes.json"
        port=$((port + 1))
    done
    server "8475 ssl" 3.json
    echo "}"
} > "$work/nginx.conf"
nginx -c "$work/nginx.conf"

export HOME=$work XDG_CONFIG_HOME=$work EFLOCTL_REGION=cn-beijing ALIBABA_CLOUD_ECS_METADATA_DISABLED=true
mkdir -p "$work/efloctl"
(umask 077; printf 'default_profile = "bench"\n[profiles.bench]\naccess_key_id = "LTAIbenchmark"\naccess_key_secret = "none"\n' > "$work/efloctl/config.toml")

# Seconds of one run of each command, one after the other, a line a round; what they print and their exit codes are
# not looked at.
rounds() {
    local rounds=$1; shift
    for _ in $(seq "$rounds"); do
        hyperfine -N -i -w 0 -r 1 --style none --export-json "$work/round.json" "$@" > /dev/null 2>&1
        jq -r '[.results[].mean] | @tsv' "$work/round.json"
    done
}

# The median of a column of numbers.
median() {
    sort -g | awk '{all[NR] = $1} END {print (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2}'
}

# The peak memory of a command, in MiB.
peak() {
    /usr/bin/time -f %M "$@" 2>&1 > /dev/null | tail -1 | awk '{printf "%.1f", $1 / 1024}'
}

# Against curl: the median of the ratios of pairs, and the peak of memory.
row() {
    local label=$1 url=$2 trust=$3; shift 3
    local ratio
    ratio=$(rounds "$runs" "$efloctl $* --endpoint $url" "curl $trust -s -o /dev/null $url/" | awk '{print $1 / $2}' | median)
    printf '| %s | %.2fx | %s |\n' "$label" "$ratio" "$(peak "$efloctl" "$@" --endpoint "$url")"
}

echo "| command and nodes | wall against curl | peak MiB |"
echo "| --- | --- | --- |"
row "\`status\`, 3, https" https://127.0.0.1:8475 "--cacert $work/authority.pem" status t-bench
port=8471
for nodes in $sizes; do
    row "\`status\`, $nodes" "http://127.0.0.1:$port" "" status t-bench
    port=$((port + 1))
done
hundred_thousand=http://127.0.0.1:8473
row "\`errors\`, 100000" "$hundred_thousand" "" errors t-bench
row "\`status --failed -o ids\`, 100000" "$hundred_thousand" "" status t-bench --failed -o ids
row "\`status -o json\`, 100000" "$hundred_thousand" "" status t-bench -o json
row "\`status -o jsonl\`, 100000" "$hundred_thousand" "" status t-bench -o jsonl
row "\`status -o tsv\`, 100000" "$hundred_thousand" "" status t-bench -o tsv
row "\`status -o json\`, 1000000" http://127.0.0.1:8474 "" status t-bench -o json
row "\`status -o raw\`, 1000000" http://127.0.0.1:8474 "" status t-bench -o raw

# The same question by other means: the verdict, and the failed nodes with their codes.
cat > "$work/curl_jq" << 'SCRIPT'
#!/bin/sh
curl -s "$1" | jq -r '.Invocations.Invocation[0] | .InvocationStatus,
    (.InvokeNodes.InvokeNode[] | select(.InvocationStatus != "Success") | .NodeId + " " + .ErrorCode)'
SCRIPT
chmod +x "$work/curl_jq"

# Seconds and peak memory, as a cell.
cell() {
    awk -v seconds="$(median)" -v peak="$1" 'BEGIN {printf " %.3f s, %.0f MiB |", seconds, peak}'
}

echo
echo "| nodes | \`efloctl status\` | \`curl\` and \`jq\` | Python SDK |"
echo "| --- | --- | --- | --- |"
port=8471
for nodes in $sizes; do
    at=127.0.0.1:$port
    rounds $(((runs + 3) / 4)) "$efloctl status t-bench --endpoint http://$at" \
        "$work/curl_jq http://$at/" "$python $sdk $at" > "$work/rounds"
    printf '| %s |' "$nodes"
    cut -f1 "$work/rounds" | cell "$(peak "$efloctl" status t-bench --endpoint "http://$at")"
    cut -f2 "$work/rounds" | cell "$(peak "$work/curl_jq" "http://$at/")"
    cut -f3 "$work/rounds" | cell "$(peak "$python" "$sdk" "$at")"
    echo
    port=$((port + 1))
done
