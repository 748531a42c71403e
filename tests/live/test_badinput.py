#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: each case gives its exit code and a sentence that names the thing and the way out."""

import base64
import json
import os
import signal
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
from fakeserver import FakeServer, status  # noqa: E402
from pki import Pki  # noqa: E402
from proxy import Proxy  # noqa: E402

HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>The corporate proxy is unhappy</h1>" + "x" * 5000 + "</body></html>"
GV = f"{rigs.GROUP}/{rigs.VERSION}"


def api_of(items, version="100"):
    """The answers of a small old API server: legacy discovery, one kind, no WatchList. `items` is the raw bytes of the LIST's items."""
    def answer(method, path):
        route = path.split("?")[0]
        if route == "/version":
            return 200, {}, {"major": "1", "minor": "25", "gitVersion": "v1.25.0", "platform": "linux/amd64"}
        if route == "/livez":
            return 200, {"Content-Type": "text/plain"}, "ok"
        if route == "/api":
            return 200, {}, {"kind": "APIVersions", "versions": ["v1"]}
        if route == "/api/v1":
            return 200, {}, {"kind": "APIResourceList", "groupVersion": "v1", "resources": []}
        if route == "/apis":
            return 200, {}, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [{"name": rigs.GROUP, "versions": [{"groupVersion": GV, "version": rigs.VERSION}],
                             "preferredVersion": {"groupVersion": GV, "version": rigs.VERSION}}]}
        if route == rigs.API:
            return 200, {}, {"kind": "APIResourceList", "groupVersion": GV, "resources": [
                {"name": "validators", "singularName": "validator", "namespaced": True, "kind": "Validator", "verbs": ["get", "list", "watch", "patch"]}]}
        if method == "POST" and route.startswith("/apis/authorization.k8s.io/"):
            return 201, {}, {"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "status": {"allowed": True}}
        if route.endswith("/validators") and "watch=" in path:
            if "sendInitialEvents" in path:
                return 422, {}, status(422, "Invalid", "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled")
            return 200, {"Content-Type": "application/json"}, b""
        if route.endswith("/validators"):
            return 200, {"Content-Type": "application/json"}, (b'{"kind":"ValidatorList","apiVersion":"' + GV.encode() + b'","metadata":{"resourceVersion":"'
                                                               + version.encode() + b'"},"items":[' + items + b']}')
        return None
    return answer


def item(name, more=b""):
    return (b'{"apiVersion":"' + GV.encode() + b'","kind":"Validator","metadata":{"name":"' + name + b'","namespace":"a","uid":"uid-' + name
            + b'","resourceVersion":"7","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"networkRef":{"name":"devnet"}}' + more + b'}')


class BadInput(live.LiveCase):
    needs_rig = False

    @classmethod
    def prepare(cls):
        cls.pki = Pki(os.path.join(cls.home, "pki"))
        cls.other = Pki(os.path.join(cls.home, "other-pki"), authority="somebody else")

    def config(self, server, user=None, ca=None, name="config", **cluster):
        """Writes a kubeconfig; gives its path."""
        path = os.path.join(self.home, name)
        with open(ca or self.pki.ca_cert, "rb") as f:
            authority = base64.b64encode(f.read()).decode()
        entry = {"server": server, "certificate-authority-data": authority, **cluster}
        with open(path, "w") as out:
            json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "the-context", "clusters": [{"name": "the-cluster", "cluster": entry}],
                       "users": [{"name": "the-user", "user": user or {"token": "t0p-s3cret"}}],
                       "contexts": [{"name": "the-context", "context": {"cluster": "the-cluster", "user": "the-user"}}]}, out)
        return path

    def serve(self, answer, **more):
        server = FakeServer(more.pop("pki", self.pki), answer, **more)
        self.addCleanup(server.close)
        return server

    def fails(self, kubeconfig, code, *words, command=("watch", "validators", "-A", "--until-synced"), timeout=40, **more):
        """The command ends with `code` in time, and says the words."""
        ran = self.qd(*command, kubeconfig=kubeconfig, code=code, timeout=timeout, **more)
        self.assertSays(ran, *words)
        self.assertNotIn("t0p-s3cret", ran.out + ran.err)
        return ran

    # Kubeconfig

    def test_broken_kubeconfig(self):
        path = os.path.join(self.home, "broken")
        for text in ("apiVersion: v1\nclusters:\n- name: a\n\t cluster: x\n", "{", "clusters: 5\n", "\x00\x01\x02"):
            with self.subTest(text):
                with open(path, "w") as out:
                    out.write(text)
                ran = self.fails(path, None, path)
                self.assertIn(ran.code, (live.FAILED, live.USAGE), str(ran))

    def test_empty_and_missing_kubeconfig(self):
        path = os.path.join(self.home, "empty")
        open(path, "w").close()
        for kubeconfig in (path, os.path.join(self.home, "not-there")):
            with self.subTest(kubeconfig):
                ran = self.fails(kubeconfig, None, "kubeconfig")
                self.assertIn(ran.code, (live.FAILED, live.USAGE), str(ran))

    def test_dangling_context(self):
        path = self.config("https://127.0.0.1:1")
        ran = self.fails(path, None, "nowhere", command=("--context", "nowhere", "doctor"))
        self.assertIn(ran.code, (live.FAILED, live.USAGE), str(ran))
        with open(path) as f:
            document = json.load(f)
        for what, missing in (("cluster", "no-cluster"), ("user", "no-user")):
            with self.subTest(what):
                broken = json.loads(json.dumps(document))
                broken["contexts"][0]["context"][what] = missing
                with open(path, "w") as out:
                    json.dump(broken, out)
                ran = self.fails(path, None, missing)
                self.assertIn(ran.code, (live.FAILED, live.USAGE), str(ran))

    def test_missing_certificate_file(self):
        path = self.config("https://127.0.0.1:1", user={"client-certificate": "/nowhere/me.crt", "client-key": "/nowhere/me.key"})
        ran = self.fails(path, None, "/nowhere/me.")
        self.assertIn(ran.code, (live.FAILED, live.USAGE, live.FORBIDDEN), str(ran))

    # Reaching it

    def test_unreachable(self):
        port, = rigs.free_ports(1)
        self.fails(self.config(f"https://127.0.0.1:{port}"), live.UNREACHABLE, f"127.0.0.1:{port}")

    def test_unknown_host(self):
        self.fails(self.config("https://no-such-host.invalid:6443"), live.UNREACHABLE, "no-such-host.invalid")

    def test_nobody_answers(self):
        server = self.serve(api_of(b""))
        with Proxy(server.port) as proxy:
            proxy.silence()
            ran = self.fails(self.config(proxy.url), live.UNREACHABLE, "the-context", command=("--request-timeout", "3s", "watch", "validators", "-A", "--until-synced"))
            self.assertLess(ran.seconds, 25)

    def test_wrong_authority(self):
        server = self.serve(api_of(b""))
        self.fails(self.config(server.url, ca=self.other.ca_cert), live.UNREACHABLE, "certificate", "127.0.0.1")
        self.assertEqual(server.requests, [], "nothing may be sent to a server that is not trusted")

    def test_expired_certificate(self):
        server = self.serve(api_of(b""), not_before="200101000000Z", not_after="200201000000Z", name="expired")
        self.fails(self.config(server.url), live.UNREACHABLE, "expired")
        self.assertEqual(server.requests, [])

    def test_certificate_of_another_host(self):
        server = self.serve(api_of(b""), host="DNS:api.example.com", name="elsewhere")
        self.fails(self.config(server.url), live.UNREACHABLE, "certificate")
        self.assertEqual(server.requests, [])
        ran = self.qd("watch", "validators", "-A", "--until-synced", "-o", "json", kubeconfig=self.config(server.url, **{"tls-server-name": "api.example.com"}))
        self.assertEqual(ran.lines[-1]["count"], 0)

    def test_not_a_tls_server(self):
        import socketserver
        import threading

        class Plain(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.recv(100)
                self.request.sendall(b"220 mail.example.com ESMTP\r\n")
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Plain)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.fails(self.config(f"https://127.0.0.1:{server.server_address[1]}"), live.UNREACHABLE, f"{server.server_address[1]}")

    # Who am I

    def plugin(self, text, name="plugin"):
        path = os.path.join(self.home, name)
        with open(path, "w") as out:
            out.write("#!/bin/sh\n" + text)
        os.chmod(path, stat.S_IRWXU)
        return path

    def with_plugin(self, path, server, **more):
        return self.config(server.url, user={"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": path, "interactiveMode": "Never", **more}})

    def test_plugin_that_hangs_can_be_interrupted(self):
        server = self.serve(api_of(b""))
        marker = os.path.join(self.home, "plugin.pid")
        path = self.with_plugin(self.plugin(f"echo $$ > {marker}\nexec sleep 300\n", "hangs"), server)
        process = subprocess.Popen(self.command("watch", "validators", "-A", "--until-synced"), env=self.env(path), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=rigs.die_with_parent)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not (os.path.exists(marker) and os.path.getsize(marker)):
            time.sleep(0.05)
        self.assertTrue(os.path.exists(marker), "the plugin was not started")
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=10)
        self.assertEqual(process.returncode, live.INTERRUPTED, error)
        with open(marker) as f:
            pid = int(f.read())
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and os.path.exists(f"/proc/{pid}"):
            time.sleep(0.05)
        self.assertFalse(os.path.exists(f"/proc/{pid}"), "the plugin outlived the program")

    def test_plugins_that_fail(self):
        server = self.serve(api_of(b""))
        cases = {
            "rubbish": ("echo this is not JSON\n", ["rubbish"]),
            "wrong-version": ("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"t0p-s3cret\"}}'\n", ["v1beta1"]),
            "exit-one": ("printf '\\033[31mplease log in first\\033[0m\\n' >&2\nexit 1\n", ["please log in first"]),
            "no-status": ("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\"}'\n", ["status"]),
            "silent": ("exit 0\n", []),
        }
        for name, (text, words) in cases.items():
            with self.subTest(name):
                path = self.with_plugin(self.plugin(text, name), server)
                ran = self.fails(path, live.FORBIDDEN, name, *words)
                self.assertNotIn("\x1b[31m", ran.err)

    def test_plugin_that_is_missing(self):
        server = self.serve(api_of(b""))
        path = self.with_plugin("no-such-plugin", server, installHint="get it at https://example.com/plugin")
        self.fails(path, live.FORBIDDEN, "no-such-plugin", "https://example.com/plugin")

    def test_plugin_runs_once(self):
        server = self.serve(api_of(item(b"v")))
        count = os.path.join(self.home, "count")
        token = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t0p-s3cret"}}'
        path = self.with_plugin(self.plugin(f"echo x >> {count}\necho '{token}'\n", "once"), server)
        self.qd("watch", "validators", "-A", "--until-synced", "-o", "json", kubeconfig=path)
        with open(count) as f:
            self.assertEqual(f.read().count("x"), 1)
        self.assertTrue(all(r[2].get("Authorization") == "Bearer t0p-s3cret" for r in server.requests), "every request is signed")

    def test_401(self):
        server = self.serve(lambda m, p: (401, {}, status(401, "Unauthorized", "Unauthorized")))
        for command in (("watch", "validators", "-A", "--until-synced"), ("doctor",), ("do", "restart", "validators/a", "--yes")):
            with self.subTest(command[0]):
                self.fails(self.config(server.url), live.FORBIDDEN, "credentials", "kubeconfig", command=command)

    def test_403(self):
        server = self.serve(lambda m, p: (403, {}, status(403, "Forbidden", 'validators is forbidden: User "eve" cannot list resource "validators"')))
        self.fails(self.config(server.url), live.FORBIDDEN, "watch validators")

    # What comes back

    def test_html_of_a_proxy(self):
        server = self.serve(lambda m, p: (502, {"Content-Type": "text/html"}, HTML))
        ran = self.fails(self.config(server.url), None, "validators", "502", "proxy-url")
        self.assertIn(ran.code, (live.FAILED, live.UNREACHABLE), str(ran))
        self.assertLess(len(ran.err), 4000, "a page of HTML is not an error text")
        server = self.serve(lambda m, p: (200, {"Content-Type": "text/html"}, HTML), name="fake-200")
        ran = self.fails(self.config(server.url), None, "validators", "no proxy answers")
        self.assertIn(ran.code, (live.FAILED, live.UNREACHABLE), str(ran))
        self.assertLess(len(ran.err), 4000)

    def test_redirect_is_not_followed(self):
        target = self.serve(api_of(b""), name="target")
        server = self.serve(lambda m, p: (302, {"Location": target.url + p}, ""), name="redirects")
        ran = self.fails(self.config(server.url), None, "127.0.0.1")
        self.assertNotEqual(ran.code, live.DONE)
        self.assertEqual(target.requests, [], "a token must not follow a redirect")

    def test_kinds_not_served(self):
        def answer(method, path):
            return None if path.startswith(rigs.API) else (200, {}, {"kind": "APIGroupList", "groups": []}) if path.startswith("/apis?") or path == "/apis" else api_of(b"")(method, path)
        server = self.serve(answer)
        self.fails(self.config(server.url), live.FAILED, "validators", rigs.GROUP)

    def test_unknown_kind(self):
        server = self.serve(api_of(b""))
        self.fails(self.config(server.url), live.USAGE, "wibbles", command=("watch", "wibbles", "--until-synced"))

    def test_odd_objects(self):
        many = b",".join([
            item(b"plain"), item(b"no-status"), item(b"odd-phase", b',"status":{"phase":"Levitating"}'), item(b"phase-number", b',"status":{"phase":5}'),
            item(b"status-text", b',"status":"broken"'), item(b"deep", b',"status":{"x":' + b"[" * 200 + b"]" * 200 + b"}"),
            item(b"bad-utf8", b',"status":{"phase":"Ready","message":"caf\xe9 \xff\xfe"}'), item(b"nul", b',"status":{"phase":"a\\u0000b","message":"\\ud800"}'),
            item(b"five-megabytes", b',"status":{"phase":"Ready","message":"' + b"y" * 5_000_000 + b'"}'),
            item(b"big-number", b',"status":{"replicas":123456789012345678901234567890}')])
        server = self.serve(api_of(many))
        ran = self.qd("watch", "validators", "-A", "--until-synced", "-o", "json", kubeconfig=self.config(server.url), timeout=60, code=None)
        names = {e.get("name"): e for e in ran.lines if e["event"] == "added"}
        for name in ("plain", "no-status", "odd-phase", "phase-number", "status-text", "deep", "five-megabytes", "big-number"):
            self.assertIn(name, names, f"{name} is missing: {ran.err[:2000]}")
        self.assertEqual(names["odd-phase"]["row"]["phase"], "Levitating")
        refused = [e["message"] for e in ran.lines if e["event"] == "error"]
        self.assertTrue("bad-utf8" in names or any("bad-utf8" in text for text in refused), refused)
        self.assertEqual(len(names) + len(refused), 10, f"every object is a row or a sentence: {sorted(names)} {refused}")
        self.assertEqual(ran.code, live.DONE, ran.err[:2000])

    def test_list_that_is_no_json(self):
        server = self.serve(api_of(b"{broken"))
        ran = self.fails(self.config(server.url), None, "validators", timeout=60)
        self.assertNotEqual(ran.code, live.DONE)

    # Every command, not only watch

    COMMANDS = (("doctor",), ("watch", "validators", "-A", "--until-synced"), ("-n", "a", "show", "validators/odd"), ("-n", "a", "do", "restart", "validators/odd", "--yes"))

    def every(self, kubeconfig, code, *words, commands=COMMANDS):
        for command in commands:
            with self.subTest(" ".join(command)):
                ran = self.fails(kubeconfig, code, *words, command=command)
                self.assertNotIn("version of the server", (ran.out + ran.err).lower())

    def test_every_command_says_who_does_not_answer(self):
        port, = rigs.free_ports(1)
        self.every(self.config(f"https://127.0.0.1:{port}"), live.UNREACHABLE, f"nothing answers at https://127.0.0.1:{port}", "check that the cluster runs", "the-context")
        self.every(self.config("https://no-such-host.invalid:6443"), live.UNREACHABLE, "no-such-host.invalid", "cannot be resolved", "VPN and DNS")

    def test_every_command_says_whose_certificate_is_wrong(self):
        server = self.serve(api_of(b""))
        self.every(self.config(server.url, ca=self.other.ca_cert), live.UNREACHABLE, "certificate", server.url, "the-cluster")
        expired = self.serve(api_of(b""), not_before="200101000000Z", not_after="200201000000Z", name="expired-too")
        self.every(self.config(expired.url), live.UNREACHABLE, "expired", expired.url, "renewed")
        self.assertEqual(server.requests + expired.requests, [])

    def test_every_command_names_the_plugin(self):
        server = self.serve(api_of(b""))
        path = self.with_plugin(self.plugin("echo rubbish\n", "talker"), server)
        self.every(path, live.FORBIDDEN, "talker", "run it in a terminal")

    def test_every_command_says_what_is_refused(self):
        server = self.serve(lambda m, p: (401, {}, status(401, "Unauthorized", "Unauthorized")))
        self.every(self.config(server.url), live.FORBIDDEN, "did not accept the credentials", "kubeconfig")
        server = self.serve(lambda m, p: (403, {}, status(403, "Forbidden", 'User "eve" cannot do this')), name="forbids")
        self.every(self.config(server.url), live.FORBIDDEN, "right")
        server = self.serve(lambda m, p: (502, {"Content-Type": "text/html"}, HTML), name="proxy-502")
        self.every(self.config(server.url), live.UNREACHABLE, "web page", "proxy-url")

    def test_every_command_says_that_the_kinds_are_missing(self):
        def answer(method, path):
            if method == "POST" and "selfsubjectreviews" in path:
                return 201, {}, {"kind": "SelfSubjectReview", "status": {"userInfo": {"username": "eve", "groups": []}}}
            return None if path.startswith(rigs.API) else (200, {}, {"kind": "APIGroupList", "groups": []}) if path.startswith("/apis?") or path == "/apis" else api_of(b"")(method, path)
        self.every(self.config(self.serve(answer).url), live.FAILED, rigs.GROUP, "definitions")

    def test_no_api_server(self):
        server = self.serve(lambda m, p: None)
        self.fails(self.config(server.url), live.FAILED, "no Kubernetes API server", server.url, command=("doctor",))

    def test_a_refusal_is_said_once(self):
        server = self.serve(lambda m, p: (403, {}, status(403, "Forbidden", 'User "eve" cannot list')))
        ran = self.fails(self.config(server.url), live.FORBIDDEN, "watch validators")
        self.assertEqual((ran.out, len(ran.err.splitlines())), ("", 1), str(ran))
        ran = self.fails(self.config(server.url), live.FORBIDDEN, command=("watch", "validators", "-A", "--until-synced", "-o", "json"))
        self.assertEqual(([e["event"] for e in ran.lines], ran.err), (["error"], ""), str(ran))
        self.assertIn("watch validators", ran.lines[0]["message"])

    def one_object(self, name, body):
        def answer(method, path):
            route = path.split("?")[0]
            if route.endswith("/validators/" + name):
                return 200, {"Content-Type": "application/json"}, body
            if route.endswith("/events"):
                return 200, {}, {"kind": "EventList", "items": []}
            return api_of(b"")(method, path)
        return self.config(self.serve(answer, name="of-" + name).url)

    def test_odd_objects_are_shown(self):
        for name, more, state in (("no-status", b"", "unknown"), ("odd-phase", b',"status":{"phase":"Levitating"}', "unknown"), ("status-text", b',"status":"broken"', "unknown"),
                                  ("odd-types", b',"status":{"phase":5,"conditions":"x","components":{}}', "unknown"), ("big", b',"status":{"phase":"Ready","message":"' + b"y" * 5_000_000 + b'"}', "ready")):
            with self.subTest(name):
                kubeconfig = self.one_object(name, item(name.encode(), more))
                said = self.qd("-n", "a", "show", f"validators/{name}", "-o", "json", kubeconfig=kubeconfig).json
                self.assertEqual(said["verdict"]["reported"]["state"], state)
                self.assertIn(name, self.qd("-n", "a", "show", f"validators/{name}", kubeconfig=kubeconfig).out)

    def test_object_that_is_not_utf8(self):
        kubeconfig = self.one_object("latin", item(b"latin", b',"status":{"message":"caf\xe9 \xff"}'))
        self.every(kubeconfig, live.FAILED, "validators", "latin", "not UTF-8", "repair it", commands=(("-n", "a", "show", "validators/latin"),))

    # Several clusters in one profile

    def several(self, *servers):
        """--config-dir of a profile "all" with one context a server, named one, two, …"""
        names = ("one", "two", "three")[:len(servers)]
        folder = os.path.join(self.home, "several")
        os.makedirs(folder, exist_ok=True)
        with open(self.pki.ca_cert, "rb") as f:
            authority = base64.b64encode(f.read()).decode()
        with open(os.path.join(folder, "config"), "w") as out:
            json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "one", "users": [{"name": "u", "user": {"token": "t0p-s3cret"}}],
                       "clusters": [{"name": n, "cluster": {"server": s, "certificate-authority-data": authority}} for n, s in zip(names, servers)],
                       "contexts": [{"name": n, "context": {"cluster": n, "user": "u", "namespace": "a"}} for n in names]}, out)
        with open(os.path.join(folder, "profiles.yaml"), "w") as out:
            json.dump({"schema": 1, "profiles": [{"name": "all", "contexts": list(names)}]}, out)
        return ("--config-dir", folder, "--profile", "all"), os.path.join(folder, "config")

    def holder(self, *names):
        """A server with these validators."""
        def answer(method, path):
            route = path.split("?")[0]
            for name in names:
                if route.endswith("/validators/" + name):
                    return 200, {"Content-Type": "application/json"}, item(name.encode())
            if "/validators/" in route:
                return 404, {}, {**status(404, "NotFound", "not found"), "details": {"name": "x", "kind": "validators", "group": rigs.GROUP}}
            if route.endswith("/events"):
                return 200, {}, {"kind": "EventList", "items": []}
            return api_of(b",".join(item(n.encode()) for n in names))(method, path)
        return self.serve(answer, name="holder-" + "-".join(names)).url

    def test_watch_of_several_clusters(self):
        flags, kubeconfig = self.several(self.holder("north", "both"), self.holder("south", "both"))
        ran = self.qd(*flags, "watch", "validators", "--until-synced", "-o", "json", kubeconfig=kubeconfig)
        self.assertEqual({(e["cluster"], e["name"]) for e in ran.lines if e["event"] == "added"}, {("one", "north"), ("one", "both"), ("two", "south"), ("two", "both")})
        self.assertEqual({e["cluster"]: e["count"] for e in ran.lines if e["event"] == "synced"}, {"one": 2, "two": 2})
        ran = self.qd(*flags, "watch", "validators", "--until-synced", kubeconfig=kubeconfig)
        self.assertEqual(ran.out.count("CLUSTER"), 1)
        self.assertTrue(any(line.split()[:3] == ["two", "added", "a/south"] for line in ran.out.splitlines()), ran.out)
        ran = self.qd(*flags, "--context", "two", "watch", "validators", "--until-synced", "-o", "json", kubeconfig=kubeconfig)
        self.assertEqual({e["cluster"] for e in ran.lines}, {"two"})

    def test_one_cluster_of_several_is_away(self):
        port, = rigs.free_ports(1)
        flags, kubeconfig = self.several(self.holder("north"), f"https://127.0.0.1:{port}")
        ran = self.qd(*flags, "watch", "validators", "--until-synced", "-o", "json", kubeconfig=kubeconfig, code=live.UNREACHABLE)
        self.assertIn(("one", "synced"), {(e["cluster"], e["event"]) for e in ran.lines})
        self.assertIn(("two", "error"), {(e["cluster"], e["event"]) for e in ran.lines})
        self.fails(kubeconfig, live.UNREACHABLE, "two: nothing answers", command=(*flags, "watch", "validators", "--until-synced"))
        ran = self.qd(*flags, "show", "validators/north", kubeconfig=kubeconfig)
        self.assertIn("cluster one", ran.out)
        self.assertSays(ran, f"127.0.0.1:{port}")
        self.fails(kubeconfig, live.UNREACHABLE, f"127.0.0.1:{port}", command=(*flags, "show", "validators/nobody"))

    def test_show_in_several_clusters(self):
        flags, kubeconfig = self.several(self.holder("north", "both"), self.holder("south", "both"))
        self.assertEqual(self.qd(*flags, "show", "validators/south", "-o", "json", kubeconfig=kubeconfig).json["cluster"], "two")
        self.fails(kubeconfig, live.USAGE, "one, two", "--context", command=(*flags, "show", "validators/both"))
        self.assertEqual(self.qd(*flags, "--context", "two", "show", "validators/both", "-o", "json", kubeconfig=kubeconfig).json["cluster"], "two")
        self.fails(kubeconfig, live.FAILED, "none of the clusters one, two", command=(*flags, "show", "validators/nobody"))

    def test_commands_for_one_cluster_ask_which(self):
        flags, kubeconfig = self.several(self.holder("north"), self.holder("south"))
        for command in (("doctor",), ("do", "restart", "validators/north", "--yes")):
            self.fails(kubeconfig, live.USAGE, '"all"', "one, two", "--context one", command=(*flags, *command))
        self.qd(*flags, "--context", "two", "doctor", kubeconfig=kubeconfig, code=None)

    # A person who says no

    def asked(self, answer):
        """`do` at a terminal: (exit code, its JSON) after the answer at the prompt."""
        def serve(method, path):
            if method == "POST" and "selfsubjectreviews" in path:
                return 201, {}, {"kind": "SelfSubjectReview", "status": {"userInfo": {"username": "eve", "groups": []}}}
            if path.split("?")[0].endswith("/validators/quiet"):
                more = b',"status":{"phase":"Ready"}' if method == "GET" else b',"status":{"phase":"Updating"}'
                return 200, {"Content-Type": "application/json"}, item(b"quiet", more)
            return api_of(b"")(method, path)
        server = self.serve(serve, name="asks")
        terminal, inside = os.openpty()
        process = subprocess.Popen(self.command("-n", "a", "do", "restart", "validators/quiet", "-o", "json"), env=self.env(self.config(server.url)), stdin=inside,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=rigs.die_with_parent)
        os.close(inside)
        self.addCleanup(os.close, terminal)
        said = b""
        while b"[y/N]" not in said:
            byte = process.stderr.read(1)
            self.assertTrue(byte, said)
            said += byte
        if answer is None:
            process.send_signal(signal.SIGINT)
        else:
            os.write(terminal, answer)
        out, _ = process.communicate(timeout=20)
        self.assertTrue(all("dryRun=All" in path for method, path, *_ in server.requests if method == "PATCH"), "nothing but the preview is sent")
        return process.returncode, json.loads(out)

    def test_no_at_the_prompt_is_refused(self):
        for answer, code in ((b"n\n", live.FAILED), (b"\n", live.FAILED), (None, live.INTERRUPTED)):
            with self.subTest(answer):
                ended, report = self.asked(answer)
                self.assertEqual((ended, report["outcome"]), (code, "refused"))
                self.assertIn("nothing was changed", report["message"])

    # The command line itself

    def test_wrong_usage(self):
        for arguments, word in ((["frobnicate"], "frobnicate"), (["watch"], "KIND"), (["doctor", "--colour"], "--colour"), (["do", "scale"], "KIND/NAME"),
                                (["watch", "validators", "--for", "soon"], "soon"), (["journal", "--since", "yesterday"], "yesterday"), (["watch", "validators", "-o", "xml"], "xml"),
                                (["--request-timeout", "x", "doctor"], "x"), (["config", "edit"], "config")):
            with self.subTest(arguments):
                self.assertSays(self.qd(*arguments, code=live.USAGE, kubeconfig="/nonexistent"), word)


if __name__ == "__main__":
    live.main()
