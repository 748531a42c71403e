# SPDX-License-Identifier: GPL-3.0-or-later
"""One story told to two API servers and what each answered, made comparable.

A scenario is a function of a Side: it asks, reads what came (uids, versions), asks again. It runs once against each server in a
namespace of its own; the answers are then compared one by one: status code, headers a client acts on, and the whole body, less what
no two servers can share (uids, times, versions, generated letters, the text of continue tokens)."""

import copy
import http.client
import json
import re
import threading
import urllib.parse

from rig import Reply

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
VERSIONS = re.compile(r"((?:ResourceVersion in (?:precondition|object meta)|resource version|[Cc]urrent|too old resource version|Too large resource version): ?)\d+")
# Names of Go types and what a decoder says of where it stopped; whole objects inside a sentence; keys of etcd; names of the two rigs' bindings.
WORDS = [(re.compile(r"Go struct field \w+\.([\w.\[\]]+) of type \S+"), r"Go struct field \1"), (re.compile(r"Go struct field (?:metadata\.)"), "Go struct field "),
         (re.compile(r'Invalid value: "\{.*\}"(?=: (json|no kind|strict|illegal))', re.S), "Invalid value: <object>"), (re.compile(r"Object 'Kind' is missing in .*", re.S), "Object 'Kind' is missing"),
         (re.compile(r"yaml: .*", re.S), "yaml: <why>"), (re.compile(r"invalid character.*", re.S), "invalid character"), (re.compile(r"Key: \S+,"), "Key: <key>,"),
         (re.compile(r"\n@@ .*", re.S), ""), (re.compile(r"Bad_[a-z0-9]{5}"), "Bad_*****"), (re.compile(r"in record \(\d+\)"), "in record (<version>)"), (re.compile(r'(ClusterRoleBinding) "[^"]*"'), r"\1 <name>")]
AGE = re.compile(r"^(<unknown>|<invalid>|(\d+[smhdy])+)$")


class Answer:
    def __init__(self, label, reply):
        self.label = label
        self.status = reply.status
        self.reply = reply
        self.json = reply.json
        self.view = None

    @property
    def name(self):
        return self.json["metadata"]["name"]

    @property
    def uid(self):
        return self.json["metadata"]["uid"]

    @property
    def version(self):
        return self.json["metadata"]["resourceVersion"]


class Side:
    """One server under a scenario."""

    def __init__(self, rig, namespace, user_groups):
        self.rig = rig
        self.ns = namespace
        self.answers = []
        self._groups = user_groups

    def ask(self, method, path, body=None, persona=None, accept=None, type=None, headers=None, label="", compare=True, timeout=15):
        """One request; {ns} in the path is the scenario's namespace."""
        path = path.replace("{ns}", self.ns)
        fields = dict(headers or {})
        fields.setdefault("User-Agent", "differential/1.0")
        if accept:
            fields["Accept"] = accept
        if persona:
            fields["Impersonate-User"] = persona
            if persona in self._groups:
                fields["Impersonate-Group"] = self._groups[persona]
        try:
            reply = self.rig.request(method, path, copy.deepcopy(body), content_type=type, headers=fields, timeout=timeout)
        except (http.client.HTTPException, OSError) as e:
            reply = Reply(0, http.client.HTTPMessage(), f"no answer: {e.__class__.__name__}".encode())
        shown = re.sub(r"resourceVersion=\d{3,}", "resourceVersion=<version>", re.sub(r"continue=eyJ[^&]*", "continue=<token>", path.replace(self.ns, "{ns}")))
        told = f"{method} {shown}" + "".join(f" [{word}]" for word in (type, accept, persona, label) if word)
        answer = Answer(told, reply)
        if compare:
            answer.view = View(self).answer(reply, path)
            self.answers.append(answer)
        return answer

    def get(self, path, query="", **more):
        return self.ask("GET", path + query, **more)

    def until(self, path, wanted, limit=20.0):
        """Asks, unseen by the comparison, until `wanted(answer)`; what the server's controllers do takes a moment."""
        done = threading.Event()
        for _ in range(int(limit / 0.05)):
            answer = self.ask("GET", path, compare=False)
            if wanted(answer):
                return answer
            done.wait(0.05)
        raise AssertionError(f"GET {path}: not as awaited after {limit:.0f} s: {answer.status} {answer.json}")


