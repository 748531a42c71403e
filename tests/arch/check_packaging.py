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
    for name in ["README.md", "CONTRIBUTING.md", "LICENSE", "CHANGELOG.md", "run", ".ci/run"]:
        if not (ROOT / name).exists():
            problems.append(f"{name} is missing")
    for problem in problems:
        print(problem)
    print(f"packaging: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
