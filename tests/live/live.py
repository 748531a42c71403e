# SPDX-License-Identifier: GPL-3.0-or-later
"""What the live test modules share: the program under test, one rig a module, streams of `watch`, and the exit code 77 for "skipped"."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import rig as rigs  # noqa: E402
from rig import API, Rig, RigMissing  # noqa: E402

# Exit codes of the command line.
DONE, FAILED, USAGE, UNREACHABLE, FORBIDDEN, CONFLICT, UNSETTLED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130


class Ran:
    """A finished command."""

    def __init__(self, args, code, out, err, seconds):
        self.args = args
        self.code = code
        self.out = out
        self.err = err
        self.seconds = seconds

    @property
    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            raise AssertionError(f"not one JSON document on stdout of {self}") from None

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]

    def __str__(self):
        return f"quarterdeck {' '.join(self.args)} -> {self.code}\nstdout: {self.out[-3000:]}\nstderr: {self.err[-3000:]}"


def program():
    path = os.environ.get("QD_BIN", "")
    if not path or not os.access(path, os.X_OK):
        raise RigMissing(f"QD_BIN does not name the quarterdeck program ({path or 'not set'}); build it and set QD_BIN to its path")
    return os.path.abspath(path)


def environment(folder, kubeconfig, extra):
    """A bare environment with a home of its own, so that nothing of the person's machine matters."""
    env = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH",
                                                       "QUARTERDECK_DEMO_INSTRUMENTS")}
    env.update({"HOME": folder, "XDG_CONFIG_HOME": os.path.join(folder, "config"), "XDG_STATE_HOME": os.path.join(folder, "state"),
                "XDG_DATA_HOME": os.path.join(folder, "data"), "XDG_CACHE_HOME": os.path.join(folder, "cache"), "XDG_RUNTIME_DIR": folder})
    if kubeconfig is not None:
        env["KUBECONFIG"] = kubeconfig
    env.update(extra or {})
    return env


class Stream:
    """A running `watch`: its objects as they come, each with the time it came."""

    def __init__(self, command, env):
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        preexec_fn=rigs.die_with_parent)
        self.seen = []
        self._queue = queue.Queue()
        self._errors = []
        self._readers = [threading.Thread(target=self._read, daemon=True), threading.Thread(target=self._read_errors, daemon=True)]
        for reader in self._readers:
            reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._queue.put((time.monotonic(), line))
        self._queue.put((time.monotonic(), None))

    def _read_errors(self):
        for line in self.process.stderr:
            self._errors.append(line)

    @property
    def err(self):
        return "".join(self._errors)

    def next(self, timeout):
        """The next object, or None when the stream ended; raises queue.Empty after `timeout` seconds without one."""
        at, line = self._queue.get(timeout=timeout)
        if line is None:
            return None
        event = json.loads(line)
        event["_at"] = at
        self.seen.append(event)
        return event

    def until(self, wanted, timeout=30):
        """Reads until `wanted(event)`; gives that event."""
        deadline = time.monotonic() + timeout
        while True:
            left = deadline - time.monotonic()
            try:
                event = self.next(max(0.01, left))
            except queue.Empty:
                event = None
                if left > 0.01:
                    continue
            if event is None:
                last = [{k: e.get(k) for k in ("event", "name", "resourceVersion")} for e in self.seen[-5:]]
                raise AssertionError(f"the awaited event did not come within {timeout} s; the last were {last}; stderr: {self.err[-2000:]}")
            if wanted(event):
                return event

    def event(self, kind, timeout=30, **fields):
        return self.until(lambda e: e["event"] == kind and all(e.get(k) == v for k, v in fields.items()), timeout)

    def drain(self, quiet=1.0, limit=30):
        """Reads until nothing came for `quiet` seconds."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            try:
                if self.next(quiet) is None:
                    return
            except queue.Empty:
                return

    def rows(self):
        """What a reader of the stream believes now: uid to last event."""
        known = {}
        for e in self.seen:
            if e["event"] in ("added", "modified"):
                known[e["uid"]] = e
            elif e["event"] == "deleted":
                known.pop(e["uid"], None)
        return known

    def stop(self, how=signal.SIGINT, timeout=10):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"watch did not end within {timeout} s of signal {how}") from None
        self.close()
        return code

    def close(self):
        """After the process ended (or to end it)."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for reader in self._readers:
            reader.join(5)
        self.process.stdout.close()
        self.process.stderr.close()


