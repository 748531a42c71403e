#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""translations/quarterdeck_en.ts holds every plural of the code with both forms, as `update_translations` would write it.

    check_translations.py LUPDATE
"""
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "translations" / "quarterdeck_en.ts"


def plurals(path):
    found = {}
    for context in ET.parse(path).getroot().findall("context"):
        for message in context.findall("message"):
            forms = [f.text or "" for f in message.find("translation").findall("numerusform")]
            found[(context.findtext("name"), message.findtext("source"))] = forms
    return found


def main():
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "quarterdeck_en.ts"
        subprocess.run([sys.argv[1], "-silent", "-pluralonly", "-no-obsolete", "-locations", "none", "-extensions", "cpp,h", "-I", str(ROOT),
                        str(ROOT / "app"), str(ROOT / "ui"), str(ROOT / "models"), "-ts", str(fresh)], check=True,
                       stderr=subprocess.DEVNULL)   # it complains of namespaces it cannot follow
        code = plurals(fresh)
    kept = plurals(KEPT)
    problems = [f"missing: {where}: {text}" for where, text in code if (where, text) not in kept]
    problems += [f"no longer in the code: {where}: {text}" for where, text in kept if (where, text) not in code]
    problems += [f"a form is empty: {where}: {text}" for (where, text), forms in kept.items() if len(forms) != 2 or not all(forms)]
    problems += [f"still (s): {text}" for (_, text), forms in kept.items() if any("(s)" in f or "(es)" in f for f in forms)]
    if not code:
        problems.append("lupdate found no plural at all")
    for problem in problems:
        print(problem)
    if problems:
        print("cmake --build build/release --target update_translations")
    print(f"{len(code)} plurals, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
