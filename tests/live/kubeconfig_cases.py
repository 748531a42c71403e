# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfigs, good and bad, for the comparison with kubectl. A case: files to write, what KUBECONFIG says, more arguments.
`@DIR@` in a text is the case's own folder. Contents are text, bytes, None (a folder) or ("link", target)."""

import base64
import json
import random

PEM = "-----BEGIN CERTIFICATE-----\nMIIBdzCCAR2gAwIBAgI=\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA==\n-----END EC PRIVATE KEY-----\n"
DATA = base64.b64encode(PEM.encode()).decode()
KEYDATA = base64.b64encode(KEY.encode()).decode()
HEAD = "apiVersion: v1\nkind: Config\n"


class Case:
    def __init__(self, name, files, kubeconfig=None, args=(), home=None):
        self.name = name
        self.files = files
        self.kubeconfig = kubeconfig if kubeconfig is not None or home or args else "@DIR@/config"
        self.args = list(args)
        self.home = home


def cluster(name="c", **fields):
    return entry("cluster", name, fields or {"server": "https://10.0.0.1:6443"})


def user(name="u", **fields):
    return entry("user", name, fields)


def context(name="x", **fields):
    return entry("context", name, fields or {"cluster": "c", "user": "u"})


def entry(what, name, fields):
    """JSON is YAML; underscores stand for the hyphens of the field names."""
    return {"name": name, what: {k.replace("_", "-") if k not in CAMEL else k: v for k, v in fields.items()}}


CAMEL = {"tokenFile", "certificate_authority_data_"}


def config(clusters=(), users=(), contexts=(), current=None, **more):
    document = {"apiVersion": "v1", "kind": "Config", "clusters": list(clusters), "users": list(users), "contexts": list(contexts)}
    if current is not None:
        document["current-context"] = current
    document.update(more)
    return json.dumps(document, indent=1)


def one(name, text):
    return Case(name, {"config": text})


def with_cluster(name, files=None, **fields):
    return Case(name, {"config": config([cluster(**fields)], current="x", contexts=[context()]), **(files or {})})


def with_user(name, files=None, **fields):
    return Case(name, {"config": config([cluster()], [user(**fields)], [context()], "x"), **(files or {})})


def good_cluster_cases():
    pem = {"ca.crt": PEM, "sub/ca.crt": PEM}
    return [
        with_cluster("server only", server="https://127.0.0.1:6443"),
        with_cluster("server without scheme", server="127.0.0.1:6443"),
        with_cluster("server with path and slash", server="https://rancher.example.com/k8s/clusters/c-1/"),
        with_cluster("server empty", server=""),
        with_cluster("no server", insecure_skip_tls_verify=True),
        with_cluster("IPv6 server", server="https://[::1]:6443"),
        with_cluster("insecure", server="https://a", insecure_skip_tls_verify=True),
        with_cluster("insecure false", server="https://a", insecure_skip_tls_verify=False),
        with_cluster("insecure with CA data", server="https://a", insecure_skip_tls_verify=True, certificate_authority_data=DATA),
        with_cluster("CA data", server="https://a", certificate_authority_data=DATA),
        with_cluster("CA data empty", server="https://a", certificate_authority_data=""),
        with_cluster("CA data with newlines", server="https://a", certificate_authority_data=DATA[:20] + "\n" + DATA[20:] + "\n"),
        with_cluster("CA data not base64", server="https://a", certificate_authority_data="***"),
        with_cluster("CA data without padding", server="https://a", certificate_authority_data=DATA.rstrip("=") + "x"),
        with_cluster("CA data of any bytes", server="https://a", certificate_authority_data=base64.b64encode(bytes(range(256))).decode()),
        with_cluster("CA data URL alphabet", server="https://a", certificate_authority_data="__--"),
        with_cluster("CA file beside", pem, server="https://a", certificate_authority="ca.crt"),
        with_cluster("CA file below", pem, server="https://a", certificate_authority="sub/ca.crt"),
        with_cluster("CA file dotted", pem, server="https://a", certificate_authority="./sub/../ca.crt"),
        with_cluster("CA file absolute", pem, server="https://a", certificate_authority="@DIR@/ca.crt"),
        with_cluster("CA file missing", server="https://a", certificate_authority="nowhere.crt"),
        with_cluster("CA file empty", {"ca.crt": ""}, server="https://a", certificate_authority="ca.crt"),
        with_cluster("CA file is a folder", {"ca.crt": None}, server="https://a", certificate_authority="ca.crt"),
        with_cluster("CA file binary", {"ca.crt": bytes(range(256))}, server="https://a", certificate_authority="ca.crt"),
        with_cluster("CA file and data", pem, server="https://a", certificate_authority="ca.crt", certificate_authority_data=DATA),
        with_cluster("CA file missing and data", server="https://a", certificate_authority="gone.crt", certificate_authority_data=DATA),
        with_cluster("TLS server name", server="https://a", tls_server_name="api.example.com"),
        with_cluster("proxy", server="https://a", proxy_url="socks5://127.0.0.1:1080"),
        with_cluster("proxy with password", server="https://a", proxy_url="http://me:secret@proxy:3128"),
        with_cluster("proxy nonsense", server="https://a", proxy_url="::::"),
        with_cluster("disable-compression", server="https://a", disable_compression=True),
        with_cluster("unknown field", server="https://a", colour="blue"),
        with_cluster("cluster extension", server="https://a", extensions=[
            {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "06e3fbd18de8", "n": 1, "deep": {"a": [1, 2.5, None, True]}}}]),
        with_cluster("two extensions", server="https://a", extensions=[
            {"name": "minikube.sigs.k8s.io", "extension": {"last-update": "Mon, 02 Jan 2006", "provider": "minikube.sigs.k8s.io", "version": "v1.33"}},
            {"name": "b", "extension": {"kind": "Thing", "apiVersion": "example.com/v1", "z": 1}}]),
        with_cluster("extension twice", server="https://a", extensions=[{"name": "a", "extension": {"x": 1}}, {"name": "a", "extension": {"x": 2}}]),
        with_cluster("extension not an object", server="https://a", extensions=[{"name": "a", "extension": "text"}]),
        with_cluster("extension null", server="https://a", extensions=[{"name": "a", "extension": None}]),
        with_cluster("extension without body", server="https://a", extensions=[{"name": "a"}]),
        with_cluster("extension with a big number", server="https://a", extensions=[{"name": "a", "extension": {"n": 9007199254740993, "f": 1e21, "s": "é \u2028 <&>"}}]),
        with_cluster("api-version of old", server="https://a", api_version="v1"),
    ]


