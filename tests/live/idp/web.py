# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request: no redirects followed, no proxy, an authority of one's own."""

import functools
import http.client
import json
import ssl
import urllib.parse


class Answer:
    def __init__(self, status, headers, data):
        self.status = status
        self.headers = headers
        self.data = data

    @property
    def ok(self):
        return 200 <= self.status < 300

    @property
    def text(self):
        return self.data.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.data) if self.data else None

    def __repr__(self):
        return f"<{self.status} {self.text[:400]}>"


@functools.lru_cache
def tls(ca):
    return ssl.create_default_context(cafile=ca)


def ask(method, url, body=None, headers=None, ca=None, form=None, timeout=30):
    """An object as `body` goes as JSON; `form` goes form-encoded."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, context=tls(ca), timeout=timeout)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    fields = dict(headers or {})
    if form is not None:
        body = urllib.parse.urlencode(form).encode()
        fields["Content-Type"] = "application/x-www-form-urlencoded"
    elif body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        fields.setdefault("Content-Type", "application/json")
    try:
        connection.request(method, (parts.path or "/") + ("?" + parts.query if parts.query else ""), body, fields)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()
