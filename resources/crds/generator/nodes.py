# SPDX-License-Identifier: GPL-3.0-or-later
"""The Canton nodes: Validator, Participant, SuperValidator, SyncDomain."""
from . import types as t
from .schema import (FIXED, at_most_one, column, definition, flag, immutable, integer, keyed, needs, obj,
                     rule, text, time, words)

_PHASE = column("Phase", ".status.phase")
_NETWORK = column("Network", ".spec.networkRef.name")
_VERSION = column("Version", ".status.version")
_RESTORING = t.LONG_LIVED[:8] + ("Restoring",) + t.LONG_LIVED[8:]


def _network():
    return t.ref("The CantonNetwork this node belongs to.", fixed=True)


def _suspend():
    return flag("Scales every component to zero while true; data is kept.", default=False)


def _pruning():
    return t.ref("The PruningSchedule of this node.")


def _migration_id():
    return integer("Migration id of the global synchronizer; the network's when left out. Changed only by an Upgrade.", min=0)


def _participant_auth(description):
    return obj(description, {
        "jwksUrl": t.any_url("Where the keys of the identity provider are fetched."),
        "targetAudience": text("Audience a token must name.", max=512),
    })


def _restore_from():
    return obj("Identity dump this node is created from. Only on creation.", {
        "identityDumpRef": t.ref("The IdentityDump."),
        "newParticipantIdentifier": text("Identifier of the new participant; must differ from the dumped one.",
                                         pattern="^[a-zA-Z0-9_-]+$", max=185),
        "migrateValidatorParty": flag("Whether the validator party moves to the new participant.", default=False),
    }, ["identityDumpRef"])


_RESTORE_RULE = rule("!has(self.restoreFrom) || (has(oldSelf.restoreFrom) && self.restoreFrom == oldSelf.restoreFrom)",
                     "restoreFrom can only be given when the node is created; use a Restore instead", ".restoreFrom")


# --- Validator -----------------------------------------------------------------------------------------------------


def _validator_links():
    return {
        "networkRef": _network(),
        "role": text("Standard, or Bridge between a private and a public network. A bridge has one SyncDomainConnection to "
                     "a public network and at least one to a private one.", enum=("Standard", "Bridge"), default="Standard"),
        "sponsorSvName": text("Name of the super validator that sponsors this node."),
        "svSponsorAddress": t.https_url("Address of the sponsor's SV app."),
        "scanAddress": t.https_url("Address of the one Scan that is trusted. Not together with scanClient."),
        "scanClient": t.sv_trust(("How Scan is read. Not together with scanAddress.", "scanType"), "scanAddress", "seedUrls"),
        "synchronizer": t.sv_trust(("How the global synchronizer is reached.", "connectionType"), "url"),
        "partyHint": text("Hint of the validator's own party.", pattern="^[a-zA-Z0-9_-]+$", min=1, max=185, rules=[FIXED]),
        "migrationId": _migration_id(),
        "onboarding": obj("The one-time secret of the sponsor.", {
            "secretRef": t.secret_ref("Secret with the key secret; cn-app-<name>-onboarding-validator when left out. "
                                      "Not needed any more once the node is onboarded."),
        }),
        "nodeIdentifier": text("Identifier of the node; its name when left out.", pattern="^[a-zA-Z0-9_-]+$", max=185),
        "contactPoint": text("Mail address other operators may write to.", pattern="^[^@ ]+@[^@ ]+$", max=254),
    }


def _validator_components():
    participant = {
        "auth": _participant_auth("Who may call the Ledger API."),
        "kmsConfigRef": t.ref("The KmsConfig the keys are made with. Only new nodes can use one."),
    }
    return {
        **t.image_block(),
        "resources": t.resource_block("Resources of the validator app."),
        "envVars": t.env_vars("Environment variables of the validator app, in the form of a Pod's env."),
        "logLevel": t.log_level(),
        "participant": t.component("The participant node.", participant),
        "walletUI": t.component("The wallet user interface."),
        "applicationCantonNameServer": t.component("The Canton Name Service user interface."),
        "storageSize": t.storage_size("the provisioned database"),
        "database": t.database("The database of participant and validator app; its Secret is database-<name> by default."),
        "auth": _validator_auth(),
    }


