#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The soak of the window: somebody at work for an hour on a large demo network where much goes on, and then nothing at all.

    soak_window.py --minutes 60 --scale 50000 --bin build/release/bin

soak_window (the real window with a meter) runs on the demo network and is walked through with keyboard and mouse; edits, chaos and
the operator's own updates go on behind it. At the end somebody else takes the operator's Lease, so that the network comes to
rest, and the window is left alone in front of the list of nodes. It proves, or says what is not so and exits with 1:
- turns of the GUI thread: 99 of a hundred within the budget of two frames (33 ms), none for longer than a person calls stuck;
- memory, resident and in use: after the warm-up no more than 2 % higher in the last quarter than in the first; in a run of 20 minutes
  and more each page, kind, tab and dashboard was looked at once by then (what they keep is made when they are looked at first);
- at rest the window uses no CPU: at most 0.2 % of a core in 20 s;
- with --telemetry (unless --no-telemetry; where prometheus is installed) each dashboard, the alerts and the logs were looked at in turn,
  with what a Prometheus measured in them: their memory is part of the figures. A large network has none of its own (it would have the
  machine to itself); a small one that has is then opened beside it, in one profile.
The network steps back behind the window (nice), as it would on machines of its own.
Runs on Xvfb where it is installed and no platform is asked for (QT_QPA_PLATFORM), else without a screen."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import rig as rigs  # noqa: E402
import soak_demo  # noqa: E402

MIB = 1024 * 1024
BUDGET = 33.0           # ms, look.md
STUCK = 1000.0          # ms: a person begins to wonder
GROWTH = 0.02
IDLE = 0.2              # % of a core
IDLE_SECONDS = 20
SLOWEST = 12
EVERYTHING = 20         # minutes: so long a run has the time to look at everything once, before memory counts
CROWD = 200             # parties from which on a network is large (app/demo/program/Crowd.h)
REST = 150              # s: by then every age on screen is told in minutes
LEASE = "/apis/coordination.k8s.io/v1/namespaces/canton-system/leases/canton-operator"


class Screen:
    """An X server for the window alone; nothing where a platform is asked for or Xvfb is missing."""

    def __init__(self):
        self.process = None
        self.environment = dict(os.environ)
        if os.environ.get("QT_QPA_PLATFORM"):
            return
        self.environment["QT_QPA_PLATFORM"] = "offscreen"
        if not shutil.which("Xvfb"):
            return
        reader, writer = os.pipe()
        self.process = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"], pass_fds=(writer,),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=rigs.die_with_parent)
        os.close(writer)
        with os.fdopen(reader) as number:
            display = number.readline().strip()
        if display:
            self.environment.update(QT_QPA_PLATFORM="xcb", DISPLAY=f":{display}")

    def name(self):
        return self.environment["QT_QPA_PLATFORM"]

    def close(self):
        if self.process:
            self.process.terminate()
            self.process.wait(10)


