#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`watch` against real servers: complete, live, honest about staleness, and equal to a LIST after every kind of trouble."""

import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import fixtures  # noqa: E402
import live  # noqa: E402
import rig as rigs  # noqa: E402
from fixtures import NAMESPACE  # noqa: E402
from proxy import Proxy  # noqa: E402

# look.md and architecture.md: stale after 15 s without an answered heartbeat, asked every 10 s.
STALE_WITHIN = 20
RECOVERS_WITHIN = 45


class WatchCase(live.LiveCase):
    examples = False
    validators = 20
    parties = 0

    @classmethod
    def prepare(cls):
        cls.rig.namespace(NAMESPACE)
        for n in range(cls.validators):
            cls.rig.apply(fixtures.validator(f"val-{n}", labels={"canton.quarterdeck.io/network": "devnet" if n % 2 else "testnet"}))
        if cls.parties:
            cls.rig.create_parties(cls.parties)

    def listed(self, plural, selector=None, namespace=None):
        """uid to resourceVersion, from a quorum read."""
        path = self.collection(plural, namespace) + (f"?labelSelector={selector}" if selector else "")
        deadline = time.monotonic() + 20
        while (reply := self.rig.request("GET", path)).status == 429 and time.monotonic() < deadline:
            time.sleep(0.1)  # a restarted API server fills its cache
        self.assertTrue(reply.ok, reply)
        return {i["metadata"]["uid"]: i["metadata"]["resourceVersion"] for i in reply.json["items"]}

    def assertSameAsList(self, stream, plural="validators", timeout=30, namespace=None):
        """Reads on until the stream's rows are those of a LIST, versions included."""
        deadline = time.monotonic() + timeout
        while True:
            ours = {uid: e["resourceVersion"] for uid, e in stream.rows().items()}
            theirs = self.listed(plural, namespace=namespace)
            if ours == theirs:
                return
            if time.monotonic() > deadline:
                missing, extra = theirs.keys() - ours.keys(), ours.keys() - theirs.keys()
                old = [u for u in theirs.keys() & ours.keys() if theirs[u] != ours[u]]
                self.fail(f"after {timeout} s: {len(missing)} rows missing, {len(extra)} too many, {len(old)} of another version; stderr: {stream.err[-1500:]}")
            try:
                self.assertIsNotNone(stream.next(0.5), f"watch ended: {stream.err[-1500:]}")
            except queue.Empty:
                pass

    def synced(self, *args, **more):
        stream = self.watch(*args, **more)
        stream.event("synced", 30)
        return stream

    def touch(self, name, value, plural="validators"):
        return self.patch(plural, NAMESPACE, name, {"metadata": {"annotations": {"example.com/touched": str(value)}}})

    def create_and_delete(self, name):
        self.rig.apply(fixtures.validator(name))
        self.remove("validators", NAMESPACE, name)


