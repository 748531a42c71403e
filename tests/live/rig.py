#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live rig: a real control plane (etcd, kube-apiserver, optionally kube-controller-manager) on free loopback ports.

As a module:   with Rig() as rig: rig.install(); rig.load_examples(); rig.kubectl("get", "validators", "-A")
As a program:  rig.py up [--dir DIR] [--examples] [--parties N]   prints one JSON line when ready, leaves when stdin closes,
               on SIGTERM, or when its parent dies (with --parent PID: when that process dies, stdin is not looked at).
               rig.py run [--examples] [--operator] -- COMMAND …  the command with KUBECONFIG set; ends with it.

Only the standard library. The servers come from tests/live/kube/build.sh, or ready made from the folder QD_RIG_BIN.
Servers are ended with SIGKILL by pid: on SIGTERM kube-apiserver waits minutes for etcd when both end together.
"""

import atexit
import base64
import ctypes
import datetime
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

from pki import Pki  # noqa: E402

GROUP = "canton.quarterdeck.io"
VERSION = "v1alpha1"
API = f"/apis/{GROUP}/{VERSION}"
PERSONAS = ("viewer", "ledger-operator", "node-operator", "platform-admin")
CONTROLLERS = ("namespace-controller", "garbage-collector-controller", "serviceaccount-controller", "serviceaccount-token-controller",
               "root-ca-certificate-publisher-controller", "clusterrole-aggregation-controller", "resourcequota-controller",
               "endpoints-controller", "endpointslice-controller")
SERVERS = ("etcd", "kube-apiserver", "kubectl")
AUDIT_POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: RequestResponse, resources: [{group: canton.quarterdeck.io}]}
- {level: Metadata}
"""


class RigMissing(Exception):
    """A server or a folder the rig needs is not there; the text says which and how to get it."""


class RigFailed(Exception):
    """The rig is there but did not do what was asked; the text carries the server's own last words."""


