#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""resources/ against a real kube-apiserver: the definitions and their rules, the examples, the kinds table, policies and roles.

A bad example says in its head which field the server must name and what it must say:
  # expect-field: spec.hint
  # expect-message: must not contain ::
A bad example of two documents creates the first (with its status, if it has one) and is refused when it is updated to the second.
"""

import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import badexamples  # noqa: E402
from resourcefiles import (FOLDER, KINDS, PLURAL, at, contains, definitions, expectation, files, fits, load,  # noqa: E402
                           references, schema_of, value, walk, yaml)
from rig import API, GROUP, VERSION, Rig, RigMissing, main_or_skip  # noqa: E402

NAMESPACE = "examples"

NODES = ("validators", "participants", "supervalidators", "syncdomains")
STATES = {"ready", "progressing", "provisioning", "updating", "degraded", "failed", "suspended", "deleting", "unknown", "notBegun",
          "succeeded", "cancelled", "waiting"}
PANES = {"nodes", "parties", "users", "dars", "applications", "identity", "backups", "upgrades", "map", "none"}

rig = None   # the running control plane, see main


def url(document, query="", name=True, sub=""):
    meta = document["metadata"]
    path = f"{API}/namespaces/{meta['namespace']}/{PLURAL[document['kind']]}"
    return path + (f"/{meta['name']}" if name else "") + sub + query


class Definitions(unittest.TestCase):
    def test_files_are_what_the_generator_writes(self):
        done = subprocess.run([sys.executable, os.path.join(FOLDER, "crds", "generate.py"), "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_kind_of_the_design_is_served(self):
        served = {c["spec"]["names"]["kind"]: c for c in
                  rig.want("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"] if c["spec"]["group"] == GROUP}
        self.assertEqual(sorted(served), sorted(kind for kind, _, _ in KINDS))
        for kind, plural, short in KINDS:
            with self.subTest(kind):
                names = served[kind]["spec"]["names"]
                self.assertEqual((names["plural"], names["singular"], names["shortNames"], names["categories"]),
                                 (plural, kind.lower(), [short], ["canton"]))
                self.assertEqual(served[kind]["spec"]["scope"], "Namespaced")
                state = {c["type"]: c["status"] for c in served[kind]["status"]["conditions"]}
                self.assertEqual(state.get("Established"), "True")
                self.assertEqual(state.get("NamesAccepted"), "True")
                self.assertNotEqual(state.get("NonStructuralSchema"), "True")
                version, = served[kind]["spec"]["versions"]
                self.assertEqual(version["name"], VERSION)
                self.assertIn("status", version["subresources"])
                columns = version["additionalPrinterColumns"]
                self.assertIn("Age", [c["name"] for c in columns])
                for column in columns:   # a path that leads nowhere is an empty column for ever
                    if not column["jsonPath"].startswith(".metadata."):
                        self.assertIn("type", at(version["schema"]["openAPIV3Schema"], column["jsonPath"].replace(".", "/")), column["name"])

    def test_every_field_is_described_and_bounded(self):
        for kind, definition in definitions().items():
            for path, schema in walk(schema_of(definition)):
                if path in ("", ".apiVersion", ".kind", ".metadata", ".metadata.name") or path.endswith(("[]", "{}")):
                    continue
                with self.subTest(kind + path):
                    self.assertTrue(schema.get("description"), "no description")
                    if schema["type"] == "string":
                        self.assertIn("maxLength", schema)
                    if schema["type"] == "array":
                        self.assertIn("maxItems", schema)
                        self.assertIn(schema["x-kubernetes-list-type"], ("atomic", "set", "map"))

    def test_every_status_has_the_base(self):
        base = {"observedGeneration", "phase", "conditions", "message", "lastReconcileTime", "retry", "handledRequests"}
        for kind, definition in definitions().items():
            with self.subTest(kind):
                status = schema_of(definition)["properties"]["status"]["properties"]
                self.assertLessEqual(base, set(status))
                self.assertEqual(status["conditions"]["x-kubernetes-list-map-keys"], ["type"])
                self.assertEqual(set(status["handledRequests"]["properties"]), {"restart", "reconcile", "trigger"})

    def test_rules_keep_to_the_closed_subset(self):
        """architecture.md: select, index, has, in, ?:, logic, comparison, size, matches, all/exists, oldSelf, quantity, url."""
        allowed = {"has", "size", "matches", "all", "exists", "quantity", "compareTo", "isURL", "url", "getScheme", "getHost"}
        for kind, definition in definitions().items():
            for path, schema in walk(schema_of(definition)):
                for rule in schema.get("x-kubernetes-validations", []):
                    plain = re.sub(r"'[^']*'", "''", rule["rule"])
                    with self.subTest(kind + path, rule=rule["rule"]):
                        self.assertLessEqual(set(re.findall(r"([A-Za-z]\w*)\(", plain)), allowed)
                        self.assertNotRegex(plain, r"[-+*/%]")


class Examples(unittest.TestCase):
    def test_each_kind_has_a_good_example_the_server_takes(self):
        seen = []
        for path in files("examples", "good", "*.yaml"):
            document, = load(path)
            with self.subTest(os.path.basename(path)):
                self.assertEqual(os.path.basename(path), document["kind"].lower() + ".yaml")
                seen.append(document["kind"])
                for query in ("?fieldValidation=Strict&dryRun=All", "?fieldValidation=Strict"):
                    reply = rig.request("POST", url(document, query, name=False), document)
                    self.assertEqual(reply.status, 201, reply.message)
                    self.assertIsNone(reply.headers.get("Warning"))
        self.assertEqual(sorted(seen), sorted(PLURAL))

    def test_each_bad_example_is_refused_at_its_field(self):
        paths = files("examples", "bad", "*.yaml")
        self.assertGreater(len(paths), 100)
        for path in paths:
            with self.subTest(os.path.basename(path)):
                self.refused(path)

    def refused(self, path):
        field, message = expectation(path)
        documents = load(path)
        self.assertTrue(os.path.basename(path).startswith(documents[0]["kind"].lower() + "-"))
        if len(documents) == 1:
            reply = rig.request("POST", url(documents[0], "?fieldValidation=Strict", name=False), documents[0])
        else:
            reply = self.update(*documents)
        self.assertEqual(reply.status, 422, reply.message)
        causes = reply.json["details"]["causes"]
        self.assertTrue([c for c in causes if c["field"] == field and message in c["message"]],
                        f"wanted {field}: {message}\ngot " + "\n    ".join(f"{c['field']}: {c['message']}" for c in causes))
        others = [c for c in causes if c["field"] != field and not c["message"].startswith("some validation rules were not checked")
                  and c["field"] != "<nil>"]
        self.assertFalse(others, "the example has more than the one fault")

    def update(self, first, second):
        status = first.pop("status", None)
        made = rig.request("POST", url(first, "?fieldValidation=Strict", name=False), first)
        self.assertEqual(made.status, 201, made.message)
        if status:
            reply = rig.request("PATCH", url(first, sub="/status"), {"status": status})
            self.assertEqual(reply.status, 200, reply.message)
            made = reply
        second["metadata"]["resourceVersion"] = made.json["metadata"]["resourceVersion"]
        return rig.request("PUT", url(second, "?fieldValidation=Strict"), second)

    def test_each_rule_of_each_kind_has_a_bad_example(self):
        """At its own place of its own kind: a file of examples/bad, else one made from the good example, which the server refuses."""
        told = {}
        for path in files("examples", "bad", "*.yaml"):
            field, message = expectation(path)
            told.setdefault((os.path.basename(path).split("-")[0], re.sub(r"\[[^\]]*\]", "[]", field)), []).append(message)
        rules = [(kind, definition, path, rule) for kind, definition in definitions().items()
                 for path, schema in walk(schema_of(definition)) for rule in schema.get("x-kubernetes-validations", [])]
        generated = 0
        for kind, definition, path, rule in rules:
            place = (path + rule.get("fieldPath", "")).strip(".").replace("{}", "[]")
            if any(message in rule["message"] for message in told.get((kind.lower(), place), [])):
                continue
            generated += 1
            with self.subTest(kind + path, field=rule.get("fieldPath"), message=rule["message"]):
                documents = badexamples.made(kind, definition, path, rule, f"made-{generated}", NAMESPACE)
                self.assertTrue(documents, "no bad example for this rule")
                if len(documents) == 1:
                    reply = rig.request("POST", url(documents[0], "?fieldValidation=Strict&dryRun=All", name=False), documents[0])
                else:
                    reply = self.update(*documents)
                self.assertEqual(reply.status, 422, reply.message)
                field = badexamples.field_of(path, rule)   # the message follows the value, where there is one
                self.assertTrue([c for c in reply.json["details"]["causes"] if c["field"] == field and c["message"].endswith(rule["message"])],
                                f"wanted {field}: {rule['message']}\ngot {reply.message}")
        print(f"{len(rules)} rules, {len(rules) - generated} with a file, {generated} made from the good example")


class Cron(unittest.TestCase):
    UNIX = ("* * * * *", "*/15 0-6,22 1 JAN-MAR 1-5", "0 0 1 1 0", "5 4 * * SUN", "0 */4 * * *", "59 23 31 12 7")
    QUARTZ = ("0 /10 * * * ?", "0 0 2 * * ?", "0 0 2 ? * SAT", "0 0/5 14,18 * * ?", "0 15 10 L * ?", "0 15 10 ? * 6L", "0 0 2 LW * ?",
              "0 15 10 ? * 6#3", "0 0 12 1/5 * ?")
    NEITHER = ("60 * * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "* * * *", "* * * * * *", "@daily", "1- * * * *", " 0 3 * * *",
               "0 0 2 * * * ?", "0 0 24 * * ?", "0 60 * * * ?", "0 0 2 ? * ?", "0 0 2 ? * 0", "? 0 2 * * *")

    def takes(self, kind, line):
        document, = load(os.path.join(FOLDER, "examples", "good", kind.lower() + ".yaml"))
        document["metadata"]["name"] = "cron"
        document["spec"]["cron"] = line
        return rig.request("POST", url(document, "?dryRun=All", name=False), document).status == 201

    def test_each_kind_takes_its_own_dialect(self):
        for line in self.UNIX + self.QUARTZ + self.NEITHER:
            with self.subTest(line):
                self.assertEqual(self.takes("IdentityDumpSchedule", line), line in self.UNIX)
                self.assertEqual(self.takes("PruningSchedule", line), line in self.QUARTZ)


class RunOnce(unittest.TestCase):
    """After its start a run-once object takes exactly the changes resources.md names."""

    def started(self, kind, phase, **spec):
        document, = load(os.path.join(FOLDER, "examples", "good", kind.lower() + ".yaml"))
        document["metadata"]["name"] = "started-" + kind.lower()
        document["spec"].update(spec)
        rig.want("POST", url(document, name=False), document)
        rig.want("PATCH", url(document, sub="/status"), {"status": {"phase": phase}})
        return document

    def accepts(self, document, change):
        reply = rig.request("PATCH", url(document, "?fieldValidation=Strict"), {"spec": change})
        self.assertEqual(reply.status, 200, f"{change}: {reply.message}")

    def test_backup(self):
        document = self.started("Backup", "Running")
        for change in ({"cancel": True}, {"verify": True}, {"retention": {"hold": False}}):
            self.accepts(document, change)

    def test_topology_change(self):
        self.accepts(self.started("TopologyChange", "AwaitingSignatures"), {"authorize": {"approved": True, "by": "mira.koenig"}})

    def test_upgrade(self):
        document = self.started("Upgrade", "AwaitingApproval")
        for change in ({"paused": True}, {"promotion": {"approvedBy": "mira.koenig"}}, {"rollback": {"toRevision": "0.4.15"}},
                       {"abort": True}):
            self.accepts(document, change)

    def test_everything_else_is_fixed(self):
        free = {"Backup": {"cancel", "verify"}, "Restore": set(), "IdentityDump": set(), "TopologyChange": {"authorize"},
                "ValidatorOnboarding": set(), "Upgrade": {"paused", "abort", "promotion", "rollback"}}
        for kind, names in free.items():
            schema = schema_of(definitions()[kind])
            fixed = {r["fieldPath"].removeprefix(".spec.") for r in schema["x-kubernetes-validations"] if "has started" in r["message"]}
            self.assertEqual(fixed, set(schema["properties"]["spec"]["properties"]) - names, kind)

    def test_before_the_start_everything_may_change(self):
        document = self.started("IdentityDump", "Pending")
        self.accepts(document, {"retain": False})


class Consortium(unittest.TestCase):
    def test_spec_and_status_are_kept_whole(self):
        documents = [d for path in files("examples", "consortium", "*.yaml") for d in load(path)]
        rig.load_examples()
        kinds = set()
        for document in documents:
            if document["kind"] == "Namespace":
                continue
            kinds.add(document["kind"])
            with self.subTest(f"{document['kind']}/{document['metadata']['name']}"):
                stored = rig.want("GET", url(document))
                self.assertEqual(stored.get("status"), document.get("status"))
                self.assertTrue(contains(stored["spec"], document["spec"]))
                self.assertEqual(stored["metadata"]["generation"], 1)
        self.assertEqual(kinds, set(PLURAL))

    def test_only_the_one_node_disagrees(self):
        rows = {row["kind"]: row for row in load(os.path.join(FOLDER, "kinds.yaml"))[0]["kinds"] if row["group"] == GROUP}
        found = []
        for document in (d for path in files("examples", "consortium", "*.yaml") for d in load(path)):
            for pair in rows.get(document["kind"], {}).get("declaredReported", []):
                declared, reported = value(document, pair["declared"]), value(document, pair["reported"])
                if None not in (declared, reported) and declared != reported:
                    found.append((document["metadata"]["name"], pair["id"], declared, reported))
        self.assertEqual(found, [("northgate-validator-2", "version", "0.4.15", "0.4.14")])

    def test_names_refer_to_what_is_there(self):
        """Every reference to a node, network, domain, party or DAR of the consortium leads somewhere."""
        documents = [d for path in files("examples", "consortium", "*.yaml") for d in load(path)]
        there = {(d["kind"], d["metadata"].get("namespace"), d["metadata"]["name"]) for d in documents}
        for document in documents:
            for kind, namespace, name in references(document.get("spec", {}), document["metadata"].get("namespace")):
                with self.subTest(f"{document['kind']}/{document['metadata']['name']}", to=f"{kind}/{name}"):
                    self.assertIn((kind, namespace, name), there)


class Policies(unittest.TestCase):
    MARK = GROUP + "/confirm-delete"

    def node(self, kind, name, namespace="guarded", annotations=None):
        rig.namespace(namespace)
        document, = load(os.path.join(FOLDER, "examples", "good", kind.lower() + ".yaml"))
        document["metadata"] = {"name": name, "namespace": namespace, "annotations": annotations or {}}
        rig.want("POST", url(document, name=False), document)
        self.wait_for_policy(document)
        return document

    def wait_for_policy(self, document):
        """Policies come into force a moment after they are written."""
        for _ in range(200):
            if rig.request("DELETE", url(document, "?dryRun=All")).status == 403 or document["metadata"]["annotations"]:
                return

    def test_a_node_is_deleted_only_when_confirmed(self):
        for kind in ("Validator", "Participant", "SuperValidator", "SyncDomain"):
            with self.subTest(kind):
                document = self.node(kind, "keep-me")
                for mark in (None, "", "keep", "true"):
                    if mark is not None:
                        rig.want("PATCH", url(document), {"metadata": {"annotations": {self.MARK: mark}}})
                    reply = rig.request("DELETE", url(document))
                    self.assertEqual(reply.status, 403, reply.message)
                    self.assertIn("deleting the node keep-me is not confirmed: first set the annotation "
                                  "canton.quarterdeck.io/confirm-delete to keep-me", reply.message)
                rig.want("PATCH", url(document), {"metadata": {"annotations": {self.MARK: "keep-me"}}})
                self.assertEqual(rig.request("DELETE", url(document)).status, 200)
                self.assertEqual(rig.request("GET", url(document)).status, 404)

    def test_a_collection_is_guarded_too(self):
        document = self.node("Validator", "one-of-many", namespace="guarded-collection")
        reply = rig.request("DELETE", url(document, name=False))
        self.assertEqual(reply.status, 403, reply.message)
        self.assertEqual(rig.request("GET", url(document)).status, 200)

    def test_the_cluster_itself_may_clean_up(self):
        for user in ("namespace-controller", "generic-garbage-collector"):
            document = self.node("Validator", "going-with-its-namespace", namespace="guarded-cleanup")
            headers = {"Impersonate-User": "system:serviceaccount:kube-system:" + user, "Impersonate-Group": "system:masters"}
            self.assertEqual(rig.request("DELETE", url(document), headers=headers).status, 200)

    def test_a_namespace_of_an_environment_is_guarded(self):
        path = "/api/v1/namespaces/guarded-environment"
        rig.want("POST", "/api/v1/namespaces", {"metadata": {"name": "guarded-environment", "labels": {GROUP + "/environment": "test"}}})
        for _ in range(200):
            reply = rig.request("DELETE", path + "?dryRun=All")
            if reply.status == 403:
                break
        self.assertIn("deleting the namespace guarded-environment would delete its Canton nodes", reply.message)
        rig.want("PATCH", path, {"metadata": {"annotations": {self.MARK: "guarded-environment"}}})
        self.assertEqual(rig.request("DELETE", path).status, 200)

    def test_a_floating_tag_is_warned_about(self):
        document, = load(os.path.join(FOLDER, "examples", "good", "validator.yaml"))
        document["metadata"] = {"name": "floating", "namespace": NAMESPACE}
        document["spec"]["imageTag"] = "latest"
        for _ in range(200):
            reply = rig.request("POST", url(document, "?dryRun=All", name=False), document)
            if reply.headers.get("Warning"):
                break
        self.assertEqual(reply.status, 201)
        self.assertIn("latest names a different image from day to day", reply.headers["Warning"])

    def test_other_kinds_are_not_guarded(self):
        document = self.free()
        self.assertEqual(rig.request("DELETE", url(document)).status, 200)

    def free(self):
        document, = load(os.path.join(FOLDER, "examples", "good", "party.yaml"))
        document["metadata"] = {"name": "not-guarded", "namespace": NAMESPACE}
        return rig.want("POST", url(document, name=False), document)


# Who may do what: V viewer, L ledger-operator, N node-operator, R recovery-operator, A upgrade-approver, S security-admin,
# P platform-admin, O operator.
ROLES = {"V": "viewer", "L": "ledger-operator", "N": "node-operator", "R": "recovery-operator", "A": "upgrade-approver",
         "S": "security-admin", "P": "platform-admin", "O": "operator"}
MATRIX = """
list     validators            VLNRASPO
watch    parties               VLNRASPO
get      upgrades              VLNRASPO
create   validators            NP
patch    validators            NPO
delete   supervalidators       NP
patch    syncdomains           NPO
create   cantonnetworks        NP
create   syncdomainconnections NP
create   pruningschedules      NP
create   parties               LP
patch    ledgerusers           LPO
delete   walletusers           LP
create   darpackages           LP
patch    dardeployments        LPO
create   applications          LP
create   backups               RPO
delete   backups               RPO
create   backupschedules       RP
create   restores              RP
create   identitydumps         RPO
create   identitydumpschedules RP
create   upgrades              NP
patch    upgrades              APO
create   identityproviderconfigs SP
patch    kmsconfigs            SPO
create   walletproviders       SP
create   validatoronboardings  SP
patch    topologychanges       SPO
patch    validators/status     O
update   parties/status        O
update   upgrades/finalizers   O
deletecollection validators    P
get      core:secrets          RPO
create   core:secrets          PO
get      core:pods             VLNRASPO
get      core:pods/log         VLNRASP
create   core:pods/portforward NP
create   core:configmaps       LPO
delete   core:pods             O
get      argoproj.io:applications VLNRASP
patch    argoproj.io:applications P
create   postgresql.cnpg.io:backups RPO
"""


class Roles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for role in ROLES.values():
            rig.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "test-" + role},
                       "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "quarterdeck-" + role},
                       "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "test:" + role}]})

    def allowed(self, role, verb, what):
        group, _, resource = what.rpartition(":")
        resource, _, sub = resource.partition("/")
        attributes = {"namespace": NAMESPACE, "verb": verb, "group": {"": GROUP, "core": ""}.get(group, group), "resource": resource,
                      "subresource": sub}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
                  "spec": {"user": "somebody", "groups": ["test:" + role], "resourceAttributes": attributes}}
        return rig.want("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)["status"]["allowed"]

    def test_matrix(self):
        self.wait_for_bindings()
        for verb, what, who in (line.split() for line in MATRIX.strip().splitlines()):
            with self.subTest(f"{verb} {what}"):
                self.assertEqual("".join(key for key, role in ROLES.items() if self.allowed(role, verb, what)), who)

    def wait_for_bindings(self):
        for _ in range(200):
            if all(self.allowed(role, "list", "validators") for role in ROLES.values()):
                return

    def test_tried_by_the_personas(self):
        document, = load(os.path.join(FOLDER, "examples", "good", "party.yaml"))
        document["metadata"] = {"name": "tried", "namespace": NAMESPACE}
        path = url(document, "?dryRun=All", name=False)
        self.assertEqual(rig.request("POST", path, document, context="viewer").status, 403)
        self.assertEqual(rig.request("POST", path, document, context="node-operator").status, 403)
        self.assertEqual(rig.request("POST", path, document, context="ledger-operator").status, 201)
        reply = rig.request("PATCH", f"{API}/namespaces/{NAMESPACE}/cantonnetworks/none/status", {"status": {}}, context="platform-admin")
        self.assertEqual(reply.status, 403, "nobody but the operator writes a status")

    def test_kubectl_agrees(self):
        for role, answer in (("viewer", "no"), ("ledger-operator", "yes")):
            done = rig.kubectl("auth", "can-i", "create", f"parties.{GROUP}", "-n", NAMESPACE, "--as=somebody",
                               f"--as-group=qd:{role}", check=False)
            self.assertEqual(done.stdout.strip(), answer)


class KindsTable(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        document, = load(os.path.join(FOLDER, "kinds.yaml"))
        assert document["schema"] == 1
        cls.rows = document["kinds"]
        cls.own = {row["kind"]: row for row in cls.rows if row["group"] == GROUP}

    def test_rows_agree_with_the_definitions(self):
        self.assertEqual(sorted(self.own), sorted(kind for kind, _, _ in KINDS))
        for kind, definition in definitions().items():
            row, names = self.own[kind], definition["spec"]["names"]
            self.assertEqual((row["version"], row["plural"], row["singular"], row["short"]),
                             (VERSION, names["plural"], names["singular"], names["shortNames"]))

    def test_every_pointer_leads_to_a_field_of_its_type(self):
        for kind, row in self.own.items():
            schema = schema_of(definitions()[kind])
            for column in row["columns"]:
                with self.subTest(kind, column=column["id"]):
                    self.assertTrue(fits(column, at(schema, column["pointer"])), column["pointer"])
                    want = {"spec": "declared", "status": "reported", "metadata": "metadata"}[column["pointer"].split("/")[1]]
                    self.assertEqual(column["source"], want)
            for pair in row.get("declaredReported", []):
                with self.subTest(kind, pair=pair["id"]):
                    declared, reported = at(schema, pair["declared"]), at(schema, pair["reported"])
                    self.assertEqual(declared["type"], reported["type"])
                    self.assertTrue(pair["declared"].startswith("/spec/") and pair["reported"].startswith("/status/"))
            self.assertEqual(at(schema, row["phase"])["type"], "string")
            if row.get("network", "/metadata/name") != "/metadata/name":
                self.assertEqual(at(schema, row["network"])["type"], "string")

    def test_every_phase_of_a_kind_has_a_state(self):
        for kind, row in self.own.items():
            text = schema_of(definitions()[kind])["properties"]["status"]["properties"]["phase"]["description"]
            phases = re.fullmatch(r"Summary for people: (.*)\. A newer operator may report others\.", text).group(1).split(", ")
            self.assertEqual(set(row["phases"]), set(phases), kind)

    def test_words_are_known(self):
        types = set("text integer number boolean quantity time list count ready left ref".split())
        seen = set()
        for row in self.rows:
            with self.subTest(row["group"] + "/" + row["kind"]):
                self.assertLessEqual(set(row["phases"].values()), STATES)
                self.assertIn(row["pane"], PANES)
                self.assertIn(row["watch"], ("eager", "onDemand"))
                self.assertLessEqual({c["type"] for c in row["columns"]}, types)
                ids = [c["id"] for c in row["columns"]]
                self.assertEqual(len(ids), len(set(ids)))
                self.assertFalse(set(ids) & {"name", "namespace", "phase", "age", "network"})
                self.assertNotIn((row["group"], row["plural"]), seen)
                seen.add((row["group"], row["plural"]))
                self.assertTrue(os.path.exists(os.path.join(FOLDER, "icons", row["icon"] + ".svg")) or not files("icons", "*.svg"))

    def test_the_nodes_share_their_columns(self):
        widths = {}
        for plural in NODES:
            row = next(r for r in self.own.values() if r["plural"] == plural)
            self.assertEqual(row["pane"], "nodes")
            for column in row["columns"]:
                shape = (column["title"] if column["id"] != "role" else "Role", column["type"], column["width"], column.get("optional", False))
                self.assertEqual(widths.setdefault(column["id"], shape), shape, f"{plural} {column['id']}")


def main():
    global rig
    if yaml is None:
        raise RigMissing("PyYAML is not there; install the package python3-yaml")
    with Rig() as rig:
        rig.install()
        rig.namespace(NAMESPACE)
        return 0 if unittest.main(exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main_or_skip(main))
