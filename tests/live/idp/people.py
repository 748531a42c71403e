# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may sign in at the providers of the live rig: the demo network's persons, and one who belongs nowhere."""

PEOPLE = {"paula": ["platform-admin"], "nora": ["node-operator"], "lea": ["ledger-operator"], "vera": ["viewer"], "otto": []}


def password(name):
    return name + "-knows"


def mail(name):
    return name + "@example.com"
