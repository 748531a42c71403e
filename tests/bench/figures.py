#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of the README: quarterdeck beside the server's own stream and kubectl, the demo server beside the real one, on one rig in one
run, as ratios.

    ./run bench [--parties 50000] [--runs 3] [--json FILE] [--smoke]

Every client is a whole process; memory is its peak resident set. Nothing here passes or fails by a time.
"""
import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import demofigures  # noqa: E402
import load  # noqa: E402
import rig as rigs  # noqa: E402

WINDOW_FIGURES = [
    ("usable", "start to usable window", "s"),
    ("keystroke", "filter keystroke to repainted, worst of 20", "ms"),
    ("keystrokeCpu", "CPU of the GUI thread for it", "ms"),
    ("frameMedian", "turn of the GUI thread under 1,000 changes a second fed to the store, median", "ms"),
    ("frameP99", "p99", "ms"),
    ("cpu", "CPU under them", "% of a core"),
    ("serverShownRate", "changes that reached it from the API server's watch (written into its etcd)", "a second"),
    ("serverFrameMedian", "turn of the GUI thread under those, median", "ms"),
    ("serverFrameP99", "p99", "ms"),
    ("serverCpu", "CPU under those, from the wire to the screen", "% of a core"),
    ("patchRate", "patches the API server takes from eight connections, without a window", "a second"),
]
ONCE = ("kubectl get", "kubectl get -w")  # a minute and more together: one run says enough

PATH = "/apis/canton.quarterdeck.io/v1alpha1/parties"
WATCH = PATH + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"


def raw_stream(rig):
    """The server's own WatchList stream, read by a bare socket loop: the floor under every client."""
    start = time.monotonic()
    host, port = re.match(r"https://([^:/]+):(\d+)", rig.url).groups()
    plain = socket.create_connection((host, int(port)))
    stream = rig.tls().wrap_socket(plain, server_hostname=host)
    stream.sendall(f"GET {WATCH} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n\r\n".encode())
    first, tail, size = None, b"", 0
    while True:
        piece = stream.recv(1 << 18)
        if not piece:
            raise RuntimeError("the server ended the stream before its closing bookmark")
        size += len(piece)
        if first is None and b'"ADDED"' in piece:
            first = time.monotonic() - start
        tail = (tail + piece)[-4096:]
        if b"k8s.io/initial-events-end" in tail:
            break
    done = time.monotonic() - start
    stream.close()
    return {"first": first, "complete": done, "memory": 0, "bytes": size, "rows": 0}


def process(command, env, done_when=None):
    """Runs a command, reads its stdout, and says when the first and the last line came, and its peak memory."""
    start = time.monotonic()
    child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             preexec_fn=rigs.die_with_parent)
    first, last, rows, rest = None, None, 0, b""
    fd = child.stdout.fileno()
    while True:
        piece = os.read(fd, 1 << 18)
        if not piece:
            break
        rows += piece.count(b"\n")
        if first is None and b"\n" in piece:
            first = time.monotonic() - start
        last = time.monotonic() - start
        if done_when and done_when(rows, rest[-200:] + piece):
            child.terminate()
            break
        rest = piece
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    child.stdout.close()
    if not done_when and status != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {status}")
    return {"first": first, "complete": last if done_when else time.monotonic() - start, "memory": usage.ru_maxrss * 1024, "rows": rows}


def clients(rig, binary, count):
    env = dict(os.environ, KUBECONFIG=rig.kubeconfig, HOME=rig.directory, XDG_STATE_HOME=rig.directory, XDG_CONFIG_HOME=rig.directory)
    kubectl = [os.path.join(rig.bin, "kubectl")]
    return {
        "the server's own stream, bare socket": lambda: raw_stream(rig),
        "quarterdeck watch": lambda: process([binary, "watch", "parties", "-A", "--until-synced", "-o", "json"], env),
        "kubectl get": lambda: process([*kubectl, "get", "parties", "-A"], env),
        "kubectl get -w": lambda: process([*kubectl, "get", "parties", "-A", "-w"], env, lambda rows, _: rows >= count + 1),
    }


def window(rig, folder, count, smoke, churn):
    """The window's figures: bench_window prints one JSON object. While it waits, the server's objects change."""
    program = Path(folder) / "bench_window"
    if not program.exists():
        raise RuntimeError(f"{program} is not there; build the target bench_window")
    env = dict(os.environ, KUBECONFIG=rig.kubeconfig, HOME=rig.directory, XDG_STATE_HOME=rig.directory, XDG_CONFIG_HOME=rig.directory)
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    seconds = 2 if smoke else 15
    command = [str(program), "--kind", "parties", "--rows", str(count), "--churn-seconds", str(seconds), "--churn-from-stdin"]
    child = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             preexec_fn=rigs.die_with_parent)
    rate = None
    if child.stdout.readline().strip() == '{"ready": true}':
        rate = churn.run(seconds)
    out, errors = child.communicate("\n", timeout=600)
    if child.returncode != 0:
        raise RuntimeError(f"bench_window failed: {errors[-2000:]}")
    return {**json.loads(out.strip().splitlines()[-1]), "serverRate": rate}


