#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the person's browser: follows redirects, keeps cookies, fills in the forms of sign-in and consent, and brings the answer
to the program's own listener. Knows no provider: it looks for a password field, a choice of persons, a code, a yes and a no.

    outcome = Browser(ca).sign_in(url, "vera")           # mode: accept, deny, close, wrong
    browser.py --person vera [--mode …] [--ca FILE]… [--wait SECONDS] [--log FILE] URL    as a program that is given a URL
    program(folder, "vera", ca=…)                        writes that program with its options, for `login --browser`

The log says what happened, one JSON object a line, the names of a query's parameters and never their values.
"""

import argparse
import html.parser
import http.cookiejar
import json
import os
import shlex
import ssl
import stat
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from people import password  # noqa: E402


class Form:
    def __init__(self, attributes):
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").lower()
        self.fields = {}
        self.types = {}
        self.buttons = []    # (name, value, what is written on it)


class Page(html.parser.HTMLParser):
    """Forms, links and the text of a page."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.words = [], [], []
        self._form, self._button, self._link, self._hidden = None, None, None, 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        kind = (a.get("type") or ("submit" if tag == "button" else "text")).lower()
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag == "form":
            self._form = Form(a)
            self.forms.append(self._form)
        elif tag == "a":
            self._link = [a.get("href") or "", ""]
            self.links.append(self._link)
        elif tag in ("input", "button") and self._form is not None and "disabled" not in a:
            if tag == "button" or kind == "submit":
                self._button = [a.get("name") or "", a.get("value") or "", a.get("value") or ""]
                self._form.buttons.append(self._button)
                if tag == "input":
                    self._button = None
            elif a.get("name") and (kind not in ("checkbox", "radio") or "checked" in a):
                self._form.fields[a["name"]] = a.get("value") or ""
                self._form.types[a["name"]] = kind

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._hidden -= 1
        elif tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "a":
            self._link = None

    def handle_data(self, data):
        if self._hidden:
            return
        self.words.append(data)
        for target in (self._button, self._link):
            if target is not None:
                target[-1] += " " + data

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


class Outcome:
    """How a visit ended. kind: answered (the listener got it; `status` and `page` are what it said), page (a page without a way on),
    closed (on purpose), lost (nobody listened)."""

    def __init__(self, kind, url, status=0, page="", answer=None):
        self.kind = kind
        self.url = url
        self.status = status
        self.page = page
        self.answer = answer or {}

    def __repr__(self):
        return f"<{self.kind} {self.url.split('?')[0]} {self.status} {sorted(self.answer)} {self.page[:300]}>"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Cookies live as long as the object: a second visit meets the session of the first."""

    def __init__(self, ca=None, note=None):
        context = ssl.create_default_context()
        for file in [ca] if isinstance(ca, str) else ca or []:
            context.load_verify_locations(file)
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context),
                                                   urllib.request.HTTPCookieProcessor(self.cookies), NoRedirect())
        self._note = note or (lambda **_: None)

    def _load(self, url, form=None, page=None):
        """`page` is where the form stood."""
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"a browser would not open {url.split('?')[0]}")
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(url, data, {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (browser stand-in)"})
        if form is not None and page:
            request.add_header("Origin", "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(page)))
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as e:
            answer = e
        with answer:
            body = answer.read().decode("utf-8", "replace")
        self._note(step="POST" if form is not None else "GET", url=url.split("?")[0],
                   parameters=sorted(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))), status=answer.status)
        return answer.status, answer.headers, body

    def _deliver(self, url, form=None, page=None):
        answer = form or dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        try:
            status, _, body = self._load(url, form, page)
        except OSError:
            return Outcome("lost", url, answer=answer)
        return Outcome("answered", url, status, body, answer)

    def sign_in(self, url, person=None, mode="accept", code=None, wait=0.0):
        """Visits `url` (an authorization, device or logout page) as that person. `code` is what the program showed for a device."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        ends = [u for u in (query.get("redirect_uri"), query.get("post_logout_redirect_uri")) if u]
        status, headers, body = self._load(url)
        for _ in range(30):
            if headers.get("Location") and 300 <= status < 400:
                url = urllib.parse.urljoin(url, headers["Location"])
                if url.split("?")[0] in ends:
                    return self._deliver(url)
                status, headers, body = self._load(url)
                continue
            if mode == "close":
                return Outcome("closed", url, status, body)
            time.sleep(wait)
            wait = 0.0
            page = Page(body)
            step = self._answer(page, person, mode, code)
            if step is None:
                return Outcome("page", url, status, page.text)
            target, method, form = step
            if code and code in (form or {}).values():
                code = None     # given once; asked again, that was no
            target = urllib.parse.urljoin(url, target)
            if target.split("?")[0] in ends:
                return self._deliver(target, form, url)
            if method == "get" and form:
                target += ("&" if "?" in target else "?") + urllib.parse.urlencode(form)
                form = None
            status, headers, body = self._load(target, form, url)
            url = target
            if mode == "wrong":
                mode = "stop"
        raise AssertionError(f"no end after 30 pages, the last at {url.split('?')[0]}")

    @staticmethod
    def _answer(page, person, mode, code):
        """(action, method, fields) that take this page further, or None."""
        if mode == "stop":
            return None
        for form in page.forms:
            secret = [n for n, kind in form.types.items() if kind == "password"]
            names = [n for n, kind in form.types.items() if kind in ("text", "email")]
            fields = dict(form.fields)
            if secret:
                fields[secret[0]] = password(person) if mode != "wrong" else "not it"
                for name in names:
                    fields[name] = person
                button = _button(form, ("sign in", "log in", "login", "continue", "yes")) or (form.buttons or [None])[0]
            elif any("code" in n for n in names):
                if not code:
                    return None
                fields[next(n for n in names if "code" in n)] = code
                button = (form.buttons or [None])[0]
            else:
                no, yes = ("no", "cancel", "deny", "abort"), ("yes", "accept", "allow", "continue", "confirm", "sign out", "logout", "log out")
                button = _button(form, no) if mode == "deny" else _button(form, (person or "",)) or _button(form, yes)
                if button is None and (form.buttons or not form.fields):
                    continue
            if button is not None and button[0]:
                fields[button[0]] = button[1]
            return form.action, form.method, fields if form.method == "post" or fields else None
        if mode == "deny":
            for href, words in page.links:
                if any(w in words.lower() for w in ("cancel", "deny", "abort")):
                    return href, "get", None
        for href, words in page.links:
            if person and person in words.lower():
                return href, "get", None
        return None


