#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo network: `up` as one process, the console on it, what is left behind at the end; seed and operator on the real API server."""

import json
import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402

PARTS = ("ledger", "prometheus", "alertmanager", "loki")   # not part of it yet
PERSONAS = ("viewer", "ledger-operator", "node-operator", "platform-admin", "admin")
SPEED = 20


def demo_program():
    path = os.environ.get("QD_DEMO", "") or os.path.join(os.path.dirname(live.program()), "quarterdeck-demo")
    if not os.access(path, os.X_OK):
        raise rigs.RigMissing(f"quarterdeck-demo is not at {path}; build it or name it in QD_DEMO")
    return path


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(what, wanted, timeout=20):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if wanted():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {timeout} s: {what}")


def run_demo(*args, timeout=120):
    args = [str(a) for a in args]
    done = subprocess.run([demo_program(), *args], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL,
                          preexec_fn=rigs.die_with_parent)
    return live.Ran(["(demo)", *args], done.returncode, done.stdout, done.stderr, 0)


class Demo:
    """A running quarterdeck-demo with a line of JSON on its stdout when it is ready."""

    def __init__(self, *args):
        self.process = subprocess.Popen([demo_program(), *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        preexec_fn=rigs.die_with_parent)

    def ready(self, timeout=60):
        readable, _, _ = select.select([self.process.stdout], [], [], timeout)
        line = self.process.stdout.readline() if readable else b""
        if not line:
            self.process.kill()
            raise AssertionError(f"not ready: {self.process.stderr.read().decode()}")
        return json.loads(line)

    def end(self, how=signal.SIGTERM, timeout=15):
        """(exit code, stderr) after that signal; None waits for an end of its own."""
        if self.process.poll() is None and how is not None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.close()
            raise AssertionError(f"quarterdeck-demo did not end within {timeout} s of {how}") from None
        err = self.process.stderr.read().decode()
        self.close()
        return code, err

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class DemoCase(live.LiveCase):
    needs_rig = False
    resources = examples = False

    def demo(self, *args):
        demo = Demo(*args)
        self.addCleanup(demo.close)
        return demo

    def temporary(self):
        folder = tempfile.mkdtemp(prefix="quarterdeck-demo-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def assertRefused(self, told):
        port = int(told["apiServer"].rsplit(":", 1)[1])
        with socket.socket() as s:
            s.settimeout(5)
            self.assertNotEqual(s.connect_ex(("127.0.0.1", port)), 0, f"port {port} still answers")


class Up(DemoCase):
    @classmethod
    def prepare(cls):
        cls.dir = os.path.join(cls.home, "demo")
        cls.network = Demo("up", "--dir", cls.dir, "--speed", SPEED, "--scale", 20, "--no-instruments", "--parent", os.getpid())
        cls.addClassCleanup(cls.network.close)
        cls.told = cls.network.ready()
        cls.kubeconfig = cls.told["kubeconfig"]

    def console(self, *args, context="platform-admin", **more):
        return self.qd(*args, context=context, kubeconfig=self.kubeconfig, **more)

    def rows(self, kind):
        lines = self.console("-A", "watch", kind, "--until-synced", "-o", "json").lines
        return {e["name"]: e["row"] for e in lines if e["event"] == "added"}

    def shown(self, namespace, target):
        return self.console("-n", namespace, "show", target, "-o", "json").json

    def test_ready_line(self):
        self.assertEqual({k: self.told[k] for k in PARTS}, dict.fromkeys(PARTS))
        self.assertEqual(set(self.told["missing"]), set(PARTS))
        self.assertTrue(all(self.told["missing"].values()))
        self.assertTrue(self.told["apiServer"].startswith("https://127.0.0.1:"))
        self.assertTrue(self.told["issuer"].startswith("http://127.0.0.1:"))
        self.assertEqual(os.path.dirname(self.kubeconfig), self.dir)
        self.assertEqual(stat.S_IMODE(os.stat(self.dir).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(self.kubeconfig).st_mode), 0o600)

    def test_doctor_for_every_person(self):
        for persona in PERSONAS:
            with self.subTest(persona):
                said = self.console("doctor", "-o", "json", context=persona).json
                self.assertTrue(said["ok"], said["checks"])
                self.assertEqual(len([k for k in said["kinds"] if k["served"]]), 24, said["kinds"])

    def test_the_consortium_is_there_and_lives(self):
        validators = self.rows("validators")
        self.assertLessEqual({"northgate-validator-1", "northgate-validator-2", "northgate-dev-1", "northgate-dev-2", "harbor-bridge", "dev-node-0001",
                              "dev-node-0002"}, set(validators))
        self.assertEqual(validators["northgate-validator-1"]["phase"], "Ready")
        self.assertEqual(len([p for p in self.rows("parties") if p.startswith("dev-party-")]), 20)
        self.assertGreater(len(self.rows("backups.canton.quarterdeck.io")), 120)
        self.assertGreater(len(self.rows("upgrades")), 5)
        wait_until("northgate-dev-2 is set up", lambda: self.rows("validators")["northgate-dev-2"]["phase"] == "Ready", 60)

    def test_what_is_broken_says_why(self):
        said = self.shown("canton-mainnet", "validators/northgate-validator-2")
        self.assertEqual(said["reported"]["phase"], "Degraded")
        self.assertIn("traffic", json.dumps(said["verdict"]).lower())
        said = self.shown("canton-private", "participants/bob-custody")
        self.assertIn(said["reported"]["phase"], ("Failed", "Degraded"))
        self.assertIn("participant", json.dumps(said["verdict"]).lower())
        self.assertEqual(self.shown("canton-private", "participants/dora-exchange")["reported"]["phase"], "Suspended")
        self.assertEqual(self.rows("validators")["harbor-bridge"]["components"], "5/6")   # one of the participant's two pods, of five components

    def test_a_change_settles(self):
        for replicas in (2, 1):
            said = self.console("-n", "canton-devnet", "do", "scale", "validators/northgate-dev-1", "component=participant", f"replicas={replicas}",
                                "--yes", "-o", "json", context="node-operator", timeout=120).json
            self.assertEqual(said["outcome"], "settled", said)
            components = self.shown("canton-devnet", "validators/northgate-dev-1")["reported"]["components"]
            participant = next(c for c in components if c["name"] == "participant")
            self.assertEqual((participant["ready"], participant["desired"]), (replicas, replicas))
            pods = sum(c["desired"] for c in components)   # the list counts pods, not components
            wait_until("the list has them", lambda: self.rows("validators")["northgate-dev-1"]["components"] == f"{pods}/{pods}", 20)

    def test_rights_are_those_of_the_persona(self):
        ran = self.console("-n", "canton-devnet", "do", "scale", "validators/northgate-dev-1", "component=participant", "replicas=3", "--yes",
                           context="viewer", code=live.FORBIDDEN)
        self.assertSays(ran, "patch validators.canton.quarterdeck.io")

    def test_seed_again_makes_nothing(self):
        ran = run_demo("seed", "--kubeconfig", self.kubeconfig, "--context", "admin", "--scale", 20)
        self.assertEqual(ran.code, 0, str(ran))
        self.assertEqual((ran.json["created"], ran.json["completed"], ran.json["updated"]), (0, 0, 0), str(ran))

    def test_seed_without_the_right(self):
        ran = run_demo("seed", "--kubeconfig", self.kubeconfig, "--context", "viewer")
        self.assertEqual(ran.code, live.FORBIDDEN, str(ran))
        self.assertSays(ran, "namespaces", "right")

    def test_one_network_a_folder(self):
        code, err = self.demo("up", "--dir", self.dir).end(None)
        self.assertEqual(code, 1, err)
        self.assertIn("in use", err)
        self.assertTrue(os.path.exists(self.kubeconfig), "the other one's")


class Ends(DemoCase):
    """Nothing is left running, nothing is left lying about."""

    def test_asked_to(self):
        folder = os.path.join(self.temporary(), "demo")
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(how):
                demo = self.demo("up", "--dir", folder)
                told = demo.ready()
                self.assertEqual(demo.end(how), (0, ""))
                self.assertFalse(os.path.exists(folder), "a folder it made among the temporary ones goes with it")
                self.assertRefused(told)

    def test_a_chosen_folder_stays_without_keys(self):
        folder = self.temporary()
        demo = self.demo("up", "--dir", folder)
        demo.ready()
        self.assertEqual(demo.end(), (0, ""))
        self.assertEqual(os.listdir(folder), ["audit.log"])

    def test_before_it_is_ready(self):
        folder = os.path.join(self.temporary(), "demo")
        for delay in (0.02, 0.2, 0.6, 1.0):
            with self.subTest(delay):
                demo = self.demo("up", "--dir", folder)
                time.sleep(delay)   # at no moment in particular
                code, err = demo.end()
                self.assertIn(code, (0, -signal.SIGTERM), err)
                self.assertFalse(os.path.exists(folder), os.path.exists(folder) and os.listdir(folder))

    def test_its_parent_is_killed(self):
        folder = os.path.join(self.temporary(), "demo")
        script = f"{demo_program()} up --dir {folder} --parent $$ & echo $!; wait"
        shell = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=rigs.die_with_parent)
        self.addCleanup(shell.stdout.close)
        pid = int(shell.stdout.readline())
        told = json.loads(shell.stdout.readline())
        shell.kill()
        shell.wait()
        wait_until("the demo network is gone", lambda: not alive(pid), 10)
        self.assertFalse(os.path.exists(folder))
        self.assertRefused(told)

    def test_no_such_parent(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        folder = os.path.join(self.temporary(), "demo")
        ran = run_demo("up", "--dir", folder, "--parent", gone.pid)
        self.assertEqual(ran.code, 1, str(ran))
        self.assertSays(ran, "no process", str(gone.pid))
        self.assertFalse(os.path.exists(folder))


class Console(DemoCase):
    """quarterdeck --demo: the network is a child that comes and goes with it."""

    def setUp(self):
        self.tmp = self.temporary()

    def children(self):
        """Demo networks with a folder below ours."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    words = f.read().decode().split("\0")
            except OSError:
                continue
            if "up" in words and any(w.startswith(self.tmp) for w in words) and alive(int(pid)):
                found.append(int(pid))
        return found

    def assertNothingLeft(self):
        wait_until("no demo network is left", lambda: not self.children(), 10)
        self.assertEqual([n for n in os.listdir(self.tmp) if n.startswith("quarterdeck-demo")], [])

    def console(self, *args, **more):
        return self.qd("--demo", *args, env={"TMPDIR": self.tmp}, kubeconfig="/nonexistent/kubeconfig", **more)

    def test_commands(self):
        for context, group in ((None, "qd:platform-admin"), ("viewer", "qd:viewer")):
            with self.subTest(group):
                said = self.console("doctor", "-o", "json", context=context).json
                self.assertTrue(said["ok"], said["checks"])
                self.assertIn(group, said["identity"]["groups"])
                self.assertNothingLeft()

    def test_without_prometheus(self):
        """What to install is said where readings are missed, not on standard error alone."""
        where = self.temporary()
        said = self.qd("--demo", "doctor", "-o", "json", env={"TMPDIR": self.tmp, "PATH": where, "QUARTERDECK_DEMO_INSTRUMENTS": ""}, kubeconfig="/nonexistent/kubeconfig").json
        check = next(c for c in said["checks"] if c["id"] == "telemetry")
        self.assertIn("./run setup", check["remedy"], check)
        self.assertNothingLeft()

    def test_killed(self):
        for how in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
            with self.subTest(how):
                stream = live.Stream(self.command("--demo", "-A", "watch", "validators", "-o", "json"), self.env("/nonexistent", {"TMPDIR": self.tmp}))
                self.addCleanup(stream.close)
                stream.event("synced", timeout=60)
                self.assertEqual(len(self.children()), 1)
                stream.process.send_signal(how)
                stream.process.wait(15)
                self.assertNothingLeft()

    def asked_by(self, user):
        for name in os.listdir(self.tmp):
            path = os.path.join(self.tmp, name, "audit.log")
            if os.path.exists(path):
                with open(path) as f:
                    return f'"{user}"' in f.read()
        return False

    def test_a_window_opens_and_closes(self):
        window = subprocess.Popen(self.command("--demo"), env=self.env("/nonexistent", {"TMPDIR": self.tmp, "QT_QPA_PLATFORM": "offscreen"}),
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=rigs.die_with_parent)
        self.addCleanup(window.stderr.close)
        wait_until("the audit log names the person the window is", lambda: self.asked_by("paula"), 60)
        window.terminate()
        self.assertEqual(window.wait(20), 0, window.stderr.read().decode())
        self.assertNothingLeft()
        kept = [name for part in ("config", "state") for _, _, names in os.walk(os.path.join(self.home, part)) for name in names]
        self.assertEqual([name for name in kept if not name.startswith("quarterdeck.log")], [], "layout and journal went with the network")

    def test_a_change_is_journaled_and_goes_with_the_network(self):
        said = self.console("-n", "canton-mainnet", "do", "label", "validators/northgate-validator-1", "key=owner", "value=ops", "--reason", "handed over", "--yes",
                            "--confirm", "northgate-validator-1", "-o", "json").json
        self.assertEqual(said["outcome"], "settled", said)
        self.assertNothingLeft()
        self.assertFalse(os.path.exists(os.path.join(self.home, "state", "quarterdeck", "journal.jsonl")))

    def test_wrong_usage(self):
        self.assertSays(self.console("--profile", "prod", "doctor", code=live.USAGE), "--demo", "--profile")
        self.assertSays(self.console("--kubeconfig", "x", "doctor", code=live.USAGE), "--demo", "--kubeconfig")
        self.assertNothingLeft()

    def test_the_program_is_not_there(self):
        alone = os.path.join(self.tmp, "quarterdeck")
        shutil.copy(self.program, alone)
        done = subprocess.run([alone, "--demo", "doctor"], env={**self.env("/nonexistent"), "PATH": "/nonexistent"}, capture_output=True, text=True,
                              timeout=60, preexec_fn=rigs.die_with_parent)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("quarterdeck-demo", done.stderr)
        self.assertIn("PATH", done.stderr)


class OnTheRealServer(live.LiveCase):
    """seed and operator are clients like any other."""

    examples = False

    def seed(self):
        ran = run_demo("seed", "--kubeconfig", self.rig.kubeconfig)
        self.assertEqual(ran.code, 0, str(ran))
        return ran.json

    def lease(self):
        reply = self.rig.request("GET", "/apis/coordination.k8s.io/v1/namespaces/canton-system/leases/canton-operator")
        return reply.json["spec"].get("holderIdentity", "") if reply.ok else ""

    def node(self):
        return self.get("validators", "canton-devnet", "northgate-dev-1")

    def test_seed_and_operator(self):
        first = self.seed()
        self.assertGreater(first["created"], 200)
        self.assertEqual(self.seed()["unchanged"], first["created"])
        self.patch("validators", "canton-devnet", "northgate-dev-1", {"spec": {"storageSize": "300Gi"}})
        kept = self.seed()["kept"]
        self.assertEqual([line.split(":")[0] for line in kept], ["validators/canton-devnet/northgate-dev-1 /spec/storageSize"])
        self.assertEqual(self.node()["spec"]["storageSize"], "300Gi")

        operator = Demo("operator", "--kubeconfig", self.rig.kubeconfig, "--speed", SPEED)
        self.addCleanup(operator.close)
        said = operator.ready()
        self.assertEqual((said["operator"], said["apiServer"]), ("working", self.rig.url))
        self.assertEqual(self.lease(), said["identity"])
        wait_until("the changed generation is seen and well",
                   lambda: self.node()["status"]["observedGeneration"] == 2 and self.node()["status"]["phase"] == "Ready", 60)
        said = self.qd("-n", "canton-devnet", "do", "scale", "validators/northgate-dev-1", "component=participant", "replicas=2", "--yes", "-o", "json",
                       timeout=120).json
        self.assertEqual(said["outcome"], "settled", said)
        self.remove("participants", "canton-devnet", "legacy-probe")
        probe = f"{self.collection('participants', 'canton-devnet')}/legacy-probe"
        wait_until("a deleted node goes", lambda: self.rig.request("GET", probe).status == 404, 60)
        self.assertEqual(operator.end(), (0, ""))
        self.assertEqual(self.lease(), "", "the Lease is given back")


class WithoutDefinitions(live.LiveCase):
    resources = examples = False

    def test_both_say_what_is_missing(self):
        for command in ("seed", "operator"):
            with self.subTest(command):
                ran = run_demo(command, "--kubeconfig", self.rig.kubeconfig)
                self.assertEqual(ran.code, 1, str(ran))
                self.assertSays(ran, "does not serve canton.quarterdeck.io/v1alpha1", "resources/crds")

    def test_nobody_answers(self):
        kubeconfig = self.rig.kubeconfig_for("https://127.0.0.1:1")
        for command in ("seed", "operator"):
            with self.subTest(command):
                ran = run_demo(command, "--kubeconfig", kubeconfig)
                self.assertEqual(ran.code, live.UNREACHABLE, str(ran))
                self.assertSays(ran, "127.0.0.1:1")


if __name__ == "__main__":
    live.main()
