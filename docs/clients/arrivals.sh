#!/bin/sh
# What comes next at a stop, polled as the API asks for: curl alone.
# sh arrivals.sh http://localhost:8000 STOP_ID [TIMES]
set -eu
url="${1%/}/v1/stops/$2/arrivals?limit=3"
times="${3:-1}"
kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT

turn=0
while [ "$turn" -lt "$times" ]; do
    # --etag-save and --etag-compare send If-None-Match; --compressed asks for gzip or zstd
    status=$(curl --silent --show-error --max-time 10 --compressed --etag-save "$kept/new" --etag-compare "$kept/tag" \
        --dump-header "$kept/head" --output "$kept/body" --write-out '%{http_code}' "$url")
    case "$status" in
        200) mv "$kept/new" "$kept/tag"; cat "$kept/body"; echo ;;
        304) echo unchanged ;;
        429 | 503) ;; # both say when to come back
        *) cat "$kept/body" >&2; exit 1 ;;
    esac
    turn=$((turn + 1))
    if [ "$turn" -lt "$times" ]; then
        wait=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p; s/^[Cc]ache-[Cc]ontrol:.*max-age=\([0-9]*\).*/\1/p' "$kept/head" | head -n 1)
        sleep "${wait:-5}"
    fi
done
