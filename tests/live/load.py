# SPDX-License-Identifier: GPL-3.0-or-later
"""Many Party resources, quickly: several connections, each a thread with a bare TLS socket and ready-made bytes."""

import base64
import http.client
import json
import math
import os
import random
import socket
import sys
import threading
import time

ANNOTATION = "example.com/note-"
VERSION_FIELD = '"resourceVersion":"12345",'  # a dry run's answer lacks it


def template(namespace):
    """The smallest Party our CRD accepts."""
    return {"apiVersion": "canton.quarterdeck.io/v1alpha1", "kind": "Party",
            "metadata": {"name": "", "namespace": namespace, "labels": {"canton.quarterdeck.io/network": "devnet"}, "annotations": {}},
            "spec": {"nodeRef": {"kind": "Validator", "name": "load"}, "hint": "", "displayName": ""}}


def note(length):
    """`length` characters, the first half random (does not compress), the rest a sentence again and again."""
    half = length // 2
    text = os.urandom(half // 2 + 1).hex()[:half]
    filler = "Settlement party of the consortium, hosted on one validator. "
    return text + (filler * (length // len(filler) + 1))[:length - half]


def party(namespace, number, padding):
    document = template(namespace)
    name = f"party-{number:06d}"
    document["metadata"]["name"] = name
    document["metadata"]["annotations"] = annotations(padding)
    document["spec"]["hint"] = name
    document["spec"]["displayName"] = f"Party number {number}"
    return document


def annotations(padding):
    """Annotations of about `padding` characters of values in pieces of at most 400."""
    pieces = max(1, math.ceil(padding / 400))
    return {f"{ANNOTATION}{i}": note(padding // pieces) for i in range(pieces)} if padding > 0 else {}


class Connection:
    """One TLS connection; sends a POST, reads the answer's head and skips its body."""

    def __init__(self, rig):
        plain = socket.create_connection(("127.0.0.1", rig.port), timeout=60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = rig.tls("admin").wrap_socket(plain, server_hostname="127.0.0.1")
        self._rest = b""

    def post(self, path, body):
        return self.send("POST", path, body, "application/json")

    def send(self, method, path, body, content_type):
        head = (f"{method} {path} HTTP/1.1\r\nHost: rig\r\nContent-Type: {content_type}\r\nAccept: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode()
        self._socket.sendall(head + body)
        return self._answer()

    def _more(self):
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the API server closed the connection")
        self._rest += data

    def _answer(self):
        while b"\r\n\r\n" not in self._rest:
            self._more()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        fields = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
        if fields.get("transfer-encoding") == "chunked":
            return status, self._chunks()
        length = int(fields.get("content-length", "0"))
        while len(self._rest) < length:
            self._more()
        body, self._rest = self._rest[:length], self._rest[length:]
        return status, body

    def _chunks(self):
        body = b""
        while True:
            while b"\r\n" not in self._rest:
                self._more()
            size, self._rest = self._rest.split(b"\r\n", 1)
            wanted = int(size, 16) + 2
            while len(self._rest) < wanted:
                self._more()
            body += self._rest[:wanted - 2]
            self._rest = self._rest[wanted:]
            if wanted == 2:
                return body

    def close(self):
        self._socket.close()


def create_parties(rig, count, size=2460, workers=8, namespace="parties", progress=None):
    """Creates party-000000 … in `namespace`, each `size` bytes of JSON as served (within a few bytes; never under what the object itself
    needs), annotation values half random. Those that exist already are left alone. Gives the number of objects made."""
    rig.namespace(namespace)
    path = f"/apis/canton.quarterdeck.io/v1alpha1/namespaces/{namespace}/parties?fieldManager=quarterdeck-rig"
    probe = Connection(rig)
    try:
        padding = _calibrate(probe, path, namespace, size)
    finally:
        probe.close()
    lock = threading.Lock()
    state = {"next": 0, "made": 0, "error": None}

    def work():
        connection = Connection(rig)
        try:
            while True:
                with lock:
                    first = state["next"]
                    if first >= count or state["error"]:
                        return
                    state["next"] = first + 50
                made = 0
                for number in range(first, min(first + 50, count)):
                    body = json.dumps(party(namespace, number, padding), separators=(",", ":")).encode()
                    status, answer = connection.post(path, body)
                    if status == 201:
                        made += 1
                    elif status != 409:
                        raise RuntimeError(f"creating party {number}: {status} {answer[:500].decode('utf-8', 'replace')}")
                with lock:
                    state["made"] += made
                    if progress:
                        progress(state["made"], count)
        except Exception as e:  # handed to the caller below
            with lock:
                state["error"] = e
        finally:
            connection.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(max(1, min(workers, count)))]
    switch = sys.getswitchinterval()
    sys.setswitchinterval(0.02)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switch)
    if state["error"]:
        raise state["error"]
    return state["made"]


def churn(rig, seconds, rate=1000, count=1, workers=6, namespace="parties"):
    """Patches the status of party-000000 … at `rate` a second (or as fast as the server takes it) and gives what was reached, patches a
    second. What changes is on screen: the party id and the phase."""
    start = time.monotonic()
    lock = threading.Lock()
    state = {"sent": 0, "done": 0, "error": None}

    def work(worker):
        choose = random.Random(worker)
        connection = None
        try:
            connection = Connection(rig)
            while time.monotonic() < start + seconds and not state["error"]:
                with lock:
                    number = state["sent"]
                    state["sent"] += 1
                time.sleep(max(0.0, start + number / rate - time.monotonic()))
                name = f"party-{choose.randrange(count):06d}"
                body = json.dumps({"status": {"phase": "Ready" if number % 4 else "Updating", "partyId": f"{name}::{number:08x}"}}).encode()
                path = f"/apis/canton.quarterdeck.io/v1alpha1/namespaces/{namespace}/parties/{name}/status?fieldManager=quarterdeck-rig"
                status, answer = connection.send("PATCH", path, body, "application/merge-patch+json")
                if status != 200:
                    raise RuntimeError(f"patching {name}: {status} {answer[:500].decode('utf-8', 'replace')}")
                with lock:
                    state["done"] += 1
        except Exception as e:  # handed to the caller below
            state["error"] = e
        finally:
            if connection:
                connection.close()

    threads = [threading.Thread(target=work, args=(w,), daemon=True) for w in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if state["error"]:
        raise state["error"]
    return state["done"] / (time.monotonic() - start)


class ChurnBelow:
    """As churn(), written below the API server, straight into its etcd: two cores cannot take a thousand patches a second through
    the front door (validation, managed fields, two round trips each). The API server reads them there, decodes them and sends
    them to its watchers as it does all others. `objects` of the `count` change, `together` in one transaction."""

    def __init__(self, rig, count=1, namespace="parties", objects=5000, together=20):
        host, port = rig.etcd_url.removeprefix("http://").split(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=60)
        self._choose = random.Random(1)
        self._together = together
        numbers = self._choose.sample(range(count), min(objects, count))
        self._keys = [self._coded(f"/quarterdeck/canton.quarterdeck.io/parties/{namespace}/party-{n:06d}".encode()) for n in numbers]
        self._objects = []
        for first in range(0, len(numbers), 100):
            answer = self._transaction([{"requestRange": {"key": key}} for key in self._keys[first:first + 100]])
            self._objects += [json.loads(base64.b64decode(r["response_range"]["kvs"][0]["value"])) for r in answer["responses"]]

    @staticmethod
    def _coded(text):
        return base64.b64encode(text).decode()

    def _transaction(self, operations):
        self._connection.request("POST", "/v3/kv/txn", json.dumps({"success": operations}), {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"etcd refuses: {answer.status} {body[:300].decode('utf-8', 'replace')}")
        return json.loads(body)

    def _put(self, index, number):
        document = self._objects[index]
        name = document["metadata"]["name"]
        document["status"] = {"phase": "Ready" if number % 4 else "Updating", "partyId": f"{name}::{number:08x}"}
        return {"requestPut": {"key": self._keys[index], "value": self._coded(json.dumps(document, separators=(",", ":")).encode())}}

    def run(self, seconds, rate=1000):
        """Gives changes a second."""
        start, done = time.monotonic(), 0
        while time.monotonic() < start + seconds:
            chosen = self._choose.sample(range(len(self._keys)), min(self._together, len(self._keys)))
            self._transaction([self._put(index, done + i) for i, index in enumerate(chosen)])
            done += len(chosen)
            time.sleep(max(0.0, start + done / rate - time.monotonic()))
        return done / (time.monotonic() - start)


def _calibrate(connection, path, namespace, size):
    """The padding with which an object as served has `size` bytes: asked by dry run, so that managedFields and defaults count."""
    padding = max(0, size - 900)
    for _ in range(3):
        body = json.dumps(party(namespace, 0, padding), separators=(",", ":")).encode()
        status, answer = connection.post(path + "&dryRun=All", body)
        if status == 409:
            return padding
        if status != 201:
            raise RuntimeError(f"the API server refuses the load's Party: {status} {answer[:500].decode('utf-8', 'replace')}")
        padding = max(0, padding + size - len(answer.strip()) - len(VERSION_FIELD))
    return padding
