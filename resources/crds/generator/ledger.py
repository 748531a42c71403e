# SPDX-License-Identifier: GPL-3.0-or-later
"""What lives on the nodes: Party, LedgerUser, WalletUser, DarPackage, DarDeployment, Application."""
from . import types as t
from .schema import (FIXED, column, definition, flag, immutable, integer, items, keyed, mapping, needs, obj, rule, text,
                     time, words)

_PHASE = column("Phase", ".status.phase")
_NODE = column("Node", ".spec.nodeRef.name")


def _hint(description, **more):
    return text(description, pattern="^[a-zA-Z0-9:_ -]{1,185}$", min=1, max=185, rules=[
        FIXED, rule("!self.matches('::')", "must not contain ::, which parts the hint from the fingerprint")], **more)


def party():
    external = obj("Keys of a party that signs by itself.", {
        "publicKeys": words("Public keys, base64.", max=16, length=2048, pattern="^[A-Za-z0-9+/=_-]+$"),
        "walletProviderRef": t.ref("The WalletProvider that holds the keys."),
        "signingFingerprints": words("Fingerprints of the keys that sign.", max=16, length=136),
    })
    hosting = obj("A participant that hosts the party.", {
        "nodeRef": t.node_ref("The node."),
        "permission": text("What it may do for the party.", enum=("Submission", "Confirmation", "Observation"),
                           default="Submission"),
    }, ["nodeRef"])
    spec = obj("Desired state of the party. A ledger party cannot be deleted: deleting this object only ends its management.", {
        "nodeRef": t.node_ref("The node that allocates it.", fixed=True),
        "hint": _hint("First part of the party id."),
        "displayName": text("Name for people.", max=253),
        "annotations": mapping("Local metadata on the participant.", max=64),
        "type": text("Local: the participant signs. External: the party signs by itself.", enum=("Local", "External"),
                     default="Local", rules=[FIXED]),
        "external": external,
        "synchronizers": words("Ids or aliases of the domains it is allocated on; all of the node when left out.", max=32, length=330),
        "hosting": items("All participants that host it, the allocating node among them; only that node when left out.", hosting,
                         max=32),
        "threshold": integer("Participants that have to confirm.", min=1, max=32, default=1),
        "identityProviderRef": t.ref("The IdentityProviderConfig it belongs to."),
        "featuredApp": flag("Whether it is to be a featured application's provider.", default=False),
        "deletionPolicy": text("Orphan, always: the party stays on the ledger.", enum=("Orphan",), default="Orphan"),
    }, ["nodeRef", "hint"], rules=[
        needs("has(self.type) && self.type == 'External'", ("external",), "an External party needs external", ".external"),
        rule("!has(self.external) || (has(self.type) && self.type == 'External')",
             "external belongs to a party of type External", ".external"),
        rule("!has(self.hosting) || self.hosting.exists(host, host.nodeRef.kind == self.nodeRef.kind && "
             "host.nodeRef.name == self.nodeRef.name)", "hosting must name the allocating node too", ".hosting"),
        rule("!has(self.threshold) || self.threshold == 1 || (has(self.hosting) && self.threshold <= size(self.hosting))",
             "threshold must not be greater than the number of hosting nodes", ".threshold")])
    phases = ("Pending", "Allocating", "AwaitingExternalSignature", "Ready", "Updating", "Failed", "Deleting")
    return definition(
        "Party", "parties", "pty", "A managed party.", spec,
        t.status(phases, ("Allocated", "HostedEverywhere", "Synced", "SpecAccepted"), {
            "partyId": text("Party id, hint::fingerprint.", max=330),
            "isLocal": flag("Whether the node hosts it."),
            "hostedOn": keyed("Where it is hosted.", obj("A participant.", {
                "participantId": text("Its id.", max=330), "permission": text("What it may do.", max=32),
            }, ["participantId"]), keys=("participantId",), max=64),
            "effectiveSince": time("Since when it is hosted everywhere."),
            "ansName": text("Its name in the name service.", max=253),
        }), [_NODE, column("Hint", ".spec.hint"), column("Type", ".spec.type", priority=1), _PHASE,
             column("Party id", ".status.partyId", priority=1)])


