# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of `login`, `whoami` and `logout` share: the program on a keyring of its own, and the people at the browser stand-in."""

import os
import re
import select
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "idp")]

import browser  # noqa: E402
import keyringrig  # noqa: E402
import live  # noqa: E402
import rig as rigs  # noqa: E402

NAMES = {"issuer", "subject", "user", "roles", "expiresAt", "clusterUser", "clusterGroups"}
CODE = r"\b[A-Z]{4}-?[A-Z]{4}\b"


class Console:
    """The program on a keyring of its own; `config` is the configuration folder, `profile` the one meant unless said."""

    profile = None
    ca = None

    def keep(self, display=None):
        keyringrig.require()
        self.keyring = keyringrig.KeyringRig(display=display)
        self.addCleanup(self.keyring.stop)
        self.keyring.start()
        self.temporary = os.path.join(self.keyring.folder, "tmp")
        os.makedirs(self.temporary)
        self.said = []

    def process(self, *args, profile=None, **environment):
        profile = profile or self.profile
        command = [self.program, "--config-dir", self.config, *(["--profile", profile] if profile else []), *map(str, args)]
        return subprocess.Popen(command, env=self.keyring.environment(TMPDIR=self.temporary, **environment), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=rigs.die_with_parent)

    def ended(self, process, args, code, timeout=60):
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"{args} did not end within {timeout} s\n{out}\n{err}")
        self.said += [out, err]
        ran = live.Ran([str(a) for a in args], process.returncode, out, err, 0)
        if code is not None:
            self.assertEqual(ran.code, code, str(ran))
        return ran

    def console(self, *args, code=live.DONE, profile=None, **environment):
        return self.ended(self.process(*args, profile=profile, **environment), args, code)

    def person(self, name, mode="accept", **more):
        return browser.program(self.keyring.folder, name, ca=self.ca, mode=mode, name=f"browser-{name}-{mode}", **more)

    def login(self, name, *more, profile=None, mode="accept", code=live.DONE):
        return self.console("login", "--browser", self.person(name, mode), "-o", "json", *more, profile=profile, code=code)

    def whoami(self, profile=None, code=live.DONE, **environment):
        return self.console("whoami", "-o", "json", profile=profile, code=code, **environment)

    def reads(self, process, pattern, timeout=30):
        """Its standard error until the pattern is in it; the match."""
        seen, deadline = "", time.monotonic() + timeout
        while not re.search(pattern, seen):
            ready, _, _ = select.select([process.stderr], [], [], max(0.01, deadline - time.monotonic()))
            part = os.read(process.stderr.fileno(), 4096).decode() if ready else ""
            self.assertTrue(part, f"{pattern} is not said: {seen}")
            seen += part
        self.said.append(seen)
        return re.search(pattern, seen)


def required(missing):
    """Ends with "skipped" (77), or as failed where everything is required, when the keyring's or `missing` packages are not there."""
    try:
        keyringrig.require()
        if missing:
            raise rigs.RigMissing("a screen for the keyring's dialog needs " + ", ".join(missing))
    except rigs.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if rigs.missing_is_failure() else 77)
