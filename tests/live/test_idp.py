#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The identity providers of the live lane themselves: a person signs in at a real Keycloak and a real oidc-provider through the browser
stand-in, a real kube-apiserver takes the token and its audit log names the person; rotation, reuse, device grant, denial, short lives
and faults do what the tests of the console count on."""

import os
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "idp"))

import browser  # noqa: E402
import case  # noqa: E402
import web  # noqa: E402
from client import Refused, claims, header  # noqa: E402
from rig import API  # noqa: E402

PARTIES = API + "/namespaces/idp/parties"


class Providers(case.IdpCase):
    needs_program = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rig.namespace("idp")

    def refused(self, error, action, *args, **more):
        with self.assertRaises(Refused) as caught:
            action(*args, **more)
        self.assertEqual(caught.exception.error, error, caught.exception)
        return caught.exception

    @staticmethod
    def party(name):
        return {"apiVersion": "canton.quarterdeck.io/v1alpha1", "kind": "Party", "metadata": {"name": name},
                "spec": {"nodeRef": {"kind": "Validator", "name": "val-0"}, "hint": name}}

    def test_keycloak_signs_in_for_the_api_server(self):
        tokens = self.idp.client(self.realm).sign_in("vera")
        who = self.idp.whoami(tokens["id_token"])
        self.assertEqual((who["username"], who["uid"]), ("kc:vera", claims(tokens["id_token"])["sub"]))
        self.assertIn("qd:viewer", who["groups"])
        self.assertEqual(claims(tokens["id_token"])["realm_access"]["roles"].count("canton-viewer"), 1)
        self.assertEqual(self.idp.whoami(tokens["access_token"])["username"], "kc:vera")    # its audience is the client as well
        self.assertEqual(self.idp.ask(tokens["id_token"]).status, 200)
        told = self.idp.ask(tokens["id_token"], "POST", PARTIES, self.party("by-vera"))
        self.assertEqual(told.status, 403)
        self.assertIn('User "kc:vera" cannot create', told.json["message"])
        nobody = self.idp.client(self.realm).sign_in("otto")["id_token"]
        self.assertEqual(self.idp.ask(nobody).status, 403)

    def test_the_audit_log_names_the_person(self):
        for of, name in ((self.realm, "kc:paula"), (self.provider, "op:paula")):
            token = self.idp.client(of).sign_in("paula")["id_token"]
            self.idp.whoami(token)
            made = self.idp.ask(token, "POST", PARTIES, self.party("by-" + name[:2]))
            self.assertEqual(made.status, 201, made)
            event, = self.rig.audit_events(user=name, verbs=("create",))
            self.assertIn("qd:platform-admin", event["user"]["groups"])
            self.assertEqual(event["objectRef"]["name"], "by-" + name[:2])

    def test_the_api_server_takes_these_algorithms_and_no_eddsa(self):
        for algorithm in ("PS256", "ES256", "ES384"):
            client = self.idp.client(self.provider, f"{self.provider.client}-{algorithm}")
            token = client.sign_in("nora")["id_token"]
            self.assertEqual(header(token)["alg"], algorithm)
            self.assertEqual(self.idp.whoami(token)["username"], "op:nora")
        token = self.idp.client(self.provider, self.provider.client + "-EdDSA").sign_in("nora")["id_token"]
        self.assertEqual(header(token)["alg"], "EdDSA")
        for bearer in (token, "not.a.token", token[:-8]):
            told = self.idp.ask(bearer)
            self.assertEqual((told.status, told.json["message"], told.headers.get("WWW-Authenticate")), (401, "Unauthorized", None))

    def test_reuse_of_a_refresh_token_ends_the_family(self):
        for of in (self.realm, self.provider):
            client = self.idp.client(of)
            first = client.sign_in("lea")
            second = client.refresh(first["refresh_token"])
            self.assertNotEqual(first["refresh_token"], second["refresh_token"])
            third = client.refresh(second["refresh_token"])
            self.refused("invalid_grant", client.refresh, second["refresh_token"])
            self.refused("invalid_grant", client.refresh, third["refresh_token"])

    def test_a_code_is_good_once_and_for_its_verifier_only(self):
        client = self.idp.client(self.provider)
        client.sign_in("lea")
        self.refused("invalid_grant", client.redeem, client.callback["code"])
        for of in (self.realm, self.provider):
            client = self.idp.client(of)
            told = self.refused("invalid_request", client.sign_in, "lea", tamper={"code_challenge": None, "code_challenge_method": None})
            self.assertRegex(told.description, "code_challenge|PKCE")
            self.assertEqual(client.callback["iss"], of.issuer)
            self.assertIsNone(self.idp.client(of).sign_in("lea", tamper={"redirect_uri": "http://192.0.2.1/callback"}))

    def test_a_device_is_signed_in_from_another_one(self):
        for of in (self.realm, self.provider):
            client = self.idp.client(of)
            token = client.device("nora")["id_token"]
            self.assertEqual(client.outcome.kind, "page")
            self.assertTrue(self.idp.whoami(token)["username"].endswith(":nora"))
            self.refused("access_denied", self.idp.client(of).device, "nora", mode="deny")

    def test_keys_are_rotated(self):
        for of, keys in ((self.realm, "/protocol/openid-connect/certs"), (self.provider, "/jwks")):
            before = self.idp.client(of).sign_in("vera")["id_token"]
            of.rotate()
            after = self.idp.client(of).sign_in("vera")["id_token"]
            self.assertNotEqual(header(before)["kid"], header(after)["kid"])
            published = {k["kid"] for k in web.ask("GET", of.issuer + keys, ca=of.ca).json["keys"]}
            self.assertIn(header(after)["kid"], published)
            self.assertNotIn(header(before)["kid"], published)
            self.assertTrue(self.idp.whoami(after)["username"].endswith(":vera"))    # an unknown kid makes it read the keys again

    def test_who_says_no_or_leaves(self):
        for of, client in ((self.realm, "strict"), (self.provider, None)):
            asked = self.idp.client(of, client)
            self.refused("access_denied", asked.sign_in, "vera", mode="deny")
            self.assertEqual(asked.callback["iss"], of.issuer)
            self.assertIsNone(self.idp.client(of, client).sign_in("vera", mode="close"))
            wrong = self.idp.client(of, client)
            self.assertIsNone(wrong.sign_in("vera", mode="wrong"))
            self.assertEqual((wrong.outcome.kind, wrong.outcome.status), ("page", 200))
            again = self.idp.client(of, client)
            self.assertEqual(claims(again.sign_in("vera")["id_token"])["preferred_username"], "vera")
        self.assertIsNone(self.idp.client(self.realm, "strict").sign_in("vera", path="/elsewhere"))

    def test_sessions_end(self):
        client = self.idp.client(self.provider)
        self.provider.lifetimes(IdToken=2, AccessToken=2)
        self.addCleanup(self.provider.lifetimes, IdToken=300, AccessToken=300)
        tokens = client.sign_in("vera")
        body = claims(tokens["id_token"])
        self.assertEqual((body["exp"] - body["iat"], tokens["expires_in"]), (2, 2))
        self.provider.disable("vera")
        self.addCleanup(self.provider.clear)
        self.refused("invalid_grant", client.refresh, tokens["refresh_token"])
        with self.idp.keycloak.realm(accessTokenLifespan=3) as realm:
            client = self.idp.client(realm)
            tokens = client.sign_in("vera")
            self.assertEqual(tokens["expires_in"], 3)
            realm.sign_out("vera")
            self.assertIn("Session not active", self.refused("invalid_grant", client.refresh, tokens["refresh_token"]).description)
            client = self.idp.client(realm)
            tokens = client.sign_in("vera")
            self.assertEqual(client.revoke(tokens["refresh_token"]).status, 200)
            self.assertEqual(realm.sessions("vera"), [])
            client = self.idp.client(realm)
            tokens = client.sign_in("vera")
            realm.disable("vera")
            self.refused("invalid_grant", client.refresh, tokens["refresh_token"])

    def test_offline_sessions_outlive_the_browser(self):
        """With offline_access the browser signs out of another session; what an administrator ends is stale from the next second on."""
        asked = self.idp.client(self.realm, scope="openid profile email offline_access")
        tokens = asked.sign_in("lea")
        self.assertEqual(claims(tokens["refresh_token"])["typ"], "Offline")
        while time.time() < claims(tokens["refresh_token"])["iat"] + 1:
            time.sleep(0.05)
        self.realm.sign_out("lea")
        self.assertIn("Stale token", self.refused("invalid_grant", asked.refresh, tokens["refresh_token"]).description)
        tokens = asked.sign_in("lea")
        self.sign_out_in_the_browser(asked, tokens)
        tokens = asked.refresh(tokens["refresh_token"])
        self.assertNotIn("nonce", claims(tokens["id_token"]))
        self.assertEqual(asked.revoke(tokens["refresh_token"]).status, 200)
        self.refused("invalid_grant", asked.refresh, tokens["refresh_token"])

    def sign_out_in_the_browser(self, client, tokens):
        end = client.meta["end_session_endpoint"] + "?" + web.urllib.parse.urlencode({
            "id_token_hint": tokens["id_token"], "client_id": client.client, "post_logout_redirect_uri": "http://127.0.0.1:9/callback", "state": "s"})
        outcome = client.browser.sign_in(end)
        self.assertEqual((outcome.kind, outcome.answer.get("state")), ("lost", "s"), outcome)    # nobody listens there

    def test_faults_on_the_way(self):
        self.provider.clear()
        client = self.idp.client(self.provider)
        tokens = client.sign_in("lea")
        self.provider.fault("/token", "status", status=503)
        self.refused("503", client.refresh, tokens["refresh_token"])
        self.provider.fault("/token", "redirect", to="https://127.0.0.1:1/")
        self.refused("307", client.refresh, tokens["refresh_token"])
        self.provider.fault("/token", "lost")
        with self.assertRaises(OSError):
            client.refresh(tokens["refresh_token"])
        # the work was done: the token in our hands is used up
        self.refused("invalid_grant", client.refresh, tokens["refresh_token"])
        granted = [e["grant"] for e in self.provider.events if e["event"] == "grant.success"]
        self.assertEqual(granted, ["authorization_code", "refresh_token"])

    def test_logout_comes_back(self):
        for of in (self.realm, self.provider):
            client = self.idp.client(of)
            tokens = client.sign_in("vera")
            self.sign_out_in_the_browser(client, tokens)
            self.assertEqual(self.idp.client(of).sign_in("nora")["token_type"], "Bearer")

    def test_the_browser_is_a_program(self):
        self.provider.clear()
        client = self.idp.client(self.provider)
        path = browser.program(self.idp.directory, "lea", ca=self.provider.ca)

        class AsProgram:
            def sign_in(self, url, *_):
                return subprocess.run([path, url], timeout=60).returncode
        client.browser = AsProgram()
        self.assertEqual(claims(client.sign_in("lea")["id_token"])["sub"], "lea")
        self.assertEqual(client.outcome, 0)
        log = browser.log_of(path)
        self.assertEqual((log[-1]["end"], log[-1]["status"], log[-1]["parameters"]), ("answered", 200, ["code", "iss", "state"]))
        with open(path + ".log") as f:
            self.assertNotIn(client.callback["code"], f.read())


class Form(unittest.TestCase):
    """The stand-in on pages no provider of ours sends."""

    def test_a_choice_of_persons_and_a_form_that_posts_itself(self):
        page = browser.Page('<form method="post" action="/pick"><input type="hidden" name="t" value="1"><button name="person" value="paula">Paula</button>'
                            '<button name="person" value="vera">Vera, viewer</button></form>')
        self.assertEqual(browser.Browser._answer(page, "vera", "accept", None), ("/pick", "post", {"t": "1", "person": "vera"}))
        self.assertIsNone(browser.Browser._answer(page, "vera", "deny", None))
        page = browser.Page('<form method="post" action="/pick"><button name="person" value="vera">Vera</button><button name="decision" value="cancel">Do not sign in'
                            '</button></form>')
        self.assertEqual(browser.Browser._answer(page, "vera", "deny", None), ("/pick", "post", {"decision": "cancel"}))
        page = browser.Page('<form method="post" action="http://127.0.0.1:5/cb"><input type="hidden" name="code" value="c"></form>')
        self.assertEqual(browser.Browser._answer(page, "vera", "accept", None), ("http://127.0.0.1:5/cb", "post", {"code": "c"}))
        page = browser.Page('<a href="/as?who=1">Continue as Vera</a>')
        self.assertEqual(browser.Browser._answer(page, "vera", "accept", None), ("/as?who=1", "get", None))
        self.assertIsNone(browser.Browser._answer(browser.Page("<p>You may close this window.</p>"), "vera", "accept", None))

    def test_it_opens_no_file(self):
        with self.assertRaises(ValueError):
            browser.Browser().sign_in("file:///etc/passwd")


if __name__ == "__main__":
    case.main()