def ledger_user():
    right = {n: flag(what, default=False) for n, what in (
        ("participantAdmin", "May administer the participant."), ("identityProviderAdmin", "May administer the users of its provider."),
        ("readAsAnyParty", "May read as any party."), ("executeAsAnyParty", "May execute as any party."))}
    rights = obj("What the user may do.", {
        **right,
        "actAs": t.party_refs("Parties it may act as (and read as)."),
        "readAs": t.party_refs("Parties it may read as."),
        "executeAs": t.party_refs("Parties it may execute prepared transactions for."),
    })
    spec = obj("Desired state of the ledger user.", {
        "nodeRef": t.node_ref("The node.", fixed=True),
        "userId": text("Id of the user, as in the identity provider's sub.", pattern="^[a-zA-Z0-9@^$.!`#+'~_|:()-]{1,128}$",
                       min=1, max=128, rules=[FIXED]),
        "primaryParty": t.party_ref("The party it acts as by default."),
        "identityProviderRef": t.ref("The IdentityProviderConfig; the participant's default when left out."),
        "active": flag("Whether it may sign in.", default=True),
        "rights": rights,
        "annotations": mapping("Local metadata on the participant.", max=64),
    }, ["nodeRef", "userId"], rules=[immutable("identityProviderRef")])
    return definition(
        "LedgerUser", "ledgerusers", "lu", "A participant user and its rights.", spec,
        t.status(("Pending", "Ready", "Updating", "Failed", "Deleting"), ("Exists", "RightsApplied", "SpecAccepted"), {
            "active": flag("Whether the user may sign in, as the participant says."),
            "primaryParty": text("Party id of the primary party.", max=330),
            "appliedRights": obj("Rights in force.", {
                **{n: flag(f"Right {n}.") for n in right},
                **{n: words(f"Party ids of {n}.", max=128, length=330) for n in ("actAs", "readAs", "executeAs")}}),
            "lastSync": time("When the rights were last compared."),
            "drift": items("Rights that differ from the spec.", obj("A difference.", {
                "right": text("The right.", max=64), "party": text("The party.", max=330),
                "want": flag("Whether the spec asks for it."), "have": flag("Whether the participant grants it."),
            }, ["right"]), max=128),
        }), [_NODE, column("User", ".spec.userId"), column("Active", ".spec.active", "boolean"), _PHASE])


def wallet_user():
    spec = obj("Desired state of the wallet account.", {
        "validatorRef": t.ref("The Validator.", fixed=True, max=40),
        "username": text("Id of the user, as in the identity provider's sub.", pattern="^[a-zA-Z0-9@^$.!`#+'~_|:()-]{1,128}$",
                         min=1, max=128, rules=[FIXED]),
        "party": obj("The party of the wallet.", {
            "mode": text("OnboardNew: a new party. Existing: partyRef. Hint: a new party with the hint.",
                         enum=("OnboardNew", "Existing", "Hint"), default="OnboardNew"),
            "partyRef": t.party_ref("The party, for Existing."),
            "hint": text("The hint, for Hint.", pattern="^[a-zA-Z0-9_ -]{1,185}$", max=185),
        }, rules=[
            rule("(has(self.mode) && self.mode == 'Existing') == has(self.partyRef)", "partyRef belongs to mode Existing and only to it",
                 ".partyRef"),
            rule("(has(self.mode) && self.mode == 'Hint') == has(self.hint)", "hint belongs to mode Hint and only to it", ".hint")]),
        "createInIdp": flag("Whether the operator creates the user in the managed Keycloak.", default=False),
    }, ["validatorRef", "username"])
    return definition(
        "WalletUser", "walletusers", "wu", "A wallet account of a validator.", spec,
        t.status(("Pending", "Ready", "Updating", "Failed", "Deleting"), ("UserOnboarded", "SpecAccepted"), {
            "partyId": text("Party id of the wallet.", max=330),
            "status": text("Active or Pending.", max=32),
            "installed": flag("Whether the wallet application is installed for the party."),
        }), [column("Validator", ".spec.validatorRef.name"), column("User", ".spec.username"), _PHASE])


