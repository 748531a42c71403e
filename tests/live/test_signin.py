#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`login`, `whoami`, `logout` and work as somebody, at a real Keycloak, a real oidc-provider and the demo network's issuer: the browser stand-in
signs in, a keyring of its own remembers, kube-apiserver takes the bearer and its audit log names the person."""

import base64
import email.utils
import hashlib
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "idp")]

import browser  # noqa: E402
import case  # noqa: E402
import desktop  # noqa: E402
import fixtures  # noqa: E402
import keyringrig  # noqa: E402
import live  # noqa: E402
import rig as rigs  # noqa: E402
import web  # noqa: E402
from leakscan import LeakScan  # noqa: E402
from test_demonetwork import Demo, run_demo  # noqa: E402
from test_login import commands_of  # noqa: E402

PROFILES = ("keycloak", "provider")
PREFIX = {"keycloak": "kc", "provider": "op"}
NAMES = {"issuer", "subject", "user", "roles", "expiresAt", "clusterUser", "clusterGroups"}
CODE = r"\b[A-Z]{4}-?[A-Z]{4}\b"


class Console:
    """The program on a keyring of its own; `config` is the configuration folder, `profile` the one meant unless said."""

    profile = None
    ca = None

    def keep(self, display=None):
        keyringrig.require()
        self.keyring = keyringrig.KeyringRig(display=display)
        self.addCleanup(self.keyring.stop)
        self.keyring.start()
        self.temporary = os.path.join(self.keyring.folder, "tmp")
        os.makedirs(self.temporary)
        self.said = []

    def process(self, *args, profile=None, **environment):
        profile = profile or self.profile
        command = [self.program, "--config-dir", self.config, *(["--profile", profile] if profile else []), *map(str, args)]
        return subprocess.Popen(command, env=self.keyring.environment(TMPDIR=self.temporary, **environment), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=rigs.die_with_parent)

    def ended(self, process, args, code, timeout=60):
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"{args} did not end within {timeout} s\n{out}\n{err}")
        self.said += [out, err]
        ran = live.Ran([str(a) for a in args], process.returncode, out, err, 0)
        if code is not None:
            self.assertEqual(ran.code, code, str(ran))
        return ran

    def console(self, *args, code=live.DONE, profile=None, **environment):
        return self.ended(self.process(*args, profile=profile, **environment), args, code)

    def person(self, name, mode="accept", **more):
        return browser.program(self.keyring.folder, name, ca=self.ca, mode=mode, name=f"browser-{name}-{mode}", **more)

    def login(self, name, *more, profile=None, mode="accept", code=live.DONE):
        return self.console("login", "--browser", self.person(name, mode), "-o", "json", *more, profile=profile, code=code)

    def whoami(self, profile=None, code=live.DONE, **environment):
        return self.console("whoami", "-o", "json", profile=profile, code=code, **environment)

    def reads(self, process, pattern, timeout=30):
        """Its standard error until the pattern is in it; the match."""
        seen, deadline = "", time.monotonic() + timeout
        while not re.search(pattern, seen):
            ready, _, _ = select.select([process.stderr], [], [], max(0.01, deadline - time.monotonic()))
            part = os.read(process.stderr.fileno(), 4096).decode() if ready else ""
            self.assertTrue(part, f"{pattern} is not said: {seen}")
            seen += part
        self.said.append(seen)
        return re.search(pattern, seen)


class AtProviders(Console, case.IdpCase):
    """On the cluster that trusts both."""

    @classmethod
    def setUpClass(cls):
        keyringrig.require()
        super().setUpClass()
        cls.rig.namespace(fixtures.NAMESPACE)
        cls.rig.apply(fixtures.validator("val-0"))

    def setUp(self):
        self.keep()
        self.ca = self.idp.pki.ca_cert
        self.config = self.idp.profiles(os.path.join(self.keyring.folder, "config", "quarterdeck"))
        self.addCleanup(self.provider.clear)
        self.provider.clear()

    def of(self, profile):
        return self.realm if profile == "keycloak" else self.provider

    def short(self, seconds):
        self.provider.lifetimes(IdToken=seconds, AccessToken=seconds)
        self.addCleanup(self.provider.lifetimes, IdToken=300, AccessToken=300)

    def label(self, profile, value, code=live.DONE):
        return self.console("-n", fixtures.NAMESPACE, "do", "label", "validators/val-0", "key=signed-in", "value=" + value, "--yes", profile=profile, code=code)

    def grants(self, kind="refresh_token"):
        return [e["event"] for e in self.provider.events if e["grant"] == kind]

    # What must hold

    def test_the_whole_way(self):
        for profile in PROFILES:
            with self.subTest(profile=profile):
                said = self.login("paula", profile=profile).json
                who = self.whoami(profile).json
                self.assertLessEqual(NAMES, set(said))
                self.assertLessEqual(NAMES, set(who))
                self.assertEqual((who["issuer"], who["user"], who["clusterUser"]), (self.of(profile).issuer, "paula", PREFIX[profile] + ":paula"), who)
                self.assertEqual((said["issuer"], said["subject"], said["clusterUser"]), (who["issuer"], who["subject"], who["clusterUser"]))
                self.assertIn("qd:platform-admin", who["clusterGroups"])
                self.assertRegex(who["expiresAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
                roles = {r["role"]: r["source"] for r in who["roles"]}
                self.assertIn("/realm_access/roles", roles["canton-platform-admin"])
                self.assertIn("/groups", roles["platform-admin"])
                before = len(self.rig.audit_events(user=PREFIX[profile] + ":paula"))
                self.label(profile, profile)
                self.assertEqual(self.get("validators", fixtures.NAMESPACE, "val-0")["metadata"]["labels"]["signed-in"], profile)
                events = [e for e in self.rig.audit_events(user=PREFIX[profile] + ":paula")[before:] if "dryRun" not in e["requestURI"]]
                self.assertEqual([(e["verb"], e["objectRef"]["name"]) for e in events], [("patch", "val-0")])
                self.assertIn("qd:platform-admin", events[0]["user"]["groups"])
                self.assertEqual(self.console("show", "validators/val-0", "-n", fixtures.NAMESPACE, "-o", "json", profile=profile).json["cluster"], "signed-in")
                checks = {c["id"]: c for c in self.console("doctor", "-o", "json", profile=profile, code=None).json["checks"]}
                self.assertEqual((checks["signIn"]["state"], checks["identity"]["state"]), ("ok", "ok"), checks)
                self.assertIn("paula", checks["signIn"]["message"])
                table = self.console("whoami", "-o", "table", profile=profile).out
                for word in ("paula", self.of(profile).issuer, PREFIX[profile] + ":paula", "canton-platform-admin", "ROLE", "/groups"):
                    self.assertIn(word, table)

    def test_who_may_less_is_told(self):
        for profile in PROFILES:
            with self.subTest(profile=profile):
                self.login("vera", profile=profile)
                told = self.label(profile, "by-vera", code=live.FORBIDDEN)
                self.assertSays(told, "patch validators.canton.quarterdeck.io", "is missing")
                self.assertNotIn("by-vera", json.dumps(self.get("validators", fixtures.NAMESPACE, "val-0")["metadata"].get("labels", {})))

    def test_two_profiles_at_once(self):
        self.login("vera", profile="keycloak")
        self.login("nora", profile="provider")
        self.assertEqual(self.whoami("keycloak").json["clusterUser"], "kc:vera")
        self.assertEqual(self.whoami("provider").json["clusterUser"], "op:nora")
        self.console("logout", profile="keycloak")
        self.assertEqual(self.whoami("provider").json["clusterUser"], "op:nora")

    def test_another_person_takes_the_place(self):
        self.login("vera", profile="provider")
        self.login("nora", profile="provider")
        self.assertEqual(self.whoami("provider").json["clusterUser"], "op:nora")

    def test_many_commands_ask_for_one_renewal(self):
        self.short(3)
        self.login("lea", profile="provider")
        self.provider.lifetimes(IdToken=300, AccessToken=300)
        time.sleep(3.2)    # the token ends
        several = [self.process("whoami", "-o", "json", profile="provider") for _ in range(4)]
        for process in several:
            self.assertEqual(self.ended(process, ["whoami"], live.DONE).json["clusterUser"], "op:lea")
        self.whoami("provider")
        self.assertEqual(self.grants(), ["grant.success"])

    def test_renewals_rotate_and_none_is_lost(self):
        self.short(6)
        self.login("lea", profile="provider")
        for _ in range(2):
            time.sleep(6.2)    # the token ends
            several = [self.process("whoami", "-o", "json", profile="provider") for _ in range(3)]
            for process in several:
                self.assertEqual(self.ended(process, ["whoami"], live.DONE).json["clusterUser"], "op:lea")
        self.assertEqual(set(self.grants()), {"grant.success"})
        self.assertGreaterEqual(len(self.grants()), 2)

    def test_by_device_code(self):
        for profile in PROFILES:
            with self.subTest(profile=profile):
                process = self.process("login", "--device", "-o", "json", profile=profile)
                found = self.reads(process, rf"(?s)(https://\S+).*?({CODE}).*yourself")
                browser.Browser(self.ca).sign_in(found.group(1), "nora", code=found.group(2))
                said = self.ended(process, ["login", "--device"], live.DONE).json
                self.assertEqual((said["user"], said["clusterUser"]), ("nora", PREFIX[profile] + ":nora"))
                self.assertEqual(self.whoami(profile).json["user"], "nora")

    def test_a_device_that_says_no(self):
        process = self.process("login", "--device", profile="provider")
        found = self.reads(process, rf"(?s)(https://\S+).*?({CODE}).*yourself")
        browser.Browser(self.ca).sign_in(found.group(1), "nora", "deny", code=found.group(2))
        self.ended(process, ["login", "--device"], live.FORBIDDEN)
        self.whoami("provider", code=live.FORBIDDEN)

    def test_the_person_says_no(self):
        told = self.login("vera", profile="provider", mode="deny", code=live.FORBIDDEN)
        self.assertSays(told, "refused", "access_denied")
        self.whoami("provider", code=live.FORBIDDEN)

    def test_interrupted_while_it_waits(self):
        for words in (["--browser", self.person("vera", "close")], []):    # a browser that was closed, and none at all
            with self.subTest(words=words):
                process = self.process("login", *words, profile="provider")
                port = int(self.reads(process, r"(?s)redirect_uri=http%3A%2F%2F127\.0\.0\.1%3A(\d+).*Waiting").group(1))
                with socket.create_connection(("127.0.0.1", port), 5):
                    pass
                process.send_signal(signal.SIGINT)
                self.ended(process, ["login"], live.INTERRUPTED, timeout=10)
                with self.assertRaises(OSError):
                    socket.create_connection(("127.0.0.1", port), 5)
        self.whoami("provider", code=live.FORBIDDEN)

    def test_without_a_browser_the_link_works(self):
        process = self.process("login", "-o", "json", profile="keycloak")
        link = self.reads(process, r"(https://\S+redirect_uri=\S+)\n(?s:.*)Waiting").group(1)
        self.assertIn("login --device", self.said[-1])
        browser.Browser(self.ca).sign_in(link, "nora")
        self.assertEqual(self.ended(process, ["login"], live.DONE).json["clusterUser"], "kc:nora")

    def test_a_browser_that_cannot_be_started(self):
        process = self.process("login", "--browser", "/nowhere/firefox", profile="provider")
        self.reads(process, r"(?s)No browser could be started \(/nowhere/firefox\).*--device")
        process.send_signal(signal.SIGTERM)
        self.ended(process, ["login"], live.INTERRUPTED, timeout=10)

    def test_a_browser_that_fails_at_once(self):
        process = self.process("login", "--browser", "false", profile="provider")
        link = self.reads(process, r"(?s)false ended with 1; open this link.*?(https?://\S+)").group(1)
        browser.Browser(self.ca).sign_in(link, "nora")
        self.assertSays(self.ended(process, ["login"], live.DONE), "nora")

    def test_a_browser_with_words_of_its_own(self):
        path = self.person("nora")
        self.console("login", "--browser", f'"{path}" --wait 0.1', profile="provider")
        self.assertEqual(self.whoami("provider").json["user"], "nora")

    def test_no_other_command_opens_a_browser(self):
        opened = os.path.join(self.keyring.folder, "opened")
        bin_folder = os.path.join(self.keyring.folder, "bin")
        os.makedirs(bin_folder)
        with open(os.path.join(bin_folder, "xdg-open"), "w") as f:
            f.write(f"#!/bin/sh\necho \"$1\" >> {opened}\n")
        os.chmod(os.path.join(bin_folder, "xdg-open"), 0o700)
        desktop = {"DISPLAY": ":0", "PATH": bin_folder + ":" + os.environ["PATH"]}
        for words in (["whoami"], ["doctor"], ["watch", "validators", "--until-synced"], ["show", "validators/val-0"], ["do", "restart", "validators/val-0", "--yes"], ["logout"]):
            told = self.console(*words, profile="provider", code=None, **desktop)
            if words != ["logout"]:
                self.assertEqual(told.code, live.FORBIDDEN, str(told))
                self.assertSays(told, "nobody is signed in", "--profile provider login")
        self.assertFalse(os.path.exists(opened))
        process = self.process("login", profile="provider", **desktop)
        self.reads(process, "Waiting up to")
        process.send_signal(signal.SIGINT)
        self.ended(process, ["login"], live.INTERRUPTED, timeout=10)
        self.keyring.wait(lambda: os.path.exists(opened) and os.path.getsize(opened) > 0, "the opener has run, which outlives the command")
        with open(opened) as f:
            (link,) = f.read().split()
        self.assertTrue(link.startswith(self.provider.issuer), link)

    def test_signed_out(self):
        for profile in PROFILES:
            with self.subTest(profile=profile):
                self.login("nora", profile=profile)
                said = self.console("logout", "-o", "json", profile=profile).json
                self.assertEqual((said["signedOut"], said["wasSignedIn"], said["providerTold"]), (True, True, True))
                for words in (["whoami"], ["show", "validators/val-0", "-n", fixtures.NAMESPACE]):
                    self.assertSays(self.console(*words, profile=profile, code=live.FORBIDDEN), f"--profile {profile} login")
                self.assertNotIn("org.qt.keychain", self.keyring.secret_tool("search", "--all", "--unlock", "xdg:schema", "org.qt.keychain").stdout)
        self.assertEqual(self.realm.sessions("nora"), [])
        self.assertIn("grant.revoked", [e["event"] for e in self.provider.events])

    def test_signed_out_everywhere(self):
        self.login("lea", profile="provider")
        seen = os.path.join(self.keyring.folder, "seen")
        opener = os.path.join(self.keyring.folder, "opener")
        with open(opener, "w") as f:
            f.write(f"#!/bin/sh\necho \"$1\" > {seen}\n")
        os.chmod(opener, 0o700)
        self.console("logout", "--everywhere", "--browser", opener, profile="provider")
        deadline = time.monotonic() + 10
        while not os.path.exists(seen) and time.monotonic() < deadline:
            time.sleep(0.02)
        with open(seen) as f:
            link = f.read()
        self.assertIn("client_id=quarterdeck", link)
        self.assertNotIn("id_token_hint", link)
        self.whoami("provider", code=live.FORBIDDEN)

    def test_a_session_the_provider_ended(self):
        with self.idp.keycloak.realm() as realm:
            self.config = self.idp.profiles(self.config, issuer=realm.issuer)
            realm.set(accessTokenLifespan=2)
            self.login("nora", profile="keycloak")
            realm.disable("nora")
            time.sleep(2.2)    # the token ends
            told = self.whoami("keycloak", code=live.FORBIDDEN)
            self.assertSays(told, "sign in again", "--profile keycloak login")
            self.whoami("keycloak", code=live.FORBIDDEN)

    def test_a_provider_that_is_not_there(self):
        self.short(4)
        self.login("lea", profile="provider")
        time.sleep(4.2)    # the token ends
        self.provider.fault("/token", "status", status=503, times=1)
        told = self.whoami("provider", code=live.UNREACHABLE)
        self.assertSays(told, self.provider.issuer)
        self.assertEqual(self.whoami("provider").json["user"], "lea")    # it kept its sign-in

    def test_a_token_the_api_server_does_not_take(self):
        self.config = self.idp.profiles(self.config, clientId=self.provider.client + "-RS512", issuer=self.provider.issuer)
        told = self.login("vera", profile="provider")
        self.assertSays(told, "does not accept the token", self.provider.client + "-RS512")
        self.assertIsNone(told.json["clusterUser"])
        told = self.whoami("provider", code=live.FORBIDDEN)
        self.assertEqual(told.json["user"], "vera")
        self.assertSays(told, "does not accept the token")
        for words in (["show", "validators/val-0"], ["watch", "validators", "-A", "--until-synced"], ["doctor"], ["do", "restart", "validators/val-0", "--yes"]):
            told = self.console(*words, profile="provider", code=live.FORBIDDEN)
            self.assertSays(told, "does not accept the token", self.provider.client + "-RS512", "--authentication-config")

    def test_a_token_no_api_server_takes(self):
        self.config = self.idp.profiles(self.config, clientId=self.provider.client + "-EdDSA", issuer=self.provider.issuer)
        told = self.login("vera", profile="provider")
        self.assertSays(told, "EdDSA", "RS256 or ES256")

    def test_the_access_token_as_bearer(self):
        self.config = self.idp.profiles(self.config, bearer="accessToken")
        self.login("nora", profile="keycloak")
        self.assertEqual(self.whoami("keycloak").json["clusterUser"], "kc:nora")
        self.label("keycloak", "access-token")

    def test_a_kubeconfig_that_describes_a_sign_in(self):
        """The retired auth-provider, which kubectl does not know any more: no profile is needed, and its old token is not read."""
        path = os.path.join(self.config, "kubeconfig")
        with open(path) as f:
            config = json.load(f)
        config["users"][0]["user"] = {"auth-provider": {"name": "oidc", "config": {
            "idp-issuer-url": self.realm.issuer, "client-id": self.realm.client, "idp-certificate-authority": self.ca, "id-token": "old", "extra-scopes": "profile,email"}}}
        with open(os.path.join(self.config, "old"), "w") as f:
            json.dump(config, f)
        words = ("--kubeconfig", os.path.join(self.config, "old"))
        self.assertSays(self.console(*words, "whoami", code=live.FORBIDDEN), "nobody is signed in", "login")
        said = self.console(*words, "login", "--browser", self.person("nora"), "-o", "json").json
        self.assertEqual((said["issuer"], said["clusterUser"]), (self.realm.issuer, "kc:nora"))
        self.assertEqual(self.console(*words, "whoami", "-o", "json").json["clusterUser"], "kc:nora")
        self.console(*words, "logout")
        self.console(*words, "whoami", code=live.FORBIDDEN)

    # The keyring

    def test_a_locked_keyring(self):
        self.login("nora", profile="provider")
        self.keyring.lock()
        for words in (["whoami"], ["show", "validators/val-0"], ["logout"]):
            told = self.console(*words, profile="provider", code=live.FORBIDDEN)
            self.assertSays(told, "keyring is locked", "unlock")
        opened = self.person("nora", "close")
        told = self.console("login", "--browser", opened, profile="provider", code=live.FORBIDDEN)
        self.assertSays(told, "keyring is locked")
        self.assertEqual(browser.log_of(opened), [])    # nothing is begun that could not be kept
        self.by_hand(told)                              # without a display no dialog opens: the command that is said does it
        self.assertFalse(self.keyring.locked())
        self.assertEqual(self.whoami("provider").json["user"], "nora")    # it was never lost

    def by_hand(self, told):
        """The command the program names, with the password typed."""
        said = re.search(r"\(read -rs p; .*gnome-keyring-daemon --replace --unlock .*?\)", told.err)
        self.assertTrue(said, str(told))
        done = subprocess.run(["bash", "-c", said.group(0)], env=self.keyring.environment(), input=keyringrig.PASSWORD + "\n", capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_no_keyring(self):
        nothing = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + os.path.join(self.keyring.folder, "nothing")}
        opened = self.person("nora", "close")
        told = self.console("login", "--browser", opened, profile="provider", code=live.FORBIDDEN, **nothing)
        self.assertSays(told, "no keyring service", "install")
        self.assertEqual(browser.log_of(opened), [])
        told = self.whoami("provider", code=live.FORBIDDEN, **nothing)    # nothing was ever written: it is not even asked
        self.assertSays(told, "nobody is signed in")
        self.login("nora", profile="provider")
        told = self.whoami("provider", code=live.FORBIDDEN, **nothing)
        self.assertSays(told, "no keyring service")
        self.assertEqual(self.whoami("provider").json["user"], "nora")

    def test_a_keyring_that_hangs(self):
        self.login("nora", profile="provider")
        go_on = self.keyring.stop_daemon()
        try:
            told = self.whoami("provider", code=live.FORBIDDEN)
        finally:
            go_on()
        self.assertSays(told, "keyring does not answer")
        self.assertEqual(self.whoami("provider").json["user"], "nora")

    # What is written where

    def test_no_secret_lies_open(self):
        self.short(4)
        with commands_of(self.keyring.folder) as commands:
            self.login("lea", "-v", profile="provider")
            for _ in range(2):
                time.sleep(4.2)    # the token ends
                self.console("whoami", "-v", profile="provider")
            self.console("-v", "watch", "validators", "-A", "--until-synced", profile="provider")
            self.console("-v", "logout", "--everywhere", "--browser", self.person("lea"), profile="provider")
            self.login("nora", "-v", profile="keycloak")
            secrets = {f"{name} {i} of the keyring": value for i, (name, value) in enumerate(self.remembered())}
        self.assertGreaterEqual(len(secrets), 2, "no token was found in the keyring: this test would see nothing")
        issued = self.provider.secrets
        self.assertLessEqual({"code", "code_verifier", "refresh_token", "access_token", "id_token"}, {name for name, _ in issued})
        secrets |= {f"{name} {i}": value for i, (name, value) in enumerate(issued)}
        self.assertTrue(any(b"browser-lea" in c for c in commands), "the browser's command line was not seen")
        scan = LeakScan(secrets, folders=[self.keyring.folder], temporary=False, allowed=[os.path.join(self.keyring.folder, "data", "keyrings"),
                                                                                          os.path.join(self.keyring.folder, ".local")])
        for text in [b"\n".join(commands), *self.said]:
            scan.text("a command line, an environment, or what the program said", text)
        scan.check()
        self.assertGreater(scan.files, 5)

    def test_a_crash_says_nothing(self):
        """Whatever is in memory then: tokens while it watches, the verifier while it waits for the browser."""
        self.login("lea", "-v", profile="provider")
        watching = self.process("-v", "watch", "validators", "-A", "-o", "json", profile="provider")
        while '"synced"' not in (line := watching.stdout.readline()):
            self.assertTrue(line, "the watch ended")
        waiting = self.process("-v", "login", profile="provider")
        challenge = self.reads(waiting, r"(?s)code_challenge=([\w-]{43}).*Waiting up to").group(1)
        for process, how in ((watching, signal.SIGSEGV), (waiting, signal.SIGABRT)):
            process.send_signal(how)
            self.ended(process, ["-v"], -how, timeout=20)
        scan = LeakScan({f"{name} {i}": value for i, (name, value) in enumerate(self.provider.secrets)}, folders=[self.keyring.folder],
                        temporary=False, allowed=[os.path.join(self.keyring.folder, "data", "keyrings"), os.path.join(self.keyring.folder, ".local")])
        for text in self.said:
            scan.text("what the program said", text)
        scan.check()
        files = [os.path.join(folder, name) for folder, _, names in os.walk(self.keyring.folder) for name in names]
        texts = ["\n".join(self.said).encode()]
        for path in files:
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    texts.append(f.read())
        self.assertTrue(any(challenge.encode() in text for text in texts))
        for run in re.findall(rb"[A-Za-z0-9_~.-]{43,}", b"\n".join(texts)):
            for at in range(len(run) - 42):    # the verifier is what the challenge is made of
                made = base64.urlsafe_b64encode(hashlib.sha256(run[at:at + 43]).digest()).rstrip(b"=")
                self.assertNotEqual(made.decode(), challenge, "a verifier lies open")

    def remembered(self):
        """(what, secret) of every JWT the keyring holds: Keycloak's refresh tokens are some as well."""
        out = self.keyring.secret_tool("search", "--all", "--unlock", "xdg:schema", "org.qt.keychain").stdout
        found = []
        for word in re.findall(r"^secret = (\S{40,})$", out, re.M):
            record = base64.b64decode(word + "=" * (-len(word) % 4)) if re.fullmatch(r"[A-Za-z0-9+/=]+", word) else word.encode()
            found += [("token", token.decode()) for token in re.findall(rb"[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}", record)]
        return found


