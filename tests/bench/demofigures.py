# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of the demo network: `quarterdeck-demo serve` beside kube-apiserver (same client, same objects, one run), `--demo` to a
window with rows, and what an idle network costs. Part of figures.py; alone: demofigures.py --bin build/release/bin [--smoke]."""
import argparse
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import ondemo  # noqa: E402
import rig as rigs  # noqa: E402

PATH = "/apis/canton.quarterdeck.io/v1alpha1/parties"
WATCH = PATH + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
PAGE = 500
CONTINUE = re.compile(rb'"continue":"([^"]+)"')
TICK = os.sysconf("SC_CLK_TCK")
RATES = {"LIST, whole": "whole", f"LIST in pages of {PAGE}": "pages", "WatchList stream": "stream"}


def raw(rig, target, done):
    """Everything that comes for a GET, read by a bare TLS socket until done(the last bytes); and how long it took from the connect on."""
    start = time.monotonic()
    stream = rig.tls().wrap_socket(socket.create_connection(("127.0.0.1", rig.port)), server_hostname="127.0.0.1")
    stream.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode())
    pieces, tail = [], b""
    while not done(tail):
        piece = stream.recv(1 << 18)
        if not piece:
            raise RuntimeError(f"{rig.url} ended {target} too early")
        pieces.append(piece)
        tail = (tail + piece)[-4096:]
    seconds = time.monotonic() - start
    stream.close()
    return b"".join(pieces), seconds


def whole(rig):
    return raw(rig, PATH, lambda tail: tail.endswith(b"0\r\n\r\n"))


def stream(rig):
    return raw(rig, WATCH, lambda tail: b"k8s.io/initial-events-end" in tail)


def pages(rig):
    start = time.monotonic()
    connection = http.client.HTTPSConnection("127.0.0.1", rig.port, context=rig.tls())
    bodies, token = [], ""
    while True:
        connection.request("GET", f"{PATH}?limit={PAGE}{'&continue=' + token if token else ''}", headers={"Accept": "application/json"})
        reply = connection.getresponse()
        bodies.append(reply.read())
        if reply.status != 200:
            raise RuntimeError(f"{rig.url}: {reply.status} {bodies[-1][:300]}")
        more = CONTINUE.search(bodies[-1][:2000]) or CONTINUE.search(bodies[-1][-2000:])
        if not more:
            break
        token = more.group(1).decode()
    connection.close()
    return b"".join(bodies), time.monotonic() - start


def rates(kube, demo, count, runs):
    """Seconds of each way to read all objects, of both servers in turn: {way: {server: [seconds, …]}}."""
    found = {}
    for _ in range(runs):
        for way, function in RATES.items():
            for name, rig in (("kube-apiserver", kube), ("serve", demo)):
                data, seconds = globals()[function](rig)
                objects = data.count(b'"creationTimestamp":"')
                if objects < count:
                    # a mark that two chunks share is not seen; a page or more that is missing is
                    if count - objects > len(data) // 16384:
                        raise RuntimeError(f"{name} gave {objects} objects of {count} for {way}")
                found.setdefault(way, {}).setdefault(name, []).append(seconds)
    return found


def measure_rates(kube, binary, count, runs):
    """`kube` holds the objects already; the demo gets as many of the same size here."""
    os.environ.setdefault("QD_DEMO", str(Path(binary) / "quarterdeck-demo"))
    demo = ondemo.DemoRig(audit=False).start()
    try:
        demo.create_parties(count)
        return rates(kube, demo, count, runs)
    finally:
        demo.stop()


def print_rates(found, count):
    print(f"\n| {count} objects read by one client | kube-apiserver | quarterdeck-demo serve | serve's rate beside it |\n|---|--:|--:|--:|")
    for way, servers in found.items():
        kube, demo = (statistics.median(servers[n]) for n in ("kube-apiserver", "serve"))
        print(f"| {way} | {kube:.2f} s | {demo:.2f} s | {kube / demo:.2f} |")
    sys.stdout.flush()


def environment(folder):
    env = dict(os.environ, HOME=folder, TMPDIR=folder, XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder, XDG_CACHE_HOME=folder, KUBECONFIG="",
               QUARTERDECK_DEMO_INSTRUMENTS="off")   # the network, not the programs that measure it
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    return env


def cpu(pid):
    """CPU seconds of a process."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def idle_share(pids, seconds):
    """The share of a core each of these processes took over so many seconds, in percent."""
    before, start = {p: cpu(p) for p in pids}, time.monotonic()
    time.sleep(seconds)
    wall = time.monotonic() - start
    return [100 * (cpu(p) - before[p]) / wall for p in pids]