def dar_package():
    spec = obj("A DAR of the collection.", {
        "source": t.artifact("Where the bytes are."),
        "sha256": t.sha256("SHA-256 of the file, in hexadecimal."),
        "fileName": text("Name of the file.", max=253),
        "size": integer("Size of the file in bytes.", min=1, wide=True),
        "description": text("What it is for.", max=1024),
        "origin": text("Where it came from.", enum=("Upload", "CPM", "OCI"), default="Upload"),
        "cpm": obj("The entry of the package manager it came from.", {
            "publisher": text("Publisher.", min=1), "package": text("Package.", min=1), "version": text("Version.", min=1, max=64),
            "accessContractId": text("Contract that grants access.", max=512),
        }, ["publisher", "package", "version"]),
    }, ["source", "sha256"], rules=[
        rule("self.sha256 == oldSelf.sha256", "the content of a package is fixed; create a new DarPackage instead", ".sha256"),
        rule("(has(self.origin) && self.origin == 'CPM') == has(self.cpm)", "cpm belongs to origin CPM and only to it", ".cpm")])
    return definition(
        "DarPackage", "darpackages", "dar", "A DAR of the collection.", spec,
        t.status(("Pending", "Fetching", "Parsed", "Failed", "Deleting"), ("Fetched", "Parsed", "SpecAccepted"), {
            "mainPackageId": text("Id of the main package.", max=64),
            "name": text("Name of the main package.", max=253),
            "version": text("Version of the main package.", max=64),
            "sdkVersion": text("SDK it was built with.", max=64),
            "lfVersion": text("Daml-LF version.", max=16),
            "size": integer("Size in bytes.", min=0, wide=True),
            "dependencies": keyed("Packages it needs.", obj("A package.", {
                "packageId": text("Its id.", max=64), "name": text("Its name.", max=253), "version": text("Its version.", max=64),
            }, ["packageId"]), keys=("packageId",), max=256),
            "upgradeCheck": obj("Whether it upgrades the version before.", {
                "result": text("Passed, Failed or Skipped.", max=32), "against": text("Package id it was checked against.", max=64),
                "message": text("What is wrong.", max=4096)}),
            "deployedOn": integer("Nodes it is deployed on.", min=0),
        }), [column("Package", ".status.name"), column("Version", ".status.version"), _PHASE,
             column("Size", ".status.size", "integer", 1), column("Package id", ".status.mainPackageId", priority=1)])


def dar_deployment():
    spec = obj("Desired state of a DAR on nodes.", {
        "darRef": t.ref("The DarPackage.", fixed=True),
        "targets": t.node_refs("The nodes.", max=64),
        "selector": obj("The nodes by label, instead of targets.", {"matchLabels": mapping("Labels a node must have.", max=16)},
                        ["matchLabels"]),
        "vet": flag("Whether the package is vetted. False takes the vetting back; a DAR itself cannot be removed.", default=True),
        "vetAllDependencies": flag("Whether its dependencies are vetted too.", default=True),
        "synchronizers": words("Ids or aliases of the domains it is vetted on; all of the node when left out.", max=32, length=330),
    }, ["darRef"], rules=[rule("has(self.targets) != has(self.selector)", "give exactly one of targets and selector"),
                          rule("!has(self.targets) || size(self.targets) > 0", "name at least one target", ".targets")])
    target = obj("A node.", {
        "kind": text("Kind of the node.", max=64), "name": text("Name of the node.", max=63),
        "uploaded": flag("Whether the node has it."), "vetted": flag("Whether it is vetted."),
        "packageId": text("Package id on the node.", max=64), "knownSince": time("Since when the node has it."),
        "message": text("What is going on.", max=1024),
    }, ["kind", "name"])
    return definition(
        "DarDeployment", "dardeployments", "dd", "A DAR on nodes, and its vetting.", spec,
        t.status(("Pending", "Uploading", "Vetting", "Ready", "PartiallyFailed", "Failed", "Deleting"),
                 ("UploadedEverywhere", "VettedEverywhere", "SpecAccepted"), {
            "targets": keyed("The nodes.", target, keys=("kind", "name"), max=64)}),
        [column("DAR", ".spec.darRef.name"), column("Vet", ".spec.vet", "boolean"), _PHASE,
         column("Message", ".status.message", priority=1)])


