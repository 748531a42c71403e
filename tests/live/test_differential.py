#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same requests to kube-apiserver and to `quarterdeck-demo serve`: verdict, code, reason, details, message and object must be the same.
Where they differ, the demo is wrong, but for the differences in KNOWN, each with its reason."""

import concurrent.futures
import json
import os
import re
import unittest

import differential
import differential_kubectl
import live
import ondemo
import rig as rigs
from differential_kinds import life, subjects
from differential_stories import STORIES

GROUPS = {persona: "qd:" + persona for persona in rigs.PERSONAS}

# (request, place, reason): regular expressions of what may differ.
KNOWN = [
    (r"as=Table", r"columnDefinitions\[\d+\]\.description$", "documentation texts of Go's types; kubectl and the console show the columns' names"),
    (r"application/yaml;as=Table|\[application/vnd.kubernetes.protobuf\]", r"", "the demo answers in JSON only; kubectl and the console ask for JSON and make YAML themselves"),
    (r"GET /version( \[\S+\])?$", r"\.body\.(emul|minC|git|go|build|platform)", "the demo says which server it is; what clients read of it (major, minor, gitVersion) is there"),
    (r"GET (/version|/apis/\S*v1alpha1) \[text/html\]|GET /openapi/v3/apis/nothing", r"", "nobody asks for discovery in HTML, or for the OpenAPI document of a group that discovery does not name"),
    (r"(POST|DELETE|PUT) /(version|api|apis/apps/v1)$|TRACE", r"", "no client writes to a discovery document"),
    (r"/events\b", r"managedFields", "an event's owners are told in the form it is stored in, that of the core group; nobody applies events"),
    (r"/events\?\S*resourceVersion=<version>", r"(Retry-After|retryAfterSeconds)$", "events are read past the watch cache, which alone says when to come back to a version that is still to come"),
    (r"/events \[|/events$", r"\.(message|causes)", "events.k8s.io: one complaint for a missing reportingController, not three"),
    (r"/(nodes|namespaces/\S+/endpointslices)\b", r"(status|taints|generation|protocol|conditions)", "written by kubelets and controllers, which here are the demo itself"),
    (r"/namespaces/\S+-end\b", r"(status\.conditions|managedFields)", "sometimes: how far the namespace controller has come; the demo empties a namespace at once"),
    (r"PUT \S+/missing\?dryRun", r"", "PUT creates leases, services and roles on a real server; kubectl and the console create with POST"),
    (r"^(?!.*canton).*\[(nothing in it|creates|long name|bad name)\]", r"", "built-in kinds: order and completeness of the complaints about an object with several mistakes, limits of names by kind"),
    (r"PATCH \S+/jobs/thing-jobs", r"details.causes|message", "a job's selector is told by its uid, so a wrong uid is five mistakes"),
    (r"PATCH \S+/pods/thing-pods/status", r"Warning", "the demo's schema of a pod's spec is open: it warns of no unknown field there"),
    (r"selfsubjectaccessreviews", r"\.status\.reason$", "sometimes: which of several roles that allow something is named"),
]

MET = set()


def both(demo=True, real=True):
    """The two servers with the same kinds, policies, roles and bindings."""
    rigs_ = []
    if real:
        rigs_.append(rigs.Rig(controllers=True, apiserver_args=["--disable-admission-plugins=ServiceAccount,StorageObjectInUseProtection"]))
    if demo:
        rigs_.append(ondemo.DemoRig())
    return rigs_


def scenarios(rig):
    folder = os.path.join(rigs.ROOT, "resources", "examples", "consortium")
    resources = {r["kind"]: (r["name"], r["namespaced"]) for r in rig.want("GET", rigs.API)["resources"] if "/" not in r["name"]}
    found = [(subject.plural, life(subject)) for subject in subjects(rig.documents(folder), resources)]
    return found + [(story.__name__, story) for story in STORIES]


def known(request, place):
    found = [i for i, (asked, where, _) in enumerate(KNOWN) if re.search(asked, request) and re.search(where, place)]
    MET.update(found)
    return bool(found)


class Differential(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.rigs = both()
        for rig in cls.rigs:
            cls.addClassCleanup(rig.stop)
            rig.start()
            rig.install()
        cls.scenarios = scenarios(cls.rigs[0])

    def test_same_answers(self):
        requests = 0
        for name, scenario in self.scenarios:
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                real, demo = pool.map(lambda rig, tell=scenario, ns="d-" + name: differential.run(tell, rig, ns, GROUPS), self.rigs)
            self.assertEqual([a.label for a in real], [a.label for a in demo], name)
            requests += len(real)
            for number, (a, b) in enumerate(zip(real, demo)):
                found = [one for one in differential.differences(a.view, b.view) if not known(a.label, one[0])]
                if found:
                    with self.subTest(scenario=name, number=number, request=a.label):
                        self.fail("\n".join(f"{where}\n   real {json.dumps(x)[:600]}\n   demo {json.dumps(y)[:600]}" for where, x, y in found))
        self.assertGreater(requests, 6000)
        self.assertEqual([KNOWN[i] for i in range(len(KNOWN)) if i not in MET and not KNOWN[i][2].startswith("sometimes")], [], "nothing differs there any more: take it off the list")

    def test_kubectl(self):
        editor = os.path.join(self.rigs[0].directory, "editor")
        with open(editor, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\nsed -i 's/logLevel: Warn/logLevel: Error/' \"$1\"\n")
        os.chmod(editor, 0o700)
        commands = differential_kubectl.day(editor, os.path.join(rigs.ROOT, "resources", "examples", "consortium"))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            real, demo = pool.map(lambda rig: differential_kubectl.run(rig, commands), self.rigs)
        for a, b in zip(real, demo):
            if a != b:
                with self.subTest(command=a[0]):
                    self.assertEqual("\n".join(map(str, a)), "\n".join(map(str, b)))


if __name__ == "__main__":
    live.main()