class Watch(WatchCase):
    parties = 3000

    def test_until_synced_equals_the_list(self):
        for plural, namespace in (("parties", None), ("validators", None), ("validators", NAMESPACE), ("backups", None)):
            with self.subTest(f"{plural} {namespace}"):
                ran = self.qd(*(["-n", namespace] if namespace else ["-A"]), "watch", plural, "--until-synced", "-o", "json", timeout=60)
                events = ran.lines
                last = events[-1]
                self.assertEqual(last["event"], "synced")
                added = {e["uid"]: e["resourceVersion"] for e in events if e["event"] == "added"}
                self.assertEqual(added, self.listed(plural, namespace=namespace))
                self.assertEqual(last["count"], len(added))
                self.assertTrue(str(last["resourceVersion"]).isdigit(), last)

    def test_shape_of_a_row(self):
        events = self.qd("-A", "watch", "Validator", "--until-synced", "-o", "json").lines
        row = next(e for e in events if e.get("name") == "val-3")
        self.assertEqual((row["kind"], row["namespace"]), ("Validator", NAMESPACE))
        self.assertTrue(row["cluster"] and row["asOf"].endswith("Z"), row)
        self.assertEqual(row["row"]["phase"], "Ready")
        self.assertEqual(row["row"]["network"], "devnet")
        self.assertEqual(row["row"]["version"], "0.5.10")

    def test_names_of_a_kind(self):
        counts = {name: self.qd("-A", "watch", name, "--until-synced", "-o", "json").lines[-1]["count"]
                  for name in ("validators", "validator", "val", "Validator", "validators.canton.quarterdeck.io")}
        self.assertEqual(set(counts.values()), {len(self.listed("validators"))}, counts)

    def test_unknown_kind_names_the_nearest(self):
        self.assertSays(self.qd("watch", "validatrs", "--until-synced", code=live.USAGE), "validatrs", "validators")

    def test_kinds_nobody_told_us_about_have_the_servers_columns(self):
        """meta.k8s.io/v1 Table: the columns kubectl prints, live, of a built-in kind and of a definition with printer columns."""
        configmaps = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
        self.rig.want("POST", configmaps, {"metadata": {"name": "settings"}, "data": {"a": "1"}})
        stream = self.watch("configmaps", "-n", NAMESPACE)
        self.assertEqual(stream.event("added", name="settings")["row"]["data"], 1)
        stream.event("synced")
        changed = self.rig.want("PATCH", configmaps + "/settings", {"data": {"b": "2", "c": "3"}})
        event = stream.event("modified", 10, name="settings", resourceVersion=changed["metadata"]["resourceVersion"])
        self.assertEqual(event["row"]["data"], 3)
        for n in range(20):   # more than are asked for one by one
            self.rig.want("POST", configmaps, {"metadata": {"name": f"many-{n:02}"}, "data": {str(k): "x" for k in range(n)}})
        stream.until(lambda e: {f"many-{n:02}" for n in range(20)} <= {s.get("name") for s in stream.seen}, 15)
        self.assertEqual({e["name"]: e["row"]["data"] for e in stream.rows().values() if e["name"].startswith("many-")},
                         {f"many-{n:02}": n for n in range(20)})
        self.rig.want("DELETE", configmaps + "/settings")
        stream.event("deleted", 10, name="settings")

    def test_printer_columns_of_a_definition_nobody_told_us_about(self):
        fields = {"size": {"type": "integer"}, "colour": {"type": "string"}, "note": {"type": "string"}}
        columns = [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}, {"name": "Main Colour", "type": "string", "jsonPath": ".spec.colour"},
                   {"name": "Note", "type": "string", "jsonPath": ".spec.note", "priority": 1},
                   {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}]
        self.rig.apply({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "boxes.example.com"},
                        "spec": {"group": "example.com", "scope": "Namespaced",
                                 "names": {"kind": "Box", "plural": "boxes", "singular": "box"},
                                 "versions": [{"name": "v1", "served": True, "storage": True, "additionalPrinterColumns": columns,
                                               "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                                                   "spec": {"type": "object", "properties": fields}}}}}]}})
        path = f"/apis/example.com/v1/namespaces/{NAMESPACE}/boxes"
        body = {"apiVersion": "example.com/v1", "kind": "Box", "metadata": {"name": "crate"}, "spec": {"size": 7, "colour": "red", "note": "n"}}
        deadline = time.monotonic() + 20
        while not (made := self.rig.request("POST", path, body)).ok and time.monotonic() < deadline:
            time.sleep(0.1)   # the definition is being established
        self.assertTrue(made.ok, made)
        stream = self.watch("boxes", "-A")
        row = stream.event("added", name="crate")["row"]
        self.assertEqual((row["size"], row["mainColour"], row["note"]), (7, "red", "n"))
        self.assertEqual(row["age"], made.json["metadata"]["creationTimestamp"])
        self.rig.want("PATCH", path + "/crate", {"spec": {"colour": "blue"}})
        self.assertEqual(stream.until(lambda e: e["event"] == "modified", 10)["row"]["mainColour"], "blue")
        said = self.qd("-A", "watch", "boxes", "--until-synced").out.splitlines()
        self.assertEqual(said[0].split(), ["EVENT", "NAMESPACE/NAME", "SIZE", "MAIN", "COLOUR", "CREATED"])
        self.assertEqual(said[1].split(), ["added", f"{NAMESPACE}/crate", "7", "blue", made.json["metadata"]["creationTimestamp"]])

    def test_default_namespace(self):
        self.assertEqual(self.qd("watch", "validators", "--until-synced", "-o", "json").lines[-1]["count"], 0)

    def test_label_selector(self):
        selector = "canton.quarterdeck.io/network=devnet"
        stream = self.watch("validators", "-A", "-l", selector)
        self.assertEqual(stream.event("synced")["count"], len(self.listed("validators", selector)))
        self.patch("validators", NAMESPACE, "val-0", {"metadata": {"labels": {"canton.quarterdeck.io/network": "devnet"}}})
        stream.event("added", 10, name="val-0")
        self.patch("validators", NAMESPACE, "val-0", {"metadata": {"labels": {"canton.quarterdeck.io/network": "testnet"}}})
        stream.event("deleted", 10, name="val-0")

    def test_bad_selector(self):
        self.assertSays(self.qd("-A", "watch", "validators", "-l", "a=(", "--until-synced", code=None, timeout=30), "requirement")

    def test_changes_arrive_at_once(self):
        stream = self.synced("validators", "-A")
        began = time.monotonic()
        made = self.rig.apply(fixtures.validator("fresh-one"))
        event = stream.event("added", 10, name="fresh-one")
        self.assertEqual(event["uid"], made["metadata"]["uid"])
        stream.drain(0.3)
        changed = self.patch("validators", NAMESPACE, "fresh-one/status", {"status": {"phase": "Degraded", "version": "9.9.9"}})
        event = stream.until(lambda e: e["event"] == "modified" and e["resourceVersion"] == changed["metadata"]["resourceVersion"], 10)
        self.assertEqual((event["row"]["phase"], event["row"]["version"]), ("Degraded", "9.9.9"))
        self.remove("validators", NAMESPACE, "fresh-one")
        self.assertEqual(stream.event("deleted", 10, name="fresh-one")["uid"], made["metadata"]["uid"])
        self.assertLess(time.monotonic() - began, 5)

    def test_same_name_again_is_another_object(self):
        stream = self.synced("validators", "-A")
        first = self.rig.apply(fixtures.validator("twice"))["metadata"]["uid"]
        stream.until(lambda e: e["event"] == "added" and e["uid"] == first, 10)
        # Both reach it at once: whoever goes by names would lose the new one, was it told before the old one's end.
        stream.process.send_signal(signal.SIGSTOP)
        self.remove("validators", NAMESPACE, "twice")
        second = self.rig.apply(fixtures.validator("twice"))["metadata"]["uid"]
        stream.process.send_signal(signal.SIGCONT)
        stream.until(lambda e: e["event"] == "added" and e["uid"] == second, 10)
        self.assertNotIn(first, set(stream.rows()))
        self.remove("validators", NAMESPACE, "twice")

    def test_unknown_phase_and_no_status(self):
        self.rig.apply(fixtures.validator("odd", status={"phase": "Levitating"}))
        self.rig.apply(fixtures.validator("bare", status={}))
        try:
            events = {e.get("name"): e for e in self.qd("-A", "watch", "validators", "--until-synced", "-o", "json").lines}
            self.assertEqual(events["odd"]["row"]["phase"], "Levitating")
            self.assertIn(events["bare"]["row"].get("phase"), (None, "", "Unknown"))
        finally:
            for name in ("odd", "bare"):
                self.remove("validators", NAMESPACE, name)

    def test_for_a_time(self):
        ran = self.qd("-A", "watch", "validators", "--for", "2s", "-o", "json", timeout=20)
        self.assertTrue(1.9 < ran.seconds < 6, ran.seconds)
        self.assertTrue(any(e["event"] == "synced" for e in ran.lines))

    def test_interrupted(self):
        stream = self.synced("validators", "-A")
        self.assertEqual(stream.stop(signal.SIGINT), live.INTERRUPTED)

    def test_reader_that_goes_away(self):
        """`watch | head -1` ends."""
        process = subprocess.Popen(self.command("watch", "validators", "-A", "-o", "json"), env=self.env(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=rigs.die_with_parent)
        self.assertTrue(process.stdout.readline())
        process.stdout.close()
        deadline = time.monotonic() + 15
        while process.poll() is None and time.monotonic() < deadline:
            self.touch("val-1", time.time())
        if process.poll() is None:
            process.kill()
            process.wait()
            self.fail("watch goes on although nobody reads it")

    def test_table_for_people(self):
        ran = self.qd("-A", "watch", "validators", "--until-synced")
        self.assertIn("val-7", ran.out)
        self.assertNotIn('{"', ran.out)

    def test_persona_without_the_right(self):
        self.rig.add_user("nobody", ["nothing"])
        ran = self.qd("-A", "watch", "validators", "--until-synced", "-o", "json", context="nobody", code=live.FORBIDDEN, timeout=30)
        self.assertSays(ran, "list", "validators")

    def test_right_in_one_namespace_only(self):
        self.rig.add_user("local", ["locals"])
        self.rig.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "local", "namespace": NAMESPACE},
                        "rules": [{"apiGroups": [rigs.GROUP], "resources": ["*"], "verbs": ["get", "list", "watch"]}]})
        self.rig.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "local", "namespace": NAMESPACE},
                        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "local"},
                        "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "locals"}]})
        ran = self.qd("-n", NAMESPACE, "watch", "validators", "--until-synced", "-o", "json", context="local")
        self.assertEqual(ran.lines[-1]["count"], len(self.listed("validators", namespace=NAMESPACE)))
        self.qd("-A", "watch", "validators", "--until-synced", "-o", "json", context="local", code=live.FORBIDDEN, timeout=30)


