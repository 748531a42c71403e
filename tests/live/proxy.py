# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP forwarder on loopback that can break the way networks break: go silent (nothing passes, nothing is closed), reset, refuse, heal.
One thread of this process; every order may be given from any other thread and has taken effect when it returns."""

import os
import selectors
import socket
import struct
import threading

CHUNK = 262144
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class _End:
    """One side of a forwarded connection: its socket, what still has to be written to it, whether it sent its last byte."""

    def __init__(self, sock):
        self.socket = sock
        self.peer = None
        self.waiting = b""
        self.finished = False
        self.shut = False


class Proxy:
    """Forwards 127.0.0.1:`port` to the target. `accepted` and `bytes_down` (server to client) count since the start."""

    def __init__(self, target_port, target_host="127.0.0.1"):
        self._target = (target_host, target_port)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self.accepted = 0
        self.bytes_down = 0
        self._silent = False
        self._refusing = False
        self._stopped = False
        self._clients = set()
        self._forgotten = []
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        self._selector.register(self._wake_read, READ)
        self._orders = []
        self._lock = threading.Lock()
        self._watch(self._listener, READ)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    @property
    def open_connections(self):
        return len(self._clients)

    def silence(self):
        """From now on no byte passes, neither in old connections nor in new ones (the kernel accepts those; nobody answers)."""
        self._order(lambda: self._set(silent=True))

    def resume(self):
        """Bytes pass again, first those that waited; connections are accepted again."""
        self._order(lambda: self._set(silent=False, refusing=False))

    def refuse(self):
        """New connections are reset at once; open ones go on."""
        self._order(lambda: self._set(refusing=True))

    def forget(self):
        """Loses every open connection without telling the client, as a NAT does: what it sends on them is never answered. New ones work."""
        def order():
            for client in list(self._clients):
                self._clients.discard(client)
                self._watch(client.socket, 0)
                self._watch(client.peer.socket, 0)
                client.peer.socket.close()
                self._forgotten.append(client.socket)
        self._order(order)

    def reset(self):
        """Every open connection gets a TCP reset on both sides. New ones work."""
        def order():
            for client in list(self._clients):
                self._end(client, reset=True)
        self._order(order)

    def close(self):
        if self._stopped:
            return
        self._order(lambda: setattr(self, "_stopped", True))
        self._thread.join()
        for s in self._forgotten + [e for c in self._clients for e in (c.socket, c.peer.socket)] + [self._listener]:
            s.close()
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    # Everything below runs on the proxy's own thread.

    def _order(self, order):
        done = threading.Event()
        with self._lock:
            self._orders.append((order, done))
        os.write(self._wake_write, b".")
        if not done.wait(10):
            raise RuntimeError("the proxy's thread does not answer")

    def _set(self, silent=None, refusing=None):
        self._silent = self._silent if silent is None else silent
        self._refusing = self._refusing if refusing is None else refusing
        self._watch(self._listener, 0 if self._silent else READ)
        for client in self._clients:
            self._interest(client)
            self._interest(client.peer)

    def _watch(self, sock, events, data=None):
        known = sock.fileno() in self._selector.get_map()
        if events and known:
            self._selector.modify(sock, events, data)
        elif events:
            self._selector.register(sock, events, data)
        elif known:
            self._selector.unregister(sock)

    def _interest(self, end):
        """Reads while the other side takes what came; writes while something waits; neither while silent."""
        events = 0
        if not self._silent:
            if not end.finished and len(end.peer.waiting) < CHUNK:
                events |= READ
            if end.waiting:
                events |= WRITE
        self._watch(end.socket, events, end)

    def _run(self):
        while not self._stopped:
            for key, events in self._selector.select():
                if key.fd == self._wake_read:
                    self._take_orders()
                elif key.fileobj is self._listener:
                    self._accept()
                elif key.data is not None and key.data.socket.fileno() >= 0:
                    self._serve(key.data, events)

    def _take_orders(self):
        os.read(self._wake_read, 4096)
        with self._lock:
            orders, self._orders = self._orders, []
        for order, done in orders:
            order()
            done.set()

    def _accept(self):
        try:
            accepted, _ = self._listener.accept()
        except OSError:
            return
        if self._silent:
            # Taken in the same round as the order to be silent: it hangs like the others.
            self._forgotten.append(accepted)
            return
        client = _End(accepted)
        if self._refusing:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.socket.close()
            return
        try:
            server = _End(socket.create_connection(self._target, timeout=5))
        except OSError:
            client.socket.close()
            return
        client.peer, server.peer = server, client
        for end in (client, server):
            end.socket.setblocking(False)
            end.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.accepted += 1
        self._clients.add(client)
        self._interest(client)
        self._interest(server)

    def _serve(self, end, events):
        if self._silent:
            return
        client = end if end in self._clients else end.peer
        if client not in self._clients:
            return
        try:
            if events & WRITE and end.waiting:
                end.waiting = end.waiting[end.socket.send(end.waiting):]
            if events & READ:
                self._read(end, client)
        except BlockingIOError:
            pass
        except OSError:
            self._end(client)
            return
        for side in (end, end.peer):
            if side.peer.finished and not side.waiting and not side.shut:
                side.shut = True
                try:
                    side.socket.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
        if client.shut and client.peer.shut:
            self._end(client)
            return
        self._interest(end)
        self._interest(end.peer)

    def _read(self, end, client):
        data = end.socket.recv(CHUNK)
        if not data:
            end.finished = True
            return
        if end is not client:
            self.bytes_down += len(data)
        end.peer.waiting += data
        try:
            end.peer.waiting = end.peer.waiting[end.peer.socket.send(end.peer.waiting):]
        except BlockingIOError:
            pass

    def _end(self, client, reset=False):
        self._clients.discard(client)
        for end in (client, client.peer):
            self._watch(end.socket, 0)
            if reset:
                end.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.socket.close()
