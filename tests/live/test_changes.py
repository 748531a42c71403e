#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`do` and `journal` against the real API server, a second client in the operator's part: every step of the change pipeline."""

import glob
import json
import os
import pty
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import fixtures  # noqa: E402
import live  # noqa: E402
import rig as rigs  # noqa: E402
from fixtures import NAMESPACE  # noqa: E402
from playoperator import NODES, PlayOperator  # noqa: E402

GROUP = rigs.GROUP
REPLICAS = "/spec/participant/spec/resources/replicas"


class ChangeCase(live.LiveCase):
    examples = False

    @classmethod
    def prepare(cls):
        cls.rig.namespace(NAMESPACE)
        cls.number = 0
        cls.operator = PlayOperator(cls.rig, NODES + ("backups", "backupschedules", "parties"), pace=0.2)
        cls.operator.__enter__()
        cls.addClassCleanup(cls.operator.stop)

    def new_validator(self, **more):
        type(self).number += 1
        name = f"{self._testMethodName.replace('_', '-').removeprefix('test-')[:30].strip('-')}-{self.number}"
        made = self.rig.apply(fixtures.validator(name, **more))
        self.assertEqual(made["metadata"]["generation"], 1)
        return name

    def do(self, action, target, *params, code=live.DONE, yes=True, context=None, **more):
        arguments = ["-n", NAMESPACE, "do", action, target, *params, "-o", "json"] + (["--yes"] if yes else [])
        return self.qd(*arguments, code=code, context=context, **more)

    def validator(self, name):
        return self.get("validators", NAMESPACE, name)

    def writes(self, name, dry=False, user="admin"):
        """The audit log's writes to one object, by our program (its field manager), dry runs or real ones."""
        found = []
        for event in self.rig.audit_events(user=user):
            uri = event["requestURI"]
            if event["objectRef"].get("name") == name and "fieldManager=quarterdeck" in uri and "quarterdeck-" not in uri:
                if ("dryRun=All" in uri) == dry:
                    found.append(event)
        return found

    def records(self, *args):
        ran = self.qd("journal", "-o", "json", *args)
        text = ran.out.strip()
        if text.startswith("["):
            return json.loads(text)
        return ran.lines

    def journal_file(self):
        files = glob.glob(os.path.join(self.home, "**", "*journal*.jsonl"), recursive=True)
        self.assertEqual(len(files), 1, f"journal files under the state folder: {files}")
        return files[0]


