#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Keycloak on loopback: one server a test program, a realm a test.

    keycloak = Keycloak(pki).start()
    realm = keycloak.realm(accessTokenLifespan=3)      # settings of the realm as its admin API names them
    realm.issuer, realm.client                          # what a profile's signIn needs; people.py has who may sign in

`keycloak.py seed FOLDER` (build.sh) makes the database every start begins with, the realm `canton` in it: a start then costs a quarter
of the CPU time.
"""

import hashlib
import os
import shutil
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import web  # noqa: E402
from people import PEOPLE, mail, password  # noqa: E402
from server import RigFailed, Server, programs  # noqa: E402

from rig import free_ports  # noqa: E402

ADMIN = ("rig", "rig-of-the-live-lane")
# A test server lives for a minute: only the quick compiler, no verification of its own classes, a small heap.
JAVA = ["-Xms192m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseParallelGC", "-XX:+UnlockDiagnosticVMOptions",
        "-XX:-BytecodeVerificationRemote", "-Duser.language=en", "-Duser.country=US", "-Dfile.encoding=UTF-8",
        "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
        *(f"--add-opens=java.base/java.{p}=ALL-UNNAMED" for p in ("util", "util.concurrent", "security", "lang")),
        "--enable-native-access=ALL-UNNAMED", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        "-Dpicocli.disable.closures=true"]
ALL_PATHS = ("http://127.0.0.1/*", "http://[::1]/*", "http://localhost/*")


class Keycloak(Server):
    name = "keycloak"

    def __init__(self, pki, directory=None, folder=None):
        super().__init__(directory)
        self.folder = folder or programs()
        self.pki = pki
        self._admin = None
        self._admin_until = 0.0
        self._count = 0

    @property
    def ca(self):
        return self.pki.ca_cert

    def spawn(self):
        if not hasattr(self, "port"):
            self.port, self.management = free_ports(2)
            self.cert = self.pki.issue("keycloak", "keycloak", hosts=["IP:127.0.0.1", "DNS:localhost"])
            if os.path.exists(seed_path(self.folder)):
                shutil.copy(seed_path(self.folder), self.path("rig.mv.db"))
        self.url = f"https://127.0.0.1:{self.port}"
        home = os.path.realpath(os.path.join(self.folder, "keycloak"))
        self.run([os.path.join(self.folder, "java", "bin", "java"), *JAVA, f"-Djava.io.tmpdir={self.directory}",
                  f"-Dkc.home.dir={home}", f"-Djboss.server.config.dir={home}/conf", "-cp", f"{home}/lib/quarkus-run.jar",
                  "io.quarkus.bootstrap.runner.QuarkusEntryPoint", "start", "--optimized", "--cache=local",
                  f"--db-url=jdbc:h2:file:{self.path('rig')};NON_KEYWORDS=VALUE", "--http-enabled=false", "--http-host=127.0.0.1",
                  f"--https-port={self.port}", f"--https-certificate-file={self.cert[0]}", f"--https-certificate-key-file={self.cert[1]}",
                  f"--hostname={self.url}", f"--http-management-port={self.management}", "--http-management-scheme=http",
                  "--log-level=info,io.smallrye.health:error"],
                 {**os.environ, "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN[0], "KC_BOOTSTRAP_ADMIN_PASSWORD": ADMIN[1]})

    def ready(self):
        return web.ask("GET", f"http://127.0.0.1:{self.management}/health/ready", timeout=5).status == 200

    def admin(self, method, path, body=None, check=True):
        """The admin API under /admin/realms."""
        if time.monotonic() > self._admin_until:
            token = web.ask("POST", f"{self.url}/realms/master/protocol/openid-connect/token", ca=self.ca, form={
                "grant_type": "password", "client_id": "admin-cli", "username": ADMIN[0], "password": ADMIN[1]})
            if not token.ok:
                raise RigFailed(f"keycloak does not let its admin in: {token}")
            self._admin, self._admin_until = token.json["access_token"], time.monotonic() + 40
        answer = web.ask(method, f"{self.url}/admin/realms{path}", body, {"Authorization": "Bearer " + self._admin}, self.ca)
        if check and not answer.ok:
            raise RigFailed(f"keycloak: {method} /admin/realms{path}: {answer}")
        return answer

    def realm(self, name=None, **settings):
        """A new realm."""
        self._count += 1
        realm = Realm(self, name or f"r{self._count}")
        realm.create(settings)
        return realm

    def canton(self):
        """The realm every server has from its start."""
        return Realm(self, "canton")


class Realm:
    """A realm with the people and two public clients: `quarterdeck`, any loopback port and path, and `strict`, the path /callback only and
    asking for consent. Refresh tokens are good for one use. Groups stand in the claim `groups`, roles in `realm_access`, of both tokens."""

    client = "quarterdeck"

    def __init__(self, keycloak, name):
        self.keycloak = keycloak
        self.name = name
        self.issuer = f"{keycloak.url}/realms/{name}"
        self.ca = keycloak.ca

    def create(self, settings):
        default = f"default-roles-{self.name}"
        groups = sorted({g for all_of in PEOPLE.values() for g in all_of})
        self.keycloak.admin("POST", "", {
            "realm": self.name, "enabled": True, "sslRequired": "all", "revokeRefreshToken": True, "refreshTokenMaxReuse": 0,
            "accessTokenLifespan": 300, "passwordPolicy": "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)", "groups": [{"name": g} for g in groups],
            "roles": {"realm": [{"name": "canton-" + g} for g in groups]},
            "users": [{"username": n, "enabled": True, "email": mail(n), "emailVerified": True, "firstName": n.capitalize(), "lastName": "Rig",
                       "credentials": [{"type": "password", "value": password(n), "temporary": False}], "groups": ["/" + g for g in of],
                       "realmRoles": [default, *("canton-" + g for g in of)]} for n, of in PEOPLE.items()],
            "clients": [self._client("quarterdeck", ALL_PATHS), self._client("strict", ["http://127.0.0.1/callback"], consentRequired=True)],
            **settings})

    @staticmethod
    def _mapper(name, mapper, **config):
        return {"name": name, "protocol": "openid-connect", "protocolMapper": mapper,
                "config": {"id.token.claim": "true", "access.token.claim": "true", "userinfo.token.claim": "true", **config}}

    def _client(self, client, redirects, **more):
        return {"clientId": client, "publicClient": True, "standardFlowEnabled": True, "directAccessGrantsEnabled": False,
                "redirectUris": list(redirects), **more,
                "attributes": {"pkce.code.challenge.method": "S256", "oauth2.device.authorization.grant.enabled": "true",
                               "post.logout.redirect.uris": "##".join(ALL_PATHS)},
                "protocolMappers": [
                    self._mapper("groups", "oidc-group-membership-mapper", **{"claim.name": "groups", "full.path": "false"}),
                    self._mapper("roles", "oidc-usermodel-realm-role-mapper",
                                 **{"claim.name": "realm_access.roles", "multivalued": "true", "jsonType.label": "String"}),
                    self._mapper("audience", "oidc-audience-mapper", **{"included.client.audience": client, "id.token.claim": "false"})]}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.delete()

    def delete(self):
        self.keycloak.admin("DELETE", f"/{self.name}", check=False)

    def set(self, **settings):
        """Settings of the realm, such as accessTokenLifespan or ssoSessionIdleTimeout (seconds); in force at once."""
        self.keycloak.admin("PUT", f"/{self.name}", settings)

    def set_client(self, client=None, attributes=None, **settings):
        """Settings of a client; `attributes` are merged into those it has."""
        found = self.keycloak.admin("GET", f"/{self.name}/clients?clientId={client or self.client}").json[0]
        self.keycloak.admin("PUT", f"/{self.name}/clients/{found['id']}",
                            {**found, **settings, "attributes": {**found.get("attributes", {}), **(attributes or {})}})

    def sign_with(self, algorithm, client=None):
        """The algorithm of ID tokens from now on; Keycloak makes the key."""
        self.set_client(client, {"id.token.signed.response.alg": algorithm})

    def user(self, name):
        return self.keycloak.admin("GET", f"/{self.name}/users?exact=true&username={name}").json[0]["id"]

    def disable(self, name, enabled=False):
        self.keycloak.admin("PUT", f"/{self.name}/users/{self.user(name)}", {"enabled": enabled})

    def sign_out(self, name):
        """Ends every session of the person, as an administrator does."""
        self.keycloak.admin("POST", f"/{self.name}/users/{self.user(name)}/logout")

    def sessions(self, name):
        return self.keycloak.admin("GET", f"/{self.name}/users/{self.user(name)}/sessions").json

    def rotate(self, retire=True):
        """A new RSA key signs from now on; the old ones are gone (or, without `retire`, still published)."""
        realm = self.keycloak.admin("GET", f"/{self.name}").json["id"]
        kind = "org.keycloak.keys.KeyProvider"
        old = [c for c in self.keycloak.admin("GET", f"/{self.name}/components?type={kind}").json if c["providerId"] == "rsa-generated"]
        priority = str(1 + max(int(c["config"].get("priority", ["100"])[0]) for c in old))
        self.keycloak.admin("POST", f"/{self.name}/components", {"name": "rsa-" + priority, "providerId": "rsa-generated", "providerType": kind,
                                                                 "parentId": realm, "config": {"priority": [priority]}})
        for component in old if retire else []:
            self.keycloak.admin("DELETE", f"/{self.name}/components/{component['id']}")


def seed_path(folder):
    """Where the database to begin with is; another one when what stands in it is written otherwise."""
    digest = hashlib.sha256()
    for file in ("keycloak.py", "people.py"):
        with open(os.path.join(HERE, file), "rb") as f:
            digest.update(f.read())
    return os.path.join(folder, "keycloak", "seed", digest.hexdigest()[:12] + ".mv.db")


def seed(folder):
    """A database with everything Keycloak writes into an empty one, its admin and the realm `canton`."""
    into = seed_path(folder)
    if os.path.exists(into):
        return
    from pki import Pki
    print("making Keycloak's first database (once, half a minute)", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="quarterdeck-idp-") as work:
        keycloak = Keycloak(Pki(os.path.join(work, "pki")), work, folder)
        try:
            keycloak.start()
            keycloak.realm("canton")
        finally:
            keycloak.stop(signal.SIGTERM)
        os.makedirs(os.path.dirname(into), exist_ok=True)
        shutil.copy(keycloak.path("rig.mv.db"), into + ".part")
        os.replace(into + ".part", into)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "seed":
        sys.exit("usage: keycloak.py seed FOLDER")
    seed(sys.argv[2])
