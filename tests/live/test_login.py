#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's own sign-in at a real Keycloak and a real oidc-provider, through the browser stand-in: the bearer is taken by a real
kube-apiserver, renewals rotate, two processes share one keychain, sessions end, and no secret lies open anywhere."""

import contextlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "idp"))

import browser  # noqa: E402
import case  # noqa: E402
import rig as rigs  # noqa: E402
from client import claims, header  # noqa: E402
from leakscan import LeakScan  # noqa: E402

SCOPES = {"keycloak": "openid profile email", "provider": "openid profile email groups roles offline_access"}


class Probe:
    """A session of the program in a process of its own."""

    def __init__(self, issuer, client, ca, folder, program="", scopes="openid", roles="", **more):
        path = os.environ.get("QD_SIGNINPROBE", "")
        if not os.access(path, os.X_OK):
            raise rigs.RigMissing(f"QD_SIGNINPROBE does not name the probe ({path or 'not set'}); build the target signinprobe")
        words = [path, "--issuer", issuer, "--client", client, "--ca", ca, "--folder", folder, "--browser", program, "--scopes", scopes, "--roles", roles]
        for name, value in more.items():
            words += ["--" + name, value]
        os.makedirs(os.path.join(folder, "tmp"), exist_ok=True)    # its temporary files are looked through too
        self.process = subprocess.Popen(words, env={**os.environ, "TMPDIR": os.path.join(folder, "tmp"), "HOME": folder}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        preexec_fn=rigs.die_with_parent)
        self.state, self.states, self.lines = {"phase": "SignedOut"}, [], []
        self.arrived, self.answers, self.errors = queue.Queue(), [], []
        for read in (self._read, self._read_errors):
            threading.Thread(target=read, daemon=True).start()
        self.next(lambda said: said.get("ready"))

    def _read(self):
        for line in self.process.stdout:
            self.arrived.put(line)
        self.arrived.put("")

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def next(self, wanted, timeout=60):
        """Reads on until something that is wanted; states are taken note of on the way."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self.arrived.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"nothing within {timeout} s; the last state is {self.shown()}") from None
            if not line:
                raise AssertionError(f"the probe ended ({self.process.wait()}): {''.join(self.errors)}")
            said = json.loads(line)
            if "state" in said:
                self.state = said["state"]
                self.states.append(self.state["phase"])
                self.lines.append(line)
            if wanted(said):
                return said

    def shown(self):
        return {k: v for k, v in self.state.items() if k not in ("browser",)}

    def send(self, what, **more):
        self.process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self.process.stdin.flush()

    def ask(self, what, **more):
        self.send(what, **more)
        return self.next(lambda said: "answer" in said)["answer"]

    def until(self, *phases, timeout=60):
        self.next(lambda said: "state" in said and said["state"]["phase"] in phases, timeout)
        return self.state

    def sign_in(self):
        self.send("start")
        return self.until("SignedIn", "Failed")

    def refresh(self):
        self.send("refresh")
        self.until("Refreshing", "Restoring")
        return self.until("SignedIn", "Expired", "Failed")

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.process.returncode


@contextlib.contextmanager
def commands_of(folder, every=0.02):
    """The command lines and environments of all processes that are told of the folder, while this lasts."""
    seen, over = set(), threading.Event()

    def watch():
        while not over.is_set():
            for each in filter(str.isdigit, os.listdir("/proc")):
                with contextlib.suppress(OSError):
                    with open(f"/proc/{each}/cmdline", "rb") as f:
                        command = f.read()
                    if os.fsencode(folder) in command:
                        with open(f"/proc/{each}/environ", "rb") as f:
                            seen.update((command, f.read()))
            over.wait(every)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


