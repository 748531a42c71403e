#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`doctor` against the real API server: who, where, what is served and allowed, and what to do."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402

KINDS = 24


class Doctor(live.LiveCase):
    examples = False

    def doctor(self, code=live.DONE, **more):
        return self.qd("doctor", "-o", "json", code=code, **more).json

    def test_everything_well(self):
        said = self.doctor()
        self.assertTrue(said["ok"], said)
        self.assertEqual(said["server"]["url"].rstrip("/"), self.rig.url)
        self.assertEqual(said["server"]["version"], self.rig.want("GET", "/version")["gitVersion"])
        self.assertEqual(said["identity"]["user"], "admin")
        self.assertIn("system:masters", said["identity"]["groups"])
        self.assertLess(abs(said["clockOffsetMs"]), 2000)
        for check in said["checks"]:
            self.assertIn(check["state"], ("ok", "warning", "failed", "unknown"), check)
            self.assertTrue(check["id"] and check["message"], check)
            if check["state"] in ("warning", "failed"):
                self.assertTrue(check.get("remedy"), f"no way out is given: {check}")
        own = [k for k in said["kinds"] if k["group"] == rigs.GROUP]
        self.assertEqual({k["kind"] for k in own}, self.served_kinds())
        self.assertEqual(len(own), KINDS)
        for kind in own:
            self.assertTrue(kind["served"], kind)
            self.assertLessEqual({"get", "list", "watch", "create", "patch", "delete"}, set(kind["verbs"]), kind)

    def served_kinds(self):
        return {r["kind"] for r in self.rig.want("GET", rigs.API)["resources"] if "/" not in r["name"]}

    def test_identity_and_verbs_of_each_persona(self):
        for persona in rigs.PERSONAS:
            with self.subTest(persona):
                said = self.doctor(context=persona, code=None)
                self.assertEqual(said["identity"]["user"], self.rig.user_of(persona))
                self.assertIn("qd:" + persona, said["identity"]["groups"])
                for kind in said["kinds"]:
                    if kind["group"] != rigs.GROUP or kind["kind"] not in ("Validator", "Party", "Backup", "Upgrade"):
                        continue
                    plural = {"Party": "parties"}.get(kind["kind"], kind["kind"].lower() + "s")
                    for verb in ("list", "watch", "create", "patch", "delete"):
                        self.assertEqual(verb in kind["verbs"], self.server_allows(persona, verb, plural), f"{persona} {verb} {plural}: {kind['verbs']}")

    def server_allows(self, persona, verb, plural):
        answer = self.rig.want("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {"group": rigs.GROUP, "resource": plural, "verb": verb}}}, context=persona)
        return answer["status"]["allowed"]

    def test_rights_in_one_namespace_are_not_taken_for_all(self):
        """A role bound in one namespace: what the window would list (all namespaces) is said apart from what is allowed there."""
        self.rig.namespace("narrow")
        self.rig.add_user("neighbour", ["neighbours"])
        self.rig.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "neighbours", "namespace": "narrow"},
                        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "quarterdeck-viewer"},
                        "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "neighbours"}]})

        def asked(*args):
            said = self.qd(*args, "doctor", "-o", "json", context="neighbour", code=None).json
            kind = next(k for k in said["kinds"] if k["kind"] == "Validator")
            return kind["verbs"], kind["allNamespacesVerbs"], next(c for c in said["checks"] if c["id"] == "permissions")

        verbs, everywhere, check = asked("-n", "narrow")
        self.assertEqual((verbs, everywhere, check["state"]), (["get", "list", "watch"], [], "ok"))
        self.assertIn("narrow", check["message"])
        verbs, everywhere, check = asked("-A")
        self.assertEqual((verbs, everywhere, check["state"]), ([], [], "warning"))
        self.assertIn("all namespaces", check["message"])
        verbs, everywhere, check = asked()
        self.assertEqual((verbs, everywhere, check["state"]), ([], [], "warning"))
        self.assertIn("neither in all namespaces nor in default", check["message"])
        people = self.qd("-n", "narrow", "doctor", context="neighbour", code=None).out
        self.assertIn("AND IN narrow", people)
        self.rig.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "neighbours", "namespace": "default"},
                        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "quarterdeck-viewer"},
                        "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "neighbours"}]})
        verbs, everywhere, check = asked()   # the context's namespace, nobody chose it: the window would be empty
        self.assertEqual((verbs, everywhere, check["state"]), (["get", "list", "watch"], [], "warning"))
        self.assertIn("namespace default only", check["message"])
        self.assertIn("profile", check["remedy"])

    def test_for_people(self):
        said = self.qd("doctor")
        self.assertIn(self.rig.url, said.out)
        self.assertIn("admin", said.out)
        self.assertNotIn("{", said.out.strip()[:1])

    def test_impersonation(self):
        said = self.qd("doctor", "-o", "json", "--as", "olga", "--as-group", "qd:viewer", "--as-group", "other", code=None).json
        self.assertEqual(said["identity"]["user"], "olga")
        self.assertLessEqual({"qd:viewer", "other"}, set(said["identity"]["groups"]))

    def test_version_and_help_need_no_server(self):
        self.assertIn("quarterdeck", self.qd("--version", kubeconfig="/nonexistent").out.lower())
        self.assertIn("doctor", self.qd("--help", kubeconfig="/nonexistent").out)

    def test_server_that_does_not_answer(self):
        self.rig.pause()
        try:
            ran = self.qd("doctor", "-o", "json", "--request-timeout", "3s", code=live.UNREACHABLE, timeout=30)
        finally:
            self.rig.resume()
        self.assertFalse(ran.json["ok"])
        failed = [c for c in ran.json["checks"] if c["state"] == "failed"]
        self.assertTrue(failed and failed[0]["remedy"], ran.json)
        self.assertLess(ran.seconds, 20)


class GoAway(live.LiveCase):
    """The API server ends HTTP/2 connections by chance (GOAWAY), as behind a load balancer: no question may get lost."""

    examples = False
    rig_options = {"apiserver_args": ["--goaway-chance=0.02"]}

    def test_every_question_is_answered(self):
        for _ in range(4):
            said = self.qd("doctor", "-o", "json", timeout=120).json
            self.assertTrue(said["ok"], said)
            own = [k for k in said["kinds"] if k["group"] == rigs.GROUP]
            self.assertTrue(all({"list", "watch", "create", "patch", "delete"} <= set(k["verbs"]) for k in own), own)


class WithoutOurKinds(live.LiveCase):
    examples = False
    resources = False

    def test_says_that_the_kinds_are_not_served(self):
        said = self.qd("doctor", "-o", "json", code=None).json
        own = [k for k in said["kinds"] if k["kind"] == "Validator"]
        self.assertEqual([k["served"] for k in own], [False])
        self.assertTrue(any(c["state"] in ("warning", "failed") and c.get("remedy") for c in said["checks"]), said["checks"])

    def test_watch_and_show_and_do_say_so(self):
        for arguments in (["watch", "validators", "-A", "--until-synced"], ["show", "validators/a"], ["do", "restart", "validators/a", "--yes"]):
            with self.subTest(arguments[0]):
                ran = self.qd(*arguments, code=live.FAILED, timeout=30)
                self.assertSays(ran, "validator", "canton.quarterdeck.io")

    def test_personas_exist_without_rights(self):
        ran = self.qd("watch", "pods", "-A", "--until-synced", context="viewer", code=None, timeout=30)
        self.assertIn(ran.code, (live.USAGE, live.FORBIDDEN), str(ran))


if __name__ == "__main__":
    live.main()
