#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts of the demo network's nodes, from its real Prometheus, through the API server: what is well, what ails, what chaos does to them."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import test_demonetwork as networks  # noqa: E402
import test_demotelemetry as telemetry  # noqa: E402

STATES = {"progressing", "degraded", "stuck", "not-determined"}


class Verdicts(telemetry.Telemetry):
    last = None

    def console(self, *args, **more):
        return self.qd(*args, context="platform-admin", kubeconfig=self.told["kubeconfig"], timeout=90, **more)

    def verdicts(self):
        return {(v["namespace"], v["resource"]): v for v in self.console("verdicts", "-o", "json").json}

    def verdict_now(self, ns, resource):
        """None while the network is too busy to answer, as it may be just after its start."""
        try:
            return self.verdicts().get((ns, resource))
        except AssertionError as e:
            self.last = e
            return None

    def says(self, verdict):
        return "\n".join(e["says"] for e in verdict["evidence"])

    def await_verdict(self, ns, resource, state, words, timeout=240):
        def there():
            now = self.verdict_now(ns, resource)
            self.last = now or self.last
            return now and now["state"] == state and all(w in self.says(now) for w in words)
        try:
            networks.wait_until(f"{resource} is {state}", there, timeout)
        except AssertionError as e:
            raise AssertionError(f"{e}: {self.last}") from None
        return self.last

    def await_targets(self):
        """Scraped at all: the hours before matter to nothing here."""
        def scraped():
            now = self.verdict_now(telemetry.MAINNET, "validators/northgate-validator-1")
            return now and now["state"] != "not-determined"
        networks.wait_until("a node is judged", scraped, 240)

    def test_a_what_is_well_and_what_ails(self):
        self.await_targets()
        self.await_verdict(telemetry.MAINNET, "validators/northgate-validator-1", "progressing", ["The last event of", "ingested its last transaction"], 120)
        self.await_verdict(telemetry.PRIVATE, "syncdomains/harbor", "progressing", ["went on by"], 400)
        every = self.verdicts()
        for (ns, resource), verdict in every.items():
            with self.subTest(resource=resource):
                self.assertIn(verdict["state"], STATES)
                self.assertTrue(verdict["evidence"], verdict)
                for evidence in verdict["evidence"]:
                    self.assertEqual(set(evidence), {"signal", "metric", "value", "at", "says"})
                    self.assertTrue(evidence["says"])
        self.assertIn("suspended", self.says(every[(telemetry.PRIVATE, "participants/dora-exchange")]))
        self.assertEqual(every[(telemetry.PRIVATE, "participants/dora-exchange")]["state"], "not-determined")
        self.assertNotEqual(every[(telemetry.PRIVATE, "participants/bob-custody")]["state"], "progressing")
        table = self.console("verdicts").out
        self.assertIn("NODE", table.splitlines()[0])
        self.assertRegex(table, r"validators/northgate-validator-1 +\S+ +progressing")

    def test_b_show_has_it(self):
        self.await_targets()
        shown = self.console("-n", telemetry.MAINNET, "show", "validators/northgate-validator-1", "-o", "json").json
        self.assertIn(shown["verdict"]["state"], STATES)
        self.assertEqual(shown["verdict"]["reported"]["state"], "ready")
        self.assertIn("lastEvent", shown["observed"])
        self.assertIn("progress: ", self.console("-n", telemetry.MAINNET, "show", "validators/northgate-validator-1").out)

    def test_c_chaos_has_the_right_words(self):
        self.await_targets()
        self.chaos(telemetry.PRIVATE, "syncdomainconnection/alice-bank-harbor", "stalled-sync")
        self.chaos(telemetry.DEVNET, "validator/northgate-dev-1", "crash:participant")
        self.chaos(telemetry.MAINNET, "validator/northgate-validator-1", "out-of-traffic")
        self.await_verdict(telemetry.DEVNET, "validators/northgate-dev-1", "stuck", ["northgate-dev-1-participant-0", "Kubernetes agrees"], 120)
        self.await_verdict(telemetry.MAINNET, "validators/northgate-validator-1", "stuck", ["No traffic is left", "what the node submits is rejected"], 240)
        self.await_verdict(telemetry.PRIVATE, "participants/alice-bank", "stuck", ["another node has seen one", "this one is behind."], 300)
        # Whoever is not hit goes on.
        self.assertEqual(self.verdicts()[(telemetry.PRIVATE, "syncdomains/harbor")]["state"], "progressing", self.verdicts())
        self.chaos(telemetry.PRIVATE, "syncdomainconnection/alice-bank-harbor", "none")
        self.await_verdict(telemetry.PRIVATE, "participants/alice-bank", "progressing", ["The last event of"], 120)


if __name__ == "__main__":
    live.main()
