#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer table of the architecture as a test: includes, banned words, third parties, size budgets. Prints its figures."""
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

MODELS = ["models/core", "models/network", "models/ports", "models/state", "models/items"]
ALLOWED = {layer: set(MODELS[: i + 1]) for i, layer in enumerate(MODELS)}
for part in ["theme", "actions", "widgets", "shell", "panes", "charts", "signin", "profiles"]:
    ALLOWED[f"ui/{part}"] = set(MODELS) | {"ui"}
ALLOWED["ui"] = set(MODELS) | {"ui"}
ADAPTER = {"models/core", "models/network", "models/ports"}
ALLOWED["app/yaml"] = ADAPTER | {"app/yaml"}
for name in ["kube", "login", "ledger", "telemetry", "config", "log", "demo", "desktop"]:
    ALLOWED[f"app/{name}"] = ADAPTER | {"app/yaml", f"app/{name}"}
ALLOWED["app/console"] = set(MODELS) | {"ui", "app", "translations", "resources"}
# The program of the demo network puts its parts together as the console does; it has no window.
ALLOWED["app/demo/program"] = set(MODELS) | {"app", "translations", "resources"}

BANNED = [
    (r"\bQEventLoop\b", "a nested event loop"),
    (r"[>.:]exec\(", "exec() runs a nested event loop; use open()"),
    (r"\bprocessEvents\(", "processEvents"),
    (r"::instance\(\)|\binstance\(\)", "a singleton"),
    (r"\bsetStyleSheet\(", "a style sheet wraps the style and breaks palettes"),
    (r"\bQThread::(m|u)?sleep\(|\bsleep_for\(", "a sleep"),
]
# main() starts the one event loop of a program.
MAY_EXEC = {"app/console/main.cpp", "app/demo/program/main.cpp"}
THIRD_PARTY = r'#include\s*[<"](simdjson|yaml-cpp|lz4|spdlog|fmt/|openssl|boost|grpc|google/protobuf|qt6keychain)'
BELOW_UI = r"#include\s*<(QWidget|QIcon|QColor|QPainter|QApplication|QGui\w+|QPixmap|QImage|QFont|QPalette)>"
NETWORK = r"#include\s*<(QNetwork\w+|QSsl\w+|QTcp\w+|QLocalSocket)>"
# What the parts of one adapter share among themselves, by name.
INTERNAL_HEADERS = {"app/demo/http/Core.h"}
INCLUDE = re.compile(r'^\s*#include\s*"([^"]+)"')
# Tests wait for conditions and signals. qWaitFor and QTRY_* do; qWait and qSleep only let time pass.
SLEEP = r"\bqWait\(|\bqSleep\(|\b(QThread|std::this_thread)::(m|u)?sleep\w*\(|(?<![.>\w])(?<!void )u?sleep\("
FILE_MAX, HEADER_MAX, FUNCTION_MAX = 600, 150, 60


# Folders of the rooms that are no layer of their own.
PLAIN = {"ui", "app"}


def layer_of(path):
    parts = path.split("/")
    return next(("/".join(parts[:n]) for n in (3, 2) if "/".join(parts[:n]) in ALLOWED), parts[0])


def allowed(source, target):
    table = ALLOWED.get(layer_of(source))
    return table is None or layer_of(target) in table or target.split("/")[0] in table


def unknown_room(path):
    """A folder the table does not know would be free to include everything."""
    parts = path.split("/")
    return parts[0] in ("app", "ui", "models") and "/".join(parts[:2]) not in ALLOWED and not (len(parts) == 2 and parts[0] in PLAIN)


def strip(text):
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def functions(text):
    """(name, first line, length) of function bodies that open on a line of their own, at any depth (methods in a class too)."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if line.strip() != "{":
            continue
        indent = line[:-1]
        head = next((lines[k] for k in range(i - 1, -1, -1) if "(" in lines[k] or not lines[k].strip()), "")
        if re.search(r"\b(class|struct|enum|namespace|union)\b", lines[i - 1]) and "(" not in lines[i - 1]:
            continue
        end = next((j for j in range(i + 1, len(lines)) if lines[j].startswith(indent + "}")), i)
        if "(" in head or "(" in lines[i - 1]:
            yield head.strip()[:60], i + 1, end - i - 1


def check_file(path, text, problems, sizes):
    code = strip(text)
    count = text.count("\n")
    header = path.endswith(".h")
    limit = HEADER_MAX if header and not path.startswith("tests/") else FILE_MAX
    if count > limit:
        problems.append(f"{path}: {count} lines, the budget is {limit}")
    sizes["h" if header else "cpp"].append(count)
    for name, line, length in functions(code):
        sizes["fn"].append(length)
        if length > FUNCTION_MAX:
            problems.append(f"{path}:{line}: {length} lines in {name}, the budget is {FUNCTION_MAX}")
    if path.startswith("tests/"):
        for match in re.finditer(SLEEP, code):
            problems.append(f"{path}:{code[: match.start()].count(chr(10)) + 1}: a sleep; wait for what is to happen")
        return
    if unknown_room(path):
        problems.append(f"{path}: its folder is no room of the architecture; add it to the table with what it may include")
    for number, line in enumerate(text.split("\n"), 1):
        match = INCLUDE.match(line)
        if match and "/" in match.group(1) and not match.group(1).startswith("moc_") and not allowed(path, match.group(1)):
            problems.append(f"{path}:{number}: {layer_of(path)} may not include {match.group(1)}")
    for pattern, what in BANNED:
        for match in re.finditer(pattern, code):
            if "exec" in what and (path in MAY_EXEC or "QCoreApplication" in code[max(0, match.start() - 30):match.start()]):
                continue
            problems.append(f"{path}:{code[: match.start()].count(chr(10)) + 1}: {what}")
    if header and path not in INTERNAL_HEADERS and re.search(THIRD_PARTY, text):
        problems.append(f"{path}: a third party in a header; keep it in the .cpp")
    if path.startswith(("models/", "ui/")) and re.search(THIRD_PARTY + "|" + NETWORK, text):
        problems.append(f"{path}: a socket or a third party outside app/")
    if path.startswith(("models/", "app/")) and not path.startswith("app/console/") and re.search(BELOW_UI, text):
        problems.append(f"{path}: Gui below ui/")


def main():
    names = subprocess.run(["git", "ls-files", "app", "ui", "models", "tests"], cwd=ROOT, capture_output=True, text=True).stdout
    files = [n for n in names.split() if n.endswith((".h", ".cpp")) and (ROOT / n).exists()]
    if not files:   # an exported tree without git
        files = [str(p.relative_to(ROOT)) for d in ["app", "ui", "models", "tests"] for p in (ROOT / d).rglob("*") if p.suffix in (".h", ".cpp")]
    if len(files) < 20:
        print("arch: found too few sources to judge")
        return 1
    problems, sizes = [], {"h": [], "cpp": [], "fn": []}
    for name in files:
        check_file(name, (ROOT / name).read_text(encoding="utf-8"), problems, sizes)
    for what, values in sizes.items():
        values.sort()
        if values:
            over = sum(1 for v in values if v > FUNCTION_MAX) if what == "fn" else 0
            print(f"{what:4} {len(values):5}  median {statistics.median(values):5.0f}  p90 {values[int(len(values) * 0.9)]:4}  "
                  f"max {values[-1]:4}" + (f"  over {FUNCTION_MAX}: {over}" if what == "fn" else ""))
    for problem in problems:
        print(problem)
    print(f"{len(files)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
