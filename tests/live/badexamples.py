# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad examples made from the good ones: for a rule at a path of a kind, a document that breaks this rule.

Many types (resources, database, env …) are shared by several kinds; a file for each of their places would say the same thing
a hundred times. What breaks a rule is told once here, by its message."""

import copy
import os
import re

from resourcefiles import FOLDER, load, schema_of

# A value the schema takes where its pattern asks for more than some text; by the name of the field.
SAMPLES = {"cpuRequested": "1", "cpuLimit": "1", "memoryRequested": "1Gi", "memoryLimit": "1Gi", "storageSize": "10Gi",
           "fieldPath": "metadata.name", "name": "sample", "namespace": "sample", "key": "sample"}
VALUE_FROM = {"secretKeyRef": {"name": "sample", "key": "sample"}}


def put(**changes):
    def change(value):
        for key, new in changes.items():
            value.pop(key, None)
            if new is not None:
                value[key] = new
        return value
    return change


def other(value, schema):
    """Another value of the same schema."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        if "enum" in schema:
            return next(e for e in schema["enum"] if e != value)
        if schema.get("format") == "date-time":
            return "2031-02-03T04:05:06Z"
        return value[:-1] + ("b" if value[-1:] == "a" else "a") if not value[-1:].isdigit() else value[:-1] + str((int(value[-1]) + 1) % 10)
    if isinstance(value, list):
        return [other(value[0], schema["items"])] + value[1:] if value else [sample(schema["items"])]
    fields = [k for k in ("name", "kind", *value) if k in value and k in schema.get("properties", {})]
    return {**value, fields[0]: other(value[fields[0]], schema["properties"][fields[0]])}


def bft(value):
    field = "scanType" if "scanType" in value else "connectionType"
    return put(**{field: "bft-custom"}, svNames=None, threshold=None)(value)


# By message: what becomes of the value the rule stands on.
BREAKS = {
    "Custom sign-in needs identityProviderRef": put(mode="Custom", identityProviderRef=None),
    "PgDump needs storage": put(method="PgDump", storage=None),
    "an External database needs host and secretRef": lambda _: {"mode": "External"},
    "cpuRequested must not be greater": put(cpuRequested="3", cpuLimit="2"),
    "memoryRequested must not be greater": put(memoryRequested="3Gi", memoryLimit="2Gi"),
    "give exactly one of name (a Party object) and partyId": put(name=None, partyId=None),
    "give exactly one of s3 and volumeSnapshotClass": put(s3=None, volumeSnapshotClass=None),
    "give exactly one of secretKeyRef": lambda _: {},
    "give value or valueFrom, not both": put(value="1", valueFrom=VALUE_FROM),
    "must be an http or https URL": lambda _: "ftp://example.com",
    "must be an https URL": lambda _: "http://example.com",
    "name exactly one source": put(oci=None, http=None, configMaps=None, pvc=None),
    "trust-single needs scanAddress": put(scanType="trust-single", scanAddress=None, svNames=None, threshold=None),
    "threshold must not be greater than the number of svNames": put(svNames=["Digital-Asset-1"], threshold=2),
}
BFT = "bft-custom needs svNames and threshold"
# The same for rules that compare with what was there: the value before and the value after, None when there is none.
CHANGES = {
    "storage can only grow: give a size": lambda value, schema: ("20Gi", "10Gi"),
    "storageSize cannot be taken away": lambda value, schema: ({**value, "storageSize": "10Gi"},
                                                               {k: v for k, v in value.items() if k != "storageSize"}),
    "is fixed when the object is created": lambda value, schema: (value, other(value, schema)),
}
STARTED = "has started"
STARTED_PHASE = {"Upgrade": "AwaitingApproval", "TopologyChange": "AwaitingSignatures"}


def sample(schema, name=""):
    """The least value the schema takes."""
    if "default" in schema:
        return copy.deepcopy(schema["default"])
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {k: sample(schema["properties"][k], k) for k in schema.get("required", [])}
    if schema["type"] == "array":
        return [sample(schema["items"], name)] if schema.get("minItems") else []
    if schema["type"] == "integer":
        return schema.get("minimum", 1)
    if schema["type"] == "boolean":
        return True
    return "2030-01-01T00:00:00Z" if schema.get("format") == "date-time" else SAMPLES.get(name, "sample")


def tokens(path):
    return re.findall(r"\[\]|[^.\[\]]+", path)


def reach(document, schema, path):
    """(holder, key, schema) of the place, made with samples where the good example has nothing there."""
    holder, key, at = {"": document}, "", schema
    for token in tokens(path):
        value = holder[key]
        if token == "[]":
            if not value:
                value.append(sample(at["items"]))
            holder, key, at = value, 0, at["items"]
        else:
            at = at["properties"][token]
            if token not in value:
                value[token] = sample(at, token)
            holder, key = value, token
    return holder, key, at


def field_of(path, rule):
    """As the server names it in the cause."""
    return (path + rule.get("fieldPath", "")).strip(".").replace("[]", "[0]")


def good(kind, name, namespace):
    document, = load(os.path.join(FOLDER, "examples", "good", kind.lower() + ".yaml"))
    document["metadata"] = {"name": name, "namespace": namespace}
    return document


def made(kind, definition, path, rule, name, namespace):
    """The documents: one to create, or one to create (with its status) and one to update it to. None: nobody told how."""
    schema, message = schema_of(definition), rule["message"]
    first = good(kind, name, namespace)
    if STARTED in message:
        first["status"] = {"phase": STARTED_PHASE.get(kind, "Running")}
        holder, key, at = reach(first, schema, rule["fieldPath"])
        second = copy.deepcopy(first)
        holder, key, at = reach(second, schema, rule["fieldPath"])
        holder[key] = other(holder[key], at)
        del second["status"]
        return [first, second]
    holder, key, at = reach(first, schema, path)
    for text, change in CHANGES.items():
        if text in message:
            before, after = change(holder[key], at)
            holder[key] = before
            second = copy.deepcopy(first)
            holder, key, at = reach(second, schema, path)
            holder[key] = after
            return [first, second]
    breaking = bft if BFT in message else next((b for text, b in BREAKS.items() if text in message), None)
    if breaking is None:
        return None
    holder[key] = breaking(copy.deepcopy(holder[key]))
    return [first]
