# SPDX-License-Identifier: GPL-3.0-or-later
"""The network and its edges: CantonNetwork, SyncDomainConnection, TopologyChange, ValidatorOnboarding."""
from . import types as t
from .schema import (FIXED, column, definition, exactly_one, flag, integer, keyed, obj, rule,
                     run_once, text, time, words)

_PHASE = column("Phase", ".status.phase")


def canton_network():
    sponsor = obj("A super validator that sponsors validators.", {
        "name": text("Name of the super validator.", min=1, max=100),
        "svAddress": t.https_url("Address of its SV app."),
        "scanAddress": t.https_url("Address of its Scan."),
    }, ["name", "svAddress", "scanAddress"], rules=[
        rule("self.svAddress != self.scanAddress",
             "svAddress must not be the Scan address; the SV app has an address of its own", ".svAddress")])
    names = obj("What things are called on this network.", {
        n: text(what, max=128) for n, what in (
            ("networkName", "The network."), ("amuletName", "Its coin."), ("amuletNameAcronym", "Its coin, short."),
            ("nameServiceName", "Its name service."), ("nameServiceNameAcronym", "Its name service, short."))})
    names["properties"]["networkFaviconUrl"] = t.https_url("Its icon.")
    spec = obj("Desired state of the environment.", {
        "type": text("What kind of network it is.", enum=("DevNet", "TestNet", "MainNet", "Private"), rules=[FIXED]),
        "displayName": text("Name for people; the object's name when left out.", max=100),
        "migrationId": integer("Migration id of the global synchronizer. Changed as a part of an Upgrade.", min=0, default=0,
                               rules=[rule("self >= oldSelf", "a migration id never goes back")]),
        "scan": t.sv_trust(("How Scan is read.", "scanType"), "scanAddress", "seedUrls"),
        "sponsors": keyed("Super validators to choose from when a validator is set up.", sponsor, max=64),
        "instanceNames": names,
        "resetPolicy": text("When the network is reset, for people.", max=512),
        "realm": text("Realm of the default identity provider.", max=128),
        "authUrl": t.https_url("Address of the default identity provider."),
        "kmsConfigRef": t.ref("The KmsConfig for new nodes."),
        "domainName": text("DNS name below which user interfaces and applications are reached.", max=253),
    }, ["type"], rules=[
        rule("self.type == 'Private' || has(self.scan)", "a public network needs scan", ".scan")])
    return definition(
        "CantonNetwork", "cantonnetworks", "cnet", "An environment: DevNet, TestNet, MainNet or a private subnet.", spec,
        t.status(("Pending", "Ready", "Degraded", "Failed", "Deleting"),
                 ("ScanReachable", "MigrationIdMatches", "SpecAccepted", "Ready"), {
            "observedMigrationId": integer("Migration id the network runs with.", min=0),
            "networkVersion": text("Version of the super validators.", max=128),
            "activeSvCount": integer("Super validators that are active.", min=0),
            "currentRound": integer("Open mining round.", min=0, wide=True),
            "lastProbeTime": time("When the network was last probed."),
        }), [column("Type", ".spec.type"), _PHASE, column("Migration", ".spec.migrationId", "integer"),
             column("Version", ".status.networkVersion"), column("SVs", ".status.activeSvCount", "integer", 1)], name_max=40)


