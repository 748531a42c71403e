#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as a screen reader meets it: the demo network, Xvfb, a session bus, the accessibility bus, keys from the X server.

Every page and every dialog is walked by keys and read over AT-SPI: names, roles, tables with headers and cells that read, tables
beside what is drawn, Tab that comes by everything and returns, notices that are announced.
"""

import re
import sys
import time
import unittest

import live
import desktop
import rig as rigs

try:
    import atspi
except ImportError:   # setUpModule says what is missing
    atspi = None

PAGES = [("alt+1", "Overview"), ("alt+2", "Map"), ("alt+3", "Nodes"), ("alt+4", "Parties"), ("alt+5", "Users"), ("alt+6", "DARs"),
         ("alt+7", "Applications"), ("alt+8", "Identity"), ("alt+9", "Backups"), ("alt+0", "Upgrades"), ("alt+minus", "Changes")]
# What a person may act on, by role. A focus on anything else is read as nothing.
CONTROLS = {"push button", "toggle button", "radio button", "check box", "combo box", "text", "spin button", "table", "tree", "tree table", "list",
            "list item", "page tab", "page tab list", "link", "button menu", "menu item", "slider", "password text", "document text", "paragraph", "table cell"}
# Pages that are walked by keys of their own, and texts that are only read.
READ = {"panel", "label", "chart"}
DRAWN = {"chart", "image", "icon", "progress bar", "level bar"}
# Arrows walk these; Tab stops once for all of them.
BY_ARROWS = {"page tab", "radio button", "list item", "menu item", "table cell", "cell", "tree item"}


def setUpModule():
    lacking = desktop.missing()
    if lacking:
        raise rigs.RigMissing("the accessibility of the window needs " + ", ".join(lacking))


def plain(name):
    """Without figures: an age may pass on while it is read."""
    return re.sub(r"\d+", "0", name)


class Reader(unittest.TestCase):
    """One window on one desktop for all of the module."""

    maxDiff = None
    desktop = None

    @classmethod
    def setUpClass(cls):
        if Reader.desktop is None:
            Reader.desktop = desktop.Desktop()
            unittest.addModuleCleanup(Reader.desktop.end)
            Reader.desktop.start()
            Reader.bus = atspi.Bus(Reader.desktop.address)
            Reader.window_program = Reader.desktop.open(live.program(), "--demo")
            Reader.application = Reader.bus.wait("the program on the accessibility bus", lambda: Reader.bus.applications(), 60)[0]
            Reader.bus.wait("a window with rows", lambda: [n for n in cls.tree().walk() if n.name.startswith("Failed: ")], 60)

    @classmethod
    def tree(cls):
        return cls.bus.tree(cls.application)

    def window(self):
        """The window that has the keyboard: the panel, the dialog, or the main one."""
        tree = self.tree()
        focused = [n for n in tree.walk() if "focused" in n.states]
        node = focused[-1] if focused else None
        while node is not None and node.role not in ("dialog", "window", "frame", "alert") and node.parent is not None and node.parent is not tree:
            node = node.parent
        return node or tree

    def press(self, key):
        """A key, and until the window has acted on it: where the focus is now, or None where it stays."""
        self.bus.pump()
        before = len(self.bus.heard)
        self.bus.key(lambda: self.desktop.keys(key), self.application)
        at = [h for h in self.bus.heard[before:] if h[1] == "StateChanged" and h[4][0] == "focused" and h[4][1] == 1]
        return at[-1] if at else None

    def find(self, role, name, tree=None):
        pattern = re.compile(name)
        return next((n for n in (tree or self.tree()).walk() if n.role == role and pattern.search(n.name)), None)

    def await_node(self, role, name, timeout=20):
        return self.bus.wait(f"{role} '{name}'", lambda: self.find(role, name), timeout)

    def page(self, key, title):
        """The page, once its rows are there."""
        self.desktop.keys(key)
        self.bus.wait(f"the page {title}", lambda: (self.find("panel", f"^{title}$") or self.find("filler", f"^{title}$"))
                      and (self.find("radio button", f"^{title}(,|$)") or atspi.Node("", "")).has("checked"))
        self.bus.wait("no bar says that it waits", lambda: not self.find("alert message", "^Waiting for"), 30)
        return self.tree()

    def filter(self, text):
        self.desktop.keys("slash", "ctrl+a", "BackSpace")
        if text:
            self.desktop.type(text)
        self.desktop.keys("Return")

    # What is asked of a tree

    def problems(self, tree):
        out = []
        for node in tree.walk():
            size = node.extents[2:] if node.extents else (0, 0)
            if "focusable" in node.states and min(size) > 0:
                if not node.name.strip():
                    out.append(f"no name: {node.line()}")
                if node.role not in CONTROLS | READ:
                    out.append(f"takes the keyboard as a {node.role}: {node.line()}")
            # Qt's combo boxes are called what is chosen; what for is the label's.
            if node.role == "combo box" and "focusable" in node.states and not node.description and not self.bus.labels(node):
                out.append(f"a choice that does not say of what: {node.line()}")
            if node.role in DRAWN and not node.name.strip():
                out.append(f"drawn and not named: {node.line()}")
            if node.role == "chart" and not re.search(r"none$|no data$", node.name) and not any(c.role == "table" for c in node.children):
                out.append(f"drawn without a table: {node.line()}")
            if node.role == "progress bar" and atspi.VALUE not in node.interfaces:
                out.append(f"a meter without a value: {node.line()}")
            seen = {}
            for child in node.children:
                if "focusable" in child.states and child.name:
                    if (child.role, child.name) in seen:
                        out.append(f"two of a name side by side: {child.line()}")
                    seen[child.role, child.name] = child
            if node.role in atspi.TABLES and atspi.TABLE in node.interfaces:
                out += self.table_problems(node)
        return out

    def table_problems(self, table):
        headers, grid = self.bus.cells(table)
        out = []
        if table.role in ("table", "tree table") and not all(h.strip() for h in headers):
            out.append(f"columns without a header {headers}: {table.line()}")
        for row in grid:
            read = [cell.name.strip() for cell in row]
            if not any(read):
                out.append(f"a row that reads as nothing: {table.line()}")
            for cell in row:
                if cell.role == "gone":
                    out.append(f"a cell that cannot be read: {table.line()}")
        return out

    def stops(self, tree, patience=3, limit=150):
        """Where Tab stops until it is where it was. Nothing is said where it stays: in a text it goes from link to link first."""
        known = {}
        out, start, stays = [], None, 0
        for _ in range(limit):
            event = self.press("Tab")
            if event is None:
                stays += 1
                if stays == patience:
                    return out or [n for n in tree.walk() if "focused" in n.states]
                continue
            stays = 0
            path = event[3]
            if path == start:
                return out
            start = start or path
            node = known.get(path)
            if node is None:
                node = atspi.Node(event[2], path)
                self.bus.fill([node])
                known[path] = node
            # The focus of a table is at its current cell.
            while node.role in ("table cell", "cell", "tree item", "list item", "page tab", "gone"):
                sender, up = self.bus.get(node, atspi.ACCESSIBLE, "Parent")
                if up.endswith("/null"):
                    break
                node = atspi.Node(sender, up)
                self.bus.fill([node])
            out.append(node)
        self.fail(f"Tab does not come back to where it began after {len(out)} stops: {out[-5:]}")

    def check_tab(self, tree, patience=3):
        wanted = {(n.role, plain(n.name)): n for n in tree.walk()
                  if n.has("focusable", "showing", "sensitive") and n.role not in BY_ARROWS and n.extents and min(n.extents[2:]) > 0}
        stops = self.stops(tree, patience)
        # By the object, or by what it is called: lists are refreshed while they are walked.
        reached = {(n.role, plain(n.name)) for n in stops} | {n.path for n in stops}
        return [f"Tab does not come by: {node.line()}" for key, node in wanted.items() if key not in reached and node.path not in reached]


class Pages(Reader):
    def test_pages(self):
        for key, title in PAGES:
            with self.subTest(title):
                tree = self.page(key, title)
                self.assertEqual([], self.problems(tree))
                self.assertEqual([], self.check_tab(tree))


    def test_tables_say_their_state(self):
        """Not by colour alone: the word of the state is in a cell, and a group says what it is of."""
        self.page("alt+3", "Nodes")
        self.filter("")
        table = self.find("table", "^Nodes$")
        self.assertEqual(self.bus.cells(table, 1)[0][:2], ["Name", "Phase"])
        rows = self.bus.wait("all rows", lambda: (lambda grid: len(grid) > 8 and grid)([[cell.name for cell in row] for row in self.bus.cells(table, 14)[1]]))
        of = next(row for row in rows if row[0].startswith("Participant bob-custody in canton-private"))
        self.assertEqual(of[1], "Failed")
        self.assertIn("declared and reported differ", of[0])   # the badge "drift"
        self.assertTrue([row for row in rows if row[0].startswith("Network harbor,") and "worst state Failed" in row[0]], rows)

    def test_drawn_things_are_read(self):
        tree = self.page("alt+1", "Overview")
        meters = [n for n in tree.walk() if n.role == "progress bar" and n.name.startswith("Traffic left")]
        self.assertTrue(meters, "no meter on the overview")
        for meter in meters:
            value = self.bus.get(meter, atspi.VALUE, "CurrentValue")
            self.assertEqual(f"Traffic left: {value:.0f} %", meter.name)
        steps = self.find("table", "^Steps$", tree)
        headers, grid = self.bus.cells(steps, 3)
        self.assertEqual(headers, ["Step", "State"])
        self.assertEqual([cell.name for cell in grid[0]], ["Checks", "done"])
        self.assertTrue(steps.parent.name.startswith("Steps: Checks done"), steps.parent.name)


class Dialogs(Reader):
    def over(self):
        """Windows and what is open over them: the top of the tree only, it is asked often."""
        self.bus.fill([self.application])
        windows = [atspi.Node(sender, path, self.application) for sender, path in self.application.references]
        self.bus.fill(windows)
        panels = [atspi.Node(sender, path, window) for window in windows for sender, path in window.references]
        self.bus.fill(panels)
        return [n for n in windows + [p for p in panels if p.role == "dialog"] if n.has("showing")]

    def dialogs(self):
        return [n for n in self.over() if n.role == "dialog"]

    def opened(self, name):
        """The panel or dialog of that name, once it is there, with all that is in it."""
        pattern = re.compile(name)
        return self.bus.tree(self.bus.wait(f"a dialog {name}", lambda: next((d for d in self.dialogs() if pattern.search(d.name)), None)))

    def close(self):
        """Esc until nothing is open over the main window."""
        for _ in range(6):
            before = len(self.over())
            if before == 1:
                return
            self.desktop.keys("Escape")
            deadline = time.monotonic() + 2
            while len(self.over()) == before and time.monotonic() < deadline:
                self.bus.pump(0.02)
        self.fail(f"Esc does not close {self.over()}")

    def tearDown(self):
        self.close()

    def test_panels(self):
        self.page("alt+3", "Nodes")
        for keys, name in (("ctrl+k", "."), ("question", "Keys"), ("ctrl+j", "Operations"), ("ctrl+i", "."), ("ctrl+shift+b", ".")):
            with self.subTest(keys):
                self.desktop.keys(keys)
                panel = self.opened(name)
                self.assertEqual([], self.problems(panel))
                if keys != "ctrl+k":   # Tab completes there; the list is walked by Up and Down
                    self.assertEqual([], self.check_tab(panel))
                self.close()

    def test_palette_reads_its_choices(self):
        self.desktop.keys("ctrl+k")
        panel = self.opened(".")
        self.desktop.type("overview")
        choices = self.bus.wait("the list of choices", lambda: next((n for n in self.opened(".").walk() if n.role in atspi.TABLES), None))
        self.bus.wait("a choice that says page", lambda: any("Overview" in cell.name for row in self.bus.cells(choices)[1] for cell in row))
        self.assertTrue(panel.name)
        self.close()

    def test_help(self):
        self.page("alt+3", "Nodes")
        self.desktop.keys("F1")
        window = self.bus.wait("the window of help", lambda: next((n for n in self.tree().children if "help" in n.name.lower()), None))
        self.assertIn(window.role, ("window", "frame"))
        self.assertEqual([], self.problems(window))
        text = self.bus.wait("the page", lambda: next((n for n in self.tree().walk() if n.name == "Help page"), None))
        self.assertIn("Nodes", self.bus.text(text))
        self.assertEqual([], self.check_tab(window, 25))
        self.desktop.keys("Escape")
        self.bus.wait("the help is closed", lambda: not [n for n in self.tree().children if "help" in n.name.lower()])

    def test_node_action_and_review(self):
        self.page("alt+3", "Nodes")
        self.filter("northgate-dev-1")
        self.desktop.keys("Home", "Down", "Return")
        scale = self.await_node("push button", "^Scale")
        self.assertEqual([], self.problems(self.tree()))
        # By the reader's own way: the action of the button.
        self.assertTrue(self.bus.call(scale, atspi.ACTION, "DoAction", atspi.variant("(i)", (0,))))
        dialog = self.opened("Scale")
        self.assertEqual([], self.problems(dialog))
        self.assertEqual([], self.check_tab(dialog))
        # On to the review: its steps and its diff.
        replicas = self.find("text", "^Replicas$", dialog)
        self.bus.call(replicas, atspi.COMPONENT, "GrabFocus")
        self.desktop.keys("ctrl+a")
        self.desktop.type("2")
        review = self.bus.wait("a review that may be opened", lambda: next((n for n in self.opened("Scale").walk()
                               if n.role == "push button" and n.name.startswith("Review") and n.has("sensitive")), None))
        self.bus.call(review, atspi.ACTION, "DoAction", atspi.variant("(i)", (0,)))
        steps = self.await_node("table", "^Steps$")
        self.bus.wait("the step Review waits", lambda: dict([c.name for c in row] for row in self.bus.cells(steps, 6)[1])["Review"] in ("current", "waits for you"))
        dialog = next(d for d in self.tree().walk() if d.role == "dialog" and any(n.path == steps.path for n in d.walk()))
        self.assertEqual([], self.problems(dialog))
        self.assertEqual([], self.check_tab(dialog))
        self.close()
        # The chart of the details, as a table.
        chart = self.find("chart", ".")
        twin = next(n for n in chart.children if n.role == "table")
        headers, grid = self.bus.cells(twin, 2)
        self.assertEqual(headers, ["Ago", "Value"])
        self.assertEqual(grid[0][0].name, "now")

    def test_the_logs_are_read(self):
        self.page("alt+3", "Nodes")
        self.filter("northgate-dev-1")
        self.desktop.keys("Home", "Down", "l")
        lines = self.await_node("panel", "^Log lines$")
        table = self.bus.wait("lines as a table", lambda: next((n for n in (self.find("panel", "^Log lines$") or lines).children if n.role == "table"), None))
        headers, grid = self.bus.cells(table, 5)
        self.assertIn("Message", headers)
        self.assertTrue(all(row[headers.index("Message")].name for row in grid), grid)
        self.assertEqual([], self.problems(self.tree()))
        # The line the keyboard is at is said.
        self.bus.call(lines, atspi.COMPONENT, "GrabFocus")
        self.press("Home")
        event = self.press("Down")
        self.assertIsNotNone(event, "nothing says which line it is now")
        cell = atspi.Node(event[2], event[3])
        self.bus.fill([cell])
        self.assertEqual((cell.role, cell.name), ("cell", self.bus.cells(table, 2)[1][1][headers.index("Message")].name))
        self.desktop.keys("Escape", "Escape")


class Live(Reader):
    def test_notices_are_announced(self):
        """A notice is an alert that appears; the same once more changes its name."""
        self.page("alt+1", "Overview")
        self.bus.heard.clear()
        self.desktop.keys("ctrl+shift+b")
        alert = self.await_node("alert message", "^This page is no list")
        added = [h for h in self.bus.heard if h[1] == "ChildrenChanged" and h[4][0] == "add" or h[1] == "StateChanged" and h[4][0] in ("showing", "visible") and h[4][1] == 1]
        self.assertTrue([h for h in added if alert.path in (h[3], h[4][3][1] if isinstance(h[4][3], tuple) else "")],
                        f"nothing said that {alert} is there; heard {[(h[1], h[3], h[4]) for h in added][:20]}")
        self.bus.heard.clear()
        self.desktop.keys("ctrl+shift+b")
        self.await_node("alert message", r"^This page is no list.*\(2\)")
        self.assertTrue([h for h in self.bus.heard if h[1] == "PropertyChange" and h[3] == alert.path and h[4][0] == "accessible-name"])
        tree = self.tree()
        close = self.find("push button", "^Close this notice$", tree)
        self.assertEqual([], self.check_tab(tree))   # it is reached before it goes by itself
        self.bus.call(close, atspi.ACTION, "DoAction", atspi.variant("(i)", (0,)))
        self.bus.wait("the notice is closed", lambda: not self.find("alert message", "^This page is no list"))


def main():
    try:
        setUpModule()
        live.program()
    except rigs.RigMissing as e:
        print(f"live lane: {e}", file=sys.stderr)
        sys.exit(1 if rigs.missing_is_failure() else 77)
    unittest.main(verbosity=2, warnings="ignore")


if __name__ == "__main__":
    main()
