# SPDX-License-Identifier: GPL-3.0-or-later
"""A second client that plays the operator's part: watches our kinds, acknowledges generations, goes Updating then Ready, echoes requests
made by annotation, lets deleted objects go. Not called operator.py: that name belongs to the standard library.

    with PlayOperator(rig) as op: …            everything settles after `pace` seconds
    op.hold()                                  nothing is acted on any more (objects keep unsettled); op.release() catches up
    op.fail("validators", "acme")              that object ends in Failed with its reason
"""

import http.client
import json
import threading
import time

from rig import API, GROUP, RigFailed

REQUESTS = {"restart": "restart-requested-at", "reconcile": "reconcile-requested-at", "trigger": "trigger-at"}
NODES = ("validators", "participants", "supervalidators", "syncdomains")
RUN_ONCE = ("topologychanges", "validatoronboardings", "backups", "restores", "identitydumps", "upgrades")


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def with_condition(conditions, generation, kind, status, reason, message):
    """The list with one condition set; its time moves only when its status does."""
    old = next((c for c in conditions if c.get("type") == kind), None)
    moved = old is None or old.get("status") != status
    new = {"type": kind, "status": status, "reason": reason, "message": message, "observedGeneration": generation,
           "lastTransitionTime": now() if moved else old["lastTransitionTime"]}
    return [c for c in conditions if c.get("type") != kind] + [new]


class PlayOperator:
    """One thread a kind. Acts as the rig's admin; `actions` lists what it did, for assertions."""

    def __init__(self, rig, plurals=NODES, pace=0.3):
        self._rig = rig
        self._plurals = plurals
        self.pace = pace
        self.actions = []
        self.errors = []
        self._failing = {}
        self._stopping = threading.Event()
        self._working = threading.Event()
        self._working.set()
        self._connections = {}
        self._threads = [threading.Thread(target=self._run, args=(p,), daemon=True) for p in plurals]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stopping.set()
        self._working.set()
        for connection in list(self._connections.values()):
            if connection.sock is not None:
                try:
                    connection.sock.shutdown(2)
                except OSError:
                    pass
        for thread in self._threads:
            thread.join(10)

    def hold(self):
        self._working.clear()

    def release(self):
        self._working.set()

    def fail(self, plural, name, reason="ImagePullFailed", message="the image does not exist"):
        self._failing[(plural, name)] = (reason, message)

    def heal(self, plural, name):
        self._failing.pop((plural, name), None)

    # One kind's thread

    def _run(self, plural):
        while not self._stopping.is_set():
            try:
                version = self._list(plural)
                self._watch(plural, version)
            except (OSError, http.client.HTTPException, RigFailed, ValueError) as e:
                if not self._stopping.is_set() and " 429 " not in str(e):
                    self.errors.append(f"{plural}: {e}")
                self._stopping.wait(0.2)

    def _list(self, plural):
        answer = self._rig.want("GET", f"{API}/{plural}")
        for item in answer["items"]:
            self._act(plural, item)
        return answer["metadata"]["resourceVersion"]

    def _watch(self, plural, version):
        connection = self._rig.connect(timeout=330)
        self._connections[plural] = connection
        try:
            connection.request("GET", f"{API}/{plural}?watch=1&resourceVersion={version}&timeoutSeconds=300")
            stream = connection.getresponse()
            if stream.status != 200:
                return
            for line in stream:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    return
                if event["type"] in ("ADDED", "MODIFIED"):
                    self._act(plural, event["object"])
                if self._stopping.is_set():
                    return
        finally:
            connection.close()

    def _act(self, plural, item):
        self._working.wait()
        if self._stopping.is_set():
            return
        meta = item["metadata"]
        path = f"{API}/namespaces/{meta['namespace']}/{plural}/{meta['name']}"
        if meta.get("deletionTimestamp"):
            self._let_go(plural, path, meta)
            return
        if self._open_requests(item):
            # The event may be older than what was done since: look again.
            live = self._rig.request("GET", path)
            if live.ok and (open_now := self._open_requests(live.json)):
                self._settle(plural, path, live.json, {k: v for k, v in open_now.items() if k != "generation"})

    @staticmethod
    def _open_requests(item):
        """What is not acted on yet: requests by annotation, and the generation."""
        meta, status = item["metadata"], item.get("status", {})
        asked = {k: meta.get("annotations", {}).get(f"{GROUP}/{a}") for k, a in REQUESTS.items()}
        found = {k: v for k, v in asked.items() if v and status.get("handledRequests", {}).get(k) != v}
        if status.get("observedGeneration") != meta["generation"]:
            found["generation"] = meta["generation"]
        return found

    def _let_go(self, plural, path, meta):
        if meta.get("finalizers"):
            self._stopping.wait(self.pace)
            self._patch(path, {"metadata": {"finalizers": None}})
            self.actions.append(("released", plural, meta["name"]))

    def _patch(self, path, body):
        """False when the object went away meanwhile."""
        reply = self._rig.request("PATCH", path + "?fieldManager=quarterdeck-operator", body)
        if not reply.ok and reply.status != 404:
            raise RigFailed(f"PATCH {path}: {reply.status} {reply.message}")
        return reply.ok

    def _settle(self, plural, path, item, handled):
        meta, status, generation = item["metadata"], item.get("status", {}), item["metadata"]["generation"]
        conditions = status.get("conditions", [])
        conditions = with_condition(conditions, generation, "Progressing", "True", "Reconciling", "the operator is at work")
        if plural in RUN_ONCE:
            self._patch(path + "/status", {"status": {"observedGeneration": generation, "conditions": conditions}})
        else:
            conditions = with_condition(conditions, generation, "Ready", "False", "Updating", "the change is being rolled out")
            self._patch(path + "/status", {"status": {"observedGeneration": generation, "phase": "Updating", "conditions": conditions}})
        self.actions.append(("updating", plural, meta["name"], generation))
        self._stopping.wait(self.pace)
        reason, message = self._failing.get((plural, meta["name"]), ("AsDeclared", "everything runs as declared"))
        failed = (plural, meta["name"]) in self._failing
        spec = item.get("spec", {})
        phase = "Failed" if failed else "Suspended" if spec.get("suspend") else "Ready"
        conditions = with_condition(conditions, generation, "Progressing", "False", reason, message)
        conditions = with_condition(conditions, generation, "Ready", "False" if phase != "Ready" else "True",
                                    "Suspended" if phase == "Suspended" else reason, message)
        body = {"conditions": conditions, "message": message}
        if plural not in RUN_ONCE:
            body["phase"] = phase
        if status.get("components") and not failed:
            body["components"] = self._components(spec, status["components"])
        if handled and not failed:
            body["handledRequests"] = handled
        if spec.get("imageTag") and not failed and "version" in status:
            body["version"] = spec["imageTag"]
        self._patch(path + "/status", {"status": body})
        self.actions.append(("settled", plural, meta["name"], generation, phase, sorted(handled)))

    @staticmethod
    def _components(spec, components):
        """Every component has as many ready pods as its block in the spec asks for."""
        changed = []
        for component in components:
            block = spec.get(component["name"], {})
            resources = block.get("spec", block).get("resources", {}) if isinstance(block, dict) else {}
            wanted = 0 if spec.get("suspend") else resources.get("replicas", max(1, component.get("desired", 1)))
            changed.append({**component, "desired": wanted, "ready": wanted})
        return changed
