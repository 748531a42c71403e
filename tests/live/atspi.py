# SPDX-License-Identifier: GPL-3.0-or-later
"""The accessibility tree as a screen reader gets it: AT-SPI over D-Bus, without a library between (gi's Gio only)."""

import time

from gi.repository import Gio, GLib

ROOT = "/org/a11y/atspi/accessible/root"
ACCESSIBLE, COMPONENT, TABLE, TEXT, VALUE, ACTION = (f"org.a11y.atspi.{n}" for n in ("Accessible", "Component", "Table", "Text", "Value", "Action"))
STATES = {1: "active", 4: "checked", 7: "editable", 8: "enabled", 9: "expandable", 10: "expanded", 11: "focusable", 12: "focused", 16: "modal",
          20: "pressed", 23: "selected", 24: "sensitive", 25: "showing", 30: "visible", 41: "checkable", 43: "read-only"}
REGISTRY, DEVICES = "org.a11y.atspi.Registry", "org.a11y.atspi.DeviceEventController"
LISTENER = """<node><interface name="org.a11y.atspi.DeviceEventListener"><method name="NotifyEvent">
<arg type="(uiuuisb)" direction="in"/><arg type="b" direction="out"/></method></interface></node>"""
# Their children are cells, read by row and column.
TABLES = {"table", "tree table", "tree", "list", "list box"}


def variant(signature, values):
    return GLib.Variant(signature, values)


class Node:
    def __init__(self, sender, path, parent=None):
        self.sender, self.path, self.parent = sender, path, parent
        self.name = self.description = self.role = ""
        self.states, self.interfaces, self.children = set(), set(), []
        self.references = []
        self.extents = None

    @property
    def key(self):
        return self.path

    def has(self, *states):
        return self.states.issuperset(states)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def line(self):
        ways = []
        node = self
        while node is not None:
            ways.append(f"{node.role} '{node.name}'" if node.name else node.role)
            node = node.parent
        return " < ".join(ways[:4])

    def __repr__(self):
        return f"{self.role} '{self.name}' {self.path.rsplit('/', 1)[1]}"


