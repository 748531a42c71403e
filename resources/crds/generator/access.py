# SPDX-License-Identifier: GPL-3.0-or-later
"""Who signs in and who signs: IdentityProviderConfig, WalletProvider, KmsConfig."""
from . import types as t
from .schema import FIXED, column, definition, flag, integer, keyed, needs, obj, rule, text, time, words

_PHASE = column("Phase", ".status.phase")
_PHASES = ("Pending", "Ready", "Updating", "Degraded", "Failed", "Deleting")


def _clients():
    def client(what, secret):
        props = {"clientId": text("Id of the client.", min=1, max=255)}
        if secret:
            props["secretRef"] = t.secret_ref("Secret of the client.", key=True)
        return obj(what, props, ["clientId"])
    validator = client("Client of the validator app.", True)
    validator["properties"]["flow"] = text("How it signs in.", enum=("ClientCredentials",), default="ClientCredentials")
    names = ("validator", "walletUi", "cns", "catbm")
    rules = []
    for i, a in enumerate(names):
        for b in names[i + 1:]:
            rules.append(rule(f"!has(self.{a}) || !has(self.{b}) || self.{a}.clientId != self.{b}.clientId",
                              f"{a} and {b} must not share a client id; each needs a client of its own", f".{b}.clientId"))
    return obj("Clients of the provider. No two share a client id.", {
        "validator": validator, "walletUi": client("Client of the wallet.", False),
        "cns": client("Client of the name service.", False), "catbm": client("Client of the management console.", True),
    }, rules=rules)


def identity_provider_config():
    mapping = obj("Values of a claim that give a role.", {
        "value": text("Value of the claim.", min=1, max=253),
        "role": text("Role it gives.", min=1, max=128),
    }, ["value", "role"])
    urls = {n: t.https_url(what) for n, what in (
        ("issuer", "Issuer, exactly as the tokens name it."), ("discoveryUrl", "Discovery document."),
        ("authorizeUrl", "Authorization endpoint."), ("tokenUrl", "Token endpoint."), ("refreshUrl", "Refresh endpoint."),
        ("jwksUrl", "Keys."))}
    spec = obj("Desired state of the OpenID Connect provider.", {
        "scope": obj("Who uses it.", {
            "catbm": flag("The management console itself.", default=False),
            "nodeRefs": t.node_refs("The nodes."),
        }),
        "provider": text("Product.", enum=("Keycloak", "Okta", "AzureAD", "Auth0", "Ping", "Generic"), default="Generic"),
        "managed": flag("Whether the operator keeps clients and users there; Keycloak only.", default=False),
        **urls,
        "audience": text("Audience the tokens must name.", min=1, max=512),
        "allowAllAudiences": flag("Whether any audience is accepted. Only while nodes are created.", default=False),
        "clients": _clients(),
        "claims": obj("What the claims of a token mean.", {
            "username": text("Claim with the user's name.", default="sub"), "roles": text("Claim with the roles."),
            "groups": text("Claim with the groups."),
            "mapping": keyed("Roles by claim value.", mapping, keys=("value",), max=64),
        }),
        "ledger": obj("The provider on the ledger.", {
            "identityProviderId": text("Its id on the participants.", pattern="^[a-z0-9-]{1,255}$", max=255),
            "deactivated": flag("Whether its users are refused.", default=False),
        }),
    }, ["issuer"], rules=[
        rule("has(self.audience) || (has(self.allowAllAudiences) && self.allowAllAudiences)",
             "audience is missing; set it, or allowAllAudiences while nodes are created", ".audience"),
        rule("!has(self.managed) || !self.managed || (has(self.provider) && self.provider == 'Keycloak')",
             "only a Keycloak can be managed; set provider to Keycloak or managed to false", ".managed")])
    return definition(
        "IdentityProviderConfig", "identityproviderconfigs", "idp", "An OpenID Connect provider of nodes.", spec,
        t.status(_PHASES, ("DiscoveryReachable", "ClientsProvisioned", "LedgerConfigured", "AudienceRestricted",
                           "SpecAccepted", "Ready"), {
            "discovered": obj("Endpoints the provider names.", {
                n: text(f"Its {n}.", max=512) for n in ("authorizeUrl", "tokenUrl", "jwksUrl", "endSessionUrl")}),
            "keys": integer("Keys it publishes.", min=0),
            "lastProbe": time("When it was last asked."),
            "provisionedClients": words("Clients the operator keeps.", max=32),
            "users": integer("Ledger users that belong to it.", min=0),
        }), [column("Provider", ".spec.provider"), column("Issuer", ".spec.issuer"), _PHASE,
             column("Managed", ".spec.managed", "boolean", 1)])


