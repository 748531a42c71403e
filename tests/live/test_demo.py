#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubectl, which knows nothing of us, against `quarterdeck-demo serve`: every verb of a day's work."""

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

import live
import rig as rigs

CONSORTIUM = os.path.join(rigs.ROOT, "resources", "examples", "consortium")


def demo_program():
    path = os.environ.get("QD_DEMO", "")
    if not path or not os.access(path, os.X_OK):
        raise rigs.RigMissing(f"QD_DEMO does not name quarterdeck-demo ({path or 'not set'})")
    return path


class Demo(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.mkdtemp(prefix="quarterdeck-demo-")
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.kubectl_program = os.path.join(rigs.binaries(), "kubectl")
        cls.server = subprocess.Popen([demo_program(), "serve", "--dir", os.path.join(cls.home, "demo"), "--parent", str(os.getpid())],
                                      stdout=subprocess.PIPE, text=True, preexec_fn=rigs.die_with_parent)
        cls.addClassCleanup(cls.stop)
        cls.kubeconfig = json.loads(cls.server.stdout.readline())["kubeconfig"]
        cls("runTest").kubectl("apply", "-f", CONSORTIUM)

    @classmethod
    def stop(cls):
        cls.server.terminate()
        cls.server.wait(10)
        cls.server.stdout.close()

    def runTest(self):
        pass

    def command(self, *args, context="admin"):
        return [self.kubectl_program, "--kubeconfig", self.kubeconfig, "--cache-dir", os.path.join(self.home, "cache"), "--context", context, *args]

    def kubectl(self, *args, code=0, input=None, env=None, **more):
        done = subprocess.run(self.command(*args, **more), input=input, capture_output=True, text=True, timeout=60, env=dict(os.environ, **(env or {})))
        self.assertEqual(done.returncode, code, f"kubectl {' '.join(args)}\n{done.stdout}\n{done.stderr}")
        return done.stdout if code == 0 else done.stdout + done.stderr

    def get(self, *args):
        return json.loads(self.kubectl("get", *args, "-o", "json"))

    def on_validator(self, verb, *args, **more):
        return self.kubectl("-n", "canton-devnet", verb, "validator", "northgate-dev-1", *args, **more)

    def test_version_and_resources(self):
        self.assertIn("Server Version: v1.", self.kubectl("version"))
        resources = self.kubectl("api-resources")
        for line in (r"validators\s+val\s+canton.quarterdeck.io/v1alpha1\s+true\s+Validator", r"pods\s+po\s+v1\s+true\s+Pod",
                     r"namespaces\s+ns\s+v1\s+false\s+Namespace", r"leases\s+coordination.k8s.io/v1\s+true\s+Lease"):
            self.assertRegex(resources, line)

    def test_metrics(self):
        """What the server says of itself; who may not read that path is told so, as by kube-apiserver."""
        values = {}
        for line in self.kubectl("get", "--raw", "/metrics").splitlines():
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                values[name] = float(value)
        self.assertEqual(values['apiserver_storage_objects{resource="namespaces"}'], len(json.loads(self.kubectl("get", "ns", "-o", "json"))["items"]))
        self.assertGreater(values["quarterdeck_demo_heap_used_bytes"], 2**20)
        self.assertGreater(values["process_resident_memory_bytes"], values["quarterdeck_demo_heap_used_bytes"])
        self.assertIn("Forbidden", self.kubectl("get", "--raw", "/metrics", code=1, context="viewer"))

    def test_explain(self):
        self.assertIn("imageTag\t<string> -required-", self.kubectl("explain", "validators.spec"))
        self.assertIn("containers\t<[]Object>", self.kubectl("explain", "pods.spec"))
        self.assertIn("FIELDS:", self.kubectl("explain", "validators", "--recursive"))

    def test_get_in_all_forms(self):
        table = self.kubectl("get", "validators", "-A")
        self.assertRegex(table, r"NAMESPACE +NAME +NETWORK +ROLE +PHASE +VERSION +AGE\n")
        self.assertIn("PARTIES", self.kubectl("get", "val", "-A", "-o", "wide"))
        self.assertIn("kind: Validator", self.on_validator("get", "-o", "yaml"))
        self.assertEqual(self.on_validator("get", "-o", "jsonpath={.spec.networkRef.name}"), "devnet")
        self.assertEqual(self.kubectl("get", "val", "-A", "-o", "name", "-l", "canton.quarterdeck.io/node=northgate-dev-1"),
                         "validator.canton.quarterdeck.io/northgate-dev-1\n")
        self.assertNotIn("northgate-dev-1", self.kubectl("get", "val", "-A", "-o", "name", "-l", "canton.quarterdeck.io/environment notin (dev)"))
        self.assertEqual(len(self.kubectl("get", "val", "-A", "--field-selector", "metadata.name=northgate-dev-1", "-o", "name").split()), 1)
        whole = self.kubectl("get", "parties", "-A")
        names = self.kubectl("get", "parties", "-A", "-o", "name")
        self.assertEqual(self.kubectl("get", "parties", "-A", "-o", "name", "--chunk-size=2"), names)
        self.assertEqual(len(self.get("parties", "-A", "--chunk-size=3")["items"]), whole.count("\n") - 1)
        self.assertIn("Northgate".lower(), self.on_validator("describe"))

    def test_changes(self):
        self.on_validator("label", "example.com/a=b")
        self.on_validator("annotate", "example.com/c=d")
        self.on_validator("patch", "--type", "merge", "-p", '{"spec":{"logLevel":"Debug"}}')
        self.on_validator("patch", "--type", "json", "-p", '[{"op":"replace","path":"/spec/logLevel","value":"Warn"}]')
        self.assertIn("strategic-merge-patch", self.on_validator("patch", "-p", '{"spec":{"logLevel":"Info"}}', code=1))
        editor = os.path.join(self.home, "editor")
        with open(editor, "w") as f:
            f.write("#!/bin/sh\nsed -i 's/logLevel: Warn/logLevel: Error/' \"$1\"\n")
        os.chmod(editor, 0o700)
        self.assertIn("edited", self.on_validator("edit", env={"EDITOR": editor}))
        live_object = json.loads(self.on_validator("get", "-o", "json", "--show-managed-fields"))
        self.assertEqual(live_object["spec"]["logLevel"], "Error")
        self.assertEqual(live_object["metadata"]["labels"]["example.com/a"], "b")
        self.assertEqual(live_object["metadata"]["generation"], 4)
        managers = {m["manager"] for m in live_object["metadata"]["managedFields"]}
        # kubectl-patch held logLevel only, which is kubectl-edit's now.
        self.assertEqual(managers, {"kubectl-client-side-apply", "kubectl-label", "kubectl-annotate", "kubectl-edit"})

    def party(self, name, **spec):
        return json.dumps({"apiVersion": "canton.quarterdeck.io/v1alpha1", "kind": "Party", "metadata": {"name": name, "namespace": "canton-devnet"},
                           "spec": {"nodeRef": {"kind": "Validator", "name": "northgate-dev-1"}, "hint": name, **spec}})

    def test_apply_diff_and_conflicts(self):
        self.assertIn("created", self.kubectl("apply", "-f", "-", input=self.party("applied", displayName="One")))
        self.assertEqual(self.kubectl("diff", "-f", "-", input=self.party("applied", displayName="One")), "")
        self.assertIn('+  displayName: Two', self.kubectl("diff", "-f", "-", input=self.party("applied", displayName="Two"), code=1))
        self.assertIn("configured", self.kubectl("apply", "-f", "-", input=self.party("applied", displayName="Two")))
        self.assertIn("unchanged", self.kubectl("apply", "-f", "-", input=self.party("applied", displayName="Two")))
        self.assertIn("serverside-applied", self.kubectl("apply", "--server-side", "-f", "-", input=self.party("owned", displayName="One")))
        self.kubectl("-n", "canton-devnet", "patch", "party", "owned", "--type", "merge", "-p", '{"spec":{"displayName":"Other"}}')
        refused = self.kubectl("apply", "--server-side", "-f", "-", input=self.party("owned", displayName="One"), code=1)
        self.assertIn('conflict with "kubectl-patch"', refused)
        self.assertIn(".spec.displayName", refused)
        self.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", input=self.party("owned", displayName="One"))
        self.assertEqual(self.get("-n", "canton-devnet", "party", "owned")["spec"]["displayName"], "One")
        # What a manager no longer names and nobody else holds is removed.
        self.kubectl("apply", "--server-side", "-f", "-", input=self.party("owned"))
        self.assertNotIn("displayName", self.get("-n", "canton-devnet", "party", "owned")["spec"])
        self.assertIn("(server dry run)", self.kubectl("apply", "--dry-run=server", "-f", "-", input=self.party("dry")))
        self.kubectl("-n", "canton-devnet", "get", "party", "dry", code=1)

    def test_wait_watch_delete(self):
        watch = subprocess.Popen(self.command("-n", "default", "get", "configmaps", "-w", "--output-watch-events", "--no-headers"),
                                 stdout=subprocess.PIPE, text=True, preexec_fn=rigs.die_with_parent)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.kill)
        seen = []
        threading.Thread(target=lambda: seen.extend(iter(watch.stdout.readline, "")), daemon=True).start()
        # The watch opens some time or other: things come and go until it has seen one whole.
        deadline = time.monotonic() + 30
        for n in itertools.count():
            self.kubectl("create", "configmap", f"seen-{n}", "--from-literal=a=b")
            self.kubectl("wait", f"configmap/seen-{n}", "--for=jsonpath={.data.a}=b", "--timeout=10s")
            self.kubectl("delete", "configmap", f"seen-{n}")
            whole = {m[1] for m in (re.match(r"DELETED +(seen-\d+) ", line) for line in list(seen)) if m}
            if any(re.match(f"ADDED +{name} ", line) for name in whole for line in list(seen)):
                break
            self.assertLess(time.monotonic(), deadline, seen)
        refused = self.kubectl("-n", "canton-devnet", "delete", "validator", "northgate-dev-2", code=1)
        self.assertIn("confirm-delete", refused)
        self.kubectl("-n", "canton-devnet", "annotate", "validator", "northgate-dev-2", "canton.quarterdeck.io/confirm-delete=northgate-dev-2")
        self.kubectl("-n", "canton-devnet", "delete", "validator", "northgate-dev-2")
        self.kubectl("-n", "canton-devnet", "get", "validator", "northgate-dev-2", code=1)

    def test_create_in_protobuf(self):
        """kubectl sends what it makes itself in protobuf."""
        self.kubectl("create", "namespace", "made")
        for words in (["configmap", "c", "--from-literal=a=b"], ["secret", "generic", "s", "--from-literal=a=b"], ["serviceaccount", "sa"],
                      ["role", "r", "--verb=get", "--resource=pods"], ["rolebinding", "rb", "--role=r", "--user=jane"],
                      ["service", "clusterip", "svc", "--tcp=80:8080"], ["deployment", "d", "--image=x", "--replicas=2"],
                      ["job", "j", "--image=x"], ["cronjob", "cj", "--image=x", "--schedule=0 0 * * *"]):
            self.kubectl("-n", "made", "create", *words)
        self.assertEqual(self.get("-n", "made", "secret", "s")["data"], {"a": "Yg=="})
        self.assertEqual(self.get("-n", "made", "deployment", "d")["spec"]["replicas"], 2)
        self.assertEqual(self.get("-n", "made", "service", "svc")["spec"]["ports"][0]["targetPort"], 8080)
        self.kubectl("auth", "can-i", "get", "pods", "-n", "made", "--as", "jane")
        self.kubectl("auth", "can-i", "delete", "pods", "-n", "made", "--as", "jane", code=1)
        self.kubectl("delete", "namespace", "made")
        self.kubectl("get", "namespace", "made", code=1)

    def test_deletion_of_owners(self):
        for cascade, stays in (("foreground", False), ("background", False), ("orphan", True)):
            with self.subTest(cascade):
                self.kubectl("create", "configmap", "owner", "--from-literal=a=b")
                uid = self.get("configmap", "owner")["metadata"]["uid"]
                child = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "child", "ownerReferences": [
                    {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid, "blockOwnerDeletion": True}]}}
                self.kubectl("create", "-f", "-", input=json.dumps(child))
                self.kubectl("delete", "configmap", "owner", f"--cascade={cascade}")
                if stays:
                    self.assertNotIn("ownerReferences", self.get("configmap", "child")["metadata"])
                    self.kubectl("delete", "configmap", "child")
                else:
                    self.kubectl("wait", "--for=delete", "configmap/child", "--timeout=10s")

    def test_auth(self):
        self.assertRegex(self.kubectl("auth", "whoami", context="viewer"), r"Username +vera\n")
        self.assertEqual(self.kubectl("auth", "can-i", "list", "validators", context="viewer"), "yes\n")
        self.assertEqual(self.kubectl("auth", "can-i", "patch", "validators", context="viewer", code=1).splitlines()[0], "no")
        self.assertIn("validators.canton.quarterdeck.io", self.kubectl("auth", "can-i", "--list", context="node-operator"))
        self.assertIn('User "vera" cannot list resource "secrets" in API group "" in the namespace "default"',
                      self.kubectl("get", "secrets", context="viewer", code=1))


if __name__ == "__main__":
    try:
        demo_program()
    except rigs.RigMissing as e:
        raise SystemExit(str(e))
    live.main()
