# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories that need more than one object or one server of its own kind: scale, finalizers, owners, namespaces that end, personas, reviews,
pages, watches, what cannot be changed, and paths that do not exist."""

import copy

from differential_kinds import APPLY, JSON_PATCH, MERGE, PARTIAL, POD_SPEC, SELECTOR, STRATEGIC, TABLE, TEMPLATE

CORE = "/api/v1/namespaces/{ns}"
OURS = "/apis/canton.quarterdeck.io/v1alpha1/namespaces/{ns}"
GROUP = "canton.quarterdeck.io/v1alpha1"


def config(name, data=None, **metadata):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}, "data": data or {"a": "b"}}


def party(name, **spec):
    return {"apiVersion": GROUP, "kind": "Party", "metadata": {"name": name},
            "spec": {"nodeRef": {"kind": "Validator", "name": "v"}, "hint": name, **spec}}


def paths(s):
    for path in ("/", "/api", "/apis", "/api/v1", "/api/v2", "/apis/nothing.example.com", "/apis/nothing.example.com/v1", "/apis/apps", "/apis/apps/v7",
                 "/apis/canton.quarterdeck.io", "/apis/canton.quarterdeck.io/v1alpha1", "/apis/canton.quarterdeck.io/v9", "/nothing", "/api/v1/nothings",
                 "/apis/apps/v1/nothings", CORE + "/nothings", OURS + "/nothings", OURS + "/nothings/x", "/api/v1/namespaces/{ns}/nodes", OURS + "/validators/x/y",
                 "/livez", "/readyz", "/livez/ping", "/readyz/ping", "/healthz", "/version", "/openapi/v3/apis/nothing/v1", "/openapi/v9"):
        compare = path not in ("/", "/api", "/apis", "/api/v1", "/version")
        s.get(path, compare=compare)
    for method, path in (("POST", "/version"), ("DELETE", "/api"), ("PUT", "/apis/apps/v1"), ("POST", "/livez"), ("POST", OURS + "/nothings"),
                         ("PUT", CORE + "/configmaps"), ("DELETE", CORE + "/pods/x/log"), ("POST", "/api/v1/configmaps"), ("POST", "/apis/canton.quarterdeck.io/v1alpha1/parties"),
                         ("DELETE", "/api/v1/namespaces"), ("GET", CORE + "/pods/x/log"), ("GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"),
                         ("PATCH", OURS + "/parties"), ("TRACE", "/api/v1/nodes")):
        s.ask(method, path)
    s.get("/version", accept="text/html")
    s.get("/apis/canton.quarterdeck.io/v1alpha1", accept="text/html")
    s.get("/api/v1/nodes", accept="application/vnd.kubernetes.protobuf", compare=False)
    s.get("/apis/canton.quarterdeck.io/v1alpha1/parties?labelSelector=none", accept="application/vnd.kubernetes.protobuf")
    s.get("/apis/canton.quarterdeck.io/v1alpha1/parties?labelSelector=none", accept="application/vnd.kubernetes.protobuf,application/json")
    s.get("/apis/canton.quarterdeck.io/v1alpha1/parties?labelSelector=none", accept="application/json;q=0.5, */*")


def scale(s):
    for group, kind, plural, more in (("apps/v1", "Deployment", "deployments", {}), ("apps/v1", "StatefulSet", "statefulsets", {"serviceName": "s"}),
                                      ("apps/v1", "ReplicaSet", "replicasets", {})):
        base = f"/apis/{group}/namespaces/{{ns}}/{plural}"
        s.ask("POST", base, {"apiVersion": group, "kind": kind, "metadata": {"name": "x"}, "spec": {"replicas": 2, "selector": SELECTOR, "template": TEMPLATE, **more}})
        one = base + "/x/scale"
        found = s.get(one)
        s.ask("PATCH", one, {"spec": {"replicas": 3}}, type=MERGE)
        s.ask("PATCH", one, {"spec": {"replicas": -1}}, type=MERGE)
        s.ask("PATCH", one, {"spec": {"replicas": "x"}}, type=MERGE)
        if found.status == 200:
            s.ask("PUT", one, {**found.json, "spec": {"replicas": 4}}, label="stale")
            wanted = copy.deepcopy(found.json)
            del wanted["metadata"]["resourceVersion"]
            s.ask("PUT", one, {**wanted, "spec": {"replicas": 5}})
        s.get(base + "/missing/scale")
        s.ask("DELETE", one)
        s.ask("POST", one, {})
        s.get(base + "/x")


def ownership(s):
    """Server-side apply: lists with keys, several managers, null, force."""
    one = "/apis/apps/v1/namespaces/{ns}/deployments/d"
    def deployment(containers, **spec):
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
                "spec": {"selector": SELECTOR, "template": {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": containers}}, **spec}}
    a = {"name": "a", "image": "i:1", "env": [{"name": "X", "value": "1"}]}
    s.ask("PATCH", one + "?fieldManager=one", deployment([a], replicas=1), type=APPLY)
    s.ask("PATCH", one + "?fieldManager=two", deployment([{"name": "b", "image": "i:2", "ports": [{"containerPort": 80}]}]), type=APPLY)
    s.ask("PATCH", one + "?fieldManager=two", deployment([{"name": "a", "image": "i:9"}], replicas=4), type=APPLY, label="conflicts")
    s.ask("PATCH", one + "?fieldManager=two&force=true", deployment([{"name": "a", "image": "i:9"}]), type=APPLY)
    s.ask("PATCH", one + "?fieldManager=one", deployment([a]), type=APPLY, label="replicas let go, conflict on image")
    s.ask("PATCH", one + "?fieldManager=three", {"spec": {"replicas": 7}}, type=MERGE)
    s.ask("PATCH", one + "?fieldManager=one", deployment([{"name": "a", "image": "i:9"}], replicas=8), type=APPLY, label="conflict with an update")
    s.ask("PATCH", one + "?fieldManager=one", deployment([{"name": "a", "image": "i:9", "env": None}], replicas=7), type=APPLY, label="same values")
    s.ask("PATCH", one + "?fieldManager=one", deployment([{"name": "a", "image": "i:9"}, {"name": "a", "image": "i:3"}]), type=APPLY, label="twice the same key")
    s.ask("PATCH", one + "?fieldManager=one", deployment([{"image": "i:9"}]), type=APPLY, label="no key")
    s.ask("PATCH", one + "?fieldManager=one", deployment("x"), type=APPLY, label="no list")
    s.ask("PATCH", one, {"spec": {"template": {"spec": {"containers": [{"name": "a", "$patch": "delete"}]}}}}, type=STRATEGIC)
    s.ask("PATCH", one, {"spec": {"template": {"spec": {"containers": [{"name": "z", "image": "i:z"}], "$setElementOrder/containers": [{"name": "z"}]}}}}, type=STRATEGIC)
    s.get(one)
    mine = OURS + "/parties/p"
    s.ask("PATCH", mine + "?fieldManager=one", party("p", displayName="One"), type=APPLY)
    s.ask("PATCH", mine + "?fieldManager=two", party("p", displayName="Two"), type=APPLY, label="conflict")
    s.ask("PATCH", mine + "?fieldManager=two&force=true", party("p", displayName="Two"), type=APPLY)
    s.ask("PATCH", mine + "?fieldManager=two", party("p", displayName=None), type=APPLY, label="null")
    s.ask("PATCH", mine + "?fieldManager=two", party("p"), type=APPLY, label="let go")
    s.ask("PATCH", mine, {"metadata": {"managedFields": [{}]}}, type=MERGE, label="all ownership dropped")
    s.ask("PATCH", mine + "?fieldManager=one", party("p", displayName="Three"), type=APPLY, label="after it")
    status = dict(party("p"), status={"phase": "Ready"})
    s.ask("PATCH", mine + "/status?fieldManager=op", {k: v for k, v in status.items() if k != "spec"}, type=APPLY)
    s.ask("PATCH", mine + "?fieldManager=one", status, type=APPLY, label="status outside of status")
    s.get(mine)


def fixed(s):
    """What built-in kinds do not let change."""
    def made(plural, document):
        return s.ask("POST", f"{CORE}/{plural}", document)
    made("secrets", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "type": "Opaque", "data": {"a": "Yg=="}})
    s.ask("PATCH", CORE + "/secrets/s", {"type": "kubernetes.io/tls"}, type=MERGE)
    s.ask("PATCH", CORE + "/secrets/s", {"data": {"b": "no base64"}}, type=MERGE)
    s.ask("PATCH", CORE + "/secrets/s", {"data": {"b/c": "Yg=="}}, type=MERGE)
    s.ask("PATCH", CORE + "/secrets/s", {"immutable": True}, type=MERGE)
    s.ask("PATCH", CORE + "/secrets/s", {"data": {"b": "Yg=="}}, type=MERGE)
    s.ask("PATCH", CORE + "/secrets/s", {"immutable": False}, type=MERGE)
    made("secrets", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "t"}, "type": "kubernetes.io/tls", "data": {"a": "Yg=="}})
    made("secrets", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "t"}, "type": "kubernetes.io/dockerconfigjson", "data": {"a": "Yg=="}})
    made("secrets", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "t"}, "type": "kubernetes.io/basic-auth", "data": {"a": "Yg=="}})
    made("configmaps", dict(config("c"), immutable=True))
    s.ask("PATCH", CORE + "/configmaps/c", {"data": {"a": "c"}}, type=MERGE)
    s.ask("PATCH", CORE + "/configmaps/c", {"immutable": None}, type=MERGE)
    s.ask("PATCH", CORE + "/configmaps/c", {"metadata": {"labels": {"a": "b"}}}, type=MERGE)
    made("configmaps", config("d", {"a b": "c"}))
    made("configmaps", config("d", {"..": "c"}))
    made("configmaps", dict(config("d"), binaryData={"a": "Yg=="}))
    made("configmaps", config("d", {"a": 1}))
    made("services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "v"}, "spec": {"clusterIP": "None", "selector": {"a": "b"}, "ports": [{"port": 80}]}})
    s.ask("PATCH", CORE + "/services/v", {"spec": {"clusterIP": "10.0.0.77"}}, type=MERGE)
    s.ask("PATCH", CORE + "/services/v", {"spec": {"ports": []}}, type=MERGE)
    s.ask("PATCH", CORE + "/services/v", {"spec": {"type": "Strange"}}, type=MERGE)
    s.ask("PATCH", CORE + "/services/v", {"spec": {"ports": [{"port": 80}, {"port": 81}]}}, type=MERGE)
    s.ask("PATCH", CORE + "/services/v", {"spec": {"ports": [{"port": 70000}]}}, type=MERGE)
    made("services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "Upper"}, "spec": {"ports": [{"port": 80}]}})
    made("services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "w"}, "spec": {}})
    made("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": POD_SPEC})
    s.ask("PATCH", CORE + "/pods/p", {"spec": {"nodeName": "n"}}, type=MERGE)
    s.ask("PATCH", CORE + "/pods/p", [{"op": "replace", "path": "/spec/containers/0/env/0/value", "value": "9"}], type=JSON_PATCH)
    s.ask("PATCH", CORE + "/pods/p", [{"op": "replace", "path": "/spec/containers/0/image", "value": "new:1"}], type=JSON_PATCH)
    s.ask("PATCH", CORE + "/pods/p", {"spec": {"restartPolicy": "Never"}}, type=MERGE)
    s.ask("PATCH", CORE + "/pods/p", {"spec": {"containers": []}}, type=MERGE)
    made("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "q"}, "spec": {}})
    made("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "q"}, "spec": {"containers": [{"name": "A_", "image": ""}]}})
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "pvc"},
             "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    made("persistentvolumeclaims", claim)
    s.ask("PATCH", CORE + "/persistentvolumeclaims/pvc", {"spec": {"accessModes": ["ReadWriteMany"]}}, type=MERGE)
    s.ask("PATCH", CORE + "/persistentvolumeclaims/pvc", {"spec": {"resources": {"requests": {"storage": "512Mi"}}}}, type=MERGE)
    deployments = "/apis/apps/v1/namespaces/{ns}/deployments"
    s.ask("POST", deployments, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"selector": SELECTOR, "template": TEMPLATE}})
    s.ask("PATCH", deployments + "/d", {"spec": {"selector": {"matchLabels": {"app": "b"}}}}, type=MERGE)
    s.ask("PATCH", deployments + "/d", {"spec": {"selector": {"matchLabels": {"x": "b"}}, "template": {"metadata": {"labels": {"x": "b"}}}}}, type=MERGE)
    s.ask("PATCH", deployments + "/d", {"spec": {"replicas": -3}}, type=MERGE)
    roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings"
    s.ask("POST", roles, {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "r"},
                          "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}})
    s.ask("PATCH", roles + "/r", {"roleRef": {"name": "other"}}, type=MERGE)


def names(s):
    made = s.ask("POST", CORE + "/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "gen-"}})
    s.get(f"{CORE}/configmaps/{made.name}", compare=False)
    s.ask("POST", OURS + "/parties", {**party("x"), "metadata": {"generateName": "gen-"}})
    s.ask("POST", CORE + "/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}})
    s.ask("POST", CORE + "/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "Bad_"}})
    s.ask("POST", OURS + "/parties", {**party("x"), "metadata": {"generateName": "Bad_"}})
    s.ask("POST", OURS + "/parties", {**party("x"), "metadata": {"name": "x", "finalizers": ["bad name"]}})
    s.ask("POST", CORE + "/configmaps", config("x", finalizers=["unqualified"]))
    s.ask("POST", CORE + "/configmaps", config("x", ownerReferences=[{"kind": "ConfigMap", "name": "x"}]))
    s.ask("POST", CORE + "/configmaps", config("x", ownerReferences=[{"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "u", "controller": True},
                                                                      {"apiVersion": "v1", "kind": "ConfigMap", "name": "y", "uid": "w", "controller": True}]))
    s.ask("POST", CORE + "/configmaps", config("x", annotations={"Bad Key": "x"}))
    s.ask("POST", CORE + "/configmaps", config("x", annotations={"big": "x" * (256 * 1024 + 1)}))
    s.ask("POST", CORE + "/configmaps", config("big", {"a": "x" * (1024 * 1024 + 10)}))
    s.ask("POST", CORE + "/configmaps", b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dup"},"data":{"a":"1","a":"2"}}')
    s.ask("POST", CORE + "/configmaps?fieldValidation=Strict",
          b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dup2","name":"dup3"},"data":{"a":"1","a":"2"},"extra":1}')
    s.ask("POST", OURS + "/parties?fieldValidation=Strict",
          b'{"apiVersion":"' + GROUP.encode() + b'","kind":"Party","metadata":{"name":"dup"},"spec":{"hint":"dup","hint":"dup","strange":1,"nodeRef":{"kind":"Validator","name":"v"}}}')
    s.ask("POST", CORE + "/configmaps", b"x" * (3 * 1024 * 1024 + 1), label="oversize")
    for name in ("kube-x", "default"):
        s.ask("POST", "/api/v1/namespaces?dryRun=All", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    s.ask("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "under_score"}})
    s.ask("POST", "/api/v1/namespaces/no-such/configmaps", config("x"))
    s.ask("POST", "/apis/canton.quarterdeck.io/v1alpha1/namespaces/no-such/parties", party("x"))
    s.get("/api/v1/namespaces/no-such/configmaps")
    s.ask("PATCH", "/api/v1/namespaces/no-such/configmaps/x?fieldManager=m", config("x"), type=APPLY)
    for kind in ("default", "kube-system", "kube-public"):
        s.ask("DELETE", "/api/v1/namespaces/" + kind)


def pages(s):
    for n in range(5):
        s.ask("POST", CORE + "/configmaps", config(f"page-{n}", labels={"page": "yes", "n": str(n)}), compare=False)
        s.ask("POST", OURS + "/parties", {**party(f"page-{n}"), "metadata": {"name": f"page-{n}", "labels": {"page": "yes", "n": str(n)}}}, compare=False)
    for base in (CORE + "/configmaps", OURS + "/parties"):
        for query in ("limit=2&labelSelector=page%3Dyes", "limit=2&fieldSelector=metadata.name!%3Dkube-root-ca.crt"):
            page = s.get(f"{base}?{query}")
            seen = 0
            while page.status == 200 and page.json["metadata"].get("continue") and seen < 5:
                seen += 1
                page = s.get(f"{base}?{query}&continue={page.json['metadata']['continue']}")
        first = s.get(base + "?limit=2&labelSelector=page%3Dyes", compare=False)
        token = first.json["metadata"]["continue"]
        s.get(f"{base}?limit=2&labelSelector=page%3Dyes&continue={token}&resourceVersion={first.json['metadata']['resourceVersion']}")
        s.get(f"{base}?limit=2&labelSelector=page%3Dyes&continue={token}&resourceVersionMatch=Exact")
        s.get(f"{base}?limit=2&labelSelector=page%3Dyes&continue={token[:-4]}")
        s.get(f"{base}?limit=2&labelSelector=page%3Dyes&continue={token}", accept=TABLE)
        s.get(f"{base}?labelSelector=page%3Dyes&resourceVersion={first.json['metadata']['resourceVersion']}&resourceVersionMatch=Exact")
        s.get(f"{base}?labelSelector=page%3Dyes&resourceVersion={first.json['metadata']['resourceVersion']}&resourceVersionMatch=NotOlderThan")
        s.get(f"{base}?labelSelector=page%3Dyes&resourceVersion={first.json['metadata']['resourceVersion']}&limit=1")
        for selector in ("n in (1,2)", "n notin (1,2),page", "!n,page", "n>2", "n<2", "n=1,page=yes", "n==1", "n in (1", "n=a=b", "n,,page", "bad key=x", "n=-bad-", "n>x", "n exists"):
            s.get(base, "?labelSelector=" + selector.replace(" ", "%20").replace("=", "%3D").replace(">", "%3E").replace("<", "%3C"))
        for selector in ("metadata.name=page-1", "metadata.name!=page-1,metadata.name!=kube-root-ca.crt", "metadata.namespace=elsewhere", "metadata.labels=x", "=x", "a", "metadata.name=page-1,metadata.name=page-2"):
            s.get(base, "?fieldSelector=" + selector.replace("=", "%3D"))
        s.ask("DELETE", base + "?labelSelector=n%3D1&dryRun=All")
        s.ask("DELETE", base + "?labelSelector=n%3D1")
        s.ask("DELETE", base + "?labelSelector=%3D%3D")
        s.ask("DELETE", base + "?labelSelector=n%20in%20(2,3)", {"propagationPolicy": "Foreground", "gracePeriodSeconds": 0})
        s.ask("DELETE", base + "?fieldSelector=metadata.name%3Dnothing")
        s.until(base + "?labelSelector=page", lambda a: len(a.json["items"]) == 2)   # the collector takes the owners that were kept
        s.get(base, "?labelSelector=page")


def watches(s):
    for base in (CORE + "/configmaps", OURS + "/parties"):
        def thing(name):
            return {**(config(name) if base.startswith(CORE) else party(name)), "metadata": {"name": name, "labels": {"w": "yes"}}}
        begun = s.get(base + "?labelSelector=w%3Dyes", compare=False).json["metadata"]["resourceVersion"]
        s.ask("POST", base + "?fieldManager=m", thing("one"), compare=False)
        s.ask("PATCH", base + "/one?fieldManager=m", {"metadata": {"labels": {"x": "y"}}}, type=MERGE, compare=False)
        s.ask("PATCH", base + "/one?fieldManager=m", {"metadata": {"labels": {"w": "no"}}}, type=MERGE, compare=False)
        s.ask("PATCH", base + "/one?fieldManager=m", {"metadata": {"labels": {"w": "yes"}}}, type=MERGE, compare=False)
        s.ask("DELETE", base + "/one", compare=False)
        s.ask("POST", base + "?fieldManager=m", thing("two"), compare=False)
        for accept in (None, TABLE, PARTIAL):
            s.get(f"{base}?watch=true&labelSelector=w%3Dyes&timeoutSeconds=1&resourceVersion={begun}", accept=accept)
            s.get(f"{base}?watch=true&labelSelector=w%3Dyes&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", accept=accept)
        s.get(f"{base}?watch=true&fieldSelector=metadata.name%3Dtwo&timeoutSeconds=1")
        s.get(f"{base}/two?watch=true&timeoutSeconds=1")
        s.get(f"{base}?watch=true&timeoutSeconds=1&resourceVersion=999999999")
        s.get(f"{base}?watch=true&timeoutSeconds=1&limit=1&labelSelector=w%3Dyes")
        s.get(f"{base}?watch=true&timeoutSeconds=1&continue=abc&labelSelector=w%3Dyes")
        s.get(f"{base}?watch=true&timeoutSeconds=1&resourceVersion=-1")
        s.get(f"{base}?watch=true&timeoutSeconds=1&labelSelector=w%3Dyes", accept="text/html")


def owners(s):
    for policy in ("Background", "Foreground", "Orphan"):
        name = policy.lower()
        owner = s.ask("POST", CORE + "/configmaps", config(name), compare=False)
        reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": owner.uid, "blockOwnerDeletion": True}
        child = s.ask("POST", CORE + "/configmaps?fieldManager=m", config(name + "-child", ownerReferences=[reference]))
        s.until(f"{CORE}/configmaps/{name}-child", lambda a: a.status == 200)
        s.ask("DELETE", CORE + "/configmaps/" + name, {"propagationPolicy": policy})
        s.until(CORE + "/configmaps/" + name, lambda a: a.status == 404)
        if policy == "Orphan":
            s.until(f"{CORE}/configmaps/{child.name}", lambda a: "ownerReferences" not in a.json["metadata"])
            s.get(f"{CORE}/configmaps/{child.name}")
        else:
            s.until(f"{CORE}/configmaps/{child.name}", lambda a: a.status == 404)
    s.ask("POST", CORE + "/configmaps", config("lost", ownerReferences=[{"apiVersion": "v1", "kind": "ConfigMap", "name": "never", "uid": "11111111-2222-3333-4444-555555555555"}]))
    s.until(CORE + "/configmaps/lost", lambda a: a.status == 404)


def ending(s):
    """A namespace that ends while something holds it."""
    name = s.ns + "-end"
    base = f"/api/v1/namespaces/{name}"
    s.ask("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    s.ask("POST", base + "/configmaps?fieldManager=m", config("held", finalizers=["example.com/wait"]))
    s.ask("POST", base + "/configmaps?fieldManager=m", config("free"))
    s.ask("DELETE", base + "?dryRun=All")
    s.ask("DELETE", base, {"preconditions": {"uid": "11111111-2222-3333-4444-555555555555"}})
    s.ask("DELETE", base)
    s.until(base + "/configmaps/free", lambda a: a.status == 404)
    s.ask("POST", base + "/configmaps", config("late"))
    s.ask("POST", f"/apis/canton.quarterdeck.io/v1alpha1/namespaces/{name}/parties", party("late"))
    s.ask("PATCH", base + "/configmaps/held?fieldManager=m", {"data": {"a": "c"}}, type=MERGE)
    s.ask("PATCH", base, {"metadata": {"labels": {"a": "b"}}}, type=MERGE)
    s.ask("DELETE", base, label="again")
    s.ask("PATCH", base + "/configmaps/held?fieldManager=m", {"metadata": {"finalizers": None}}, type=MERGE)
    s.until(base, lambda a: a.status == 404)
    s.get(base)


def people(s):
    """The four personas, somebody with no role, and nobody."""
    validators, access = OURS + "/validators", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    for who in ("viewer", "ledger-operator", "node-operator", "platform-admin", "jane", "system:anonymous"):
        for method, path, body in (("GET", validators, None), ("GET", validators + "/x", None), ("POST", validators, {}), ("PATCH", validators + "/x", {}),
                                   ("DELETE", validators + "/x", None), ("DELETE", validators, None), ("GET", OURS + "/parties", None), ("POST", OURS + "/parties?dryRun=All", party("x")),
                                   ("PATCH", OURS + "/parties/x/status", {}), ("GET", CORE + "/secrets", None), ("GET", CORE + "/secrets/x", None), ("GET", CORE + "/pods/x/log", None),
                                   ("GET", "/api/v1/nodes", None), ("GET", "/api/v1/namespaces", None), ("GET", "/api/v1/namespaces/{ns}", None), ("GET", "/apis/apps/v1/namespaces/{ns}/deployments", None),
                                   ("GET", CORE + "/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dx", None), ("GET", "/version", None), ("GET", "/metrics", None), ("GET", "/nothing", None),
                                   ("GET", "/apis/nothing/v1/things", None), ("GET", CORE + "/events", None), ("GET", CORE + "/pods/x", None)):
            compare = not (path == "/version" or path == "/api/v1/nodes" or path == "/api/v1/namespaces") or who in ("jane", "system:anonymous")
            s.ask(method, path, body, persona=who, compare=compare)
        for attributes in ({"verb": "list", "group": "canton.quarterdeck.io", "resource": "validators", "namespace": s.ns},
                           {"verb": "patch", "group": "canton.quarterdeck.io", "resource": "validators"},
                           {"verb": "update", "group": "canton.quarterdeck.io", "resource": "parties", "subresource": "status"},
                           {"verb": "get", "resource": "secrets", "name": "x", "namespace": s.ns}, {"verb": "*", "group": "*", "resource": "*"}, {}):
            s.ask("POST", access, {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}, persona=who)
        s.ask("POST", access, {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"nonResourceAttributes": {"path": "/version", "verb": "get"}}}, persona=who)
        s.ask("POST", access, {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {}}, persona=who)
        s.ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}, persona=who)
        s.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
              {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": s.ns}}, persona=who)
    s.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {}})
    s.ask("POST", access, {"apiVersion": "v1", "kind": "Other"})
    s.ask("POST", access, b"{")
    s.ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
          "spec": {"user": "jane", "groups": ["qd:viewer"], "resourceAttributes": {"verb": "list", "group": "canton.quarterdeck.io", "resource": "validators"}}})
    s.ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {"resourceAttributes": {"verb": "list"}}})
    s.ask("POST", "/apis/authorization.k8s.io/v1/namespaces/{ns}/localsubjectaccessreviews", {"apiVersion": "authorization.k8s.io/v1", "kind": "LocalSubjectAccessReview",
          "metadata": {"namespace": s.ns}, "spec": {"user": "jane", "groups": ["qd:viewer"], "resourceAttributes": {"verb": "list", "namespace": s.ns, "group": "canton.quarterdeck.io", "resource": "validators"}}})
    s.get("/api/v1/nodes/x", headers={"Impersonate-Group": "x"}, label="group without user")
    s.get("/api/v1/nodes/x", headers={"Authorization": "Bearer x"}, label="a certificate and a bad token")


def events(s):
    """One event, two APIs."""
    old = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "old", "namespace": s.ns}, "reason": "Tried", "message": "it did", "type": "Normal", "count": 2,
           "involvedObject": {"kind": "Pod", "name": "p", "namespace": s.ns, "apiVersion": "v1"}, "source": {"component": "test", "host": "h"},
           "firstTimestamp": "2026-11-01T10:00:00Z", "lastTimestamp": "2026-11-01T11:00:00Z"}
    new = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "new", "namespace": s.ns}, "reason": "Tried", "note": "it did", "type": "Warning",
           "action": "Trying", "regarding": {"kind": "Pod", "name": "p", "namespace": s.ns, "apiVersion": "v1"}, "reportingController": "example.com/test",
           "reportingInstance": "i", "eventTime": "2026-11-01T10:00:00.000000Z"}
    newer = "/apis/events.k8s.io/v1/namespaces/{ns}/events"
    s.get("/apis/events.k8s.io/v1")
    s.ask("POST", CORE + "/events", old)
    s.ask("POST", newer, new)
    s.ask("POST", newer, {**new, "metadata": {"name": "bad", "namespace": s.ns}, "eventTime": None})
    s.ask("POST", newer, {**new, "metadata": {"name": "bad", "namespace": s.ns}, "reportingController": ""})
    s.ask("POST", CORE + "/events", {**old, "metadata": {"name": "bad", "namespace": s.ns}, "involvedObject": {"kind": "Pod", "name": "p", "namespace": "elsewhere"}})
    for base in (CORE + "/events", newer):
        for accept in (None, TABLE):
            s.get(base, accept=accept)
            s.get(base + "/old", accept=accept)
            s.get(base + "/new", accept=accept)
        for field in ("involvedObject.name%3Dp", "regarding.name%3Dp", "reason%3DTried", "type%3DWarning", "reportingComponent%3Dexample.com/test", "source%3Dtest"):
            s.get(f"{base}?fieldSelector={field}")
        s.get(base + "?watch=true&timeoutSeconds=1")
    s.ask("PATCH", newer + "/new?fieldManager=m", {"series": {"count": 2, "lastObservedTime": "2026-11-01T10:10:00.000000Z"}}, type=MERGE)
    s.ask("DELETE", newer + "/old")
    s.get(CORE + "/events")


STORIES = [paths, scale, ownership, fixed, names, pages, watches, owners, ending, people, events]
