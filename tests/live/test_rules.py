#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alert rules of resources/rules by promtool: they parse, they fire when they must and only then, and each says what to do. The dashboards'
queries answer what their titles say, and what they say of alerts is so."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402

import yaml  # noqa: E402

# Real, and not in the generated list: one for each connection, and what the client side takes over from the sequencer's.
UNLISTED = {"daml_sequencer_client_sequencer_connection_pool_connection_health", "daml_sequencer_client_traffic_control_extra_traffic_purchased",
            "daml_sequencer_client_traffic_control_extra_traffic_consumed", "daml_sequencer_client_traffic_control_base_traffic_remainder"}
RULES = os.path.join(live.HERE, "..", "..", "resources", "rules")


def promtool(*args, cwd=None):
    if not shutil.which("promtool"):
        raise rigs.RigMissing("promtool is not installed; on Debian the package prometheus has it")
    return subprocess.run(["promtool", *args], capture_output=True, text=True, cwd=cwd, timeout=100, preexec_fn=rigs.die_with_parent)


def prometheus_rule():
    with open(os.path.join(RULES, "canton-alerts.yaml")) as file:
        return yaml.safe_load(file)


def all_rules():
    return [rule for group in prometheus_rule()["spec"]["groups"] for rule in group["rules"]]


class Rules(live.LiveCase):
    needs_rig = False
    resources = examples = False

    @classmethod
    def prepare(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        with open(os.path.join(cls.folder, "rules.yml"), "w") as file:
            json.dump(prometheus_rule()["spec"], file)
        with open(os.path.join(live.HERE, "rules", "canton-alerts.test.yaml")) as file:
            cls.cases = file.read()
        promtool("--version")

    def cased(self, text):
        with open(os.path.join(self.folder, "cases.yml"), "w") as file:
            file.write(text)
        return promtool("test", "rules", "cases.yml", cwd=self.folder)

    def test_the_object_is_one_the_operator_takes(self):
        rule = prometheus_rule()
        self.assertEqual((rule["apiVersion"], rule["kind"]), ("monitoring.coreos.com/v1", "PrometheusRule"))
        self.assertEqual(promtool("check", "rules", "rules.yml", cwd=self.folder).returncode, 0)

    def test_each_says_how_bad_it_is_and_what_to_do(self):
        for rule in all_rules():
            with self.subTest(alert=rule["alert"], severity=rule["labels"]["severity"]):
                self.assertIn(rule["labels"]["severity"], ("critical", "warning"))
                self.assertEqual(set(rule["annotations"]), {"summary", "description", "runbook_url"})
                self.assertRegex(rule["annotations"]["runbook_url"], r"^https://docs\.canton\.network/\S+$")
        with open(os.path.join(RULES, "README.md")) as file:
            told = file.read()
        for name in {rule["alert"] for rule in all_rules()}:
            self.assertRegex(told, rf"\b{re.sub('^(Participant|Sequencer|Mediator)(?=Pruning)', '', name)}\b")

    def test_what_fires_and_what_does_not(self):
        done = self.cased(self.cases)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_alert_has_a_case_in_which_it_fires(self):
        for name in {rule["alert"] for rule in all_rules()}:
            fires = re.search(rf"alertname: {name}\n\s+exp_alerts:\n|alertname=\"{name}\",alertstate=\"firing\"", self.cases)
            self.assertTrue(fires or (name.endswith("PruningBehind") and ".*PruningBehind" in self.cases), name)

    def test_a_case_can_fail(self):
        """A case with another reading: promtool must not be content with anything."""
        head = self.cases[:self.cases.index("tests:\n")]
        traffic = self.cases[self.cases.index("# Traffic:"):self.cases.index("# Volumes:")]
        self.assertEqual(self.cased(head + "tests:\n" + traffic).returncode, 0)
        broken = head + "tests:\n" + traffic.replace("'812.4x80'", "'48120x80'")
        self.assertNotEqual(broken, head + "tests:\n" + traffic)
        self.assertNotEqual(self.cased(broken).returncode, 0)

    def test_every_metric_has_a_source(self):
        """Names are those of Canton's list, of Splice (canton.md 4.3) or of the exporters the README names."""
        shared = os.path.join(live.HERE, "..", "..", "..", "shared", "data", "canton-metrics.tsv")
        if not os.path.exists(shared):
            self.skipTest("canton-metrics.tsv is not at hand")
        with open(shared) as file:
            canton = {line.split("\t")[2] for line in file}
        for rule in all_rules():
            for name in set(re.findall(r"\b(?:daml|kube|kubelet|pg|splice)_[a-z0-9_]+", rule["expr"])):
                if name.startswith("daml_") and name not in UNLISTED:
                    self.assertTrue(name in canton, f"{rule['alert']}: {name}")

    def test_kube_state_metrics_is_told_what_the_rules_ask_for(self):
        with open(os.path.join(RULES, "kube-state-metrics.yaml")) as file:
            resources = yaml.safe_load(file)["spec"]["resources"]
        made = {f"{r['metricNamePrefix']}_{m['name']}" for r in resources for m in r["metrics"]}
        asked = {name for rule in all_rules() for name in re.findall(r"\bkube_customresource_[a-z_]+", rule["expr"])}
        self.assertEqual(asked - made, set())
        self.assertEqual(made - asked, set(), "nobody asks for it")


def dashboards():
    for path in sorted(glob.glob(os.path.join(RULES, "..", "dashboards", "*.yaml"))):
        with open(path) as file:
            yield yaml.safe_load(file)


def panels():
    return {f"{board['id']}/{panel['id']}": panel for board in dashboards() for row in board["rows"] for panel in row["panels"]}


def asked(expr):
    """A query as it goes out over an hour with nothing chosen."""
    for name, value in (("$__rate_interval", "5m"), ("$__interval", "1m"), ("$__range", "1h")):
        expr = expr.replace(name, value)
    return re.sub(r"\$[a-z_]+", ".*", expr)


class Dashboards(live.LiveCase):
    needs_rig = False
    resources = examples = False

    @classmethod
    def prepare(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        with open(os.path.join(live.HERE, "rules", "dashboards.test.yaml")) as file:
            cls.cases = yaml.safe_load(file)

    def cased(self, cases):
        with open(os.path.join(self.folder, "cases.yml"), "w") as file:
            json.dump(cases, file)
        return promtool("test", "rules", "cases.yml", cwd=self.folder)

    def test_queries_answer_what_their_titles_say(self):
        known = panels()
        for case in (c for test in self.cases["tests"] for c in test["promql_expr_test"]):
            board, panel, query = case["expr"].split("/")
            case["expr"] = asked(known[f"{board}/{panel}"]["queries"][int(query)]["expr"])
        done = self.cased(self.cases)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_alerts_on_an_axis_are_rules(self):
        rules = {rule["alert"] for rule in all_rules()}
        for name, panel in panels().items():
            with self.subTest(panel=name):
                self.assertLessEqual(set(panel.get("alerts", [])) - {"*"}, rules)

    def test_a_threshold_that_speaks_of_an_alert_is_a_rules(self):
        """The figure, the level and the wait of one of the alerts that the panel names."""
        spoken = 0
        for name, panel in panels().items():
            for threshold in panel.get("thresholds", []):
                if "alert" not in threshold["words"]:
                    continue
                spoken += 1
                wait = re.search(r" for (\d+) m$", threshold["words"])
                with self.subTest(panel=name, words=threshold["words"]):
                    self.assertTrue(wait, "it does not say after how long")
                    share = (100 - threshold["value"]) / 100 if "above" in threshold["words"] else threshold["value"] / 100
                    figures = {threshold["value"], round(share, 3)} if panel["unit"] == "percent" else {threshold["value"]}
                    fit = [rule["alert"] for rule in all_rules() if rule["labels"]["severity"] == threshold["level"] and rule.get("for") == f"{wait[1]}m"
                           and any(float(f) in figures for f in re.findall(r"[<>] (-?[0-9.]+)$", rule["expr"], re.M))
                           and (rule["alert"] in panel.get("alerts", []) or panel.get("alerts") == ["*"])]
                    self.assertTrue(fit, "no rule of resources/rules fires there")
        self.assertGreaterEqual(spoken, 6)


def skip_unless(there):
    """77 when what a module needs is not installed; with QD_LIVE=required that is a failure."""
    try:
        there()
    except rigs.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if rigs.missing_is_failure() else 77)


if __name__ == "__main__":
    skip_unless(lambda: promtool("--version"))
    live.main()
