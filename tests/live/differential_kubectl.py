# SPDX-License-Identifier: GPL-3.0-or-later
"""A day's work with kubectl, told as commands: what it prints and its exit code must be the same on both servers."""

import json
import os
import re

import differential

RULES = [(differential.UUID, "<uid>"), (differential.TIME, "<time>"), (re.compile(r"resourceVersion: \"?\d+\"?"), "resourceVersion: <version>"),
         (re.compile(r"Resource Version: +\d+"), "Resource Version: <version>"), (re.compile(r"(?<=[ \t(])(\d+[smhd])+(?=[ \t)\n]|$)", re.M), "<age>"),
         (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"), "<time>"), (re.compile(r"/tmp/(LIVE|MERGED)-\d+"), r"/tmp/\1"),
         (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4}"), "<time>"), (re.compile(r" +"), " "), (re.compile(r"127\.0\.0\.1:\d+"), "<server>")]


def party(name, namespace, **spec):
    return json.dumps({"apiVersion": "canton.quarterdeck.io/v1alpha1", "kind": "Party", "metadata": {"name": name, "namespace": namespace},
                       "spec": {"nodeRef": {"kind": "Validator", "name": "northgate-dev-1"}, "hint": name, **spec}})


def day(editor, examples):
    """(arguments, what goes to stdin)."""
    ns = "canton-devnet"
    one = ("-n", ns, "validator", "northgate-dev-1")

    def on(verb, *args):
        return ("-n", ns, verb, "validator", "northgate-dev-1", *args)
    event = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "seen", "namespace": ns}, "reason": "Tried", "message": "it did", "type": "Normal", "count": 1,
             "involvedObject": {"kind": "Validator", "apiVersion": "canton.quarterdeck.io/v1alpha1", "name": "northgate-dev-1", "namespace": ns},
             "source": {"component": "test"}, "firstTimestamp": "2026-11-01T10:00:00Z", "lastTimestamp": "2026-11-01T10:00:00Z"}
    commands = [(("apply", "-f", examples), None), (("api-resources", "--api-group=canton.quarterdeck.io", "--sort-by=name"), None),
                (("explain", "validators"), None), (("explain", "validators.spec"), None), (("explain", "parties.spec.nodeRef"), None), (("explain", "validators.nothing"), None)]
    for kind in ("validators", "participants", "supervalidators", "syncdomains", "parties", "backups", "upgrades", "cantonnetworks", "ledgerusers", "darpackages"):
        commands += [(("get", kind, "-A"), None), (("get", kind, "-A", "-o", "wide"), None)]
    commands += [
        (("get", *one, "-o", "yaml"), None), (("get", *one, "-o", "jsonpath={.spec.networkRef.name} {.status.conditions[*].type}"), None),
        (("get", *one, "-o", "custom-columns=N:.metadata.name,P:.status.phase"), None), (("get", *one, "-o", "go-template={{.metadata.name}}"), None),
        (("get", "val", "-A", "-o", "name", "-l", "canton.quarterdeck.io/node=northgate-dev-1"), None), (("get", "val", "-A", "-l", "a in"), None),
        (("get", "parties", "-A", "--field-selector", "metadata.name=northgate-treasury"), None), (("get", "parties", "-A", "--field-selector", "spec.nothing=x"), None),
        (("get", "parties", "-A", "--chunk-size=2", "-o", "name"), None), (("get", "validators", "-A", "--show-labels"), None),
        (("get", "validators,parties", "-A", "-o", "name"), None), (("get", "all", "-n", ns), None), (("get", "validator", "nothing", "-n", ns), None), (("get", "nothings"), None),
        (on("describe"), None), (("describe", "party", "-n", ns), None),
        (on("label", "example.com/a=b"), None), (on("label", "example.com/a=c"), None), (on("label", "example.com/a=c", "--overwrite"), None), (on("label", "bad key=c"), None),
        (on("annotate", "example.com/c=d"), None), (on("annotate", "example.com/c-"), None), (on("patch", "--type", "merge", "-p", '{"spec":{"logLevel":"Debug"}}'), None),
        (on("patch", "--type", "merge", "-p", '{"spec":{"logLevel":"Loud"}}'), None), (on("patch", "--type", "merge", "-p", '{"spec":{"strange":1}}'), None),
        (on("patch", "--type", "json", "-p", '[{"op":"replace","path":"/spec/logLevel","value":"Warn"}]'), None), (on("patch", "-p", '{"spec":{"logLevel":"Info"}}'), None),
        (on("patch", "--type", "json", "-p", '[{"op":"remove","path":"/spec/nothing"}]'), None), (on("edit"), editor), (on("get", "-o", "yaml", "--show-managed-fields"), None),
        (("apply", "-f", "-"), party("applied", ns, displayName="One")), (("diff", "-f", "-"), party("applied", ns, displayName="Two")), (("diff", "-f", "-"), party("applied", ns, displayName="One")),
        (("apply", "-f", "-"), party("applied", ns, displayName="Two")), (("apply", "-f", "-"), party("applied", ns, displayName="Two")),
        (("apply", "--dry-run=server", "-f", "-"), party("dry", ns)), (("apply", "-f", "-"), party("bad", ns, strange=1)), (("apply", "--validate=false", "-f", "-"), party("bad", ns, type="Strange")),
        (("apply", "--server-side", "-f", "-"), party("owned", ns, displayName="One")), (("-n", ns, "patch", "party", "owned", "--type", "merge", "-p", '{"spec":{"displayName":"Other","featuredApp":true}}'), None),
        (("apply", "--server-side", "-f", "-"), party("owned", ns, displayName="One", featuredApp=False)), (("apply", "--server-side", "--force-conflicts", "-f", "-"), party("owned", ns, displayName="One")),
        (("apply", "--server-side", "-f", "-"), party("owned", ns)), (("-n", ns, "get", "party", "owned", "-o", "yaml", "--show-managed-fields"), None),
        (("create", "-f", "-"), party("owned", ns)), (("replace", "-f", "-"), party("owned", ns, displayName="Three")),
        (("-n", ns, "wait", "party/owned", "--for=jsonpath={.spec.displayName}=Three", "--timeout=5s"), None), (on("wait", "--for=condition=Ready", "--timeout=5s"), None),
        (on("delete"), None), (("-n", ns, "delete", "party", "owned"), None), (("-n", ns, "annotate", "party", "owned", "canton.quarterdeck.io/confirm-delete=owned"), None),
        (("-n", ns, "delete", "party", "owned"), None), (("-n", ns, "delete", "party", "owned"), None), (("-n", ns, "delete", "party", "owned", "--ignore-not-found"), None),
        (("create", "-f", "-"), json.dumps(event)), (("-n", ns, "events"), None), (("-n", ns, "events", "--for", "validator/northgate-dev-1"), None), (("-n", ns, "get", "events"), None),
        (("create", "namespace", "day"), None), (("-n", "day", "create", "configmap", "c", "--from-literal=a=b"), None), (("-n", "day", "create", "secret", "generic", "s", "--from-literal=a=b"), None),
        (("-n", "day", "create", "deployment", "d", "--image=x"), None), (("-n", "day", "get", "deployments", "-o", "wide"), None), (("-n", "day", "scale", "deployment", "d", "--replicas=3"), None),
        (("-n", "day", "get", "deployments,cm,secrets", "-l", "app=d"), None), (("-n", "day", "describe", "configmap", "c"), None), (("-n", "day", "get", "cm", "c", "-o", "yaml"), None), (("-n", "day", "rollout", "history", "deployment/nothing"), None),
        (("-n", "day", "set", "image", "deployment/d", "x=y:2"), None), (("-n", "day", "delete", "deployment", "d"), None), (("-n", "day", "delete", "configmap,secret", "c"), None),
        (("-n", "day", "logs", "nothing"), None), (("-n", "day", "port-forward", "pod/nothing", "1:1"), None), (("-n", "day", "exec", "nothing", "--", "true"), None),
        (("auth", "can-i", "list", "validators"), None), (("auth", "can-i", "patch", "validators", "--as", "vera", "--as-group", "qd:viewer"), None),
        (("auth", "can-i", "list", "validators", "--as", "vera", "--as-group", "qd:viewer"), None), (("auth", "whoami", "--as", "vera", "--as-group", "qd:viewer"), None),
        (("-n", ns, "auth", "can-i", "--list", "--as", "vera", "--as-group", "qd:viewer"), None), (("get", "secrets", "-A", "--as", "vera", "--as-group", "qd:viewer"), None),
        (("get", "validators", "-A", "--as", "nobody"), None), (on("delete", "--as", "vera", "--as-group", "qd:viewer"), None), (("get", "--raw", "/apis/canton.quarterdeck.io/v1alpha1/nothings"), None),
        (("get", "--raw", "/livez"), None)]
    return commands


def shown(text):
    for pattern, word in RULES:
        text = pattern.sub(word, text)
    # Sections and rows that come from maps stand in no order.
    return text


def run(rig, commands):
    """(command, code, what was printed) of each."""
    done = []
    for args, given in commands:
        env = None
        if "edit" in args:
            env, given = {"EDITOR": given}, None
        if env:
            os.environ.update(env)
        process = rig.kubectl(*args, input=given, check=False)
        out, err = shown(process.stdout), shown(process.stderr)
        if "--list" in args:
            out = "\n".join(sorted(out.splitlines()))
        done.append((" ".join(args)[:160], process.returncode, out, err))
    return done