class Trouble(WatchCase):
    """What networks and servers do. One watch a test; at the end its rows are those of a LIST."""

    def through_proxy(self):
        proxy = Proxy(self.rig.port)
        self.addCleanup(proxy.close)
        return proxy, self.rig.kubeconfig_for(proxy.url)

    def assertGoesStale(self, stream, since):
        event = stream.event("stale", STALE_WITHIN + 5)
        self.assertLess(event["_at"] - since, STALE_WITHIN)
        return event

    def test_stopped_server(self):
        stream = self.synced("validators", "-A")
        since = time.monotonic()
        self.rig.pause()
        try:
            self.assertGoesStale(stream, since)
        finally:
            self.rig.resume()
        stream.event("fresh", RECOVERS_WITHIN)
        self.touch("val-1", "after the stop")
        self.create_and_delete("short-lived")
        self.assertSameAsList(stream)

    def test_silent_network(self):
        proxy, kubeconfig = self.through_proxy()
        stream = self.synced("validators", "-A", kubeconfig=kubeconfig)
        since = time.monotonic()
        proxy.silence()
        self.touch("val-2", "in silence")
        self.rig.apply(fixtures.validator("born-in-silence"))
        self.remove("validators", NAMESPACE, "val-19")
        self.assertGoesStale(stream, since)
        proxy.resume()
        stream.event("fresh", RECOVERS_WITHIN)
        self.assertSameAsList(stream)

    def test_forgotten_connections(self):
        """A NAT lost its table: nothing is closed, new connections work. The watch must notice by itself."""
        proxy, kubeconfig = self.through_proxy()
        stream = self.synced("validators", "-A", kubeconfig=kubeconfig)
        proxy.forget()
        self.touch("val-3", "unseen")
        self.remove("validators", NAMESPACE, "val-18")
        self.assertSameAsList(stream, timeout=RECOVERS_WITHIN)

    def test_reset_connections(self):
        proxy, kubeconfig = self.through_proxy()
        stream = self.synced("validators", "-A", kubeconfig=kubeconfig)
        for turn in range(5):
            proxy.reset()
            self.touch("val-4", turn)
            self.create_and_delete(f"between-resets-{turn}")
            self.assertSameAsList(stream, timeout=RECOVERS_WITHIN)

    def test_restarted_server_that_forgot_the_versions(self):
        """Silence, changes, a new watch cache: the old version is 410 Gone, and what was deleted meanwhile must go."""
        proxy, kubeconfig = self.through_proxy()
        stream = self.synced("validators", "-A", kubeconfig=kubeconfig)
        proxy.silence()
        self.remove("validators", NAMESPACE, "val-17")
        again = self.rig.apply(fixtures.validator("val-16", labels={"turn": "two"}))["metadata"]["uid"]
        self.remove("validators", NAMESPACE, "val-16")
        again = self.rig.apply(fixtures.validator("val-16"))["metadata"]["uid"]
        for turn in range(5):
            self.touch("val-5", f"gone {turn}")
        self.rig.kill_apiserver()
        self.rig.start_apiserver()
        proxy.resume()
        self.assertSameAsList(stream, timeout=RECOVERS_WITHIN)
        self.assertIn(again, stream.rows())

    def test_server_down_for_a_while(self):
        stream = self.synced("validators", "-A")
        since = time.monotonic()
        self.rig.kill_apiserver()
        try:
            self.assertGoesStale(stream, since)
        finally:
            self.rig.start_apiserver()
        stream.event("fresh", RECOVERS_WITHIN)
        self.touch("val-6", "after the restart")
        self.assertSameAsList(stream)

    def test_churn_with_resets(self):
        proxy, kubeconfig = self.through_proxy()
        stream = self.synced("validators", "-A", kubeconfig=kubeconfig)
        stop = threading.Event()
        errors = []

        def churn(seed):
            rng = random.Random(seed)
            while not stop.is_set():
                try:
                    number = rng.randrange(10)
                    if rng.random() < 0.2:
                        self.create_and_delete(f"churn-{seed}-{number}")
                    else:
                        self.touch(f"val-{number}", rng.random())
                except Exception as e:  # reported below
                    errors.append(e)
                    return
        threads = [threading.Thread(target=churn, args=(n,), daemon=True) for n in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(4):
            stream.drain(60, 1.5)
            proxy.reset()
        stop.set()
        for thread in threads:
            thread.join(20)
        self.assertEqual(errors, [])
        self.assertSameAsList(stream, timeout=RECOVERS_WITHIN)
        self.assertGreater(len(stream.seen), 50)


class OldStorage(Trouble):
    """Debian's etcd 3.4: a WatchList request is answered 200 and an ERROR frame. LIST and WATCH must take over at once."""

    rig_options = {"etcd": "/usr/bin/etcd"}
    parties = 2000
    # What does not depend on how the list was read is proven above.
    test_stopped_server = test_server_down_for_a_while = test_churn_with_resets = test_forgotten_connections = None

    @classmethod
    def setUpClass(cls):
        if not os.access("/usr/bin/etcd", os.X_OK):
            if rigs.missing_is_failure():
                raise rigs.RigMissing("/usr/bin/etcd is not there; install the package etcd-server")
            raise unittest.SkipTest("/usr/bin/etcd is not there; install the package etcd-server")
        super().setUpClass()

    def test_until_synced_equals_the_list(self):
        for plural in ("parties", "validators", "backups"):
            ran = self.qd("-A", "watch", plural, "--until-synced", "-o", "json", timeout=60)
            added = {e["uid"]: e["resourceVersion"] for e in ran.lines if e["event"] == "added"}
            self.assertEqual(added, self.listed(plural))
            self.assertLess(ran.seconds, 20, "the fallback to LIST did not come at once")

    def test_changes_arrive_at_once(self):
        stream = self.synced("validators", "-A")
        changed = self.touch("val-1", "old storage")
        stream.until(lambda e: e["event"] == "modified" and e["resourceVersion"] == changed["metadata"]["resourceVersion"], 5)


if __name__ == "__main__":
    live.main()
