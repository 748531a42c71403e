#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The store of sign-ins on a real gnome-keyring, in every state people meet: open, locked, ended in between, stopped, without a service, without a bus."""

import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import unittest

import live  # noqa: F401  (the path of these modules)
import desktop
import keyringrig
import rig as rigs
from keyringrig import KeyringRig

READY, LOCKED, NO_KEYRING, NOT_RESPONDING, ABSENT, MEMORY = 1, 2, 3, 4, 5, 6   # SecretState
KEY = "quarterdeck|https://sso.example.com|quarterdeck|olga"
TOKEN = "rt-" + "x9Kq" * 600   # longer than one of Windows' entries


def probe_path():
    path = os.environ.get("QD_SECRETPROBE", "")
    if not os.access(path, os.X_OK):
        raise rigs.RigMissing(f"QD_SECRETPROBE does not name the probe ({path or 'not set'}); build the target secretprobe")
    return os.path.abspath(path)


class Probe:
    """The store in a process of its own."""

    def __init__(self, env, wrapper=()):
        self.process = subprocess.Popen([*wrapper, probe_path()], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        preexec_fn=rigs.die_with_parent)
        self.ids = itertools.count(1)
        self.answers = {}
        self.arrived = queue.Queue()
        self.errors = []
        self.readers = [threading.Thread(target=self._read, daemon=True), threading.Thread(target=self._read_errors, daemon=True)]
        for reader in self.readers:
            reader.start()
        assert self._next(30).get("ready"), self.errors

    def _read(self):
        for line in self.process.stdout:
            self.arrived.put(json.loads(line))
        self.arrived.put(None)

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def _next(self, timeout):
        answer = self.arrived.get(timeout=timeout)
        if answer is None:
            raise AssertionError(f"the probe ended ({self.process.wait()}): {''.join(self.errors)}")
        return answer

    def send(self, what, key=KEY, **more):
        number = next(self.ids)
        self.process.stdin.write(json.dumps({"id": number, "do": what, "key": key, **more}) + "\n")
        self.process.stdin.flush()
        return number

    def wait(self, number, timeout=60):
        deadline = time.monotonic() + timeout
        while number not in self.answers:
            try:
                answer = self._next(max(0.05, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no answer within {timeout} s: {''.join(self.errors)}") from None
            self.answers[answer["id"]] = answer
        return self.answers[number]

    def ask(self, what, key=KEY, timeout=60, **more):
        return self.wait(self.send(what, key, **more), timeout)

    def read(self, key=KEY, **more):
        return self.ask("read", key, **more)

    def write(self, value=TOKEN, key=KEY, **more):
        return self.ask("write", key, value=value, **more)

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("the probe did not end with its input") from None
        for reader in self.readers:
            reader.join(5)
        self.process.stdout.close()
        self.process.stderr.close()


class KeyringCase(unittest.TestCase):
    maxDiff = 4000

    def rig(self, **options):
        rig = KeyringRig(**options)
        self.addCleanup(rig.stop)
        return rig

    def probe(self, rig, **env):
        probe = Probe(rig.environment(**env))
        self.addCleanup(probe.close)
        return probe

    def done(self, answer):
        self.assertNotIn("reason", answer, answer)
        return answer

    def refused(self, answer, reason, within=None):
        self.assertEqual(answer.get("reason"), reason, answer)
        self.assertTrue(answer["remedy"], answer)
        self.assertNotIn(TOKEN[:12], json.dumps(answer))
        if within is not None:
            self.assertLess(answer["ms"], within * 1000, answer)
        return answer


class Open(KeyringCase):
    def test_what_is_written_is_read_by_the_next_process(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.assertEqual(probe.ask("standing")["state"], READY)
        self.assertEqual(self.refused(probe.read(), "EntryNotFound", 10)["kind"], 5)
        self.done(probe.write())
        self.assertEqual(self.done(probe.read())["value"], TOKEN)
        self.done(probe.write("second"))
        probe.close()
        probe = self.probe(rig)
        self.assertEqual(self.done(probe.read())["value"], "second")
        self.refused(probe.read("quarterdeck|https://sso.example.com|quarterdeck|olg"), "EntryNotFound")
        self.done(probe.ask("remove"))
        self.refused(probe.read(), "EntryNotFound")
        self.done(probe.ask("remove"))
        found = rig.secret_tool("search", "--all", "server", "Quarterdeck test")
        self.assertNotIn("secret", found.stdout + found.stderr)

    def test_others_see_one_entry_and_nothing_lies_in_the_clear(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write("first-token-of-olga"))
        self.done(probe.write("second-token-of-olga"))
        found = rig.secret_tool("search", "--all", "server", "Quarterdeck test")
        self.assertEqual((found.stdout + found.stderr).count("attribute.user"), 1, found.stdout + found.stderr)
        self.assertIn(KEY, found.stdout + found.stderr)
        for folder, _, names in os.walk(rig.folder):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    with open(path, "rb") as f:
                        data = f.read()
                    for secret in (b"first-token-of-olga", b"second-token-of-olga"):
                        self.assertNotIn(secret, data, path)

    def test_under_dbus_run_session_as_it_comes(self):
        """No bus of ours, no folder of services of ours: the machine's own configuration."""
        rig = self.rig()
        daemon = f"printf '%s' '{keyringrig.PASSWORD}' | gnome-keyring-daemon --unlock --components=secrets -d >/dev/null; exec \"$@\""
        env = rig.environment(DBUS_SESSION_BUS_ADDRESS=None, XDG_DATA_DIRS="/usr/share")
        probe = Probe(env, wrapper=["dbus-run-session", "--", "sh", "-c", daemon, "sh"])
        self.addCleanup(probe.close)
        self.done(probe.write())
        self.assertEqual(self.done(probe.read())["value"], TOKEN)
        self.done(probe.ask("remove"))


class Locked(KeyringCase):
    def test_is_locked_and_never_missing(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write())
        rig.lock()
        self.assertEqual(probe.ask("standing")["state"], LOCKED)
        self.assertEqual(self.refused(probe.read(), "KeyringLocked", 10)["kind"], 4)
        self.refused(probe.write("another"), "KeyringLocked", 10)
        self.refused(probe.ask("remove"), "KeyringLocked", 10)
        # An entry that is not there: nobody can say so of a locked keyring.
        self.refused(probe.read("quarterdeck|https://other|c|s"), "KeyringLocked", 10)
        self.assertTrue(rig.locked())
        rig.start_daemon(replace=True)
        self.assertEqual(self.done(probe.read())["value"], TOKEN)   # the same process, the keyring's second run
        self.done(probe.write("third"))
        self.assertEqual(self.done(probe.read())["value"], "third")

    def test_a_locked_keyring_of_a_new_session(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write())
        probe.close()
        rig.kill_daemon()
        probe = self.probe(rig)   # the bus starts a new one, locked
        self.refused(probe.read(), "KeyringLocked", 15)
        self.refused(probe.ask("remove"), "KeyringLocked", 10)
        rig.start_daemon(replace=True)
        self.assertEqual(self.done(probe.read())["value"], TOKEN)

    def test_unlocking_without_a_display_says_so_and_ends(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write())
        rig.lock()
        self.refused(probe.ask("unlock"), "KeyringLocked", 20)
        self.refused(probe.read(), "KeyringLocked", 10)

    def test_memory_only_while_it_is_locked(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write())
        rig.lock()
        self.done(probe.ask("keep", "memory"))
        self.assertEqual(probe.ask("standing")["state"], MEMORY)
        self.done(probe.write("in memory"))
        self.assertEqual(self.done(probe.read())["value"], "in memory")
        self.refused(probe.ask("keep", "keychain"), "KeyringLocked", 10)
        self.assertEqual(self.done(probe.read())["value"], "in memory")
        rig.start_daemon(replace=True)
        self.done(probe.ask("keep", "keychain"))
        self.assertEqual(probe.ask("standing")["state"], READY)
        probe.close()
        probe = self.probe(rig)
        self.assertEqual(self.done(probe.read())["value"], "in memory")

    def test_signing_out_in_memory_only_says_what_the_locked_keyring_still_has(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write())
        rig.lock()
        self.done(probe.ask("keep", "memory"))
        self.refused(probe.ask("remove"), "KeyringLocked", 10)
        self.done(probe.ask("remove", "quarterdeck|https://never|saved|here"))


class Ending(KeyringCase):
    def test_killed_in_between_and_come_back(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write())
        rig.kill_daemon()
        self.refused(probe.read(), "KeyringLocked", 15)   # the new one is locked
        rig.start_daemon(replace=True)
        self.assertEqual(self.done(probe.read())["value"], TOKEN)
        self.done(probe.write("second"))
        self.done(probe.ask("remove"))
        self.refused(probe.read(), "EntryNotFound")

    def test_killed_and_started_again_at_once(self):
        rig = self.rig(activated=False).start()
        probe = self.probe(rig)
        self.done(probe.write())
        for round_ in range(3):
            rig.kill_daemon()
            self.refused(probe.read(), "NoKeychain", 10)
            rig.start_daemon()
            self.done(probe.write(f"round {round_}"))
            self.assertEqual(self.done(probe.read())["value"], f"round {round_}")

    def test_killed_under_many_requests(self):
        """Whatever each of them says, none hangs, none says "not found", and the entry is one of those that were written."""
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write("value 0"))
        numbers = []
        for i in range(1, 40):
            numbers += [probe.send("write", value=f"value {i}"), probe.send("read")]
        probe.wait(numbers[5])
        rig.kill_daemon()
        for number in numbers:
            answer = probe.wait(number, 120)
            if "reason" in answer:
                self.assertIn(answer["reason"], ("KeyringLocked", "KeyringVanished", "KeyringRefused", "NoKeychain"), answer)
        written = [i for i, number in enumerate(numbers[::2], 1) if "reason" not in probe.answers[number]]
        rig.start_daemon(replace=True)
        value = self.done(probe.read())["value"]
        self.assertIn(value, [f"value {i}" for i in range(40)])
        # What was reported as written is written: the last such, or one that came after it.
        self.assertGreaterEqual(int(value.split()[1]), max(written))


class Hanging(KeyringCase):
    def test_a_stopped_service_costs_the_time_of_a_question(self):
        rig = self.rig().start()
        probe = self.probe(rig, PROBE_ANSWER_MS="1500")
        self.done(probe.write())
        resume = rig.stop_daemon()
        try:
            answers = [probe.send("read"), probe.send("write", value="late"), probe.send("remove"), probe.send("standing")]
            for number in answers[:3]:
                self.assertEqual(self.refused(probe.wait(number), "KeyringNotResponding")["kind"], 1)
            self.assertLess(probe.wait(answers[2])["ms"], 9000)
            self.assertEqual(probe.wait(answers[3])["state"], NOT_RESPONDING)
        finally:
            resume()
        # Whoever waits for its turn gets it as soon as it goes on.
        self.assertEqual(self.done(probe.read())["value"], TOKEN)
        self.done(probe.ask("remove"))

    def test_a_new_process_at_a_stopped_service(self):
        rig = self.rig().start()
        self.done(self.probe(rig).write())
        resume = rig.stop_daemon()
        try:
            probe = self.probe(rig)
            self.refused(probe.read(), "KeyringNotResponding", 12)
        finally:
            resume()
        self.assertEqual(self.done(probe.read())["value"], TOKEN)

    def test_a_stopped_bus(self):
        """The bus itself stands still, under a store that has it open and under one that starts; both answer, go on with it, and end without it."""
        rig = self.rig().start()
        before = self.probe(rig, PROBE_ANSWER_MS="1500")
        self.done(before.write())
        rig.bus.send_signal(signal.SIGSTOP)
        try:
            started = self.probe(rig, PROBE_ANSWER_MS="1500")
            ended = self.probe(rig, PROBE_ANSWER_MS="1500")
            for probe in (before, started, ended):
                answer = self.refused(probe.read(), "KeyringNotResponding", 8)
                self.assertEqual(answer["kind"], 1)
            begun = time.monotonic()
            ended.close()
            self.assertLess(time.monotonic() - begun, 6)
        finally:
            rig.bus.send_signal(signal.SIGCONT)
        for probe in (before, started):
            self.assertEqual(self.done(probe.read())["value"], TOKEN)

    def test_memory_only_works_at_once_while_it_hangs(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        resume = rig.stop_daemon()
        try:
            slow = probe.send("read")
            self.done(probe.ask("keep", "memory"))
            self.done(probe.write("tok"))
            self.assertLess(self.done(probe.read())["ms"], 1000)
            self.refused(probe.wait(slow), "KeyringNotResponding")
        finally:
            resume()


class Nothing(KeyringCase):
    def test_no_service(self):
        rig = self.rig(activated=False).start(unlocked=False)
        probe = self.probe(rig)
        self.assertEqual(probe.ask("standing")["state"], ABSENT)
        for answer in (probe.read(), probe.write(), probe.ask("remove"), probe.ask("unlock")):
            self.assertEqual(self.refused(answer, "NoKeychain", 10)["kind"], 10)
        self.nothing_was_written(rig)

    def test_no_bus(self):
        rig = self.rig()
        probe = self.probe(rig)
        for answer in (probe.read(), probe.write(), probe.ask("remove"), probe.ask("unlock")):
            self.refused(answer, "NoKeychain", 10)
        self.nothing_was_written(rig)

    def test_a_bus_that_ended(self):
        rig = self.rig().start()
        probe = self.probe(rig)
        self.done(probe.write())
        rig.bus.kill()
        rig.bus.wait()
        self.refused(probe.read(), "NoKeychain", 20)
        self.refused(probe.write("x"), "NoKeychain", 20)
        self.done(probe.ask("keep", "memory"))
        self.done(probe.write("in memory"))
        self.assertEqual(self.done(probe.read())["value"], "in memory")

    def test_a_desktop_without_any_keyring_yet(self):
        rig = self.rig().start(unlocked=False)   # a daemon is started, and has no collection
        probe = self.probe(rig)
        self.assertEqual(probe.ask("standing")["state"], NO_KEYRING)
        self.refused(probe.write(), "NoKeyring", 15)
        self.refused(probe.read(), "NoKeyring", 15)
        self.refused(probe.ask("unlock"), "NoKeyring", 20)   # nobody sees the dialog here
        self.nothing_was_written(rig)

    def test_a_service_that_comes_a_little_later(self):
        rig = self.rig(activated=False).start(unlocked=False)
        probe = self.probe(rig, PROBE_PATIENCE_MS="30000")
        first = probe.send("read")
        probe.send("standing")
        rig.start_daemon()
        self.refused(probe.wait(first), "EntryNotFound")
        self.done(probe.write())

    def test_without_glib(self):
        """libsecret answers through GLib's main loop: without one a job would wait for ever, so none is begun."""
        rig = self.rig().start()
        probe = self.probe(rig, QT_NO_GLIB="1")
        answer = self.refused(probe.read(), "NoKeychain", 10)
        self.assertIn("GLib", answer["detail"])

    def nothing_was_written(self, rig):
        for folder, _, names in os.walk(rig.folder):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    with open(path, "rb") as f:
                        self.assertNotIn(TOKEN.encode(), f.read(), path)
        self.assertFalse(os.path.exists(os.path.join(rig.folder, "config", "Quarterdeck test.conf")))


class Dialog(KeyringCase):
    """The desktop's own dialog, on a screen of its own, answered by keys."""

    @classmethod
    def setUpClass(cls):
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.end)
        cls.desktop.start()

    def locked(self):
        rig = self.rig(display=self.desktop.display).start()
        probe = self.probe(rig)
        self.done(probe.write())
        rig.lock()
        return rig, probe

    def windows(self):
        """The dialogs on the screen; some have no title."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "prompter"], env=self.desktop.environment(), capture_output=True, text=True, timeout=20)
        return found.stdout.split()

    def dialog(self, rig):
        rig.wait(self.windows, "the dialog is open")
        # It takes the keyboard a moment after it is seen: keys are typed until they have an effect.

    def typed(self, rig, text, wanted, what):
        def again():
            if wanted():
                return True
            if self.windows():
                self.desktop.keys("ctrl+a")
                self.desktop.type(text)
                self.desktop.keys("Return")
            return wanted()
        rig.wait(again, what)

    def test_nothing_but_unlocking_opens_it(self):
        rig, probe = self.locked()
        for what in ("read", "remove", "standing"):
            self.assertLess(probe.ask(what)["ms"], 8000)
        self.refused(probe.write("x"), "KeyringLocked", 8)
        probe.close()
        rig.kill_daemon()
        probe = self.probe(rig)
        self.refused(probe.read(), "KeyringLocked", 15)
        self.assertEqual(self.windows(), [])

    def test_the_password_opens_the_keyring(self):
        rig, probe = self.locked()
        asked = probe.send("unlock")
        self.dialog(rig)
        self.refused(probe.read(), "KeyringLocked", 8)   # nobody waits for the dialog who did not ask for it
        self.typed(rig, keyringrig.PASSWORD, lambda: not rig.locked(), "the keyring is open")
        self.done(probe.wait(asked))
        self.assertEqual(self.done(probe.read())["value"], TOKEN)
        self.done(probe.ask("unlock"))   # of an open one: nothing to ask

    def test_a_first_keyring_is_made(self):
        rig = self.rig(display=self.desktop.display).start(unlocked=False)
        probe = self.probe(rig)
        self.refused(probe.write(), "NoKeyring", 15)
        self.assertEqual(self.windows(), [])
        asked = probe.send("unlock")
        self.dialog(rig)

        def made():
            answered = not probe.arrived.empty()
            if self.windows() and not answered:
                self.desktop.keys("ctrl+a")
                self.desktop.type("secret")
                self.desktop.keys("Tab")
                self.desktop.keys("ctrl+a")
                self.desktop.type("secret")
                self.desktop.keys("Return")
                time.sleep(0.3)
            return answered
        rig.wait(made, "the keyring is made")
        self.done(probe.wait(asked))
        self.done(probe.write())
        self.assertEqual(self.done(probe.read())["value"], TOKEN)

    def test_closed_without_a_password(self):
        rig, probe = self.locked()
        asked = probe.send("unlock")
        self.dialog(rig)

        def closed():
            if self.windows():
                self.desktop.keys("Escape")
            return not self.windows()
        rig.wait(closed, "the dialog is closed")
        answer = self.refused(probe.wait(asked), "KeyringLocked")
        self.assertIn("closed", answer["detail"])
        self.refused(probe.read(), "KeyringLocked", 8)

    def test_taken_back(self):
        """The service outlives it (gnome-keyring 42.1 does not outlive Prompt.Dismiss), and can be asked again."""
        rig, probe = self.locked()
        served = rig.owner()
        asked = probe.send("unlock")
        self.dialog(rig)
        probe.send("stop")
        self.assertEqual(probe.wait(asked, 5)["kind"], 2)
        self.refused(probe.read(), "KeyringLocked", 8)
        again = probe.send("unlock")
        self.typed(rig, keyringrig.PASSWORD, lambda: not rig.locked(), "the keyring is open")
        self.done(probe.wait(again))
        self.assertEqual(rig.owner(), served)
        self.assertEqual(self.done(probe.read())["value"], TOKEN)

    def test_the_service_ends_under_it(self):
        rig, probe = self.locked()
        asked = probe.send("unlock")
        self.dialog(rig)
        rig.kill_daemon()
        self.refused(probe.wait(asked, 20), "KeyringVanished")
        self.refused(probe.read(), "KeyringLocked", 15)


def main():
    try:
        keyringrig.require()
        lacking = [package for package in desktop.missing() if package != "python3-gi"]   # that one nobody needs here
        if lacking:
            raise rigs.RigMissing("a screen for the keyring's dialog needs " + ", ".join(lacking))
        probe_path()
    except rigs.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if rigs.missing_is_failure() else 77)
    unittest.main(verbosity=2, warnings="ignore")


if __name__ == "__main__":
    main()