def _validator_auth():
    return obj("How people and services sign in.", {
        "mode": text("IntegratedKeycloak: clients and users are made by the operator. Custom: by you.",
                     enum=("IntegratedKeycloak", "Custom"), rules=[FIXED]),
        "identityProviderRef": t.ref("The IdentityProviderConfig."),
        "secretRefs": obj("Secrets with the client credentials.", {
            "ledgerApi": t.secret_ref("Keys url, client-id, client-secret, ledger-api-user."),
            "walletUi": t.secret_ref("Keys url, clientId, username."),
            "cnsUi": t.secret_ref("Keys url, clientId."),
        }),
        "audience": text("Audience of the tokens.", max=512),
    }, ["mode"], rules=[needs("self.mode == 'Custom'", ("identityProviderRef",),
                              "Custom sign-in needs identityProviderRef", ".identityProviderRef")])


def _validator_money():
    sweep = obj("Moves what is above a balance to another party.", {
        "fromParty": text("Party whose wallet is swept.", pattern=t.PARTY_ID, max=330),
        "receiver": text("Party that receives.", pattern=t.PARTY_ID, max=330),
        "maxBalanceUsd": text("Balance that starts a sweep.", pattern=t.DECIMAL, max=40),
        "minBalanceUsd": text("Balance that is left.", pattern=t.DECIMAL, max=40),
        "useTransferPreapproval": flag("Whether the receiver has approved transfers beforehand.", default=False),
    }, ["fromParty", "receiver", "maxBalanceUsd", "minBalanceUsd"], rules=[
        rule("self.fromParty != self.receiver", "receiver must be another party than fromParty", ".receiver")])
    accept = obj("Accepts transfers without a person.", {
        "party": text("Party that receives.", pattern=t.PARTY_ID, max=330),
        "fromParties": words("Parties whose transfers are accepted.", length=330, max=64, pattern=t.PARTY_ID),
    }, ["party", "fromParties"])
    topup = obj("Buys traffic when it runs out.", {
        "enabled": flag("Whether traffic is bought.", default=False),
        "targetThroughput": integer("Bytes a second the bought traffic must allow.", min=0, wide=True),
        "minTopupInterval": text("Shortest time between two purchases.", pattern=t.SHORT_DURATION, max=16),
    }, rules=[needs("has(self.enabled) && self.enabled", ("targetThroughput", "minTopupInterval"),
                    "an enabled top-up needs targetThroughput and minTopupInterval")])
    return {
        "walletUsers": words("Ids of the operator's first wallet users, as the identity provider's sub.", max=16, length=128),
        "traffic": obj("Traffic on the global synchronizer.", {"topup": topup}),
        "wallet": obj("Standing orders of the wallet.", {
            "sweep": keyed("Sweeps, by party.", sweep, keys=("fromParty",), max=16),
            "autoAccept": keyed("Automatic acceptance, by party.", accept, keys=("party",), max=16),
        }),
    }


def _validator_spec():
    props = {**_validator_links(), **_validator_components(), **_validator_money()}
    props.update({
        "restoreFrom": _restore_from(), "pruningRef": _pruning(), "metrics": t.metrics(), **t.scheduling(),
        "ingress": t.ingress(), "suspend": _suspend(),
    })
    path = "participant.spec.kmsConfigRef"
    new, old = (" && ".join(f"has({root}.{part})" for part in ("participant", "participant.spec", path))
                for root in ("self", "oldSelf"))
    return obj("Desired state of the validator: participant, validator app, wallet, name service and database.", props,
               ["networkRef", "partyHint", "imageTag", "auth"], rules=[
        at_most_one(("scanAddress", "scanClient"), "give scanAddress or scanClient, not both"),
        rule("!has(self.svSponsorAddress) || !has(self.scanAddress) || self.svSponsorAddress != self.scanAddress",
             "the sponsor's address must not be the Scan address; the SV app has an address of its own", ".svSponsorAddress"),
        rule(f"({new}) == ({old}) && (!({new}) || self.{path} == oldSelf.{path})",
             "kmsConfigRef cannot be changed: the keys of a node cannot move; create a new node instead", f".{path}"),
        _RESTORE_RULE, t.STORAGE_KEPT])


def _identity():
    return obj("What the participant expects of tokens.", {
        "authEnabled": flag("Whether tokens are checked."),
        "managed": flag("Whether the operator keeps the clients."),
        "provisioned": flag("Whether the clients are there."),
        "authUrl": text("Address of the identity provider.", max=512),
        "targetAudience": text("Audience a token must name.", max=512),
        "ledgerApiClientId": text("Client id of the validator app."),
        "ledgerApiUser": text("Ledger user of the validator app."),
    })


