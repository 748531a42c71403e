# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest client of an OpenID provider: code flow with PKCE on a loopback listener, refresh, device grant. It proves the rig, and its
tokens are for tests that only need somebody signed in. It checks no signature: the API server does."""

import base64
import hashlib
import http.server
import json
import os
import secrets
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import web  # noqa: E402
from browser import Browser  # noqa: E402


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def header(token):
    head = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))


def s256(verifier):
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return {"code_challenge": challenge, "code_challenge_method": "S256"}


class Refused(Exception):
    """The provider's `error` and its description."""

    def __init__(self, answer):
        self.error = answer.get("error", "")
        self.description = answer.get("error_description", "")
        super().__init__(f"{self.error}: {self.description}")


class Client:
    def __init__(self, issuer, client, ca, scope="openid profile email", prompt=None):
        self.issuer, self.client, self.ca, self.scope, self.prompt = issuer, client, ca, scope, prompt
        self.meta = web.ask("GET", issuer.rstrip("/") + "/.well-known/openid-configuration", ca=ca).json
        self.browser = Browser(ca)

    def sign_in(self, person, mode="accept", tamper=None, path="/callback"):
        """The token response of that person, or Refused. `tamper` changes the authorization request's parameters."""
        got = {}

        class Listener(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                got.update(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass
        with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            redirect = f"http://127.0.0.1:{server.server_port}{path}"
            verifier, state, nonce = (secrets.token_urlsafe(32) for _ in range(3))
            query = {"response_type": "code", "client_id": self.client, "redirect_uri": redirect, "scope": self.scope, "state": state,
                     "nonce": nonce, **s256(verifier), **({"prompt": self.prompt} if self.prompt else {})}
            query = {k: v for k, v in {**query, **(tamper or {})}.items() if v is not None}
            self.outcome = self.browser.sign_in(self.meta["authorization_endpoint"] + "?" + urllib.parse.urlencode(query), person, mode)
            server.shutdown()
        self.callback, self.verifier, self.redirect = got, verifier, redirect
        if got.get("error"):
            raise Refused(got)
        if "code" not in got:
            return None
        assert got["state"] == state and got["iss"] == self.issuer, got
        tokens = self.redeem(got["code"])
        assert claims(tokens["id_token"])["nonce"] == nonce
        return tokens

    def redeem(self, code, verifier=None):
        return self.token(grant_type="authorization_code", code=code, redirect_uri=self.redirect, code_verifier=verifier or self.verifier)

    def refresh(self, token):
        return self.token(grant_type="refresh_token", refresh_token=token)

    def token(self, **form):
        answer = web.ask("POST", self.meta["token_endpoint"], ca=self.ca, form={"client_id": self.client, **form})
        if not answer.ok:
            raise Refused(answer.json if answer.data.startswith(b"{") else {"error": str(answer.status), "error_description": answer.text})
        return answer.json

    def revoke(self, token):
        return web.ask("POST", self.meta["revocation_endpoint"], ca=self.ca,
                       form={"client_id": self.client, "token": token, "token_type_hint": "refresh_token"})

    def device(self, person, mode="accept"):
        """The device grant, the person at another device; the token response, or Refused. A Keycloak client that must use PKCE wants it
        here as well."""
        verifier = secrets.token_urlsafe(32)
        answer = web.ask("POST", self.meta["device_authorization_endpoint"], ca=self.ca,
                         form={"client_id": self.client, "scope": self.scope, **s256(verifier)})
        if not answer.ok:
            raise Refused(answer.json)
        grant = answer.json

        def poll():
            return self.token(grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code=grant["device_code"], code_verifier=verifier)
        try:
            poll()
            raise AssertionError("a token before the person said yes")
        except Refused as e:
            assert e.error == "authorization_pending", e
        self.outcome = self.browser.sign_in(grant["verification_uri"], person, mode, code=grant["user_code"])
        time.sleep(grant.get("interval", 0))
        return poll()
