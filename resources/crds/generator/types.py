# SPDX-License-Identifier: GPL-3.0-or-later
"""The types many kinds share: references, images, components, databases, artifacts, schedules and the status base."""
from .schema import (FIXED, exactly_one, flag, free, integer, items, keyed, mapping, needs, no_more, obj,
                     rule, text, time, words)

NODE_KINDS = ("Validator", "Participant", "SuperValidator")
ALL_NODE_KINDS = NODE_KINDS + ("SyncDomain",)

PARTY_ID = "^[a-zA-Z0-9:_ -]{1,185}::[0-9a-f]{4,136}$"
DECIMAL = "^-?[0-9]{1,28}([.][0-9]{1,10})?$"
SHORT_DURATION = "^[0-9]+[smh]$"
LONG_DURATION = "^[0-9]+[smhd]$"
_CPU = "^([0-9]+m|[0-9]+([.][0-9]{1,3})?)$"
_BYTES = "^[0-9]+([.][0-9]+)?(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$"
_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
_SUBDOMAIN = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"


# --- references ----------------------------------------------------------------------------------------------------


def ref(description, fixed=False, namespace=False, max=63):
    """A reference by name to an object of the same namespace."""
    props = {"name": text("Name of the object.", pattern=_LABEL, min=1, max=max)}
    if namespace:
        props["namespace"] = text("Namespace of the object; the namespace of this object when left out.",
                                  pattern=_LABEL, max=63)
    return obj(description, props, ["name"], rules=[FIXED] if fixed else ())


def refs(description, max=32):
    return keyed(description, ref("A reference by name."), max=max)


def node_ref(description, kinds=NODE_KINDS, fixed=False):
    return obj(description, {
        "kind": text("Kind of the node.", enum=kinds),
        "name": text("Name of the node.", pattern=_LABEL, min=1, max=40),
    }, ["kind", "name"], rules=[FIXED] if fixed else ())


def node_refs(description, kinds=NODE_KINDS, max=32, min=None):
    return keyed(description, node_ref("A node of this namespace.", kinds), keys=("kind", "name"), max=max,
                 **({"min": min} if min else {}))


def party_ref(description):
    return obj(description, {
        "name": text("Name of a Party object of this namespace.", pattern=_LABEL, max=63),
        "partyId": text("Party id on the ledger, hint::fingerprint.", pattern=PARTY_ID, max=330),
    }, rules=[exactly_one(("name", "partyId"), "give exactly one of name (a Party object) and partyId (a party of the ledger)")])


def party_refs(description, max=128):
    """Atomic: server-side apply takes no set of objects, and neither name nor partyId is always there to be a key."""
    return items(description, party_ref("A party."), max=max)


def secret_ref(description, key=False):
    props = {"name": text("Name of the Secret.", pattern=_SUBDOMAIN, min=1, max=253)}
    if key:
        props["key"] = text("Key within the Secret.", pattern="^[-._a-zA-Z0-9]+$", max=253)
    return obj(description, props, ["name"])


def https_url(description, **more):
    return text(description, max=512, rules=[
        rule("isURL(self) && url(self).getScheme() == 'https' && size(url(self).getHost()) > 0",
             "must be an https URL with a host, for example https://scan.example.com")], **more)


def any_url(description, **more):
    return text(description, max=512, rules=[
        rule("isURL(self) && url(self).getScheme() in ['http', 'https'] && size(url(self).getHost()) > 0",
             "must be an http or https URL with a host")], **more)


# --- quantities ----------------------------------------------------------------------------------------------------


def cpu(description):
    return text(description, pattern=_CPU, max=20)


def bytes_quantity(description, **more):
    return text(description, pattern=_BYTES, max=24, **more)


def storage_size(what):
    return bytes_quantity(f"Size of the volume of {what}, for example 50Gi. It can only grow.", rules=[
        rule("quantity(self).compareTo(quantity(oldSelf)) >= 0",
             "storage can only grow: give a size that is not smaller than the present one")])