def sync_domain_connection():
    target = obj("What the node connects to.", {
        "syncDomainRef": t.ref("A private SyncDomain.", namespace=True),
        "networkRef": t.ref("The global synchronizer of a CantonNetwork.", namespace=True),
        "url": t.https_url("Any other sequencer."),
    }, rules=[FIXED, exactly_one(("syncDomainRef", "networkRef", "url"),
                                 "name exactly one target: syncDomainRef, networkRef or url")])
    trust = "has(self.connectionType) && self.connectionType"
    spec = obj("Desired state of the edge between a node and a domain.", {
        "nodeRef": t.node_ref("The node.", kinds=("Validator", "Participant"), fixed=True),
        "target": target,
        "alias": text("Alias the node knows the domain by; unique per node.", pattern="^[a-z0-9-]{1,40}$", max=40, rules=[FIXED]),
        "priority": integer("The domain with the highest is used for submission.", default=0, min=-1000, max=1000),
        "manualConnect": flag("Whether the node waits for a person after a restart.", default=False),
        "connectionType": text("trust-single: one sequencer. bft: all known ones. bft-custom: the named ones.",
                               enum=("trust-single", "bft", "bft-custom"), default="trust-single"),
        "svNames": words("Names of the super validators whose sequencers are used.", max=64),
        "threshold": integer("How many sequencers have to agree.", min=1, max=64),
        "tls": obj("TLS of the connection.", {"trustSecretRef": t.secret_ref("Secret with ca.crt.")}),
        "exposure": obj("What may use this edge; everything when left out.", {
            "parties": t.party_refs("Parties that may use it."),
            "packages": words("Package ids or names that may use it.", max=128),
        }),
        "state": text("Whether the node is to be connected.", enum=("Connected", "Disconnected"), default="Connected"),
    }, ["nodeRef", "target", "alias"], rules=[
        rule(f"!({trust} == 'bft-custom') || (has(self.svNames) && size(self.svNames) > 0 && has(self.threshold))",
             "bft-custom needs svNames and threshold", ".connectionType"),
        rule(f"!({trust} == 'trust-single') || (!has(self.svNames) && !has(self.threshold))",
             "trust-single takes neither svNames nor threshold", ".connectionType"),
        rule("!has(self.threshold) || !has(self.svNames) || self.threshold <= size(self.svNames)",
             "threshold must not be greater than the number of svNames", ".threshold")])
    phases = ("Pending", "Registering", "AwaitingPermission", "Connected", "Disconnected", "Failed", "Deleting")
    return definition(
        "SyncDomainConnection", "syncdomainconnections", "sdc", "The edge between a node and a sync domain.", spec,
        t.status(phases, ("Registered", "AgreementAccepted", "Connected", "Healthy", "SpecAccepted"), {
            "domainId": text("Id of the domain.", max=330),
            "registered": flag("Whether the node knows the domain."),
            "connected": flag("Whether the node is connected."),
            "healthy": flag("Whether the connection works."),
            "lastSequencedTime": time("Time of the newest event received."),
            "latency": text("Round trip to the sequencer.", max=32),
            "permission": text("Permission of the node on the domain.", max=32),
        }), [column("Node", ".spec.nodeRef.name"), column("Alias", ".spec.alias"), column("State", ".spec.state"), _PHASE,
             column("Healthy", ".status.healthy", "boolean"), column("Priority", ".spec.priority", "integer", 1)])


def _mapping_union():
    owner = {"namespace": text("Fingerprint of the namespace.", max=136)}
    return obj("The mapping that is proposed: the part named like the type.", {
        "partyHosting": obj("A party on participants.", {
            "partyId": text("The party.", pattern=t.PARTY_ID, max=330),
            "threshold": integer("Participants that have to confirm.", min=1, max=64, default=1),
            "participants": keyed("The participants.", obj("A participant.", {
                "participantId": text("Its id.", min=1, max=330),
                "permission": text("What it may do.", enum=("Submission", "Confirmation", "Observation")),
            }, ["participantId", "permission"]), keys=("participantId",), max=64),
        }, ["partyId", "participants"], rules=[
            rule("self.threshold <= size(self.participants)",
                 "threshold must not be greater than the number of participants", ".threshold")]),
        "namespaceDelegation": obj("A key that may sign for a namespace.", {
            **owner, "targetKey": text("Fingerprint of the key.", min=1, max=136),
            "isRootDelegation": flag("Whether it may delegate further.", default=False)}, ["namespace", "targetKey"]),
        "keyRotation": obj("A new key of a member.", {
            "member": text("Id of the member.", min=1, max=330), "oldKey": text("Fingerprint of the old key.", max=136),
            "newKey": text("Fingerprint of the new key.", max=136),
            "usage": text("What the key is for.", enum=("Namespace", "Signing", "Encryption"))}, ["member", "oldKey", "newKey"]),
        "packageVetting": obj("Packages a participant accepts.", {
            "participantId": text("Id of the participant.", min=1, max=330),
            "packageIds": words("The packages.", max=256, length=64, pattern="^[0-9a-f]{64}$")},
            ["participantId", "packageIds"]),
        "participantPermission": obj("A participant's permission on a domain.", {
            "participantId": text("Id of the participant.", min=1, max=330),
            "permission": text("What it may do.", enum=("Submission", "Confirmation", "Observation"))},
            ["participantId", "permission"]),
        "ownerChange": obj("Owners of a namespace.", {
            **owner, "owners": words("Ids of the owners.", max=32, length=330),
            "threshold": integer("Owners who have to sign.", min=1, max=32)}, ["namespace", "owners", "threshold"], rules=[
            rule("self.threshold <= size(self.owners)", "threshold must not be greater than the number of owners",
                 ".threshold")]),
    })


