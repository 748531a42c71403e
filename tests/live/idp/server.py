# SPDX-License-Identifier: GPL-3.0-or-later
"""What the two providers have in common: programs brought by build.sh, a folder, a process that ends with this one."""

import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from rig import RigFailed, RigMissing, die_with_parent  # noqa: E402


def programs():
    """The folder with keycloak/, provider/, node and java."""
    done = subprocess.run(["bash", os.path.join(HERE, "build.sh")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise RigMissing(f"the identity providers could not be brought ({last}); run tests/live/idp/build.sh with mvn on PATH")
    return done.stdout.strip().splitlines()[-1]


class Server:
    """A process in a folder of its own, its output in NAME.log there. Started by `spawn`, ready after `wait`, ended by `stop` (SIGKILL).
    Call `spawn` on a thread that lives as long: the process ends with it."""

    name = "server"
    limit = 120.0

    def __init__(self, directory=None):
        self.directory = directory or tempfile.mkdtemp(prefix="quarterdeck-idp-")
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        self.process = None

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def start(self):
        self.spawn()
        self.wait()
        return self

    def run(self, command, env=None):
        with open(os.open(self.path(self.name + ".log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory, env=env,
                                            preexec_fn=die_with_parent, start_new_session=True)

    def wait(self):
        deadline = time.monotonic() + self.limit
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RigFailed(f"{self.name} ended with code {self.process.returncode}:\n{self.log_tail()}")
            try:
                if self.ready():
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise RigFailed(f"{self.name} was not ready after {self.limit:.0f} s:\n{self.log_tail()}")

    def stop(self, how=signal.SIGKILL):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait()

    def pause(self):
        """kill -STOP: connections are taken, nobody answers."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def log_tail(self, lines=8):
        try:
            with open(self.path(self.name + ".log"), "rb") as f:
                return "\n".join(f.read()[-8192:].decode("utf-8", "replace").splitlines()[-lines:])
        except OSError:
            return ""