def _button(form, words):
    for word in words:
        for button in form.buttons:
            if word and any(word == t.strip().lower() or word in t.lower().split() for t in button):
                return button
    return next((b for word in words for b in form.buttons if " " in word and any(word in t.lower() for t in b)), None)


def program(folder, person, ca=None, mode="accept", wait=0.0, name="browser"):
    """Writes an executable program that does this for the URL it is given; gives its path. Its log is NAME.log beside it."""
    path = os.path.join(folder, name)
    words = [sys.executable, "-B", os.path.abspath(__file__), "--person", person, "--mode", mode, "--wait", str(wait), "--log", path + ".log"]
    for file in [ca] if isinstance(ca, str) else ca or []:
        words += ["--ca", file]
    with open(path, "w") as out:
        out.write("#!/bin/sh\nexec " + " ".join(shlex.quote(w) for w in words) + ' "$@"\n')
    os.chmod(path, stat.S_IRWXU)
    return path


def log_of(program_path):
    """What the program wrote, a list of objects; the last one says how it ended."""
    try:
        with open(program_path + ".log") as f:
            return [json.loads(line) for line in f]
    except FileNotFoundError:
        return []


def main():
    parser = argparse.ArgumentParser(description="A stand-in for the browser of a person who signs in.")
    parser.add_argument("--person", default="vera")
    parser.add_argument("--mode", choices=("accept", "deny", "close", "wrong"), default="accept")
    parser.add_argument("--ca", action="append")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds the person thinks at the first page")
    parser.add_argument("--log")
    parser.add_argument("url")
    options = parser.parse_args()

    def note(**what):
        if options.log:
            with open(options.log, "a") as out:
                out.write(json.dumps(what) + "\n")
    try:
        outcome = Browser(options.ca, note).sign_in(options.url, options.person, options.mode, wait=options.wait)
    except (OSError, ValueError, AssertionError) as e:
        note(end="failed", why=str(e))
        return 1
    note(end=outcome.kind, url=outcome.url.split("?")[0], parameters=sorted(outcome.answer), status=outcome.status)
    return 0


if __name__ == "__main__":
    sys.exit(main())
