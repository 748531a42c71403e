#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers behind the pods of `quarterdeck-demo up`: kubectl's port-forward and curl, the proxies of services and pods, and who
refuses when a component is down, in the words of kube-apiserver."""

import base64
import http.client
import http.server
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
from test_demonetwork import Demo, run_demo, wait_until  # noqa: E402

DEV, PRIVATE = "canton-devnet", "canton-private"
NODE = "northgate-dev-1"
LAST = "daml_sequencer_client_handler_last_sequencing_time_micros"
KNOWN = ((DEV, NODE, "participant"), (DEV, NODE, "validator"), (PRIVATE, "harbor", "sequencer"), (PRIVATE, "harbor", "mediator"),
         (PRIVATE, "lighthouse-sv", "sv"), (PRIVATE, "lighthouse-sv", "scan"), (PRIVATE, "lighthouse-sv", "cometbft"))
# Real names that promtool has another taste than.
TASTE = {"daml_participant_sync_commitments_largest_counter_participant_latency", "jvm_thread_count",
         "splice_store_last_ingested_record_time_ms", "splice_sv_status_report_creation_time_us", "splice_trigger_attempted_total",
         "splice_validator_last_active_at_us"}


def samples(text, name):
    """{labels: value} of a metric."""
    return {m[1] or "": float(m[2]) for m in re.finditer(rf"^{name}(\{{[^\n]*\}})? (\S+)$", text, re.M)}


class Pods(live.LiveCase):
    needs_rig = False
    resources = examples = False

    @classmethod
    def prepare(cls):
        cls.network = Demo("up", "--dir", os.path.join(cls.home, "demo"), "--speed", 20, "--parent", os.getpid())
        cls.addClassCleanup(cls.network.close)
        cls.kubeconfig = cls.network.ready()["kubeconfig"]
        cls.program = os.path.join(rigs.binaries(), "kubectl")
        self = cls("runTest")
        wanted = {(ns, f"{node}-{component}") for ns, node, component in KNOWN}
        wait_until("the pods that were there answer", lambda: wanted <= {
            (e["metadata"]["namespace"], e["metadata"]["name"]) for e in self.get("endpoints", "-A")["items"] if e.get("subsets")}, 30)

    def runTest(self):
        pass

    def command(self, *args, context="admin"):
        return [self.program, "--kubeconfig", self.kubeconfig, "--cache-dir", os.path.join(self.home, "cache"), "--context", context, *args]

    def kubectl(self, *args, context="admin", code=0):
        done = subprocess.run(self.command(*args, context=context), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, f"kubectl {' '.join(args)}\n{done.stdout}\n{done.stderr}")
        return done.stdout if code == 0 else done.stderr

    def get(self, *args):
        return json.loads(self.kubectl("get", *args, "-o", "json"))

    def proxy(self, ns, what, path, **more):
        return self.kubectl("get", "--raw", f"/api/v1/namespaces/{ns}/{what}/proxy{path}", **more)

    def metrics(self, component="participant", ns=DEV, node=NODE):
        return self.proxy(ns, f"services/http:{node}-{component}:metrics", "/metrics")

    def chaos(self, ns, target, fault):
        done = run_demo("chaos", "--kubeconfig", self.kubeconfig, "--context", "admin", "-n", ns, target, fault)
        self.assertEqual(done.code, 0, done.err)

    def forward(self, ns, target, port):
        """kubectl port-forward on a free port: (process, base URL)."""
        process = subprocess.Popen(self.command("-n", ns, "port-forward", target, f":{port}"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, preexec_fn=rigs.die_with_parent)

        def close():
            process.kill()
            process.wait()
            process.stdout.close()
            process.stderr.close()
        self.addCleanup(close)
        said = re.match(r"Forwarding from 127.0.0.1:(\d+) -> ", process.stdout.readline())
        self.assertTrue(said)
        return process, f"http://127.0.0.1:{said[1]}"

    def curl(self, url):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode(), refused.headers

    def test_port_forward_to_a_validator(self):
        _, url = self.forward(DEV, f"pod/{NODE}-validator-0", 5003)
        self.assertEqual(self.curl(url + "/api/validator/readyz")[:2], (200, ""))
        self.assertEqual(self.curl(url + "/api/validator/livez")[:2], (200, ""))
        code, body, _ = self.curl(url + "/api/validator/v0/validator-user")
        self.assertEqual((code, json.loads(body)["party_id"]), (200, self.get("validator", NODE, "-n", DEV)["status"]["ownerParty"]))
        self.assertEqual(self.curl(url + "/api/validator/v0/wallet/balance")[0], 501)
        _, url = self.forward(DEV, f"pod/{NODE}-validator-0", 10013)
        code, body, headers = self.curl(url + "/metrics")
        self.assertEqual((code, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        self.assertGreater(sum(samples(body, "splice_wallet_unlocked_amulet_balance").values()), 0)

    def test_port_forward_through_a_service(self):
        _, url = self.forward(DEV, f"svc/{NODE}-participant", "json-api")
        self.assertEqual(self.curl(url + "/readyz")[0], 200)
        self.assertTrue(json.loads(self.curl(url + "/v2/version")[1])["version"])

    def test_what_is_not_played_refuses(self):
        pod = self.get("pod", f"{NODE}-participant-0", "-n", DEV)
        self.assertEqual(pod["metadata"]["annotations"]["demo.quarterdeck.io/ports-not-played"], "5001,5002")
        for name, port in ((f"{NODE}-participant-0", 5001), (f"{NODE}-postgres-0", 5432)):
            process, url = self.forward(DEV, f"pod/{name}", port)
            self.assertRaises(OSError, urllib.request.urlopen, url, timeout=10)
            said = ""
            while "connection refused" not in said:
                line = process.stderr.readline()
                self.assertTrue(line, said)
                said += line
            self.assertIn(f'failed to connect to localhost:{port} inside pod "{name}"', said.replace("\\", ""))

    def test_services_list_their_pods(self):
        service = self.get("service", f"{NODE}-participant", "-n", DEV)
        self.assertEqual({p["name"]: p["port"] for p in service["spec"]["ports"]}, {"lg-api": 5001, "adm-api": 5002, "json-api": 7575, "metrics": 10013})
        [subset] = self.get("endpoints", f"{NODE}-participant", "-n", DEV)["subsets"]
        [address] = subset["addresses"]
        pod = self.get("pod", f"{NODE}-participant-0", "-n", DEV)
        self.assertEqual((address["targetRef"]["name"], address["ip"]), (f"{NODE}-participant-0", pod["status"]["podIP"]))
        self.assertEqual(sorted(p["name"] for p in subset["ports"]), ["adm-api", "json-api", "lg-api", "metrics"])

    def test_service_proxy(self):
        for port in ("metrics", "10013"):
            self.assertIn("daml_health_status{", self.proxy(DEV, f"services/http:{NODE}-participant:{port}", "/metrics"))
        self.assertIn("daml_sequencer_block_height", self.metrics("sequencer", PRIVATE, "harbor"))
        self.assertEqual(json.loads(self.proxy(PRIVATE, "services/lighthouse-sv-scan:http", "/api/scan/version"))["version"], "0.4.15")
        self.assertIn("latest_block_height", self.proxy(PRIVATE, "services/lighthouse-sv-cometbft:rpc", "/status?x=%20y"))
        # node-operators may, viewers may not.
        self.assertIn("cannot get resource \"services/proxy\"", self.proxy(DEV, f"services/{NODE}-participant:metrics", "/metrics", context="viewer", code=1))

    def test_the_proxys_own_refusals(self):
        for what, said in ((f"services/{NODE}-participant:9999", f'no service port 9999 found for service "{NODE}-participant"'),
                           (f"services/{NODE}-participant:admin", f'no endpoints available for service "{NODE}-participant"'),
                           (f"services/{NODE}-participant", f'no endpoints available for service "{NODE}-participant"'),
                           (f"services/{NODE}-participant:lg-api", "error trying to reach service: dial tcp "),
                           ("services/nobody:http", 'services "nobody" not found'),
                           (f"services/ftp:{NODE}-participant:metrics", "invalid service request"),
                           ("pods/nobody:80", 'pods "nobody" not found'),
                           (f"pods/{NODE}-postgres-0:5432", "connect: connection refused")):
            with self.subTest(what):
                self.assertIn(said, self.proxy(DEV, what, "/metrics", code=1))

    def test_pod_proxy(self):
        self.assertIn("jvm_memory_used_bytes{", self.proxy(DEV, f"pods/{NODE}-participant-0:10013", "/metrics"))
        self.assertIn('"success"', self.proxy(DEV, f"pods/http:{NODE}-validator-0:5003", "/api/validator/status"))
        self.assertIn('"success"', self.proxy(DEV, f"pods/{NODE}-validator-0", "/api/validator/v0/../status"))   # its first port

    def test_a_crashed_component_answers_nobody(self):
        node, pod = "harbor-bridge", "harbor-bridge-participant-0"
        _, url = self.forward(PRIVATE, f"pod/{pod}", 7575)
        self.assertEqual(self.curl(url + "/livez")[0], 200)
        self.chaos(PRIVATE, f"validators/{node}", "crash:participant")
        wait_until("its endpoints are gone", lambda: not self.get("endpoints", f"{node}-participant", "-n", PRIVATE).get("subsets"))
        self.assertIn(f'no endpoints available for service "{node}-participant"',
                      self.proxy(PRIVATE, f"services/{node}-participant:metrics", "/metrics", code=1))

        def dead():   # between two attempts it runs for some seconds
            try:
                return self.curl(url + "/livez") is None
            except OSError:
                return True
        wait_until("the forward leads nowhere", dead)

        def refused():
            done = subprocess.run(self.command("get", "--raw", f"/api/v1/namespaces/{PRIVATE}/pods/{pod}:7575/proxy/livez"), capture_output=True, text=True, timeout=30)
            return "error trying to reach service: dial tcp " in done.stderr and "connection refused" in done.stderr
        wait_until("its port refuses", refused)
        self.chaos(PRIVATE, f"validators/{node}", "none")
        wait_until("it answers again", lambda: self.get("endpoints", f"{node}-participant", "-n", PRIVATE).get("subsets"), 60)
        series = samples(self.metrics(ns=PRIVATE, node=node), "jvm_cpu_time_seconds_total")
        self.assertLess(sum(series.values()), 60)   # a new process counts anew

    def test_counters_rise_and_a_stall_shows(self):
        first = self.metrics()
        rising = samples(first, LAST)
        self.assertEqual(len(rising), 1)
        wait_until("events come", lambda: max(samples(self.metrics(), LAST).values()) > max(rising.values()))
        for labels, value in samples(self.metrics(), "daml_grpc_server_started_total").items():
            self.assertGreaterEqual(value, samples(first, "daml_grpc_server_started_total")[labels])
        self.chaos(DEV, f"syncdomainconnections/{NODE}-global", "stalled-sync")
        healthy = f'daml_health_status{{component="sequencer-client",node="participant"}} 0'
        wait_until("the stall is told", lambda: healthy in self.metrics())
        still = samples(self.metrics(), LAST)
        before = max(samples(self.metrics(), "daml_sequencer_client_handler_delay").values())
        wait_until("the delay grows", lambda: max(samples(self.metrics(), "daml_sequencer_client_handler_delay").values()) > before + 500)
        self.assertEqual(samples(self.metrics(), LAST), still)
        self.chaos(DEV, f"syncdomainconnections/{NODE}-global", "none")
        wait_until("events come again", lambda: max(samples(self.metrics(), LAST).values()) > max(still.values()), 60)

    def test_promtool(self):
        promtool = shutil.which("promtool") or os.environ.get("PROMTOOL")
        if not promtool:
            self.skipTest("promtool is not installed")
        for ns, node, component in KNOWN:
            with self.subTest(component):
                done = subprocess.run([promtool, "check", "metrics"], input=self.metrics(component, ns, node), capture_output=True, text=True, timeout=30)
                self.assertNotIn("error while linting", done.stderr)
                self.assertEqual([line for line in done.stderr.splitlines() if line.split()[0] not in TASTE], [])

    def connection(self):
        config = json.loads(self.kubectl("config", "view", "--raw", "--minify", "-o", "json"))
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        files = []
        for key, data in (("crt", user["client-certificate-data"]), ("key", user["client-key-data"])):
            files.append(os.path.join(self.home, "admin." + key))
            with open(os.open(files[-1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f:
                f.write(base64.b64decode(data))
        context = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        context.load_cert_chain(*files)
        connection = http.client.HTTPSConnection(cluster["server"].removeprefix("https://"), context=context, timeout=20)
        self.addCleanup(connection.close)
        return connection

    def request(self, method, path, body=None, headers=None, connection=None):
        """As the admin, with headers kubectl does not send."""
        connection = connection or self.connection()
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers

    def test_a_service_of_ones_own(self):
        """What tst_services tries on kube-apiserver, with a server of ours behind a pod's port (the annotation local-ports)."""
        asked = []

        class Backend(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                asked.append((self.command, self.path, dict(self.headers), body))
                if self.path == "/closes":
                    self.close_connection = True
                    return
                self.send_response({"/bad": 422, "/down": 503}.get(self.path, 200))
                self.send_header("X-Own", "1")
                self.end_headers()
                self.wfile.write(b"compacting" if self.path == "/down" else b"fine")
            do_POST = do_GET

            def log_message(self, *_):
                pass
        backend = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        pod = {"apiVersion": "v1", "kind": "Pod",
               "metadata": {"name": "prometheus-0", "labels": {"app": "prometheus"}, "annotations": {"demo.quarterdeck.io/local-ports": f"9090={backend.server_port}"}},
               "spec": {"nodeName": "canton-demo", "containers": [{"name": "p", "image": "prom/prometheus:2"}]}}
        service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "prometheus"},
                   "spec": {"selector": {"app": "prometheus"}, "ports": [{"name": "web", "port": 80, "targetPort": 9090}]}}
        for one in (pod, service):
            subprocess.run(self.command("-n", DEV, "apply", "-f", "-"), input=json.dumps(one), text=True, check=True, capture_output=True)
        status = {"status": {"podIP": "10.244.9.9", "podIPs": [{"ip": "10.244.9.9"}], "phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}
        self.kubectl("-n", DEV, "patch", "pod", "prometheus-0", "--subresource", "status", "--type", "merge", "-p", json.dumps(status))
        base = f"/api/v1/namespaces/{DEV}/services/prometheus:web/proxy"
        wait_until("it has endpoints and a way to them", lambda: self.request("GET", base + "/")[0] == 200)
        asked.clear()
        code, body, headers = self.request("GET", base + "/api/v1/query?query=up%7Ba%3D%22b%2Fc%22%7D", headers={"X-Scope-OrgID": "tenant", "Authorization": "Basic x"})
        self.assertEqual((code, body, headers["X-Own"]), (200, "fine", "1"))
        method, path, seen, _ = asked.pop()
        self.assertEqual((method, path, seen["X-Scope-OrgID"]), ("GET", "/api/v1/query?query=up%7Ba%3D%22b%2Fc%22%7D", "tenant"))
        self.assertNotIn("Authorization", seen)
        self.assertIn("X-Forwarded-Uri".lower(), {name.lower() for name in seen})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertEqual(self.request("POST", base + "/api/v1/query", "query=up&time=1", form)[0], 200)
        self.assertEqual((asked[-1][0], asked[-1][2]["Content-Type"], asked.pop()[3]), ("POST", form["Content-Type"], "query=up&time=1"))
        self.assertEqual(self.request("GET", base + "/bad")[0], 422)
        self.assertEqual(self.request("POST", base + "/down", "")[:2], (503, "compacting"))
        self.assertEqual(self.request("GET", base)[0], 301)
        kept = self.connection()
        for path, said in (("/", 200), ("/bad", 422), ("/down", 503), ("/", 200)):
            self.assertEqual(self.request("GET", base + path, connection=kept)[0], said)
            self.assertIsNotNone(kept.sock, f"the connection ends with the answer to {path}")
        code, body, _ = self.request("POST", base + "/closes", "")
        self.assertEqual((code, json.loads(body)["message"]), (503, "error trying to reach service: EOF"))
        backend.shutdown()
        backend.server_close()
        code, body, _ = self.request("POST", base + "/", "")
        self.assertEqual((code, json.loads(body)["message"]), (503, "error trying to reach service: dial tcp 10.244.9.9:9090: connect: connection refused"))
        self.assertEqual(json.loads(body)["reason"], "ServiceUnavailable")


if __name__ == "__main__":
    live.main()