def _balances():
    amount = {n: text(f"{n.capitalize()} amount in Canton Coin.", pattern=t.DECIMAL, max=40)
              for n in ("total", "unlocked", "locked", "available")}
    return obj("Canton Coin of the validator's own party.", {
        **amount,
        "recordTime": time("Ledger time of the reading."),
        "migrationId": integer("Migration id of the reading.", min=0),
        "round": integer("Open mining round of the reading.", min=0, wide=True),
    })


def _traffic():
    return obj("Traffic on the global synchronizer, in bytes.", {
        "consumed": integer("Traffic used.", min=0, wide=True),
        "limit": integer("Traffic bought so far and the base rate.", min=0, wide=True),
        "purchased": integer("Traffic bought so far.", min=0, wide=True),
        "targetThroughput": integer("Bytes a second the top-up works for.", min=0, wide=True),
        "lastTopupTime": time("When traffic was last bought."),
        "domainId": text("Id of the synchronizer.", max=330),
        "memberId": text("Id of the member.", max=330),
        "endpoint": text("Endpoint of the sequencer.", max=512),
    })


def _validator_status():
    return t.status(_RESTORING, (
        "DatabaseReady", "IdentityProvisioned", "ParticipantReady", "Onboarded", "ConnectedToSynchronizer", "WalletUIReady",
        "CNSUIReady", "TrafficSufficient", "IdentityBackedUp", "VersionSupported", "Upgrading", "SpecAccepted", "Ready"), {
        **t.node_status_props(),
        "participantId": text("Id of the participant.", max=330),
        "endpoints": t.endpoints(("ledgerApi", "adminApi", "jsonApi", "validatorApi", "walletUi", "cnsUi")),
        "ports": t.ports(),
        "ownerParty": text("Party id of the validator's own party.", max=330),
        "onboarded": flag("Whether the sponsor has onboarded the node."),
        "onboardedTime": time("When the node was onboarded."),
        "sponsor": text("Super validator that sponsored it."),
        "identity": _identity(),
        "balances": _balances(),
        "traffic": _traffic(),
        "counts": t.counts(),
        "connectedDomains": t.connected_domains(),
        "license": obj("The validator licence.", {
            "lastActiveAt": time("When the licence was last renewed."), "version": text("Version it names.", max=128)}),
        "lastIdentityDump": t.named_time("The newest identity dump."),
        "currentMigrationId": integer("Migration id the node runs with.", min=0),
        "kms": obj("Key management.", {
            "enabled": flag("Whether keys are in a KMS."), "provider": text("Its provider.", max=64)}),
    })


def validator():
    return definition(
        "Validator", "validators", "val",
        "A validator node: participant, validator app, wallet, name service and database.",
        _validator_spec(), _validator_status(), [
            _NETWORK, column("Role", ".spec.role"), _PHASE, _VERSION,
            column("Parties", ".status.counts.localParties", "integer", 1),
            column("CC", ".status.balances.available", priority=1),
            column("Backup", ".status.lastBackup.time", "date", 1),
            column("Message", ".status.message", priority=1)], name_max=40)


# --- Participant ---------------------------------------------------------------------------------------------------


def _identity_source():
    return obj("How the node gets its identity. Fixed at creation.", {
        "mode": text("Auto: new keys. Manual: keys are initialised by hand. FromDump: from an identity dump.",
                     enum=("Auto", "Manual", "FromDump"), default="Auto"),
        "identityDumpRef": t.ref("The IdentityDump, for FromDump."),
        "name": text("Identifier of the participant; the object's name when left out.", pattern="^[a-zA-Z0-9_-]+$", max=185),
    }, rules=[needs("self.mode == 'FromDump'", ("identityDumpRef",), "FromDump needs identityDumpRef",
                           ".identityDumpRef")])