class View:
    """What of an answer is compared."""

    def __init__(self, side):
        self.side = side

    def text(self, text):
        text = UUID.sub("<uid>", text.replace(self.side.ns, "{ns}"))
        for pattern, shown in WORDS:
            text = pattern.sub(shown, text)
        return VERSIONS.sub(r"\1<version>", TIME.sub("<time>", text))

    def value(self, value, key=""):
        if isinstance(value, dict):
            return self.object(value, key)
        if isinstance(value, list):
            return [self.value(one, key) for one in value]
        return self.text(value) if isinstance(value, str) else value

    def object(self, value, key):
        out = {}
        for name, inner in value.items():
            if name in ("creationTimestamp", "deletionTimestamp"):
                if inner is not None:
                    out[name] = "<time>"
            elif name in ("uid", "resourceVersion") and isinstance(inner, str):
                out[name] = "<" + name + ">"
            elif name in ("clusterIP", "clusterIPs"):
                out[name] = re.sub(r"10\.\d+\.\d+\.\d+", "<address>", json.dumps(inner))
            elif name in ("resourceRules", "nonResourceRules"):
                out[name] = sorted((self.value(rule) for rule in inner), key=lambda rule: json.dumps(rule, sort_keys=True))
            elif name == "resources" and value.get("kind") == "APIResourceList":
                out[name] = sorted(({k: v for k, v in one.items() if k != "storageVersionHash"} for one in inner), key=lambda one: one["name"])
            elif name == "causes":
                # Some registries validate metadata twice and say the same twice.
                causes = [self.value(cause) for cause in inner]
                out[name] = [cause for i, cause in enumerate(causes) if cause not in causes[:i]]
            elif name == "continue":
                out[name] = "<token>" if inner else ""
            elif name == "managedFields" and key == "metadata" and isinstance(inner, list):
                out[name] = sorted((self.value(entry) for entry in inner),
                                   key=lambda e: (e.get("operation", ""), e.get("manager", ""), e.get("subresource", "")))
            else:
                out[self.text(name)] = self.value(inner, name)
        prefix = value.get("generateName")
        if key == "metadata" and prefix and str(out.get("name", "")).startswith(prefix):
            out["name"] = prefix + "*****"
        if value.get("kind") == "Table" and "columnDefinitions" in value:
            out["rows"] = [dict(row, cells=["<age>" if isinstance(cell, str) and AGE.match(cell) else re.sub(r"^10(\.\d+){3}$", "<address>", str(cell)) if isinstance(cell, str) else cell for cell in row["cells"]])
                           for row in out.get("rows") or []]
        return out

    def answer(self, reply, path):
        view = {"status": reply.status, "type": (reply.headers.get("Content-Type") or "").replace(" ", "")}
        for name in ("Warning", "Retry-After", "Allow"):
            found = reply.headers.get_all(name)
            if found:
                view[name] = sorted(self.text(one) for one in found)
        body = reply.json
        if body is None and "watch=" in path and reply.status == 200:
            lines = [json.loads(line) for line in reply.data.splitlines() if line.strip()]
            # A server may send further bookmarks at any time.
            view["events"] = [self.value(line) for line in lines if line["type"] != "BOOKMARK" or "initial-events-end" in json.dumps(line)]
        elif body is None:
            view["text"] = self.text(reply.data.decode("utf-8", "replace"))
        elif "watch=" in path and reply.status == 200:
            view["events"] = [self.value(body)]
        else:
            view["body"] = self.value(body)
        return view


def differences(a, b, where=""):
    """Paths at which two views differ, as (path, real, demo)."""
    if isinstance(a, dict) and isinstance(b, dict):
        found = []
        for name in sorted(set(a) | set(b)):
            found += differences(a.get(name, "<absent>"), b.get(name, "<absent>"), f"{where}.{name}")
        return found
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [one for i, (x, y) in enumerate(zip(a, b)) for one in differences(x, y, f"{where}[{i}]")]
    return [] if a == b and isinstance(a, bool) == isinstance(b, bool) else [(where, a, b)]


def run(scenario, rig, namespace, groups):
    """The answers of one server. The namespace is made first."""
    rig.namespace(namespace)
    side = Side(rig, namespace, groups)
    scenario(side)
    return side.answers


def quoted(text):
    return urllib.parse.quote(text, safe="")
