#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instruments of the demo network: the real Prometheus and Alertmanager beside it, by their own address and by the API server's service
proxy; the hours before; what chaos does to metrics and alerts; that nobody is left behind."""

import base64
import gzip
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
import test_demonetwork as networks  # noqa: E402
import test_rules  # noqa: E402

import yaml  # noqa: E402

PROGRAMS = ("prometheus", "prometheus-alertmanager", "promtool")
SPEED = 20
HOURS = 6
MAINNET, PRIVATE, DEVNET = "canton-mainnet", "canton-private", "canton-devnet"
# Of the consortium: their containers end again and again, so their targets come and go.
CRASHING = ("bob-custody-participant-0", "harbor-bridge-participant-1")
PROXY = "/api/v1/namespaces/monitoring/services/{}/proxy{}"
# Names that are none of a node's, and where they come from.
AROUND = {"up", "ALERTS", "ALERTS_FOR_STATE", "target_info",
          "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"}
FAMILIES = re.compile(r"^(kubelet_volume_stats_(available|capacity|used)_bytes|kube_pod_[a-z_]+|kube_customresource_canton_[a-z_]+|pg_[a-z_]+|splice_[a-z_]+"
                      r"|cometbft_[a-z0-9_]+|jvm_[a-z_]+|db_client_connections_[a-z_]+)$")


def here():
    for program in PROGRAMS:
        if not shutil.which(program):
            raise rigs.RigMissing(f"{program} is not installed; on Debian the packages prometheus and prometheus-alertmanager have it")


def children_of(pid):
    found = {}
    for one in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{one}/stat") as f:
                stat = f.read()
            if int(stat.rsplit(")", 1)[1].split()[1]) == pid:
                found[int(one)] = stat[stat.index("(") + 1:stat.rindex(")")]
        except OSError:
            continue
    return found


class Server:
    """A Prometheus or Alertmanager at its own address."""

    def __init__(self, url):
        self.url = url

    def get(self, path, **query):
        with urllib.request.urlopen(self.url + path + ("?" + urllib.parse.urlencode(query) if query else ""), timeout=20) as answer:
            return json.loads(answer.read())

    def query(self, expr):
        return self.get("/api/v1/query", query=expr)["data"]["result"]

    def value(self, expr):
        """The only sample, or None."""
        found = self.query(expr)
        return float(found[0]["value"][1]) if len(found) == 1 else None

    def steps(self, expr, start, end, step):
        return self.get("/api/v1/query_range", query=expr, start=start, end=end, step=step)["data"]["result"]


class Telemetry(networks.DemoCase):
    @classmethod
    def prepare(cls):
        here()
        cls.dir = os.path.join(cls.home, "demo")
        os.environ.pop("QUARTERDECK_DEMO_INSTRUMENTS", None)
        cls.network = networks.Demo("up", "--dir", cls.dir, "--speed", SPEED, "--parent", os.getpid())
        cls.addClassCleanup(cls.network.close)
        cls.told = cls.network.ready()
        cls.began = time.time()
        assert cls.told["prometheus"] and cls.told["alertmanager"], cls.told["missing"]
        cls.prometheus = Server(cls.told["prometheus"])
        cls.alertmanager = Server(cls.told["alertmanager"])
        with open(cls.told["kubeconfig"]) as file:
            cls.config = yaml.safe_load(file)
        cls.contexts = {}

    @classmethod
    def context(cls, persona):
        if persona not in cls.contexts:
            [user] = [u["user"] for u in cls.config["users"] if u["name"] == persona]
            authority = base64.b64decode(cls.config["clusters"][0]["cluster"]["certificate-authority-data"]).decode()
            made = ssl.create_default_context(cadata=authority)
            with tempfile.NamedTemporaryFile(dir=cls.home) as file:
                file.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
                file.flush()
                made.load_cert_chain(file.name)
            cls.contexts[persona] = made
        return cls.contexts[persona]

    def proxy(self, service, path, persona="node-operator", data=None, headers=None, method=None):
        """(status, headers, body) through the API server."""
        request = urllib.request.Request(self.told["apiServer"] + PROXY.format(service, path), data=data, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20, context=self.context(persona)) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()

    def chaos(self, ns, target, fault):
        done = networks.run_demo("chaos", "--kubeconfig", self.told["kubeconfig"], "--context", "admin", "-n", ns, target, fault)
        self.assertEqual(done.code, 0, done.err)

    def await_history(self):
        networks.wait_until("the hours before and their alerts", lambda: self.told_hours() > 200 and self.told_alerts(), 240)

    def told_alerts(self):
        """They come last: Prometheus starts anew with them a second time, and evaluates the rules from then on."""
        try:
            return self.prometheus.get("/api/v1/rules")["data"]["groups"] and self.prometheus.query('count_over_time(ALERTS{alertstate="firing"}[3h] offset 10m)')
        except OSError:
            return []

    def told_hours(self):
        try:
            return self.prometheus.value(f"max(count_over_time(up[{HOURS}h]))") or 0
        except OSError:
            return 0   # it starts anew with them

    def await_targets(self):
        def all_up():
            try:
                targets = self.prometheus.get("/api/v1/targets", state="active")["data"]["activeTargets"]
            except OSError:
                return False
            self.targets = targets
            return len(targets) > 18 and all(t["health"] == "up" or t["labels"].get("pod") in CRASHING for t in targets)
        self.targets = []
        self.await_history()
        try:
            networks.wait_until("every target is up", all_up, 60)
        except AssertionError as e:
            raise AssertionError(f"{e}: {[(t['labels'], t['health'], t['lastError']) for t in self.targets if t['health'] != 'up']}") from None

    def firing(self, silenced=None):
        """{(alert, object)} the Alertmanager knows."""
        found = set()
        for alert in self.alertmanager.get("/api/v2/alerts"):
            if silenced is None or (alert["status"]["state"] == "suppressed") == silenced:
                labels = alert["labels"]
                found.add((labels["alertname"], labels.get("pod") or labels.get("node_name") or labels.get("persistentvolumeclaim") or labels.get("job")))
        return found


class Beside(Telemetry):
    def test_a_targets_are_the_pods_and_all_are_up(self):
        self.await_targets()
        jobs = {t["labels"]["job"] for t in self.targets}
        self.assertLessEqual({"northgate-validator-1-participant", "northgate-validator-1-validator", "harbor-sequencer", "harbor-mediator", "lighthouse-sv-scan",
                              "kubelet", "kube-state-metrics", "postgres-exporter"}, jobs)
        [one] = [t for t in self.targets if t["labels"]["job"] == "northgate-validator-1-participant"]
        self.assertEqual({k: one["labels"].get(k) for k in ("namespace", "pod", "container", "service", "endpoint")},
                         {"namespace": MAINNET, "pod": "northgate-validator-1-participant-0", "container": "participant",
                          "service": "northgate-validator-1-participant", "endpoint": "metrics"})
        self.assertRegex(one["labels"]["instance"], r"^10\.244\.\d+\.\d+:10013$")
        self.assertIn(f"/api/v1/namespaces/{MAINNET}/pods/http:northgate-validator-1-participant-0:10013/proxy/metrics", one["scrapeUrl"])

    def test_names_are_those_of_the_real_ones(self):
        self.await_targets()
        shared = os.path.join(live.HERE, "..", "..", "..", "shared", "data", "canton-metrics.tsv")
        if not os.path.exists(shared):
            self.skipTest("canton-metrics.tsv is not at hand")
        with open(shared) as file:
            canton = {line.split("\t")[2] for line in file} | test_rules.UNLISTED
        wrong = []
        for name in self.prometheus.get("/api/v1/label/__name__/values")["data"]:
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            if not (name in AROUND or FAMILIES.match(base) or name in canton or base in canton):
                wrong.append(name)
        self.assertEqual(wrong, [])

    def test_series_the_panels_ask_for(self):
        self.await_targets()
        for expr in (f'daml_health_status{{namespace="{MAINNET}",pod=~"northgate-.*"}}', 'sum by (member) (daml_sequencer_client_traffic_control_extra_traffic_purchased)',
                     "splice_wallet_unlocked_amulet_balance", 'kubelet_volume_stats_used_bytes{persistentvolumeclaim=~"data-.*-postgres-0"}',
                     "pg_stat_user_tables_size_bytes > 0", "pg_database_size_bytes", 'kube_pod_status_ready{condition="true"} == 1',
                     "kube_customresource_canton_backup_last_success", "jvm_memory_used_after_last_gc_bytes / jvm_memory_limit_bytes",
                     "sum by (namespace) (rate(daml_mediator_approved_requests_total[5m])) > 0"):
            with self.subTest(expr=expr):
                self.assertTrue(self.prometheus.query(expr))

    def test_percentiles_are_numbers(self):
        """Each panel of the shipped dashboards that draws a percentile has finite ones of the last hour."""
        self.await_targets()
        end = time.time()
        folder = os.path.join(live.HERE, "..", "..", "resources", "dashboards")
        asked = 0
        for name in sorted(n for n in os.listdir(folder) if n.endswith(".yaml")):
            with open(os.path.join(folder, name)) as file:
                board = yaml.safe_load(file)
            for panel in [p for row in board["rows"] for p in row["panels"]]:
                for query in panel["queries"]:
                    if "histogram_quantile" not in query["expr"]:
                        continue
                    asked += 1
                    with self.subTest(panel=f"{name}: {panel['title']}"):
                        expr = re.sub(r"\$__(rate_)?interval", "2m", query["expr"])
                        expr = re.sub(r"\$(?!__)[a-z]+", ".*", expr)
                        self.assertNotIn("$", expr)
                        series = self.prometheus.steps(expr, end - 3600, end, 60)
                        self.assertTrue(series, expr)
                        values = [float(v) for one in series for _, v in one["values"]]
                        self.assertEqual([v for v in values if not 0 <= v < float("inf")], [], "finite and no less than nothing")
                        # Commitments are computed now and then, everything else goes on.
                        self.assertGreater(len(values), 5 if "commitments" in expr else 15 * len(series), "of a quarter of the time at least")
        self.assertGreater(asked, 4)

    def test_history_and_the_present_are_one(self):
        self.await_targets()
        end = time.time()
        # Two scrapes later there is a live sample behind the last of the history.
        networks.wait_until("live samples", lambda: (self.prometheus.value(
            'count_over_time(up{job="northgate-validator-1-participant"}[40s])') or 0) >= 4, 60)
        for counter in ("daml_participant_api_indexer_events_total", "daml_grpc_server_handled_total", "daml_cache_hits", "jvm_cpu_time_seconds_total",
                        "daml_db_storage_general_executor_waittime_duration_seconds_count"):
            with self.subTest(counter=counter):
                pods = f'{counter}{{pod="northgate-validator-1-participant-0"}}'
                self.assertEqual(self.prometheus.value(f"sum(resets({pods}[{HOURS}h]))"), 0)
                self.assertEqual(self.prometheus.value(f"count(count_over_time({pods}[150s]))"), self.prometheus.value(f"count(count_over_time({pods}[150s] offset 5h))"),
                                 "the same series now and then")
        [rate] = self.prometheus.steps('sum(rate(daml_participant_api_indexer_events_total{pod="northgate-validator-1-participant-0"}[5m]))',
                                       end - HOURS * 3600 + 600, end, 60)
        values = [float(v) for _, v in rate["values"]]
        self.assertEqual(len(values), int((HOURS * 3600 - 600) / 60) + 1, "no gap in six hours")
        middle = sorted(values)[len(values) // 2]
        self.assertTrue(all(middle / 4 < v < middle * 4 for v in values), (min(values), middle, max(values)))
        # What ran dry within the hours shows how.
        [used] = self.prometheus.steps('sum(daml_sequencer_client_traffic_control_extra_traffic_consumed{job="northgate-validator-2-participant"})',
                                       end - (HOURS - 0.5) * 3600, end, 300)
        values = [float(v) for _, v in used["values"]]
        self.assertEqual(values, sorted(values))
        self.assertLess(values[0], 0.7 * values[-1])

    def test_rules_are_those_of_the_file_and_none_is_in_error(self):
        self.await_targets()
        groups = self.prometheus.get("/api/v1/rules")["data"]["groups"]
        self.assertEqual({r["name"] for g in groups for r in g["rules"]}, {r["alert"] for r in test_rules.all_rules()})
        wanted = {r["alert"]: r for r in test_rules.all_rules()}
        self.assertEqual({(r["name"], r["health"], r.get("lastError", "")) for g in groups for r in g["rules"] if r["health"] not in ("ok", "unknown")}, set())
        [overdue] = [r for g in groups for r in g["rules"] if r["name"] == "BackupOverdue"]
        self.assertEqual(overdue["duration"], 300 / SPEED)
        self.assertEqual(overdue["annotations"]["runbook_url"], wanted["BackupOverdue"]["annotations"]["runbook_url"])

    def test_the_ailing_nodes_of_the_consortium_have_their_alerts(self):
        wanted = {("ParticipantDown", "bob-custody-participant-0"), ("BackupOverdue", "bob-custody"), ("TrafficLow", "northgate-validator-2-participant"),
                  ("TopUpFundsLow", "northgate-validator-2-validator")}
        networks.wait_until("the baseline's alerts", lambda: wanted <= self.firing(), 120)
        # The suspended one is nobody's worry.
        self.assertEqual({a for a in self.firing() if "dora-exchange" in (a[1] or "")}, set())

    def test_what_ailed_them_before_is_no_news(self):
        """The alerts of the hours before are told, too: what began then fires at once, and says since when."""
        self.await_targets()
        networks.wait_until("ages from before the start", lambda: any(
            a["labels"]["alertname"] == "ParticipantDown" and a["state"] == "firing" and a["activeAt"] < time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self.began - 1200))
            for a in self.alerts()), 240)
        past = {s["metric"]["alertname"] for s in self.prometheus.query('count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[3h] offset 10m))')}
        self.assertLessEqual({"ParticipantDown", "BackupOverdue", "TrafficLow"}, past)
        self.assertNotIn("BackupNeverMade", past)

    def alerts(self):
        try:
            return self.prometheus.get("/api/v1/alerts")["data"]["alerts"]
        except OSError:
            return []

    def test_through_the_api_server(self):
        self.await_targets()
        code, headers, body = self.proxy("prometheus-operated:9090", "/api/v1/query?query=count(up)")
        self.assertEqual((code, json.loads(body)["status"]), (200, "success"))
        # A form, gzip and a name of the port.
        form = urllib.parse.urlencode({"query": "up", "start": time.time() - 3600, "end": time.time(), "step": 15}).encode()
        code, headers, body = self.proxy("http:prometheus-operated:web", "/api/v1/query_range", data=form, headers={"Accept-Encoding": "gzip"})
        self.assertEqual((code, headers.get("Content-Encoding")), (200, "gzip"))
        self.assertGreater(len(json.loads(gzip.decompress(body))["data"]["result"]), 15)
        # A wide answer, and Prometheus' own words for a bad query.
        code, headers, body = self.proxy("prometheus-operated:9090", "/api/v1/query?" + urllib.parse.urlencode({"query": '{__name__=~".+"}'}))
        self.assertGreater(len(body), 500_000)
        code, headers, body = self.proxy("prometheus-operated:9090", "/api/v1/query?query=sum(")
        self.assertEqual((code, json.loads(body)["errorType"]), (400, "bad_data"))
        code, headers, body = self.proxy("alertmanager-operated:9093", "/api/v2/status")
        self.assertEqual(json.loads(body)["versionInfo"]["version"].split(".")[0], "0")
        # What is missing is told by the API server.
        code, headers, body = self.proxy("prometheus-operated:9999", "/api/v1/query?query=up")
        self.assertEqual((code, json.loads(body)["message"]), (503, 'no service port 9999 found for service "prometheus-operated"'))
        self.assertEqual(self.proxy("loki:3100", "/ready")[0], 404)

    def test_personas(self):
        for persona in ("viewer", "ledger-operator", "node-operator", "platform-admin"):
            with self.subTest(persona=persona):
                self.assertEqual(self.proxy("prometheus-operated:9090", "/api/v1/query?query=up", persona)[0], 200)
                reader = persona in ("viewer", "ledger-operator")
                self.assertEqual(self.proxy("prometheus-operated:9090", "/api/v1/query", persona, data=b"query=up")[0], 403 if reader else 200)
                for path in ("/-/quit", "/-/reload", "/api/v1/admin/tsdb/clean_tombstones") if reader else ():
                    code, _, body = self.proxy("prometheus-operated:9090", path, persona, data=b"")
                    self.assertEqual((code, json.loads(body)["reason"]), (403, "Forbidden"), path)   # the API server says it, not Prometheus
                self.assertEqual(self.proxy("alertmanager-operated:9093", "/api/v2/alerts", persona)[0], 200)
                silence = self.proxy("alertmanager-operated:9093", "/api/v2/silences", persona, data=b"{}", headers={"Content-Type": "application/json"})
                self.assertEqual(silence[0], 403 if reader else 422)
        request = urllib.request.Request(self.told["apiServer"] + f"/api/v1/namespaces/{MAINNET}/services/northgate-validator-1-participant:10013/proxy/metrics")
        self.assertRaises(urllib.error.HTTPError, urllib.request.urlopen, request, timeout=10, context=self.context("viewer"))

    def test_scrapes_are_not_audited(self):
        self.await_targets()
        with open(os.path.join(self.dir, "audit.log")) as file:
            self.assertNotIn("prometheus-k8s", file.read())

    def test_what_is_written_is_its_own(self):
        folder = os.path.join(self.dir, "instruments")
        self.assertEqual(os.stat(folder).st_mode & 0o077, 0)
        for name in os.listdir(folder):
            self.assertEqual(os.stat(os.path.join(folder, name)).st_mode & 0o077, 0, name)
        self.await_history()
        self.assertEqual([n for n in os.listdir(folder) if n.endswith(".om")], [])


class Chaos(Telemetry):
    FAULTS = ((DEVNET, "validator/northgate-dev-1", "crash:participant", ("ParticipantDown", "northgate-dev-1-participant-0")),
              (PRIVATE, "syncdomainconnection/alice-bank-harbor", "stalled-sync", ("SequencerClientDelay", "alice-bank-participant")),
              (MAINNET, "validator/northgate-validator-1", "out-of-traffic", ("TrafficExhausted", "northgate-validator-1-participant")),
              (PRIVATE, "syncdomain/harbor", "disk-full", ("VolumeNearlyFull", "data-harbor-")))

    def test_faults_fire_are_silenced_and_heal(self):
        self.await_targets()
        self.assertEqual({a for a in self.firing() if a in {f[3] for f in self.FAULTS}}, set())
        for ns, target, fault, _ in self.FAULTS:
            self.chaos(ns, target, fault)

        def fired():
            now = self.firing()
            self.left = [(alert, thing) for *_, (alert, thing) in self.FAULTS if not any(a == alert and (o or "").startswith(thing) for a, o in now)]
            return not self.left
        self.left = []
        try:
            networks.wait_until("every fault has its alert", fired, 240)
        except AssertionError as e:
            raise AssertionError(f"{e}: not fired: {self.left}; firing: {sorted(map(str, self.firing()))}") from None
        self.assertGreater(self.prometheus.value('max(daml_sequencer_client_handler_delay{job="alice-bank-participant"})'), 60_000)
        self.assertEqual(self.prometheus.value('max(kube_pod_status_ready{condition="true",pod="northgate-dev-1-participant-0"})'), 0)
        self.silence()
        self.chaos(DEVNET, "validator/northgate-dev-1", "none")
        networks.wait_until("the healed one is quiet", lambda: ("ParticipantDown", "northgate-dev-1-participant-0") not in self.firing(), 120)

    def silence(self):
        """As the console makes one: through the API server, as somebody who may."""
        now = time.time()
        stamp = "%Y-%m-%dT%H:%M:%SZ"
        wanted = {"matchers": [{"name": "alertname", "value": "TrafficExhausted", "isRegex": False, "isEqual": True}],
                  "startsAt": time.strftime(stamp, time.gmtime(now - 60)), "endsAt": time.strftime(stamp, time.gmtime(now + 3600)),
                  "createdBy": "paula", "comment": "known"}
        code, _, body = self.proxy("alertmanager-operated:9093", "/api/v2/silences", "platform-admin", data=json.dumps(wanted).encode(),
                                   headers={"Content-Type": "application/json"})
        self.assertEqual(code, 200, body)
        identity = json.loads(body)["silenceID"]
        alert = ("TrafficExhausted", "northgate-validator-1-participant")
        networks.wait_until("the alert is suppressed", lambda: alert in self.firing(silenced=True), 30)
        code, _, body = self.proxy("alertmanager-operated:9093", f"/api/v2/silence/{identity}", "admin", method="DELETE")
        self.assertEqual(code, 200, body)
        networks.wait_until("the alert speaks again", lambda: alert in self.firing(silenced=False), 30)


class Ends(networks.DemoCase):
    @classmethod
    def prepare(cls):
        here()
        os.environ.pop("QUARTERDECK_DEMO_INSTRUMENTS", None)

    def started(self, *more):
        demo = self.demo("up", "--dir", os.path.join(self.temporary(), "demo"), "--speed", 50, "--parent", os.getpid(), *more)
        return demo, demo.ready()

    def test_nobody_is_left(self):
        for how in (signal.SIGKILL, signal.SIGTERM):
            with self.subTest(how=how):
                demo, told = self.started()
                there = children_of(demo.process.pid)
                self.assertLessEqual({"prometheus", "prometheus-aler"}, set(there.values()), there)
                demo.process.send_signal(how)
                demo.process.wait(15)
                networks.wait_until("its children are gone", lambda: not any(networks.alive(pid) for pid in there), 5)
                self.assertRaises(OSError, urllib.request.urlopen, told["prometheus"], timeout=5)

    def test_left_out(self):
        demo, told = self.started("--no-instruments")
        self.assertEqual((told["prometheus"], told["alertmanager"]), (None, None))
        self.assertIn("--no-instruments", told["missing"]["prometheus"])
        self.assertEqual(children_of(demo.process.pid), {})

    def test_not_installed(self):
        before = os.environ["PATH"]
        self.addCleanup(os.environ.__setitem__, "PATH", before)
        os.environ["PATH"] = self.temporary()
        demo, told = self.started()
        self.assertEqual((told["prometheus"], told["alertmanager"]), (None, None))
        self.assertIn("prometheus is not installed", told["missing"]["prometheus"])
        self.assertIn("prometheus-alertmanager", told["missing"]["alertmanager"])
        self.assertEqual(children_of(demo.process.pid), {})

    def test_without_history(self):
        demo, told = self.started("--no-history")
        prometheus = Server(told["prometheus"])
        networks.wait_until("a scrape", lambda: prometheus.query("up"), 40)
        self.assertIsNone(prometheus.value("max(count_over_time(up[6h] offset 2m))"))


if __name__ == "__main__":
    test_rules.skip_unless(here)
    live.main()
