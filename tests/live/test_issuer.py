#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenID provider of the demo network, by the client that also proves Keycloak and oidc-provider, and what the demo's API server makes of
its tokens: who may do what, whom the audit log names, what is refused. Then what the chaos command does to it."""

import base64
import email.utils
import hashlib
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "idp")]

import live  # noqa: E402
import rig as rigs  # noqa: E402
import web  # noqa: E402
from client import Client, Refused, claims, header  # noqa: E402
from test_demonetwork import Demo, DemoCase, run_demo, wait_until  # noqa: E402

SCOPE = "openid profile email groups offline_access"
REVIEW = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
VALIDATOR = rigs.API + "/namespaces/canton-devnet/validators/northgate-dev-1"


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Held(Exception):
    pass


class Holding(Client):
    """Comes back with its code and keeps it."""

    def redeem(self, code, verifier=None):
        raise Held


class IssuerCase(DemoCase):
    """`start` are the words of quarterdeck-demo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = tempfile.mkdtemp(prefix="quarterdeck-demo-test-")
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.dir = os.path.join(cls.home, "net")
        cls.network = Demo(cls.start[0], "--dir", cls.dir, *cls.start[1:])
        cls.addClassCleanup(cls.network.close)
        cls.told = cls.network.ready()
        cls.ca = os.path.join(cls.dir, "ca.pem")

    def client(self, client="quarterdeck", of=Client, **more):
        return of(self.told["issuer"], client, self.ca, **{"scope": SCOPE, **more})

    def ask(self, token, method="GET", path=rigs.API + "/validators", body=None, **headers):
        return web.ask(method, self.told["apiServer"] + path, body, {"Authorization": "Bearer " + token, **headers}, self.ca)

    def who(self, token):
        answer = self.ask(token, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", REVIEW)
        self.assertEqual(answer.status, 201, answer)
        return answer.json["status"]["userInfo"]

    def assertUnauthorized(self, token):
        answer = self.ask(token)
        self.assertEqual((answer.status, answer.json["reason"], answer.json["message"]), (401, "Unauthorized", "Unauthorized"))
        self.assertNotIn("WWW-Authenticate", answer.headers)

    def assertGrantRefused(self, error, do, *args, **more):
        with self.assertRaises(Refused) as caught:
            do(*args, **more)
        self.assertEqual(caught.exception.error, error, caught.exception)

    def chaos(self, fault, *more):
        ran = run_demo("chaos", "--kubeconfig", self.told["kubeconfig"], "issuer/demo", fault, *more)
        self.assertEqual(ran.code, 0, ran)
        return ran


class Up(IssuerCase):
    start = ["up", "--token-lifetime", "5m"]

    def test_who_signs_in_is_who_the_server_sees(self):
        for name, groups in (("paula", ["qd:platform-admin"]), ("vera", ["qd:viewer"]), ("nils", [])):
            tokens = self.client().sign_in(name)
            self.assertEqual((tokens["token_type"], tokens["expires_in"]), ("Bearer", 300))
            self.assertEqual(header(tokens["id_token"])["alg"], "RS256")
            user = self.who(tokens["id_token"])
            said = claims(tokens["id_token"])
            self.assertEqual((user["username"], user["groups"], user["uid"]), (name, groups + ["system:authenticated"], said["sub"]))
            self.assertEqual(user["extra"], {"authentication.kubernetes.io/credential-id": ["JTI=" + said["jti"]]})
            self.assertEqual(self.ask(tokens["id_token"]).status, 403 if name == "nils" else 200)
            info = web.ask("GET", self.client().meta["userinfo_endpoint"], None, {"Authorization": "Bearer " + tokens["access_token"]}, self.ca).json
            self.assertEqual((info["sub"], info["preferred_username"], info["groups"]), (said["sub"], name, groups))

    def test_the_keys_verify_the_tokens(self):
        """With nothing but the JWKS and arithmetic."""
        tokens = self.client().sign_in("lea")
        keys = {k["kid"]: k for k in web.ask("GET", self.client().meta["jwks_uri"], ca=self.ca).json["keys"]}
        self.assertEqual(sorted(k["alg"] for k in keys.values()), ["ES256", "RS256"])
        key = keys[header(tokens["id_token"])["kid"]]

        def number(name):
            return int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big")
        signed, _, signature = tokens["id_token"].rpartition(".")
        opened = pow(int.from_bytes(base64.urlsafe_b64decode(signature + "=="), "big"), number("e"), number("n"))
        self.assertEqual(opened.to_bytes(256, "big")[-32:], hashlib.sha256(signed.encode()).digest())

    def test_an_edit_is_theirs(self):
        nora = self.client().sign_in("nora")["id_token"]
        vera = self.client().sign_in("vera")["id_token"]
        patch = {"metadata": {"labels": {"example.com/by": "nora"}}}
        merge = {"Content-Type": "application/merge-patch+json"}
        refused = self.ask(vera, "PATCH", VALIDATOR, patch, **merge)
        self.assertEqual(refused.status, 403)
        self.assertIn('User "vera" cannot patch', refused.json["message"])
        self.assertEqual(self.ask(nora, "PATCH", VALIDATOR, patch, **merge).status, 200)
        with open(os.path.join(self.dir, "audit.log"), encoding="utf-8") as f:
            events = [json.loads(line) for line in f if '"patch"' in line and "northgate-dev-1" in line]
        by = {(e["user"]["username"], e["responseStatus"]["code"]): e["user"] for e in events}
        self.assertIn(("vera", 403), by)
        self.assertEqual(by["nora", 200]["groups"], ["qd:node-operator", "system:authenticated"])
        self.assertEqual(by["nora", 200]["uid"], claims(nora)["sub"])

    def test_impersonation_keeps_its_rights(self):
        """A token is nobody else's: who may not impersonate, may not with a token either."""
        vera = self.client().sign_in("vera")["id_token"]
        answer = self.ask(vera, **{"Impersonate-User": "paula"})
        self.assertEqual(answer.status, 403)
        self.assertIn("impersonate", answer.json["message"])

    def test_everything_else_is_unauthorized(self):
        tokens = self.client().sign_in("paula")
        token = tokens["id_token"]
        head, body, signature = token.split(".")
        said = claims(token)
        key = header(token)
        self.assertUnauthorized(tokens["access_token"])
        self.assertUnauthorized(tokens["refresh_token"])
        self.assertUnauthorized("garbage")
        self.assertUnauthorized(f"{head}.{encoded({**said, 'preferred_username': 'admin', 'groups': ['system:masters']})}.{signature}")
        self.assertUnauthorized(f"{head}.{body}.{signature[:20] + ('A' if signature[20] != 'A' else 'B') + signature[21:]}")
        self.assertUnauthorized(f"{encoded({**key, 'alg': 'none'})}.{body}.")
        self.assertUnauthorized(f"{encoded({**key, 'alg': 'HS256'})}.{body}.{signature}")
        self.assertUnauthorized(f"{encoded({**key, 'jku': 'https://evil.example/jwks', 'kid': 'x'})}.{body}.{signature}")
        self.assertUnauthorized(self.client("canton-tools").sign_in("paula")["id_token"])       # a good one, for somebody else
        self.assertUnauthorized(self.client(scope="openid groups").sign_in("paula")["id_token"])   # says no user
        self.assertEqual(self.who(token)["username"], "paula")
        self.assertEqual(web.ask("GET", self.told["apiServer"] + rigs.API + "/validators", headers={"Authorization": "bearer " + token}, ca=self.ca).status, 200)
        with open(os.path.join(self.dir, "audit.log"), encoding="utf-8") as f:
            refused = [json.loads(line) for line in f if '"code":401' in line]
        self.assertEqual({e["user"]["username"] for e in refused}, {"system:anonymous"})

    def test_codes_are_for_one_exchange(self):
        client = self.client(of=Holding)
        with self.assertRaises(Held):
            client.sign_in("paula")
        self.assertGrantRefused("invalid_grant", Client.redeem, client, client.callback["code"], "w" * 43)
        self.assertGrantRefused("invalid_grant", Client.redeem, client, client.callback["code"])    # right now, but the code is over
        client = self.client()
        tokens = client.sign_in("paula")
        self.assertGrantRefused("invalid_grant", client.redeem, client.callback["code"])
        self.assertGrantRefused("invalid_grant", client.refresh, tokens["refresh_token"])

    def test_requests_that_are_refused(self):
        for tamper, error in (({"code_challenge": None}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request"),
                              ({"code_challenge_method": None}, "invalid_request"), ({"response_type": "token"}, "unsupported_response_type"),
                              ({"state": None}, "invalid_request"), ({"prompt": "none"}, "login_required"), ({"scope": "profile"}, "invalid_scope")):
            client = self.client()
            self.assertGrantRefused(error, client.sign_in, "paula", tamper=tamper)
            self.assertEqual(client.callback["iss"], self.told["issuer"])
        for tamper in ({"redirect_uri": "https://evil.example/callback"}, {"client_id": "nobody"}):
            client = self.client()
            self.assertIsNone(client.sign_in("paula", tamper=tamper))
            self.assertEqual((client.outcome.kind, client.outcome.status), ("page", 400))
        client = self.client()
        self.assertIsNone(client.sign_in("paula", path="/other"))
        self.assertEqual(client.outcome.status, 400)
        self.assertGrantRefused("access_denied", self.client().sign_in, "paula", mode="deny")

    def test_refresh_rotates_and_reuse_ends_the_family(self):
        client = self.client()
        first = client.sign_in("nora")
        second = client.refresh(first["refresh_token"])
        self.assertNotEqual(first["refresh_token"], second["refresh_token"])
        self.assertEqual(self.who(second["id_token"])["username"], "nora")
        third = client.refresh(second["refresh_token"])
        self.assertGrantRefused("invalid_grant", client.refresh, first["refresh_token"])
        self.assertGrantRefused("invalid_grant", client.refresh, third["refresh_token"])
        other = self.client("canton-tools")
        stolen = client.sign_in("nora")["refresh_token"]
        self.assertGrantRefused("invalid_grant", other.refresh, stolen)

    def test_a_device(self):
        self.assertEqual(self.who(self.client().device("lea")["id_token"])["username"], "lea")

    def test_a_device_is_denied(self):
        self.assertGrantRefused("access_denied", self.client().device, "lea", mode="deny")

    def test_signing_out(self):
        client = self.client()
        tokens = client.sign_in("vera")
        self.assertTrue(client.revoke(tokens["refresh_token"]).ok)
        self.assertGrantRefused("invalid_grant", client.refresh, tokens["refresh_token"])
        again = client.sign_in("vera")
        self.assertIsNotNone(client.sign_in("vera", tamper={"prompt": "none"}))      # the browser remembers
        out = urllib.parse.urlencode({"id_token_hint": again["id_token"], "client_id": "quarterdeck"})
        self.assertIn("Signed out", client.browser.sign_in(client.meta["end_session_endpoint"] + "?" + out).page)
        self.assertGrantRefused("invalid_grant", client.refresh, again["refresh_token"])
        self.assertGrantRefused("login_required", client.sign_in, "vera", tamper={"prompt": "none"})

    def test_signing_out_is_asked_for_without_a_token(self):
        client = self.client()
        tokens = client.sign_in("vera")
        self.assertIn("Nothing was changed", client.browser.sign_in(client.meta["end_session_endpoint"], mode="deny").page)
        self.assertIn("Signed out", client.browser.sign_in(client.meta["end_session_endpoint"]).page)
        self.assertGrantRefused("invalid_grant", client.refresh, tokens["refresh_token"])

    def test_another_host_is_refused(self):
        address = urllib.parse.urlsplit(self.told["issuer"])
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
        connection.request("GET", "/jwks", headers={"Host": "rebound.example"})
        self.assertEqual(connection.getresponse().status, 421)
        connection.close()

    def test_kubectl_and_the_personas(self):
        """The kubeconfig's people are who they were; the one of the sign-in says nobody, and takes a token."""
        def kubectl(*args):
            return subprocess.run([os.path.join(rigs.binaries(), "kubectl"), *args, "auth", "whoami", "-o", "json"], capture_output=True, text=True, timeout=60,
                                  env={"HOME": self.home, "PATH": os.environ["PATH"]})
        plain = kubectl("--kubeconfig", self.told["kubeconfig"], "--context", "viewer")
        self.assertEqual(json.loads(plain.stdout)["status"]["userInfo"]["username"], "vera")
        signed = kubectl("--kubeconfig", os.path.join(self.dir, "sign-in.kubeconfig"), "--token", self.client().sign_in("lea")["id_token"])
        self.assertEqual(json.loads(signed.stdout)["status"]["userInfo"]["username"], "lea", signed.stderr)

    def test_the_profile_is_one_the_console_reads(self):
        ran = self.qd("--config-dir", self.dir, "--profile", "demo", "doctor", "-o", "json", kubeconfig="/nonexistent", code=None)
        self.assertEqual(ran.json["server"]["url"], self.told["apiServer"])
        self.assertEqual(self.told["profiles"], os.path.join(self.dir, "profiles.yaml"))
        with open(self.told["profiles"], encoding="utf-8") as f:
            text = f.read()
        self.assertIn(self.told["issuer"], text)
        self.assertNotIn("caFile", text)
        for name in ("profiles.yaml", "ca.pem", "sign-in.kubeconfig"):
            self.assertEqual(os.stat(os.path.join(self.dir, name)).st_mode & 0o077, 0)

    def test_nothing_secret_is_kept_in_files(self):
        client = self.client()
        tokens = client.sign_in("paula")
        self.who(tokens["id_token"])
        secrets = [client.callback["code"], client.verifier, tokens["refresh_token"], tokens["access_token"], tokens["id_token"],
                   *(c.value for c in client.browser.cookies)]
        for name in os.listdir(self.dir):
            with open(os.path.join(self.dir, name), "rb") as f:
                data = f.read()
            for secret in secrets:
                self.assertNotIn(secret.encode(), data, name)


class Trouble(IssuerCase):
    """What the chaos command does; one thing at a time, healed at its end."""

    start = ["serve", "--issuer", "--token-lifetime", "4m"]

    def tearDown(self):
        self.chaos("none")
        wait_until("the issuer is there", lambda: self.discovered() == 200)

    def discovered(self, timeout=20):
        try:
            return web.ask("GET", self.told["issuer"] + "/.well-known/openid-configuration", ca=self.ca, timeout=timeout).status
        except (OSError, http.client.HTTPException) as e:
            return type(e).__name__

    def test_down(self):
        token = self.client().sign_in("vera")["id_token"]
        self.chaos("down")
        wait_until("nobody answers", lambda: not isinstance(self.discovered(), int))
        self.assertEqual(self.ask(token).status, 200)    # the server knows the keys

    def test_down_for_a_while(self):
        self.chaos("down", "--for", "2s")
        wait_until("nobody answers", lambda: not isinstance(self.discovered(), int))
        wait_until("it is back", lambda: self.discovered() == 200)

    def test_failing(self):
        client = self.client()
        tokens = client.sign_in("vera")
        self.chaos("failing")
        wait_until("503", lambda: self.discovered() == 503)
        self.assertGrantRefused("503", client.refresh, tokens["refresh_token"])
        self.chaos("none")
        wait_until("healed", lambda: self.discovered() == 200)
        self.assertIn("id_token", client.refresh(tokens["refresh_token"]))   # nothing was used up

    def test_silent(self):
        client = self.client()
        tokens = client.sign_in("vera")
        self.chaos("silent")
        wait_until("no word", lambda: self.discovered(timeout=1) == "TimeoutError")
        with self.assertRaises(OSError):
            web.ask("POST", client.meta["token_endpoint"], ca=self.ca, timeout=1,
                    form={"client_id": "quarterdeck", "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
        self.chaos("none")
        wait_until("healed", lambda: self.discovered() == 200)
        self.assertGrantRefused("invalid_grant", client.refresh, tokens["refresh_token"])   # the lost answer had the next one

    def test_slow(self):
        self.chaos("slow")
        began = time.monotonic()
        wait_until("late", lambda: self.discovered() == 200 and time.monotonic() - began > 7, 30)

    def test_rotated_keys(self):
        client = self.client()
        tokens = client.sign_in("vera")
        keys = web.ask("GET", client.meta["jwks_uri"], ca=self.ca).json
        self.chaos("rotate-keys")
        wait_until("new keys", lambda: web.ask("GET", client.meta["jwks_uri"], ca=self.ca).json != keys)
        self.assertUnauthorized(tokens["id_token"])
        self.assertEqual(self.who(client.refresh(tokens["refresh_token"])["id_token"])["username"], "vera")

    def test_ended_sessions(self):
        client = self.client()
        tokens = client.sign_in("vera")
        self.chaos("end-sessions")

        def ended():
            try:
                tokens.update(client.refresh(tokens["refresh_token"]))
                return False
            except Refused as e:
                return e.error == "invalid_grant"
        wait_until("no refresh", ended)
        self.assertEqual(self.ask(tokens["id_token"]).status, 200)

    def test_wrong_clocks(self):
        self.chaos("clock-behind")
        date = {}

        def behind():
            answer = web.ask("GET", self.told["issuer"] + "/jwks", ca=self.ca)
            date["off"] = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()
            return date["off"] < -500
        wait_until("the clock is behind", behind)
        self.assertAlmostEqual(date["off"], -600, delta=5)
        self.assertUnauthorized(self.client().sign_in("vera")["id_token"])    # four minutes of life, ten behind
        self.chaos("clock-ahead")
        wait_until("the clock is ahead", lambda: not behind() and date["off"] > 500)
        self.assertEqual(self.who(self.client().sign_in("vera")["id_token"])["username"], "vera")

    def test_what_is_no_fault(self):
        ran = run_demo("chaos", "--kubeconfig", self.told["kubeconfig"], "issuer/demo", "explode")
        self.assertEqual(ran.code, live.USAGE, ran)
        self.assertIn("rotate-keys", ran.err)


class Ends(IssuerCase):
    start = ["serve", "--issuer", "--issuer-tls", "--token-lifetime", "3s"]

    def test_by_https(self):
        """The same by https, where the cookies keep to it."""
        self.assertTrue(self.told["issuer"].startswith("https://127.0.0.1:"))
        client = self.client()
        client.sign_in("vera")
        self.assertTrue(all(c.secure and c.name.startswith("__Host-") for c in client.browser.cookies))
        self.assertEqual(len(list(client.browser.cookies)), 2)
        with open(self.told["profiles"], encoding="utf-8") as f:
            self.assertIn("caFile: ca.pem", f.read())
        with self.assertRaises(ssl.SSLError):
            web.ask("GET", self.told["issuer"] + "/jwks")    # its authority is its own

    def test_tokens_end_and_are_renewed(self):
        client = self.client()
        tokens = client.sign_in("vera")
        self.assertEqual(claims(tokens["id_token"])["exp"] - claims(tokens["id_token"])["iat"], 3)
        self.assertEqual(self.ask(tokens["id_token"]).status, 200)
        wait_until("the token ends", lambda: self.ask(tokens["id_token"]).status == 401, 10)
        self.assertUnauthorized(tokens["id_token"])
        self.assertEqual(self.ask(client.refresh(tokens["refresh_token"])["id_token"]).status, 200)

    def test_alone_it_has_none(self):
        demo = self.demo("serve", "--dir", os.path.join(self.temporary(), "net"))
        told = demo.ready()
        self.assertIsNone(told["issuer"])
        self.assertNotIn("profiles", told)
        answer = web.ask("GET", told["apiServer"] + "/version", headers={"Authorization": "Bearer " + self.client().sign_in("vera")["id_token"]},
                         ca=self.authority_of(told["kubeconfig"]))
        self.assertEqual(answer.status, 401)

    def authority_of(self, kubeconfig):
        shown = subprocess.run([os.path.join(rigs.binaries(), "kubectl"), "--kubeconfig", kubeconfig, "config", "view", "--raw", "-o", "json"], capture_output=True, check=True)
        path = os.path.join(self.home, "alone.pem")
        with open(path, "wb") as out:
            out.write(base64.b64decode(json.loads(shown.stdout)["clusters"][0]["cluster"]["certificate-authority-data"]))
        return path

    def test_nothing_of_it_is_left(self):
        folder = os.path.join(self.temporary(), "net")
        demo = self.demo("serve", "--dir", folder, "--issuer")
        told = demo.ready()
        self.assertEqual(demo.end()[0], 0)
        self.assertEqual(sorted(os.listdir(folder)), ["audit.log"])
        with self.assertRaises(OSError):
            web.ask("GET", told["issuer"] + "/jwks", ca=self.ca, timeout=5)

    def test_lifetimes_that_are_none(self):
        for wrong in ("1s", "25h", "soon"):
            ran = run_demo("serve", "--dir", "/nonexistent", "--issuer", "--token-lifetime", wrong)
            self.assertEqual(ran.code, live.USAGE, ran)
            self.assertIn("--token-lifetime", ran.err)


if __name__ == "__main__":
    live.main()
