#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`login`, `whoami`, `logout` and work as somebody, at a real Keycloak and a real oidc-provider: the browser stand-in signs in, a keyring of its
own remembers, kube-apiserver takes the bearer and its audit log names the person."""

import base64
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "idp")]

import browser  # noqa: E402
import case  # noqa: E402
import fixtures  # noqa: E402
import keyringrig  # noqa: E402
import live  # noqa: E402
from leakscan import LeakScan  # noqa: E402
from signinconsole import CODE, NAMES, Console, required  # noqa: E402
from test_login import commands_of  # noqa: E402

PROFILES = ("keycloak", "provider")
PREFIX = {"keycloak": "kc", "provider": "op"}


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


def main():
    required([])
    case.main()


if __name__ == "__main__":
    main()
