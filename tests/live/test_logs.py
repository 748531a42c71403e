#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`logs` with a real Loki named by the profile: order, levels, texts, parts, what is written meanwhile; what has no lines, no pods, no
Loki. The client itself is held against it in tst_loki."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
import test_alerts  # noqa: E402

CONFIG = """auth_enabled: false
server: {{http_listen_address: 127.0.0.1, http_listen_port: {http}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {grpc}, log_level: error}}
common:
  instance_addr: 127.0.0.1
  path_prefix: {folder}
  storage: {{filesystem: {{chunks_directory: {folder}/chunks, rules_directory: {folder}/rules}}}}
  replication_factor: 1
  ring: {{kvstore: {{store: inmemory}}}}
schema_config:
  configs:
  - {{from: 2020-10-24, store: tsdb, object_store: filesystem, schema: v13, index: {{prefix: index_, period: 24h}}}}
analytics: {{reporting_enabled: false}}
"""


def loki_program():
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "loki", "build.sh")
    done = subprocess.run(["bash", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise rigs.RigMissing("Loki could not be built; run tests/live/loki/build.sh with Go 1.26")
    return done.stdout.strip()


class Logs(live.LiveCase):
    @classmethod
    def prepare(cls):
        folder = tempfile.mkdtemp(prefix="quarterdeck-loki-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        port = test_alerts.free_port()
        cls.url = f"http://127.0.0.1:{port}"
        path = os.path.join(folder, "loki.yml")
        with open(path, "w") as file:
            file.write(CONFIG.format(http=port, grpc=test_alerts.free_port(), folder=folder))
        log = open(os.path.join(folder, "log"), "wb")
        cls.addClassCleanup(log.close)
        process = subprocess.Popen([loki_program(), f"-config.file={path}"], stdout=log, stderr=log, preexec_fn=rigs.die_with_parent)
        cls.addClassCleanup(lambda: (process.kill(), process.wait()))
        deadline = time.monotonic() + 90
        while True:
            try:
                with urllib.request.urlopen(f"{cls.url}/ready", timeout=5):
                    break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise AssertionError("Loki did not get ready within 90 s") from None
            time.sleep(0.2)
        cls.config = os.path.join(folder, "config")
        os.makedirs(cls.config, mode=0o700)
        profiles = [{"name": "here", "telemetry": {"loki": {"url": cls.url}}},
                    {"name": "away", "telemetry": {"loki": {"url": f"http://127.0.0.1:{test_alerts.free_port()}"}}}]
        with open(os.path.join(cls.config, "profiles.yaml"), "w") as file:
            json.dump({"schema": 1, "profiles": profiles}, file)

    def setUp(self):
        rows = [e for e in self.qd("watch", "validators", "-A", "--until-synced", "-o", "json").lines if e["event"] == "added"]
        self.ns, self.name = rows[0]["namespace"], rows[0]["name"]

    def push(self, part, lines, ago=0):
        at = time.time_ns() - int(ago * 1e9)
        stream = {"stream": {"namespace": self.ns, "pod": f"{self.name}-{part}-0"}, "values": [[str(at + i), line] for i, line in enumerate(lines)]}
        request = urllib.request.Request(f"{self.url}/loki/api/v1/push", json.dumps({"streams": [stream]}).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            self.assertEqual(answer.status, 204)

    def logs(self, *args, profile="here", **more):
        return self.qd("--config-dir", self.config, "--profile", profile, "-n", self.ns, "logs", f"validator/{self.name}", *args, **more)

    def test_lines_in_order_with_their_fields(self):
        self.push("participant", [f"INFO early {i}" for i in range(3)], ago=60)
        self.push("sequencer", ['{"level":"ERROR","message":"Submission <b>failed</b>","trace-id":"7f1c","n":{"a":1}}', "WARN late"], ago=30)
        told = [e for e in self.logs("-o", "json").lines if "early" in e["message"] or "failed" in e["message"] or "late" in e["message"]]
        self.assertEqual([e["message"] for e in told], ["INFO early 0", "INFO early 1", "INFO early 2", "Submission <b>failed</b>", "WARN late"])
        self.assertEqual([e["component"] for e in told], ["participant"] * 3 + ["sequencer"] * 2)
        self.assertEqual({e["node"] for e in told}, {self.name})
        self.assertEqual(told[3]["level"], "error")
        self.assertEqual(told[3]["fields"]["n.a"], "1")
        self.assertEqual(sorted(e["time"] for e in told), [e["time"] for e in told])
        errors = self.logs("--level", "error", "-o", "json").lines
        self.assertEqual({e["level"] for e in errors}, {"error"})
        parts = self.logs("--component", "sequencer", "-o", "json").lines
        self.assertEqual({e["component"] for e in parts}, {"sequencer"})
        self.assertIn("WARN late", [e["message"] for e in parts])
        self.assertEqual([e["message"] for e in self.logs("--grep", "EARLY 1", "-o", "json").lines], ["INFO early 1"])
        self.assertIn("sequencer warn", self.logs("--grep", "late").out)
        self.assertEqual([e["message"] for e in self.logs("--grep", 'MISSION <b>failed', "--level", "error", "-o", "json").lines], ["Submission <b>failed</b>"])
        # Loki has lines of these pods, but none of this text: the pods are not read
        none = self.logs("--grep", "no (such) line.", "-o", "json")
        self.assertEqual((none.out, none.err), ("", ""))

    def test_what_is_written_meanwhile(self):
        self.push("participant", ["INFO before"], ago=1)
        stream = live.Stream(self.command("--config-dir", self.config, "--profile", "here", "-n", self.ns, "logs", f"validator/{self.name}", "-f", "-o", "json"),
                             self.env())
        self.addCleanup(stream.close)
        stream.until(lambda e: e["message"] == "INFO before")
        for i in range(5):
            self.push("participant", [f"INFO followed {i}"])
            stream.until(lambda e, i=i: e["message"] == f"INFO followed {i}")
        self.assertEqual(stream.stop(), 130)
        followed = [e["message"] for e in stream.seen if "followed" in e["message"]]
        self.assertEqual(followed, [f"INFO followed {i}" for i in range(5)])

    def test_nothing_in_loki_and_no_pods(self):
        ran = self.logs("--since", "1ms", code=None)
        self.assertNotEqual(ran.code, 0)
        self.assertSays(ran, "Loki has no line", "The pods are read instead", "has no pods now")

    def test_a_failure_stands_among_the_lines(self):
        """With -o json standard output is a stream: what ends it is an event there, and said nowhere else."""
        ran = self.logs("--since", "1ms", "-o", "json", code=None)
        self.assertNotEqual(ran.code, 0)
        self.assertEqual([e["event"] for e in ran.lines], ["error"])
        self.assertIn("has no pods now", ran.lines[0]["message"])
        self.assertNotIn("has no pods now", ran.err)

    def test_a_loki_that_is_away(self):
        ran = self.logs(profile="away", code=None)
        self.assertNotEqual(ran.code, 0)
        self.assertSays(ran, "The pods are read instead", "has no pods now")

    def test_what_is_wrong_on_the_command_line(self):
        self.assertSays(self.logs("--level", "loud", code=2), "is no level")
        self.assertSays(self.logs("--since", "soon", code=2), "is no duration")
        self.assertSays(self.qd("logs", "party/x", code=2), "has no pods")


if __name__ == "__main__":
    live.main()
