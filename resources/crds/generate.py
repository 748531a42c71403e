#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the custom resource definitions beside this file from the modules in generator/.

  resources/crds/generate.py            write the files
  resources/crds/generate.py --check    say which files differ from what would be written, and fail

Edit the modules, never the YAML. A test of the live lane runs the check and loads the result into a real API server.
"""
import pathlib
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from generator import access, ledger, nodes, recovery, topology  # noqa: E402

HEADER = "# SPDX-License-Identifier: GPL-3.0-or-later\n# Written by resources/crds/generate.py; edit generator/*.py instead.\n"


class _Dumper(yaml.SafeDumper):
    """Plain YAML: no anchors, strings with care for the eye."""

    def ignore_aliases(self, data):
        return True


def definitions():
    """The definitions by plural, in the order of the design."""
    makers = nodes.KINDS + topology.KINDS + ledger.KINDS + access.KINDS + recovery.KINDS
    made = [maker() for maker in makers]
    return {crd["spec"]["names"]["plural"]: crd for crd in made}


def render(crd):
    return HEADER + yaml.dump(crd, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)


def main(arguments):
    check = arguments == ["--check"]
    if arguments and not check:
        print(__doc__, file=sys.stderr)
        return 2
    wanted = {f"{plural}.yaml": render(crd) for plural, crd in definitions().items()}
    present = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.yaml")}
    stale = sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))
    if check:
        for name in stale:
            print(f"resources/crds/{name} is not what generate.py writes; run resources/crds/generate.py", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        if name in wanted:
            (HERE / name).write_text(wanted[name], encoding="utf-8")
        else:
            (HERE / name).unlink()
    print(f"{len(wanted)} definitions, {len(stale)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
