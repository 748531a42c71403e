#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desktop file, metainfo and package lists: valid, and they name each other."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
APP = "io.quarterdeck.Quarterdeck"

# What CMake has to find, and the Debian package it comes with; parts of Qt as Qt6Svg. Empty: it comes with the compiler.
DEBIAN = {
    "Qt6": "qt6-base-dev", "Qt6Core": "qt6-base-dev", "Qt6Network": "qt6-base-dev", "Qt6DBus": "qt6-base-dev", "Qt6Gui": "qt6-base-dev",
    "Qt6Widgets": "qt6-base-dev", "Qt6Test": "qt6-base-dev", "Qt6WebSockets": "qt6-websockets-dev", "Qt6Svg": "qt6-svg-dev",
    "Qt6Charts": "qt6-charts-dev", "Qt6LinguistTools": "qt6-tools-dev", "Qt6Keychain": "qtkeychain-qt6-dev", "simdjson": "libsimdjson-dev",
    "yaml-cpp": "libyaml-cpp-dev", "OpenSSL": "libssl-dev", "PkgConfig": "pkg-config", "liblz4": "liblz4-dev", "xcb": "libxcb1-dev",
    "spdlog": "libspdlog-dev", "Threads": "", "Boost": "libboost-dev", "ZLIB": "zlib1g-dev", "Python3": "python3", "libnghttp2": "libnghttp2-dev",
}


def required(text):
    """What a CMake file cannot do without: names of DEBIAN."""
    text = re.sub(r"#.*", "", text)
    for name, rest in re.findall(r"find_package\(\s*(\S+)([^)]*)\)", text):
        words = rest.split()
        if "REQUIRED" in words:
            yield name
            if name == "Qt6" and "COMPONENTS" in words:
                yield from (f"Qt6{word}" for word in words[words.index("COMPONENTS") + 1:] if not word.startswith("$"))
    for rest in re.findall(r"\bqd_qt_components\s+([^)]*)\)", text):
        yield from (f"Qt6{word}" for word in rest.split())
    for rest in re.findall(r"pkg_check_modules\(\s*\S+([^)]*)\)", text):
        words = rest.split()
        if "REQUIRED" in words:
            yield from (re.split("[<>=]", word)[0] for word in words if not re.fullmatch("[A-Z_]+", word))


def packages_to_build(problems):
    """A fresh machine configures with what debian-build.txt names."""
    listed = set(re.sub(r"#.*", "", (ROOT / "packaging" / "debian-build.txt").read_text()).split())
    folders = [f for f in ROOT.iterdir() if f.is_dir() and f.name != "build" and not f.name.startswith(".")]
    files = [ROOT / "CMakeLists.txt"] + [p for f in folders for name in ("CMakeLists.txt", "*.cmake") for p in sorted(f.rglob(name))]
    for path in files:
        for name in required(path.read_text()):
            if name not in DEBIAN:
                problems.append(f"{path.relative_to(ROOT)}: {name} is required, and check_packaging.py does not know its Debian package")
            elif DEBIAN[name] and DEBIAN[name] not in listed:
                problems.append(f"{path.relative_to(ROOT)}: {name} is required, and packaging/debian-build.txt has no {DEBIAN[name]}")


def run(problems, *command):
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is not installed: skipped")
        return
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        problems.append(f"{' '.join(command)}: {done.stdout}{done.stderr}")


def no_homepage():
    """There is no homepage to name yet: AppStream 1.0 fails for that, and older ones neither ask for it nor know the tag."""
    if shutil.which("appstreamcli") is None:
        return []
    version = re.search(r"(\d+)\.\d+", subprocess.run(["appstreamcli", "--version"], capture_output=True, text=True).stdout)
    return ["--override=url-homepage-missing=info"] if version and int(version.group(1)) >= 1 else []


def main():
    problems = []
    run(problems, "desktop-file-validate", str(LINUX / f"{APP}.desktop"))
    run(problems, "appstreamcli", "validate", "--no-net", *no_homepage(), str(LINUX / f"{APP}.metainfo.xml"))
    meta = (LINUX / f"{APP}.metainfo.xml").read_text()
    if f'<launchable type="desktop-id">{APP}.desktop</launchable>' not in meta:
        problems.append("metainfo: launchable is not the desktop file")
    version = re.search(r"project\(quarterdeck VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    if f'<release version="{version}"' not in meta:
        problems.append(f"metainfo: no release {version}")
    if f"## {version}" not in (ROOT / "CHANGELOG.md").read_text() and "## Unreleased" not in (ROOT / "CHANGELOG.md").read_text():
        problems.append(f"CHANGELOG.md: no section {version}")
    packages_to_build(problems)
    for name in ["README.md", "CONTRIBUTING.md", "LICENSE", "CHANGELOG.md", "run", ".ci/run"]:
        if not (ROOT / name).exists():
            problems.append(f"{name} is missing")
    for problem in problems:
        print(problem)
    print(f"packaging: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
