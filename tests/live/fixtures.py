# SPDX-License-Identifier: GPL-3.0-or-later
"""Small objects of our kinds for tests that must know exactly what stands in the cluster."""

import rig as rigs

API_VERSION = f"{rigs.GROUP}/{rigs.VERSION}"
NAMESPACE = "live"
COMPONENTS = ("participant", "walletUI", "applicationCantonNameServer")


def merged(base, more):
    """`more` over `base`, objects merged, everything else replaced."""
    out = dict(base)
    for k, v in more.items():
        out[k] = merged(out[k], v) if isinstance(v, dict) and isinstance(out.get(k), dict) else v
    return out


def resource(kind, name, spec, status=None, namespace=NAMESPACE, labels=None, annotations=None):
    document = {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}
    if labels:
        document["metadata"]["labels"] = labels
    if annotations:
        document["metadata"]["annotations"] = annotations
    if status is not None:
        document["status"] = status
    return document


def ready_status(phase="Ready", generation=1, **more):
    return {"observedGeneration": generation, "phase": phase, "conditions": [
        {"type": "Ready", "status": "True", "reason": "AsDeclared", "message": "everything runs as declared", "observedGeneration": generation,
         "lastTransitionTime": "2026-01-01T00:00:00Z"}], **more}


def validator(name, spec=None, status=None, **more):
    base = {"networkRef": {"name": "devnet"}, "partyHint": name, "imageRepo": "registry.example.com/splice", "imageTag": "0.5.10", "storageSize": "50Gi",
            "auth": {"mode": "IntegratedKeycloak"}, "envVars": [{"name": "ADDITIONAL_CONFIG_A", "value": "a"}],
            "resources": {"replicas": 1, "cpuRequested": "500m", "cpuLimit": "2", "memoryRequested": "1Gi", "memoryLimit": "2Gi"},
            **{c: {"spec": {"resources": {"replicas": 1}}} for c in COMPONENTS}}
    components = [{"name": c, "image": "registry.example.com/splice:0.5.10", "ready": 1, "desired": 1, "restarts": 0} for c in COMPONENTS]
    return resource("Validator", name, merged(base, spec or {}),
                    merged(ready_status(version="0.5.10", components=components), status or {}) if status != {} else None, **more)


def network(name="devnet", **more):
    return resource("CantonNetwork", name, {"type": "DevNet", "migrationId": 0, "scan": {"scanType": "trust-single", "scanAddress": "https://scan.example.com"}},
                    ready_status(), **more)


def party(name, node="val-0", **more):
    return resource("Party", name, {"nodeRef": {"kind": "Validator", "name": node}, "hint": name}, ready_status(), **more)


def participant(name, **more):
    return resource("Participant", name, {"networkRef": {"name": "private"}, "imageTag": "3.4.9", "storageSize": "20Gi", "auth": {"mode": "IntegratedKeycloak"}},
                    ready_status(), **more)


def sync_domain(name, **more):
    return resource("SyncDomain", name, {"networkRef": {"name": "private"}, "alias": name, "imageTag": "3.4.9", "owners": {"members": ["owner-1"], "threshold": 1}},
                    ready_status(), **more)


def backup(name, node="val-0", **more):
    return resource("Backup", name, {"nodeRef": {"kind": "Validator", "name": node}, "type": "Database", "method": "External"}, **more)
