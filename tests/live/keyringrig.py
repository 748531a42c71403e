#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session bus and a gnome-keyring-daemon of their own, in folders of their own: nothing of the machine's keyring is read or written.

    python3 keyringrig.py up      prints {"bus": …, "folder": …, "environment": {…}} on one line and stays until its standard input ends
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import rig as rigs

PASSWORD = "correct horse"
DAEMON = "gnome-keyring-daemon"
CONF = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
SECRETS = ["/org/freedesktop/secrets", "org.freedesktop.secrets"]


def missing():
    """Packages of Debian that are not installed."""
    wanted = (("dbus-daemon", "dbus-daemon"), (DAEMON, "gnome-keyring"), ("secret-tool", "libsecret-tools"), ("dbus-send", "dbus"), ("dbus-run-session", "dbus"))
    return sorted({package for program, package in wanted if shutil.which(program) is None})


def require():
    lacking = missing()
    if lacking:
        raise rigs.RigMissing("a keyring of its own needs the packages " + ", ".join(lacking))


class KeyringRig:
    """`start()` gives an open keyring; `activated`: the bus starts a (locked) daemon where none runs, as on a desktop."""

    def __init__(self, activated=True, display=None):
        self.folder = tempfile.mkdtemp(prefix="quarterdeck-keyring-")
        os.chmod(self.folder, 0o700)
        self.activated = activated
        self.display = display
        self.address = None
        self.bus = None
        self.daemon = None

    def environment(self, **more):
        env = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS")}
        env.update({"HOME": self.folder, "XDG_RUNTIME_DIR": self.folder, "LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen",
                    "GIO_USE_VFS": "local", "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1", "GTK_A11Y": "none"})
        for name in ("config", "state", "data", "cache"):
            env[f"XDG_{name.upper()}_HOME"] = os.path.join(self.folder, name)
        if self.address:
            env["DBUS_SESSION_BUS_ADDRESS"] = self.address
        if self.display:
            env["DISPLAY"] = self.display
        env.update(more)
        return {k: v for k, v in env.items() if v is not None}

    def start(self, unlocked=True):
        self.start_bus()
        if unlocked:
            self.start_daemon()
        return self

    def start_bus(self):
        services = os.path.join(self.folder, "services")
        os.makedirs(services, exist_ok=True)
        if self.activated:
            self._service(services, "org.freedesktop.secrets", f"{shutil.which(DAEMON)} --start --foreground --components=secrets")
        prompter = next((p for p in ("/usr/libexec/gcr-prompter", "/usr/lib/gcr/gcr-prompter", "/usr/libexec/gcr4-prompter") if os.path.exists(p)), None)
        if prompter:
            self._service(services, "org.gnome.keyring.SystemPrompter", prompter)
        conf = os.path.join(self.folder, "session.conf")
        with open(conf, "w") as f:
            f.write(CONF.format(folder=self.folder))
        read, write = os.pipe()
        with open(os.path.join(self.folder, "bus.log"), "ab") as log:
            self.bus = subprocess.Popen(["dbus-daemon", f"--config-file={conf}", f"--print-address={write}", "--nofork", "--nopidfile", "--nosyslog"],
                                        env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(write,), preexec_fn=rigs.die_with_parent)
        os.close(write)
        with os.fdopen(read, "rb") as f:
            readable, _, _ = select.select([f], [], [], 20)
            self.address = f.readline().decode().strip() if readable else None
        if not self.address:
            raise AssertionError("dbus-daemon did not start: " + self.log())

    @staticmethod
    def _service(folder, name, command):
        with open(os.path.join(folder, name + ".service"), "w") as f:
            f.write(f"[D-BUS Service]\nName={name}\nExec={command}\n")

    def start_daemon(self, password=PASSWORD, replace=False):
        """A daemon of ours that unlocks with the password, or, the first time, makes the keyring with it."""
        with open(os.path.join(self.folder, "daemon.log"), "ab") as log:
            self.daemon = subprocess.Popen([DAEMON, *(["--replace"] if replace else []), "--unlock", "--foreground", "--components=secrets"], env=self.environment(),
                                           stdin=subprocess.PIPE, stdout=log, stderr=log, preexec_fn=rigs.die_with_parent)
        self.daemon.stdin.write(password.encode())
        self.daemon.stdin.close()
        self.wait(lambda: self.owner() == self.daemon.pid, "the keyring's daemon has its name on the bus")
        return self.daemon.pid

    def owner(self):
        """The process id of who serves org.freedesktop.secrets; None: nobody."""
        out = self._send("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets")
        return int(out.split()[-1]) if out else None

    def lock(self):
        out = self._send("org.freedesktop.secrets", SECRETS[0], "org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login")
        assert out is not None, self.log()

    def locked(self):
        out = self._send("org.freedesktop.secrets", SECRETS[0] + "/collection/login", "org.freedesktop.DBus.Properties.Get",
                         "string:org.freedesktop.Secret.Collection", "string:Locked")
        return out is not None and out.split()[-1] == "true"

    def kill_daemon(self):
        """Whoever serves the keyring now."""
        pid = self.owner()
        if pid is None:
            return
        os.kill(pid, signal.SIGKILL)
        if self.daemon is not None and self.daemon.pid == pid:
            self.daemon.wait()
            self.daemon = None
        self.wait(lambda: self.owner() != pid, "the bus has seen the daemon end")

    def stop_daemon(self):
        """Stopped, not ended: it answers nothing more until `resume`."""
        pid = self.owner()
        os.kill(pid, signal.SIGSTOP)
        return lambda: os.kill(pid, signal.SIGCONT)

    def secret_tool(self, *arguments, text=None):
        return subprocess.run(["secret-tool", *arguments], env=self.environment(), input=text, capture_output=True, text=True, timeout=60)

    def _send(self, destination, path, method, *arguments):
        done = subprocess.run(["dbus-send", "--session", "--print-reply", "--reply-timeout=20000", f"--dest={destination}", path, method, *arguments],
                              env=self.environment(), capture_output=True, text=True, timeout=40)
        return done.stdout if done.returncode == 0 else None

    def wait(self, wanted, what, timeout=30):
        deadline = time.monotonic() + timeout
        while not wanted():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout} s: {what}; {self.log()}")
            time.sleep(0.02)

    def log(self):
        out = []
        for name in ("bus.log", "daemon.log"):
            path = os.path.join(self.folder, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as f:
                    out.append(f.read()[-1500:])
        return "\n".join(out)

    def stop(self):
        """Ends what was started here, and what the bus started for it."""
        started = None
        try:
            started = self.owner() if self.bus is not None and self.bus.poll() is None else None
        except subprocess.TimeoutExpired:
            pass
        for process in (self.daemon, self.bus):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        if started is not None:
            try:
                os.kill(started, signal.SIGKILL)
            except ProcessLookupError:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    try:
        require()
    except rigs.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        return 1 if rigs.missing_is_failure() else 77
    rig = KeyringRig()
    try:
        rig.start()
        print(json.dumps({"bus": rig.address, "folder": rig.folder, "environment": rig.environment()}), flush=True)
        sys.stdin.read()
    finally:
        rig.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
