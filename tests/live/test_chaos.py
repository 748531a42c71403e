#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault of `quarterdeck-demo chaos`, on the demo network and on the real API server: what happened, to which thing, since when and
what to do next is read from the API alone, with the console and with kubectl; `--for` ends it, and the network heals."""

import datetime
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
from test_demonetwork import Demo, run_demo, wait_until  # noqa: E402

SPEED = 40
LASTS = 20
DEV, MAIN, PRIVATE = "canton-devnet", "canton-mainnet", "canton-private"


class Story:
    """A fault on `broken`; `seen` (default: the same object) tells of it by a condition."""

    def __init__(self, fault, ns, broken, condition, reason, step, seen=None, event=None, pod=None, log=None):
        self.fault, self.ns, self.broken, self.condition, self.reason, self.step = fault, ns, broken, condition, reason, step
        self.seen, self.event, self.pod, self.log = seen or broken, event or reason, pod, log


STORIES = [
    Story("crash", DEV, "validators/northgate-dev-1", "ParticipantReady", "CrashLoop", "restart the node", event="Degraded",
          pod=("northgate-dev-1-participant-0", "BackOff"), log="crashing the node to recover"),
    Story("disk-full", PRIVATE, "participants/alice-bank", "DatabaseReady", "DiskFull", "Grow spec.storageSize", event="Degraded",
          pod=("alice-bank-postgres-0", "BackOff"), log="No space left on device"),
    Story("out-of-traffic", MAIN, "validators/northgate-validator-1", "TrafficSufficient", "OutOfTraffic", "Buy traffic",
          pod=("northgate-validator-1-participant-0", None), log="Traffic balance below reserved traffic amount"),
    Story("stalled-sync", MAIN, "syncdomainconnections/northgate-validator-1-global", "Healthy", "SequencerStalled", "set spec.state"),
    Story("expired-certificate", PRIVATE, "syncdomains/harbor", "SequencerReady", "CertificateExpired", "Renew it"),
    Story("expired-certificate", DEV, "identityproviderconfigs/devnet-keycloak", "DiscoveryReachable", "CertificateExpired", "renew it there"),
    Story("broken-backup", PRIVATE, "validators/harbor-bridge", "StorageReachable", "AccessDenied", "Renew them",
          seen="backupschedules/harbor-bridge-4h", event="StorageRefused"),
    Story("disconnected-domain", PRIVATE, "syncdomainconnections/harbor-bridge-global", "Connected", "SequencerClosedConnection",
          "ask the operator of the sequencer"),
]
GATE = {"apiVersion": f"{rigs.GROUP}/v1alpha1", "kind": "Upgrade", "metadata": {"name": "gate", "namespace": DEV},
        "spec": {"targets": [{"kind": "Participant", "name": "legacy-probe"}], "class": "Patch", "fromVersion": "2.9.1", "toVersion": "2.9.2",
                 "preChecks": {"identityDumpRequired": False, "backupRequired": False},
                 "observation": {"duration": "2m", "checks": ["PodsReady", "MetricsHealthy"]}, "promotion": {"requireApproval": False}}}


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Faults:
    """What both networks do; `kubeconfig` and `person` say which."""

    def console(self, *args, **more):
        return self.qd(*args, context=self.person, kubeconfig=self.kubeconfig, **more)

    def kubectl(self, *args, input=None):
        done = subprocess.run([os.path.join(rigs.binaries(), "kubectl"), "--kubeconfig", self.kubeconfig, "--context", self.person, *args], input=input,
                              capture_output=True, text=True, timeout=60, env=self.env(self.kubeconfig))
        self.assertEqual(done.returncode, 0, f"kubectl {' '.join(args)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def chaos(self, ns, target, *fault, code=0):
        ran = run_demo("chaos", "--kubeconfig", self.kubeconfig, "--context", self.person, "-n", ns, target, *fault)
        self.assertEqual(ran.code, code, str(ran))
        return ran

    def shown(self, ns, target):
        return self.console("-n", ns, "show", target, "-o", "json").json

    def condition(self, shown, kind):
        return next((c for c in shown["conditions"] if c["type"] == kind), {"status": "", "reason": "", "message": ""})

    def until(self, what, ns, target, wanted, timeout=40):
        """The object as `show` has it, once it is as wanted."""
        last = {}

        def there():
            last["said"] = self.shown(ns, target)
            return wanted(last["said"])
        try:
            wait_until(what, there, timeout)
        except AssertionError as e:
            raise AssertionError(f"{e}: {last['said']['verdict']} {last['said']['reported'].get('message')}") from None
        return last["said"]

    @staticmethod
    def reported(said):
        """What the operator says of it: of a node, that stands beside the verdict of its metrics."""
        return said["verdict"].get("reported", said["verdict"])

    def broken(self, story):
        return lambda said: self.condition(said, story.condition)["reason"] == story.reason

    def healed(self, story):
        return lambda said: self.condition(said, story.condition)["status"] == "True" and self.reported(said)["state"] in ("ready", "connected")

    def assertTold(self, story, since):
        said = self.until(f"{story.seen} tells of {story.fault}", story.ns, story.seen, self.broken(story))
        condition = self.condition(said, story.condition)
        self.assertEqual(condition["status"], "False", condition)
        self.assertGreaterEqual(condition["lastTransitionTime"], since, "since when")
        self.assertIn(story.step.lower(), condition["message"].lower(), "the one next step")
        self.assertIn(f"{story.condition}=False, {story.reason}", "\n".join(self.reported(said)["evidence"]))
        self.assertNotIn(self.reported(said)["state"], ("ready",), said["verdict"]) if story.fault != "stalled-sync" else None
        events = self.until(f"an event of {story.seen} tells it", story.ns, story.seen,
                            lambda s: any(e["reason"] == story.event and e["type"] == "Warning" for e in s["events"]))["events"]
        self.assertTrue(all(e["involvedObject"]["name"] == story.seen.split("/")[1] for e in events), events)

    def assertPodTells(self, story):
        pod, reason = story.pod
        if reason:
            told = self.until(f"an event of pod {pod}", story.ns, f"pods/{pod}", lambda s: any(e["reason"] == reason for e in s["events"]))["events"]
            event = next(e for e in told if e["reason"] == reason)
            self.assertEqual((event["involvedObject"]["kind"], event["source"]["component"], event["type"]), ("Pod", "kubelet", "Warning"))
        if self.logs:
            wait_until(f"the log of {pod} says {story.log}", lambda: story.log in self.kubectl("-n", story.ns, "logs", pod)
                       or story.log in self.kubectl("-n", story.ns, "logs", pod, "--previous"), 20)

    def test_every_fault_is_told_and_ends(self):
        since = now()
        for story in STORIES:
            self.chaos(story.ns, story.broken, story.fault, "--for", f"{LASTS}s")
        for story in STORIES:
            with self.subTest(story.fault, object=story.seen):
                self.assertTold(story, since)
                if story.pod:
                    self.assertPodTells(story)
        self.backup_fails()
        for story in STORIES:
            with self.subTest(story.fault, healed=story.seen):
                self.until(f"{story.seen} is well again after {story.fault}", story.ns, story.seen, self.healed(story), LASTS + 40)

    def backup_fails(self):
        """A run while the bucket refuses: the Backup says so, and its pod's log."""
        known = {e["name"] for e in self.rows("backups.canton.quarterdeck.io", PRIVATE)}
        self.console("-n", PRIVATE, "do", "trigger", "backupschedules/harbor-bridge-4h", "--yes", "--no-follow")

        def made():
            return [e["name"] for e in self.rows("backups.canton.quarterdeck.io", PRIVATE) if e["name"].startswith("harbor-bridge-4h") and e["name"] not in known]
        wait_until("a backup is made", made)
        name = made()[0]
        # The fault has to last as long as the dump: its uploads come at the end.
        self.chaos(PRIVATE, "validators/harbor-bridge", "broken-backup", "--for", f"{LASTS}s")
        said = self.until("the backup fails", PRIVATE, f"backups.canton.quarterdeck.io/{name}", lambda s: s["reported"]["phase"] == "Failed", 60)
        self.assertEqual(self.reported(said)["state"], "failed")
        self.assertIn("renew them", said["reported"]["message"])
        self.assertIn("BackupFailed", [e["reason"] for e in said["events"]])
        if self.logs:
            log = self.kubectl("-n", PRIVATE, "logs", f"{name}-backup-0")
            self.assertIn("step ValidatorApp: done", log)
            self.assertRegex(log, "ERROR step Upload: failed: .*403 AccessDenied")

    def rows(self, kind, ns):
        return [e for e in self.console("-n", ns, "watch", kind, "--until-synced", "-o", "json").lines if e["event"] == "added"]

    def test_a_gate_fails(self):
        self.until("legacy-probe serves", DEV, "participants/legacy-probe", lambda s: s["reported"].get("phase") == "Ready", 60)
        self.kubectl("create", "-f", "-", input=json.dumps(GATE))
        since = now()
        self.chaos(DEV, "upgrades/gate", "failed-gate")
        said = self.until("the gate fails", DEV, "upgrades/gate", lambda s: s["reported"].get("phase") == "Failed", 90)
        condition = self.condition(said, "Observed")
        self.assertEqual((condition["status"], condition["reason"]), ("False", "MetricsHealthy"), said["reported"].get("message"))
        self.assertGreaterEqual(condition["lastTransitionTime"], since)
        self.assertIn("Participant legacy-probe", condition["message"])
        self.assertIn("spec.rollback.toRevision", condition["message"])
        self.until("the event is told", DEV, "upgrades/gate", lambda s: "GateFailed" in [e["reason"] for e in s["events"]], 30)
        if self.logs:
            self.assertRegex(self.kubectl("-n", DEV, "logs", "gate-upgrade-0"), "ERROR step Observe: failed: MetricsHealthy")
        self.chaos(DEV, "upgrades/gate", "none")
        self.kubectl("-n", DEV, "patch", "upgrades.canton.quarterdeck.io", "gate", "--type", "merge", "-p", '{"spec":{"rollback":{"toRevision":"2.9.1"}}}')
        self.until("it goes back", DEV, "upgrades/gate", lambda s: s["reported"]["phase"] == "RolledBack", 120)
        self.until("the old version is told", DEV, "participants/legacy-probe", lambda s: s["reported"]["version"] == "2.9.1", 30)

    def test_what_cannot_be_broken(self):
        self.assertIn("Possible on upgrades: failed-gate", self.chaos(DEV, "upgrades/devnet-0-4-16", "crash", code=2).err)
        self.assertIn("There is no", self.chaos(DEV, "validators/nobody", "crash", code=1).err)
        self.assertIn("It has ", self.chaos(DEV, "validators/northgate-dev-1", "crash:sequencer", code=2).err)


