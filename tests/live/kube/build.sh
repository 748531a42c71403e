#!/usr/bin/env bash
# Builds the real control plane the live lane runs against (kube-apiserver, kube-controller-manager, kubectl, etcd) from Go modules,
# once per version, into ${XDG_CACHE_HOME:-~/.cache}/quarterdeck-rig. Prints the folder of the binaries. Needs go >= 1.26.
# `build.sh standin` builds the kubelet's part (standin/, a module of its own, so that a change there builds nothing else) and prints
# its program.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
base="${XDG_CACHE_HOME:-$HOME/.cache}/quarterdeck-rig"
if [ "${1:-}" = standin ]; then
  sum=$(cat "$here"/standin/go.* "$here"/standin/*.go | sha256sum | cut -c1-12)
  out="$base/standin-$sum"
  mkdir -p "$out"
  exec 9> "$out/.lock"
  flock 9
  if [ ! -x "$out/standin" ]; then
    echo "building the kubelet stand-in (once, about a minute)" >&2
    (cd "$here/standin" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "-s -w" -o "$out/standin.part" . >&2)
    mv "$out/standin.part" "$out/standin"
  fi
  echo "$out/standin"
  exit 0
fi
version=$(sed -n 's/^\tk8s.io\/kubernetes \(v[0-9.]*\).*/\1/p' "$here/go.mod" | head -n 1)
sum=$(sha256sum "$here/go.sum" | cut -c1-12)
out="$base/kube-$version-$sum"
mkdir -p "$out"
exec 9> "$out/.lock"
flock 9
pkg=k8s.io/component-base/version
minor=$(cut -d. -f2 <<< "$version")
flags="-s -w -X $pkg.gitVersion=$version -X $pkg.gitMajor=1 -X $pkg.gitMinor=$minor -X $pkg.gitTreeState=archive -X $pkg.buildDate=1970-01-01T00:00:00Z"
build() { # name package
  [ -x "$out/$1" ] && return 0
  echo "building $1 $version (once, a few minutes)" >&2
  (cd "$here" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "$flags" -o "$out/$1.part" "$2" >&2)
  mv "$out/$1.part" "$out/$1"
}
build etcd go.etcd.io/etcd/server/v3
build kubectl k8s.io/kubernetes/cmd/kubectl
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
build kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager
echo "$out"
