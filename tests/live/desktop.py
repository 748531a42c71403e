# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of its own for one test: Xvfb, a window manager, a session bus, the accessibility bus, and what is started on it.

Nothing of the machine's desktop is seen: no service of it is activated (the session bus knows no service folders). What is started
here, and what that starts, ends with `Desktop.end()`, whatever happened; `missing()` says which programs are not installed.
"""

import collections
import ctypes
import os
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import time

import rig as rigs

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
SESSION_CONF = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""


def missing():
    """What has to be installed first, as packages of Debian; empty: all is there."""
    out = [package for program, package in (("Xvfb", "xvfb"), ("dbus-daemon", "dbus-daemon"), ("xdotool", "xdotool"), ("openbox", "openbox"))
           if shutil.which(program) is None]
    if not any(map(os.path.exists, LAUNCHERS)):
        out.append("at-spi2-core")
    try:
        import gi  # noqa: F401
    except ImportError:
        out.append("python3-gi")
    return out


def descendants(pid):
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as f:
                    parents.setdefault(int(f.read().rsplit(")", 1)[1].split()[1]), []).append(int(name))
            except OSError:
                pass
    found, ask = [], [pid]
    while ask:
        for child in parents.get(ask.pop(), []):
            found.append(child)
            ask.append(child)
    return found


class Desktop:
    """`environment()` is what a program needs to be on it."""

    SIZE = (1440, 900)

    def __init__(self):
        # Whatever the launchers start becomes ours when they end, and is found and ended.
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
        self.folder = tempfile.mkdtemp(prefix="quarterdeck-desktop-")
        os.chmod(self.folder, 0o700)
        self.before = set(descendants(os.getpid()))
        self.processes = []

    def start(self):
        log = self.log = open(os.path.join(self.folder, "log"), "ab")
        for _ in range(5):   # two servers that start at once may choose the same number
            self.display = self._server(log)
            if self._answers():
                break
        conf = os.path.join(self.folder, "session.conf")
        with open(conf, "w") as f:
            f.write(SESSION_CONF.format(folder=self.folder))
        read, write = os.pipe()
        self._spawn(["dbus-daemon", f"--config-file={conf}", f"--print-address={write}", "--nofork", "--nopidfile", "--nosyslog"],
                    pass_fds=(write,), stdout=log, stderr=log)
        os.close(write)
        self.address = self._line(read, "dbus-daemon")
        self._spawn(["openbox", "--sm-disable"], stdout=log, stderr=log)
        launcher = next(path for path in LAUNCHERS if os.path.exists(path))
        self._spawn([launcher, "--launch-immediately"], stdout=log, stderr=log)

    def _server(self, log):
        read, write = os.pipe()
        self._spawn(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{self.SIZE[0]}x{self.SIZE[1]}x24", "-nolisten", "tcp", "-fbdir", self.folder],
                    pass_fds=(write,), stdout=log, stderr=log)
        os.close(write)
        return ":" + self._line(read, "Xvfb")

    def _answers(self):
        done = subprocess.run(["xdotool", "getdisplaygeometry"], env=self.environment(), capture_output=True, text=True, timeout=10)
        return self.processes[-1].poll() is None and done.stdout.split() == [str(n) for n in self.SIZE]

    def environment(self):
        env = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH")}
        env.update({"HOME": self.folder, "XDG_RUNTIME_DIR": self.folder, "XDG_CONFIG_HOME": os.path.join(self.folder, "config"),
                    "XDG_STATE_HOME": os.path.join(self.folder, "state"), "XDG_CACHE_HOME": os.path.join(self.folder, "cache"),
                    "XDG_DATA_HOME": os.path.join(self.folder, "data"), "GIO_USE_VFS": "local", "GSETTINGS_BACKEND": "memory",
                    "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_ACCESSIBILITY": "1", "LC_ALL": "C.UTF-8"})
        if hasattr(self, "display"):
            env["DISPLAY"] = self.display
        if hasattr(self, "address"):
            env["DBUS_SESSION_BUS_ADDRESS"] = self.address
        return env

    def open(self, *command, **more):
        """A program on it; its words are in `log_text()`."""
        return self._spawn(list(command), stdout=self.log, stderr=self.log, **more)

    def keys(self, *names):
        """Keys as a person presses them: "alt+1", "Tab", "ctrl+k"."""
        subprocess.run(["xdotool", "key", "--clearmodifiers", "--delay", "8", *names], env=self.environment(), check=True, timeout=10)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "8", text], env=self.environment(), check=True, timeout=20)

    def log_text(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as f:
            return f.read()[-3000:]

    def pixels(self):
        """(width, height, bytes a line, pixels as BGRX) of what the screen shows: Xvfb keeps it in a file of xwd's form."""
        with open(os.path.join(self.folder, "Xvfb_screen0"), "rb") as f:
            data = f.read()
        head = struct.unpack(">25I", data[:100])
        return head[4], head[5], head[12], data[head[0] + 12 * head[19]:]

    def colours(self, left=0, top=0, right=1 << 30, bottom=1 << 30):
        """How often a part of the screen has which colour, "#rrggbb"."""
        width, height, line, data = self.pixels()
        counts = collections.Counter()
        for y in range(top, min(bottom, height)):
            counts.update(struct.unpack_from(f"<{min(right, width) - left}I", data, y * line + left * 4))
        out = collections.Counter()
        for value, count in counts.items():
            out[f"#{value & 0xffffff:06x}"] += count
        return out

    def most_common(self, *part):
        return self.colours(*part).most_common(1)[0][0]

    def end(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 5
        for process in reversed(self.processes):
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for pid in set(descendants(os.getpid())) - self.before:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        if hasattr(self, "log"):
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self, command, **more):
        process = subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL, preexec_fn=rigs.die_with_parent, **more)
        self.processes.append(process)
        return process

    def _line(self, descriptor, who):
        with os.fdopen(descriptor, "rb") as f:
            readable, _, _ = select.select([f], [], [], 20)
            line = f.readline().decode().strip() if readable else ""
        if not line:
            raise AssertionError(f"{who} did not start: {self.log_text()}")
        return line