class Login(case.IdpCase):
    needs_program = False

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quarterdeck-login-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def of(self, name):
        return self.realm if name == "keycloak" else self.provider

    def probe(self, name, person="vera", mode="accept", client=None, wait=0.0, issuer=None, **more):
        of = self.of(name)
        program = browser.program(self.folder, person, ca=self.idp.pki.ca_cert, mode=mode, wait=wait, name=f"browser-{person}-{mode}")
        probe = Probe(issuer or of.issuer, client or of.client, self.idp.pki.ca_cert, more.pop("folder", self.folder), program,
                      more.pop("scopes", SCOPES[name]), more.pop("roles", "/realm_access/roles /groups"), **more)
        self.addCleanup(probe.stop)
        return probe

    def bearer(self, probe):
        answer = probe.ask("bearer")
        self.assertIn("token", answer, answer)
        return answer["token"]

    def signed_in(self, probe, person):
        state = probe.sign_in()
        self.assertEqual((state["phase"], state.get("user")), ("SignedIn", person), probe.shown())
        return state

    def test_bearer_is_taken_by_the_api_server(self):
        for name, prefix in (("keycloak", "kc:"), ("provider", "op:")):
            with self.subTest(name):
                probe = self.probe(name, "nora")
                state = self.signed_in(probe, "nora")
                self.assertIn("node-operator", json.dumps(state["roles"]))
                self.assertTrue(state["renews"] and state["remembered"], state)
                token = self.bearer(probe)
                self.assertEqual(self.idp.whoami(token)["username"], prefix + "nora")
                self.assertEqual(self.idp.ask(token).status, 200)
                self.assertEqual(probe.states[:3], ["Discovering", "WaitingForBrowser", "Exchanging"])

    def test_renewal_rotates_and_a_restart_needs_no_browser(self):
        for name in ("keycloak", "provider"):
            with self.subTest(name):
                folder = os.path.join(self.folder, name)
                probe = self.probe(name, "lea", folder=folder)
                self.signed_in(probe, "lea")
                access = {probe.ask("access")["token"]}
                for _ in range(3):
                    self.assertEqual(probe.refresh()["phase"], "SignedIn", probe.shown())
                    self.assertNotIn("error", probe.state)
                    access.add(probe.ask("access")["token"])
                self.assertEqual(len(access), 4)
                self.assertEqual(probe.stop(), 0)
                again = self.probe(name, "nobody", folder=folder)
                again.send("restore")
                self.assertEqual(again.until("SignedIn", "SignedOut", "Failed")["phase"], "SignedIn", again.shown())
                self.assertEqual(again.state["user"], "lea")

    def test_two_processes_share_the_refresh_token(self):
        for name in ("keycloak", "provider"):
            with self.subTest(name):
                folder = os.path.join(self.folder, name)
                one = self.probe(name, "paula", folder=folder)
                self.signed_in(one, "paula")
                two = self.probe(name, "paula", folder=folder)
                two.send("restore")
                self.assertEqual(two.until("SignedIn", "SignedOut", "Failed")["phase"], "SignedIn", two.shown())
                for _ in range(4):
                    one.send("refresh")
                    two.send("refresh")
                    for each in (one, two):
                        each.until("Refreshing")
                        self.assertEqual(each.until("SignedIn", "Expired")["phase"], "SignedIn", each.shown())
                        self.assertNotIn("error", each.state)

    def test_short_lives_are_renewed_in_time(self):
        self.provider.lifetimes(IdToken=3, AccessToken=3)
        self.addCleanup(self.provider.lifetimes, IdToken=300, AccessToken=300)
        probe = self.probe("provider", "vera")
        self.signed_in(probe, "vera")
        tokens = set()
        for _ in range(3):
            token = self.bearer(probe)
            tokens.add(token)
            self.assertGreater(claims(token)["exp"], time.time() - 1)
            probe.until("Refreshing", timeout=10)
            self.assertEqual(probe.until("SignedIn", "Expired")["phase"], "SignedIn", probe.shown())
        self.assertEqual(len(tokens), 3)

    def test_keys_rotate_under_a_session(self):
        for name in ("keycloak", "provider"):
            with self.subTest(name):
                probe = self.probe(name, "vera", folder=os.path.join(self.folder, name))
                self.signed_in(probe, "vera")
                before = header(self.bearer(probe))["kid"]
                self.of(name).rotate()
                self.assertEqual(probe.refresh()["phase"], "SignedIn", probe.shown())
                self.assertNotIn("error", probe.state)
                self.assertNotEqual(header(self.bearer(probe))["kid"], before)

    def test_who_says_no_waits_or_mistypes(self):
        for name, client in (("keycloak", "strict"), ("provider", None)):
            with self.subTest(name):
                probe = self.probe(name, "vera", mode="deny", client=client)
                self.assertEqual(probe.sign_in()["fault"], "SignInDenied", probe.shown())
                left = self.probe(name, "vera", mode="close")
                left.send("start")
                left.until("WaitingForBrowser")
                left.send("cancel")
                left.until("SignedOut")

    def test_another_device(self):
        for name in ("keycloak", "provider"):
            with self.subTest(name):
                probe = self.probe(name, "nora")
                probe.send("device")
                state = probe.until("WaitingForDevice", "Failed")
                self.assertEqual(state["phase"], "WaitingForDevice", probe.shown())
                browser.Browser(self.idp.pki.ca_cert).sign_in(state["complete"] or state["url"], "nora", code=state["code"])
                self.assertEqual(probe.until("SignedIn", "Failed", timeout=40)["phase"], "SignedIn", probe.shown())
                self.assertTrue(self.idp.whoami(self.bearer(probe))["username"].endswith(":nora"))

    def test_eddsa_is_verified_here_and_explained(self):
        probe = self.probe("provider", "vera", client=self.provider.client + "-EdDSA")
        state = self.signed_in(probe, "vera")
        self.assertIn("EdDSA", " ".join(state["notes"]))
        self.assertEqual(self.idp.ask(self.bearer(probe)).status, 401)

    def test_every_algorithm_of_the_provider(self):
        for algorithm in ("PS256", "ES256", "ES384"):
            with self.subTest(algorithm):
                probe = self.probe("provider", "nora", client=f"{self.provider.client}-{algorithm}", folder=os.path.join(self.folder, algorithm))
                self.signed_in(probe, "nora")
                self.assertEqual(header(self.bearer(probe))["alg"], algorithm)

    def test_ended_by_the_provider(self):
        with self.idp.keycloak.realm() as realm:
            probe = self.probe("keycloak", "vera", issuer=realm.issuer, client=realm.client)
            self.signed_in(probe, "vera")
            realm.sign_out("vera")
            state = probe.refresh()
            self.assertEqual((state["phase"], state["fault"], state["user"]), ("Expired", "SessionEnded", "vera"), probe.shown())
            self.signed_in(probe, "vera")

    def test_sign_out_ends_the_session_there(self):
        with self.idp.keycloak.realm() as realm:
            probe = self.probe("keycloak", "vera", issuer=realm.issuer, client=realm.client)
            self.signed_in(probe, "vera")
            self.assertEqual(len(realm.sessions("vera")), 1)
            self.assertEqual(probe.ask("signOut"), {"ok": True})
            self.assertEqual(realm.sessions("vera"), [])
            self.assertEqual(os.listdir(os.path.join(self.folder, "keychain")), [])
            self.assertNotIn("token", probe.ask("bearer"))

    def test_faults_during_a_renewal(self):
        self.provider.clear()
        self.addCleanup(self.provider.clear)
        probe = self.probe("provider", "lea")
        self.signed_in(probe, "lea")
        self.provider.fault("/token", "status", status=503)
        state = probe.refresh()
        self.assertEqual((state["phase"], state["fault"]), ("SignedIn", "IssuerUnreachable"), probe.shown())
        self.assertEqual(probe.refresh()["fault"], "", probe.shown())
        self.provider.fault("/token", "redirect", to="https://127.0.0.1:1/")
        self.assertEqual(probe.refresh()["fault"], "IssuerInvalid", probe.shown())
        self.assertEqual(probe.refresh()["fault"], "", probe.shown())
        before = len([e for e in self.provider.events if e["event"] == "grant.success"])
        self.provider.fault("/token", "lost")
        self.assertEqual(probe.refresh()["fault"], "ResponseLost", probe.shown())
        self.assertEqual(len([e for e in self.provider.events if e["event"] == "grant.success"]), before + 1)    # sent once
        state = probe.refresh()
        self.assertEqual((state["phase"], state["fault"]), ("Expired", "SessionEnded"), probe.shown())

    def test_no_secret_lies_open(self):
        secrets, texts = {}, []
        for name in ("keycloak", "provider"):
            probe = self.probe(name, "vera", folder=os.path.join(self.folder, name))
            with commands_of(self.folder) as commands:
                self.signed_in(probe, "vera")
                secrets[f"{name} id token"] = self.bearer(probe)
                secrets[f"{name} access token"] = probe.ask("access")["token"]
                probe.refresh()
                secrets[f"{name} access token 2"] = probe.ask("access")["token"]
                (kept,) = os.listdir(os.path.join(self.folder, name, "keychain"))
                with open(os.path.join(self.folder, name, "keychain", kept), "rb") as f:
                    secrets[f"{name} record"] = f.read().hex()
                probe.ask("everywhere")
            self.assertTrue(any(b"browser-vera" in c for c in commands), "the browser's command line was not seen")
            texts += [b"\n".join(commands), *(line.encode() for line in probe.lines + probe.errors)]
            probe.stop()
        records = [bytes.fromhex(secrets.pop(f"{name} record")) for name in ("keycloak", "provider")]
        for token in (secrets["keycloak id token"], secrets["provider id token"]):
            self.assertNotIn(token.encode(), b"".join(texts))
        for record in records:    # its longest run of text is a token
            secrets[f"refresh or id token {len(secrets)}"] = max(re.findall(rb"[A-Za-z0-9_.-]{40,}", record), key=len).decode()
            refresh = re.search(rb"refresh.{1,3}?([A-Za-z0-9_.-]{40,})", record, re.S)
            secrets[f"refresh token {len(secrets)}"] = refresh.group(1).decode()
        scan = LeakScan(secrets, folders=[self.folder], temporary=False,
                        allowed=[os.path.join(self.folder, name, "keychain") for name in ("keycloak", "provider")])
        for text in texts:
            scan.text("a command line, an environment, or what the program said", text)
        scan.check()


if __name__ == "__main__":
    case.main()