def child_of(parent):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                if int(f.read().rsplit(")", 1)[1].split()[1]) == parent:
                    return int(pid)
        except OSError:
            continue
    raise RuntimeError(f"the process {parent} has no child")


def window(binary, folder, linger):
    """`quarterdeck --demo` from its start to painted rows, then the idle cost of it and of its network."""
    child = subprocess.Popen([str(Path(binary) / "bench_window"), "--demo"], env=environment(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True, preexec_fn=rigs.die_with_parent)
    try:
        line = child.stdout.readline()
        if not line:
            raise RuntimeError("bench_window --demo shows no rows")
        found = json.loads(line)
        if linger:
            settle(linger)
            found["networkCpu"], found["windowCpu"] = idle_share([child_of(child.pid), child.pid], linger)
        child.communicate("\n", timeout=60)
        return found
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            child.wait()
        child.stdout.close()


def settle(linger):
    """The first seconds are adoption and a node that is being set up: the network is idle after them."""
    time.sleep(min(linger, 30))


def alone(binary, folder, linger):
    """The idle cost of a network nobody looks at."""
    up = subprocess.Popen([str(Path(binary) / "quarterdeck-demo"), "up", "--dir", os.path.join(folder, "up")], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, env=environment(folder), preexec_fn=rigs.die_with_parent)
    try:
        if not up.stdout.readline():
            raise RuntimeError("quarterdeck-demo up did not get ready")
        settle(linger)
        return idle_share([up.pid], linger)[0]
    finally:
        up.terminate()
        up.wait()
        up.stdout.close()


def warm(root):
    """Whether there is nothing to build."""
    said = subprocess.run(["ninja", "-C", str(root / "build/release"), "-n", "quarterdeck", "quarterdeck-demo"], capture_output=True, text=True, check=False)
    return "no work to do" in said.stdout


def build_step(root):
    """Seconds `./run demo` takes on a warm build until it becomes the program: it prints the version and starts nothing."""
    start = time.monotonic()
    subprocess.run([str(root / "run"), "demo", "--version"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def measure_network(binary, smoke, runs):
    folder = tempfile.mkdtemp(prefix="quarterdeck-bench-")
    try:
        windows = [window(binary, folder, 0) for _ in range(runs)]
        linger = 1 if smoke else 60
        found = {"usable": [w["usable"] for w in windows], "firstRows": [w["firstRows"] for w in windows], "ready": [w["ready"] for w in windows],
                 "idleAlone": alone(binary, folder, linger)}
        idle = window(binary, folder, linger)
        found.update(idleWatched=idle["networkCpu"], idleWindow=idle["windowCpu"])
        root = HERE.parent.parent
        if not smoke and Path(binary).resolve() == root / "build/release/bin" and warm(root):
            found["buildStep"] = [build_step(root) for _ in range(runs)]
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def print_network(found):
    print("\n| the demo network | |\n|---|--:|")
    first = statistics.median(found["firstRows"])
    print(f"| `quarterdeck --demo`: start of the process to a network that is ready | {statistics.median(found['ready']):.2f} s |")
    print(f"| to a window with painted rows | {first:.2f} s |")
    if "buildStep" in found:
        print(f"| `./run demo` on a warm build, with its build step of {statistics.median(found['buildStep']):.2f} s |"
              f" {statistics.median(found['buildStep']) + first:.2f} s |")
    print(f"| idle network nobody looks at | {found['idleAlone']:.1f} % of a core |")
    print(f"| idle network with the window open | {found['idleWatched']:.1f} % of a core |")
    print(f"| the window on it | {found['idleWindow']:.1f} % of a core |")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("--parties", type=int, default=50000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=("rates", "network"))
    parser.add_argument("--smoke", action="store_true")
    options = parser.parse_args()
    if options.smoke:
        options.parties, options.runs = 200, 1
    if options.only != "network":
        with rigs.Rig(audit=False) as kube:
            kube.install(resources=True)
            kube.create_parties(options.parties)
            print_rates(measure_rates(kube, options.bin, options.parties, options.runs), options.parties)
    if options.only != "rates":
        print_network(measure_network(options.bin, options.smoke, options.runs))
    return 0


if __name__ == "__main__":
    sys.exit(rigs.main_or_skip(main))