def _participant_spec():
    legacy = {"enabled": flag("Whether it runs.", default=False)}
    return obj("Desired state of the participant and its database.", {
        "networkRef": _network(),
        **t.image_block(),
        "resources": t.resource_block("Resources of the participant."),
        "envVars": t.env_vars(),
        "logLevel": t.log_level(),
        "storageSize": t.storage_size("the provisioned database"),
        "database": t.database("The database; its Secret is database-<name> by default."),
        "dars": t.refs("DarPackages loaded at start."),
        "navigator": obj("The Navigator of old releases.", legacy),
        "daemon": obj("The JSON API daemon.", legacy),
        "auth": obj("Who may call the Ledger API.", {
            "mode": text("IntegratedKeycloak, Custom or None.", enum=("IntegratedKeycloak", "Custom", "None"), rules=[FIXED]),
            "identityProviderRef": t.ref("The IdentityProviderConfig."),
            "jwksUrl": t.any_url("Where the keys of the identity provider are fetched."),
            "targetAudience": text("Audience a token must name.", max=512),
        }, ["mode"]),
        "adminUser": text("First user with the right participantAdmin.", max=128),
        "kmsConfigRef": t.ref("The KmsConfig the keys are made with. Only new nodes can use one."),
        "identity": _identity_source(),
        "ledgerApi": obj("The Ledger API.", {"tls": t.tls("TLS of the Ledger API.")}),
        "pruningRef": _pruning(),
        "metrics": t.metrics(),
        **t.scheduling(),
        "suspend": _suspend(),
    }, ["networkRef", "imageTag"], rules=[immutable("identity"), immutable("kmsConfigRef"), t.STORAGE_KEPT])


def participant():
    return definition(
        "Participant", "participants", "par", "A stand-alone participant of a private subnet.",
        _participant_spec(),
        t.status(_RESTORING, ("DatabaseReady", "Initialized", "Active", "IdentityBackedUp", "SpecAccepted", "Ready"), {
            **t.node_status_props(),
            "participantId": text("Id of the participant.", max=330),
            "state": text("Active or Passive.", max=32),
            "endpoints": t.endpoints(("ledgerApi", "adminApi", "jsonApi")),
            "ports": t.ports(),
            "connectedDomains": t.connected_domains(),
            "protocolVersions": words("Protocol versions it speaks.", max=32, length=16),
            "counts": t.counts(),
            "lastIdentityDump": t.named_time("The newest identity dump."),
        }), [_NETWORK, _PHASE, _VERSION,
             column("Parties", ".status.counts.localParties", "integer", 1),
             column("Backup", ".status.lastBackup.time", "date", 1),
             column("Message", ".status.message", priority=1)], name_max=40)


# --- SuperValidator ------------------------------------------------------------------------------------------------


def _sv_onboarding():
    return obj("How the node joins the network.", {
        "name": text("Name of the super validator in the network.", min=1, max=100),
        "type": text("Founding: the first of a network. JoinWithKey: sponsored by another.",
                     enum=("Founding", "JoinWithKey"), rules=[FIXED]),
        "sponsorApiUrl": t.https_url("API of the sponsoring SV app."),
        "keySecretRef": t.secret_ref("Secret with svPublicKey and svPrivateKey."),
        "foundingRewardWeightBps": integer("Reward weight of the founder, in basis points.", min=0, max=1000000),
    }, ["name", "type"], rules=[
        needs("self.type == 'JoinWithKey'", ("sponsorApiUrl", "keySecretRef"),
              "JoinWithKey needs sponsorApiUrl and keySecretRef")])


def _sv_components():
    own = {"database": t.database("Database of this component."), "storageSize": t.storage_size("this component")}
    kept = [t.STORAGE_KEPT]
    urls = {"publicUrl": t.https_url("Address for the public."), "internalUrl": t.any_url("Address inside the cluster.")}
    out = {name: t.component(what, {**own, **more}, kept) for name, what, more in (
        ("participant", "The participant node.", {"auth": _participant_auth("Who may call the Ledger API.")}),
        ("svApp", "The SV app.", {}), ("scan", "The Scan app.", urls), ("validatorApp", "The validator app.", {}),
        ("sequencer", "The sequencer.", {}), ("mediator", "The mediator.", {}))}
    out["cometbft"] = obj("The CometBFT node under the sequencer.", {
        "enabled": flag("Whether it runs.", default=True),
        "connectionUri": text("Address the sequencer uses.", max=512),
        "retainBlocks": integer("Blocks that are kept; 0 keeps all.", min=0, wide=True),
    })
    out["bftSequencer"] = obj("The BFT sequencer in place of CometBFT.", {"enabled": flag("Whether it runs.", default=False)})
    return out