class Changes(ChangeCase):
    def test_scale(self):
        name = self.new_validator()
        said = self.do("scale", f"validators/{name}", "component=participant", "replicas=3", "--reason", "more load on Monday").json
        self.assertEqual(said["outcome"], "settled", said)
        self.assertEqual(said["generation"], 2)
        live_object = self.validator(name)
        self.assertEqual(live_object["spec"]["participant"]["spec"]["resources"]["replicas"], 3)
        self.assertEqual(live_object["status"]["observedGeneration"], 2)
        notes = live_object["metadata"]["annotations"]
        self.assertEqual(notes[f"{GROUP}/change-reason"], "more load on Monday")
        self.assertEqual(notes[f"{GROUP}/requested-by"], "admin")
        edit, = said["edits"]
        self.assertEqual(edit["uid"], live_object["metadata"]["uid"])
        change = next(d for d in edit["diff"] if d["path"] == REPLICAS)
        self.assertEqual((change["op"], change["from"], change["to"]), ("replace", 1, 3))
        self.assertEqual(edit["before"]["spec"]["participant"]["spec"]["resources"]["replicas"], 1)
        self.assertEqual(edit["after"]["spec"]["participant"]["spec"]["resources"]["replicas"], 3)
        # A status write of the operator between read and apply is answered 409 and the change is sent again: never blindly.
        codes = [w["responseStatus"]["code"] for w in self.writes(name)]
        self.assertEqual([c for c in codes if c != 409], [200], "exactly one write was taken")
        self.assertGreaterEqual(len(self.writes(name, dry=True)), 1, "a dry run came first")
        write = self.writes(name)[-1]
        self.assertIn("fieldValidation=Strict", write["requestURI"])
        self.assertEqual(write["verb"], "patch")
        self.assertTrue(write["requestObject"].get("metadata", {}).get("resourceVersion"), f"no precondition: {write['requestObject']}")

    def test_scale_refuses_nonsense(self):
        name = self.new_validator()
        for params in (["component=participant", "replicas=many"], ["component=participant"], ["component=engine", "replicas=1"], ["replicas=1", "colour=blue"],
                       ["component=participant", "replicas=-1"]):
            with self.subTest(params):
                ran = self.do("scale", f"validators/{name}", *params, code=None)
                self.assertIn(ran.code, (live.USAGE, live.FAILED), str(ran))
                self.assertTrue(ran.err.strip() or ran.json.get("message"), str(ran))
        self.assertEqual(self.validator(name)["metadata"]["generation"], 1)
        self.assertEqual(self.writes(name), [])

    def test_each_routine_action(self):
        name = self.new_validator()
        target = f"validators/{name}"
        steps = [
            ("resources", ["component=participant", "cpuRequested=250m", "memoryLimit=4Gi"],
             lambda o: (o["spec"]["participant"]["spec"]["resources"]["cpuRequested"], o["spec"]["participant"]["spec"]["resources"]["memoryLimit"]), ("250m", "4Gi")),
            ("env", ["component=participant", "name=JAVA_OPTS", "value=-Xmx2g"],
             lambda o: o["spec"]["participant"]["spec"]["envVars"], [{"name": "JAVA_OPTS", "value": "-Xmx2g"}]),
            ("env", ["component=participant", "name=JAVA_OPTS", "value=-Xmx3g"],
             lambda o: o["spec"]["participant"]["spec"]["envVars"], [{"name": "JAVA_OPTS", "value": "-Xmx3g"}]),
            ("env", ["component=participant", "name=JAVA_OPTS", "remove=true"], lambda o: o["spec"]["participant"]["spec"].get("envVars", []), []),
            ("storage", ["size=60Gi"], lambda o: o["spec"]["storageSize"], "60Gi"),
            ("version", ["tag=0.5.11"], lambda o: o["spec"]["imageTag"], "0.5.11"),
            ("suspend", [], lambda o: (o["spec"]["suspend"], o["status"]["phase"]), (True, "Suspended")),
            ("resume", [], lambda o: (o["spec"].get("suspend", False), o["status"]["phase"]), (False, "Ready")),
            ("label", ["key=team", "value=settlement"], lambda o: o["metadata"]["labels"]["team"], "settlement"),
            ("annotate", ["key=example.com/note", "value=two words = one"], lambda o: o["metadata"]["annotations"]["example.com/note"], "two words = one"),
        ]
        for action, params, read, expected in steps:
            with self.subTest(f"{action} {' '.join(params)}"):
                said = self.do(action, target, *params, "--confirm", name).json
                self.assertIn(said["outcome"], ("settled", "applied"), said)
                self.assertEqual(read(self.validator(name)), expected)

    def test_restart_is_followed_by_its_echo(self):
        name = self.new_validator()
        said = self.do("restart", f"validators/{name}", "--confirm", name).json
        self.assertEqual(said["outcome"], "settled", said)
        after = self.validator(name)
        asked = after["metadata"]["annotations"][f"{GROUP}/restart-requested-at"]
        self.assertEqual(after["status"]["handledRequests"]["restart"], asked)
        self.assertEqual(after["metadata"]["generation"], 1, "a restart leaves the generation")
        self.assertRegex(asked, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

    def test_reconcile(self):
        name = self.new_validator()
        self.assertEqual(self.do("reconcile", f"validators/{name}").json["outcome"], "settled")
        self.assertIn("reconcile", self.validator(name)["status"]["handledRequests"])

    def test_storage_never_shrinks(self):
        name = self.new_validator()
        ran = self.do("storage", f"validators/{name}", "size=10Gi", code=None)
        self.assertIn(ran.code, (live.FAILED, live.USAGE), str(ran))
        self.assertSays(ran, "50Gi")
        self.assertEqual(self.writes(name), [])

    def test_server_validation_names_the_field(self):
        name = self.new_validator()
        ran = self.do("resources", f"validators/{name}", "component=participant", "cpuRequested=8", "cpuLimit=2", code=None)
        self.assertIn(ran.code, (live.FAILED, live.USAGE), str(ran))
        self.assertSays(ran, "cpuRequested", "cpuLimit")
        self.assertEqual(self.validator(name)["metadata"]["generation"], 1)

    def test_dry_run_changes_nothing(self):
        name = self.new_validator()
        before = self.validator(name)
        said = self.do("scale", f"validators/{name}", "component=participant", "replicas=4", "--dry-run").json
        self.assertEqual(said["outcome"], "dry-run")
        self.assertTrue(any(d["path"] == REPLICAS and d["to"] == 4 for d in said["edits"][0]["diff"]), said)
        after = self.validator(name)   # the operator may have written the status
        self.assertEqual(after["spec"], before["spec"])
        self.assertEqual(after["metadata"]["generation"], before["metadata"]["generation"])
        self.assertEqual(after["metadata"].get("annotations"), before["metadata"].get("annotations"))
        self.assertEqual(self.writes(name), [])
        self.assertGreaterEqual(len(self.writes(name, dry=True)), 1)

    def test_dry_run_needs_no_yes(self):
        name = self.new_validator()
        ran = self.do("scale", f"validators/{name}", "component=participant", "replicas=4", "--dry-run", yes=False)
        self.assertEqual(ran.json["outcome"], "dry-run")

    def test_without_yes_and_without_an_answer_nothing_is_sent(self):
        name = self.new_validator()
        for answer in (b"", b"n\n", b"\n"):
            with self.subTest(answer):
                ran = self.do("scale", f"validators/{name}", "component=participant", "replicas=4", yes=False, code=None, input=answer)
                self.assertNotEqual(ran.code, live.DONE, str(ran))
        self.assertEqual(self.validator(name)["metadata"]["generation"], 1)

    def test_diff_for_people(self):
        name = self.new_validator()
        ran = self.qd("-n", NAMESPACE, "do", "scale", f"validators/{name}", "component=participant", "replicas=2", "--yes")
        self.assertRegex(ran.out + ran.err, r"replicas")
        self.assertIn(name, ran.out + ran.err)

    def test_no_follow(self):
        name = self.new_validator()
        self.operator.hold()
        try:
            ran = self.do("scale", f"validators/{name}", "component=participant", "replicas=2", "--no-follow")
        finally:
            self.operator.release()
        self.assertEqual(ran.json["outcome"], "applied")
        self.assertLess(ran.seconds, 10)

    def test_still_unsettled_at_the_limit(self):
        name = self.new_validator()
        self.operator.hold()
        try:
            ran = self.do("scale", f"validators/{name}", "component=participant", "replicas=2", "--timeout", "3s", code=live.UNSETTLED)
        finally:
            self.operator.release()
        self.assertEqual(ran.json["outcome"], "timeout")
        self.assertTrue(2.5 < ran.seconds < 15, ran.seconds)
        self.assertIn(name, ran.json["message"])

    def test_operator_that_fails(self):
        name = self.new_validator()
        self.operator.fail("validators", name, message="the image 0.5.99 does not exist")
        self.addCleanup(self.operator.heal, "validators", name)
        ran = self.do("version", f"validators/{name}", "tag=0.5.99", "--confirm", name, code=live.FAILED)
        self.assertEqual(ran.json["outcome"], "failed")
        self.assertIn("0.5.99 does not exist", ran.out + ran.err)

    def test_missing_object(self):
        ran = self.do("restart", "validators/nobody", code=live.FAILED)
        self.assertSays(ran, "nobody")

    def test_unknown_action_and_kind(self):
        self.assertSays(self.do("frobnicate", "validators/a", code=live.USAGE), "frobnicate")
        self.assertSays(self.do("restart", "validatrs/a", code=live.USAGE), "validatrs", "validators")
        self.assertSays(self.do("restart", "validators", code=live.USAGE), "validators")

    def test_create_edit_and_delete_by_file(self):
        name = "by-file"
        document = fixtures.validator(name, status={})
        document["metadata"].pop("namespace")
        path = os.path.join(self.home, "new.json")
        with open(path, "w") as out:
            json.dump(document, out)
        said = self.do("create", "validators", f"file={path}", code=None)
        if said.code == live.USAGE:
            said = self.do("create", f"validators/{name}", f"file={path}")
        self.assertIn(said.json["outcome"], ("settled", "applied"), str(said))
        text = self.rig.kubectl("get", "validator", name, "-n", NAMESPACE, "-o", "yaml")
        edited = os.path.join(self.home, "edited.yaml")
        with open(edited, "w") as out:
            out.write(text.replace("logLevel: Info", "logLevel: Debug", 1).replace("storageSize: 50Gi", "storageSize: 51Gi"))
        self.assertEqual(self.do("edit", f"validators/{name}", f"file={edited}", "--confirm", name).json["outcome"], "settled")
        self.assertEqual(self.validator(name)["spec"]["storageSize"], "51Gi")
        text = self.rig.kubectl("get", "validator", name, "-n", NAMESPACE, "-o", "yaml")
        broken = os.path.join(self.home, "broken.yaml")
        with open(broken, "w") as out:
            out.write(text.replace("partyHint:", "partyHnt: x\n  partyHint:"))
        ran = self.do("edit", f"validators/{name}", f"file={broken}", code=live.FAILED)
        self.assertSays(ran, "partyHnt")
        with open(broken, "w") as out:
            out.write("apiVersion: v1\n\tkind: x\n")
        ran = self.do("edit", f"validators/{name}", f"file={broken}", code=None)
        self.assertIn(ran.code, (live.FAILED, live.USAGE))
        self.assertSays(ran, "line 2")


class Conflicts(ChangeCase):
    def asked(self, name, *params, change):
        """`do scale` at a terminal, without --yes: waits for the question, lets `change` happen, answers yes (also when the new review
        asks again). Gives (code, stdout, stderr)."""
        command = self.command("-n", NAMESPACE, "do", "scale", f"validators/{name}", *params, "-o", "json", "--no-follow")
        terminal, inside = pty.openpty()
        process = subprocess.Popen(command, env=self.env(), stdin=inside, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=rigs.die_with_parent)
        os.close(inside)
        self.addCleanup(os.close, terminal)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        heard = []
        question = threading.Semaphore(0)

        def listen():
            while chunk := os.read(process.stderr.fileno(), 4096):
                heard.append(chunk.decode("utf-8", "replace"))
                for _ in range(heard[-1].count("[y/N]")):
                    question.release()
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        self.assertTrue(question.acquire(timeout=30), f"no question was asked: {''.join(heard)}")
        change()
        os.write(terminal, b"y\n")
        out = []
        reader = threading.Thread(target=lambda: out.append(process.stdout.read().decode()), daemon=True)
        reader.start()
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if question.acquire(timeout=0.1):
                os.write(terminal, b"y\n")
        code = process.wait(30)
        reader.join(5)
        listener.join(5)
        return code, "".join(out), "".join(heard)

    def second_client(self, name, spec):
        return lambda: self.patch("validators", NAMESPACE, name, {"spec": spec})

    def test_another_field_is_rebased_silently(self):
        name = self.new_validator()
        code, out, err = self.asked(name, "component=participant", "replicas=3", change=self.second_client(name, {"walletUI": {"spec": {"resources": {"replicas": 2}}}}))
        self.assertEqual(code, live.DONE, out + err)
        spec = self.validator(name)["spec"]
        self.assertEqual(spec["participant"]["spec"]["resources"]["replicas"], 3)
        self.assertEqual(spec["walletUI"]["spec"]["resources"]["replicas"], 2)

    def test_a_neighbour_of_the_same_object_is_no_conflict(self):
        name = self.new_validator()
        code, out, err = self.asked(name, "component=participant", "replicas=3", change=self.second_client(name, {"participant": {"spec": {"resources": {"cpuLimit": "4"}}}}))
        self.assertEqual(code, live.DONE, out + err)
        self.assertEqual(self.validator(name)["spec"]["participant"]["spec"]["resources"], {"replicas": 3, "cpuLimit": "4"})

    def test_only_the_version_moved(self):
        name = self.new_validator()
        code, out, err = self.asked(name, "component=participant", "replicas=3",
                                    change=lambda: self.patch("validators", NAMESPACE, name + "/status", {"status": {"message": "hello"}}))
        self.assertEqual(code, live.DONE, out + err)

    def test_same_field_is_for_the_person(self):
        name = self.new_validator()
        code, out, err = self.asked(name, "component=participant", "replicas=3", change=self.second_client(name, {"participant": {"spec": {"resources": {"replicas": 5}}}}))
        self.assertEqual(code, live.CONFLICT, out + err)
        said = json.loads(out)
        self.assertEqual(said["outcome"], "conflict")
        self.assertIn("replicas", out + err)
        self.assertEqual(self.validator(name)["spec"]["participant"]["spec"]["resources"]["replicas"], 5, "the other's value stands")

    def test_same_value_is_no_conflict(self):
        name = self.new_validator()
        code, out, err = self.asked(name, "component=participant", "replicas=3", change=self.second_client(name, {"participant": {"spec": {"resources": {"replicas": 3}}}}))
        self.assertEqual(code, live.DONE, out + err)

    def test_deleted_meanwhile(self):
        name = self.new_validator()

        def delete():
            self.remove("validators", NAMESPACE, name)
        code, out, err = self.asked(name, "component=participant", "replicas=3", change=delete)
        self.assertIn(code, (live.FAILED, live.CONFLICT), out + err)
        self.assertIn(name, out + err)

    def test_recreated_meanwhile_is_another_object(self):
        name = self.new_validator()

        def recreate():
            self.remove("validators", NAMESPACE, name)
            self.rig.apply(fixtures.validator(name))
        code, out, err = self.asked(name, "component=participant", "replicas=3", change=recreate)
        self.assertNotEqual(code, live.DONE, out + err)
        self.assertEqual(self.validator(name)["spec"]["participant"]["spec"]["resources"]["replicas"], 1)

    def test_old_file_over_a_newer_object(self):
        """The file was read before another client changed the same field: the file must not win unseen."""
        name = self.new_validator()
        text = self.rig.kubectl("get", "validator", name, "-n", NAMESPACE, "-o", "yaml")
        self.second_client(name, {"storageSize": "70Gi"})()
        path = os.path.join(self.home, "old.yaml")
        with open(path, "w") as out:
            out.write(text.replace("storageSize: 50Gi", "storageSize: 80Gi"))
        ran = self.do("edit", f"validators/{name}", f"file={path}", "--confirm", name, code=None)
        self.assertIn(ran.code, (live.CONFLICT, live.FAILED), str(ran))
        self.assertEqual(self.validator(name)["spec"]["storageSize"], "70Gi")


class Deleting(ChangeCase):
    def test_needs_the_name(self):
        name = self.new_validator()
        ran = self.do("delete", f"validators/{name}", code=None)
        self.assertIn(ran.code, (live.USAGE, live.FAILED), str(ran))
        self.assertSays(ran, "--confirm", name)
        ran = self.do("delete", f"validators/{name}", "--confirm", "another", code=None)
        self.assertIn(ran.code, (live.USAGE, live.FAILED), str(ran))
        self.assertEqual(self.validator(name)["metadata"].get("deletionTimestamp"), None)

    def test_policy_guards_against_everyone_else(self):
        name = self.new_validator()
        reply = self.rig.request("DELETE", f"{self.collection('validators', NAMESPACE)}/{name}")
        self.assertFalse(reply.ok, "the policy let a delete without the annotation pass")
        self.assertIn("confirm-delete", reply.message)

    def test_confirmed(self):
        name = self.new_validator()
        uid = self.validator(name)["metadata"]["uid"]
        self.patch("validators", NAMESPACE, name, {"metadata": {"finalizers": [f"{GROUP}/teardown"]}})
        said = self.do("delete", f"validators/{name}", "--confirm", name, "--reason", "retired").json
        self.assertEqual(said["outcome"], "settled", said)
        self.assertEqual(self.rig.request("GET", f"{self.collection('validators', NAMESPACE)}/{name}").status, 404)
        self.assertIn(uid, json.dumps(said))
        deletes = [e for e in self.writes_of(name) if e["verb"] == "delete"]
        self.assertTrue(deletes and deletes[-1]["requestObject"]["preconditions"]["uid"] == uid, deletes)

    def writes_of(self, name):
        return [e for e in self.rig.audit_events(user="admin") if e["objectRef"].get("name") == name and "dryRun" not in e["requestURI"]]

    def test_finalizer_that_nobody_releases(self):
        name = self.new_validator()
        self.patch("validators", NAMESPACE, name, {"metadata": {"finalizers": ["example.com/mine"]}})
        self.operator.hold()
        try:
            ran = self.do("delete", f"validators/{name}", "--confirm", name, "--timeout", "3s", code=live.UNSETTLED)
        finally:
            self.operator.release()
        self.assertSays(ran, name)

    def test_party_is_deleted_with_its_name(self):
        self.rig.apply(fixtures.party("short-lived"))
        self.assertEqual(self.do("delete", "parties/short-lived", "--confirm", "short-lived").json["outcome"], "settled")


class TheJournal(ChangeCase):
    def test_records_and_chain(self):
        name = self.new_validator()
        said = self.do("scale", f"validators/{name}", "component=participant", "replicas=2", "--reason", "because of journal-test").json
        records = self.records()
        mine = [r for r in records if r.get("id") == said["id"]]
        self.assertGreaterEqual(len(mine), 2, "the intent before and the result after")
        self.assertIn("because of journal-test", json.dumps(mine))
        self.assertIn(name, json.dumps(mine))
        self.assertEqual({r.get("user") for r in mine}, {"admin"})
        for r in mine:
            self.assertRegex(r["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        self.qd("journal", "--verify")
        self.assertEqual(self.records("--since", "0s"), [])

    def test_exports(self):
        name = self.new_validator()
        self.do("annotate", f"validators/{name}", "key=a", "value=b|c=d\\")
        cef = self.qd("journal", "-o", "cef").out.splitlines()
        self.assertTrue(cef and all(line.startswith("CEF:0|") for line in cef), cef[:2])
        syslog = self.qd("journal", "-o", "syslog").out.splitlines()
        self.assertTrue(syslog and all(line.startswith("<") and ">1 " in line for line in syslog), syslog[:2])

    def test_secrets_never_reach_it(self):
        name = self.new_validator()
        self.do("env", f"validators/{name}", "component=participant", "name=DB_PASSWORD", "value=hunter2-is-secret", "--confirm", name, code=None)
        with open(self.journal_file()) as f:
            self.assertNotIn("hunter2-is-secret", f.read())

    def test_tampering_is_found(self):
        name = self.new_validator()
        for n in range(3):
            self.do("label", f"validators/{name}", "key=n", f"value={n}")
        path = self.journal_file()
        with open(path) as f:
            original = f.read()
        lines = original.splitlines(keepends=True)
        self.addCleanup(self.put, path, original)
        middle = len(lines) // 2
        for what, broken, first in (
                ("a changed record", lines[:middle] + [lines[middle].replace("admin", "mallory")] + lines[middle + 1:], middle + 1),
                ("a removed record", lines[:middle] + lines[middle + 1:], middle + 1),
                ("swapped records", lines[:middle] + [lines[middle + 1], lines[middle]] + lines[middle + 2:], middle + 1),
                ("a repeated record", lines[:middle] + [lines[middle]] + lines[middle:], middle + 2),
                ("a cut last line", lines[:-1] + [lines[-1][:20]], len(lines)),
                ("rubbish", lines[:middle] + ["{}\n"] + lines[middle:], middle + 1)):
            with self.subTest(what):
                self.put(path, "".join(broken))
                ran = self.qd("journal", "--verify", code=live.FAILED)
                self.assertIn(str(first), ran.out + ran.err, f"{what}: record {first} is the first broken one: {ran}")
        self.put(path, original)
        self.qd("journal", "--verify")

    @staticmethod
    def put(path, text):
        with open(path, "w") as out:
            out.write(text)

    def test_two_programs_at_once_keep_the_chain(self):
        name = self.new_validator()
        with_threads = [threading.Thread(target=self.do, args=("label", f"validators/{name}", f"key=k{n}", "value=v")) for n in range(6)]
        for t in with_threads:
            t.start()
        for t in with_threads:
            t.join()
        self.qd("journal", "--verify")
        self.assertEqual({f"k{n}" for n in range(6)} & set(self.validator(name)["metadata"]["labels"]), {f"k{n}" for n in range(6)})

    def test_nothing_is_applied_that_cannot_be_recorded(self):
        """The disk is full: the intent cannot be written, so nothing is sent."""
        name = self.new_validator()
        command = self.command("-n", NAMESPACE, "do", "scale", f"validators/{name}", "component=participant", "replicas=2", "--yes", "-o", "json")

        def no_files():
            import resource
            import signal
            rigs.die_with_parent()
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        done = subprocess.run(command, env=self.env(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, preexec_fn=no_files)
        self.assertEqual(done.returncode, live.FAILED, done.stdout + done.stderr)
        self.assertIn("journal", (done.stdout + done.stderr).lower())
        self.assertEqual(self.validator(name)["metadata"]["generation"], 1)
        self.assertEqual(self.writes(name), [])


class Guards(ChangeCase):
    """Profiles: read-only, production."""

    def profile(self, name, **fields):
        folder = os.path.join(self.home, "profiles-" + name)
        os.makedirs(folder, exist_ok=True)
        lines = ["schema: 1", "profiles:", f"- name: {name}", f"  kubeconfig: {self.rig.kubeconfig}", "  contexts: [admin]"]
        lines += [f"  {k}: {json.dumps(v)}" for k, v in fields.items()]
        with open(os.path.join(folder, "profiles.yaml"), "w") as out:
            out.write("\n".join(lines) + "\n")
        return ["--config-dir", folder, "--profile", name, "-n", NAMESPACE]

    def test_read_only(self):
        name = self.new_validator()
        flags = self.profile("look", readOnly=True)
        ran = self.qd(*flags, "do", "label", f"validators/{name}", "key=a", "value=b", "--yes", code=None)
        self.assertIn(ran.code, (live.FAILED, live.FORBIDDEN), str(ran))
        self.assertSays(ran, "read-only")
        self.assertEqual(self.writes(name), [])

    def test_production_wants_the_name(self):
        name = self.new_validator()
        flags = self.profile("prod", production=True)
        ran = self.qd(*flags, "do", "restart", f"validators/{name}", "--yes", code=None)
        self.assertNotEqual(ran.code, live.DONE, str(ran))
        self.assertSays(ran, "--confirm")
        self.assertEqual(self.writes(name), [])
        self.qd(*flags, "do", "restart", f"validators/{name}", "--yes", "--confirm", name)

    def test_bad_profiles(self):
        folder = os.path.join(self.home, "bad-profiles")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "profiles.yaml"), "w") as out:
            out.write("schema: 1\nprofiles:\n- name: a\n  production: perhaps\n- readOnly: true\n")
        ran = self.qd("--config-dir", folder, "--profile", "a", "doctor", code=None)
        self.assertIn(ran.code, (live.FAILED, live.USAGE), str(ran))
        self.assertSays(ran, "profiles.yaml:4:", "profiles.yaml:5:", "production", "name")
        with open(os.path.join(folder, "profiles.yaml"), "w") as out:
            out.write(f"schema: 1\nprofiles:\n- name: a\n  kubeconfig: {self.rig.kubeconfig}\n  contxts: [x]\n")
        self.assertSays(self.qd("--config-dir", folder, "--profile", "a", "doctor"), "profiles.yaml:5:", "contxts", "contexts")

    def test_unknown_profile(self):
        flags = self.profile("one")
        ran = self.qd(*flags[:2], "--profile", "two", "doctor", code=None)
        self.assertIn(ran.code, (live.FAILED, live.USAGE), str(ran))
        self.assertSays(ran, "two", "one")


if __name__ == "__main__":
    live.main()