class Window:
    """soak_window and what it tells of itself."""

    def __init__(self, program, servers, folder, environment, pause, *more):
        self.samples = []
        self.stderr = open(os.path.join(folder, "window-stderr"), "w+")
        state = os.path.join(folder, "state")
        self.process = subprocess.Popen(
            [program, "--profile", profile_of(servers, folder), "--config-dir", os.path.join(folder, "config"), "--pause", str(pause), *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.stderr, text=True, env={**environment, "XDG_STATE_HOME": state},
            preexec_fn=rigs.die_with_parent)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.samples.append(json.loads(line))

    def tell(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def alive(self):
        return self.process.poll() is None

    def cpu(self):
        """Seconds of all its threads, to the nanosecond: schedstat counts what ticks of the clock miss."""
        total = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
        return total / 1e9

    def said(self):
        self.stderr.seek(0)
        return self.stderr.read()[-3000:]

    def close(self):
        if self.alive():
            self.process.stdin.close()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.stderr.close()


class Peace:
    """Another operator leads, and does nothing: the demo's own waits for its turn, and the network changes no more."""

    def __init__(self, server):
        self.server = server
        self.over = threading.Event()
        self.errors = []
        self.thread = threading.Thread(target=self._lead, daemon=True)
        self.thread.start()

    def _lead(self):
        while not self.over.is_set():
            now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000000Z"
            status, document = self.server.request("PATCH", LEASE, {"spec": {"holderIdentity": "soak", "renewTime": now}}, "application/merge-patch+json")
            if status != 200:
                self.errors.append(f"PATCH {LEASE}: {status} {document.get('message')}")
            self.over.wait(4)

    def end(self):
        self.over.set()
        self.thread.join(10)


def profile_of(servers, folder):
    """A profile of all these networks, and the kubeconfig it names."""
    import yaml   # Debian's python3-yaml, among the packages of ./run setup
    merged = {"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []}
    for number, server in enumerate(servers):
        with open(server.kubeconfig) as file:
            config = yaml.safe_load(file)
        name = f"soak-{number}"
        [context] = [c["context"] for c in config["contexts"] if c["name"] == config["current-context"]]
        merged["clusters"].append({"name": name, "cluster": next(c["cluster"] for c in config["clusters"] if c["name"] == context["cluster"])})
        merged["users"].append({"name": name, "user": next(u["user"] for u in config["users"] if u["name"] == context["user"])})
        merged["contexts"].append({"name": name, "context": {**context, "cluster": name, "user": name}})
    merged["current-context"] = "soak-0"
    os.makedirs(os.path.join(folder, "config"), exist_ok=True)
    path = os.path.join(folder, "kubeconfig")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        yaml.safe_dump(merged, file)
    with open(os.open(os.path.join(folder, "config", "profiles.yaml"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        yaml.safe_dump({"schema": 1, "profiles": [{"name": "soak", "kubeconfig": path, "contexts": [c["name"] for c in merged["contexts"]]}]}, file)
    return "soak"


def step_back(pid, by=5):
    """Every thread of a process (those they start inherit it): in life the network runs on other machines than the window."""
    for task in os.listdir(f"/proc/{pid}/task"):
        os.setpriority(os.PRIO_PROCESS, int(task), min(19, os.getpriority(os.PRIO_PROCESS, int(task)) + by))


def quantile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


class Soak:
    def __init__(self, options):
        self.options = options
        self.enough = False
        self.window, self.peace = None, []
        self.screen = Screen()
        self.folder = tempfile.mkdtemp(prefix="quarterdeck-soakwindow-")
        self.servers = []
        self.server = self.network(options.scale, *([] if options.telemetry else ["--no-instruments"]))
        if options.telemetry and options.scale >= CROWD:
            self.network(0)
        self.hands = soak_demo.Hands(self.server, options.demo, options.scale)
        self.window = Window(options.window, self.servers, self.folder, self.screen.environment, options.pause,
                             *(["--telemetry"] if options.telemetry else []), *(["--everything"] if options.minutes >= EVERYTHING else []))
        print(f"the network of {options.scale} parties was ready after {self.server.seconds:.1f} s, {len(self.servers)} in all; the window is on {self.screen.name()}", flush=True)

    def network(self, scale, *more):
        server = soak_demo.Server(self.options.demo, scale, self.options.speed, *more)
        self.servers.append(server)
        step_back(server.process.pid)
        return server

    def run(self):
        self.began = time.monotonic()
        due = {"edit": 0.0, "chaos": 20.0, "tell": 60.0}
        end = self.options.minutes * 60
        while (now := time.monotonic() - self.began) < end and self.window.alive() and self.server.process.poll() is None and not self.enough:
            if now >= due["edit"]:
                due["edit"] = now + 1
                self.hands.edit()
            if now >= due["chaos"]:
                due["chaos"] = now + 60
                self.hands.chaos()
            if now >= due["tell"]:
                due["tell"] = now + 60
                self.tell(now)
            time.sleep(0.1)
        self.worked = list(self.window.samples)
        self.minutes = (time.monotonic() - self.began) / 60

    def tell(self, now):
        last = self.window.samples[-60:]
        if not last:
            return
        turns = [ms for s in last for ms in s["turns"]]
        cpu = 100 * (last[-1]["cpu"] - last[0]["cpu"]) / max(0.001, last[-1]["t"] - last[0]["t"])
        slow = [f"{max(s['turns']):.0f} ms ({s['doing']}, {s['page']})" for s in last if s.get("doing")]
        print(f"{now / 60:5.1f} min  rss {last[-1]['rss'] / MIB:6.1f}  heap {last[-1]['heap'] / MIB:6.1f} MiB  cpu {cpu:4.1f} %  turns {len(turns)}: "
              f"median {quantile(turns, 0.5):.1f}  p99 {quantile(turns, 0.99):.1f}  worst {max(turns, default=0):.1f} ms  "
              f"server {self.server.memory() / MIB:.0f} MiB  edits {self.hands.edits}  faults {self.hands.faults}  slow: {', '.join(slow[:4]) or 'none'}", flush=True)
        for text in [text for s in last for text in s.get("lists", [])]:
            print(f"           {text}", flush=True)

    def rest(self):
        """CPU of the window in percent of a core, once nothing changes any more and nobody touches it."""
        self.peace = [Peace(server) for server in self.servers]
        self.window.tell("rest")
        self.wait(self.options.rest)
        self.window.tell("silent")
        self.wait(2)
        shares = []
        for _ in range(3):   # the best of three: other work on the machine makes threads wake for nothing
            before, since = self.window.cpu(), time.monotonic()
            self.wait(IDLE_SECONDS)
            shares.append(100 * (self.window.cpu() - before) / (time.monotonic() - since))
        for peace in self.peace:
            peace.end()
        return shares

    def wait(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.window.alive():
            time.sleep(0.2)

    def judge(self):
        verdict = soak_demo.Verdict()
        alive = self.window.alive() and self.server.process.poll() is None
        verdict.check(alive, f"window and network are there after {self.minutes:.1f} min", [] if alive else [self.window.said(), self.server.said()])
        if not alive:
            return verdict
        self.judge_turns(verdict)
        self.judge_memory(verdict)
        pages = {s["page"] for s in self.worked}
        most = max((s["rows"] for s in self.worked), default=0)
        verdict.check(len(pages) > 3, f"{len(pages)} pages were looked at, lists of up to {most} rows")
        if self.options.telemetry:
            self.judge_telemetry(verdict)
        verdict.check(self.hands.edits > 0, f"{self.hands.edits} edits and {self.hands.faults} faults were accepted", self.hands.errors)
        shares = self.rest()
        front = self.window.samples[-1]
        verdict.check(front["resting"] and front["page"] == "nodes", "nobody touches it, and the list of nodes is in front", [e for peace in self.peace for e in peace.errors])
        verdict.check(min(shares) <= self.options.idle,
                      f"at rest it uses {', '.join(f'{s:.3f}' for s in shares)} % of a core (three times {IDLE_SECONDS} s), at most {self.options.idle:g} %")
        return verdict

    def judge_turns(self, verdict):
        warm = [s for s in self.worked if s["t"] > self.options.first * 60]
        turns = [ms for s in warm for ms in s["turns"]]
        slow = sum(1 for ms in turns if ms > BUDGET)
        text = (f"{len(turns)} turns of the GUI thread: median {quantile(turns, 0.5):.1f}, p99 {quantile(turns, 0.99):.1f}, p99.9 {quantile(turns, 0.999):.1f}, "
                f"worst {max(turns, default=0):.1f} ms, {slow} over {BUDGET:.0f} ms")
        # A short run is mostly the lists' coming, on a machine that tests other things as well.
        budget = BUDGET if self.minutes >= 5 else 3 * BUDGET
        verdict.check(len(turns) > 20 and quantile(turns, 0.99) <= budget and max(turns) <= STUCK, text)
        waited = [(max(s["turns"]), s["work"]) for s in warm if s.get("doing")]
        print(f"     of the slowest turn of each such second the thread worked {100 * sum(w for _, w in waited) / max(1, sum(t for t, _ in waited)):.0f} %, "
              "and waited for a processor else", flush=True)
        for (what, page), times in sorted(self.slow(warm).items(), key=lambda found: -len(found[1]))[:SLOWEST]:
            print(f"     {len(times)} slow, median {statistics.median(times):.0f}, worst {max(times):.0f} ms: {what} on {page}", flush=True)

    def judge_telemetry(self, verdict):
        shown = {}
        for s in self.worked:
            if "tab" in s:
                shown[s["tab"]] = max(shown.get(s["tab"], 0), s["shown"])
        text = "telemetry was looked at, with so much in it: " + (", ".join(f"{tab} {most}" for tab, most in sorted(shown.items())) or "nothing")
        if self.minutes < 3:
            print(f"     {text}; too short a run for all of it", flush=True)
            return
        charts = [most for tab, most in shown.items() if tab not in ("alerts", "logs")]
        verdict.check({"alerts", "logs"} <= shown.keys() and min(charts, default=0) > 0 and shown["alerts"] > 0, text)

    @staticmethod
    def slow(samples):
        """{(what somebody did, page): turns over the budget}"""
        out = {}
        for s in samples:
            if s.get("doing"):
                out.setdefault((s["doing"], s["page"]), []).extend(ms for ms in s["turns"] if ms > BUDGET)
        return out

    def judge_memory(self, verdict):
        rest = [s for s in self.worked if s["t"] >= self.options.warm_up * 60]
        quarter = len(rest) // 4
        for name, what in (("rss", "resident memory"), ("heap", "heap in use")):
            if quarter < 30:
                print(f"     {what} {self.worked[-1][name] / MIB:.1f} MiB at the end; too short a run to say whether it grows", flush=True)
                continue
            first, last = (statistics.fmean(s[name] for s in part) for part in (rest[:quarter], rest[-quarter:]))
            slope = statistics.linear_regression([s["t"] / 3600 for s in rest], [s[name] / MIB for s in rest]).slope
            text = (f"{what}: mean of the first quarter after {self.options.warm_up:g} min {first / MIB:.1f}, of the last {last / MIB:.1f} MiB "
                    f"({100 * (last / first - 1):+.2f} %, {slope:+.1f} MiB an hour)")
            if self.minutes < 10:
                print(f"     {text}", flush=True)
            else:
                verdict.check(last <= first * (1 + GROWTH), text)

    def close(self):
        for peace in self.peace:
            peace.end()
        if self.window:
            self.window.close()
        self.screen.close()
        for server in self.servers:
            if server.process.poll() is None:
                server.stop()
        for folder in (*(server.folder for server in self.servers), self.folder):
            shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--scale", type=int, default=50000)
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--pause", type=int, default=250, help="milliseconds between two keys or clicks")
    parser.add_argument("--warm-up", type=float, help="minutes whose memory does not count; a third of the run, 20 at most, unless given")
    parser.add_argument("--first", type=float, help="minutes whose turns do not count, while the lists come; 1, or a tenth of the run, unless given")
    parser.add_argument("--rest", type=float, help=f"seconds of peace before the CPU is measured; {REST}, less in a short run, unless given")
    parser.add_argument("--idle", type=float, default=IDLE, help="percent of a core a window at rest may use")
    parser.add_argument("--telemetry", action=argparse.BooleanOptionalAction, default=bool(shutil.which("prometheus")),
                        help="look at charts, alerts and logs too; where prometheus is installed")
    parser.add_argument("--bin", required=True, help="folder of soak_window and quarterdeck-demo")
    options = parser.parse_args()
    options.warm_up = min(20, options.minutes / 3) if options.warm_up is None else options.warm_up
    options.first = min(1, options.minutes / 10) if options.first is None else options.first
    options.rest = (REST if options.minutes >= 5 else 75) if options.rest is None else options.rest
    options.window, options.demo = (os.path.join(options.bin, name) for name in ("soak_window", "quarterdeck-demo"))
    soak_demo.conclude(Soak, options, options.window, options.demo)


if __name__ == "__main__":
    main()
