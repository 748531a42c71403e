#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs of single kinds on the demo network, `do` and then what came of it: the operator acts on every one, and a verb that is so
already, or cannot be now, sends nothing."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
from test_demonetwork import Demo, DemoCase, wait_until  # noqa: E402

SPEED = 60
DEV, MAIN, PRIVATE = "canton-devnet", "canton-mainnet", "canton-private"
UPGRADE = {"targets": [{"kind": "Participant", "name": "legacy-probe"}], "class": "Patch", "preChecks": {"identityDumpRequired": False, "backupRequired": False},
           "observation": {"duration": "1m", "checks": []}, "promotion": {"requireApproval": True}}


class Verbs(DemoCase):
    @classmethod
    def prepare(cls):
        cls.network = Demo("up", "--dir", os.path.join(cls.home, "demo"), "--speed", SPEED, "--parent", os.getpid())
        cls.addClassCleanup(cls.network.close)
        cls.kubeconfig = cls.network.ready()["kubeconfig"]

    def console(self, *args, context="platform-admin", **more):
        return self.qd(*args, context=context, kubeconfig=self.kubeconfig, **more)

    def do(self, ns, action, target, *params, code=live.DONE, context="platform-admin", timeout=60):
        name = target.split("/")[1]
        return self.console("-n", ns, "do", action, target, *params, "--yes", "--confirm", name, "--timeout", "20s", "-o", "json", code=code, context=context,
                            timeout=timeout).json

    def shown(self, ns, target):
        return self.console("-n", ns, "show", target, "-o", "json").json

    def reported(self, ns, target):
        return self.shown(ns, target)["reported"]

    def declared(self, ns, target):
        return self.shown(ns, target)["declared"]

    def until(self, what, there, timeout=30):
        wait_until(what, there, timeout)

    def settles(self, ns, action, target, *params, **more):
        said = self.do(ns, action, target, *params, **more)
        self.assertEqual(said["outcome"], "settled", said)
        return said

    def already(self, ns, action, target, *params):
        """Nothing is sent, and the words say why."""
        said = self.do(ns, action, target, *params)
        self.assertEqual((said["outcome"], said["edits"]), ("settled", []), said)
        self.assertIn("nothing to change", said["message"])

    def made(self, ns, said, kind):
        edit, = said["edits"]
        self.assertEqual(edit["after"]["kind"], kind)
        self.assertEqual(edit["after"]["metadata"]["namespace"], ns)
        return edit["after"]["metadata"]["name"]

    def condition(self, ns, target, kind):
        return next((c for c in self.shown(ns, target)["conditions"] if c["type"] == kind), {"status": "", "reason": ""})

    def create(self, name, context, **spec):
        path = os.path.join(self.home, name + ".json")
        with open(path, "w") as out:
            json.dump({"apiVersion": f"{rigs.GROUP}/v1alpha1", "kind": "Upgrade", "metadata": {"name": name, "namespace": DEV}, "spec": {**UPGRADE, **spec}}, out)
        self.console("-n", DEV, "do", "create", f"upgrades/{name}", f"file={path}", "--yes", "--no-follow", "--confirm", name, "-o", "json", context=context)

    def test_traffic(self):
        node = "validators/northgate-validator-1"
        self.settles(MAIN, "topup", node, "throughput=31000", "interval=7m")
        self.assertEqual(self.declared(MAIN, node)["traffic"]["topup"], {"enabled": True, "targetThroughput": 31000, "minTopupInterval": "7m"})
        self.assertEqual(self.reported(MAIN, node)["traffic"]["targetThroughput"], 31000)
        self.settles(MAIN, "topup", node, "throughput=32000")
        self.assertEqual(self.declared(MAIN, node)["traffic"]["topup"]["minTopupInterval"], "7m")
        self.settles(MAIN, "topup", node, "off=true")
        self.already(MAIN, "topup", node, "off=true")
        ran = self.console("-n", MAIN, "do", "topup", node, "throughput=1", "interval=soon", "--yes", code=live.USAGE)
        self.assertIn("interval=soon is no duration", ran.err)

    def test_what_belongs_to_a_mainnet_wants_its_name(self):
        for target in ("validators/northgate-validator-1", "ledgerusers/treasury-service"):
            ran = self.console("-n", MAIN, "do", "label", target, "key=by", "value=ops", "--yes", code=live.USAGE)
            self.assertIn(f"needs --confirm {target.split('/')[1]}", ran.err)
        self.settles(MAIN, "label", "ledgerusers/treasury-service", "key=by", "value=ops")
        self.console("-n", DEV, "do", "label", "validators/northgate-dev-1", "key=by", "value=ops", "--yes")

    def test_a_backup_made_verified_held_and_released(self):
        backup = self.made(DEV, self.settles(DEV, "backup", "validators/northgate-dev-1", "verify=true", "hold=true"), "Backup")
        self.assertEqual(self.reported(DEV, f"cbk/{backup}")["phase"], "Succeeded", "the change was followed to the end of the backup")
        self.until("it is verified", lambda: self.condition(DEV, f"cbk/{backup}", "Verified")["status"] == "True")
        self.already(DEV, "verify", f"cbk/{backup}")
        self.already(DEV, "hold", f"cbk/{backup}")
        said = self.do(DEV, "delete", f"cbk/{backup}", code=None, timeout=90)
        self.assertEqual(said["outcome"], "timeout", "its deletion waits as it is held")
        self.assertIn("hold", self.reported(DEV, f"cbk/{backup}")["message"])
        self.console("-n", DEV, "do", "release", f"cbk/{backup}", "--yes", "--no-follow")
        self.until("it goes once released", lambda: self.console("-n", DEV, "show", f"cbk/{backup}", code=None).code == live.FAILED)

    def test_verify_says_what_it_found(self):
        self.settles(PRIVATE, "verify", "cbk/alice-bank-0")
        self.until("every part is read", lambda: self.condition(PRIVATE, "cbk/alice-bank-0", "Verified")["reason"] == "ChecksumsMatch")

    def test_an_identity_dump(self):
        dump = self.made(PRIVATE, self.settles(PRIVATE, "dump", "participants/alice-bank"), "IdentityDump")
        self.assertEqual(self.reported(PRIVATE, f"idd/{dump}")["secretRef"]["name"], dump)
        self.until("the node reports it", lambda: self.reported(PRIVATE, "participants/alice-bank")["lastIdentityDump"]["name"] == dump)

    def test_a_wallet_user(self):
        user = self.made(DEV, self.settles(DEV, "walletuser", "validators/northgate-dev-1", "username=Nora.Lind@northgate"), "WalletUser")
        self.assertTrue(user.startswith("nora-lind-northgate-"), user)
        self.until("it is onboarded", lambda: self.reported(DEV, f"wu/{user}").get("partyId"))

    def test_an_invitation(self):
        invited = self.made(PRIVATE, self.settles(PRIVATE, "invite", "supervalidators/lighthouse-sv", "validator=meridian-9", "expiresIn=2h"), "ValidatorOnboarding")
        self.assertEqual(self.reported(PRIVATE, f"vo/{invited}")["phase"], "Issued")

    def test_a_connection(self):
        edge = "sdc/carol-clearing-harbor"
        self.already(PRIVATE, "connect", edge)
        self.settles(PRIVATE, "disconnect", edge)
        self.assertEqual(self.reported(PRIVATE, edge)["phase"], "Disconnected")
        self.already(PRIVATE, "disconnect", edge)
        self.settles(PRIVATE, "connect", edge)
        self.until("it is connected", lambda: self.reported(PRIVATE, edge)["phase"] == "Connected")

    def test_a_bridge_needs_two_sides(self):
        said = self.do(DEV, "bridge", "validators/northgate-dev-1", code=None)
        self.assertEqual(said["outcome"], "failed", said)
        self.assertIn("exactly one connection to a public network and at least one to a private one", said["message"])

    def test_users_and_providers(self):
        users = json.loads(self.kubectl("get", "ledgerusers", "-n", PRIVATE, "-o", "json"))["items"]
        user = next(u for u in users if u["status"].get("active") and u["status"]["phase"] == "Ready")["metadata"]["name"]
        self.settles(PRIVATE, "deactivate", f"lu/{user}")
        self.assertIs(self.reported(PRIVATE, f"lu/{user}")["active"], False)
        self.already(PRIVATE, "deactivate", f"lu/{user}")
        self.settles(PRIVATE, "activate", f"lu/{user}")
        self.assertIs(self.reported(PRIVATE, f"lu/{user}")["active"], True)
        idp = "idp/devnet-keycloak"
        self.settles(DEV, "deactivate", idp)
        self.assertIn("Deactivated", self.reported(DEV, idp)["message"])
        self.settles(DEV, "activate", idp)
        self.settles(DEV, "restrict", idp, "audience=https://ledger.devnet.example")
        self.assertEqual((self.declared(DEV, idp)["audience"], self.declared(DEV, idp)["allowAllAudiences"]), ("https://ledger.devnet.example", False))

    def kubectl(self, *args):
        import subprocess
        return subprocess.run([os.path.join(rigs.binaries(), "kubectl"), "--kubeconfig", self.kubeconfig, "--context", "platform-admin", *args], check=True,
                              capture_output=True, text=True, timeout=60).stdout

    def test_connections_are_tested(self):
        for target in ("idp/mainnet-keycloak", "wp/northgate-vault", "kms/harbor-kms"):
            with self.subTest(target):
                plural = {"idp": "identityproviderconfigs", "wp": "walletproviders", "kms": "kmsconfigs"}[target.split("/")[0]]
                ns = next(i["metadata"]["namespace"] for i in json.loads(self.kubectl("get", plural, "-A", "-o", "json"))["items"]
                          if i["metadata"]["name"] == target.split("/")[1])
                self.settles(ns, "probe", target)
                self.assertIn("trigger", self.reported(ns, target)["handledRequests"])

    def test_a_wallet_provider(self):
        ns = next(i["metadata"]["namespace"] for i in json.loads(self.kubectl("get", "walletproviders", "-A", "-o", "json"))["items"])
        self.settles(ns, "deactivate", "wp/northgate-vault")
        self.assertEqual(self.condition(ns, "wp/northgate-vault", "Ready")["reason"], "Disabled")
        self.settles(ns, "activate", "wp/northgate-vault")
        self.assertEqual(self.condition(ns, "wp/northgate-vault", "Ready")["status"], "True")

    def test_a_package(self):
        dar = "dd/harbor-settlement-1-2-0"
        # One of its nodes is down, so it does not settle; the others do as asked.

        def at(name):
            return next((t for t in self.reported(PRIVATE, dar)["targets"] if t["name"] == name), {"vetted": False, "uploaded": False})

        def do(action, *params):
            self.console("-n", PRIVATE, "do", action, dar, *params, "--yes", "--no-follow")
        do("unvet")
        self.until("alice-bank no longer vets it", lambda: not at("alice-bank")["vetted"])
        do("vet")
        self.until("alice-bank vets it again", lambda: at("alice-bank")["vetted"])
        do("deploy", "kind=Validator", "node=harbor-bridge")
        self.until("it is known there too", lambda: at("harbor-bridge")["uploaded"])
        self.already(PRIVATE, "deploy", dar, "kind=Validator", "node=harbor-bridge")

    def test_a_topology_change(self):
        change = "tc/host-clearing-on-bridge"
        self.settles(PRIVATE, "approve", change)
        self.until("all have signed", lambda: self.reported(PRIVATE, change)["phase"] == "Effective", 60)
        self.assertEqual(self.declared(PRIVATE, change)["authorize"]["by"], "paula")
        self.already(PRIVATE, "reject", change)

    def test_an_upgrade_of_somebody_else(self):
        upgrade = "upg/mainnet-0-4-16"
        before = self.reported(MAIN, upgrade)
        self.assertEqual(before["phase"], "AwaitingApproval", before)
        self.settles(MAIN, "suspend", upgrade)
        notes = json.loads(self.kubectl("get", "upgrade", "mainnet-0-4-16", "-n", MAIN, "-o", "json"))["metadata"]["annotations"]
        self.assertEqual(notes[f"{rigs.GROUP}/requested-by"], "jonas.weber", "who asked for it stays named, or anybody could approve their own")
        self.settles(MAIN, "resume", upgrade)
        self.settles(MAIN, "approve", upgrade)
        self.assertEqual(self.declared(MAIN, upgrade)["promotion"]["approvedBy"], "paula")
        self.until("the operator takes the approval", lambda: self.condition(MAIN, upgrade, "Approved")["status"] == "True")
        self.already(MAIN, "approve", upgrade)
        self.settles(MAIN, "cancel", upgrade)

    def test_an_upgrade_of_ones_own(self):
        self.until("legacy-probe serves", lambda: self.reported(DEV, "participants/legacy-probe").get("phase") == "Ready", 60)
        now = self.declared(DEV, "participants/legacy-probe")["imageTag"]
        self.create("verbs-own", "platform-admin", toVersion="2.9.9", fromVersion=now)
        self.already(DEV, "approve", "upg/verbs-own")
        self.until("it waits", lambda: self.reported(DEV, "upg/verbs-own").get("phase") == "AwaitingApproval", 60)
        ran = self.console("-n", DEV, "do", "approve", "upg/verbs-own", "--yes", code=live.USAGE)
        self.assertIn("Another person has to approve it", ran.err)
        self.settles(DEV, "rollback", "upg/verbs-own", f"tag={now}")
        self.assertEqual(self.reported(DEV, "upg/verbs-own")["phase"], "RolledBack")
        self.assertEqual(self.declared(DEV, "participants/legacy-probe")["imageTag"], now)
        self.already(DEV, "rollback", "upg/verbs-own", f"tag={now}")


if __name__ == "__main__":
    live.main()