STORAGE_KEPT = rule("!has(oldSelf.storageSize) || has(self.storageSize)",
                    "storageSize cannot be taken away once it is set: storage can only grow", ".storageSize")


# --- components ----------------------------------------------------------------------------------------------------


def resource_block(description="Resources of the component, in the flat form the vendor documents.", replicas=True):
    props = {
        "cpuRequested": cpu("CPU the scheduler reserves, for example 500m."),
        "cpuLimit": cpu("CPU the component may use at most."),
        "memoryRequested": bytes_quantity("Memory the scheduler reserves, for example 1Gi."),
        "memoryLimit": bytes_quantity("Memory the component may use at most."),
        "replicas": integer("Number of pods; 0 stops the component.", min=0, max=64),
        "imagePullSecret": text("Name of the Secret with the credentials of the image registry.", max=253),
    }
    if not replicas:
        del props["replicas"]
    return obj(description, props, rules=[no_more("cpuRequested", "cpuLimit"), no_more("memoryRequested", "memoryLimit")])


def _key_ref(description):
    return obj(description, {
        "name": text("Name of the object.", max=253),
        "key": text("Key within the object.", max=253),
        "optional": flag("Whether the object or the key may be absent."),
    }, ["name", "key"])


def env_vars(description="Environment variables, in the form of a Pod's env."):
    value_from = obj("Where the value comes from.", {
        "secretKeyRef": _key_ref("A key of a Secret."),
        "configMapKeyRef": _key_ref("A key of a ConfigMap."),
        "fieldRef": obj("A field of the pod.", {"fieldPath": text("Path of the field.")}, ["fieldPath"]),
    }, rules=[exactly_one(("secretKeyRef", "configMapKeyRef", "fieldRef"),
                          "give exactly one of secretKeyRef, configMapKeyRef and fieldRef")])
    item = obj("An environment variable.", {
        "name": text("Name of the variable.", pattern="^[A-Za-z_.-][A-Za-z0-9_.-]*$", min=1),
        "value": text("Value of the variable. Never a secret: use valueFrom.secretKeyRef.", max=4096),
        "valueFrom": value_from,
    }, ["name"], rules=[rule("!(has(self.value) && has(self.valueFrom))", "give value or valueFrom, not both")])
    return keyed(description, item, max=64)


def image_block():
    return {
        "imageRepo": text("Repository of the image, without tag.", min=1, max=512),
        "imageTag": text("Tag of the image. A fixed tag is wanted: latest is warned about.", min=1, max=128,
                         pattern="^[A-Za-z0-9_][A-Za-z0-9_.-]*$"),
        "imagePullPolicy": text("When the image is pulled.", enum=("Always", "IfNotPresent", "Never")),
    }


def log_level():
    return text("Least severe level that is logged.", enum=("Error", "Warn", "Info", "Debug", "Trace"), default="Info")


def component_props():
    return {
        "enabled": flag("Whether the component runs.", default=True),
        **image_block(),
        "resources": resource_block(),
        "envVars": env_vars(),
        "logLevel": log_level(),
    }


def component(description, extra=None, rules=()):
    """A component block in the vendor's style: everything stands below `spec`."""
    inner = obj("Desired state of the component.", {**component_props(), **(extra or {})}, rules=rules)
    return obj(description, {"spec": inner})


def database(description):
    return obj(description, {
        "mode": text("Provisioned: the operator runs PostgreSQL with a volume of storageSize. External: an existing server.",
                     enum=("Provisioned", "External"), default="Provisioned"),
        "host": text("Host of the external server."),
        "port": integer("Port of the server.", min=1, max=65535, default=5432),
        "databaseName": text("Name of the database.", max=63),
        "schema": text("Name of the database schema.", max=63),
        "secretRef": secret_ref("Secret with the keys user and password."),
        "sslMode": text("How TLS is used.", enum=("disable", "require", "verify-ca", "verify-full"), default="require"),
    }, rules=[needs("has(self.mode) && self.mode == 'External'", ("host", "secretRef"),
                    "an External database needs host and secretRef")])


