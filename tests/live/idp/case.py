# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of signing in share: both providers and a control plane that trusts them, one set a module."""

import json
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

import apiserver  # noqa: E402
import live  # noqa: E402
import people  # noqa: E402
import web  # noqa: E402
from client import Client  # noqa: E402
from keycloak import Keycloak  # noqa: E402
from pki import Pki  # noqa: E402
from provider import Provider  # noqa: E402
from rig import API, Rig, RigFailed  # noqa: E402
from server import programs  # noqa: E402

REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


class Idp:
    """Keycloak (its realm `canton` as `realm`), oidc-provider as `provider`, and with `cluster` a rig whose API server trusts both:
    Keycloak's people are kc:NAME there, the other's op:NAME, groups as rig.bind_personas has them."""

    def __init__(self, directory, keycloak=True, provider=True, cluster=True, install=True, **rig_options):
        folder = programs()
        self.pki = Pki(os.path.join(directory, "pki"), "quarterdeck-idp-ca")
        self.keycloak = Keycloak(self.pki, os.path.join(directory, "keycloak"), folder) if keycloak else None
        self.provider = Provider(self.pki, os.path.join(directory, "provider"), folder) if provider else None
        self.realm = None    # once Keycloak's port is known
        self.rig = None
        self._cluster = (cluster, install, rig_options)
        self.directory = directory

    @property
    def servers(self):
        return [s for s in (self.keycloak, self.provider) if s]

    def start(self):
        try:
            for server in self.servers:
                server.spawn()
            self.realm = self.keycloak.canton() if self.keycloak else None
            for server in self.servers:
                server.wait()
            cluster, install, options = self._cluster
            if cluster:
                self.rig = Rig(apiserver_args=[self.flag()], **options)
                self.rig.start()
                if install:
                    self.rig.install()
        except BaseException:
            self.stop()
            raise
        return self

    def flag(self):
        """The flag by which an API server trusts them."""
        return apiserver.write(os.path.join(self.directory, "authentication.yaml"), self.issuers())

    def issuers(self):
        found = []
        if self.keycloak:
            found.append((self.realm.issuer, self.pki.ca_cert, "kc", [self.realm.client, "strict"]))
        if self.provider:
            names = [self.provider.client] + [f"{self.provider.client}-{a}" for a in ("PS256", "ES256", "ES384", "EdDSA")]
            found.append((self.provider.issuer, self.pki.ca_cert, "op", names))
        return found

    def profiles(self, folder, **sign_in):
        """Writes profiles.yaml into `folder`, a configuration folder of the console: the profiles `keycloak` and `provider`, each on the
        cluster without any credentials of its own. `sign_in` is added to both signIn sections. (JSON, which is YAML.)"""
        os.makedirs(folder, exist_ok=True)
        profiles = []
        for name, of in (("keycloak", self.realm), ("provider", self.provider)):
            if of:
                scopes = ["openid", "profile", "email", "offline_access"] + (["groups", "roles"] if of is self.provider else [])
                profile = {"name": name, "signIn": {"issuer": of.issuer, "clientId": of.client, "caFile": self.pki.ca_cert, "scopes": scopes,
                                                    "roles": ["/realm_access/roles", "/groups"], **sign_in}}
                if self.rig:
                    profile.update(kubeconfig=self.kubeconfig(folder), contexts=["signed-in"])
                profiles.append(profile)
        with open(os.path.join(folder, "profiles.yaml"), "w") as out:
            json.dump({"schema": 1, "profiles": profiles}, out, indent=1)
        return folder

    def kubeconfig(self, folder):
        """Names the cluster and nobody: who is asked comes with the bearer (a client certificate would win over it)."""
        path = os.path.join(folder, "kubeconfig")
        with open(path, "w") as out:
            json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "signed-in",
                       "clusters": [{"name": "rig", "cluster": {"server": self.rig.url, "certificate-authority": self.rig.pki.ca_cert}}],
                       "contexts": [{"name": "signed-in", "context": {"cluster": "rig", "user": "nobody"}}], "users": [{"name": "nobody", "user": {}}]}, out)
        return path

    def told(self):
        """What a program is told of it, as JSON."""
        of = {"keycloak": self.realm, "provider": self.provider}
        return {"ca": self.pki.ca_cert, "people": {n: people.password(n) for n in people.PEOPLE},
                "browser": [sys.executable, "-B", os.path.join(HERE, "browser.py"), "--ca", self.pki.ca_cert],
                **{k: {"issuer": v.issuer, "clientId": v.client} for k, v in of.items() if v}}

    def stop(self):
        for server in [*self.servers, *([self.rig] if self.rig else [])]:
            server.stop()

    # As a person

    def client(self, of, client=None, **more):
        """A client of `self.realm` or `self.provider`."""
        if of is self.provider:
            more = {"scope": "openid profile email groups roles offline_access", "prompt": "consent", **more}
        return Client(of.issuer, client or of.client, self.pki.ca_cert, **more)

    def ask(self, token, method="GET", path=API + "/validators", body=None):
        """A request to the API server with that bearer and nothing else."""
        return web.ask(method, self.rig.url + path, body, {"Authorization": "Bearer " + token}, self.rig.pki.ca_cert)

    def whoami(self, token, limit=15.0):
        """Who the API server says the bearer is; it waits while a key or an issuer is new to it."""
        deadline = time.monotonic() + limit
        while True:
            answer = self.ask(token, "POST", REVIEW, {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
            if answer.status == 201:
                return answer.json["status"]["userInfo"]
            if time.monotonic() > deadline:
                raise RigFailed(f"the API server does not accept the token after {limit:.0f} s: {answer}; {self.rig.log_tail('kube-apiserver')}")
            time.sleep(0.2)


class IdpCase(live.LiveCase):
    """`idp_options` are those of Idp."""

    needs_rig = False
    needs_program = True
    idp_options = {}

    @classmethod
    def setUpClass(cls):
        if cls.needs_program:
            super().setUpClass()
        folder = tempfile.mkdtemp(prefix="quarterdeck-idp-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.idp = Idp(folder, **cls.idp_options)
        cls.addClassCleanup(cls.idp.stop)
        cls.idp.start()
        cls.rig = cls.idp.rig
        cls.realm, cls.provider = cls.idp.realm, cls.idp.provider


def main():
    """As live.main, with the providers' programs as well."""
    try:
        programs()
    except live.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if live.rigs.missing_is_failure() else 77)
    live.main()
