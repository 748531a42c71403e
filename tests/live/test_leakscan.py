#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scan for secrets finds what is planted, in every form and place, and nothing else."""

import base64
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import zipfile

from leakscan import LeakScan

HERE = os.path.dirname(os.path.abspath(__file__))


def token(seed, length=200, letters="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"):
    return "".join(random.Random(seed).choices(letters, k=length))


REFRESH = "rt/" + token(1, 90) + "=&" + token(2, 20)
JWT = base64.urlsafe_b64encode(b'{"alg":"RS256","typ":"JWT","kid":"key-of-the-issuer-1"}').decode().rstrip("=") + "." + token(3, 400) + "." + token(4, 342)
CODE = token(5, 36)
SECRETS = {"refresh token": REFRESH, "ID token": JWT, "code": CODE}


class Scan(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="quarterdeck-leakscan-")
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def scan(self, **more):
        return LeakScan(SECRETS, [self.folder], temporary=False, **more)

    def plant(self, data, name="file"):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())
        return path

    def finds(self, secret, data, name="file"):
        path = self.plant(data, name)
        found = self.scan().scan()
        self.assertEqual(found, [f"{secret} in {path}"], f"{len(data)} bytes")
        with self.assertRaises(AssertionError) as raised:
            self.scan().check()
        for value in SECRETS.values():
            self.assertNotIn(value[:16], str(raised.exception).replace(value.split(".")[0], "") if "." in value else str(raised.exception))
        os.remove(path)

    def test_every_form(self):
        for name, secret in SECRETS.items():
            wrapped = f'line one\n{{"x":"{secret}"}}\n'
            for data in (secret, wrapped, urllib.parse.quote(secret, safe=""), urllib.parse.urlencode({"a": secret}), json.dumps({"t": secret}),
                         json.dumps(secret).replace("/", "\\/"), secret.encode().hex(), secret.encode().hex().upper(), secret.encode("utf-16-le"), secret.encode("utf-16-be")):
                with self.subTest(secret=name, form=str(data)[:20]):
                    self.finds(name, data)
            for shift in range(6):
                for encode in (base64.b64encode, base64.urlsafe_b64encode):
                    with self.subTest(secret=name, base64=shift):
                        self.finds(name, encode(b"abcdef"[:shift] + secret.encode() + b"\n"))

    def test_cut(self):
        for name, secret in SECRETS.items():
            body = secret.split(".", 1)[1] if name == "ID token" else secret
            for start in range(0, max(1, len(body) - 40), 7):
                self.finds(name, f"token={body[start:start + 40]}… (shortened)")
        self.finds("code", f"?code={CODE}&state=1")

    def test_compressed(self):
        self.finds("refresh token", gzip.compress(b"log " * 100 + REFRESH.encode()), "quarterdeck.log.1.gz")
        path = os.path.join(self.folder, "crash.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("memory", "x" * 1000 + CODE)
        self.assertEqual(self.scan().scan(), [f"code in {path}"])

    def test_names_and_links(self):
        self.plant("", f"callback-{CODE}")
        os.symlink("/nowhere/" + CODE, os.path.join(self.folder, "link"))
        self.assertEqual(len(self.scan().scan()), 2)

    def test_nothing_is_nothing(self):
        self.plant(token(9, 100000))
        self.plant(JWT.split(".")[0] + ".", "header of any token of that issuer")
        self.plant(SECRETS["code"][:12], "a few characters")
        scan = self.scan()
        self.assertEqual(scan.scan(), [])
        self.assertEqual(scan.files, 3)
        scan.check()

    def test_what_is_allowed(self):
        path = self.plant(REFRESH, "keyrings/login.keyring")
        self.assertEqual(self.scan(allowed=[os.path.dirname(path)]).scan(), [])
        self.assertEqual(len(self.scan(allowed=[os.path.join(self.folder, "keyring")]).scan()), 1)

    def test_what_was_printed(self):
        scan = self.scan()
        scan.text("standard error", "all is well")
        self.assertEqual(scan.report(), [])
        scan.text("standard error", f"POST /token refresh_token={urllib.parse.quote(REFRESH)}")
        self.assertEqual(scan.report(), ["refresh token in standard error"])

    def test_secrets_that_come_later(self):
        scan = self.scan()
        self.plant("verifier " + token(77, 43))
        self.assertEqual(scan.scan(), [])
        scan.add({"verifier": token(77, 43)})
        self.assertEqual(len(scan.scan()), 1)

    def test_a_secret_too_short_is_said(self):
        with self.assertRaises(ValueError):
            LeakScan({"pin": "1234"})

    def test_temporary_files(self):
        with tempfile.TemporaryDirectory() as other:
            scan = LeakScan(SECRETS)
            scan.temporary = [other]
            os.makedirs(os.path.join(other, "deep", "er"))
            path = os.path.join(other, "deep", "er", "page.html")
            with open(path, "w") as f:
                f.write(CODE)
            self.assertEqual(scan.scan(), [f"code in {path}"])
            os.utime(path, (1, 1))   # of another day, and not of this run
            scan = LeakScan(SECRETS)
            scan.temporary = [other]
            self.assertEqual(scan.scan(), [])

    def test_processes(self):
        hidden = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, env={**os.environ, "TOKEN": REFRESH})
        shown = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()", f"https://issuer/?code={CODE}"], stdin=subprocess.PIPE)
        plain = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
        try:
            for process, wanted in ((hidden, "refresh token in /proc/…/environ"), (shown, "code in /proc/…/cmdline of python"), (plain, None)):
                scan = self.scan()
                scan.look_at_processes(process.pid)
                report = scan.report()
                self.assertEqual(len(report), 1 if wanted else 0, report)
                if wanted:
                    self.assertTrue(report[0].startswith(wanted), report)
        finally:
            for process in (hidden, shown, plain):
                process.stdin.close()
                process.wait()

    def test_a_process_of_a_moment(self):
        scan = self.scan()
        with scan.watching(os.getpid()):
            subprocess.run(["sh", "-c", "sleep 0.3", "xdg-open", f"https://issuer/?code={CODE}"], check=True)
        self.assertTrue(any("cmdline" in line for line in scan.report()), scan.report())
        self.assertFalse(self.scan().report())

    def test_as_a_program(self):
        secrets = self.plant("".join(f"{name}\t{value}\n" for name, value in SECRETS.items()), "secrets.tsv")
        self.plant("nothing", "logs/a.log")
        command = [sys.executable, os.path.join(HERE, "leakscan.py"), "--secrets", secrets, "--folder", self.folder, "--pid", str(os.getpid())]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.plant("x" + CODE, "logs/b.log")
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("code in", done.stdout)
        self.assertNotIn(CODE, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
