#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Light and dark as the desktop has it, while the window is open: a portal of our own on a session bus of our own, and the colours on the screen."""

import sys
import time
import unittest

import live
import desktop
import rig as rigs

LIGHT, DARK = "#f3f4f6", "#14171b"   # the ground of bars, look.md "Tokens"
SETTINGS = """<node><interface name="org.freedesktop.portal.Settings">
<method name="ReadAll"><arg type="as" direction="in"/><arg type="a{sa{sv}}" direction="out"/></method>
<signal name="SettingChanged"><arg type="s"/><arg type="s"/><arg type="v"/></signal>
</interface></node>"""
APPEARANCE = "org.freedesktop.appearance"


class Portal:
    """org.freedesktop.portal.Settings with what the test says."""

    PATH = "/org/freedesktop/portal/desktop"

    def __init__(self, address, **values):
        from gi.repository import Gio, GLib
        self.Gio, self.GLib = Gio, GLib
        self.values = values
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.bus.set_exit_on_close(False)
        self.bus.register_object(self.PATH, Gio.DBusNodeInfo.new_for_xml(SETTINGS).interfaces[0], self._called, None, None)
        Gio.bus_own_name_on_connection(self.bus, "org.freedesktop.portal.Desktop", 0, None, None)
        self.asked = 0

    def _called(self, _bus, _sender, _path, _interface, _method, _arguments, invocation):
        self.asked += 1
        variants = {key.replace("_", "-"): self.GLib.Variant("u", value) for key, value in self.values.items()}
        invocation.return_value(self.GLib.Variant("(a{sa{sv}})", ({APPEARANCE: variants},)))

    def say(self, key, value):
        self.bus.emit_signal(None, self.PATH, "org.freedesktop.portal.Settings", "SettingChanged",
                             self.GLib.Variant("(ssv)", (APPEARANCE, key, self.GLib.Variant("u", value))))

    def serve(self):
        while self.GLib.MainContext.default().iteration(False):
            pass


class DesktopLook(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.end)
        cls.desktop.start()

    def wait(self, what, wanted, timeout=20):
        deadline = time.monotonic() + timeout
        while not wanted():
            self.portal.serve()
            if time.monotonic() > deadline:
                self.fail(f"not within {timeout} s: {what}; the screen has {self.ground()}; {self.desktop.log_text()}")
            time.sleep(0.02)

    def ground(self):
        """The colour most of the screen's bars have: the status bar's, at the lower edge of the window."""
        return self.desktop.most_common(0, 850, 1440, 870)

    def test_follows_the_desktop(self):
        self.portal = Portal(self.desktop.address, color_scheme=1, contrast=0)
        window = self.desktop.open(live.program(), "--demo")
        self.wait("the window is dark from the start, as the desktop", lambda: self.ground() in (DARK, "#1a1e23"), 60)
        self.assertEqual(self.portal.asked, 1)
        self.portal.say("color-scheme", 2)
        self.wait("the window is light", lambda: self.ground() in (LIGHT, "#ffffff"))
        self.portal.say("color-scheme", 1)
        self.wait("the window is dark again", lambda: self.ground() in (DARK, "#1a1e23"))
        before = self.desktop.colours()
        self.portal.say("contrast", 1)
        self.wait("texts are white in high contrast", lambda: self.desktop.colours().get("#ffffff", 0) > before.get("#ffffff", 0) + 200)
        # A person's own choice counts more than the desktop's.
        self.desktop.keys("ctrl+shift+t")
        self.wait("light by hand", lambda: self.ground() in (LIGHT, "#ffffff"))
        self.portal.say("color-scheme", 2)
        self.portal.say("color-scheme", 1)
        deadline = time.monotonic() + 0.5
        while time.monotonic() < deadline:
            self.portal.serve()
            self.assertIn(self.ground(), (LIGHT, "#ffffff"))
        self.assertIsNone(window.poll())


def main():
    try:
        lacking = desktop.missing()
        if lacking:
            raise rigs.RigMissing("a desktop of its own needs " + ", ".join(lacking))
        live.program()
    except rigs.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if rigs.missing_is_failure() else 77)
    unittest.main(verbosity=2, warnings="ignore")


if __name__ == "__main__":
    main()