def _sv_spec():
    synchronizer = {n: text(f"Id of the {n} synchronizer.", max=330) for n in ("current", "successor", "legacy")}
    approved = obj("A super validator this one votes in.", {
        "name": text("Its name.", min=1, max=100), "publicKey": text("Its public key.", min=1, max=1024),
        "rewardWeightBps": integer("Its reward weight, in basis points.", min=0, max=1000000),
    }, ["name", "publicKey", "rewardWeightBps"])
    beneficiary = obj("A party that gets a share of the rewards.", {
        "beneficiary": text("Party id.", pattern=t.PARTY_ID, max=330),
        "weight": integer("Its weight.", min=1, max=1000000),
    }, ["beneficiary", "weight"])
    pruning = obj("Pruning of the sequencer.", {
        "enabled": flag("Whether it prunes.", default=True),
        "pruningInterval": text("How often.", pattern=t.SHORT_DURATION, max=16, default="1h"),
        "retentionPeriod": text("How much is kept.", pattern=t.LONG_DURATION, max=16, default="30d"),
    })
    on = "has(self.{0}) && has(self.{0}.enabled) && self.{0}.enabled"
    both = f"!({on.format('cometbft')} && {on.format('bftSequencer')})"
    return obj("Desired state of the super validator's stack.", {
        "networkRef": _network(),
        **t.image_block(),
        "migrationId": _migration_id(),
        "onboarding": _sv_onboarding(),
        **_sv_components(),
        "synchronizers": obj("Synchronizers, for an upgrade to a successor.", synchronizer),
        "approvedSvIdentities": keyed("Super validators this one votes in.", approved, max=64),
        "extraBeneficiaries": keyed("Parties that share the rewards.", beneficiary, keys=("beneficiary",), max=64),
        "isDevNet": flag("Whether this is a DevNet.", default=False),
        "permissionedSynchronizer": flag("Whether participants need a permission.", default=False),
        "pruning": obj("Pruning.", {"sequencer": pruning}),
        "auth": _validator_auth(),
        "metrics": t.metrics(),
        **t.scheduling(),
        "ingress": t.ingress(),
        "suspend": _suspend(),
    }, ["networkRef", "imageTag", "onboarding"], rules=[
        rule(both, "cometbft and bftSequencer cannot both be enabled", ".bftSequencer")])


def super_validator():
    return definition(
        "SuperValidator", "supervalidators", "sv", "A super validator: SV app, Scan, validator app, participant, sequencer, "
        "mediator and their databases.", _sv_spec(),
        t.status(_RESTORING, ("OnboardedToDso", "SequencerReady", "MediatorReady", "ScanReady", "CometBftSynced",
                              "SpecAccepted", "Ready"), {
            **t.node_status_props(),
            "participantId": text("Id of the participant.", max=330),
            "svParty": text("Party of the super validator.", max=330),
            "dsoParty": text("Party of the DSO.", max=330),
            "sequencerUrl": text("Public address of the sequencer.", max=512),
            "endpoints": t.endpoints(("ledgerApi", "adminApi", "jsonApi", "svApp", "scan", "validatorApi")),
            "ports": t.ports(),
            "governance": obj("Votes of the DSO.", {
                "openVoteRequests": integer("Votes that are open.", min=0), "lastVote": time("When this node last voted.")}),
            "rewardWeightBps": integer("Reward weight, in basis points.", min=0),
            "connectedValidators": integer("Validators it sponsors that are connected.", min=0),
            "balances": _balances(),
            "traffic": _traffic(),
            "counts": t.counts(),
            "connectedDomains": t.connected_domains(),
            "currentMigrationId": integer("Migration id the node runs with.", min=0),
            "lastIdentityDump": t.named_time("The newest identity dump."),
        }), [_NETWORK, _PHASE, _VERSION, column("Validators", ".status.connectedValidators", "integer", 1),
             column("Open votes", ".status.governance.openVoteRequests", "integer", 1),
             column("Message", ".status.message", priority=1)], name_max=40)


# --- SyncDomain ----------------------------------------------------------------------------------------------------


def _domain_members():
    member = obj("A participant with a permission.", {
        "participantId": text("Id of the participant.", min=1, max=330),
        "permission": text("What it may do.", enum=("Submission", "Confirmation", "Observation"), default="Submission"),
        "limits": obj("Limits of the participant.", {
            "confirmationRequestsMaxRate": integer("Confirmation requests a second.", min=0),
            "maxNumParties": integer("Parties it may host.", min=0),
            "maxNumPackages": integer("Packages it may vet.", min=0),
        }),
    }, ["participantId"])
    return obj("Who may connect.", {
        "enabled": flag("Whether a permission is needed.", default=False),
        "members": keyed("Participants with a permission.", member, keys=("participantId",), max=128),
    })