class LiveCase(unittest.TestCase):
    """One rig for all tests of the class. `rig_options`, `resources` and `examples` say how it starts."""

    maxDiff = 4000
    rig_options = {}
    resources = True
    examples = True
    needs_rig = True

    @classmethod
    def setUpClass(cls):
        cls.program = program()
        cls.home = tempfile.mkdtemp(prefix="quarterdeck-live-")
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.rig = None
        if cls.needs_rig:
            cls.rig = Rig(**cls.rig_options)
            cls.addClassCleanup(cls.rig.stop)
            cls.rig.start()
            if cls.resources:
                cls.rig.install()
            if cls.examples:
                cls.loaded = cls.rig.load_examples()
        cls.prepare()

    @classmethod
    def prepare(cls):
        """For subclasses, after the rig stands."""

    def command(self, *args, context=None):
        command = [self.program]
        if context:
            command += ["--context", context]
        return command + [str(a) for a in args]

    def env(self, kubeconfig=None, extra=None, home=None):
        if kubeconfig is None and self.rig is not None:
            kubeconfig = self.rig.kubeconfig
        return environment(home or self.home, kubeconfig, extra)

    def run_program(self, *args, context=None, kubeconfig=None, env=None, home=None, timeout=60, input=None, cwd=None):
        command = self.command(*args, context=context)
        began = time.monotonic()
        try:
            done = subprocess.run(command, env=self.env(kubeconfig, env, home), input=input, stdin=None if input is not None else subprocess.DEVNULL,
                                  capture_output=True, timeout=timeout, cwd=cwd, preexec_fn=rigs.die_with_parent)
        except subprocess.TimeoutExpired as e:
            self.fail(f"quarterdeck {' '.join(command[1:])} did not end within {timeout} s\nstdout: {(e.stdout or b'')[-2000:]}\nstderr: {(e.stderr or b'')[-2000:]}")
        return Ran(command[1:], done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"), time.monotonic() - began)

    def qd(self, *args, code=DONE, **more):
        """Runs the program and checks its exit code."""
        ran = self.run_program(*args, **more)
        if code is not None:
            self.assertEqual(ran.code, code, str(ran))
        return ran

    def watch(self, *args, context=None, kubeconfig=None, env=None):
        stream = Stream(self.command("watch", *args, "-o", "json", context=context), self.env(kubeconfig, env))
        self.addCleanup(stream.close)
        return stream

    def assertSays(self, ran, *words):
        """Stderr is a sentence for a person: the words in it, no JSON dump, no C++ or Qt internals."""
        for word in words:
            self.assertIn(word.lower(), (ran.err + ran.out).lower(), str(ran))
        self.assertTrue(ran.err.strip() or ran.out.strip(), f"nothing is said: {ran}")
        for internal in ("terminate called", "QNetworkReply", "std::", "ASSERT", "Segmentation"):
            self.assertNotIn(internal, ran.err, str(ran))

    # Objects

    @staticmethod
    def collection(plural, namespace=None):
        return API + (f"/namespaces/{namespace}" if namespace else "") + "/" + plural

    def get(self, plural, namespace, name):
        return self.rig.want("GET", f"{self.collection(plural, namespace)}/{name}")

    def remove(self, plural, namespace, name):
        """Deletes as a second client, with the annotation the policy wants."""
        self.rig.want("PATCH", f"{self.collection(plural, namespace)}/{name}", {"metadata": {"annotations": {f"{rigs.GROUP}/confirm-delete": name}}})
        self.rig.want("DELETE", f"{self.collection(plural, namespace)}/{name}")

    def patch(self, plural, namespace, name, body, **more):
        return self.rig.want("PATCH", f"{self.collection(plural, namespace)}/{name}", body, **more)


def main():
    """unittest, with "skipped" (77) or a failure (QD_LIVE=required) when a server is missing."""
    try:
        program()
        rigs.binaries()
    except RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if rigs.missing_is_failure() else 77)
    unittest.main(module=sys.modules["__main__"], verbosity=2, warnings="ignore")
