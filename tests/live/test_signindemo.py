#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`login`, `whoami` and `logout` at the demo network's issuer: the whole way, an issuer that is away or whose clock is off, and the dialog of a
locked keyring on a screen."""

import email.utils
import json
import os
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "idp")]

import browser  # noqa: E402
import desktop  # noqa: E402
import keyringrig  # noqa: E402
import live  # noqa: E402
import web  # noqa: E402
from signinconsole import NAMES, Console, required  # noqa: E402
from test_demonetwork import Demo, run_demo  # noqa: E402


class DemoConsole(Console, live.LiveCase):
    """On a demo network of its own, at the network's own issuer."""

    needs_rig = False
    profile = "demo"

    def setUp(self):
        self.keep()
        self.config = os.path.join(self.keyring.folder, "net")
        self.network = Demo("up", "--dir", self.config, "--speed", 10, "--parent", os.getpid())
        self.addCleanup(self.network.close)
        self.told = self.network.ready()


class AtTheDemo(DemoConsole):
    """Without a display."""

    def test_the_whole_way(self):
        said = self.login("nora").json
        self.assertEqual((said["issuer"], said["user"], said["clusterUser"]), (self.told["issuer"], "nora", "nora"))
        self.assertIn({"role": "qd:node-operator", "source": "ID token /groups"}, said["roles"])
        self.console("-n", "canton-devnet", "do", "label", "validators/northgate-dev-1", "key=by", "value=nora", "--yes")
        with open(os.path.join(self.config, "audit.log"), encoding="utf-8") as f:
            events = [json.loads(line) for line in f if '"patch"' in line and "northgate-dev-1" in line]
        self.assertIn(("nora", 200), {(e["user"]["username"], e["responseStatus"]["code"]) for e in events})
        done = run_demo("chaos", "--kubeconfig", self.told["kubeconfig"], "issuer/demo", "rotate-keys")
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual(self.whoami().json["clusterUser"], "nora")
        who = self.console("--context", "nosuch", "whoami", "-o", "json", code=live.FAILED)
        self.assertEqual((who.json["user"], who.json["clusterUser"]), ("nora", None))    # who it is, but not to that cluster
        self.console("logout")
        self.assertSays(self.whoami(code=live.FORBIDDEN), "--profile demo login")

    def chaos(self, fault):
        done = run_demo("chaos", "--kubeconfig", self.told["kubeconfig"], "issuer/demo", fault)
        self.assertEqual(done.code, 0, str(done))

    def turned(self, fault, wanted, timeout=20):
        """The fault, once the issuer has taken it up."""
        self.chaos(fault)
        deadline = time.monotonic() + timeout
        while not wanted() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertTrue(wanted(), fault)

    def issuer(self):
        """Status and clock of the issuer; 0 when nobody answers."""
        try:
            answer = web.ask("GET", self.told["issuer"] + "/jwks", timeout=5)
            return answer.status, email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()
        except OSError:
            return 0, 0

    def test_a_clock_that_is_off_by_ten_minutes(self):
        for fault, sign in (("clock-behind", -1), ("clock-ahead", 1)):
            with self.subTest(fault):
                self.turned(fault, lambda: self.issuer()[1] * sign > 500)
                told = self.login("vera", code=live.FORBIDDEN)
                self.assertSays(told, "this computer's clock")
                self.assertRegex(told.err, r"(599|600|601) s")
                self.whoami(code=live.FORBIDDEN)

    def test_an_issuer_that_is_down(self):
        self.login("vera")
        self.turned("down", lambda: self.issuer()[0] != 200)
        told = self.login("vera", code=live.UNREACHABLE)
        self.assertSays(told, self.told["issuer"].split("//")[1], "issuer")
        # who is signed in goes on until the token ends, and is told how it is
        said = self.whoami().json
        self.assertEqual(said["user"], "vera")
        self.assertRegex(" ".join(said["notes"]), "could not be asked")
        self.turned("none", lambda: self.issuer()[0] == 200)
        self.turned("silent", lambda: self.issuer()[0] == 0, timeout=30)
        begun = time.monotonic()
        self.assertEqual(self.whoami().json["user"], "vera")
        self.assertLess(time.monotonic() - begun, 15)    # one attempt, not three
        told = self.console("logout", "-o", "json")
        self.assertLess(time.monotonic() - begun, 30)
        self.assertSays(told, "could not be told")
        self.assertEqual((told.json["signedOut"], told.json["wasSignedIn"], told.json["providerTold"]), (True, True, False))
        told = self.console("logout", "-o", "json")
        self.assertEqual((told.json["wasSignedIn"], told.json["providerTold"]), (False, False))
        self.assertSays(self.console("logout"), "nobody was signed in")

    def test_another_person_ends_the_first(self):
        self.login("vera")
        said = self.login("nora").json
        self.assertEqual((said["user"], said["notes"]), ("nora", ["vera was signed in before and is signed out."]))
        self.assertEqual(self.whoami().json["user"], "nora")

    def test_signing_out_works_offline(self):
        """Nor does it need the cluster: its kubeconfig is gone."""
        self.login("vera")
        kept = os.path.join(self.keyring.folder, "kept")
        os.makedirs(kept)
        shutil.copy(os.path.join(self.config, "profiles.yaml"), kept)
        self.config = kept
        self.network.end()
        self.assertSays(self.console("logout"), "sign-in.kubeconfig", "signed out")
        self.assertSays(self.whoami(code=live.FORBIDDEN), "nobody is signed in")


class AtADesktop(DemoConsole):
    """Where the keyring's own dialog can open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.end)
        cls.desktop.start()

    def keep(self, display=None):
        super().keep(display=self.desktop.display)

    def dialogs(self):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "prompter"], env=self.desktop.environment(), capture_output=True, text=True, timeout=20)
        return found.stdout.split()

    def test_login_opens_the_locked_keyring(self):
        self.keyring.lock()
        process = self.process("login", "--browser", self.person("nora"), "-o", "json")
        self.reads(process, "keyring is locked")

        def opened():
            if self.keyring.locked() and self.dialogs():    # it takes the keyboard a moment after it is seen
                self.desktop.keys("ctrl+a")
                self.desktop.type(keyringrig.PASSWORD)
                self.desktop.keys("Return")
            return not self.keyring.locked()
        self.keyring.wait(opened, "the keyring is open")
        self.assertEqual(self.ended(process, ["login"], live.DONE).json["user"], "nora")
        self.keyring.lock()
        self.assertSays(self.whoami(code=live.FORBIDDEN), "keyring is locked")    # and nobody else opens it
        self.assertEqual(self.dialogs(), [])

    def test_interrupted_at_the_dialog(self):
        """Nothing was begun. (The dialog of GNOME Keyring 42 stays, whoever asked for it; it opens the keyring, no more.)"""
        self.keyring.lock()
        opened = self.person("nora")
        process = self.process("login", "--browser", opened)
        self.reads(process, "keyring is locked")
        self.keyring.wait(self.dialogs, "the dialog is open")
        process.send_signal(signal.SIGINT)
        self.ended(process, ["login"], live.INTERRUPTED, timeout=10)
        self.assertEqual(browser.log_of(opened), [])


def main():
    required([package for package in desktop.missing() if package != "python3-gi"])   # that one nobody needs here
    live.main()


if __name__ == "__main__":
    main()
