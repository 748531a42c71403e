# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading resources/: the files, their schemas, and what the tests of them need to know."""

import glob
import os
import re

from rig import ROOT

try:
    import yaml
    LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
except ImportError:
    yaml = None

FOLDER = os.path.join(ROOT, "resources")

# resources.md, to the letter: kind, plural, short name.
KINDS = [line.split() for line in """
CantonNetwork cantonnetworks cnet
Validator validators val
Participant participants par
SuperValidator supervalidators sv
SyncDomain syncdomains sd
SyncDomainConnection syncdomainconnections sdc
TopologyChange topologychanges tc
ValidatorOnboarding validatoronboardings vo
Party parties pty
LedgerUser ledgerusers lu
WalletUser walletusers wu
DarPackage darpackages dar
DarDeployment dardeployments dd
Application applications capp
IdentityProviderConfig identityproviderconfigs idp
WalletProvider walletproviders wp
KmsConfig kmsconfigs kms
Backup backups cbk
BackupSchedule backupschedules cbs
Restore restores crs
IdentityDump identitydumps idd
IdentityDumpSchedule identitydumpschedules ids
PruningSchedule pruningschedules prs
Upgrade upgrades upg
""".strip().splitlines()]
PLURAL = {kind: plural for kind, plural, _ in KINDS}


def load(path):
    with open(path, encoding="utf-8") as f:
        return [d for d in yaml.load_all(f, LOADER) if d]


def files(*parts):
    return sorted(glob.glob(os.path.join(FOLDER, *parts)))


def definitions():
    """The definitions as the files have them, by kind."""
    return {d["spec"]["names"]["kind"]: d for path in files("crds", "*.yaml") for d in load(path)}


def schema_of(definition):
    return definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def walk(schema, path=""):
    """(path, schema) of a schema and all below it."""
    yield path, schema
    for name, child in schema.get("properties", {}).items():
        yield from walk(child, f"{path}.{name}")
    if "items" in schema:
        yield from walk(schema["items"], path + "[]")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from walk(schema["additionalProperties"], path + "{}")


def expectation(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    field = re.search(r"^# expect-field: (.+)$", text, re.M)
    message = re.search(r"^# expect-message: (.+)$", text, re.M)
    if not field or not message:
        raise AssertionError(f"{path} has no expect-field or no expect-message")
    return field.group(1), message.group(1)


REFERENCES = {"networkRef": "CantonNetwork", "syncDomainRef": "SyncDomain", "darRef": "DarPackage", "validatorRef": "Validator",
              "superValidatorRef": "SuperValidator", "kmsConfigRef": "KmsConfig", "identityProviderRef": "IdentityProviderConfig",
              "walletProviderRef": "WalletProvider", "partyRef": "Party", "ledgerUserRef": "LedgerUser", "pruningRef": "PruningSchedule"}


def references(value, namespace):
    if isinstance(value, list):
        for item in value:
            yield from references(item, namespace)
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "nodeRef":
                yield item["kind"], namespace, item["name"]
            elif key in REFERENCES and "name" in item:
                yield REFERENCES[key], item.get("namespace", namespace), item["name"]
            else:
                yield from references(item, namespace)


def contains(have, want):
    """`have` is `want`, perhaps with more keys (defaults)."""
    if isinstance(want, dict):
        return isinstance(have, dict) and all(k in have and contains(have[k], v) for k, v in want.items())
    if isinstance(want, list):
        return isinstance(have, list) and len(have) == len(want) and all(contains(h, w) for h, w in zip(have, want))
    return have == want


def value(document, pointer):
    """What stands at the pointer; None when nothing does."""
    for part in pointer.split("/")[1:]:
        document = document.get(part) if isinstance(document, dict) else None
    return document


def at(schema, pointer):
    for part in pointer.split("/")[1:]:
        schema = schema["properties"][part]
    return schema


def fits(column, schema):
    kind, form = column["type"], schema["type"]
    if kind in ("text", "integer", "boolean"):
        return form == {"text": "string"}.get(kind, kind)
    if kind == "time":
        return form == "string" and schema.get("format") == "date-time"
    if kind == "number":
        return form == "number" or "pattern" in schema
    if kind == "list":
        item = at(schema["items"], column["item"]) if "item" in column else schema["items"]
        return item["type"] == "string"
    if kind == "ready":
        return {"ready", "desired"} <= set(schema["items"]["properties"])
    if kind == "left":
        return {"consumed", "limit"} <= set(schema["properties"])
    if kind == "ref":
        return "name" in schema["properties"]
    return kind == "count" and form in ("array", "object") or kind == "quantity" and form == "string"