def good_user_cases():
    files = {"c.crt": PEM, "c.key": KEY, "tok": "abc\n", "bin/plugin": "#!/bin/sh\n"}
    execs = {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws", "args": ["eks", "get-token"],
             "env": [{"name": "AWS_PROFILE", "value": "prod"}], "interactiveMode": "IfAvailable", "provideClusterInfo": False}
    beta = {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "kubelogin"}
    return [
        with_user("no credentials"),
        with_user("token", token="s3cret"),
        with_user("token empty", token=""),
        with_user("token file", files, tokenFile="tok"),
        with_user("token file missing", tokenFile="not-there"),
        with_user("token file absolute", files, tokenFile="@DIR@/tok"),
        with_user("token and file", files, token="one", tokenFile="tok"),
        with_user("basic", username="me", password="secret"),
        with_user("password only", password="secret"),
        with_user("basic and token", username="me", password="secret", token="x"),
        with_user("client certificate data", client_certificate_data=DATA, client_key_data=KEYDATA),
        with_user("client certificate files", files, client_certificate="c.crt", client_key="c.key"),
        with_user("client key missing", files, client_certificate="c.crt", client_key="gone.key"),
        with_user("certificate file, key data", files, client_certificate="c.crt", client_key_data=KEYDATA),
        with_user("certificate file and data", files, client_certificate="c.crt", client_certificate_data=DATA, client_key_data=KEYDATA),
        with_user("key file and data", files, client_key="c.key", client_certificate_data=DATA, client_key_data=KEYDATA),
        with_user("key data not base64", client_certificate_data=DATA, client_key_data="not base64!"),
        with_user("impersonation", token="t", **{"as": "olga"}),
        with_user("impersonation in full", **{"as": "olga", "as_uid": "42", "as_groups": ["a", "b", "a"],
                                              "as_user_extra": {"scopes": ["x", "y"], "dev": []}}),
        with_user("groups without user", as_groups=["g"]),
        with_user("exec v1", exec=execs),
        with_user("exec v1beta1", exec=beta),
        with_user("exec v1alpha1", exec={**beta, "apiVersion": "client.authentication.k8s.io/v1alpha1"}),
        with_user("exec without apiVersion", exec={"command": "x"}),
        with_user("exec v1 without mode", exec={"apiVersion": "client.authentication.k8s.io/v1", "command": "x"}),
        with_user("exec with a wrong mode", exec={**execs, "interactiveMode": "Sometimes"}),
        with_user("exec with a relative path", files, exec={**execs, "command": "bin/plugin"}),
        with_user("exec with a dotted path", files, exec={**execs, "command": "./bin/plugin"}),
        with_user("exec with an absolute path", exec={**execs, "command": "/usr/bin/plugin"}),
        with_user("exec with hint", exec={**execs, "installHint": "install it\nfrom the shop\t\u001b[31m"}),
        with_user("exec with cluster info", exec={**execs, "provideClusterInfo": True}),
        with_user("exec env null", exec={**beta, "env": None, "args": None}),
        with_user("exec env empty", exec={**beta, "env": [], "args": []}),
        with_user("exec env with equal names", exec={**beta, "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}),
        with_user("exec unknown field", exec={**beta, "timeout": 3}),
        with_user("exec args not text", exec={**beta, "args": [1, 2]}),
        with_user("exec and token", exec=execs, token="t"),
        with_user("exec empty", exec={}),
        with_user("exec null", exec=None),
        with_user("auth-provider oidc", **{"auth_provider": {"name": "oidc", "config": {
            "client-id": "kubernetes", "client-secret": "1db158f6", "id-token": "eyJhbGciOiJSUzI1NiJ9.e30.x", "idp-issuer-url": "https://idp",
            "refresh-token": "q1bKLFOyUiosTfawzA93TzZIDzH2TNa2SMm0zEiPKTUwME6BkEo6Sql5yUWVBSWpKUGphaWpxSVAfekBOZbBhaEW"}}}),
        with_user("auth-provider gcp", **{"auth_provider": {"name": "gcp", "config": {"access-token": "ya29", "expiry": "2020-01-01T00:00:00Z"}}}),
        with_user("auth-provider without config", **{"auth_provider": {"name": "azure"}}),
        with_user("auth-provider config null", **{"auth_provider": {"name": "azure", "config": None}}),
        with_user("auth-provider config not text", **{"auth_provider": {"name": "azure", "config": {"a": 1}}}),
        with_user("user extension", token="t", extensions=[{"name": "note", "extension": {"who": "ops"}}]),
        with_user("unknown user field", token="t", shoe="44"),
    ]


def shape_cases():
    base = config([cluster()], [user(token="t")], [context(cluster="c", user="u", namespace="canton")], "x")
    twice = [cluster("c", server="https://first"), cluster("c", server="https://second")]
    return [
        one("empty file", ""), one("white space only", " \n\n  \n"), one("comment only", "# nothing here\n"), one("empty object", "{}"),
        one("null", "null\n"), one("a number", "42\n"), one("a list", "- a\n"), one("a text", "hello\n"), one("three dashes", "---\n"),
        one("JSON", base), one("JSON compact", json.dumps(json.loads(base))), one("JSON with a trailing comma", base.rstrip("}\n") + ",}"),
        one("JSON with comments", "// hello\n" + base), one("JSON followed by rubbish", base + "\nrubbish"), one("JSON twice", base + "\n" + base),
        one("JSON cut short", base[:-20]), one("tabs", "apiVersion: v1\n\tkind: Config\n"), one("unclosed quote", 'apiVersion: "v1\n'),
        one("CRLF", (HEAD + "current-context: x\n").replace("\n", "\r\n")), one("byte order mark", "\ufeff" + HEAD + "current-context: x\n"),
        Case("not UTF-8", {"config": b"apiVersion: v1\nkind: Config\ncurrent-context: \xff\xfe\n"}),
        Case("NUL bytes", {"config": b"apiVersion: v1\x00\n"}), Case("binary", {"config": bytes(range(256)) * 4}),
        Case("UTF-16", {"config": (HEAD + "current-context: x\n").encode("utf-16")}),
        one("no kind", "apiVersion: v1\ncurrent-context: x\n"), one("no apiVersion", "kind: Config\ncurrent-context: x\n"),
        one("neither", "current-context: x\n"), one("wrong kind", "apiVersion: v1\nkind: Pod\n"), one("wrong apiVersion", "apiVersion: v2\nkind: Config\n"),
        one("kind as number", "apiVersion: v1\nkind: 1\n"), one("lists null", HEAD + "clusters: null\nusers:\ncontexts: ~\n"),
        one("lists empty", HEAD + "clusters: []\nusers: []\ncontexts: []\n"), one("clusters as a map", HEAD + "clusters: {a: {server: x}}\n"),
        one("clusters as text", HEAD + "clusters: none\n"), one("cluster without body", HEAD + "clusters:\n- name: a\n"),
        one("cluster null", HEAD + "clusters:\n- name: a\n  cluster:\n"), one("entry null", HEAD + "clusters:\n-\n"),
        one("cluster without name", HEAD + "clusters:\n- cluster: {server: https://a}\n"), one("name null", HEAD + "clusters:\n- name:\n  cluster: {server: a}\n"),
        one("name a number", HEAD + "clusters:\n- name: 12\n  cluster: {server: a}\n"), one("name quoted number", HEAD + "clusters:\n- name: '12'\n  cluster: {server: a}\n"),
        one("token a number", HEAD + "users:\n- name: u\n  user: {token: 12345}\n"), one("token yes", HEAD + "users:\n- name: u\n  user: {token: yes}\n"),
        one("token a date", HEAD + "users:\n- name: u\n  user: {token: 2020-01-01}\n"), one("token octal", HEAD + "users:\n- name: u\n  user: {token: 0777}\n"),
        one("token null", HEAD + "users:\n- name: u\n  user: {token: null}\n"), one("token ~", HEAD + "users:\n- name: u\n  user: {token: ~}\n"),
        one("token a list", HEAD + "users:\n- name: u\n  user: {token: [a]}\n"), one("token sexagesimal", HEAD + "users:\n- name: u\n  user: {token: 1:30}\n"),
        one("token with exponent", HEAD + "users:\n- name: u\n  user: {token: 1e3}\n"), one("token hexadecimal", HEAD + "users:\n- name: u\n  user: {token: 0x1F}\n"),
        one("token tagged text", HEAD + "users:\n- name: u\n  user: {token: !!str 12}\n"), one("token infinity", HEAD + "users:\n- name: u\n  user: {token: .inf}\n"),
        one("token binary tag", HEAD + "users:\n- name: u\n  user: {token: !!binary aGVsbG8=}\n"), one("custom tag", HEAD + "users:\n- name: u\n  user: {token: !mine x}\n"),
        one("insecure as text", HEAD + "clusters:\n- name: c\n  cluster: {server: a, insecure-skip-tls-verify: 'true'}\n"),
        one("insecure on", HEAD + "clusters:\n- name: c\n  cluster: {server: a, insecure-skip-tls-verify: on}\n"),
        one("insecure yes", HEAD + "clusters:\n- name: c\n  cluster: {server: a, insecure-skip-tls-verify: Yes}\n"),
        one("insecure y", HEAD + "clusters:\n- name: c\n  cluster: {server: a, insecure-skip-tls-verify: y}\n"),
        one("insecure null", HEAD + "clusters:\n- name: c\n  cluster: {server: a, insecure-skip-tls-verify: null}\n"),
        one("field names in capitals", HEAD + "Clusters:\n- Name: c\n  Cluster: {Server: a}\ncurrent-Context: x\n"),
        one("camel case of a hyphen field", HEAD + "currentContext: x\n"),
        one("anchors", HEAD + "clusters:\n- name: a\n  cluster: &c {server: https://a, tls-server-name: name}\n- name: b\n  cluster: *c\n"),
        one("merge keys", HEAD + "clusters:\n- name: a\n  cluster: &c {server: https://a, tls-server-name: name}\n- name: b\n  cluster: {<<: *c, server: https://b}\n"),
        one("merge of a list", HEAD + "x1: &a {server: https://a}\nx2: &b {server: https://b, tls-server-name: name}\nclusters:\n- name: a\n  cluster: {<<: [*a, *b]}\n"),
        one("unknown alias", HEAD + "clusters: *nothing\n"), one("alias to itself", HEAD + "clusters: &a [*a]\n"),
        one("block scalars", HEAD + "users:\n- name: u\n  user:\n    token: |-\n      line one\n      line two\n    password: >\n      folded\n      text\n"),
        one("quoting", HEAD + 'users:\n- name: "u\\u00e9\\n"\n  user: {token: \'it\'\'s\'}\n'), one("plain with colon", HEAD + "users:\n- name: a:b\n  user: {token: a#b}\n"),
        one("comments between", HEAD + "# a\nclusters: # b\n# c\n- name: c # d\n  cluster: # e\n    server: https://a#frag # f\n"),
        one("flow style", "{apiVersion: v1, kind: Config, clusters: [{name: c, cluster: {server: 'https://a'}}], current-context: x}"),
        one("two documents", HEAD + "current-context: x\n---\n" + HEAD + "current-context: y\n"), one("document end", "---\n" + HEAD + "current-context: x\n...\n"),
        one("YAML directive", "%YAML 1.1\n---\n" + HEAD + "current-context: x\n"), one("a key twice", HEAD + "current-context: x\ncurrent-context: z\n"),
        one("a field twice", HEAD + "users:\n- name: u\n  user:\n    token: a\n    token: b\n"), one("a key twice in JSON", '{"current-context":"x","current-context":"y"}'),
        one("cluster name twice", config(twice)), one("user name twice", config(users=[user("u", token="a"), user("u", token="b")])),
        one("context name twice", config(contexts=[context("x"), context("x", cluster="d", user="e")])),
        one("same entry twice", config([cluster(), cluster()])), one("dangling current", config(contexts=[context()], current="nowhere")),
        one("dangling references", config(contexts=[context("x", cluster="no", user="nobody", namespace="n")], current="x")),
        one("context without user", config([cluster()], contexts=[context("x", cluster="c")], current="x")),
        one("context extension", config(contexts=[context("x", cluster="c", user="u", extensions=[{"name": "e", "extension": {"a": "b"}}])])),
        one("current null", HEAD + "current-context: null\n"), one("current a number", HEAD + "current-context: 5\n"), one("names with spaces", config(
            [cluster("my cluster", server="https://a")], [user("my user", token="t")], [context("my context", cluster="my cluster", user="my user")], "my context")),
        one("names out of order", config([cluster("b"), cluster("a"), cluster("C")], [user("z"), user("A")], [context("2"), context("10"), context("1")])),
        one("names not ASCII", config([cluster("köln"), cluster("日本"), cluster("zürich")], current="日本")),
        one("empty name", config([cluster("")])), one("EKS name", config([cluster("arn:aws:eks:eu-west-1:1:cluster/x")], current="arn:aws:eks:eu-west-1:1:cluster/x")),
        one("preferences", HEAD + "preferences: {colors: true}\n"), one("preferences null", HEAD + "preferences: null\n"), one("preferences text", HEAD + "preferences: blue\n"),
        one("preferences extension", HEAD + "preferences: {extensions: [{name: p, extension: {a: 1}}]}\n"),
        one("top extension", HEAD + "extensions: [{name: t, extension: {kind: K, list: [1, two, 3.0, 1.50, -0, 1e2]}}]\n"),
        one("extension with YAML types", HEAD + "extensions:\n- name: t\n  extension: {d: 2020-01-01, o: 0o7, b: off, n: ~, 1: one, true: two, h: 0x10, f: 1_000, s: '1'}\n"),
        one("unknown top field", HEAD + "colour: blue\nnested: {a: 1}\n"), one("legacy boolean keys", HEAD + "on: 1\nyes: 2\n"),
        one("deep", HEAD + "extensions: [{name: t, extension: {a: " + "[" * 90 + "]" * 90 + "}}]\n"),
        one("escapes for HTML", HEAD + "users:\n- name: u\n  user: {token: '<&>\u2028'}\n"),
        one("5000 contexts", config(contexts=[context(f"x{i:04d}") for i in range(5000)], current="x4999")),
        one("long token", config(users=[user(token="x" * 200000)])),
    ]


def merge_cases():
    a = config([cluster("c", server="https://a"), cluster("only-a")], [user("u", token="a")], [context("x", cluster="c", user="u", namespace="a")], "x")
    b = config([cluster("c", server="https://b", tls_server_name="b"), cluster("only-b")], [user("u", username="b", password="b")],
               [context("x", cluster="d", user="v"), context("y")], "y")
    c = config([cluster("c", proxy_url="http://c")], [user("w", tokenFile="tok")], current="z", preferences={"colors": True})
    none = HEAD
    files = {"a": a, "b": b, "c": c, "none": none, "sub/rel": config([cluster("r", server="https://r", certificate_authority="ca.crt")],
             [user("e", exec={"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "./run"}), user("t", tokenFile="../tok")]),
             "sub/ca.crt": PEM, "tok": "t", "bad": "{", "empty": "", "link": ("link", "sub/rel"), "folder": None,
             "ext1": config(extensions=[{"name": "e", "extension": {"v": 1}}], preferences={"extensions": [{"name": "p", "extension": {"v": 1}}]}),
             "ext2": config(extensions=[{"name": "e", "extension": {"v": 2}}, {"name": "f", "extension": {"v": 2}}],
                            preferences={"colors": True, "extensions": [{"name": "p", "extension": {"v": 2}}]}),
             "insecure": config([cluster("c", server="https://i", insecure_skip_tls_verify=True)]),
             "secure": config([cluster("c", server="https://s", certificate_authority_data=DATA)])}

    def lists(*names):
        return Case("list " + ":".join(names), files, ":".join("@DIR@/" + n if n else "" for n in names))
    return [
        lists("a", "b"), lists("b", "a"), lists("a", "b", "c"), lists("c", "b", "a"), lists("c", "a"), lists("none", "a"), lists("none", "c", "b"),
        lists("a", "a"), lists("a", "b", "a"), lists("a", "missing"), lists("missing", "a"), lists("missing"), lists("missing", "gone"),
        lists("", "a"), lists("a", ""), lists("", "", "a", "", "b", ""), lists("empty", "a"), lists("a", "empty"), lists("a", "bad"), lists("bad", "a"),
        lists("bad"), lists("folder"), lists("folder", "a"), lists("a", "folder"), lists("sub/rel"), lists("sub/rel", "a"), lists("a", "sub/rel"),
        lists("link"), lists("ext1", "ext2"), lists("ext2", "ext1"), lists("insecure", "secure"), lists("secure", "insecure"), lists("a/", "b"),
        Case("relative KUBECONFIG", files, "a:b"), Case("relative with dots", files, "./sub/../a:./sub/rel"), Case("relative below", files, "sub/rel"),
        Case("tilde is not expanded", files, "~/config:a"), Case("quotes are kept", files, '"@DIR@/a"'), Case("space at the end", files, "@DIR@/a "),
        Case("--kubeconfig", files, "@DIR@/b", ["--kubeconfig", "@DIR@/a"]), Case("--kubeconfig relative", files, None, ["--kubeconfig", "sub/rel"]),
        Case("--kubeconfig missing", files, "@DIR@/b", ["--kubeconfig", "@DIR@/missing"]), Case("--kubeconfig bad", files, None, ["--kubeconfig", "@DIR@/bad"]),
        Case("--kubeconfig with a list", files, None, ["--kubeconfig", "@DIR@/a:@DIR@/b"]), Case("--kubeconfig empty file", files, None, ["--kubeconfig", "@DIR@/empty"]),
        Case("--kubeconfig folder", files, None, ["--kubeconfig", "@DIR@/folder"]),
        Case("home", {".kube/config": a}, None, home="@DIR@"), Case("home missing", {}, None, home="@DIR@"), Case("KUBECONFIG empty", {".kube/config": b}, "", home="@DIR@"),
        Case("home relative CA", {".kube/config": config([cluster("c", server="https://a", certificate_authority="pki/ca.crt")]), ".kube/pki/ca.crt": PEM}, None, home="@DIR@"),
        Case("KUBECONFIG over home", {".kube/config": b, "a": a}, "@DIR@/a", home="@DIR@"), Case("KUBECONFIG of colons", {".kube/config": b}, "::", home="@DIR@"),
    ]


def random_cases(count, seed=20260101):
    """Files of random entries from small pools, so that names meet; YAML as well as JSON."""
    rng = random.Random(seed)
    names = ["a", "b", "c", "dev", "prod"]

    def pick(fields):
        return {k: rng.choice(v) for k, v in fields.items() if rng.random() < 0.5}

    def some(make, fields):
        entries = [make(n, **pick(fields)) for n in rng.sample(names, rng.randint(0, 4))]
        for e in entries:  # both a path and data is refused: seldom, or nothing else would be compared
            if "user" in e and "client-certificate-data" in e["user"] and rng.random() < 0.95:
                e["user"].pop("client-certificate", None)
        return entries
    clusters = {"server": ["https://1", "https://2"], "certificate_authority_data": [DATA, KEYDATA], "tls_server_name": ["one", "two"],
                "insecure_skip_tls_verify": [True, False], "proxy_url": ["http://p", "socks5://q"], "disable_compression": [True, False],
                "extensions": [[{"name": "e", "extension": {"i": 1}}], [{"name": "f", "extension": {"i": {"j": [1]}}}]]}
    users = {"token": ["t1", "t2"], "tokenFile": ["tok", "sub/tok"], "username": ["me"], "password": ["pw"], "as": ["x", "y"], "as_groups": [["g"], ["g", "h"]],
             "as_user_extra": [{"k": ["v"]}], "client_certificate_data": [DATA], "client_key_data": [KEYDATA], "client_certificate": ["c.crt"],
             "exec": [{"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "p"}, {"apiVersion": "client.authentication.k8s.io/v1", "command": "./p"}]}
    contexts = {"cluster": names, "user": names, "namespace": ["n1", "n2"]}
    found = []
    for number in range(count):
        files = {"c.crt": PEM, "sub/c.crt": KEY, "tok": "t"}
        order = []
        for i in range(rng.randint(1, 4)):
            name = rng.choice(["f%d", "sub/f%d"]) % i
            text = config(some(cluster, clusters), some(user, users), some(context, contexts), rng.choice([None, "", *names]))
            files[name] = text if rng.random() < 0.5 else as_yaml(json.loads(text)) + "\n"
            order.append("@DIR@/" + name)
            if rng.random() < 0.2:
                order.append("@DIR@/missing%d" % i)
        found.append(Case(f"random {number}", files, ":".join(order)))
    return found


def as_yaml(value, depth=0):
    """Block style; texts quoted as JSON."""
    pad = "  " * depth
    if isinstance(value, dict) and value:
        lines = []
        for k, v in value.items():
            nested = isinstance(v, (dict, list)) and v
            lines.append(f"{pad}{k}:" + ("\n" + as_yaml(v, depth + 1) if nested else " " + json.dumps(v)))
        return "\n".join(lines)
    if isinstance(value, list) and value:
        return "\n".join(pad + "-" + as_yaml(v, depth + 1)[len(pad) + 1:] if isinstance(v, (dict, list)) and v else f"{pad}- {json.dumps(v)}" for v in value)
    return pad + json.dumps(value)


def nasty_scalar_cases():
    """What YAML 1.1, 1.2 and Go disagree about, as token, as name and in an extension."""
    tokens = ["0o17", "0b101", "1_000", "+12", "-0", ".5", "5.", "1.0", "0x", "08", "1e", "NULL", "Null", "nUll", "TRUE", "True", "tRue", "N", "OFF", "=", "<<", "-", "?", "@at", "`tick`",
              "%p", "!", "!!str", "!!int 7", "!!int '7'", "!!float 7", "!!null x", "!!bool 'yes'", "!!timestamp 2020-01-01", "''", '""', "'null'", "2020-01-01T00:00:00Z", "12:30:45",
              ".NaN", "-.INF", "+.inf", "1.2.3", "0.0", "1e400", "18446744073709551616", "9223372036854775808", "- a", "[a, b", "{a: b}", "&a x", "&a", "|", ">-", "a: b", "a #b", "a\tb",
              '"\\x41\\u00e9\\U0001F600\\0"', '"\\q"', '"a\\\n  b"', "'a\n\n  b'", "a\n    b", "*x", '"\\ud83d\\ude00"', '"\\/"', "!!map {}", "!!seq []", "! 12", "!<tag:yaml.org,2002:str> 12"]
    return [one(f"scalar {t!r}", HEAD + f"users:\n- name: u\n  user:\n    token: {t}\n") for t in tokens] + [
        one(f"value in an extension {t!r}", HEAD + f"extensions:\n- name: e\n  extension:\n    v: {t}\n") for t in tokens] + [
        one(f"key of an extension {t!r}", HEAD + f"extensions:\n- name: e\n  extension:\n    {t}: v\n")
        for t in ("null", "~", "1", "1.50", "true", "yes", "0x10", "1e3", ".inf", "2020-01-01", "''", "!!str 1", "[a]", "{a: 1}", "? a", "-", "=", '"\\u00e9"', "é", "a b", "1_0", "010")]


def nasty_shape_cases():
    def ext(text):
        return HEAD + "extensions:\n- name: e\n  extension:\n" + "".join(f"    {line}\n" for line in text.split("\n"))
    head = HEAD + "clusters:\n- name: c\n  cluster:\n"
    return [
        one("merge key twice", ext("a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b")), one("merge key of a text", ext("a: {<<: text}")), one("merge key null", ext("a: {<<: null, b: 1}")),
        one("merge key of a list with a text", ext("a: &a {x: 1}\nb: {<<: [*a, t]}")), one("merge after the field", ext("a: &a {x: 1, y: 2}\nb: {x: 3, <<: *a}")),
        one("merge in a merge", ext("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}")), one("quoted merge key", ext("a: &a {x: 1}\nb: {'<<': *a}")),
        one("merge of itself", ext("a: &a {<<: *a, x: 1}")), one("merge at the top", "x: &h {apiVersion: v1, kind: Config}\n<<: *h\ncurrent-context: y\n"),
        one("anchor defined twice", ext("a: &a 1\nb: &a 2\nc: *a")), one("alias as a key", ext("a: &a k\n*a : v")), one("alias before its anchor", ext("a: *b\nb: &b 1")),
        one("anchor in another document", "x: &a 1\n---\n" + HEAD + "current-context: *a\n"), one("alias bomb", ext(
            "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
            "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]")),
        one("key twice in an extension", ext("a: 1\na: 2")), one("key twice, one quoted", ext("a: 1\n'a': 2")),
        # Not here: a number or boolean and the same as text as keys of one map. kubectl keeps either, by chance (the order of a Go map).
        one("first document empty", "---\n---\n" + HEAD + "current-context: x\n"), one("first document a comment", "# c\n---\n" + HEAD + "current-context: x\n"),
        one("second document broken", HEAD + "current-context: x\n---\n{\n"), one("text after the document end", HEAD + "current-context: x\n...\nrubbish\n"), one("only a document mark", "---\n"),
        one("document mark with content", "--- {apiVersion: v1, kind: Config, current-context: x}\n"), one("YAML directive 1.2", "%YAML 1.2\n---\n" + HEAD + "current-context: x\n"),
        one("YAML directive 2.0", "%YAML 2.0\n---\n" + HEAD + "current-context: x\n"), one("TAG directive", "%TAG !e! tag:example.com,2000:\n---\n" + HEAD + "current-context: !e!x y\n"),
        one("byte order mark and JSON", "\ufeff" + config([cluster()])), one("byte order mark in the middle", HEAD + "\ufeffcurrent-context: x\n"), one("CR only", (HEAD + "current-context: x\n").replace("\n", "\r")),
        one("CRLF in a block", (HEAD + "users:\n- name: u\n  user:\n    token: |\n      a\n      b\n").replace("\n", "\r\n")), one("next line mark", HEAD + "current-context: a\u0085b\n"),
        one("line separator", HEAD + "current-context: a\u2028b\n"), one("tab after a colon", HEAD + "current-context:\tx\n"), one("tab at the end", HEAD + "current-context: x\t\n"), one("tab before a comment", HEAD + "current-context: x\t# c\n"),
        one("tab on an empty line", HEAD + "\t\ncurrent-context: x\n"), one("tab in flow", HEAD + "preferences: {\tcolors:\ttrue }\n"), one("no-break space", HEAD + "current-context:\u00a0x\n"), one("form feed", HEAD + "\fcurrent-context: x\n"),
        one("very deep list", ext("a: " + "[" * 1000 + "]" * 1000)), one("far too deep list", ext("a: " + "[" * 12000 + "]" * 12000)), one("far too deep JSON", '{"extensions":[{"name":"a","extension":{"a":' + "[" * 12000 + "]" * 12000 + "}}]}"),
        one("deep block", HEAD + "extensions:\n- name: e\n  extension:\n" + "".join("  " * (i + 2) + "a:\n" for i in range(200))), one("key of 1100 characters", ext("k" * 1100 + ": v")), one("quoted key of 1100 characters", ext('"' + "k" * 1100 + '": v')),
        one("wrong indentation", head + "    server: https://a\n   proxy-url: http://p\n"), one("list not indented", HEAD + "clusters:\n- cluster:\n    server: https://a\n  name: c\n"),
        one("list further indented", HEAD + "clusters:\n    - cluster:\n          server: https://a\n      name: c\n"), one("explicit keys", HEAD + "? current-context\n: x\n"), one("flow with trailing comma", "{apiVersion: v1, kind: Config, current-context: x,}"),
        one("flow without values", "{apiVersion: v1, kind: Config, current-context: x, clusters, users}"), one("flow over lines", HEAD + "preferences: {colors:\n  true}\n"), one("flow with a comment", HEAD + "preferences: {colors: true # c\n  }\n"),
        one("flow pair in a list", ext("a: [b: c, d]")), one("flow colon without space", ext('a: {"b":c, d:e}')), one("URL in flow", head + "    {server: https://a:1/b?c=d,e}\n"), one("folded server", head + "    server: >-\n      https://a\n      b\n"),
        one("block with indent 2", HEAD + "users:\n- name: u\n  user:\n    token: |2\n        a\n      b\n"), one("block kept", HEAD + "users:\n- name: u\n  user:\n    token: |+\n      a\n\n\n"), one("block in the last line", HEAD + "users:\n- name: u\n  user:\n    token: |-\n      a"),
        one("no line feed at the end", HEAD + "current-context: x"), one("only spaces", "   \n  \n"), one("only a list", "- a\n"), one("only a number", "5\n"), one("only null", "null\n"), one("only false", "false\n"), one("only a text", "hello\n"), one("empty object", "{}"), one("empty list", "[]"),
        one("HTML", "<html><body>502</body></html>\n"), one("an ini file", "[section]\nkey=value\n"), one("a PEM file", PEM), one("a list of kubeconfigs", HEAD.replace("Config", "List") + "items: []\n"),
        one("JSON numbers big", '{"extensions":[{"name":"a","extension":{"a":123456789012345678901234567890,"b":0.1e-7,"c":1E5,"d":-0,"e":1.0,"f":100000000000000000000000}}]}'),
        one("JSON escapes", '{"current-context":"\\u0041\\ud83d\\ude00\\/\\b\\f"}'), one("JSON lone surrogate", '{"current-context":"a\\ud800b"}'), one("JSON tab in a text", '{"current-context":"a\tb"}'), one("JSON single quotes", "{'current-context':'x'}"),
        one("JSON keys not quoted", "{current-context:x}"), one("JSON duplicate lists", '{"clusters":[{"name":"a"}],"clusters":[{"name":"b"}]}'), one("JSON NaN", '{"extensions":[{"name":"a","extension":{"a":NaN}}]}'), one("JSON with a form feed", '{"current-context":\f"x"}'),
        one("names in composed and decomposed form", config([cluster("\u00e9"), cluster("e\u0301")])), one("names beyond the BMP", config([cluster("\U0001F600"), cluster("\uffee"), cluster("z")])), one("names with line feeds", config([cluster("a\nb"), cluster("a\tb"), cluster(" a "), cluster("")])),
        one("names that look like numbers", config([cluster("10"), cluster("9"), cluster("1e3"), cluster("true"), cluster("null"), cluster("~")], current="1e3")), one("names with special characters", config([cluster(n) for n in ("a:b", "#a", "- a", "'a'", '"a"', "{a}", "*a", "&a", "!a", "%a", "@a", "|", ">", "?", "a\\b")])),
    ]


def nasty_field_cases():
    beta = {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "kubelogin"}
    return [
        with_user("exec env entry null", exec={**beta, "env": [None]}), with_user("exec env without value", exec={**beta, "env": [{"name": "A"}]}), with_user("exec env without name", exec={**beta, "env": [{"value": "1"}]}),
        with_user("exec env value a number", exec={**beta, "env": [{"name": "A", "value": 1}]}), with_user("exec env value null", exec={**beta, "env": [{"name": "A", "value": None}]}), with_user("exec env a map", exec={**beta, "env": {"A": "1"}}),
        with_user("exec args with null", exec={**beta, "args": ["a", None]}), with_user("exec args a text", exec={**beta, "args": "get-token"}), with_user("exec mode empty", exec={**beta, "interactiveMode": ""}), with_user("exec mode null", exec={**beta, "interactiveMode": None}),
        with_user("exec apiVersion null", exec={"apiVersion": None, "command": "x"}), with_user("exec apiVersion of tomorrow", exec={"apiVersion": "client.authentication.k8s.io/v9", "command": "x"}), with_user("exec command null", exec={**beta, "command": None}),
        with_user("exec info as text", exec={**beta, "provideClusterInfo": "true"}), with_user("exec a list", exec=[]), with_user("exec a text", exec="aws"), with_user("exec file", {"sub/p": "x"}, exec={**beta, "command": "sub/../sub/p"}), with_user("exec command with spaces", exec={**beta, "command": " ./p x "}),
        with_user("auth-provider null", auth_provider=None), with_user("auth-provider empty", auth_provider={}), with_user("auth-provider without name", auth_provider={"config": {"a": "b"}}), with_user("auth-provider config empty", auth_provider={"name": "oidc", "config": {}}),
        with_user("auth-provider config value null", auth_provider={"name": "oidc", "config": {"id-token": None}}), with_user("auth-provider and token", token="t", auth_provider={"name": "oidc", "config": {"id-token": "x"}}), with_user("auth-provider and exec", exec=beta, auth_provider={"name": "oidc"}),
        with_user("as empty", **{"as": ""}), with_user("as null", **{"as": None}), with_user("as-groups null", as_groups=None), with_user("as-groups with null", as_groups=["a", None]), with_user("as-groups a text", as_groups="a"), with_user("as-groups empty text", as_groups=[""]),
        with_user("as-user-extra null", as_user_extra=None), with_user("as-user-extra value null", as_user_extra={"a": None}), with_user("as-user-extra value a text", as_user_extra={"a": "b"}), with_user("as-user-extra odd keys", **{"as": "x", "as_user_extra": {"": ["v"], "a/b": ["v"], "é": ["w"], "Z": [""], "a": [None]}}),
        with_user("as-user-extra empty", as_user_extra={}), with_user("as-uid a number", **{"as": "x", "as_uid": 42}), with_user("as without a dash", asGroups=["a"]),
        with_user("key data list of bytes", client_key_data=[104, 105], client_certificate_data=DATA), with_user("key data with a byte too large", client_key_data=[256]), with_user("key data empty list", client_key_data=[]), with_user("key data null", client_key_data=None), with_user("key data a number", client_key_data=1234),
        with_user("key data with CRLF", client_key_data=KEYDATA[:16] + "\r\n" + KEYDATA[16:]), with_user("key data with a space", client_key_data=KEYDATA[:16] + " " + KEYDATA[16:]), with_user("key data with a tab at the end", client_key_data=KEYDATA + "\t"),
        with_user("key data padded twice", client_key_data="YQ==YQ=="), with_user("key data padded too much", client_key_data="YWI=="), with_user("key data with bits left over", client_key_data="YR=="), with_user("key data only padding", client_key_data="===="), with_user("key data in PEM", client_key_data=KEY),
        with_user("certificate data not ASCII", client_certificate_data="é==="), with_user("password with secrets", username="a", password="p\"\\\n<é>"), with_user("user name only", username="me"), with_user("tokenFile empty", tokenFile=""), with_user("tokenFile null", tokenFile=None),
        with_user("token-file with a dash", **{"token_file": "tok"}), with_user("certificate file empty text", client_certificate="", client_certificate_data=DATA), with_user("certificate file a link", {"real.crt": PEM, "c.crt": ("link", "real.crt")}, client_certificate="c.crt", client_key_data=KEYDATA),
        with_user("certificate file a dangling link", {"c.crt": ("link", "nowhere")}, client_certificate="c.crt", client_key_data=KEYDATA), with_user("certificate file a loop", {"c.crt": ("link", "c.crt")}, client_certificate="c.crt"), with_user("certificate file with spaces", {"my cert.crt": PEM}, client_certificate="my cert.crt"),
        with_user("certificate file not ASCII", {"zürich.crt": PEM}, client_certificate="zürich.crt"), with_user("certificate file with a tilde", client_certificate="~/c.crt"), with_user("certificate file with a variable", client_certificate="$HOME/c.crt"), with_user("certificate of /dev/null", client_certificate="/dev/null"),
        with_user("extensions null", token="t", extensions=None), with_user("extensions empty", token="t", extensions=[]), with_user("extensions a map", token="t", extensions={"a": 1}), with_user("extension entry null", token="t", extensions=[None]), with_user("extension a list", extensions=[{"name": "a", "extension": [1, {"b": None}]}]),
        with_user("extension a number", extensions=[{"name": "a", "extension": 5}]), with_user("extension name missing", extensions=[{"extension": {"a": 1}}]), with_user("extension with other keys", extensions=[{"name": "a", "extension": {"b": 1}, "more": 2}]), with_user("extension of JSON text", extensions=[{"name": "a", "extension": '{"a":1}'}]),
        with_cluster("server null", server=None), with_cluster("server a number", server=6443), with_cluster("proxy null", server="https://a", proxy_url=None), with_cluster("compression null", server="https://a", disable_compression=None), with_cluster("compression as text", server="https://a", disable_compression="no"),
        with_cluster("insecure a number", server="https://a", insecure_skip_tls_verify=1), with_cluster("CA data list", server="https://a", certificate_authority_data=[1, 2, 3]), with_cluster("CA data line feeds only", server="https://a", certificate_authority_data="\n\n"), with_cluster("CA a folder below", {"sub/x": ""}, server="https://a", certificate_authority="sub"),
        one("cluster name inside", HEAD + "clusters:\n- name: a\n  cluster: {server: x, name: b}\n"), one("cluster a list", HEAD + "clusters:\n- name: a\n  cluster: []\n"), one("cluster a text", HEAD + "clusters:\n- name: a\n  cluster: https://a\n"), one("context null", HEAD + "contexts:\n- name: a\n  context:\n"),
        one("context namespace null", HEAD + "contexts:\n- name: a\n  context: {cluster: c, user: u, namespace: null}\n"), one("context namespace a number", HEAD + "contexts:\n- name: a\n  context: {cluster: c, user: u, namespace: 5}\n"), one("user null", HEAD + "users:\n- name: u\n  user:\n"), one("user false", HEAD + "users:\n- name: u\n  user: false\n"),
        one("users of an entry and null", HEAD + "users:\n- name: u\n  user: {token: t}\n- null\n"), one("two entries null", HEAD + "users: [null, null]\n"), one("entry a text", HEAD + "users: [u]\n"), one("entries false", HEAD + "users: false\n"), one("current a list", HEAD + "current-context: [x]\n"), one("current empty", HEAD + "current-context: ''\n"),
        one("preferences list", HEAD + "preferences: []\n"), one("preferences colours null", HEAD + "preferences: {colors: null}\n"), one("preferences colours text", HEAD + "preferences: {colors: 'true'}\n"), one("preferences unknown", HEAD + "preferences: {theme: dark}\n"), one("preferences extensions null", HEAD + "preferences: {extensions: null}\n"),
        one("extensions top null", HEAD + "extensions: null\n"), one("extensions top twice", HEAD + "extensions: [{name: a, extension: 1}, {name: a, extension: 2}]\n"), one("kind null", "apiVersion: v1\nkind: null\ncurrent-context: x\n"), one("kind empty", "apiVersion: v1\nkind: ''\n"), one("kind in lower case", "apiVersion: v1\nkind: config\n"),
        one("apiVersion empty", "apiVersion: ''\nkind: Config\ncurrent-context: x\n"), one("apiVersion with a group", "apiVersion: config/v1\nkind: Config\n"), one("apiVersion a number", "apiVersion: 1\nkind: Config\n"), one("kind Preferences", "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n"),
        one("mixed case keys in JSON", '{"Current-Context":"x","CLUSTERS":[{"NAME":"a","Cluster":{"SERVER":"https://a","Insecure-Skip-TLS-Verify":true}}],"users":[{"name":"u","user":{"TOKENFILE":"t","Token":"x"}}]}'),
        one("both cases of a key", '{"current-context":"x","Current-Context":"y"}'), one("both cases, capitals first", '{"Current-Context":"y","current-context":"x"}'), one("both cases in YAML", HEAD + "Current-Context: y\ncurrent-context: x\n"),
    ]


def nasty_path_cases():
    text = config([cluster("c", server="https://a", certificate_authority="pki/ca.crt")], [user("u", token="t")], [context()], "x")
    files = {"a": text, "pki/ca.crt": PEM, "b": config([cluster("d")], current="y"), "deep/er/config": text, "deep/er/pki/ca.crt": KEY, "loop": ("link", "loop"), "dangling": ("link", "nowhere"), "link": ("link", "deep/er/config"),
             "linkdir": ("link", "deep/er"), "with space": text, "zürich": text, "a:b": text, "folder": None, "locked.lock": "", "null": ("link", "/dev/null"), "-dash": text, "a\nb": text, "UP": text}

    def env(name, value, **more):
        return Case("path " + name, files, value, **more)
    return [
        env("link loop", "@DIR@/loop"), env("link loop beside a file", "@DIR@/loop:@DIR@/a"), env("dangling link", "@DIR@/dangling"), env("dangling link beside a file", "@DIR@/dangling:@DIR@/a"), env("link to a file elsewhere", "@DIR@/link"), env("through a linked folder", "@DIR@/linkdir/config"),
        env("with a space", "@DIR@/with space"), env("not ASCII", "@DIR@/zürich"), env("with a colon", "@DIR@/a:b"), env("folder below a file", "@DIR@/a/b"), env("folder below a file and a file", "@DIR@/a/b:@DIR@/b"), env("double slash", "@DIR@//a"), env("the folder itself", "@DIR@"), env("the folder and a file", "@DIR@:@DIR@/a"),
        env("/dev/null", "/dev/null"), env("/dev/null and a file", "/dev/null:@DIR@/a"), env("link to /dev/null", "@DIR@/null"), env("the same file by two ways", "@DIR@/a:@DIR@/deep/../a"), env("the same file linked", "@DIR@/link:@DIR@/deep/er/config"), env("a dot", "."), env("spaces only", "   "), env("a semicolon", "@DIR@/a;@DIR@/b"),
        env("a comma", "@DIR@/a,@DIR@/b"), env("file URL", "file://@DIR@/a"), env("a variable", "$HOME/a"), env("very long", "@DIR@/" + "x" * 300), env("very long and a file", "@DIR@/" + "x" * 300 + ":@DIR@/a"), env("far too long", "@DIR@/" + "x/" * 2500 + ":@DIR@/a"), env("starts with a dash", "-dash"), env("with a line feed", "@DIR@/a\nb"), env("colon at both ends", ":@DIR@/a:"),
        Case("path --kubeconfig not ASCII", files, None, ["--kubeconfig", "@DIR@/zürich"]), Case("path --kubeconfig=", files, "@DIR@/b", ["--kubeconfig=@DIR@/a"]), Case("path --kubeconfig empty", files, "@DIR@/b", ["--kubeconfig="]), Case("path --kubeconfig twice", files, None, ["--kubeconfig", "@DIR@/a", "--kubeconfig", "@DIR@/b"]),
        Case("path --kubeconfig loop", files, None, ["--kubeconfig", "@DIR@/loop"]), Case("path --kubeconfig dangling", files, None, ["--kubeconfig", "@DIR@/dangling"]), Case("path --kubeconfig below a file", files, None, ["--kubeconfig", "@DIR@/a/b"]), Case("path --kubeconfig /dev/null", files, None, ["--kubeconfig", "/dev/null"]),
        Case("path home is a file", files, None, home="@DIR@/a"), Case("path home with a folder config", {".kube/config/x": ""}, None, home="@DIR@"), Case("path home with a dangling link", {".kube/config": ("link", "nowhere")}, None, home="@DIR@"), Case("path home relative link", {".kube/config": ("link", "../a"), **files}, None, home="@DIR@"),
        Case("flag --context of another", files, "@DIR@/a", ["--context", "y"]), Case("flag --context empty", files, "@DIR@/a", ["--context", ""]), Case("flag --namespace", files, "@DIR@/a", ["-n", "other"]), Case("flag --as", files, "@DIR@/a", ["--as", "olga", "--as-group", "g"]), Case("flag --request-timeout", files, "@DIR@/a", ["--request-timeout", "5s"]),
    ]


# Where ours is not kubectl: what happens instead, and why. The test checks that it is so.
STRICTER = "ours refuses with a sentence"
LAXER = "ours accepts"
DIFFERENT = {
    "very deep list": STRICTER,                     # more than 200 levels: no kubeconfig, but a stack for whoever sends one
    "deep block": STRICTER,
    "byte order mark in the middle": STRICTER,      # kubectl skips it; an invisible character in a file of secrets is said
    "scalar '\"\\\\/\"'": LAXER,                    # YAML 1.2, and JSON in YAML
    "value in an extension '\"\\\\/\"'": LAXER,
    "next line mark": LAXER,                        # YAML 1.1 breaks a plain scalar there, YAML 1.2 does not
    "line separator": LAXER,
}


def nasty_cases():
    return nasty_scalar_cases() + nasty_shape_cases() + nasty_field_cases() + nasty_path_cases()


def all_cases():
    return good_cluster_cases() + good_user_cases() + shape_cases() + merge_cases() + nasty_cases() + random_cases(60)
