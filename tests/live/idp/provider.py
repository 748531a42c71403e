# SPDX-License-Identifier: GPL-3.0-or-later
"""The npm package oidc-provider on loopback (provider.mjs): RFC 9207, every algorithm, rotation, device grant, and a handle for tests.

    provider = Provider(pki).start()
    provider.issuer, provider.client                 # RS256; provider.client + "-EdDSA" and so on for other algorithms
    provider.lifetimes(AccessToken=3, IdToken=3); provider.rotate(); provider.fault("/token", how="lost")
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import web  # noqa: E402
from people import PEOPLE, mail, password  # noqa: E402
from server import RigFailed, Server, programs  # noqa: E402

from rig import free_ports  # noqa: E402


class Provider(Server):
    name = "provider"
    limit = 30.0
    client = "quarterdeck"

    def __init__(self, pki, directory=None, folder=None):
        super().__init__(directory)
        self.folder = folder or programs()
        self.pki = pki

    @property
    def ca(self):
        return self.pki.ca_cert

    def spawn(self):
        if not hasattr(self, "port"):
            self.port, = free_ports(1)
            cert, key = self.pki.issue("provider", "provider", hosts=["IP:127.0.0.1", "DNS:localhost"])
            people = {n: {"groups": of, "email": mail(n), "password": password(n)} for n, of in PEOPLE.items()}
            with open(os.open(self.path("provider.json"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
                json.dump({"port": self.port, "cert": cert, "key": key, "people": people,
                           "modules": os.path.join(os.path.realpath(os.path.join(self.folder, "provider")), "node_modules")}, out)
        self.issuer = f"https://127.0.0.1:{self.port}"
        self.run([os.path.join(self.folder, "node"), os.path.join(HERE, "provider.mjs"), self.path("provider.json")])

    def ready(self):
        return web.ask("GET", self.issuer + "/.well-known/openid-configuration", ca=self.ca, timeout=5).ok

    def turn(self, what, **body):
        answer = web.ask("POST", f"{self.issuer}/rig/{what}", body, ca=self.ca)
        if not answer.ok:
            raise RigFailed(f"provider: /rig/{what}: {answer}")
        return answer.json

    def rotate(self, retire=True):
        """New keys sign from now on; the old ones are gone (or, without `retire`, still published)."""
        return self.turn("rotate", retire=retire)["kids"]

    def lifetimes(self, **seconds):
        """AccessToken, IdToken, RefreshToken, DeviceCode, … from now on."""
        self.turn("lifetimes", **seconds)

    def disable(self, name, disabled=True):
        self.turn("disable", name=name, disabled=disabled)

    def fault(self, path, how, times=1, **more):
        """What the next requests of a path meet: how="status" status=503, "redirect" to=URL, "lost" (done, but no answer), "slow" seconds=N."""
        self.turn("fault", path=path, how=how, times=times, **more)

    def clear(self):
        """No faults, no events, nobody disabled."""
        self.turn("clear")

    @property
    def events(self):
        """What the provider granted and refused since `clear`: event, grant, client, error, why."""
        return self.turn("events")["events"]

    @property
    def secrets(self):
        """Every code, verifier and token of the grants since `clear`: [(what, secret)]."""
        return [tuple(line.split(" ", 1)) for line in self.turn("secrets")]