def middle(runs, key):
    values = [r[key] for r in runs if r[key] is not None]
    return statistics.median(values) if values else float("nan")


def table(results, count):
    floor = middle(results["the server's own stream, bare socket"], "complete")
    print(f"\n{count} Party resources, one machine, server and client on its {os.cpu_count()} cores; median of the runs (kubectl: one run)\n")
    print("| client | first row | complete | beside the server's own stream | peak memory |")
    print("|---|--:|--:|--:|--:|")
    for name, runs in results.items():
        memory = middle(runs, "memory")
        print(f"| {name} | {middle(runs, 'first'):.2f} s | {middle(runs, 'complete'):.2f} s | {middle(runs, 'complete') / floor:.2f} | "
              f"{'' if memory == 0 else f'{memory / 1e6:.0f} MB'} |")
    sys.stdout.flush()


def measure(options):
    binary = str(Path(options.bin) / "quarterdeck")
    results = {}
    with rigs.Rig(audit=False) as rig:
        rig.install(resources=True)
        print(f"creating {options.parties} parties", file=sys.stderr)
        rig.create_parties(options.parties)
        todo = clients(rig, binary, options.parties)
        for turn in range(options.runs):
            for name, run in todo.items():
                if turn == 0 or name not in ONCE:
                    results.setdefault(name, []).append(run())
        rows = {r["rows"] for r in results["quarterdeck watch"]}
        if rows != {options.parties + 1}:
            raise RuntimeError(f"quarterdeck watch printed {rows} lines for {options.parties} parties")
        demo = demofigures.measure_rates(rig, options.bin, options.parties, options.runs)
        churn = load.ChurnBelow(rig, count=options.parties)
        windows = [window(rig, options.bin, options.parties, options.smoke, churn) for _ in range(options.runs)]
        patches = load.churn(rig, 1 if options.smoke else 8, count=options.parties, workers=8)
        for w in windows:
            if w["rows"] != options.parties or min(w["frames"], w["serverFrames"], w["serverRate"], w["serverShownRate"]) <= 0:
                raise RuntimeError(f"the window showed {w} for {options.parties} parties")
            w["patchRate"] = patches
        results["the window"] = [{"first": w["firstRows"], "complete": w["complete"], "memory": w["memory"], "rows": w["rows"]} for w in windows]
    table(results, options.parties)
    window_table(windows)
    demofigures.print_rates(demo, options.parties)
    network = demofigures.measure_network(options.bin, options.smoke, options.runs)
    demofigures.print_network(network)
    return {"clients": results, "window": windows, "demoRates": demo, "demoNetwork": network}


def window_table(windows):
    """Medians of the runs; under the server's churn the CPU is shared with the server and the client that writes."""
    print("\n| the window at that many rows | |\n|---|--:|")
    for key, label, unit in WINDOW_FIGURES:
        print(f"| {label} | {middle(windows, key):.{2 if unit == 's' else 1 if unit == 'ms' else 0}f} {unit} |")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("--parties", type=int, default=50000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json")
    parser.add_argument("--smoke", action="store_true", help="200 parties, one run: sees that the bench itself works")
    options = parser.parse_args()
    if options.smoke:
        options.parties, options.runs = 200, 1
    results = measure(options)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1))
    print()
    sys.stdout.flush()
    subprocess.run([str(Path(options.bin) / "bench_parse")] + (["2000"] if options.smoke else []), check=True)
    print()
    sys.stdout.flush()
    subprocess.run([str(Path(options.bin) / "bench_charts")] + (["2000"] if options.smoke else []), check=False,
                   env=dict(os.environ, QT_QPA_PLATFORM="offscreen"))
    sys.stdout.flush()
    print()
    sys.stdout.flush()
    subprocess.run([str(Path(options.bin) / "bench_logs")] + (["2000", "1"] if options.smoke else []), check=True,
                   env=dict(os.environ, QT_QPA_PLATFORM="offscreen"))
    print()
    sys.stdout.flush()
    subprocess.run([str(Path(options.bin) / "bench_series")] + (["4"] if options.smoke else []), check=True)
    return 0


if __name__ == "__main__":
    sys.exit(rigs.main_or_skip(main))
