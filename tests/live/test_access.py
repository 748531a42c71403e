#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each persona may do: what the program allows and refuses is exactly what the server does, tried with plain requests."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import fixtures  # noqa: E402
import live  # noqa: E402
import rig as rigs  # noqa: E402
from fixtures import NAMESPACE  # noqa: E402

PARAMS = {
    "scale": ["component=participant", "replicas=2"], "resources": ["component=participant", "cpuRequested=100m"],
    "env": ["component=participant", "name=A", "value=b"], "storage": ["size=90Gi"], "version": ["tag=0.5.12"],
    "topup": ["throughput=20000", "interval=10m"], "walletuser": ["username=tried"],
    "label": ["key=a", "value=b"], "annotate": ["key=example.com/a", "value=b"],
}
TARGETS = {"Validator": "val-0", "Participant": "par-0", "SyncDomain": "sd-0", "Party": "party-0", "Backup": "backup-0"}
PLURALS = {"Validator": "validators", "Participant": "participants", "SyncDomain": "syncdomains", "Party": "parties", "Backup": "backups"}
MADE = {"backups": "Backup", "identitydumps": "IdentityDump", "walletusers": "WalletUser", "syncdomainconnections": "SyncDomainConnection"}


class Access(live.LiveCase):
    examples = False

    @classmethod
    def prepare(cls):
        cls.rig.namespace(NAMESPACE)
        for document in (fixtures.network(), fixtures.validator("val-0"), fixtures.participant("par-0"), fixtures.sync_domain("sd-0"),
                         fixtures.party("party-0"), fixtures.backup("backup-0")):
            cls.rig.apply(document)
            if "imageTag" in document["spec"]:  # a suspended twin for `resume`
                cls.rig.apply(fixtures.merged(document, {"metadata": {"name": document["metadata"]["name"] + "-s"}, "spec": {"suspend": True}}))
        cls.rig.add_user("reader-of-one", ["reader-of-one"])
        cls.rig.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "one", "namespace": NAMESPACE},
                       "rules": [{"apiGroups": [rigs.GROUP], "resources": ["validators"], "resourceNames": ["val-0"], "verbs": ["get", "patch"]}]})
        cls.rig.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "one", "namespace": NAMESPACE},
                       "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "one"},
                       "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "reader-of-one"}]})

    def catalogue(self, kind):
        return self.qd("actions", kind, "-o", "json").json

    def server_lets(self, persona, verb, plural, name, subresource=""):
        """Tried, without effect: does RBAC let this request through? (Policies and validation may still refuse it.)"""
        path = f"{self.collection(plural, NAMESPACE)}/{name}" + (f"/{subresource}" if subresource else "")
        if verb == "patch":
            reply = self.rig.request("PATCH", path + "?dryRun=All", {"metadata": {"annotations": {"example.com/tried": "yes"}}}, context=persona)
        elif verb == "delete":
            reply = self.rig.request("DELETE", path + "?dryRun=All", context=persona)
        elif verb == "create":
            reply = self.rig.request("POST", self.collection(plural, NAMESPACE) + "?dryRun=All", {
                "apiVersion": fixtures.API_VERSION, "kind": MADE.get(plural) or next(k for k, p in PLURALS.items() if p == plural), "metadata": {"name": "tried"}, "spec": {}}, context=persona)
        else:
            self.fail(f"the catalogue asks for the verb {verb}, which this test cannot try")
        return not (reply.status == 403 and "cannot " + verb in reply.message)

    def parameters(self, action, kind, name):
        if action["id"] in PARAMS:
            given = list(PARAMS[action["id"]])
            component = next((p for p in action["params"] if p["name"] == "component" and p.get("values")), None)
            return [f"component={component['values'][0]}" if g.startswith("component=") and component else g for g in given]
        if action["id"] in ("edit", "create"):
            path = os.path.join(self.home, f"{action['id']}-{kind}.json")
            document = json.loads(self.rig.kubectl("get", PLURALS[kind], name, "-n", NAMESPACE, "-o", "json"))
            document["metadata"].setdefault("labels", {})["edited"] = "yes"
            if action["id"] == "create":
                document["metadata"] = {"name": "new-" + name, "namespace": NAMESPACE}
                document.pop("status", None)
            with open(path, "w") as out:
                json.dump(document, out)
            return [f"file={path}"]
        return None if any(p["required"] for p in action["params"]) else []

    def test_every_action_of_every_persona(self):
        tried, refused = 0, 0
        for kind, usual in TARGETS.items():
            for action in self.catalogue(kind):
                name = usual + "-s" if action["id"] == "resume" else usual
                params = self.parameters(action, kind, name)
                if params is None:
                    continue
                target = f"{PLURALS[kind]}/" + ("new-" + name if action["id"] == "create" else name)
                for persona in rigs.PERSONAS:
                    with self.subTest(f"{persona} {action['id']} {target}"):
                        right = action["right"]
                        self.assertIn(right["resource"], MADE if right["verb"] == "create" and action["id"] != "create" else (PLURALS[kind],))
                        allowed = self.server_lets(persona, right["verb"], right["resource"], name, right.get("subresource", ""))
                        ran = self.qd("-n", NAMESPACE, "do", action["id"], target, *params, "--dry-run", "--confirm", name, "-o", "json", context=persona, code=None)
                        tried += 1
                        if "nothing to change" in ran.out:
                            continue  # it stands so already: nothing is sent, whoever asks
                        if allowed:
                            self.assertNotEqual(ran.code, live.FORBIDDEN, f"the server would let {persona} do it: {ran}")
                            if "already" not in ran.out + ran.err and action["id"] not in ("cancel", "trigger", "delete"):
                                self.assertEqual(ran.code, live.DONE, str(ran))
                        else:
                            refused += 1
                            self.assertEqual(ran.code, live.FORBIDDEN, f"the server would refuse {persona}: {ran}")
                            # A guarded delete sets its annotation first, and that right may be the one that is missing.
                            verb = "patch" if action["id"] == "delete" and kind != "Party" and "delete" not in ran.out + ran.err else right["verb"]
                            self.assertSays(ran, verb, right["resource"])
        self.assertGreater(tried, 120)
        self.assertGreater(refused, 15)
        print(f"{tried} actions tried as {len(rigs.PERSONAS)} personas, {refused} of them refused, as the server does", file=sys.stderr)

    def test_refused_means_nothing_was_sent(self):
        before = len(self.rig.audit_events(user="viewer"))
        self.qd("-n", NAMESPACE, "do", "label", "validators/val-0", "key=a", "value=b", "--yes", "-o", "json", context="viewer", code=live.FORBIDDEN)
        self.assertEqual(len(self.rig.audit_events(user="viewer")), before, "the access review came first")

    def test_allowed_is_carried_out(self):
        for persona, target in (("node-operator", "validators/val-0"), ("platform-admin", "backups/backup-0"), ("ledger-operator", "parties/party-0")):
            with self.subTest(persona):
                said = self.qd("-n", NAMESPACE, "do", "label", target, "key=by", f"value={persona}", "--yes", "-o", "json", context=persona).json
                self.assertIn(said["outcome"], ("settled", "applied"))
                plural, name = target.split("/")
                found = self.get(plural, NAMESPACE, name)
                self.assertEqual(found["metadata"]["labels"]["by"], persona)
                self.assertEqual(found["metadata"]["annotations"][f"{rigs.GROUP}/requested-by"], self.rig.user_of(persona))

    def test_resource_names(self):
        """A right on one object by name: list is refused, the object itself can be changed."""
        said = self.qd("-n", NAMESPACE, "do", "label", "validators/val-0", "key=x", "value=y", "--yes", "-o", "json", context="reader-of-one").json
        self.assertIn(said["outcome"], ("settled", "applied"))
        ran = self.qd("-n", NAMESPACE, "do", "restart", "validators/val-9", "--yes", "-o", "json", context="reader-of-one", code=None)
        self.assertIn(ran.code, (live.FORBIDDEN, live.FAILED), str(ran))
        self.qd("-n", NAMESPACE, "watch", "validators", "--until-synced", "-o", "json", context="reader-of-one", code=live.FORBIDDEN, timeout=30)
        # a bridge is a role and a connection: the right to the one is not enough, and nothing is sent
        ran = self.qd("-n", NAMESPACE, "do", "bridge", "validators/val-0", "domain=harbor", "--yes", "--confirm", "val-0", "-o", "json",
                      context="reader-of-one", code=live.FORBIDDEN)
        self.assertSays(ran, "create syncdomainconnections")
        self.assertNotEqual(self.get("validators", NAMESPACE, "val-0")["spec"].get("role"), "Bridge")

    def test_impersonation_counts(self):
        ran = self.qd("-n", NAMESPACE, "do", "label", "validators/val-0", "key=a", "value=b", "--yes", "--as", "eve", "--as-group", "qd:viewer", code=live.FORBIDDEN)
        self.assertSays(ran, "patch", "validators")
        ran = self.qd("-n", NAMESPACE, "do", "label", "validators/val-0", "key=imp", "value=b", "--yes", "-o", "json", "--as", "olga", "--as-group", "qd:node-operator")
        self.assertEqual(self.get("validators", NAMESPACE, "val-0")["metadata"]["annotations"][f"{rigs.GROUP}/requested-by"], "olga")
        ran = self.qd("doctor", "--as", "eve", context="viewer", code=live.FORBIDDEN)
        self.assertSays(ran, "impersonate")

    def test_actions_are_data(self):
        every = self.qd("actions", "-o", "json").json
        ids = {a["id"] for a in every}
        self.assertLessEqual({"scale", "resources", "env", "storage", "restart", "suspend", "resume", "version", "label", "annotate", "edit", "create", "delete"}, ids)
        for action in every:
            self.assertIn(action["danger"], ("routine", "disruptive", "destructive"))
            self.assertLessEqual({"id", "title", "keys", "kinds", "params", "right", "danger"}, action.keys())
            for right in [action["right"], *action["also"]]:
                self.assertLessEqual({"verb", "group", "resource", "subresource"}, right.keys())
            for param in action["params"]:
                self.assertLessEqual({"name", "type", "required", "values"}, param.keys())
        self.assertEqual(next(a for a in every if a["id"] == "delete")["danger"], "destructive")
        self.assertEqual([r["verb"] + " " + r["resource"] for r in next(a for a in every if a["id"] == "bridge")["also"]], ["create syncdomainconnections"])


if __name__ == "__main__":
    live.main()
