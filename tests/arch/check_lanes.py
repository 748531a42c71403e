#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each lane ./run builds by its folder's "all" gets every program its tests start: CTest builds nothing, and a build that has all programs
from before hides what a clean one lacks. check_lanes.py BUILD CTEST NINJA; asks the build what it would do, and builds nothing."""
import json
import re
import subprocess
import sys
from pathlib import Path

LANES = ["tests/live", "tests/ui", "tests/unit/console", "tests/bench"]  # of `build release …` in run_tests of ./run


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def started(build, ctest, lane):
    """{program: a test that names it}: what a test runs, or is told of in its environment, and lies in the build."""
    programs = {}
    for test in json.loads(said(ctest, "--test-dir", str(build / lane), "--show-only=json-v1"))["tests"]:
        words = list(test.get("command", []))
        for name in (prop for prop in test.get("properties", []) if prop["name"] == "ENVIRONMENT"):
            words += [setting.partition("=")[2] for setting in name["value"]]
        for word in words:
            path = Path(word)
            if path.is_relative_to(build) and not path.is_dir():
                programs.setdefault(str(path.relative_to(build)), test["name"])
    return programs


def main(build, ctest, ninja):
    build = Path(build).resolve()
    wrong = []
    for lane in LANES:
        programs = started(build, ctest, lane)
        if not programs:
            wrong.append(f"{lane}: no test starts a program of this build")
        built = set(re.findall(r" -o (\S+)", said(ninja, "-C", str(build), "-t", "commands", f"{lane}/all")))
        for program, test in sorted(programs.items()):
            if program not in built:
                wrong.append(f"{lane}: {test} starts {program}, which {lane}/all does not build; add_dependencies in {lane}/CMakeLists.txt")
    print("\n".join(wrong) or f"lanes: {len(LANES)} build what their tests start")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
