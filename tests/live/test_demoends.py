#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A demo network in a bad world: no port, no room, no right to write, killed, asked to end twice, several at once, and clocks that jump.
What cannot be done is said in one sentence, and nothing is left running or lying about."""

import glob
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
import test_demonetwork as networks  # noqa: E402

CANTON = "/apis/canton.quarterdeck.io/v1alpha1"


def children_of(parent):
    """Every living process below that one."""
    found, frontier = [], {parent}
    while frontier:
        below = set()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) in frontier and fields[0] != "Z":
                below.add(int(pid))
        found += below
        frontier = below
    return found


class Refusals(networks.DemoCase):
    """Both commands that write a folder and open a port."""

    def refused(self, command, folder, *more, words=(), limits=None, wrapper=()):
        def prepare():
            rigs.die_with_parent()
            if limits is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limits, limits))
        done = subprocess.run([*wrapper, networks.demo_program(), command, "--dir", folder, *more], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, preexec_fn=prepare)
        ran = live.Ran([command, *more], done.returncode, done.stdout, done.stderr, 0)
        self.assertEqual(ran.code, 1, str(ran))
        self.assertEqual(ran.out, "", "no ready line")
        self.assertSays(ran, *words)
        self.assertEqual(len(ran.err.strip().splitlines()) <= 3, True, str(ran))
        return ran

    def both(self):
        return [(command, os.path.join(self.temporary(), "demo")) for command in ("serve", "up")]

    def test_port_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            for command, folder in self.both():
                self.refused(command, folder, "--port", port, words=(port, "127.0.0.1", "in use"))
                self.assertFalse(os.path.exists(folder), "nothing is left of the attempt")

    def test_no_folder_can_be_made(self):
        for command, folder in self.both():
            self.refused(command, "/proc/quarterdeck/demo", words=("/proc/quarterdeck/demo", "--dir"))
            with open(folder, "w") as f:
                f.write("a file\n")
            self.refused(command, folder, words=(folder, "--dir"))
            self.refused(command, folder + "/below", words=(folder, "--dir"))
            with open(folder) as f:
                self.assertEqual(f.read(), "a file\n")

    def test_folder_is_not_ours_to_write(self):
        if os.geteuid() == 0 and not shutil.which("setpriv"):
            self.skipTest("root writes everywhere, and setpriv is not there to be somebody else")
        for command, folder in self.both():
            os.makedirs(folder)
            os.chmod(folder, 0o500)
            wrapper = ()
            if os.geteuid() == 0:
                os.chmod(os.path.dirname(folder), 0o755)
                os.chown(folder, 65534, 65534)
                shown = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", "test", "-x", networks.demo_program()], check=False)
                if shown.returncode != 0:
                    self.skipTest("nobody may not run the program where it lies")
                wrapper = ("setpriv", "--reuid=65534", "--clear-groups")
                os.chown(folder, 0, 0)
                os.chmod(folder, 0o755)
            # Somebody else's folder, or a closed one of our own (which it opens, being ours).
            if wrapper:
                self.refused(command, folder, words=(folder, "--dir"), wrapper=wrapper)
                self.assertEqual(os.listdir(folder), [])

    def test_files_cannot_be_written(self):
        """As on a full disk: a file cannot grow."""
        for command, folder in self.both():
            self.refused(command, folder, limits=0, words=("cannot be written", folder))
            self.assertFalse(os.path.exists(folder), os.path.exists(folder) and os.listdir(folder))

    def test_read_only_and_full_file_systems(self):
        inside = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
        if subprocess.run(["unshare", "-rm", "sh", "-c", inside, "sh", "size=64k", self.temporary(), "true"], check=False,
                          stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no mount of its own is allowed here")
        for command, folder in self.both():
            os.makedirs(folder)
            for options in ("ro", "size=4k,nr_inodes=3"):
                with self.subTest(options):
                    self.refused(command, folder, wrapper=("unshare", "-rm", "sh", "-c", inside, "sh", options, folder), words=(folder,))

    def test_disk_full_later(self):
        """The audit log can grow no more: that is said once, and everything else goes on."""
        room = 64 * 1024
        folder = os.path.join(self.temporary(), "demo")
        process = subprocess.Popen([networks.demo_program(), "up", "--dir", folder, "--speed", "50"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True,
                                   preexec_fn=lambda: (rigs.die_with_parent(), resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))))
        self.addCleanup(process.kill)
        told = json.loads(process.stdout.readline())
        self.assertEqual(os.path.getsize(os.path.join(folder, "audit.log")), room)
        said = self.qd("doctor", "-o", "json", kubeconfig=told["kubeconfig"]).json
        self.assertTrue(said["ok"], said["checks"])
        said = self.qd("-n", "canton-devnet", "do", "scale", "validators/northgate-dev-1", "component=participant", "replicas=2", "--yes", "-o", "json",
                       kubeconfig=told["kubeconfig"], timeout=120).json
        self.assertEqual(said["outcome"], "settled", said)
        process.terminate()
        _, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(err.count("audit.log"), 1, err)
        self.assertFalse(os.path.exists(folder))


class Endings(networks.DemoCase):
    def test_asked_twice(self):
        for command in ("up", "serve"):
            for first, second in ((signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGTERM), (signal.SIGINT, signal.SIGINT)):
                with self.subTest((command, first, second)):
                    folder = os.path.join(self.temporary(), "demo")
                    demo = self.demo(command, "--dir", folder)
                    told = demo.ready()
                    demo.process.send_signal(first)
                    try:
                        demo.process.send_signal(second)
                    except ProcessLookupError:
                        pass
                    code, err = demo.end(None)
                    self.assertIn(code, (0, -second), err)
                    self.assertEqual(err, "")
                    self.assertFalse(os.path.exists(os.path.join(folder, "kubeconfig")))
                    self.assertRefused(told)

    def test_two_at_once(self):
        base = self.temporary()
        two = [self.demo("up", "--dir", os.path.join(base, name)) for name in ("a", "b")]
        told = [one.ready() for one in two]
        self.assertNotEqual(told[0]["apiServer"], told[1]["apiServer"])
        for one in told:
            self.assertTrue(self.qd("doctor", "-o", "json", kubeconfig=one["kubeconfig"]).json["ok"])
        self.assertEqual(two[0].end(), (0, ""))
        self.assertTrue(self.qd("doctor", "-o", "json", kubeconfig=told[1]["kubeconfig"]).json["ok"], "the other one lives on")
        self.assertEqual(two[1].end(), (0, ""))

    def test_two_for_one_folder(self):
        for _ in range(3):
            folder = os.path.join(self.temporary(), "demo")
            three = [self.demo("up", "--dir", folder) for _ in range(3)]
            networks.wait_until("two have given up", lambda: sum(one.process.poll() is not None for one in three) == 2, 30)
            refused = [one for one in three if one.process.poll() is not None]
            winner = next(one for one in three if one not in refused)
            told = winner.ready()
            for one in refused:
                code, err = one.end(None)
                self.assertEqual(code, 1, err)
                self.assertIn("in use", err)
            self.assertTrue(self.qd("doctor", "-o", "json", kubeconfig=told["kubeconfig"]).json["ok"])
            self.assertEqual(winner.end(), (0, ""))
            # Made by one that gave up, it is a folder somebody prepared to the winner, and keeps its audit log.
            self.assertIn(os.path.exists(folder) and os.listdir(folder), (False, ["audit.log"]))

    def test_the_folder_of_a_killed_one(self):
        """Nobody could take it away: the next one does, and leaves the living alone."""
        base = self.temporary()

        def up(number):
            demo = networks.Demo.__new__(networks.Demo)
            folder = os.path.join(base, f"quarterdeck-demo-{number:032x}")
            demo.process = subprocess.Popen([networks.demo_program(), "up", "--dir", folder], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": base}, preexec_fn=rigs.die_with_parent)
            self.addCleanup(demo.close)
            demo.ready()
            return demo, folder

        killed, left = up(1)
        living, kept = up(2)
        others = os.path.join(base, "quarterdeck-demo-notes")       # a name like theirs
        starting = os.path.join(base, f"quarterdeck-demo-{3:032x}")  # without a lock as yet
        for folder in (others, starting):
            os.mkdir(folder, 0o700)
        with open(os.path.join(others, "lock"), "w") as f:
            f.write("1\n")
        os.symlink(kept, os.path.join(base, f"quarterdeck-demo-{4:032x}"))
        killed.end(signal.SIGKILL)
        self.assertTrue(os.path.exists(os.path.join(left, "kubeconfig")), "there is something to sweep")
        last, _ = up(5)
        self.assertFalse(os.path.exists(left), "swept")
        self.assertTrue(os.path.exists(os.path.join(kept, "kubeconfig")))
        self.assertTrue(self.qd("doctor", "-o", "json", kubeconfig=os.path.join(kept, "kubeconfig")).json["ok"])
        self.assertTrue(os.path.isdir(others) and os.path.isdir(starting))
        for one in (last, living):
            self.assertEqual(one.end(), (0, ""))
        self.assertEqual(sorted(n for n in os.listdir(base) if os.path.isdir(os.path.join(base, n))), sorted(map(os.path.basename, (others, starting))))

    def test_a_killed_folder_is_used_again(self):
        folder = self.temporary()
        demo = self.demo("up", "--dir", folder)
        demo.ready()
        demo.end(signal.SIGKILL)
        self.assertIn("lock", os.listdir(folder))
        again = self.demo("up", "--dir", folder)
        told = again.ready()
        self.assertTrue(self.qd("doctor", "-o", "json", kubeconfig=told["kubeconfig"]).json["ok"])
        self.assertEqual(again.end(), (0, ""))
        self.assertEqual(os.listdir(folder), ["audit.log"])

    def test_the_console_is_killed_while_it_starts(self):
        base = self.temporary()
        for delay in (0.05, 0.3, 0.8):
            with self.subTest(delay):
                console = subprocess.Popen(self.command("--demo", "-A", "watch", "validators"), env=self.env("/nonexistent", {"TMPDIR": base}),
                                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=rigs.die_with_parent)
                time.sleep(delay)   # at no moment in particular
                below = children_of(console.pid)
                console.kill()
                console.wait()
                networks.wait_until("its network is gone", lambda: not any(networks.alive(pid) for pid in below), 10)
                networks.wait_until("and its folder", lambda: not os.listdir(base), 10)


class Clock(networks.DemoCase):
    """The wall clock of server and operator jumps by a day, forth and back. Their timers do not follow it; what they wrote does not hold
    them up, and nothing is made up for in a burst."""

    SPEED = 20
    DAY = 86400

    @classmethod
    def prepare(cls):
        found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not found:
            if rigs.missing_is_failure():
                raise rigs.RigMissing("libfaketime is not there; install the package libfaketime")
            raise cls.skipTest(cls, "libfaketime is not installed")
        cls.kubectl = os.path.join(rigs.binaries(), "kubectl")
        cls.clock = os.path.join(cls.home, "clock")
        cls.jump_to(0)
        env = {**os.environ, "LD_PRELOAD": found[0], "FAKETIME_TIMESTAMP_FILE": cls.clock, "FAKETIME_CACHE_DURATION": "1",
               "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
        cls.network = networks.Demo.__new__(networks.Demo)
        cls.network.process = subprocess.Popen([networks.demo_program(), "up", "--dir", os.path.join(cls.home, "demo"), "--speed", str(cls.SPEED)],
                                               env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                               preexec_fn=rigs.die_with_parent)
        cls.addClassCleanup(cls.network.close)
        cls.kubeconfig = cls.network.ready()["kubeconfig"]

    @classmethod
    def jump_to(cls, seconds):
        with open(cls.clock + ".new", "w") as f:
            f.write(f"{seconds:+d}\n")
        os.replace(cls.clock + ".new", cls.clock)

    def api(self, path):
        done = subprocess.run([self.kubectl, "--kubeconfig", self.kubeconfig, "--context", "admin", "get", "--raw", path], capture_output=True, text=True,
                              timeout=30, check=False, preexec_fn=rigs.die_with_parent)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def items(self, plural):
        return self.api(f"{CANTON}/{plural}")["items"]

    def lease(self):
        return self.api("/apis/coordination.k8s.io/v1/namespaces/canton-system/leases/canton-operator")["spec"]

    def moved(self, seconds):
        """Whether the operator has renewed its Lease by the clock that is `seconds` off."""
        stamp = self.lease()["renewTime"].split(".")[0]
        return abs(time.mktime(time.strptime(stamp, "%Y-%m-%dT%H:%M:%S")) - time.timezone - time.time() - seconds) < 3600

    def picture(self):
        nodes = [n for plural in ("validators", "participants", "syncdomains", "supervalidators") for n in self.items(plural)]
        kinds = ("Validator", "Participant", "SyncDomain", "SuperValidator")    # not those of jobs
        pods = [p for p in self.api("/api/v1/pods")["items"] if any(o["kind"] in kinds for o in p["metadata"].get("ownerReferences", []))]
        return {
            "phases": {n["kind"] + "/" + n["metadata"]["name"]: n["status"]["phase"] for n in nodes},
            "pods": len(pods),
            # One of the network's nodes crashes again and again all the time.
            "restarts": {p["metadata"]["name"]: [c["restartCount"] for c in p["status"]["containerStatuses"]] for p in pods
                         if p["status"].get("phase") == "Running" and all(c["ready"] for c in p["status"].get("containerStatuses", []))},
            "backups": len(self.items("backups")),
            "dumps": len(self.items("identitydumps")),
            "events": len(self.api("/api/v1/events")["items"]),
            "version": int(self.api("/api/v1/namespaces")["metadata"]["resourceVersion"]),
        }

    def backup(self, name):
        """Asks for one more of the kind that succeeded last; gives how to ask for its phase."""
        done = next(b for b in self.items("backups") if b.get("status", {}).get("phase") == "Succeeded" and b["spec"]["nodeRef"]["name"] == "northgate-dev-1")
        ns = done["metadata"]["namespace"]
        document = {"apiVersion": done["apiVersion"], "kind": "Backup", "metadata": {"name": name, "namespace": ns}, "spec": done["spec"]}
        subprocess.run([self.kubectl, "--kubeconfig", self.kubeconfig, "create", "-f", "-"], input=json.dumps(document), text=True, check=True,
                       capture_output=True, timeout=30)
        return lambda: self.api(f"{CANTON}/namespaces/{ns}/backups/{name}").get("status", {}).get("phase")

    def scales(self, replicas):
        said = self.qd("-n", "canton-devnet", "do", "scale", "validators/northgate-dev-1", "component=participant", f"replicas={replicas}", "--yes",
                       "-o", "json", kubeconfig=self.kubeconfig, timeout=120).json
        self.assertEqual(said["outcome"], "settled", said)

    def test_a_day_forth_and_back(self):
        networks.wait_until("northgate-dev-2 is set up",
                            lambda: next(v for v in self.items("validators") if v["metadata"]["name"] == "northgate-dev-2")["status"]["phase"] == "Ready", 90)
        first, holder = self.picture(), self.lease()
        schedules = len(self.items("backupschedules")) + len(self.items("identitydumpschedules"))
        before, replicas = first, 1
        for turn, offset in enumerate((self.DAY, 0, -self.DAY, 0)):
            with self.subTest(f"the clock shows {offset:+d} s"):
                phase = self.backup(f"over-the-jump-{turn}")
                networks.wait_until("a backup is under way", lambda: phase() not in (None, "", "Pending"), 30)
                self.jump_to(offset)
                networks.wait_until("the Lease is renewed by the new clock", lambda: self.moved(offset), 30)
                networks.wait_until("the backup that was under way succeeds", lambda: phase() == "Succeeded", 60)
                replicas = 3 - replicas
                self.scales(replicas)
                after = self.picture()
                self.assertEqual(self.lease()["holderIdentity"], holder["holderIdentity"])
                self.assertEqual(self.lease().get("leaseTransitions"), holder.get("leaseTransitions"))
                unwell = [name for name, phase in first["phases"].items() if phase == "Ready" and after["phases"].get(name) != "Ready"]
                self.assertEqual(unwell, [], "what was well is well")
                self.assertEqual(after["pods"], first["pods"] + replicas - 1)
                self.assertLessEqual(first["restarts"].items(), after["restarts"].items(), "what ran well runs on")
                # Ours, and at most one that is overdue for each schedule.
                self.assertLessEqual(after["backups"] - before["backups"], 1 + schedules)
                self.assertLessEqual(after["dumps"] - before["dumps"], schedules)
                self.assertLessEqual(after["events"] - before["events"], 40 + 10 * schedules)
                self.quiet(after)
                before = after
        self.assertEqual(self.network.end(), (0, ""))

    def quiet(self, then):
        """No look leads to a look: ten seconds later there are only the ambient writes (and the Lease)."""
        start = time.monotonic()
        time.sleep(10)
        rate = (self.picture()["version"] - then["version"]) / (time.monotonic() - start)
        self.assertLess(rate, 20, "writes a second")


if __name__ == "__main__":
    live.main()