def _domain_spec():
    own = {"resources": t.resource_block(replicas=False),
           "instances": integer("Instances; more than one is for availability.", min=1, max=16, default=1),
           "database": t.database("Database of this component.")}
    sequencer = {**own, "type": text("Ordering layer.", enum=("BftOrderer", "Reference", "PostgresReference"),
                                     default="BftOrderer"),
                 "publicUrl": t.https_url("Address participants connect to."), "tls": t.tls("TLS of the public API.")}
    owners = obj("Who owns the domain's namespace.", {
        "members": words("Ids of the owners.", max=32, length=330),
        "threshold": integer("Owners who have to sign a change.", min=1, max=32, default=1),
    }, ["members"], rules=[rule("self.threshold <= size(self.members)",
                                "threshold must not be greater than the number of owners", ".threshold")])
    traffic = obj("Traffic control.", {
        "enabled": flag("Whether traffic is limited.", default=False),
        "maxBaseTrafficAmount": integer("Bytes a member may send without buying.", min=0, wide=True),
        "readVsWriteScalingFactor": integer("Cost of reading against writing.", min=0),
        "setBalanceRequestSubmissionWindow": text("Window of a balance request.", pattern=t.SHORT_DURATION, max=16),
    })
    return obj("Desired state of the private sync domain.", {
        "networkRef": _network(),
        "alias": text("Alias participants know the domain by.", pattern="^[a-z0-9-]{1,40}$", max=40, rules=[FIXED]),
        **t.image_block(),
        "logLevel": t.log_level(),
        "protocolVersion": text("Protocol version.", pattern="^([0-9]{1,3}|dev)$", max=8),
        "sequencer": t.component("The sequencer.", sequencer),
        "mediator": t.component("The mediator; one instance is active, the others wait.", own),
        "owners": owners,
        "permissioned": _domain_members(),
        "parameters": obj("Dynamic parameters of the domain.", {
            "confirmationResponseTimeout": text("How long confirmations are awaited.", pattern=t.SHORT_DURATION, max=16),
            "mediatorReactionTimeout": text("How long a verdict is awaited.", pattern=t.SHORT_DURATION, max=16),
            "maxRequestSize": integer("Largest request in bytes.", min=1024, wide=True),
            "trafficControl": traffic,
        }),
        "kmsConfigRef": t.ref("The KmsConfig the keys are made with. Only new nodes can use one."),
        "pruningRef": _pruning(),
        "storageSize": t.storage_size("the provisioned databases"),
        "metrics": t.metrics(),
        **t.scheduling(),
        "suspend": _suspend(),
    }, ["networkRef", "alias", "imageTag", "owners"], rules=[
        immutable("kmsConfigRef"), immutable("protocolVersion"), t.STORAGE_KEPT])


def sync_domain():
    phases = t.LONG_LIVED[:2] + ("Bootstrapping",) + t.LONG_LIVED[2:]
    return definition(
        "SyncDomain", "syncdomains", "sd", "A private sync domain: sequencer and mediator.", _domain_spec(),
        t.status(phases, ("SequencerReady", "MediatorReady", "Bootstrapped", "Permissioned", "DeletionBlocked",
                          "SpecAccepted", "Ready"), {
            **t.node_status_props(),
            "domainId": text("Physical id, alias::fingerprint::pv-n.", max=330),
            "connectedParticipants": integer("Participants that are connected.", min=0),
            "sequencerHead": time("Time of the newest event."),
            "lag": text("How far the sequencer lags behind.", max=32),
            "endpoints": t.endpoints(("publicApi", "sequencerAdmin", "mediatorAdmin")),
            "parametersApplied": flag("Whether the dynamic parameters are in force."),
            "owners": obj("Owners in force.", {
                "members": integer("How many.", min=0), "threshold": integer("How many have to sign.", min=0)}),
            "lastIdentityDump": t.named_time("The newest identity dump."),
        }), [_NETWORK, column("Alias", ".spec.alias"), _PHASE, _VERSION,
             column("Participants", ".status.connectedParticipants", "integer"),
             column("Message", ".status.message", priority=1)], name_max=40)


KINDS = (validator, participant, super_validator, sync_domain)