def _probe():
    return obj("How health is found out.", {
        "path": text("Path that answers 200 when healthy.", pattern="^/", max=253, default="/"),
        "port": integer("Port.", min=1, max=65535),
        "periodSeconds": integer("How often.", min=1, max=3600, default=10),
        "failureThreshold": integer("Failures that count as unhealthy.", min=1, max=100, default=3),
    })


def application():
    port = obj("A port.", {
        "name": text("Its name.", pattern="^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max=15),
        "port": integer("Its number.", min=1, max=65535),
        "protocol": text("Its protocol.", enum=("TCP", "UDP"), default="TCP"),
    }, ["name", "port"])
    env_from = obj("Variables from an object.", {
        "prefix": text("Prefix of the names.", max=128),
        "secretRef": t.secret_ref("A Secret."), "configMapRef": t.ref("A ConfigMap."),
    }, rules=[rule("has(self.secretRef) != has(self.configMapRef)", "give exactly one of secretRef and configMapRef")])
    source = obj("What runs.", {
        "artifact": t.artifact("ui: a zip with one root and index.html."),
        "image": obj("backend: an image.", t.image_block(), ["imageRepo", "imageTag"]),
    }, rules=[rule("has(self.artifact) != has(self.image)", "give exactly one of artifact and image")])
    spec = obj("Desired state of the application.", {
        "type": text("ui: files served to browsers. backend: a service.", enum=("ui", "backend"), rules=[FIXED]),
        "validatorRef": t.ref("The Validator it uses.", max=40),
        "source": source,
        "dars": t.refs("DarPackages it needs."),
        "resources": t.resource_block(),
        "envVars": t.env_vars(),
        "envFrom": items("Variables from Secrets and ConfigMaps.", env_from, max=16),
        "ports": keyed("Ports of the service.", port, max=16),
        "ingress": t.ingress("How it is reached; <name>.<domain of the network> when host is left out."),
        "auth": obj("How it signs in.", {
            "identityProviderRef": t.ref("The IdentityProviderConfig."),
            "clientId": text("Its OIDC client."), "clientSecretRef": t.secret_ref("Secret of the client.", key=True),
            "ledgerUserRef": t.ref("The LedgerUser it acts as."),
        }),
        "parties": t.party_refs("Parties it acts for.", max=32),
        "healthProbe": _probe(),
        "suspend": flag("Scales it to zero while true.", default=False),
    }, ["type", "validatorRef", "source"], rules=[
        rule("(self.type == 'ui') == has(self.source.artifact)", "a ui needs source.artifact, a backend source.image", ".source")])
    history = obj("A version that ran.", {
        "revision": integer("Number of the version.", min=1), "source": text("What ran, as image or digest.", max=640),
        "time": time("Since when.")}, ["revision"])
    return definition(
        "Application", "applications", "capp", "An application beside a validator: a user interface or a backend.", spec,
        t.status(("Pending", "InProgress", "Ready", "Failing", "Suspended", "Deleting"),
                 ("ArtifactReady", "DarsDeployed", "LedgerAccess", "IngressReady", "SpecAccepted", "Ready"), {
            "readyReplicas": integer("Pods that are ready.", min=0),
            "desiredReplicas": integer("Pods that are wanted.", min=0),
            "url": text("Where it is reached.", max=512),
            "image": text("What runs.", max=640),
            "components": t.components_status(),
            "history": keyed("Versions that ran, newest last.", history, keys=("revision",), max=32),
        }), [column("Type", ".spec.type"), column("Validator", ".spec.validatorRef.name"), _PHASE,
             column("Ready", ".status.readyReplicas", "integer"), column("URL", ".status.url", priority=1)], name_max=40)


KINDS = (party, ledger_user, wallet_user, dar_package, dar_deployment, application)