def scheduling():
    """Where pods may run, handed on to Kubernetes."""
    toleration = obj("A toleration, as in a Pod.", {
        "key": text("Taint key."), "operator": text("Exists or Equal.", enum=("Exists", "Equal")),
        "value": text("Taint value."), "effect": text("Taint effect."),
        "tolerationSeconds": integer("How long the taint is tolerated.", wide=True),
    })
    return {
        "affinity": free("Affinity of the pods, as in a Pod."),
        "tolerations": items("Tolerations of the pods, as in a Pod.", toleration, max=16),
        "nodeSelector": mapping("Labels a machine must have.", max=16),
    }


def metrics():
    return obj("Metrics for Prometheus.", {
        "enable": flag("Whether a ServiceMonitor is written.", default=True),
        "interval": text("How often metrics are read.", pattern=SHORT_DURATION, max=16, default="30s"),
        "release": text("Label release of the Prometheus that picks the monitor up.", max=63),
    })


def ingress(description="How the user interfaces are reached from outside."):
    return obj(description, {
        "host": text("Host name."),
        "path": text("Path prefix.", pattern="^/", max=253),
        "tlsSecret": text("Name of the Secret with the certificate."),
        "annotations": mapping("Annotations of the Ingress.", max=32),
    })


def tls(description):
    return obj(description, {
        "enabled": flag("Whether TLS is used.", default=True),
        "secretRef": secret_ref("Secret with tls.crt and tls.key."),
        "trustSecretRef": secret_ref("Secret with ca.crt, the roots that are trusted."),
    })


def sv_trust(description, url, urls=None):
    """How many super validators have to agree: `url` for a single trusted one, svNames and threshold for bft-custom."""
    what, type_field = description
    props = {
        type_field: text("trust-single: one trusted endpoint. bft: all known super validators. bft-custom: the named ones.",
                         enum=("trust-single", "bft", "bft-custom"), default="bft"),
        url: https_url("Endpoint of the trusted super validator."),
        "svNames": words("Names of the super validators that are asked.", max=64),
        "threshold": integer("How many of them have to agree.", min=1, max=64),
    }
    if urls:
        props[urls] = items("Endpoints from which the others are found.", https_url("An endpoint."), max=16, min=1)
    return obj(what, props, rules=trust_rules(type_field, url))


def trust_rules(type_field, url):
    kind = f"has(self.{type_field}) && self.{type_field}"
    return [
        rule(f"!({kind} == 'trust-single') || (has(self.{url}) && !has(self.svNames) && !has(self.threshold))",
             f"trust-single needs {url} and takes neither svNames nor threshold", f".{type_field}"),
        rule(f"!({kind} == 'bft-custom') || (has(self.svNames) && size(self.svNames) > 0 && has(self.threshold))",
             "bft-custom needs svNames and threshold", f".{type_field}"),
        rule("!has(self.threshold) || !has(self.svNames) || self.threshold <= size(self.svNames)",
             "threshold must not be greater than the number of svNames", ".threshold"),
    ]


# --- artifacts -----------------------------------------------------------------------------------------------------


def sha256(description):
    return text(description, pattern="^[0-9a-f]{64}$", max=64)


