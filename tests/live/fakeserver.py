# SPDX-License-Identifier: GPL-3.0-or-later
"""A TLS server that answers as a test says: what real API servers never say (HTML of a proxy, invalid UTF-8, 5 MB objects, 401 to everyone)."""

import http.server
import json
import ssl
import threading


class FakeServer:
    """`answer(method, path)` gives (status, headers, body) with a body of bytes, text or a JSON value; None means 404."""

    def __init__(self, pki, answer, host="IP:127.0.0.1", not_before=None, not_after=None, name="fake"):
        self.requests = []
        fake = self
        cert, key = pki.issue(name, "fake", hosts=[host], not_before=not_before, not_after=not_after)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                fake.requests.append((self.command, self.path, dict(self.headers), body))
                given = answer(self.command, self.path) or (404, {}, status(404, "NotFound", "the server could not find the requested resource"))
                code, headers, content = given
                if not isinstance(content, (bytes, str)):
                    content = json.dumps(content)
                    headers = {"Content-Type": "application/json", **headers}
                data = content.encode() if isinstance(content, str) else content
                self.send_response(code)
                for k, v in headers.items():
                    self.send_header(k, v)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _do

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # clients that do not trust the certificate

        self._server = Server(("127.0.0.1", 0), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(cert, key)
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_port
        self.url = f"https://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def status(code, reason, message):
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code}
