#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills the English plural forms that lupdate left empty: "%n node(s)" becomes "%n node" and "%n nodes".

With --check FILE... it changes nothing and fails when a form is missing.
"""
import re
import sys
import xml.etree.ElementTree as ET

IRREGULAR = {"entry(s)": ("entry", "entries"), "party(s)": ("party", "parties"), "is/are": ("is", "are"), "alert(s) fire": ("alert fires", "alerts fire"), "alert(s) now: they call": ("alert now: it calls", "alerts now: they call"), "alert(s) that fire": ("alert that fires", "alerts that fire"), "node(s) are not": ("node is not", "nodes are not"), "node(s) need": ("node needs", "nodes need"), "log(s) are not": ("log is not", "logs are not"),
             "profile(s) have": ("profile has", "profiles have"),
             "field(s) disagree": ("field disagrees", "fields disagree"), "field(s) change": ("field changes", "fields change"),
             "field(s) merge by themselves": ("field merges by itself", "fields merge by themselves"),
             "field(s) are not decided": ("field is not decided", "fields are not decided")}


def forms(source):
    one, many = source, source
    for word, (single, plural) in IRREGULAR.items():
        one, many = one.replace(word, single), many.replace(word, plural)
    return re.sub(r"\(e?s\)", "", one), re.sub(r"\((e?s)\)", r"\1", many)


def main():
    check = "--check" in sys.argv
    missing = 0
    for path in [a for a in sys.argv[1:] if not a.startswith("--")]:
        tree = ET.parse(path)
        for message in tree.getroot().iter("message"):
            translation = message.find("translation")
            if message.get("numerus") != "yes":
                continue
            cells = translation.findall("numerusform")
            if len(cells) == 2 and all(c.text for c in cells) and translation.get("type") is None:
                continue
            missing += 1
            for cell in cells:
                translation.remove(cell)
            for text in forms(message.find("source").text):
                ET.SubElement(translation, "numerusform").text = text
            translation.attrib.pop("type", None)
        if not check:
            body = ET.tostring(tree.getroot(), encoding="unicode")
            with open(path, "w", encoding="utf-8") as out:
                out.write('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + body + "\n")
    print(f"{missing} plural(s) {'missing' if check else 'filled'}")
    return 1 if check and missing else 0


if __name__ == "__main__":
    sys.exit(main())