class OnTheDemoNetwork(Faults, live.LiveCase):
    needs_rig = False
    resources = examples = False
    person, logs = "admin", True

    @classmethod
    def prepare(cls):
        network = Demo("up", "--dir", os.path.join(cls.home, "demo"), "--speed", SPEED, "--parent", os.getpid())
        cls.addClassCleanup(network.close)
        cls.kubeconfig = network.ready()["kubeconfig"]

    def test_the_list_names_them_all(self):
        ran = run_demo("chaos", "--list")
        self.assertEqual(ran.code, 0, str(ran))
        for fault in {s.fault for s in STORIES} | {"failed-gate", "none"}:
            self.assertRegex(ran.out, rf"(?m)^{fault}\b")

    def test_a_watch_sees_it_come_and_go(self):
        stream = live.Stream(self.command("-n", PRIVATE, "watch", "participants", "-o", "json", context=self.person), self.env(self.kubeconfig))
        self.addCleanup(stream.close)
        stream.event("synced")
        self.chaos(PRIVATE, "participants/carol-clearing", "crash", "--for", "8s")
        stream.until(lambda e: e.get("name") == "carol-clearing" and e["row"]["phase"] == "Degraded", 30)
        stream.until(lambda e: e.get("name") == "carol-clearing" and e["row"]["phase"] == "Ready", 60)


class OnTheRealServer(Faults, live.LiveCase):
    examples = False
    person, logs = "admin", False   # the rig's API server reaches no kubelet but its own

    @classmethod
    def prepare(cls):
        cls.kubeconfig = cls.rig.kubeconfig
        seeded = run_demo("seed", "--kubeconfig", cls.kubeconfig)
        if seeded.code != 0:
            raise AssertionError(str(seeded))
        operator = Demo("operator", "--kubeconfig", cls.kubeconfig, "--speed", SPEED)
        cls.addClassCleanup(operator.close)
        operator.ready()


if __name__ == "__main__":
    live.main()
