# SPDX-License-Identifier: GPL-3.0-or-later
"""The same life told of every kind both servers have: made, read in every form, changed in every way, refused, deleted."""

import copy
import json

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIALS = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
MERGE, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"
STRATEGIC, APPLY = "application/strategic-merge-patch+json", "application/apply-patch+yaml"

POD_SPEC = {"containers": [{"name": "c", "image": "example.com/c:1", "ports": [{"containerPort": 80, "name": "http"}],
                            "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                            "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}}}]}
TEMPLATE = {"metadata": {"labels": {"app": "a"}}, "spec": POD_SPEC}
SELECTOR = {"matchLabels": {"app": "a"}}

# apiVersion, kind, plural, namespaced, the rest of the object.
BUILTIN = [
    ("v1", "ConfigMap", "configmaps", True, {"data": {"a": "b"}}),
    ("v1", "Secret", "secrets", True, {"type": "Opaque", "data": {"a": "Yg=="}, "stringData": {"c": "d"}}),
    ("v1", "Service", "services", True, {"spec": {"selector": {"app": "a"}, "ports": [{"name": "http", "port": 80}]}}),
    ("v1", "ServiceAccount", "serviceaccounts", True, {}),
    ("v1", "Pod", "pods", True, {"spec": POD_SPEC}),
    ("v1", "PersistentVolumeClaim", "persistentvolumeclaims", True,
     {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}),
    ("v1", "Event", "events", True, {"involvedObject": {"kind": "Pod", "name": "p", "namespace": "{ns}"}, "reason": "Tried", "message": "it did",
                                     "type": "Normal", "source": {"component": "test"}, "count": 1, "firstTimestamp": "2026-11-01T10:00:00Z",
                                     "lastTimestamp": "2026-11-01T10:00:00Z"}),
    ("v1", "Node", "nodes", False, {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}}),
    ("apps/v1", "Deployment", "deployments", True, {"spec": {"selector": SELECTOR, "template": TEMPLATE}}),
    ("apps/v1", "StatefulSet", "statefulsets", True, {"spec": {"serviceName": "s", "selector": SELECTOR, "template": TEMPLATE}}),
    ("apps/v1", "ReplicaSet", "replicasets", True, {"spec": {"selector": SELECTOR, "template": TEMPLATE}}),
    ("batch/v1", "Job", "jobs", True, {"spec": {"suspend": True, "template": {"spec": dict(POD_SPEC, restartPolicy="Never")}}}),
    ("batch/v1", "CronJob", "cronjobs", True, {"spec": {"schedule": "0 0 * * *", "suspend": True, "jobTemplate": {
        "spec": {"template": {"spec": dict(POD_SPEC, restartPolicy="Never")}}}}}),
    ("coordination.k8s.io/v1", "Lease", "leases", True, {"spec": {"holderIdentity": "me", "leaseDurationSeconds": 15,
                                                                  "renewTime": "2026-11-01T10:00:00.000000Z"}}),
    ("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", True, {"addressType": "IPv4", "endpoints": [{"addresses": ["10.1.1.1"]}],
                                                                      "ports": [{"name": "http", "port": 80}]}),
    ("networking.k8s.io/v1", "Ingress", "ingresses", True, {"spec": {"defaultBackend": {"service": {"name": "s", "port": {"number": 80}}}}}),
    ("rbac.authorization.k8s.io/v1", "Role", "roles", True, {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", True, {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "jane"}]}),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", False, {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", False, {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "r"},
        "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "g"}]}),
]


# A watch takes the second it asked for: three kinds stand for all.
WATCHED = ("configmaps", "pods", "parties")


def base_of(api_version):
    return "/api/v1" if api_version == "v1" else "/apis/" + api_version


class Subject:
    """A kind and a good object of it."""

    def __init__(self, api_version, kind, plural, namespaced, rest, name=None):
        self.api_version, self.kind, self.plural, self.namespaced, self.rest = api_version, kind, plural, namespaced, rest
        self.custom = api_version.startswith("canton.")
        self.path = base_of(api_version) + ("/namespaces/{ns}" if namespaced else "") + "/" + plural
        self.name = name or "thing-" + plural

    def object(self, ns, name=None, **metadata):
        text = json.dumps({"apiVersion": self.api_version, "kind": self.kind, **copy.deepcopy(self.rest)}).replace("{ns}", ns)
        made = json.loads(text)
        made["metadata"] = {**made.get("metadata", {}), "name": name or self.name, **metadata}
        if self.namespaced:
            made["metadata"]["namespace"] = ns
        return made


def subjects(examples, resources):
    """The built-in ones and one of each of ours, from the examples."""
    found = [Subject(*one) for one in BUILTIN]
    seen = set()
    for document in examples:
        if document["kind"] in seen or not document["apiVersion"].startswith("canton."):
            continue
        seen.add(document["kind"])
        plural, namespaced = resources[document["kind"]]
        rest = {k: v for k, v in document.items() if k not in ("apiVersion", "kind", "metadata", "status")}
        subject = Subject(document["apiVersion"], document["kind"], plural, namespaced, rest, document["metadata"]["name"])
        subject.status = document.get("status")
        found.append(subject)
    return found


def life(subject):
    """The scenario of one kind."""
    def scenario(s):
        made = make(s, subject)
        read(s, subject)
        change(s, subject, made)
        remove(s, subject)
    return scenario


def make(s, k):
    good = k.object(s.ns, labels={"a": "b"})
    s.ask("POST", k.path + "?dryRun=All", good)
    s.ask("POST", k.path + "?dryRun=Some", good)
    s.ask("POST", k.path + "?fieldValidation=Never", good)
    dry = k.path + "?dryRun=All"
    s.ask("POST", dry, dict(good, kind="Other"), label="other kind")
    s.ask("POST", dry, dict(good, apiVersion="other/v1"), label="other group")
    s.ask("POST", dry, {n: v for n, v in good.items() if n != "kind"}, label="no kind")
    s.ask("POST", dry, {n: v for n, v in good.items() if n != "apiVersion"}, label="no apiVersion")
    s.ask("POST", dry, k.object("elsewhere"), label="other namespace")
    s.ask("POST", dry, k.object(s.ns, "Not_A_Name"), label="bad name")
    s.ask("POST", dry, k.object(s.ns, name="x" * 254), label="long name")
    s.ask("POST", dry, {"apiVersion": k.api_version, "kind": k.kind}, label="nothing in it")
    s.ask("POST", dry, k.object(s.ns, labels={"-a": "b"}), label="bad label")
    s.ask("POST", dry, k.object(s.ns, labels={"c": "d e"}), label="bad label")
    s.ask("POST", dry, k.object(s.ns, labels="x"), label="labels no map")
    s.ask("POST", dry, k.object(s.ns, annotations={"a": 1}), label="annotation a number")
    s.ask("POST", dry, k.object(s.ns, resourceVersion="1"), label="resourceVersion given")
    unknown = dict(k.object(s.ns, "unknown"), strange={"a": 1})
    s.ask("POST", k.path + "?fieldValidation=Strict&dryRun=All", unknown, label="unknown field")
    s.ask("POST", k.path + "?fieldValidation=Warn&dryRun=All", unknown, label="unknown field")
    s.ask("POST", k.path + "?fieldValidation=Ignore&dryRun=All", unknown, label="unknown field")
    s.ask("POST", dry, [good], label="array")
    s.ask("POST", dry, b"{", label="half a body")
    s.ask("POST", dry, b"", label="no body")
    s.ask("POST", dry, b"kind: [", type="application/yaml")
    s.ask("POST", dry, good, type="text/plain")
    made = s.ask("POST", k.path + "?fieldManager=maker", good)
    if made.status != 201:
        raise AssertionError(f"{k.kind} cannot be made: {made.json}")
    s.ask("POST", k.path, good, label="again")
    return made


def read(s, k):
    one = f"{k.path}/{k.name}"
    for accept in (None, TABLE, PARTIAL, "text/html", "application/yaml;as=Table;v=v1;g=meta.k8s.io", TABLE + ",application/json"):
        s.get(one, accept=accept)
    for query in ("?includeObject=Object", "?includeObject=None", "?includeObject=Metadata"):
        s.get(one, query, accept=TABLE)
    s.get(one, "?watch=true&timeoutSeconds=1")
    s.get(k.path + "/missing")
    s.get(k.path + "/missing", accept=TABLE)
    s.get(one + "/nothing")
    mine = f"fieldSelector=metadata.name%3D{k.name}"
    for accept in (None, TABLE, PARTIALS, PARTIAL):
        s.get(k.path, "?labelSelector=a%3Db", accept=accept)
    for query in (mine, "labelSelector=a!%3Db&limit=1&" + mine, "labelSelector=a%20in%20(b,c)", "labelSelector=a%20in", "labelSelector=%3D%3D",
                  "fieldSelector=spec.nothing%3Da", "fieldSelector=metadata.name", mine + "&resourceVersion=0", mine + "&resourceVersion=abc",
                  mine + "&resourceVersionMatch=Exact", mine + "&resourceVersion=0&resourceVersionMatch=Exact", mine + "&resourceVersion=0&resourceVersionMatch=Other",
                  mine + "&limit=abc", mine + "&limit=-1", "continue=garbage", "continue=garbage&resourceVersion=5", 
                  mine + "&sendInitialEvents=true", mine + "&timeoutSeconds=abc", mine + "&resourceVersion=99999999999"):
        s.get(k.path, "?" + query)
    if k.plural in WATCHED:
        watch(s, k, mine)
    methods(s, k, one)


def watch(s, k, mine):
    s.get(k.path, f"?watch=1&timeoutSeconds=1&resourceVersion=0&{mine}")
    s.get(k.path, "?watch=maybe&timeoutSeconds=1&resourceVersion=0&" + mine)
    for query in ("sendInitialEvents=true", "sendInitialEvents=true&resourceVersionMatch=NotOlderThan", "resourceVersionMatch=NotOlderThan",
                  "resourceVersion=abc", "labelSelector=%3D%3D", "sendInitialEvents=false&resourceVersionMatch=Exact"):
        s.get(k.path, "?watch=true&timeoutSeconds=1&" + mine + "&" + query)


def methods(s, k, one):
    s.ask("PUT", k.path, {})
    s.ask("PATCH", k.path, {})
    s.ask("POST", one, {})
    s.ask("HEAD", one)
    s.ask("OPTIONS", one)


def change(s, k, made):
    one = f"{k.path}/{k.name}"
    now = s.get(one)
    good = now.json
    bare = copy.deepcopy(good)
    del bare["metadata"]["resourceVersion"]
    s.ask("PUT", one, good, label="as it is")
    s.ask("PUT", one + "?dryRun=All", bare, label="no version")
    stale = copy.deepcopy(good)
    stale["metadata"]["resourceVersion"] = "1"
    s.ask("PUT", one, stale, label="stale")
    other = copy.deepcopy(good)
    other["metadata"]["uid"] = "11111111-1111-1111-1111-111111111111"
    s.ask("PUT", one, other, label="other uid")
    renamed = copy.deepcopy(good)
    renamed["metadata"]["name"] = "renamed"
    s.ask("PUT", one, renamed, label="other name")
    s.ask("PUT", one, dict(good, kind="Other"), label="other kind")
    if k.namespaced:
        moved = copy.deepcopy(good)
        moved["metadata"]["namespace"] = "elsewhere"
        s.ask("PUT", one, moved, label="other namespace")
    gone = copy.deepcopy(good)
    gone["metadata"]["name"] = "missing"
    s.ask("PUT", k.path + "/missing?dryRun=All", gone, label="missing")
    labelled = s.ask("GET", one, compare=False).json
    labelled["metadata"]["labels"] = {"a": "b", "c": "d"}
    s.ask("PUT", one + "?fieldManager=putter", labelled)
    patches(s, k, one)
    status(s, k, one)
    applies(s, k, one)


def patches(s, k, one):
    s.ask("PATCH", one, {"metadata": {"labels": {"e": "f"}, "annotations": {"x/y": "z"}}}, type=MERGE)
    s.ask("PATCH", one, {"metadata": {"labels": {"e": None}}}, type=MERGE)
    s.ask("PATCH", one, {"metadata": {"labels": {"e": "f"}}}, type=STRATEGIC)
    s.ask("PATCH", one, {"metadata": {"name": "renamed"}}, type=MERGE)
    s.ask("PATCH", one, {"metadata": {"namespace": "elsewhere"}}, type=MERGE)
    s.ask("PATCH", one, {"metadata": {"uid": "x"}}, type=MERGE)
    s.ask("PATCH", one, {"metadata": {"resourceVersion": "1", "labels": {"q": "r"}}}, type=MERGE)
    s.ask("PATCH", one, {"metadata": {"labels": {"q": 1}}}, type=MERGE)
    s.ask("PATCH", one, {"metadata": {"labels": None}, "kind": "Other"}, type=MERGE)
    s.ask("PATCH", one, {"strange": 1}, type=MERGE)
    s.ask("PATCH", one + "?fieldValidation=Strict", {"strange": 1}, type=MERGE)
    s.ask("PATCH", one, {}, type=MERGE, label="nothing")
    s.ask("PATCH", one, [], type=MERGE, label="array")
    s.ask("PATCH", one, b"{", type=MERGE, label="half")
    s.ask("PATCH", one, {}, type="application/json")
    s.ask("PATCH", k.path + "/missing", {"metadata": {"labels": {"a": "b"}}}, type=MERGE)
    for label, patch in (("good", [{"op": "add", "path": "/metadata/labels/j", "value": "p"}]),
                         ("test fails", [{"op": "test", "path": "/metadata/labels/j", "value": "x"}]),
                         ("no such path", [{"op": "remove", "path": "/metadata/labels/nothing"}]),
                         ("replace nothing", [{"op": "replace", "path": "/nothing/at/all", "value": 1}]),
                         ("no such operation", [{"op": "jump", "path": "/metadata/labels/j"}]),
                         ("no path", [{"op": "remove"}]), ("no patch", {"a": 1}),
                         ("moves", [{"op": "move", "from": "/metadata/labels/j", "path": "/metadata/labels/k"},
                                    {"op": "copy", "from": "/metadata/labels/k", "path": "/metadata/labels/l"}])):
        s.ask("PATCH", one, patch, type=JSON_PATCH, label=label)


def status(s, k, one):
    s.get(one + "/status")
    s.ask("PATCH", one + "/status?fieldManager=statist", {"status": getattr(k, "status", None) or {}}, type=MERGE)
    s.ask("PATCH", one + "/status", {"status": {"conditions": "x"}}, type=MERGE)
    s.ask("PATCH", one + "/status", {"metadata": {"labels": {"by": "status"}}, "spec": {"strange": 1}}, type=MERGE)
    s.get(one + "/scale")


def applies(s, k, one):
    def applied(name=None, **metadata):
        return {"apiVersion": k.api_version, "kind": k.kind, "metadata": {"name": name or k.name, **metadata}}
    s.ask("PATCH", one, applied(labels={"a": "b"}), type=APPLY, label="no manager")
    s.ask("PATCH", one + "?fieldManager=one", applied(labels={"ssa": "1", "a": "b"}), type=APPLY)
    s.ask("PATCH", one + "?fieldManager=two", applied(labels={"ssa": "2"}), type=APPLY, label="conflict")
    s.ask("PATCH", one + "?fieldManager=two&force=true", applied(labels={"ssa": "2"}), type=APPLY)
    s.ask("PATCH", one + "?fieldManager=one", applied(labels={"a": "b"}), type=APPLY, label="let go")
    s.ask("PATCH", one + "?fieldManager=one", applied(), type=APPLY, label="let all go")
    s.ask("PATCH", one + "?fieldManager=one", applied("renamed"), type=APPLY, label="other name")
    s.ask("PATCH", one + "?fieldManager=one", {"kind": k.kind}, type=APPLY, label="no apiVersion")
    s.ask("PATCH", one + "?fieldManager=one", dict(applied(), strange=1), type=APPLY, label="unknown field")
    s.ask("PATCH", one + "?fieldManager=one", applied(managedFields=[{"manager": "x"}]), type=APPLY, label="managedFields")
    s.ask("PATCH", one + "?fieldManager=one", b"- a\n", type=APPLY, label="a list")
    s.ask("PATCH", one + "?fieldManager=one&force=maybe", applied(), type=APPLY, label="force?")
    s.ask("PATCH", one + "?force=true", {"metadata": {"labels": {"a": "b"}}}, type=MERGE, label="force of a merge")
    s.ask("PATCH", one + "?fieldManager=" + "x" * 200, {"metadata": {"labels": {"a": "c"}}}, type=MERGE, label="long manager")
    s.ask("PATCH", f"{k.path}/missing?fieldManager=one&dryRun=All", applied("missing"), type=APPLY, label="creates")
    s.get(one)


def remove(s, k):
    one = f"{k.path}/{k.name}"
    s.get(one)
    s.ask("DELETE", one, {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "11111111-1111-1111-1111-111111111111"}})
    s.ask("DELETE", one, {"preconditions": {"resourceVersion": "1"}})
    s.ask("DELETE", one, {"propagationPolicy": "Sideways"})
    s.ask("DELETE", one + "?propagationPolicy=Sideways")
    s.ask("DELETE", one, {"propagationPolicy": "Orphan", "orphanDependents": True})
    s.ask("DELETE", one, {"kind": "Other", "apiVersion": "v1"}, label="no DeleteOptions")
    s.ask("DELETE", one, b"{", label="half")
    s.ask("DELETE", one + "?dryRun=All")
    s.ask("DELETE", one + "?dryRun=Some")
    s.ask("DELETE", k.path + "/missing")
    s.ask("DELETE", one, {"gracePeriodSeconds": -1, "propagationPolicy": "Background"})
    s.ask("POST", k.path + "?fieldManager=maker", k.object(s.ns), label="is it there?")
    uid = s.ask("GET", one, compare=False).uid
    s.ask("PATCH", one, {"metadata": {"annotations": {"canton.quarterdeck.io/confirm-delete": k.name}, "finalizers": ["example.com/wait"]}}, type=MERGE)
    s.ask("DELETE", one, {"gracePeriodSeconds": 0, "propagationPolicy": "Background", "preconditions": {"uid": uid}})
    s.ask("DELETE", one, {"propagationPolicy": "Background"}, label="again")
    s.ask("PATCH", one, {"metadata": {"finalizers": ["example.com/wait", "example.com/more"]}}, type=MERGE)
    s.ask("PATCH", one, {"metadata": {"finalizers": None}}, type=MERGE)
    s.get(one)
