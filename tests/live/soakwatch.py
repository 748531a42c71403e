# SPDX-License-Identifier: GPL-3.0-or-later
"""What soak_demo.py reads with: watches over bare HTTPS, all in one thread, that remember every version they were told of."""

import collections
import json
import select
import socket
import ssl
import threading
import time
import urllib.parse
import zlib

STAYS = (60, 70)   # seconds a coming and going reader stays: some go before the minute's bookmark, and have to list again some day


class Told(Exception):
    """The server said something no watch may hear; the text says what."""


def address(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


class Wire:
    """One streamed GET: lines of a chunked answer, read without waiting."""

    def __init__(self, where, context, path):
        self.socket = context.wrap_socket(socket.create_connection(where, timeout=20), server_hostname="127.0.0.1")
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nUser-Agent: soak/1\r\n\r\n".encode())
        self.socket.setblocking(False)
        self.raw = bytearray()
        self.text = bytearray()
        self.status = None
        self.left = 0       # of the chunk under way, with its line end
        self.ended = False

    def fileno(self):
        return self.socket.fileno()

    def pump(self):
        """Whole lines that have come."""
        while not self.ended:
            try:
                piece = self.socket.recv(262144)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError:
                piece = b""
            if not piece:
                self.ended = True
            self.raw += piece
        self._unwrap()
        *lines, rest = self.text.split(b"\n")
        self.text = rest
        return [line for line in lines if line]

    def _unwrap(self):
        if self.status is None:
            head, found, rest = self.raw.partition(b"\r\n\r\n")
            if not found:
                return
            self.status = int(head.split(b" ", 2)[1])
            self.raw = rest
            if b"chunked" not in head.lower():
                raise Told(f"not a stream: {bytes(head[:200])!r} {bytes(rest[:300])!r}")
        while self.raw:
            if self.left == 0:
                size, found, rest = self.raw.partition(b"\r\n")
                if not found:
                    return
                self.left = int(size, 16) + 2
                if self.left == 2:
                    self.ended = True
                    return
                self.raw = rest
            piece = self.raw[:self.left]
            self.text += piece[:max(0, self.left - 2)]
            self.left -= len(piece)
            del self.raw[:len(piece)]

    def close(self):
        self.socket.close()


class Reader:
    """A resource as one client knows it: LIST, then WATCH from there, again and again from the last version it was told of."""

    def __init__(self, fleet, resource, path, name, leaves):
        self.fleet, self.resource, self.path, self.name, self.leaves = fleet, resource, path, name, leaves   # after so many seconds, or None
        self.state = {}          # (namespace, name): object
        self.ended = {}          # (namespace, name): version of its deletion
        self.versions = []       # of all changes, as they came
        self.changes = {}        # version: (type, namespace, name, checksum of the event)
        self.gaps = []           # (from, to): had to list again
        self.bookmarks = self.connects = 0
        self.wire = None
        self.since = 0.0
        self.list()
        self.start = self.last

    def list(self):
        document = self.fleet.get(self.path)
        self.last = int(document["metadata"]["resourceVersion"])
        self.state = {key(item): bare(item) for item in document["items"]}
        self.ended = {}

    def connect(self):
        self.wire = Wire(self.fleet.where, self.fleet.tls, f"{self.path}?watch=1&allowWatchBookmarks=true&resourceVersion={self.last}")
        self.since = time.monotonic()
        self.connects += 1

    def read(self):
        lines = self.wire.pump()
        for line in lines:
            if not self._take(json.loads(line), zlib.crc32(line)):
                break
        if self.wire and self.wire.ended:
            self.drop()

    def fileno(self):
        return self.wire.fileno()

    def drop(self):
        if self.wire:
            self.wire.close()
        self.wire = None

    def _take(self, event, mark):
        what, thing = event["type"], event["object"]
        if what == "ERROR":
            if thing.get("code") != 410:
                raise Told(f"{self}: {thing}")
            before = self.last
            self.drop_and_list(before)
            return False
        version = int(thing["metadata"]["resourceVersion"])
        if what == "BOOKMARK":
            if version < self.last:
                raise Told(f"{self}: a bookmark of {version} after {self.last}")
            self.bookmarks += 1
            self.last = version
            return True
        if version <= self.last:
            raise Told(f"{self}: {what} {key(thing)} of version {version} after {self.last}: twice, or out of order")
        self._change(what, thing, version, mark)
        return True

    def _change(self, what, thing, version, mark):
        where = key(thing)
        known = where in self.state
        if known == (what == "ADDED"):
            raise Told(f"{self}: {what} {where}, which is {'there already' if known else 'not there'}")
        self.versions.append(version)
        self.changes[version] = (what, *where, mark)
        self.last = version
        if what == "DELETED":
            del self.state[where]
            self.ended[where] = version
        else:
            self.state[where] = bare(thing)
            self.ended.pop(where, None)

    def drop_and_list(self, before):
        self.drop()
        self.list()
        self.gaps.append((before, self.last))

    def missed(self, version):
        return any(low < version <= high for low, high in self.gaps)

    def __str__(self):
        return f"{self.resource} ({self.name})"


def key(thing):
    return thing["metadata"].get("namespace", ""), thing["metadata"]["name"]


def bare(thing):
    """Items of a list leave out what the list says for all of them."""
    return {k: v for k, v in thing.items() if k not in ("apiVersion", "kind")}


class Fleet:
    """All readers, in a thread of their own. What goes wrong is kept in `errors`."""

    def __init__(self, client, url, tls):
        self.client, self.where, self.tls = client, address(url), tls
        self.readers = []
        self.errors = collections.deque(maxlen=50)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def get(self, path):
        return self.client(path)

    def add(self, resource, path):
        steady = Reader(self, resource, path, "steady", leaves=None)
        resuming = Reader(self, resource, path, "resuming", leaves=STAYS[len(self.readers) // 2 % 2])
        for reader in (steady, resuming):
            reader.connect()
        self.readers += [steady, resuming]
        return steady, resuming

    def start(self):
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join(30)
        for reader in self.readers:
            reader.drop()

    def _run(self):
        while not self._stop.is_set():
            ready, _, _ = select.select([r for r in self.readers if r.wire], [], [], 0.5) if self.readers else ([], [], [])
            for reader in ready:
                self._guard(reader, reader.read)
            now = time.monotonic()
            for reader in self.readers:
                if reader.wire and reader.leaves and now - reader.since > reader.leaves:
                    reader.drop()
                if not reader.wire:
                    self._guard(reader, reader.connect)

    def _guard(self, reader, action):
        try:
            action()
        except Exception as e:   # the run goes on, and fails at its end
            self.errors.append(f"{reader}: {type(e).__name__}: {e}")
            try:
                reader.drop_and_list(reader.last)
            except Exception:   # nobody answers: connects again from where it was
                reader.drop()