def moved_to_now(documents, moment="2026-11-27T12:04:31Z"):
    """The documents with every RFC 3339 time moved by as much as `moment` (the examples' now) lies from the present."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
    by = now - datetime.datetime.strptime(moment, form)

    def move(match):
        return '"' + (datetime.datetime.strptime(match.group(1), form) + by).strftime(form) + '"'
    return json.loads(re.sub(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"', move, json.dumps(documents)))


def missing_is_failure():
    return os.environ.get("QD_LIVE", "") == "required"


def binaries():
    """The folder with etcd, kube-apiserver, kubectl and kube-controller-manager."""
    folder = os.environ.get("QD_RIG_BIN")
    if not folder:
        script = os.path.join(HERE, "kube", "build.sh")
        done = subprocess.run(["bash", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise RigMissing(f"kube-apiserver and etcd could not be built ({last}); run {os.path.relpath(script, os.getcwd())} "
                             "with Go 1.26 or newer on PATH, or name a folder that holds them in QD_RIG_BIN")
        folder = done.stdout.strip().splitlines()[-1]
    for name in SERVERS:
        if not os.access(os.path.join(folder, name), os.X_OK):
            raise RigMissing(f"{name} is not in {folder}; run tests/live/kube/build.sh, or name another folder in QD_RIG_BIN")
    return folder


def free_ports(count):
    """Ports nobody listens on now, all different."""
    sockets = []
    try:
        for _ in range(count):
            s = socket.socket()
            s.bind(("127.0.0.1", 0))
            sockets.append(s)
        return [s.getsockname()[1] for s in sockets]
    finally:
        for s in sockets:
            s.close()


libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    """PR_SET_PDEATHSIG: in the child, before exec. The signal comes when the *thread* that started the child ends."""
    libc.prctl(1, signal.SIGKILL)


class Reply:
    """What the API server answered. `json` is None when the body is not JSON."""

    def __init__(self, status, headers, data):
        self.status = status
        self.headers = headers
        self.data = data

    @property
    def ok(self):
        return 200 <= self.status < 300

    @property
    def json(self):
        try:
            return json.loads(self.data)
        except ValueError:
            return None

    @property
    def message(self):
        body = self.json
        return body.get("message", "") if isinstance(body, dict) else self.data.decode("utf-8", "replace")

    def __repr__(self):
        return f"<{self.status} {self.message[:300] if not self.ok else len(self.data)}>"


class Rig:
    """A running control plane. Enter to start, leave to stop; `stop` may be called twice."""

    def __init__(self, directory=None, etcd=None, controllers=False, audit=True, apiserver_args=(), kubelet=False, egress=False):
        self.etcd = etcd
        self.controllers = controllers
        self.audit = audit
        self.apiserver_args = list(apiserver_args)
        self.kubelet = kubelet     # False, True, and once started the rignode.Kubelet
        self.egress = egress       # the same for the way to pods and services
        self._own_directory = directory is None
        self.directory = os.path.abspath(directory) if directory else None
        self.processes = {}
        self.users = {}
        self._local = threading.local()
        self._resources = {}
        self._paused = False

    # Life

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.bin = binaries()
        if self.directory is None:
            self.directory = tempfile.mkdtemp(prefix="quarterdeck-rig-")
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        os.chmod(self.directory, 0o700)
        atexit.register(self.stop)
        try:
            self._certificates()
            self._prepare_node()
            for attempt in range(3):
                if self._start_servers(last=attempt == 2):
                    break
            self._write_kubeconfig()
            self._wait_for_bootstrap()
            if self.controllers:
                self._start_controllers()
            if self.kubelet:
                self.start_kubelet()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        for process in reversed(list(self.processes.values())):
            if process.poll() is None:
                process.kill()
                process.wait()
        self.processes.clear()
        if hasattr(self.egress, "stop"):
            self.egress.stop()
            self.egress = True
        if self._own_directory and self.directory and not os.environ.get("QD_RIG_KEEP"):
            shutil.rmtree(self.directory, ignore_errors=True)

    def pause(self):
        """kill -STOP the API server: the network stays, nobody answers."""
        os.kill(self.processes["kube-apiserver"].pid, signal.SIGSTOP)
        self._paused = True

    def resume(self):
        os.kill(self.processes["kube-apiserver"].pid, signal.SIGCONT)
        self._paused = False

    def kill_apiserver(self):
        """SIGKILL: its port refuses from now on; etcd and the data stay."""
        process = self.processes.pop("kube-apiserver")
        process.kill()
        process.wait()

    def start_apiserver(self):
        """After `kill_apiserver`: the same port, the same data, a new watch cache."""
        self._spawn("kube-apiserver", self._apiserver_command)
        self._wait_ready(last=True)

    def _prepare_node(self):
        """Certificates, program and proxy of the node; the API server's flags for them."""
        if not self.kubelet and not self.egress:
            return
        import rignode
        if self.kubelet:
            try:
                self.kubelet = rignode.Kubelet(self, free_ports(1)[0])
            except RuntimeError as e:
                raise RigMissing(f"the kubelet stand-in could not be built ({e}); run tests/live/kube/build.sh standin with Go 1.26 "
                                 "or newer on PATH") from None
            self.apiserver_args += self.kubelet.flags
        if self.egress:
            self.egress = rignode.Egress(self)
            self.apiserver_args += self.egress.flags

    def start_kubelet(self, limit=30.0):
        """The stand-in, up and its node there."""
        process = self._spawn("kubelet", self.kubelet.command)
        deadline = time.monotonic() + limit
        while process.poll() is None and time.monotonic() < deadline:
            node = self.request("GET", "/api/v1/nodes/standin")
            if node.ok and any(c["type"] == "Ready" for c in node.json.get("status", {}).get("conditions", [])):
                return
            time.sleep(0.05)
        raise RigFailed(f"the kubelet stand-in was not ready after {limit:.0f} s:\n{self.log_tail('kubelet')}")

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    @property
    def kubeconfig(self):
        return self.path("kubeconfig")

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    @property
    def pids(self):
        return {name: p.pid for name, p in self.processes.items()}

    def _certificates(self):
        try:
            self.pki = Pki(self.path("pki"))
        except FileNotFoundError:
            raise RigMissing("openssl is not on PATH; install the package openssl") from None
        self.server_cert = self.pki.issue("server", "kube-apiserver", hosts=["IP:127.0.0.1", "IP:10.0.0.1", "DNS:localhost"])
        self.pki.key("sa")
        self.pki.public_key("sa")
        self._issue_user("admin", ["system:masters"])
        for persona in PERSONAS:
            self._issue_user(persona, ["qd:" + persona])

    def _issue_user(self, name, groups):
        self.users[name] = self.pki.issue("user-" + name, name, groups)

    def add_user(self, name, groups=()):
        """A person with a client certificate and a context of that name in the kubeconfig."""
        self._issue_user(name, list(groups))
        self._write_kubeconfig()

    def user_of(self, context):
        """The name the API server knows the person of a context by."""
        return context

    def _spawn(self, name, command):
        log = open(self.path(name + ".log"), "ab")
        self.processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                                                preexec_fn=die_with_parent, start_new_session=True)
        log.close()
        return self.processes[name]

    def log_tail(self, name, lines=8):
        try:
            with open(self.path(name + ".log"), "rb") as f:
                f.seek(0, os.SEEK_END)
                f.seek(max(0, f.tell() - 8192))
                return "\n".join(f.read().decode("utf-8", "replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _start_servers(self, last):
        etcd_client, etcd_peer, self.port = free_ports(3)
        etcd_url, peer_url = f"http://127.0.0.1:{etcd_client}", f"http://127.0.0.1:{etcd_peer}"
        self.etcd_url = etcd_url
        etcd = self.etcd or os.path.join(self.bin, "etcd")
        if not os.access(etcd, os.X_OK):
            raise RigMissing(f"{etcd} is not there; install the package etcd-server")
        shutil.rmtree(self.path("etcd"), ignore_errors=True)
        self._spawn("etcd", [etcd, "--name=default", "--data-dir=" + self.path("etcd"), "--listen-client-urls=" + etcd_url,
                             "--advertise-client-urls=" + etcd_url, "--listen-peer-urls=" + peer_url,
                             "--initial-advertise-peer-urls=" + peer_url, "--initial-cluster=default=" + peer_url,
                             "--unsafe-no-fsync", "--logger=zap", "--log-level=error", "--quota-backend-bytes=8589934592"])
        pki = self.pki.folder
        command = [os.path.join(self.bin, "kube-apiserver"), "--etcd-servers=" + etcd_url, "--etcd-prefix=/quarterdeck",
                   "--bind-address=127.0.0.1", f"--secure-port={self.port}", "--advertise-address=10.99.0.1",
                   "--tls-cert-file=" + self.server_cert[0], "--tls-private-key-file=" + self.server_cert[1],
                   "--client-ca-file=" + self.pki.ca_cert, "--service-account-issuer=https://kubernetes.default.svc",
                   f"--service-account-key-file={pki}/sa.pub", f"--service-account-signing-key-file={pki}/sa.key",
                   "--service-cluster-ip-range=10.0.0.0/24", "--allow-privileged=true", "--authorization-mode=RBAC",
                   "--profiling=false", "--endpoint-reconciler-type=none"]
        if not self.controllers:
            command.append("--disable-admission-plugins=ServiceAccount")
        if self.audit:
            with open(self.path("audit.yaml"), "w") as out:
                out.write(AUDIT_POLICY)
            command += ["--audit-policy-file=" + self.path("audit.yaml"), "--audit-log-path=" + self.path("audit.log"),
                        "--audit-log-mode=blocking"]
        self._apiserver_command = command + self.apiserver_args
        self._spawn("kube-apiserver", self._apiserver_command)
        return self._wait_ready(last)

    def _wait_ready(self, last, limit=90.0):
        """True when /readyz says ok; False when a server ended at once (a port was taken in between) and another try is left."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            for name in ("etcd", "kube-apiserver"):
                code = self.processes[name].poll()
                if code is not None:
                    tail = self.log_tail(name)
                    for process in self.processes.values():
                        process.kill()
                        process.wait()
                    if last or "address already in use" not in tail:
                        raise RigFailed(f"{name} ended with code {code}:\n{tail}")
                    return False
            try:
                if self.request("GET", "/readyz", timeout=3).status == 200:
                    return True
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise RigFailed(f"kube-apiserver was not ready after {limit:.0f} s:\n{self.log_tail('kube-apiserver')}")

    def _wait_for_bootstrap(self, limit=30.0):
        """RBAC's own roles and the default namespace are written by post-start hooks."""
        deadline = time.monotonic() + limit
        wanted = ["/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/system:basic-user", "/api/v1/namespaces/default"]
        while wanted and time.monotonic() < deadline:
            if self.request("GET", wanted[0]).status == 200:
                wanted.pop(0)
            else:
                time.sleep(0.05)
        if wanted:
            raise RigFailed(f"{wanted[0]} did not appear within {limit:.0f} s")

    def _start_controllers(self):
        binary = os.path.join(self.bin, "kube-controller-manager")
        if not os.access(binary, os.X_OK):
            raise RigMissing(f"kube-controller-manager is not in {self.bin}; run tests/live/kube/build.sh")
        port, = free_ports(1)
        self._spawn("kube-controller-manager", [
            binary, "--kubeconfig=" + self.kubeconfig, "--leader-elect=false", "--bind-address=127.0.0.1", f"--secure-port={port}",
            "--use-service-account-credentials", "--root-ca-file=" + self.pki.ca_cert,
            f"--service-account-private-key-file={self.pki.folder}/sa.key", "--controllers=" + ",".join(CONTROLLERS)])

    # Talking to it

    def kubeconfig_for(self, url, name="kubeconfig-other"):
        """A copy of the kubeconfig that reaches the API server at another address (a proxy's)."""
        return self._write_kubeconfig(url, self.path(name))

    def _write_kubeconfig(self, url=None, path=None):
        path = path or self.kubeconfig

        def data(file):
            with open(file, "rb") as f:
                return base64.b64encode(f.read()).decode()
        lines = ["apiVersion: v1", "kind: Config", "preferences: {}", "current-context: admin", "clusters:",
                 "- name: rig", "  cluster:", f"    server: {url or self.url}", f"    certificate-authority-data: {data(self.pki.ca_cert)}",
                 "contexts:"]
        for name in self.users:
            lines += [f"- name: {name}", f"  context: {{cluster: rig, user: {name}}}"]
        lines.append("users:")
        for name, (cert, key) in self.users.items():
            lines += [f"- name: {name}", "  user:", f"    client-certificate-data: {data(cert)}", f"    client-key-data: {data(key)}"]
        part = path + ".part"
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write("\n".join(lines) + "\n")
        os.replace(part, path)
        return path

    def kubectl(self, *args, input=None, context="admin", check=True, timeout=120):
        """Runs kubectl; gives stdout when `check`, else the finished process."""
        command = [os.path.join(self.bin, "kubectl"), "--kubeconfig", self.kubeconfig, "--context", context, *args]
        done = subprocess.run(command, input=input, capture_output=True, text=True, timeout=timeout, preexec_fn=die_with_parent,
                              env={**os.environ, "HOME": self.directory})
        if not check:
            return done
        if done.returncode != 0:
            raise RigFailed(f"kubectl {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def tls(self, context="admin"):
        tls = ssl.create_default_context(cafile=self.pki.ca_cert)
        if context in self.users:
            tls.load_cert_chain(*self.users[context])
        return tls

    def connect(self, context="admin", timeout=30, port=None):
        return http.client.HTTPSConnection("127.0.0.1", port or self.port, context=self.tls(context), timeout=timeout)

    def request(self, method, path, body=None, context="admin", content_type=None, headers=None, timeout=30):
        """One request on this thread's kept-alive connection of that person. An object body goes as JSON, bytes as they are."""
        pool = self._local.__dict__.setdefault("pool", {})
        fields = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            patch = method == "PATCH"
            fields.setdefault("Content-Type", content_type or ("application/merge-patch+json" if patch else "application/json"))
        key = (context, self.port)
        kept = key in pool
        connection = pool.setdefault(key, None) or self.connect(context, timeout)
        pool[key] = connection
        connection.timeout = timeout
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        try:
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        except (http.client.HTTPException, OSError):
            connection.close()
            pool.pop(key, None)
            if kept and method == "GET":
                return self.request(method, path, body, context, content_type, headers, timeout)
            raise

    def want(self, method, path, body=None, **more):
        """As `request`, but anything else than 2xx is an error; gives the JSON document."""
        reply = self.request(method, path, body, **more)
        if not reply.ok:
            raise RigFailed(f"{method} {path}: {reply.status} {reply.message}")
        return reply.json

    def audit_events(self, user=None, verbs=("create", "update", "patch", "delete"), group=GROUP):
        """The audit log's records of requests on our group that changed something (dry runs included)."""
        found = []
        with open(self.path("audit.log"), "rb") as f:
            for line in f:
                event = json.loads(line)
                if event.get("verb") in verbs and event.get("objectRef", {}).get("apiGroup") == group:
                    if user is None or event["user"].get("username") == user:
                        found.append(event)
        return found

    def namespace(self, name):
        reply = self.request("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        if reply.status not in (201, 409):
            raise RigFailed(f"namespace {name}: {reply.message}")
        return name

    # What we install

    def install(self, resources=True):
        """The CRDs, the admission policies and the roles of resources/, then the personas' bindings."""
        folder = os.path.join(ROOT, "resources")
        parts = [os.path.join(folder, part) for part in ("crds", "policies", "rbac")]
        if not resources:
            return
        for part in parts:
            if not os.path.isdir(part) or not os.listdir(part):
                raise RigMissing(f"{os.path.relpath(part, ROOT)} is missing or empty in this checkout; nothing to install from it")
        self.kubectl("apply", "--server-side", "-f", parts[0])
        self.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        self.kubectl("apply", "--server-side", "-f", parts[1], "-f", parts[2])
        self.bind_personas()
        self._wait_served()

    def _wait_served(self, limit=30.0):
        deadline = time.monotonic() + limit
        wanted = {c["metadata"]["name"].split(".")[0]
                  for c in self.want("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"]
                  if c["spec"]["group"] == GROUP}
        # Established comes first, then discovery, then the storage (429 until it is initialised).
        waiting = set(wanted)
        while time.monotonic() < deadline:
            reply = self.request("GET", API)
            if reply.ok and wanted <= {r["name"] for r in reply.json["resources"]}:
                waiting = {plural for plural in waiting if not self.request("GET", f"{API}/{plural}?limit=1").ok}
                if not waiting:
                    return
            time.sleep(0.05)
        raise RigFailed(f"not served after {limit:.0f} s: {', '.join(sorted(waiting))}")

    def bind_personas(self):
        """ClusterRoleBinding qd-rig-PERSONA: group qd:PERSONA gets the role of resources/rbac whose name ends in the persona's name."""
        roles = [r["metadata"]["name"] for r in self.want("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles")["items"]]
        for persona in PERSONAS:
            role = next((r for r in roles if r == persona or r.endswith(("-" + persona, ":" + persona))), None)
            if role is None:
                raise RigFailed(f"no ClusterRole for the persona {persona} among those of resources/rbac")
            name = "qd-rig-" + persona
            self.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name},
                        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
                        "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "qd:" + persona}]})

    def resource_of(self, api_version, kind):
        """(plural, namespaced) as discovery has it."""
        if (api_version, kind) not in self._resources:
            base = "/api/v1" if api_version == "v1" else "/apis/" + api_version
            for r in self.want("GET", base)["resources"]:
                if "/" not in r["name"]:
                    self._resources[(api_version, r["kind"])] = (r["name"], r["namespaced"])
        if (api_version, kind) not in self._resources:
            raise RigFailed(f"{kind} of {api_version} is not served")
        return self._resources[(api_version, kind)]

    def object_path(self, document):
        plural, namespaced = self.resource_of(document["apiVersion"], document["kind"])
        meta = document["metadata"]
        base = "/api/v1" if document["apiVersion"] == "v1" else "/apis/" + document["apiVersion"]
        scope = f"/namespaces/{meta.get('namespace', 'default')}" if namespaced else ""
        return f"{base}{scope}/{plural}/{urllib.parse.quote(meta['name'])}"

    def apply(self, document, manager="quarterdeck-rig"):
        """Server-side apply of one object, its status through the status subresource; gives the object."""
        document = dict(document)
        status = document.pop("status", None)
        path = self.object_path(document)
        made = self.want("PATCH", f"{path}?fieldManager={manager}&force=true", document, content_type="application/apply-patch+yaml")
        if status is not None:
            made = self.want("PATCH", f"{path}/status?fieldManager={manager}", {"status": status})
        return made

    def documents(self, *paths):
        """The objects in YAML or JSON files, read by kubectl (no server change)."""
        args = [a for p in paths for a in ("-f", p)]
        text = self.kubectl("create", "--dry-run=client", "--validate=false", "-R", "-o", "json", *args)
        decoder, at, found = json.JSONDecoder(), 0, []
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            document, at = decoder.raw_decode(text, at)
            found += document["items"] if document.get("kind") == "List" else [document]
        return found

    def load_examples(self, folder=None, fresh=False):
        """The consortium of resources/examples: namespaces first, every object with its status. Gives the objects made.
        `fresh` moves every time so that the moment the examples speak of is now; ages then read as in the design's pictures."""
        folder = folder or os.path.join(ROOT, "resources", "examples", "consortium")
        if not os.path.isdir(folder) or not os.listdir(folder):
            raise RigMissing(f"{os.path.relpath(folder, ROOT)} is missing or empty in this checkout; no examples to load")
        documents = self.documents(folder)
        if fresh:
            documents = moved_to_now(documents)
        for name in sorted({d["metadata"]["namespace"] for d in documents if d["metadata"].get("namespace")}):
            self.namespace(name)
        documents.sort(key=lambda d: d["kind"] != "Namespace")
        return [self.apply(d) for d in documents]

    def create_parties(self, count, size=2460, workers=8, namespace="parties", progress=None):
        """See load.create_parties."""
        import load
        return load.create_parties(self, count, size, workers, namespace, progress)


def main_or_skip(body):
    """Runs a test program's body; a missing server is one line and the code 77 (skipped), or 1 when QD_LIVE=required."""
    try:
        return body()
    except RigMissing as e:
        print(f"live rig: {e}", file=sys.stderr)
        return 1 if missing_is_failure() else 77


if __name__ == "__main__":
    import rigmain
    sys.exit(rigmain.main())
