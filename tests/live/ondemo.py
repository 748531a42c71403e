#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module of the live lane against `quarterdeck-demo serve` in place of the real control plane: ondemo.py resources [TEST …].
`ondemo.py up …` is rig.py up with it: programs that start their rig themselves (LiveRig) take this one when QD_ONDEMO is set.

Where a test passes there and not here, the demo is wrong. QD_DEMO names the program."""

import atexit
import base64
import json
import os
import subprocess
import sys
import tempfile
import types
import unittest
import urllib.parse

import rig as rigs


class DemoRig(rigs.Rig):
    """The same to its tests as a Rig, but one process that holds everything in memory: no etcd, no data after its end."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.impersonated = {}

    def start(self):
        program = os.environ.get("QD_DEMO", "")
        if not os.access(program, os.X_OK):
            raise rigs.RigMissing(f"QD_DEMO does not name quarterdeck-demo ({program or 'not set'})")
        self.bin = rigs.binaries()
        self.directory = self.directory or tempfile.mkdtemp(prefix="quarterdeck-rig-")
        atexit.register(self.stop)
        log = open(self.path("demo.log"), "ab")
        self.processes["kube-apiserver"] = process = subprocess.Popen(
            [program, "serve", "--dir", self.path("demo")], stdout=subprocess.PIPE, stderr=log, preexec_fn=rigs.die_with_parent)
        log.close()
        line = process.stdout.readline()
        if not line:
            raise rigs.RigFailed(self.log_tail("demo"))
        self.port = urllib.parse.urlsplit(json.loads(line)["apiServer"]).port
        self._read_kubeconfig()
        self._write_kubeconfig()   # as the tests know it: admin first
        if self.kubelet:
            self._start_node()
        return self

    def _start_node(self):
        """The kubelet stand-in beside it: the demo's API server forwards to whatever port a Node names, with its own client certificate.
        Its state folder has a serving certificate for a kubelet beside it."""
        node = self.path("demo", "kubelet.crt"), self.path("demo", "kubelet.key")
        self.pki.issue = lambda *_, **__: node
        self._prepare_node()
        self.start_kubelet()

    def _read_kubeconfig(self):
        config = json.loads(subprocess.run([os.path.join(self.bin, "kubectl"), "--kubeconfig", self.path("demo", "kubeconfig"), "config", "view", "--raw", "-o", "json"],
                                           capture_output=True, check=True).stdout)

        def file(name, data):
            with open(os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.write(base64.b64decode(data))
            return self.path(name)
        self.pki = types.SimpleNamespace(folder=self.directory, ca_cert=file("ca.crt", config["clusters"][0]["cluster"]["certificate-authority-data"]))
        for user in config["users"]:
            name, data = user["name"], user["user"]
            self.users[name] = (file(name + ".crt", data["client-certificate-data"]), file(name + ".key", data["client-key-data"]))

    def add_user(self, name, groups=()):
        """The demo's authority signs for its own people only; anybody else is who the admin impersonates."""
        self.impersonated[name] = list(groups)
        self.users[name] = self.users["admin"]
        self._write_kubeconfig()

    def _write_kubeconfig(self, url=None, path=None):
        path = super()._write_kubeconfig(url, path)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for name, groups in self.impersonated.items():
            head, entry, tail = text.rpartition(f"- name: {name}\n  user:\n")
            text = head + entry + f"    as: {name}\n    as-groups: {json.dumps(groups)}\n" + tail
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def request(self, method, path, body=None, context="admin", content_type=None, headers=None, timeout=30):
        if context in self.impersonated:
            groups = self.impersonated[context]
            assert len(groups) <= 1, "http.client sends one header of a name"
            headers = {**(headers or {}), "Impersonate-User": context, **({"Impersonate-Group": groups[0]} if groups else {})}
        return super().request(method, path, body, context, content_type, headers, timeout)

    def path(self, *parts):
        return super().path("demo", "audit.log") if parts == ("audit.log",) else super().path(*parts)

    def user_of(self, context):
        """The demo's people have names of their own."""
        if context in self.impersonated:
            return context
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        return self.want("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", review, context=context)["status"]["userInfo"]["username"]

    def stop(self):
        for process in self.processes.values():
            if process.stdout:
                process.stdout.close()
        super().stop()

    def apply(self, document, manager="quarterdeck-rig"):
        if document["kind"] == "CustomResourceDefinition":
            raise unittest.SkipTest("the kinds of the demo server cannot be changed")
        return super().apply(document, manager)

    def install(self, resources=True):
        """It has them from its first moment on."""


def main():
    rigs.Rig = DemoRig
    name = sys.argv.pop(1)
    if name == "up":
        import rigmain
        sys.exit(rigmain.main(["up", *sys.argv[1:]]))
    sys.argv[0] = f"test_{name}.py"
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), sys.argv[0])
    with open(path, encoding="utf-8") as f:
        code = compile(f.read(), path, "exec")
    module = sys.modules["__main__"]
    module.__dict__["__file__"] = path
    exec(code, module.__dict__)


if __name__ == "__main__":
    main()
