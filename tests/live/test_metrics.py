#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`metrics query` and `doctor` against Debian's real Prometheus, at its own address and behind a real API server: what is printed is what the
server says, what it refuses ends with the right code, and each part that is missing has its sentence."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
import test_alerts  # noqa: E402

START, STEP, COUNT = 1790000010, 15, 240


def past():
    lines = ["# TYPE depth gauge"]
    for i in range(COUNT):
        lines += [f'depth{{node="a/b"}} {i * 0.5} {START + STEP * i}', f'depth{{node="odd"}} {"NaN" if i % 2 else "+Inf"} {START + STEP * i}']
    return "\n".join(lines) + "\n# EOF\n"


class Page(http.server.BaseHTTPRequestHandler):
    """A sign-in page in place of a Prometheus."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b"<html><head><title>x</title></head><body><h1>Sign in</h1><script>alert(1)</script></body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Metrics(live.LiveCase):
    examples = False

    @classmethod
    def prepare(cls):
        folder = tempfile.mkdtemp(prefix="quarterdeck-metrics-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.port = test_alerts.free_port()
        cls.url = f"http://127.0.0.1:{cls.port}"
        with open(os.path.join(folder, "prometheus.yml"), "w") as file:
            file.write(f"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: self, static_configs: [{{targets: ['127.0.0.1:{cls.port}']}}]}}]\n")
        with open(os.path.join(folder, "past.om"), "w") as file:
            file.write(past())
        subprocess.run([test_alerts.installed("promtool"), "tsdb", "create-blocks-from", "openmetrics", "past.om", "data"], cwd=folder, check=True,
                       capture_output=True, timeout=60)
        log = open(os.path.join(folder, "log"), "wb")
        cls.addClassCleanup(log.close)
        process = subprocess.Popen([test_alerts.installed("prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=data",
                                    "--storage.tsdb.retention.time=10y", f"--web.listen-address=127.0.0.1:{cls.port}"],
                                   cwd=folder, stdout=log, stderr=log, preexec_fn=rigs.die_with_parent)
        cls.addClassCleanup(lambda: (process.kill(), process.wait()))
        deadline = time.monotonic() + 60
        while True:
            try:
                if cls.ask("query", query="up")["data"]["result"]:
                    break
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise AssertionError("Prometheus did not scrape itself within 60 s")
            time.sleep(0.2)
        page = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=page.serve_forever, daemon=True).start()
        cls.addClassCleanup(page.shutdown)
        cls.config = os.path.join(folder, "config")
        os.makedirs(cls.config, mode=0o700)
        named = {"here": cls.url, "away": f"http://127.0.0.1:{test_alerts.free_port()}", "page": f"http://127.0.0.1:{page.server_port}",
                 "plain": "http://prometheus.example.invalid"}
        profiles = [{"name": name, "telemetry": {"prometheus": {"url": url}}} for name, url in named.items()]
        profiles.append({"name": "cluster"})
        profiles.append({"name": "port", "telemetry": {"prometheus": {"service": "default/kubernetes:9090"}}})
        profiles.append({"name": "service", "telemetry": {"prometheus": {"service": "default/nobody:9090"}}})
        with open(os.path.join(cls.config, "profiles.yaml"), "w") as file:
            json.dump({"schema": 1, "profiles": profiles}, file)

    @classmethod
    def ask(cls, what, **query):
        with urllib.request.urlopen(f"{cls.url}/api/v1/{what}?{urllib.parse.urlencode(query)}", timeout=20) as answer:
            return json.load(answer)

    def query(self, *args, profile="here", **more):
        return self.qd("--config-dir", self.config, "--profile", profile, "metrics", "query", *args, **more)

    def test_an_instant_is_what_the_server_says(self):
        told = self.query("depth", "--end", str(START + 30), "-o", "json").json
        known = self.ask("query", query="depth", time=START + 30)["data"]
        self.assertEqual(told.pop("warnings"), [])
        self.assertEqual(sorted(told["result"], key=str), sorted(known["result"], key=str))
        self.assertEqual(told["resultType"], known["resultType"])

    def test_a_number_is_what_the_server_says(self):
        told = self.query("1 + 1", "--end", str(START), "-o", "json").json
        self.assertEqual((told["resultType"], told["result"]), ("scalar", [START, "2"]))

    def test_a_time_is_what_the_server_says(self):
        end = START + STEP * (COUNT - 1)
        told = self.query("depth", "--start", str(START), "--end", str(end), "--step", "30s", "-o", "json").json
        known = self.ask("query_range", query="depth", start=START, end=end, step=30)["data"]
        self.assertEqual(sorted(told["result"], key=str), sorted(known["result"], key=str))
        self.assertEqual(told["resultType"], "matrix")
        by_text = self.query("depth", "--start", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START)), "--end", str(end), "--step", "30s", "-o", "json").json
        self.assertEqual(by_text, told)

    def test_for_people(self):
        ran = self.query("depth", "--start", str(START), "--end", str(START + STEP * (COUNT - 1)), "--step", "15s")
        self.assertEqual(ran.out.split("\n")[0].split(), ["LAST", "LEAST", "MOST", "READINGS", "SERIES"])
        self.assertIn(f'{(COUNT - 1) * 0.5:g}', ran.out)
        self.assertIn('depth{node="a/b"}', ran.out)
        self.assertIn('depth{node="odd"}', ran.out)
        nothing = self.query("no_such_metric")
        self.assertEqual(nothing.out, "")
        self.assertSays(nothing, "no series answers this query")

    def test_what_is_refused(self):
        for args, code, says in (
                (["sum("], live.FAILED, "cannot be read at 1:5"),
                (["up", "--start", "now-1h", "--step", "1ms"], live.FAILED, "more than 11000 points"),
                (["up", "--step", "1m"], live.USAGE, "needs --start"),
                (["up", "--start", "2026-01-31T12:00:00"], live.USAGE, "does not say its zone"),
                (["up", "--start", "yesterday"], live.USAGE, "is no time"),
                (["up", "--start", "now", "--end", "now-1h"], live.USAGE, "before --start"),
                (["up", "--start", "now-1h", "--step", "x"], live.USAGE, "no duration"),
                ([], live.USAGE, "EXPR")):
            with self.subTest(args=args):
                self.assertSays(self.query(*args, code=code), says)

    def test_what_stands_in_the_way(self):
        for profile, code, says in (("away", live.UNREACHABLE, "Prometheus: Nothing answers at"), ("page", live.UNREACHABLE, "a web page came in place of an answer: Sign in"),
                                    ("plain", live.UNREACHABLE, "prometheus.example.invalid"), ("service", live.FAILED, "no service default/nobody for Prometheus"),
                                    ("port", live.FAILED, "has no port 9090"), ("cluster", live.FAILED, "No service of the cluster looks like Prometheus")):
            with self.subTest(profile=profile):
                ran = self.query("up", profile=profile, code=code)
                self.assertSays(ran, says, "profile, under telemetry")
                self.assertNotIn("alert(1)", ran.err)
                self.assertNotIn("<", ran.err)

    def test_doctor_says_what_each_is(self):
        def check(profile):
            ran = self.qd("--config-dir", self.config, "--profile", profile, "doctor", "-o", "json", code=None)
            return next(c for c in ran.json["checks"] if c["id"] == "telemetry")
        here = check("here")
        self.assertEqual(here["state"], "ok", here)
        self.assertRegex(here["message"], rf"Prometheus 2\.\S+ at {self.url}\. No service of the cluster looks like Alertmanager\. No service of the cluster looks like Loki\.")
        self.assertEqual(check("away")["state"], "warning")
        self.assertEqual(check("cluster")["state"], "unknown")


if __name__ == "__main__":
    live.main()
