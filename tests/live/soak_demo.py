#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The soak: a busy demo network for a long time, held against what its watches told.

    soak_demo.py --minutes 60 --scale 2000 --speed 50        QD_BIN and QD_DEMO name the programs, or --bin the folder of both

Two readers a resource over bare HTTPS (one stays, one leaves every minute and resumes from its last version) and a `quarterdeck watch` for each
of our kinds; edits of its own, chaos in between. At the end it proves, or says what is not so and exits with 1:
- every version the store made since the start was told by exactly one watch of one resource, in order, to both readers: none is missing;
- every write of the audit log that made a version is that version's event, of that object, on the watch of that resource;
- what a reader knows from events alone is what LIST says, object by object; a console's rows have the versions LIST has;
- a watch from a place long forgotten gets 410;
- after the warm-up the server's memory grows no more (runs of ten minutes and more).
Ctrl-C ends the run early; what has come so far is judged."""

import argparse
import base64
import http.client
import json
import os
import random
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import live  # noqa: E402
import rig as rigs  # noqa: E402
import soakwatch  # noqa: E402
from rig import API  # noqa: E402

WRITES = ("create", "update", "patch", "delete", "deletecollection")
NAMESPACE = "canton-devnet"
GROWTH = 0.04   # of the highest memory after the warm-up, beyond which it counts as growing
HEAP_GROWTH = 0.02
MIB = 1024 * 1024
VIEWS = {"events.events.k8s.io": "events"}   # the same objects under another name


class Server:
    """quarterdeck-demo up, and what it takes to talk to it."""

    def __init__(self, program, scale, speed, *more):
        self.folder = tempfile.mkdtemp(prefix="quarterdeck-soak-")
        self.dir = os.path.join(self.folder, "net")
        os.mkdir(self.dir)
        self.process = subprocess.Popen([program, "up", "--dir", self.dir, "--scale", str(scale), "--speed", str(speed), *more], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=open(os.path.join(self.folder, "stderr"), "w"), preexec_fn=rigs.die_with_parent)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the demo network did not start: {self.said()}")
        ready = json.loads(line)
        self.url, self.kubeconfig, self.seconds = ready["apiServer"], ready["kubeconfig"], ready["seconds"]
        self.tls = self._tls()

    def _tls(self):
        import yaml   # Debian's python3-yaml, among the packages of ./run setup
        with open(self.kubeconfig) as f:
            config = yaml.safe_load(f)
        context = ssl.create_default_context(cadata=base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode())
        user = next(u["user"] for u in config["users"] if u["name"] == "admin")
        pair = os.path.join(self.folder, "admin.pem")
        with open(os.open(pair, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as f:
            f.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
        context.load_cert_chain(pair)
        return context

    def said(self):
        with open(os.path.join(self.folder, "stderr")) as f:
            return f.read()[-3000:]

    def request(self, method, path, body=None, content_type="application/json"):
        """(status, document)"""
        host, port = soakwatch.address(self.url)
        connection = http.client.HTTPSConnection(host, port, context=self.tls, timeout=60)
        try:
            headers = {"Content-Type": content_type, "User-Agent": "soak/1"} if body is not None else {"User-Agent": "soak/1"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read())
        finally:
            connection.close()

    def get(self, path):
        status, document = self.request("GET", path)
        if status != 200:
            raise soakwatch.Told(f"GET {path}: {status} {document.get('message')}")
        return document

    def resources(self):
        """(resource as the store names it, path) of all that can be watched."""
        roots = ["/api/v1"] + [f"/apis/{g['preferredVersion']['groupVersion']}" for g in self.get("/apis")["groups"]]
        found = []
        for root in roots:
            group = root.split("/")[2] if root.startswith("/apis/") else ""
            for one in self.get(root)["resources"]:
                if "/" not in one["name"] and "watch" in one["verbs"]:
                    found.append((f"{one['name']}.{group}" if group else one["name"], f"{root}/{one['name']}"))
        return found

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return next(int(line.split()[1]) * 1024 for line in f if line.startswith("RssAnon"))

    def heap(self):
        """What the program has allocated and not freed, bytes: its own count, from its /metrics."""
        with urllib.request.urlopen(urllib.request.Request(self.url + "/metrics"), context=self.tls, timeout=30) as answer:
            return next(float(line.split()[1]) for line in answer.read().decode().splitlines() if line.startswith("quarterdeck_demo_heap_used_bytes "))

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        if code != 0:
            raise SystemExit(f"the demo network ended with {code}: {self.said()}")


class Audit:
    """The audit log as it grows, over its rotations: {version: (resource, namespace, name, verb, user)}."""

    def __init__(self, path):
        self.path = path
        self.file = open(path, "rb")
        self.part = b""
        self.versions = {}
        self.errors = []
        self.last = self.writes = self.unchanged = 0

    def read(self):
        self._drain()
        try:
            if os.stat(self.path).st_ino != os.fstat(self.file.fileno()).st_ino:
                self._drain()
                self.file.close()
                self.file = open(self.path, "rb")
                self._drain()
        except FileNotFoundError:
            pass   # just being renamed

    def _drain(self):
        *lines, self.part = (self.part + self.file.read()).split(b"\n")
        for line in lines:
            if line:
                self._take(json.loads(line))

    def _take(self, entry):
        if entry["verb"] not in WRITES or entry["responseStatus"]["code"] >= 300:
            return
        self.writes += 1
        text = entry.get("annotations", {}).get("demo.quarterdeck.io/resource-versions")
        if text is None:
            self.unchanged += 1   # a review, a dry run, a patch that changed nothing
            return
        first, _, last = text.partition("-")
        about = entry["objectRef"]
        resource = about["resource"] + ("." + about["apiGroup"] if about.get("apiGroup") else "")
        for version in range(int(first), int(last or first) + 1):
            if version <= self.last:
                self.errors.append(f"the audit log names version {version} after {self.last}")
            self.last = version
            self.versions[version] = (resource, about.get("namespace", ""), about.get("name", ""), entry["verb"], entry["user"]["username"])


class Console:
    """A `quarterdeck watch` and what its lines say."""

    def __init__(self, program, server, resource):
        self.resource = resource
        env = live.environment(os.path.join(server.folder, "home"), server.kubeconfig, {})
        self.rows = {}
        self.errors = []
        self.lines = 0
        self.synced = threading.Event()
        self.process = subprocess.Popen([program, "--context", "viewer", "-A", "watch", resource, "-o", "json"], env=env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=rigs.die_with_parent)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            self.lines += 1
            what = event["event"]
            if what == "synced":
                self.synced.set()
            elif what == "deleted":
                if self.rows.pop(event["uid"], None) is None:
                    self.errors.append(f"deleted twice: {event['name']}")
            elif what in ("added", "modified"):
                version = int(event["resourceVersion"])
                before = self.rows.get(event["uid"])
                if (before is None) != (what == "added") or (before is not None and version <= before):
                    self.errors.append(f"{what} {event['name']} with version {version} after {before}")
                self.rows[event["uid"]] = version

    def stop(self):
        alive = self.process.poll() is None
        if alive:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        self.thread.join(10)
        self.process.stdout.close()
        return alive


class Hands:
    """Somebody who edits, and breaks things now and then."""

    FAULTS = (("validators", "crash:participant"), ("validators", "disk-full"), ("syncdomainconnections", "stalled-sync"),
              ("validators", "out-of-traffic"), ("syncdomains", "expired-certificate"), ("validators", "broken-backup"),
              ("syncdomainconnections", "disconnected-domain"), ("upgrades", "failed-gate"))

    def __init__(self, server, demo, scale):
        self.server, self.demo = server, demo
        self.random = random.Random(1)
        self.edits = self.faults = self.turn = 0
        self.errors = []
        self.nodes = [n for n in self.names("validators", NAMESPACE) if n.startswith("dev-node-")] if scale >= 10 else ["northgate-dev-1"]
        self.party = server.get(f"{API}/namespaces/{NAMESPACE}/parties/dev-faucet")
        self.backup = self.get_backup()
        self.made = []

    def names(self, plural, namespace):
        return [o["metadata"]["name"] for o in self.server.get(f"{API}/namespaces/{namespace}/{plural}")["items"]]

    def get_backup(self):
        items = self.server.get(f"{API}/namespaces/{NAMESPACE}/backups")["items"]
        return next(i for i in items if i["spec"]["nodeRef"]["kind"] == "Validator")

    def write(self, method, path, body=None, kind="application/merge-patch+json", good=(200, 201)):
        status, document = self.server.request(method, path, body, kind if method == "PATCH" else "application/json")
        self.edits += 1
        if status not in good:
            self.errors.append(f"{method} {path}: {status} {document.get('message')}")
        return document

    def edit(self):
        step = (self.label, self.config_map, self.restart, self.new_party, self.replicas, self.nothing, self.new_backup, self.clean)[self.turn % 8]
        self.turn += 1
        step()

    def node(self):
        return f"{API}/namespaces/{NAMESPACE}/validators/{self.random.choice(self.nodes)}"

    def label(self):
        self.write("PATCH", self.node(), {"metadata": {"labels": {"soak": str(self.turn)}}})

    def nothing(self):
        path = self.node()
        self.write("PATCH", path, {"metadata": {"labels": {"soak-fixed": "yes"}}})
        self.write("PATCH", path, {"metadata": {"labels": {"soak-fixed": "yes"}}})

    def config_map(self):
        maps = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
        self.write("POST", maps, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"soak-{self.turn}"}, "data": {"a": "1"}})
        apply = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"soak-{self.turn}"}, "data": {"b": "2"}}
        self.write("PATCH", f"{maps}/soak-{self.turn}?fieldManager=soak", apply, kind="application/apply-patch+yaml")
        self.write("DELETE", f"{maps}/soak-{self.turn}")

    def restart(self):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.write("PATCH", self.node(), {"metadata": {"annotations": {f"{rigs.GROUP}/restart-requested-at": stamp}}})

    def replicas(self):
        self.write("PATCH", self.node(), {"spec": {"participant": {"spec": {"replicas": self.random.choice((1, 2))}}}})

    def new_party(self):
        name = f"soak-party-{self.turn}"
        spec = {**self.party["spec"], "hint": name, "deletionPolicy": "Orphan"}
        self.make("parties", "Party", name, spec)

    def new_backup(self):
        self.make("backups", "Backup", f"soak-backup-{self.turn}", {**self.backup["spec"], "type": "Database"})

    def make(self, plural, kind, name, spec):
        self.write("POST", f"{API}/namespaces/{NAMESPACE}/{plural}",
                   {"apiVersion": f"{rigs.GROUP}/{rigs.VERSION}", "kind": kind, "metadata": {"name": name}, "spec": spec})
        self.made.append((plural, name))

    def clean(self):
        """The oldest of what was made goes again, so that the network is as large at the end as at the beginning."""
        while len(self.made) > 6:
            plural, name = self.made.pop(0)
            path = f"{API}/namespaces/{NAMESPACE}/{plural}/{name}"
            self.write("PATCH", path, {"metadata": {"annotations": {f"{rigs.GROUP}/confirm-delete": name}}})
            self.write("DELETE", path)

    def chaos(self):
        plural, fault = self.FAULTS[self.faults % len(self.FAULTS)]
        self.faults += 1
        items = self.server.get(f"{API}/{plural}")["items"]
        if not items:
            self.errors.append(f"nothing to break among {plural}")
            return
        chosen = self.random.choice(items)["metadata"]
        done = subprocess.run([self.demo, "chaos", f"{plural}/{chosen['name']}", fault, "-n", chosen["namespace"], "--for", "40s",
                               "--kubeconfig", self.server.kubeconfig, "--context", "admin"], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            self.errors.append(f"chaos {plural}/{chosen['name']} {fault}: {done.stderr.strip()}")


class Verdict:
    """What holds and what does not."""

    def __init__(self):
        self.failures = []

    def check(self, holds, what, wrong=()):
        wrong = list(wrong)
        good = holds and not wrong
        print(f"{'ok  ' if good else 'FAIL'} {what}", flush=True)
        for line in wrong[:8]:
            print(f"       {line}", flush=True)
        if not good:
            self.failures.append(what)


class Soak:
    def __init__(self, options):
        self.options = options
        self.server = Server(options.demo, options.scale, options.speed)
        self.fleet = soakwatch.Fleet(self.server.get, self.server.url, self.server.tls)
        self.audit = Audit(os.path.join(self.server.dir, "audit.log"))
        self.consoles = []
        self.samples = []   # (seconds, bytes, cpu seconds, bytes of the heap in use)
        self.enough = False

    def begin(self):
        self.pairs = {resource: self.fleet.add(resource, path) for resource, path in self.server.resources()}
        self.fleet.start()
        ours = [resource for resource in self.pairs if resource.endswith(rigs.GROUP)] + ["pods"]
        for resource in ours[:self.options.consoles]:
            self.consoles.append(Console(self.options.console, self.server, resource))
        self.weights = self.weigh()
        self.hands = Hands(self.server, self.options.demo, self.options.scale)
        print(f"ready after {self.server.seconds:.1f} s; {len(self.pairs)} resources with two readers each, {len(self.consoles)} consoles", flush=True)

    def weigh(self):
        """Objects and bytes of each resource: what grows without being many more."""
        return {resource: (len(steady.state), sum(len(json.dumps(o)) for o in list(steady.state.values())))
                for resource, (steady, _) in self.pairs.items()}

    def tell_weights(self):
        for resource, (count, size) in self.weigh().items():
            was_count, was = self.weights[resource]
            if size - was > 50_000:
                print(f"     {resource}: {was_count} objects of {was / MIB:.2f} MiB at the beginning, {count} of {size / MIB:.2f} at the end", flush=True)

    def sample(self):
        self.samples.append((time.monotonic() - self.began, self.server.memory(), self.server.cpu(), self.server.heap()))

    def run(self):
        self.begin()
        self.began = time.monotonic()
        due = {"edit": 0.0, "chaos": 20.0, "sample": 0.0, "tell": 60.0}
        end = self.options.minutes * 60
        while (now := time.monotonic() - self.began) < end and self.server.process.poll() is None and not self.enough:
            if now >= due["edit"] and now < end - 15:
                due["edit"] = now + 3
                self.hands.edit()
            if now >= due["chaos"] and now < end - 15:
                due["chaos"] = now + 60
                self.hands.chaos()
            if now >= due["sample"]:
                due["sample"] = now + 5
                self.sample()
                self.audit.read()
            if now >= due["tell"]:
                due["tell"] = now + 60
                self.tell(now)
            time.sleep(0.2)
        self.sample()
        self.minutes = (time.monotonic() - self.began) / 60

    def tell(self, now):
        back = next((s for s in reversed(self.samples) if s[0] <= now - 55), self.samples[0])
        last = self.samples[-1]
        cpu = 100 * (last[2] - back[2]) / max(1, last[0] - back[0])
        changes = sum(len(a.versions) for a, _ in self.pairs.values())
        events, pods = len(self.pairs["events"][0].state), len(self.pairs["pods"][0].state)
        print(f"{now / 60:5.1f} min  {last[1] / MIB:6.1f} MiB  heap {last[3] / MIB:6.1f}  cpu {cpu:5.1f} %  versions {changes}  writes {self.audit.writes}  "
              f"edits {self.hands.edits}  faults {self.hands.faults}  events {events}  pods {pods}  relists {sum(len(r.gaps) for r in self.fleet.readers)}  "
              f"errors {len(self.fleet.errors) + len(self.hands.errors)}", flush=True)

    def judge(self):
        verdict = Verdict()
        ended = self.server.process.poll() is not None
        verdict.check(not ended, f"the server is there after {self.minutes:.1f} min", [self.server.said()] if ended else [])
        lists = {resource: self.server.get(steady.path) for resource, (steady, _) in self.pairs.items()}
        self.end = min(int(document["metadata"]["resourceVersion"]) for document in lists.values())
        time.sleep(5)   # what was under way to the readers then has come now, or is lost
        shown = [(console, dict(console.rows)) for console in self.consoles]
        self.fleet.stop()
        self.audit.read()
        connects, bookmarks = (sum(getattr(r, what) for r in self.fleet.readers) for what in ("connects", "bookmarks"))
        verdict.check(True, f"no reader heard anything odd ({connects} connections, {bookmarks} bookmarks)", self.fleet.errors)
        self.judge_versions(verdict)
        self.judge_audit(verdict)
        self.judge_state(verdict, lists)
        self.judge_consoles(verdict, lists, shown)
        self.judge_expired(verdict)
        verdict.check(True, f"{self.hands.edits} edits and {self.hands.faults} faults were accepted", self.hands.errors)
        self.tell_weights()
        self.judge_memory(verdict)
        return verdict

    def judge_versions(self, verdict):
        self.start = start = max(reader.start for reader in self.fleet.readers)
        self.told = {}
        wrong = []
        for resource, (steady, resuming) in self.pairs.items():
            for version in steady.versions:
                told = (resource, *steady.changes[version])
                if resource not in VIEWS and start < version <= self.end and self.told.setdefault(version, told) != told:
                    wrong.append(f"version {version} was told of {resource} and of {self.told[version][0]}")
            mine = [v for v in steady.versions if start < v <= self.end and not resuming.missed(v)]
            others = [v for v in resuming.versions if start < v <= self.end and not steady.missed(v)]
            if mine != others or any(steady.changes[v] != resuming.changes[v] for v in mine):
                wrong.append(f"{resource}: the one who stayed heard {len(mine)} changes, the one who came back {len(others)}: "
                             f"{sorted(set(mine) ^ set(others))[:5]}")
        for view, resource in VIEWS.items():
            if view in self.pairs:
                seen, other = ([v for v in self.pairs[r][0].versions if start < v <= self.end] for r in (view, resource))
                if seen != other:
                    wrong.append(f"{view} told of {len(seen)} changes, {resource} of {len(other)}")
        wrong += [f"nobody was told of version {v}" for v in range(start + 1, self.end + 1) if v not in self.told]
        verdict.check(bool(self.told), f"{self.end - start} versions, each told once, in order, to both readers", wrong)
        relists = {reader.resource: len(reader.gaps) for reader in self.fleet.readers if reader.gaps}
        verdict.check(not any(r.gaps for r in self.fleet.readers if r.name == "steady"),
                      f"who stays never has to list again; who comes back had to, after 410: {relists or 'never'}")

    def judge_audit(self, verdict):
        wrong = list(self.audit.errors)
        count = 0
        for version, (resource, namespace, name, verb, user) in self.audit.versions.items():
            told = self.told.get(version)
            if not self.start < version <= self.end:
                continue
            count += 1
            fits = (told and (told[0] == resource or verb == "delete") and (not namespace or told[2] in ("", namespace))
                    and (not name or told[3] == name or resource == "namespaces"))
            if not fits:
                wrong.append(f"version {version}: {user} {verb} {resource} {namespace}/{name}, the watches told {told}")
        others = {}
        for version, told in self.told.items():
            if version not in self.audit.versions:
                others[(told[0], told[1])] = others.get((told[0], told[1]), 0) + 1
        unexplained = [f"{n} times {what[1]} of {what[0]} without a request" for what, n in others.items()
                       if what[1] != "DELETED" and what[0] not in ("endpoints", "endpointslices.discovery.k8s.io")]
        verdict.check(count > 0, f"{count} versions the audit log names are events of the object that was written "
                      f"({self.audit.unchanged} writes changed nothing); {sum(others.values())} others are the collector's", wrong + unexplained)

    def judge_state(self, verdict, lists):
        wrong = []
        count = newer = 0
        for resource, pair in self.pairs.items():
            at = int(lists[resource]["metadata"]["resourceVersion"])
            listed = {soakwatch.key(o): soakwatch.bare(o) for o in lists[resource]["items"]}
            for reader in pair:
                for where, thing in listed.items():
                    mine = reader.state.get(where)
                    known = int(mine["metadata"]["resourceVersion"]) if mine else reader.ended.get(where, 0)
                    count += 1
                    if known > at:
                        newer += 1
                    elif mine != thing:
                        wrong.append(f"{reader}: {where} is of version {thing['metadata']['resourceVersion']}, the reader has {known}")
                wrong += [f"{reader}: {where} is not there any more" for where, mine in reader.state.items()
                          if where not in listed and int(mine["metadata"]["resourceVersion"]) <= at]
        verdict.check(count > newer, f"{count - newer} objects known from events alone are what LIST says ({newer} have changed since)", wrong)

    def judge_consoles(self, verdict, lists, shown):
        wrong = []
        rows = lines = 0
        for console, known in shown:
            document = lists[console.resource]
            at = int(document["metadata"]["resourceVersion"])
            listed = {o["metadata"]["uid"]: (int(o["metadata"]["resourceVersion"]), o["metadata"]["name"]) for o in document["items"]}
            wrong += [f"{console.resource}: {e}" for e in console.errors]
            lines += console.lines
            for uid, (version, name) in listed.items():
                rows += 1
                if known.get(uid, at + 1) < version:
                    wrong.append(f"{console.resource}: {name} is of version {version}, the console shows {known[uid]}")
                elif uid not in known and not self.gone(console.resource, name, at):
                    wrong.append(f"{console.resource}: the console does not show {name}")
            wrong += [f"{console.resource}: the console still shows {uid}" for uid, version in known.items() if uid not in listed and version <= at]
            if not console.stop():
                wrong.append(f"{console.resource}: the console has ended by itself")
        verdict.check(True, f"{len(self.consoles)} consoles show the versions LIST has ({rows} rows, {lines} lines)", wrong)

    def gone(self, resource, name, since):
        return any(version > since and where[1] == name for where, version in self.pairs[resource][0].ended.items())

    def judge_expired(self, verdict):
        if self.minutes < 11:
            return   # the server forgets what is older than five to ten minutes
        _, answer = self.server.request("GET", f"{API}/validators?watch=1&resourceVersion=1&timeoutSeconds=5")
        gone = answer.get("type") == "ERROR" and answer["object"].get("code") == 410
        verdict.check(gone, "a watch from a place long forgotten gets 410", [] if gone else [str(answer)[:300]])

    def judge_memory(self, verdict):
        warm = self.options.warm_up * 60
        rest = [s for s in self.samples if s[0] >= warm]
        if len(rest) < 20:
            print(f"     memory {self.samples[-1][1] / MIB:.1f} MiB at the end; too short a run to say whether it grows", flush=True)
            return
        hours = [s[0] / 3600 for s in rest]
        slope = statistics.linear_regression(hours, [s[1] / MIB for s in rest]).slope
        quarter = len(rest) // 4
        first, last = (max(s[1] for s in part) for part in (rest[:quarter], rest[-quarter:]))
        mean_first, mean_last = (statistics.fmean(s[1] for s in part) for part in (rest[:quarter], rest[-quarter:]))
        cpu = 100 * (rest[-1][2] - rest[0][2]) / (rest[-1][0] - rest[0][0])
        print(f"     after {self.options.warm_up:g} min: {slope:+.2f} MiB an hour; "
              f"mean of the first quarter {mean_first / MIB:.1f}, of the last {mean_last / MIB:.1f} MiB; "
              f"highest {first / MIB:.1f} and {last / MIB:.1f} MiB; cpu {cpu:.1f} % of a core", flush=True)
        if self.minutes >= 10:
            verdict.check(last <= first * (1 + GROWTH) and mean_last <= mean_first * (1 + GROWTH),
                          f"memory grows by less than {100 * GROWTH:.0f} % after the warm-up")
            self.judge_heap(verdict, rest)

    def judge_heap(self, verdict, rest):
        """The heap in use has no holes and no pages kept back: what it grows by is data, or a leak."""
        quarter = len(rest) // 4
        first, last = (statistics.fmean(s[3] for s in part) for part in (rest[:quarter], rest[-quarter:]))
        slope = statistics.linear_regression([s[0] / 3600 for s in rest], [s[3] / MIB for s in rest]).slope
        print(f"     heap in use: {slope:+.2f} MiB an hour; mean of the first quarter {first / MIB:.1f}, of the last {last / MIB:.1f} MiB", flush=True)
        verdict.check(last <= first * (1 + HEAP_GROWTH), f"the heap in use grows by less than {100 * HEAP_GROWTH:.0f} % after the warm-up")

    def close(self):
        for console in self.consoles:
            if console.process.poll() is None:
                console.process.kill()
        if self.server.process.poll() is None:
            self.server.stop()
        shutil.rmtree(self.server.folder, ignore_errors=True)


def conclude(kind, options, *programs):
    """Runs a soak to its end, or to Ctrl-C, judges it and leaves with 0 or 1."""
    for program in programs:
        if not os.access(program, os.X_OK):
            raise SystemExit(f"{program} is not there; build it, and name its folder with --bin")
    soak = kind(options)
    for number in (signal.SIGINT, signal.SIGTERM):   # enough: judged as far as it came
        signal.signal(number, lambda *_: setattr(soak, "enough", True))
    try:
        soak.run()
        verdict = soak.judge()
    finally:
        soak.close()
    print("the soak holds" if not verdict.failures else f"the soak does NOT hold: {len(verdict.failures)} of its proofs failed", flush=True)
    sys.exit(1 if verdict.failures else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--scale", type=int, default=2000)
    parser.add_argument("--speed", type=float, default=50)
    parser.add_argument("--consoles", type=int, default=25, help="so many of our kinds have a `quarterdeck watch` too")
    parser.add_argument("--warm-up", type=float, help="minutes whose memory does not count; a third of the run, 35 at most (until the events are full), unless given")
    parser.add_argument("--bin", help="folder of quarterdeck and quarterdeck-demo")
    options = parser.parse_args()
    if options.warm_up is None:
        options.warm_up = min(35, options.minutes / 3)
    folder = options.bin or os.path.dirname(os.environ.get("QD_BIN", ""))
    options.console = os.path.join(folder, "quarterdeck")
    options.demo = os.environ.get("QD_DEMO") if not options.bin and os.environ.get("QD_DEMO") else os.path.join(folder, "quarterdeck-demo")
    conclude(Soak, options, options.console, options.demo)


if __name__ == "__main__":
    main()