def artifact(description):
    """A stored file: where its bytes are. The console keeps a DAR of up to 16 MiB in a row of ConfigMaps."""
    return obj(description, {
        "oci": obj("An artifact of an OCI registry.", {
            "ref": text("Reference, for example registry.example.com/dars/harbor:1.2.0.", min=1, max=512),
            "digest": text("Digest of the manifest.", pattern="^sha256:[0-9a-f]{64}$", max=71),
            "pullSecret": text("Name of the Secret with the registry's credentials."),
        }, ["ref"]),
        "http": obj("A file fetched over HTTPS.", {
            "url": https_url("Address of the file."),
            "secretRef": secret_ref("Secret with the key authorization, sent as that header."),
        }, ["url"]),
        "configMaps": keyed("Pieces in the order of the file, each an immutable ConfigMap of at most 900 KiB.", obj(
            "A piece.", {
                "name": text("Name of the ConfigMap.", pattern=_SUBDOMAIN, min=1),
                "key": text("Key in binaryData.", max=253, default="data"),
            }, ["name"]), max=20),
        "pvc": obj("A file on a volume.", {
            "claim": text("Name of the PersistentVolumeClaim.", min=1),
            "path": text("Path on the volume.", min=1, max=1024),
        }, ["claim", "path"]),
    }, rules=[exactly_one(("oci", "http", "configMaps", "pvc"),
                          "name exactly one source: oci, http, configMaps or pvc")])


def bucket(description="A bucket of an S3 compatible store."):
    return obj(description, {
        "bucket": text("Name of the bucket.", min=3, max=63),
        "prefix": text("Prefix of the objects.", max=512),
        "region": text("Region of the bucket.", max=63),
        "endpoint": https_url("Endpoint of the store, when it is not AWS."),
        "secretRef": secret_ref("Secret with accessKeyId and secretAccessKey."),
    }, ["bucket"])


# --- schedules -----------------------------------------------------------------------------------------------------

_MINUTE, _HOUR, _DAY = "[0-5]?[0-9]", "([01]?[0-9]|2[0-3])", "([1-9]|0[1-9]|[12][0-9]|3[01])"
_MONTH = "([1-9]|0[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_NAMED_DAY = "SUN|MON|TUE|WED|THU|FRI|SAT"


def _cron_field(value, lone_step=False):
    """A comma list of *, a value or a range, each with an optional step; Quartz also takes a step alone (/10)."""
    one = f"([*]|{value}(-{value})?)(/[0-9]{{1,2}})?"
    if lone_step:
        one = f"({one}|/[0-9]{{1,2}})"
    return f"{one}(,{one})*"


UNIX_CRON = "^" + " +".join(_cron_field(f) for f in (_MINUTE, _HOUR, _DAY, _MONTH, f"([0-7]|{_NAMED_DAY})")) + "$"


def _quartz():
    """Seconds first; Sunday is 1; exactly one of day and weekday is ?."""
    clock = " +".join(_cron_field(f, True) for f in (_MINUTE, _MINUTE, _HOUR))
    month = _cron_field(_MONTH, True)
    day = f"({_cron_field(_DAY, True)}|L|LW)"
    weekday = f"({_cron_field(f'([1-7]|{_NAMED_DAY})', True)}|[1-7]L|[1-7]#[1-5])"
    return f"^{clock} +({day} +{month} +[?]|[?] +{month} +{weekday})$"


QUARTZ_CRON = _quartz()


def unix_cron(description):
    return text(description, max=100, min=9, rules=[
        rule(f"self.matches('{UNIX_CRON}')",
             "must be a Unix cron line of five fields: minute, hour, day, month, weekday, for example 0 */4 * * *")])


def quartz_cron(description):
    return text(description, max=100, min=11, rules=[
        rule(f"self.matches('{QUARTZ_CRON}')",
             "must be a Quartz cron line of six fields: second, minute, hour, day, month, weekday, "
             "with ? for day or weekday, for example 0 0 2 * * ?")])


# --- status --------------------------------------------------------------------------------------------------------


def condition():
    return obj("One aspect of the state.", {
        "type": text("Name of the aspect, in CamelCase.", pattern="^[A-Za-z][A-Za-z0-9]*$", max=63),
        "status": text("True, False or Unknown.", enum=("True", "False", "Unknown")),
        "reason": text("Why, as one word in CamelCase.", max=128),
        "message": text("Why, for people.", max=4096),
        "observedGeneration": integer("Generation of the spec this condition speaks of.", min=0, wide=True),
        "lastTransitionTime": time("When status last changed."),
    }, ["type", "status", "lastTransitionTime"])