def wallet_provider():
    vault = obj("A vault.", {"id": text("Its id at the provider.", min=1), "partyRef": t.party_ref("The party it signs for.")}, ["id"])
    spec = obj("Desired state of the signing provider.", {
        "type": text("Product.", enum=("Fireblocks", "Dfns", "RippleCustody", "DigitalAssetHaven", "Blockdaemon", "Generic"),
                     rules=[FIXED]),
        "endpoint": t.https_url("Address of its API."),
        "credentialsSecretRef": t.secret_ref("Secret with the credentials."),
        "networkRefs": t.refs("The CantonNetworks it is used on."),
        "signing": obj("How it signs.", {
            "keyAlgorithm": text("Algorithm of the keys.", enum=("Ed25519", "EcdsaP256", "EcdsaSecp256k1"), default="Ed25519"),
            "approvalPolicy": text("Policy at the provider.", max=253),
        }),
        "vaults": keyed("Vaults and their parties.", vault, keys=("id",), max=64),
        "webhookSecretRef": t.secret_ref("Secret that checks its calls back."),
        "enabled": flag("Whether it is used.", default=True),
    }, ["type", "endpoint", "credentialsSecretRef"])
    return definition(
        "WalletProvider", "walletproviders", "wp", "An external signing provider.", spec,
        t.status(_PHASES, ("CredentialsValid", "Reachable", "SpecAccepted", "Ready"), {
            "reachable": flag("Whether it answers."),
            "supportedKeys": words("Key algorithms it offers.", max=16, length=64),
            "partiesBound": integer("Parties it signs for.", min=0),
            "lastSignTime": time("When it last signed."),
        }), [column("Type", ".spec.type"), _PHASE, column("Enabled", ".spec.enabled", "boolean"),
             column("Parties", ".status.partiesBound", "integer", 1)])


def kms_config():
    spec = obj("Desired state of the key management. Fixed once a node uses it.", {
        "provider": text("Product.", enum=("AWS", "GCP", "HashiCorpVault", "Driver")),
        "mode": text("ExternalKeyStorage: keys never leave the KMS. EnvelopeEncryption: the database keeps them encrypted.",
                     enum=("ExternalKeyStorage", "EnvelopeEncryption"), default="ExternalKeyStorage"),
        "region": text("AWS: region.", max=64),
        "projectId": text("GCP: project.", max=64),
        "keyRing": text("GCP: key ring.", max=63),
        "address": t.https_url("HashiCorpVault: address."),
        "driver": text("Driver: name of the driver.", max=128),
        "auth": obj("How nodes sign in.", {
            "serviceAccount": text("Service account whose workload identity is used.", max=63),
            "secretRef": t.secret_ref("Secret with the credentials."),
        }, rules=[rule("has(self.serviceAccount) != has(self.secretRef)", "give exactly one of serviceAccount and secretRef")]),
        "multiRegionKey": flag("AWS: whether keys are kept in several regions.", default=False),
        "auditLogging": flag("Whether every use of a key is logged.", default=False),
        "applyTo": text("Always NewNodesOnly: existing nodes keep their keys.", enum=("NewNodesOnly",), default="NewNodesOnly"),
    }, ["provider", "auth"], rules=[
        needs("self.provider == 'AWS'", ("region",), "AWS needs region", ".region"),
        needs("self.provider == 'GCP'", ("projectId", "keyRing"), "GCP needs projectId and keyRing", ".projectId"),
        needs("self.provider == 'HashiCorpVault'", ("address",), "HashiCorpVault needs address", ".address"),
        needs("self.provider == 'Driver'", ("driver",), "Driver needs driver", ".driver")])
    used = "has(oldSelf.status) && has(oldSelf.status.usedBy) && size(oldSelf.status.usedBy) > 0"
    return definition(
        "KmsConfig", "kmsconfigs", "kms", "Key management for new nodes.", spec,
        t.status(_PHASES, ("Reachable", "PermissionsOk", "SpecAccepted", "Ready"), {
            "reachable": flag("Whether it answers."),
            "keysCreated": integer("Keys made so far.", min=0),
            "usedBy": t.node_refs("Nodes whose keys it holds.", kinds=t.ALL_NODE_KINDS, max=64),
        }), [column("Provider", ".spec.provider"), column("Mode", ".spec.mode"), _PHASE,
             column("Keys", ".status.keysCreated", "integer", 1)],
        rules=[rule(f"!({used}) || self.spec == oldSelf.spec",
                    "nodes use this key management: its spec is fixed; create another KmsConfig for new nodes", ".spec")])


KINDS = (identity_provider_config, wallet_provider, kms_config)
