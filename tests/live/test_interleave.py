#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two clients edit one object at the same time: nothing is lost, different fields are never a conflict, the same field is never
overwritten unseen. QD_INTERLEAVE says how many edits of ours (each is a program start); the hidden rest of the thousand is the second
client's, which edits all the time."""

import os
import random
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import fixtures  # noqa: E402
import live  # noqa: E402
from fixtures import NAMESPACE  # noqa: E402

ROUNDS = int(os.environ.get("QD_INTERLEAVE", "100"))


class SecondClient:
    """Edits its own fields of one object again and again, each time reading, changing and writing with the version it read; on 409 again.
    `edits` counts what was accepted, `mine` is what must stand at the end."""

    def __init__(self, case, name, seed):
        self._case = case
        self._name = name
        self._rng = random.Random(seed)
        self._stop = threading.Event()
        self.edits = 0
        self.collisions = 0
        self.mine = {}
        self.error = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            while not self._stop.wait(self._rng.random() * 0.05):
                self._edit()
        except Exception as e:  # handed over in stop()
            self.error = e

    def _edit(self):
        rig = self._case.rig
        path = f"{self._case.collection('validators', NAMESPACE)}/{self._name}"
        key, value = f"their-{self._rng.randrange(50)}", str(self._rng.randrange(10**9))
        while True:
            seen = rig.want("GET", path)
            wanted = {"metadata": {"resourceVersion": seen["metadata"]["resourceVersion"], "annotations": {f"example.com/{key}": value}}}
            if self._rng.random() < 0.3:
                wanted["spec"] = {"walletUI": {"spec": {"resources": {"replicas": self._rng.randrange(1, 9)}}}}
            reply = rig.request("PATCH", path, wanted)
            if reply.ok:
                break
            if reply.status != 409:
                raise AssertionError(f"the second client: {reply}")
            self.collisions += 1
        self.edits += 1
        self.mine[f"example.com/{key}"] = value
        if "spec" in wanted:
            self.mine["walletUI"] = wanted["spec"]["walletUI"]["spec"]["resources"]["replicas"]

    def stop(self):
        self._stop.set()
        self._thread.join(30)
        if self.error:
            raise self.error


class Interleave(live.LiveCase):
    examples = False

    @classmethod
    def prepare(cls):
        cls.rig.namespace(NAMESPACE)

    def do(self, action, name, *params, code=live.DONE):
        return self.qd("-n", NAMESPACE, "do", action, f"validators/{name}", *params, "--yes", "--no-follow", "-o", "json", code=code)

    def test_different_fields_never_conflict_and_nothing_is_lost(self):
        name = "shared"
        self.rig.apply(fixtures.validator(name))
        rng = random.Random(1)
        other = SecondClient(self, name, 2)
        ours = {"labels": {}, "annotations": {}, "replicas": 1, "env": {}}
        try:
            for turn in range(ROUNDS):
                what = rng.choice(("label", "annotate", "scale", "env"))
                if what == "label":
                    key, value = f"our-{rng.randrange(30)}", f"v{turn}"
                    self.do("label", name, f"key={key}", f"value={value}")
                    ours["labels"][key] = value
                elif what == "annotate":
                    key, value = f"example.com/our-{rng.randrange(30)}", f"v{turn}"
                    self.do("annotate", name, f"key={key}", f"value={value}")
                    ours["annotations"][key] = value
                elif what == "scale":
                    ours["replicas"] = 1 + (ours["replicas"] + rng.randrange(8)) % 9
                    self.scale(name, ours["replicas"])
                else:
                    key, value = f"OUR_{rng.randrange(10)}", f"v{turn}"
                    self.do("env", name, "component=participant", f"name={key}", f"value={value}")
                    ours["env"][key] = value
        finally:
            other.stop()
        now = self.get("validators", NAMESPACE, name)
        for key, value in ours["labels"].items():
            self.assertEqual(now["metadata"]["labels"].get(key), value)
        for key, value in ours["annotations"].items():
            self.assertEqual(now["metadata"]["annotations"].get(key), value)
        self.assertEqual(now["spec"]["participant"]["spec"]["resources"]["replicas"], ours["replicas"])
        self.assertEqual({e["name"]: e["value"] for e in now["spec"]["participant"]["spec"].get("envVars", [])}, ours["env"])
        theirs = dict(other.mine)
        if "walletUI" in theirs:
            self.assertEqual(now["spec"]["walletUI"]["spec"]["resources"]["replicas"], theirs.pop("walletUI"))
        for key, value in theirs.items():
            self.assertEqual(now["metadata"]["annotations"].get(key), value)
        print(f"{ROUNDS} edits of ours, {other.edits} of the second client, which met {other.collisions} newer versions", file=sys.stderr)
        self.assertGreater(other.edits, ROUNDS)

    def scale(self, name, replicas):
        """To the value it has already is nothing to do, which is no failure of interleaving."""
        ran = self.do("scale", name, "component=participant", f"replicas={replicas}", code=None)
        if ran.code != live.DONE:
            self.assertIn("already", (ran.out + ran.err).lower(), str(ran))

    def test_our_program_several_times_at_once(self):
        name = "crowded"
        self.rig.apply(fixtures.validator(name))
        wanted = {f"crowd-{n}": f"v{n}" for n in range(min(ROUNDS, 24))}
        errors = []

        def work(part):
            for key, value in part:
                try:
                    self.do("label", name, f"key={key}", f"value={value}")
                except AssertionError as e:
                    errors.append(str(e))
        items = list(wanted.items())
        threads = [threading.Thread(target=work, args=(items[n::4],)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        labels = self.get("validators", NAMESPACE, name)["metadata"]["labels"]
        self.assertEqual({k: labels.get(k) for k in wanted}, wanted)
        self.qd("journal", "--verify")


if __name__ == "__main__":
    live.main()