class OnOwnCredentials(Console, live.LiveCase):
    """A profile, or none, that says nothing of signing in."""

    resources = examples = False

    def setUp(self):
        self.keep()
        self.config = os.path.join(self.keyring.folder, "config", "quarterdeck")
        os.makedirs(self.config)

    def test_whoami_is_the_clusters_word(self):
        who = self.console("--kubeconfig", self.rig.kubeconfig, "--context", "admin", "whoami", "-o", "json").json
        self.assertLessEqual(NAMES, set(who))
        self.assertEqual((who["issuer"], who["subject"], who["user"], who["roles"], who["expiresAt"]), (None, None, None, [], None))
        self.assertTrue(who["clusterUser"])
        self.assertIn("system:authenticated", who["clusterGroups"])
        self.assertIn(who["clusterUser"], self.console("--kubeconfig", self.rig.kubeconfig, "--context", "admin", "whoami").out)

    def test_login_and_logout_say_what_is_missing(self):
        for command in ("login", "logout"):
            told = self.console("--kubeconfig", self.rig.kubeconfig, "--context", "admin", command, code=live.USAGE)
            self.assertSays(told, "signIn", "profiles.yaml")
        with open(os.path.join(self.config, "profiles.yaml"), "w") as f:
            json.dump({"schema": 1, "profiles": [{"name": "plain", "kubeconfig": self.rig.kubeconfig, "contexts": ["admin"]},
                                                 {"name": "other", "signIn": {"issuer": "https://id.example.com", "clientId": "x"}}]}, f)
        nothing = {"KUBECONFIG": os.path.join(self.config, "none")}
        for command in ("login", "whoami"):
            self.assertSays(self.console(command, code=live.FAILED, **nothing), "--profile", "plain, other")
        told = self.console("login", profile="plain", code=live.USAGE)
        self.assertSays(told, "plain", "signIn", "other")
        self.assertEqual(self.whoami("plain").json["profile"], "plain")


class AtTheDemo(Console, live.LiveCase):
    """The demo network's own issuer."""

    needs_rig = False
    profile = "demo"

    def setUp(self):
        self.keep()
        self.config = os.path.join(self.keyring.folder, "net")
        self.network = Demo("up", "--dir", self.config, "--speed", 10, "--parent", os.getpid())
        self.addCleanup(self.network.close)
        self.told = self.network.ready()

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


class AtADesktop(AtTheDemo):
    """Where the keyring's own dialog can open."""

    test_the_whole_way = test_signing_out_works_offline = test_a_clock_that_is_off_by_ten_minutes = test_an_issuer_that_is_down = None
    test_another_person_ends_the_first = None

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
    try:
        keyringrig.require()
        lacking = [package for package in desktop.missing() if package != "python3-gi"]   # that one nobody needs here
        if lacking:
            raise rigs.RigMissing("a screen for the keyring's dialog needs " + ", ".join(lacking))
    except rigs.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if rigs.missing_is_failure() else 77)
    case.main()


if __name__ == "__main__":
    main()
