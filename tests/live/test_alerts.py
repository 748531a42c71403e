#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`alerts` and `silence` against Debian's real Prometheus and Alertmanager: merged by label set, silences made, extended and ended, each once,
recorded, and refused where they must be."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402

RULES = """groups:
- name: nodes
  rules:
  - alert: ParticipantDown
    expr: vector(0) == 0
    labels: {severity: critical, node_name: acme-mainnet, namespace: canton}
    annotations: {summary: "no ready pod", runbook_url: "https://runbooks.example.com/down"}
  - alert: TrafficLow
    expr: vector(6) < 10
    labels: {severity: warning, node_name: north-1, namespace: canton}
    annotations: {summary: "{{ $value }} % left"}
  - alert: LatencyHigh
    expr: vector(0.682) > 0.6
    for: 1h
    labels: {severity: warning}
  - alert: Broken
    expr: up * on() group_left() up{job=~".+"} + on(instance) up == bool vector(1) > 1
    labels: {severity: info}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def installed(name):
    path = shutil.which(name)
    if not path:
        raise rigs.RigMissing(f"{name} is not installed; on Debian it is a package of its own (prometheus, prometheus-alertmanager)")
    return path


class Alerts(live.LiveCase):
    resources = True
    examples = False

    @classmethod
    def start(cls, folder, name, *args):
        log = open(os.path.join(folder, f"{name}.log"), "wb")
        cls.addClassCleanup(log.close)
        process = subprocess.Popen([installed(name), *args], cwd=folder, stdout=log, stderr=log, preexec_fn=rigs.die_with_parent)
        cls.addClassCleanup(lambda: (process.kill(), process.wait()))
        return process

    @classmethod
    def prepare(cls):
        folder = tempfile.mkdtemp(prefix="quarterdeck-alerts-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.folder = folder
        cls.alertmanager, cls.prometheus = free_port(), free_port()
        with open(os.path.join(folder, "am.yml"), "w") as file:
            file.write("route: {receiver: pager, group_wait: 0s}\nreceivers: [{name: pager}]\n")
        with open(os.path.join(folder, "prometheus.yml"), "w") as file:
            file.write("global: {evaluation_interval: 1s, scrape_interval: 1s, external_labels: {site: live}}\nrule_files: [rules.yml]\n"
                       f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{cls.alertmanager}']}}]}}]}}\n")
        with open(os.path.join(folder, "rules.yml"), "w") as file:
            file.write(RULES)
        cls.manager = cls.start(folder, "prometheus-alertmanager", "--config.file=am.yml", "--storage.path=am",
                                f"--web.listen-address=127.0.0.1:{cls.alertmanager}", "--cluster.listen-address=")
        cls.start(folder, "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--rules.alert.resend-delay=1s",
                  f"--web.listen-address=127.0.0.1:{cls.prometheus}")
        cls.config = os.path.join(folder, "config")
        os.makedirs(cls.config, mode=0o700)
        cls.profile("live")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                known = {a["labels"]["alertname"] for a in cls.ask("alerts")}
                if {"ParticipantDown", "TrafficLow"} <= known:
                    return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.2)
        raise AssertionError("Prometheus and Alertmanager did not tell the alerts within 60 s")

    @classmethod
    def profile(cls, name, **more):
        text = {"schema": 1, "profiles": [{"name": name, "telemetry": {"prometheus": {"url": f"http://127.0.0.1:{cls.prometheus}"},
                                                                        "alertmanager": {"url": f"http://127.0.0.1:{cls.alertmanager}"}}, **more}]}
        with open(os.path.join(cls.config, "profiles.yaml"), "w") as file:
            json.dump(text, file)

    @classmethod
    def ask(cls, what):
        with urllib.request.urlopen(f"http://127.0.0.1:{cls.alertmanager}/api/v2/{what}", timeout=10) as answer:
            return json.load(answer)

    def tell(self, *args, profile="live", **more):
        return self.qd("--config-dir", self.config, "--profile", profile, *args, **more)

    def held(self):
        return [s for s in self.ask("silences") if s["status"]["state"] != "expired"]

    def tearDown(self):
        self.profile("live")
        for silence in self.held():
            urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.alertmanager}/api/v2/silence/{silence['id']}", method="DELETE"), timeout=10).close()

    def named(self, alerts):
        return {a["labels"]["alertname"]: a for a in alerts}

    def test_merged(self):
        alerts = self.named(self.tell("alerts", "-o", "json").json)
        down = alerts["ParticipantDown"]
        self.assertEqual((down["source"], down["state"], down["status"]["state"]), ("both", "firing", "active"))
        self.assertEqual(down["labels"]["site"], "live", "the label set of Alertmanager, which has the external labels")
        self.assertEqual(float(down["value"]), 0.0)
        self.assertEqual(down["receivers"], [{"name": "pager"}])
        with urllib.request.urlopen(f"http://127.0.0.1:{self.alertmanager}/api/v2/alerts", timeout=10) as answer:
            own = self.named(json.load(answer))["ParticipantDown"]
        for key in ("startsAt", "endsAt", "updatedAt"):
            self.assertEqual(down[key][:10], own[key][:10])
            self.assertRegex(down[key], r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*Z$")
        self.assertEqual(down["status"]["state"], own["status"]["state"])
        pending = alerts["LatencyHigh"]
        self.assertEqual((pending["source"], pending["state"], pending["status"]["state"]), ("prometheus", "pending", "pending"))
        self.assertEqual((pending["endsAt"], pending["updatedAt"]), (None, None))
        self.assertTrue(pending["startsAt"])
        self.assertAlmostEqual(float(pending["value"]), 0.682)
        self.assertEqual(len([a for a in alerts if a == "ParticipantDown"]), 1)
        table = self.tell("alerts").out
        for word in ("Firing", "critical", "ParticipantDown", "acme-mainnet", "no ready pod", "Pending"):
            self.assertIn(word, table)

    def test_filtered(self):
        self.assertEqual(set(self.named(self.tell("alerts", "severity:critical", "-o", "json").json)), {"ParticipantDown"})
        self.assertEqual(set(self.named(self.tell("alerts", "state:pending", "-o", "json").json)), {"LatencyHigh"})
        self.assertSays(self.tell("alerts", "colour:red", code=live.USAGE), "colour")

    def test_a_silence_from_beginning_to_end(self):
        made = self.tell("silence", "create", "alertname=ParticipantDown", "node_name=~acme-.*", "--for", "1h", "--comment", "planned work", "--yes", "-o", "json").json
        self.assertEqual((made["comment"], made["alerts"], made["status"]["state"], made["source"]), ("planned work", 1, "active", "alertmanager"))
        self.assertTrue(made["createdBy"])
        down = self.named(self.tell("alerts", "-o", "json").json)["ParticipantDown"]
        self.assertEqual((down["state"], down["status"]["state"], down["status"]["silencedBy"]), ("silenced", "suppressed", [made["id"]]))
        self.assertEqual(down["silencedUntil"], made["endsAt"])
        longer = self.tell("silence", "extend", made["id"], "--for", "3h", "--yes", "-o", "json").json
        self.assertGreater(longer["endsAt"], made["endsAt"])
        self.assertEqual([s["id"] for s in self.held()], [longer["id"]], "one silence, not two")
        self.assertIn("planned work", self.tell("alerts", "--silences").out)
        ended = self.tell("silence", "expire", longer["id"], "--yes", "-o", "json").json
        self.assertEqual(ended["status"]["state"], "expired")
        self.assertEqual(self.held(), [])
        self.assertEqual(self.named(self.tell("alerts", "-o", "json").json)["ParticipantDown"]["state"], "firing")
        self.assertSays(self.tell("silence", "expire", longer["id"], "--yes"), "had ended already")
        journal = [r for r in self.tell("journal", "-o", "json").json if r["action"].startswith("silence.")]
        said = [(r["action"], r["type"], r.get("outcome")) for r in journal[-6:]]
        self.assertEqual(said, [("silence.create", "intent", None), ("silence.create", "result", "settled"), ("silence.extend", "intent", None),
                                ("silence.extend", "result", "settled"), ("silence.expire", "intent", None), ("silence.expire", "result", "settled")])
        self.assertIn("journal", (self.tell("journal", "--verify").out + self.tell("journal", "--verify").err).lower())

    def test_what_is_refused(self):
        create = ("silence", "create", "alertname=ParticipantDown", "--for", "1h")
        for args, code, words in [
            ((*create, "--yes"), live.USAGE, ["needs a comment", "--comment"]),
            ((*create, "--comment", "x"), live.USAGE, ["no terminal", "--yes"]),
            (("silence", "create", "alertname", "--comment", "x", "--yes"), live.USAGE, ["no matcher"]),
            (("silence", "create", "team!=ops", "--comment", "x", "--yes"), live.USAGE, ["every alert"]),
            (("silence", "create", "a=~(", "--comment", "x", "--yes"), live.USAGE, ["does not parse"]),
            (("silence", "create", "a=b", "--until", "2001-01-01T00:00:00Z", "--comment", "x", "--yes"), live.USAGE, ["in the past"]),
            (("silence", "create", "a=b", "--until", "2101-01-31T18:00", "--comment", "x", "--yes"), live.USAGE, ["does not say its zone", "2101-01-31T18:00:00Z"]),
            (("silence", "create", "a=b", "--until", "soon", "--comment", "x", "--yes"), live.USAGE, ["no time"]),
            (("silence", "extend", "0", "--yes"), live.USAGE, ["--for or --until"]),
            (("silence", "extend", "none-such", "--for", "1h", "--yes"), live.FAILED, ["no silence none-such", "--silences"]),
            (("silence",), live.USAGE, ["create", "extend", "expire"]),
        ]:
            with self.subTest(args=args):
                self.assertSays(self.tell(*args, code=code), *words)
        self.assertEqual(self.held(), [])

    def test_production_wants_the_name(self):
        self.profile("live", production=True)
        create = ("silence", "create", "alertname=ParticipantDown", "--for", "1h", "--comment", "x", "--yes")
        refused = self.tell(*create, code=live.USAGE)
        self.assertSays(refused, "--confirm")
        name = refused.err.split("--confirm ")[1].split(".")[0].strip()
        self.assertSays(self.tell(*create, "--confirm", "other", code=live.USAGE), "not the name")
        self.assertEqual(self.held(), [])
        self.tell(*create, "--confirm", name)
        self.assertEqual(len(self.held()), 1)

    def test_read_only_refuses(self):
        self.profile("live", readOnly=True)
        self.assertSays(self.tell("silence", "create", "a=b", "--comment", "x", "--yes", code=live.FORBIDDEN), "read-only")
        self.assertEqual(self.held(), [])

    def test_dry_run_writes_nothing(self):
        self.assertSays(self.tell("silence", "create", "alertname=ParticipantDown", "--comment", "x", "--dry-run"), "matches 1 alert")
        self.assertSays(self.tell("silence", "create", "alertname=ParticipantDwn", "--comment", "x", "--dry-run"), "No alert has these labels now")
        self.assertEqual(self.held(), [])

    def test_nobody_there(self):
        port = free_port()
        with open(os.path.join(self.config, "profiles.yaml"), "w") as file:
            json.dump({"schema": 1, "profiles": [{"name": "live", "telemetry": {"prometheus": {"url": f"http://127.0.0.1:{port}"},
                                                                                 "alertmanager": {"url": f"http://127.0.0.1:{port}"}}}]}, file)
        ran = self.tell("alerts", code=live.UNREACHABLE)
        self.assertNotIn("Nothing fires", ran.out, "nothing is known, and so nothing is said")
        self.assertSays(ran, str(port))


if __name__ == "__main__":
    try:
        installed("prometheus")
        installed("prometheus-alertmanager")
    except rigs.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if rigs.missing_is_failure() else 77)
    live.main()