def topology_change():
    parts = (("PartyHosting", "partyHosting"), ("NamespaceDelegation", "namespaceDelegation"), ("KeyRotation", "keyRotation"),
             ("PackageVetting", "packageVetting"), ("ParticipantPermission", "participantPermission"),
             ("OwnerChange", "ownerChange"))
    matches = " && ".join(f"(self.type == '{kind}') == has(self.mapping.{part})" for kind, part in parts)
    spec = obj("The topology transaction.", {
        "nodeRef": t.node_ref("The node that proposes it.", kinds=t.ALL_NODE_KINDS),
        "type": text("Kind of the mapping.", enum=[kind for kind, _ in parts]),
        "operation": text("Whether the mapping is put in place or removed.", enum=("AddReplace", "Remove"), default="AddReplace"),
        "mapping": _mapping_union(),
        "synchronizer": text("Id of the domain; every domain of the node when left out.", max=330),
        "mustFullyAuthorize": flag("Whether it is refused when signatures are missing.", default=True),
        "authorize": obj("The word of the person who approves.", {
            "approved": flag("Whether it is approved.", default=False),
            "rejected": flag("Whether it is rejected.", default=False),
            "by": text("Who decided.", max=253),
        }, rules=[rule("!(has(self.approved) && self.approved && has(self.rejected) && self.rejected)",
                       "a change cannot be both approved and rejected")]),
    }, ["nodeRef", "type", "mapping"], rules=[
        rule(matches, "mapping must have exactly the part that belongs to type", ".mapping")])
    signature = obj("A signature.", {"signer": text("Fingerprint of the key.", max=136), "time": time("When.")}, ["signer"])
    phases = ("Pending", "Proposed", "AwaitingSignatures", "Effective", "Rejected", "Failed")
    return definition(
        "TopologyChange", "topologychanges", "tc", "A topology transaction that several have to sign. Run once.", spec,
        t.status(phases, ("Proposed", "FullyAuthorized", "Effective", "SpecAccepted"), {
            "txHash": text("Hash of the transaction.", max=136),
            "serial": integer("Serial of the mapping.", min=0),
            "signatures": keyed("Signatures so far.", signature, keys=("signer",), max=64),
            "pendingSigners": words("Keys whose signature is missing.", max=64),
            "effectiveTime": time("When it came into force."),
            "steps": t.steps(),
        }), [column("Node", ".spec.nodeRef.name"), column("Type", ".spec.type"), column("Operation", ".spec.operation", priority=1),
             column("Approved", ".spec.authorize.approved", "boolean"), _PHASE],
        rules=run_once(spec, "change", free_fields=("authorize",)))


def validator_onboarding():
    spec = obj("The invitation.", {
        "superValidatorRef": t.ref("The SuperValidator that issues the secret.", fixed=True, max=40),
        "validatorName": text("Name of the validator that is invited.", pattern="^[a-zA-Z0-9_-]+$", min=1, max=100),
        "expiresIn": text("How long the secret is good.", pattern=t.SHORT_DURATION, max=16, default="48h"),
        "egressIps": words("Addresses the validator connects from, as IPv4 or IPv6, with an optional prefix length.",
                           max=32, length=64, pattern="^[0-9a-fA-F.:]+(/[0-9]{1,3})?$"),
        "secretName": text("Name of the Secret the operator writes; the object's name when left out.",
                           pattern="^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"),
    }, ["superValidatorRef", "validatorName"])
    phases = ("Pending", "Issued", "Used", "Expired", "Revoked", "Failed")
    return definition(
        "ValidatorOnboarding", "validatoronboardings", "vo", "A one-time onboarding secret issued by a super validator.", spec,
        t.status(phases, ("Issued", "Used", "SpecAccepted"), {
            "issuedTime": time("When the secret was made."),
            "expiresTime": time("When it expires."),
            "usedTime": time("When it was used."),
            "validatorParty": text("Party of the validator that used it.", max=330),
            "secretRef": t.secret_ref("The Secret that was written."),
        }), [column("Validator", ".spec.validatorName"), _PHASE, column("Expires", ".status.expiresTime")],
        rules=run_once(spec, "onboarding"))


KINDS = (canton_network, sync_domain_connection, topology_change, validator_onboarding)
