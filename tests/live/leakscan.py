#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for secrets where none may be: files, command lines, environments, what programs printed.

A secret is found as it is, in the forms programs write it down in (percent-encoded, base64, base64url, hexadecimal, JSON with \\u or \\/
escapes, UTF-16), inside gzip and zip, and cut: any 24 characters of it in a row are a find, so that "eyJhbGciOi…(shortened)" hides nothing.
The first part of a JWT says only how it is signed, and is no secret.

    scan = LeakScan({"refresh token": token}, folders=[home])
    with scan.watching(pid):            # command lines and environments of that process and what it starts, as long as it takes
        …
    scan.text("stderr", text)
    scan.check()                        # AssertionError: what was found where; never the secret

    python3 leakscan.py --secrets FILE [--folder DIR]… [--pid N]…     FILE: name, a tab, the secret, a line each. Ends with 1 on a find.
"""

import argparse
import base64
import contextlib
import gzip
import io
import json
import os
import stat
import sys
import tempfile
import threading
import time
import urllib.parse
import zipfile
import zlib

WINDOW = 24      # characters in a row that are a find
SHORTEST = 8     # below, everything would be one
LARGEST = 64 << 20


def secret_part(secret):
    """What of it is secret: of a JWT not the header, which every token of an issuer has."""
    parts = secret.split(".")
    if len(parts) == 3 and secret.startswith("eyJ") and len(parts[1]) > WINDOW:
        return ".".join(parts[1:])
    return secret


def forms(secret):
    """The ways a program writes it down, as bytes."""
    raw = secret.encode()
    out = {raw, urllib.parse.quote(secret, safe="").encode(), urllib.parse.quote_plus(secret).encode(), urllib.parse.quote(urllib.parse.quote(secret, safe=""), safe="").encode(),
           raw.hex().encode(), raw.hex().upper().encode(), secret.encode("utf-16-le"), secret.encode("utf-16-be"),
           json.dumps(secret)[1:-1].encode(), json.dumps(secret)[1:-1].replace("/", "\\/").encode(), secret[::-1].encode()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):   # where it begins in what was encoded
            coded = encode(b"\0" * shift + raw)
            out.add(coded[4 if shift else 0:len(coded) - 4])
    return {form for form in out if len(form) >= SHORTEST}


class Needles:
    """All forms of all secrets, cut into windows."""

    def __init__(self, secrets):
        self.windows = {}
        for name, secret in secrets.items():
            if len(secret) < SHORTEST:
                raise ValueError(f"{name} is too short to be looked for ({len(secret)} characters)")
            for form in forms(secret_part(secret)):
                # Every run of twice a window (less one step) holds one of these whole; a short secret is looked for as a whole.
                for at in range(0, max(1, len(form) - WINDOW + 1), WINDOW // 2):
                    self.windows.setdefault(form[at:at + WINDOW], name)
                self.windows.setdefault(form[-WINDOW:], name)
        self.keys = set(self.windows)
        self.lengths = sorted({len(key) for key in self.windows})
        # Looked up by their first bytes: a file is walked once, not once a window.
        self.starts = {}
        for key in self.windows:
            self.starts.setdefault(key[:4], []).append(key)

    def find(self, data):
        found = set()
        if len(self.windows) < 200:
            return {name for key, name in self.windows.items() if key in data}
        for start, keys in self.starts.items():
            at = data.find(start)
            while at >= 0:
                for key in keys:
                    if data.startswith(key, at):
                        found.add(self.windows[key])
                at = data.find(start, at + 1)
        return found


def unpacked(data):
    """What lies in it compressed."""
    yield data
    if data[:2] == b"\x1f\x8b":
        with contextlib.suppress(OSError, EOFError, zlib.error):
            yield gzip.decompress(data)
    elif data[:4] == b"PK\x03\x04":
        with contextlib.suppress(zipfile.BadZipFile, RuntimeError, zlib.error):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    yield archive.read(name)


def descendants(pid):
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                with open(f"/proc/{name}/stat") as f:
                    parents.setdefault(int(f.read().rsplit(")", 1)[1].split()[1]), []).append(int(name))
    found, asked = [pid], [pid]
    while asked:
        for child in parents.get(asked.pop(), []):
            found.append(child)
            asked.append(child)
    return found


class LeakScan:
    """`folders` are searched whole, file names too; besides, files of this person that came into the temporary folders since the making of this."""

    def __init__(self, secrets, folders=(), allowed=(), temporary=True):
        self.needles = Needles(secrets)
        self.folders = [os.path.abspath(f) for f in folders]
        self.allowed = [os.path.abspath(a) for a in allowed]   # files that are the keychain's own, say
        self.began = time.time() - 1
        self.temporary = sorted({tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"}) if temporary else []
        self.found = {}
        self.files = 0
        self.processes = set()

    def add(self, secrets):
        """Secrets that came to be later."""
        more = Needles(secrets)
        self.needles.windows.update(more.windows)
        for start, keys in more.starts.items():
            self.needles.starts.setdefault(start, []).extend(keys)

    def text(self, where, data):
        self._look(where, data.encode("utf-8", "replace") if isinstance(data, str) else data)

    def _look(self, where, data):
        for part in unpacked(data):
            for name in self.needles.find(part):
                self.found.setdefault((name, where), 0)
                self.found[(name, where)] += 1

    def _walk(self, root, since=None):
        for folder, folders, names in os.walk(root):
            for name in folders + names:
                path = os.path.join(folder, name)
                if any(path == a or path.startswith(a + os.sep) for a in self.allowed):
                    continue
                with contextlib.suppress(OSError):
                    status = os.lstat(path)
                    if since is not None and (status.st_uid != os.getuid() or status.st_mtime < since):
                        continue
                    self._look(path + " (its name)", os.fsencode(name))
                    if stat.S_ISLNK(status.st_mode):
                        self._look(path + " (where it points)", os.fsencode(os.readlink(path)))
                    elif stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST:
                        with open(path, "rb") as f:
                            self._look(path, f.read())
                        self.files += 1

    def look_at_processes(self, *pids):
        for pid in pids:
            for each in descendants(pid):
                for what in ("cmdline", "environ", "comm"):
                    with contextlib.suppress(OSError):
                        with open(f"/proc/{each}/{what}", "rb") as f:
                            data = f.read()
                        if data:
                            self.processes.add(each)
                            program = data.split(b"\0")[0].decode("utf-8", "replace") if what == "cmdline" else ""
                            self._look(f"/proc/…/{what} of {os.path.basename(program) or each}", data)

    @contextlib.contextmanager
    def watching(self, *pids, every=0.01):
        """Again and again, since what is started may be gone at once (a browser's launcher with the address as an argument)."""
        over = threading.Event()

        def watch():
            while not over.is_set():
                self.look_at_processes(*pids)
                over.wait(every)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield self
        finally:
            over.set()
            watcher.join()
            self.look_at_processes(*pids)

    def scan(self):
        for root in self.folders:
            self._walk(root)
        for root in self.temporary:
            if os.path.isdir(root):
                self._walk(root, self.began)
        return self.report()

    def report(self):
        return [f"{name} in {where}" for name, where in sorted(self.found)]

    def check(self):
        found = self.scan()
        if found:
            raise AssertionError("a secret lies open: " + "; ".join(found))


def main():
    parser = argparse.ArgumentParser(description="Looks for secrets where none may be.")
    parser.add_argument("--secrets", required=True, help="a file: name, a tab, the secret, a line each")
    parser.add_argument("--folder", action="append", default=[])
    parser.add_argument("--pid", action="append", default=[], type=int)
    arguments = parser.parse_args()
    with open(arguments.secrets) as f:
        secrets = dict(line.rstrip("\n").split("\t", 1) for line in f if "\t" in line)
    if not secrets:
        parser.error("no secret in that file")
    scan = LeakScan(secrets, arguments.folder, allowed=[arguments.secrets], temporary=False)
    scan.look_at_processes(*arguments.pid)
    found = scan.scan()
    print("\n".join(found) if found else f"{len(secrets)} secrets, {scan.files} files, {len(scan.processes)} processes: nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
