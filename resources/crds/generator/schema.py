# SPDX-License-Identifier: GPL-3.0-or-later
"""Small builders for structural OpenAPI v3 schemas and their CEL rules.

Every string, list and map has an upper bound: the API server estimates the cost of a CEL rule from the largest object the
schema allows and refuses a rule it finds too dear. The rules keep to the closed subset the demo server evaluates too:
select, index, has, in, ?:, logic, comparison, size, matches, all/exists, oldSelf, quantity, url.
"""

GROUP = "canton.quarterdeck.io"
VERSION = "v1alpha1"


def rule(expression, message, field=None, reason=None):
    """One x-kubernetes-validations entry; `field` is a path below the schema the rule stands on (".a.b")."""
    out = {"rule": expression, "message": message}
    if reason:
        out["reason"] = reason
    if field:
        out["fieldPath"] = field
    return out


def _with(schema, description, default=None, rules=(), **more):
    out = {"description": description}
    out.update(schema)
    if default is not None:
        out["default"] = default
    out.update(more)
    if rules:
        out["x-kubernetes-validations"] = list(rules)
    return out


def text(description, pattern=None, max=253, min=None, enum=None, **more):
    schema = {"type": "string"}
    if enum:
        schema["enum"] = list(enum)
        schema["maxLength"] = 64
    else:
        schema["maxLength"] = max
    if min is not None:
        schema["minLength"] = min
    if pattern:
        schema["pattern"] = pattern
    return _with(schema, description, **more)


def time(description, **more):
    return _with({"type": "string", "format": "date-time", "maxLength": 64}, description, **more)


def integer(description, min=None, max=None, wide=False, **more):
    schema = {"type": "integer", "format": "int64" if wide else "int32"}
    if min is not None:
        schema["minimum"] = min
    if max is not None:
        schema["maximum"] = max
    return _with(schema, description, **more)


def flag(description, default=None, **more):
    return _with({"type": "boolean"}, description, default=default, **more)


def obj(description, props, required=(), rules=(), **more):
    schema = {"type": "object"}
    if required:
        schema["required"] = list(required)
    schema["properties"] = dict(props)
    return _with(schema, description, rules=rules, **more)


def mapping(description, value=None, max=64, **more):
    schema = {"type": "object", "maxProperties": max,
              "additionalProperties": value or {"type": "string", "maxLength": 1024}}
    return _with(schema, description, **more)


def free(description):
    """An object handed on to Kubernetes as it is (affinity and the like)."""
    return _with({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, description)


def items(description, item, max=32, min=None, kind="atomic", keys=(), **more):
    schema = {"type": "array", "maxItems": max}
    if min is not None:
        schema["minItems"] = min
    schema["items"] = item
    schema["x-kubernetes-list-type"] = kind
    if keys:
        schema["x-kubernetes-list-map-keys"] = list(keys)
    return _with(schema, description, **more)


def keyed(description, item, keys=("name",), max=32, **more):
    """A list whose items are told apart by `keys`: it merges item by item."""
    return items(description, item, max=max, kind="map", keys=keys, **more)


def words(description, max=32, length=253, pattern=None, enum=None, **more):
    """A set of strings."""
    item = {"type": "string", "maxLength": length}
    if pattern:
        item["pattern"] = pattern
    if enum:
        item["enum"] = list(enum)
    return items(description, item, max=max, kind="set", **more)


# --- CEL fragments -------------------------------------------------------------------------------------------------


def unchanged(field, base="", mutable=()):
    """`field` is as it was: neither added, removed nor changed. `mutable` names the parts of it that may change; it maps
    the field to the names of its other parts."""
    new, old = f"self{base}.{field}", f"oldSelf{base}.{field}"
    if not mutable:
        return f"has({new}) == has({old}) && (!has({new}) || {new} == {old})"
    parts = [f"(has({new}) && has({new}.{p})) == (has({old}) && has({old}.{p}))"
             f" && (!has({new}) || !has({new}.{p}) || {new}.{p} == {old}.{p})" for p in mutable]
    return " && ".join(f"({p})" for p in parts)


def immutable(field):
    """A rule on the parent for an optional field that is fixed at creation."""
    return rule(unchanged(field), f"{field} is fixed when the object is created; create a new object instead", f".{field}")


FIXED = rule("self == oldSelf", "is fixed when the object is created; create a new object instead")


def exactly_one(names, message):
    return rule(_one_of(names), message)


def at_most_one(names, message):
    none = " && ".join(f"!has(self.{n})" for n in names)
    return rule(f"({none}) || {_one_of(names)}", message)


def _one_of(names):
    terms = []
    for name in names:
        others = [f"!has(self.{other})" for other in names if other != name]
        terms.append("(" + " && ".join([f"has(self.{name})"] + others) + ")")
    return " || ".join(terms)


def needs(condition, fields, message, field=None):
    """When `condition` holds, every one of `fields` must be there."""
    present = " && ".join(f"has(self.{f})" for f in fields)
    return rule(f"!({condition}) || ({present})", message, field)


def no_more(lesser, greater):
    """Two quantities beside each other: the first must not be the larger one."""
    return rule(f"!has(self.{lesser}) || !has(self.{greater}) || "
                f"quantity(self.{lesser}).compareTo(quantity(self.{greater})) <= 0",
                f"{lesser} must not be greater than {greater}; lower {lesser} or raise {greater}", f".{lesser}")


# --- the whole definition ------------------------------------------------------------------------------------------

_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"


def column(name, path, kind="string", priority=None, description=None):
    out = {"name": name, "type": kind, "jsonPath": path}
    if description:
        out["description"] = description
    if priority:
        out["priority"] = priority
    return out


def definition(kind, plural, short, description, spec, status, columns, rules=(), name_max=63):
    """A CustomResourceDefinition of our group with a status subresource."""
    name = {"type": "string", "maxLength": name_max, "pattern": _LABEL}
    root = {
        "description": description,
        "type": "object",
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object", "properties": {"name": name}},
            "spec": spec,
            "status": status,
        },
    }
    if rules:
        root["x-kubernetes-validations"] = list(rules)
    shown = list(columns) + [column("Age", ".metadata.creationTimestamp", "date")]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower(),
                      "shortNames": [short], "categories": ["canton"]},
            "versions": [{
                "name": VERSION, "served": True, "storage": True,
                "subresources": {"status": {}},
                "additionalPrinterColumns": shown,
                "schema": {"openAPIV3Schema": root},
            }],
        },
    }


def run_once(spec, word, mutable=None, free_fields=()):
    """Rules for a run-once kind: once it has left Pending its spec is fixed but for `free_fields` and, of the fields in
    `mutable`, everything but the listed (fixed) parts."""
    started = "has(oldSelf.status) && has(oldSelf.status.phase) && oldSelf.status.phase != 'Pending'"
    out = []
    for field in spec["properties"]:
        if field in free_fields:
            continue
        fixed_parts = (mutable or {}).get(field, ())
        if mutable and field in mutable and not fixed_parts:
            continue
        what = " and ".join(f"{field}.{part}" for part in fixed_parts) or field
        same = unchanged(field, ".spec", fixed_parts)
        out.append(rule(f"!({started}) || ({same})",
                        f"{what} cannot be changed once the {word} has started; create a new one instead",
                        f".spec.{field}"))
    return out
