# SPDX-License-Identifier: GPL-3.0-or-later
"""A node for the live rig without a machine: the kubelet stand-in (kube/standin), and the way from the API server to what "runs" on it.

kube-apiserver refuses loopback as an address of endpoints and pods (live-rig.md 5.1), so pods have addresses of 10.99.0.0/24 that
nobody routes. With an egress proxy the API server reaches them all the same: it CONNECTs through a socket of ours, which dials the
same port on 127.0.0.1.
"""

import os
import socket
import subprocess
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
NODE = "standin"
EGRESS = """apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection:
    proxyProtocol: HTTPConnect
    transport: {uds: {udsName: %s}}
"""


def standin():
    """The program, built when it is not there yet; RuntimeError with the last line of what went wrong."""
    given = os.environ.get("QD_RIG_BIN")
    if given and os.access(os.path.join(given, "standin"), os.X_OK):
        return os.path.join(given, "standin")
    script = os.path.join(HERE, "kube", "build.sh")
    done = subprocess.run(["bash", script, "standin"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no output"])[-1])
    return done.stdout.strip().splitlines()[-1]


class Kubelet:
    """The stand-in beside one rig: `flags` for kube-apiserver before it starts, `command` once the kubeconfig stands."""

    def __init__(self, rig, port):
        self._rig = rig
        self.port = port
        self.program = standin()
        self.logs = rig.path("pods")
        os.makedirs(self.logs, mode=0o700, exist_ok=True)
        self._serving = rig.pki.issue("kubelet", "system:node:" + NODE, ["system:nodes"], hosts=["IP:127.0.0.1"])
        self._client = rig.pki.issue("kubelet-client", "kube-apiserver-kubelet-client", ["system:masters"])

    @property
    def flags(self):
        return ["--kubelet-client-certificate=" + self._client[0], "--kubelet-client-key=" + self._client[1],
                "--kubelet-certificate-authority=" + self._rig.pki.ca_cert, "--kubelet-preferred-address-types=InternalIP"]

    @property
    def command(self):
        return [self.program, "--kubeconfig=" + self._rig.kubeconfig, "--node=" + NODE, f"--port={self.port}", "--tls-cert=" + self._serving[0],
                "--tls-key=" + self._serving[1], "--client-ca=" + self._rig.pki.ca_cert, "--logs=" + self.logs]


class Egress:
    """An HTTP CONNECT proxy on a unix socket: whatever host is asked for, the port on 127.0.0.1 is dialled."""

    def __init__(self, rig):
        # A socket's path has 107 bytes at most: not below the rig's own folder.
        self._folder = tempfile.TemporaryDirectory(prefix="qd-egress-")
        path = os.path.join(self._folder.name, "s")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(64)
        self.config = rig.path("egress.yaml")
        with open(self.config, "w") as out:
            out.write(EGRESS % path)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def flags(self):
        return ["--egress-selector-config-file=" + self.config]

    def stop(self):
        self._listener.close()
        self._folder.cleanup()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                more = client.recv(4096)
                if not more:
                    return
                head += more
            port = int(head.split(b" ")[1].rsplit(b":", 1)[1])
            try:
                server = socket.create_connection(("127.0.0.1", port), 10)
            except OSError as e:
                client.sendall(b"HTTP/1.1 502 %s\r\nContent-Length: 0\r\n\r\n" % (e.strerror or "no connection").encode())
                return
            with server:
                server.settimeout(None)
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
                back.start()
                self._pump(client, server)
                back.join()

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
