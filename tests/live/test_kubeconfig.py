#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`config view` against kubectl: every case gives the same document, or both refuse it."""

import concurrent.futures
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import live  # noqa: E402
import rig as rigs  # noqa: E402
from kubeconfig_cases import DIFFERENT, LAXER, STRICTER, all_cases  # noqa: E402


def differences(ours, theirs, path=""):
    """The first few places where two documents differ, as text."""
    if type(ours) is not type(theirs):
        return [f"{path or '/'}: ours {json.dumps(ours)[:200]}, theirs {json.dumps(theirs)[:200]}"]
    if isinstance(ours, dict):
        found = []
        for key in sorted(ours.keys() | theirs.keys()):
            if key not in ours or key not in theirs:
                found.append(f"{path}/{key}: only in {'ours' if key in ours else 'theirs'}: {json.dumps(ours.get(key, theirs.get(key)))[:200]}")
            else:
                found += differences(ours[key], theirs[key], f"{path}/{key}")
        return found
    if isinstance(ours, list):
        found = [f"{path}: ours has {len(ours)} elements, theirs {len(theirs)}"] if len(ours) != len(theirs) else []
        for number, pair in enumerate(zip(ours, theirs)):
            found += differences(*pair, f"{path}/{number}")
        return found
    return [] if ours == theirs else [f"{path}: ours {json.dumps(ours)[:200]}, theirs {json.dumps(theirs)[:200]}"]


def parsed(document):
    """The JSON value; the bytes themselves where Python's parser is not deep enough."""
    try:
        return json.loads(document)
    except RecursionError:
        return document


class Kubeconfig(live.LiveCase):
    needs_rig = False

    @classmethod
    def prepare(cls):
        cls.kubectl = os.path.join(rigs.binaries(), "kubectl")

    def lay_out(self, number, case):
        """Writes the case's files; gives (folder, environment, arguments)."""
        folder = os.path.join(self.home, f"case{number}")
        os.makedirs(folder)

        def put(text):
            return text.replace("@DIR@", folder)
        for name, content in case.files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if content is None:
                os.makedirs(path)
            elif isinstance(content, tuple):
                os.symlink(content[1], path)
            else:
                with open(path, "wb") as out:
                    out.write(put(content).encode() if isinstance(content, str) else content)
        home = put(case.home) if case.home else os.path.join(folder, "home")
        env = live.environment(home, put(case.kubeconfig) if case.kubeconfig is not None else None, None)
        return folder, env, [put(a) for a in case.args]

    def call(self, command, folder, env):
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")

    def theirs(self, folder, env, args):
        """kubectl's documents: flattened raw, and flattened then redacted (in two steps: kubectl's --flatten does not redact)."""
        code, raw, error = self.call([self.kubectl, "config", "view", "--flatten", "--raw", "-o", "json", *args], folder, env)
        if code != 0:
            return None, None, error
        flat = os.path.join(folder, ".flat.json")
        with open(flat, "wb") as out:
            out.write(raw)
        code, redacted, error = self.call([self.kubectl, "config", "view", "-o", "json", "--kubeconfig", flat], folder, env)
        if code != 0:
            return None, None, error
        return parsed(raw), parsed(redacted), ""

    def compare(self, number, case):
        """None, or how ours differs."""
        folder, env, args = self.lay_out(number, case)
        raw, redacted, refusal = self.theirs(folder, env, args)
        for more, expected in (["--raw"], raw), ([], redacted):
            code, out, error = self.call([self.program, *args, "config", "view", *more, "-o", "json"], folder, env)
            what = "config view " + " ".join(more)
            if expected is None:
                if code == 0:
                    return f"{what}: kubectl refuses ({refusal.strip()}), ours printed {out[:500]}"
                if not error.strip():
                    return f"{what}: refused without a word"
                continue
            if code != 0:
                return f"{what}: kubectl accepts, ours ended with {code}: {error.strip()}"
            try:
                ours = parsed(out)
            except ValueError:
                return f"{what}: not JSON: {out[:500]}"
            if ours != expected:
                return f"{what}:\n  " + "\n  ".join(differences(ours, expected)[:6])
        return None

    def test_same_as_kubectl(self):
        cases = all_cases()
        self.assertGreaterEqual(len(cases), 100)
        only = os.environ.get("QD_CASE")
        picked = [(n, c) for n, c in enumerate(cases) if not only or only in c.name]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            differences = list(pool.map(lambda nc: self.compare(*nc), picked))
        print(f"{len(picked)} kubeconfigs compared with kubectl", file=sys.stderr)
        self.assertLessEqual(set(DIFFERENT), {case.name for case in cases})
        for (_, case), difference in zip(picked, differences):
            with self.subTest(case.name):
                known = {STRICTER: "kubectl accepts, ours ended with 1: ", LAXER: "kubectl refuses"}.get(DIFFERENT.get(case.name))
                if known:
                    self.assertIn(known, difference or "", f"{case.name} is listed as a difference")
                elif difference:
                    self.fail(f"{case.name}: {difference}")


if __name__ == "__main__":
    live.main()
