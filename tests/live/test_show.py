#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole consortium of resources/examples, read back: every kind watched, every object shown as the cluster has it."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import fixtures  # noqa: E402
import live  # noqa: E402
from fixtures import NAMESPACE  # noqa: E402


class Show(live.LiveCase):
    @classmethod
    def prepare(cls):
        cls.rig.namespace(NAMESPACE)

    def show(self, target, *args, namespace=NAMESPACE, code=live.DONE, **more):
        return self.qd("-n", namespace, "show", target, *args, "-o", "json", code=code, **more)

    def own_objects(self):
        return [o for o in self.loaded if o["apiVersion"] == fixtures.API_VERSION]

    def test_every_kind_is_watched_completely(self):
        by_plural = {}
        for o in self.own_objects():
            plural, _ = self.rig.resource_of(o["apiVersion"], o["kind"])
            by_plural.setdefault(plural, set()).add((o["metadata"]["namespace"], o["metadata"]["name"]))
        self.assertEqual(len(by_plural), 24, "an example of each kind")
        for plural, expected in by_plural.items():
            with self.subTest(plural):
                events = self.qd("-A", "watch", plural, "--until-synced", "-o", "json").lines
                found = {(e["namespace"], e["name"]) for e in events if e["event"] == "added"}
                self.assertLessEqual(expected, found)
                self.assertEqual(events[-1]["count"], len(found))

    def test_every_example_is_shown_as_it_stands(self):
        for o in self.own_objects():
            with self.subTest(f"{o['kind']} {o['metadata']['name']}"):
                plural, _ = self.rig.resource_of(o["apiVersion"], o["kind"])
                now = self.get(plural, o["metadata"]["namespace"], o["metadata"]["name"])
                said = self.show(f"{plural}/{o['metadata']['name']}", namespace=o["metadata"]["namespace"]).json
                self.assertEqual(said["declared"], now["spec"])
                self.assertEqual(said["reported"], now.get("status", {}))
                self.assertIsInstance(said["drift"], list)
                self.assertTrue(said["verdict"]["state"])

    def test_drift_names_both_values(self):
        self.rig.apply(fixtures.validator("drifting", spec={"imageTag": "0.5.11"}, status={"version": "0.5.10"}))
        drift = self.show("validators/drifting").json["drift"]
        entry = next(d for d in drift if d["path"] == "/spec/imageTag")
        self.assertEqual((entry["declared"], entry["reported"], entry["observed"]), ("0.5.11", "0.5.10", None))
        self.assertTrue(entry["why"])

    def test_unknown_is_not_drift(self):
        self.rig.apply(fixtures.validator("silent", status={}))
        said = self.show("validators/silent").json
        self.assertEqual((said["drift"], said["reported"]), ([], {}))
        self.assertEqual((said["verdict"]["state"], said["verdict"]["reported"]["state"]), ("not-determined", "unknown"))

    def test_sections(self):
        self.rig.apply(fixtures.validator("parts"))
        for section in ("declared", "reported", "observed", "drift", "verdict"):
            self.assertEqual(list(self.show("validators/parts", "--section", section).json), [section])
        self.assertSays(self.show("validators/parts", "--section", "moods", code=live.USAGE), "moods", "declared")

    def test_events(self):
        made = self.rig.apply(fixtures.validator("eventful"))
        self.rig.want("POST", f"/api/v1/namespaces/{NAMESPACE}/events", {
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": "eventful.1", "namespace": NAMESPACE}, "type": "Warning", "reason": "TopUpFailed",
            "message": "not enough Canton Coin", "count": 3, "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:05:00Z",
            "involvedObject": {"apiVersion": made["apiVersion"], "kind": "Validator", "name": "eventful", "namespace": NAMESPACE, "uid": made["metadata"]["uid"]}})
        self.assertIn("not enough Canton Coin", self.show("validators/eventful").out)

    def test_text(self):
        self.rig.apply(fixtures.validator("wordy"))
        ran = self.qd("-n", NAMESPACE, "show", "validators/wordy")
        for word in ("wordy", "ready", "0.5.10", "declared", "reported"):
            self.assertIn(word, ran.out)

    def test_what_is_not_there(self):
        self.assertSays(self.show("validators/nobody", code=live.FAILED), "nobody")
        self.assertSays(self.show("validatrs/a", code=live.USAGE), "validatrs", "validators")
        self.assertSays(self.show("validators", code=live.USAGE), "KIND/NAME")
        self.rig.add_user("stranger", ["strangers"])
        self.assertSays(self.show("validators/wordy", code=live.FORBIDDEN, context="stranger"), "get", "validators")

    def test_kinds_nobody_told_us_about(self):
        self.rig.want("POST", f"/api/v1/namespaces/{NAMESPACE}/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "plain"}, "data": {"a": "b"}})
        events = self.qd("-A", "watch", "configmaps", "--until-synced", "-o", "json").lines
        self.assertIn("plain", {e.get("name") for e in events})
        self.assertEqual(self.qd("watch", "namespaces", "--until-synced", "-o", "json").lines[-1]["count"],
                         len(self.rig.want("GET", "/api/v1/namespaces")["items"]))
        plain = next(e for e in events if e.get("name") == "plain")
        self.assertEqual(plain["row"]["data"], 1)
        self.assertEqual(plain["row"]["age"], self.rig.want("GET", f"/api/v1/namespaces/{NAMESPACE}/configmaps/plain")["metadata"]["creationTimestamp"])
        said = self.show("configmaps/plain").json
        self.assertEqual((said["declared"], said["reported"]), ({"data": {"a": "b"}}, {}))

    def test_roles_and_the_like_show_what_they_have(self):
        rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
        self.rig.want("POST", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{NAMESPACE}/roles", {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader"}, "rules": rules})
        self.assertEqual(self.show("roles/reader").json["declared"], {"rules": rules})

    def test_secrets_are_never_printed(self):
        self.rig.want("POST", f"/api/v1/namespaces/{NAMESPACE}/secrets", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys"}, "stringData": {"password": "hunter2-is-secret"}})
        for ran in (self.qd("-n", NAMESPACE, "show", "secrets/keys", code=None), self.show("secrets/keys", code=None),
                    self.qd("-n", NAMESPACE, "watch", "secrets", "--until-synced", "-o", "json", code=None)):
            self.assertNotIn("hunter2-is-secret", ran.out + ran.err)
            self.assertNotIn("aHVudGVyMi1pcy1zZWNyZXQ", ran.out + ran.err)
        self.assertEqual(self.show("secrets/keys").json["declared"], {"data": {"password": "***"}, "type": "Opaque"})
        row = next(e for e in self.qd("-n", NAMESPACE, "watch", "secrets", "--until-synced", "-o", "json").lines if e.get("name") == "keys")["row"]
        self.assertEqual((row["type"], row["data"]), ("Opaque", 1))


if __name__ == "__main__":
    live.main()