def status(phases, conditions, extra=None):
    """The part every kind's status has, and what is its own."""
    requests = obj("For each request by annotation, the annotation's value once it was acted on.", {
        "restart": text("Value of canton.quarterdeck.io/restart-requested-at."),
        "reconcile": text("Value of canton.quarterdeck.io/reconcile-requested-at."),
        "trigger": text("Value of canton.quarterdeck.io/trigger-at."),
    })
    base = {
        "observedGeneration": integer("Generation of the spec the operator has acted on.", min=0, wide=True),
        "phase": text("Summary for people: " + ", ".join(phases) + ". A newer operator may report others.", max=64),
        "conditions": keyed("Aspects of the state: " + ", ".join(conditions) + ".", condition(), keys=("type",), max=32),
        "message": text("What is going on, for people.", max=4096),
        "lastReconcileTime": time("When the operator last worked on the object."),
        "retry": obj("The operator's retries after a failure.", {
            "attempts": integer("How many attempts failed in a row.", min=0),
            "nextRetryTime": time("When the next attempt starts."),
            "lastError": text("What the last attempt failed with.", max=4096),
        }),
        "handledRequests": requests,
    }
    return obj("Reported by the operator; never written by people.", {**base, **(extra or {})})


LONG_LIVED = ("Pending", "Provisioning", "Onboarding", "Ready", "Updating", "Degraded", "Suspended", "Failed", "Deleting")
RUN_ONCE = ("Pending", "Running", "Succeeded", "Failed", "Cancelled")


def components_status():
    item = obj("A component.", {
        "name": text("Name of the component."),
        "image": text("Image that runs.", max=640),
        "ready": integer("Pods that are ready.", min=0),
        "desired": integer("Pods the spec asks for; suspending the node does not lower it.", min=0),
        "restarts": integer("Container restarts.", min=0),
        "phase": text("State of the component.", max=64),
    }, ["name"])
    return keyed("The components and their pods.", item, max=32)


def named_time(description):
    return obj(description, {"name": text("Name of the object."), "time": time("When it was finished.")})


def steps():
    item = obj("A step.", {
        "name": text("Name of the step.", max=64),
        "state": text("State of the step.", enum=("Pending", "Running", "Succeeded", "Failed", "Skipped")),
        "startTime": time("When the step started."),
        "endTime": time("When the step ended."),
        "message": text("What happened.", max=1024),
    }, ["name", "state"])
    return keyed("The steps, in order.", item, max=32)


def connected_domains():
    item = obj("A sync domain.", {
        "alias": text("Alias of the connection.", max=63), "id": text("Id of the domain.", max=330),
        "healthy": flag("Whether the connection works."),
    }, ["alias"])
    return keyed("Sync domains the node is connected to.", item, keys=("alias",), max=64)


def counts():
    return obj("How many the node knows.", {
        "localParties": integer("Parties hosted here.", min=0, wide=True),
        "users": integer("Ledger users.", min=0, wide=True),
        "packages": integer("Daml packages.", min=0, wide=True),
    })


def node_status_props():
    """What every Canton node reports."""
    return {
        "components": components_status(),
        "replicas": integer("Pods of the main component that are ready.", min=0),
        "uid": text("Fingerprint of the node's namespace key.", max=136),
        "version": text("Version that runs.", max=128),
        "uptimeSince": time("Since when the node has run without a break."),
        "lastBackup": named_time("The newest finished backup."),
    }


def endpoints(names):
    return obj("Where the node is reached, host:port or URL.", {n: text(f"Endpoint {n}.", max=512) for n in names})


def ports():
    return obj("Ports inside the cluster.", {
        n: integer(f"Port of the {n} API.", min=1, max=65535) for n in ("ledger", "admin", "json")})