class Bus:
    """The accessibility bus of a session bus."""

    def __init__(self, session_address):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.session = Gio.DBusConnection.new_for_address_sync(session_address, flags, None, None)
        self.session.set_exit_on_close(False)
        address = self._patient(lambda: self.session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, 5000, None))
        self.bus = Gio.DBusConnection.new_for_address_sync(address.unpack()[0], flags, None, None)
        self.bus.set_exit_on_close(False)
        self.session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set",
                               GLib.Variant("(ssv)", ("org.a11y.Status", "IsEnabled", GLib.Variant("b", True))), None, 0, 5000, None)
        self.heard = []
        self.bus.signal_subscribe(None, "org.a11y.atspi.Event.Object", None, None, None, 0, self._event)
        for event in ("object:", "window:"):
            self._patient(lambda name=event: self.bus.call_sync("org.a11y.atspi.Registry", "/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "RegisterEvent",
                                                                GLib.Variant("(sass)", (name, [], "")), None, 0, 5000, None))

    @staticmethod
    def _patient(call, seconds=15):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return call()
            except GLib.Error as e:
                if time.monotonic() > deadline:
                    raise AssertionError(f"the accessibility bus did not start: {e.message}") from None
                time.sleep(0.05)

    def _event(self, _bus, sender, path, _interface, signal, arguments):
        self.heard.append((time.monotonic(), signal, sender, path, arguments.unpack()))

    def pump(self, seconds=0.0):
        """Reads what came, for that long at least."""
        context = GLib.MainContext.default()
        deadline = time.monotonic() + seconds
        while True:
            while context.iteration(False):
                pass
            if time.monotonic() >= deadline:
                return
            time.sleep(0.01)

    def key(self, send, root, timeout=20):
        """`send()` types one key without modifiers; returns once the program `root` has acted on it.

        A program of Qt asks the registry about each key before it takes it, so a listener there is told when the key has come to the
        program. What the program answers after that, it answers after the key.
        """
        released = []

        def heard(_bus, _sender, _path, _interface, _method, arguments, invocation):
            if arguments.unpack()[0][0] == 1:   # let go
                released.append(arguments)
            invocation.return_value(GLib.Variant("(b)", (False,)))
        path = "/listener"
        number = self.bus.register_object(path, Gio.DBusNodeInfo.new_for_xml(LISTENER).interfaces[0], heard, None, None)
        devices = Node(REGISTRY, "/org/a11y/atspi/registry/deviceeventcontroller")
        keys, mask, types = [], 0, 2   # every key, no modifier, let go
        try:
            self.call(devices, DEVICES, "RegisterKeystrokeListener", GLib.Variant("(oa(iisi)uu(bbb))", (path, keys, mask, types, (False, False, False))))
            send()
            self.wait("the program has the key", lambda: released, timeout)
        finally:
            self.call(devices, DEVICES, "DeregisterKeystrokeListener", GLib.Variant("(oa(iisi)uu)", (path, keys, mask, types)))
            self.bus.unregister_object(number)
        self.get(root, ACCESSIBLE, "Name")
        self.pump()

    def wait(self, what, wanted, timeout=20):
        """The first value of `wanted()` that is not false."""
        deadline = time.monotonic() + timeout
        while True:
            self.pump()
            value = wanted()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout} s: {what}")
            time.sleep(0.03)

    # Calls

    def call(self, node, interface, method, arguments=None):
        reply = self.bus.call_sync(node.sender, node.path, interface, method, arguments, None, 0, 10000, None)
        values = reply.unpack()
        return values[0] if len(values) == 1 else values

    def get(self, node, interface, name):
        return self.call(node, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (interface, name)))

    def applications(self):
        desktop = Node("org.a11y.atspi.Registry", ROOT)
        return [Node(sender, path) for sender, path in self.call(desktop, ACCESSIBLE, "GetChildren")]

    def fill(self, nodes):
        """Name, role, states, interfaces and children of many, asked at once: a thousand objects take a second."""
        asked = []

        def ask(node, interface, method, arguments, take):
            asked.append(1)

            def done(bus, result):
                asked.pop()
                try:
                    take(bus.call_finish(result).unpack())
                except GLib.Error:
                    node.role = node.role or "gone"   # went away while it was read
            self.bus.call(node.sender, node.path, interface, method, arguments, None, 0, 10000, None, done)
        # One by one: GetAll, which no screen reader asks for, ends a program of Qt 6.4 (AtSpiAdaptor reads a second argument).
        name, description = (GLib.Variant("(ss)", (ACCESSIBLE, n)) for n in ("Name", "Description"))
        for node in nodes:
            def set_states(values, node=node):
                bits = values[0][0] | values[0][1] << 32
                node.states = {word for bit, word in STATES.items() if bits >> bit & 1}
            ask(node, "org.freedesktop.DBus.Properties", "Get", name, lambda v, node=node: setattr(node, "name", v[0]))
            ask(node, "org.freedesktop.DBus.Properties", "Get", description, lambda v, node=node: setattr(node, "description", v[0]))
            ask(node, ACCESSIBLE, "GetRoleName", None, lambda v, node=node: setattr(node, "role", v[0]))
            ask(node, ACCESSIBLE, "GetState", None, set_states)
            ask(node, ACCESSIBLE, "GetInterfaces", None, lambda v, node=node: setattr(node, "interfaces", set(v[0])))
            ask(node, ACCESSIBLE, "GetChildren", None, lambda v, node=node: setattr(node, "references", v[0]))
            ask(node, COMPONENT, "GetExtents", GLib.Variant("(u)", (0,)), lambda v, node=node: setattr(node, "extents", v[0]))
        context = GLib.MainContext.default()
        while asked:
            context.iteration(True)

    def tree(self, root):
        """Everything that is showing below a node; the inside of tables is left to cells()."""
        level = [root]
        root.children = []
        self.fill(level)
        while level:
            below = []
            for node in level:
                if node.role in TABLES and TABLE in node.interfaces:
                    continue
                node.children = [Node(sender, path, node) for sender, path in node.references if not path.endswith("/null")]
                below += node.children
            self.fill(below)
            for node in level:
                node.children = [c for c in node.children if c.role != "gone" and "showing" in c.states]
            level = [n for node in level for n in node.children]
        return root

    def cells(self, table, rows=4):
        """(column headers, rows of cells) of the first rows."""
        height, width = self.get(table, TABLE, "NRows"), self.get(table, TABLE, "NColumns")
        headers = [self.call(table, TABLE, "GetColumnDescription", GLib.Variant("(i)", (c,))) for c in range(width)]
        grid = []
        for row in range(min(rows, height)):
            grid.append([Node(*self.call(table, TABLE, "GetAccessibleAt", GLib.Variant("(ii)", (row, c))), table) for c in range(width)])
        flat = [cell for line in grid for cell in line if not cell.path.endswith("/null")]
        self.fill(flat)
        return headers, grid

    def labels(self, node):
        """What is said to be the label of it."""
        found = [Node(*target) for kind, targets in self.call(node, ACCESSIBLE, "GetRelationSet") if kind == 2 for target in targets]
        self.fill(found)
        return [label.name for label in found]

    def text(self, node):
        return self.call(node, TEXT, "GetText", GLib.Variant("(ii)", (0, -1))) if TEXT in node.interfaces else ""
