#!/usr/bin/env bash
# Builds the real Loki the live lane asks, from Go modules, once per version, into ${XDG_CACHE_HOME:-~/.cache}/quarterdeck-rig. Prints the
# program. Needs go >= 1.26.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
base="${XDG_CACHE_HOME:-$HOME/.cache}/quarterdeck-rig"
version=$(sed -n 's/.*github.com\/grafana\/loki\/v3 \(v[0-9.]*\).*/\1/p' "$here/go.mod" | head -n 1)
sum=$(sha256sum "$here/go.sum" | cut -c1-12)
out="$base/loki-$version-$sum"
mkdir -p "$out"
exec 9> "$out/.lock"
flock 9
if [ ! -x "$out/loki" ]; then
  echo "building loki $version (once, about four minutes)" >&2
  (cd "$here" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "-s -w" -o "$out/loki.part" github.com/grafana/loki/v3/cmd/loki >&2)
  mv "$out/loki.part" "$out/loki"
fi
echo "$out/loki"
