# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a network alive: Backup, BackupSchedule, Restore, IdentityDump, IdentityDumpSchedule, PruningSchedule, Upgrade."""
from . import types as t
from .schema import (FIXED, column, definition, exactly_one, flag, integer, items, keyed, needs, obj, rule, run_once, text,
                     time, words)

_PHASE = column("Phase", ".status.phase")
_NODE = column("Node", ".spec.nodeRef.name")
_STARTED = column("Started", ".status.startTime", "date", 1)
_PARTS = ("validatorApp", "participant", "sequencer", "mediator", "sv", "scan")


def _retention():
    return obj("How long it is kept.", {
        "keepFor": text("At least so long.", pattern=t.LONG_DURATION, max=16),
        "keepLast": integer("At least so many of the node.", min=1, max=1000),
        "hold": flag("Kept until this is false again.", default=False),
    })


def _backup_props():
    storage = obj("Where it goes.", {
        "s3": t.bucket(), "volumeSnapshotClass": text("Class of the volume snapshots."),
    }, rules=[rule("has(self.s3) != has(self.volumeSnapshotClass)", "give exactly one of s3 and volumeSnapshotClass")])
    return {
        "nodeRef": t.node_ref("The node.", kinds=t.ALL_NODE_KINDS),
        "type": text("What is kept.", enum=("Database", "Volume", "IdentityDump"), default="Database"),
        "components": words("Components; all of the node when left out.", max=8, enum=_PARTS),
        "method": text("How. External only records that somebody took it.",
                       enum=("External", "VolumeSnapshot", "PgDump", "ManagedPitr", "CNPG"), default="PgDump"),
        "storage": storage,
        "retention": _retention(),
        "encryption": obj("Encryption.", {"kmsConfigRef": t.ref("The KmsConfig.")}),
        "ordered": flag("The validator app's database is finished before the participant's starts. Always, for validators.",
                        default=True),
    }


_BACKUP_RULES = [
    rule("!has(self.ordered) || self.ordered || self.nodeRef.kind in ['Participant', 'SyncDomain']",
         "a validator's databases are always backed up in order; leave ordered out", ".ordered"),
    needs("has(self.method) && self.method == 'PgDump'", ("storage",), "PgDump needs storage", ".storage"),
]


def backup():
    spec = obj("The backup.", {
        **_backup_props(),
        "cancel": flag("Cancels a backup that runs.", default=False),
        "verify": flag("Verifies the artifacts once more.", default=False),
    }, ["nodeRef"], rules=_BACKUP_RULES)
    artifact = obj("A file or snapshot.", {
        "component": text("Component it belongs to.", max=64), "uri": text("Where it is.", max=1024),
        "size": integer("Size in bytes.", min=0, wide=True), "sha256": t.sha256("SHA-256."),
        "start": time("When its part started."), "end": time("When its part ended."),
        "ledgerOffset": integer("Ledger offset it holds.", min=0, wide=True),
    }, ["component", "uri"])
    return definition(
        "Backup", "backups", "cbk", "A backup of a node. Run once.", spec,
        t.status(t.RUN_ONCE, ("OrderingRespected", "Consistent", "Verified", "SpecAccepted"), {
            "startTime": time("When it started."), "completionTime": time("When it was finished."),
            "artifacts": keyed("What was written.", artifact, keys=("component",), max=16),
            "usableUntil": time("Thirty days after its end: then the sequencer has pruned what it needs."),
            "consistent": flag("Whether the parts fit together."),
            "migrationId": integer("Migration id it belongs to.", min=0),
            "version": text("Version of the node.", max=128),
            "size": integer("Bytes of all artifacts.", min=0, wide=True),
            "steps": t.steps(),
        }), [_NODE, column("Type", ".spec.type"), column("Method", ".spec.method", priority=1), _PHASE,
             column("Completed", ".status.completionTime", "date"), column("Usable until", ".status.usableUntil", priority=1)],
        rules=run_once(spec, "backup", {"retention": ("keepFor", "keepLast")}, ("cancel", "verify")))


def backup_schedule():
    spec = obj("Desired state of the schedule.", {
        "template": obj("The backups it makes.", _backup_props(), ["nodeRef"], rules=_BACKUP_RULES),
        "schedule": t.unix_cron("When, as a Unix cron line."),
        "timeZone": text("Time zone of the cron line.", pattern="^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$", max=64, default="Etc/UTC"),
        "concurrencyPolicy": text("Always Forbid: a backup waits for the one before.", enum=("Forbid",), default="Forbid"),
        "startingDeadline": text("How late a backup may still start.", pattern=t.SHORT_DURATION, max=16),
        "suspend": flag("No new backups while true.", default=False),
        "keepLast": integer("Finished backups that are kept.", min=1, max=1000, default=42),
    }, ["template", "schedule"])
    return definition(
        "BackupSchedule", "backupschedules", "cbs", "Makes Backups of a node by the clock.", spec,
        t.status(("Pending", "Ready", "Suspended", "Degraded", "Failed", "Deleting"), ("OnTime", "SpecAccepted", "Ready"), {
            "lastScheduleTime": time("When it last made one."), "lastSuccessTime": time("When one last succeeded."),
            "nextScheduleTime": time("When it makes the next."),
            "active": t.refs("Backups that run."), "failures": integer("Failures in a row.", min=0),
        }), [column("Node", ".spec.template.nodeRef.name"), column("Schedule", ".spec.schedule"),
             column("Suspend", ".spec.suspend", "boolean"), _PHASE, column("Last success", ".status.lastSuccessTime", "date")])


def restore():
    spec = obj("The restore.", {
        "nodeRef": t.node_ref("The node, existing or new.", kinds=t.ALL_NODE_KINDS),
        "mode": text("FullFromBackup: databases and identity. IdentityOnly: assets are kept, history is lost. PointInTime: "
                     "databases at targetTime. NetworkDisaster: after a loss of the global synchronizer.",
                     enum=("FullFromBackup", "IdentityOnly", "PointInTime", "NetworkDisaster")),
        "backupRef": t.ref("The Backup."),
        "identityDumpRef": t.ref("The IdentityDump."),
        "targetTime": time("The point in time, for PointInTime."),
        "newParticipantIdentifier": text("Identifier of the new participant, for IdentityOnly.", pattern="^[a-zA-Z0-9_-]+$", max=185),
        "migrateValidatorParty": flag("Whether the validator party moves to the new participant.", default=False),
        "dataSnapshot": obj("The snapshot of the Scan, for NetworkDisaster.", {
            "timestamp": time("Time the super validators have named."), "force": flag("Whether checks are skipped.", default=False),
        }, ["timestamp"]),
        "confirm": text("The name of the node, typed by the person who restores.", max=40),
        "dryRun": flag("Only the checks.", default=False),
    }, ["nodeRef", "mode", "confirm"], rules=[
        rule("self.confirm == self.nodeRef.name", "confirm must be the name of the node", ".confirm"),
        needs("self.mode == 'FullFromBackup'", ("backupRef", "identityDumpRef"),
              "FullFromBackup needs both halves: backupRef and identityDumpRef", ".mode"),
        needs("self.mode == 'IdentityOnly'", ("identityDumpRef", "newParticipantIdentifier"),
              "IdentityOnly needs identityDumpRef and newParticipantIdentifier", ".mode"),
        needs("self.mode == 'PointInTime'", ("backupRef", "targetTime"), "PointInTime needs backupRef and targetTime", ".mode"),
        needs("self.mode == 'NetworkDisaster'", ("dataSnapshot",), "NetworkDisaster needs dataSnapshot", ".mode")])
    phases = ("Pending", "AwaitingConfirmation", "Running", "Succeeded", "Failed", "RolledBack", "Cancelled")
    return definition(
        "Restore", "restores", "crs", "A restore of a node. Run once.", spec,
        t.status(phases, ("BackupUsable", "IdentityAvailable", "NodeStopped", "Verified", "SpecAccepted"), {
            "startTime": time("When it started."), "completionTime": time("When it ended."),
            "estimatedLoss": text("Time between the backup and the failure.", max=32),
            "steps": t.steps(),
        }), [_NODE, column("Mode", ".spec.mode"), _PHASE, _STARTED], rules=run_once(spec, "restore"))


def identity_dump():
    spec = obj("The dump of a node's identity. It holds private keys, unless a KMS keeps them.", {
        "nodeRef": t.node_ref("The node.", kinds=t.ALL_NODE_KINDS),
        "kind": text("What is dumped.", enum=("Participant", "Validator", "SuperValidator"), default="Participant"),
        "destination": obj("Where it goes; a Secret when left out.", {
            "secretName": text("Name of the Secret.", pattern="^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"),
            "s3": t.bucket(),
            "vault": obj("A path of a HashiCorp Vault.", {
                "address": t.https_url("Address."), "path": text("Path.", min=1, max=512), "role": text("Role.", max=128)},
                ["address", "path"]),
        }, rules=[exactly_one(("secretName", "s3", "vault"), "name exactly one destination: secretName, s3 or vault")]),
        "retain": flag("Whether it is kept when its schedule makes room.", default=False),
    }, ["nodeRef"])
    return definition(
        "IdentityDump", "identitydumps", "idd", "A dump of a node's identity. Run once.", spec,
        t.status(t.RUN_ONCE, ("Created", "OffClusterCopy", "SpecAccepted"), {
            "startTime": time("When it started."), "completionTime": time("When it was finished."),
            "secretRef": t.secret_ref("The Secret that was written."),
            "participantId": text("Id of the participant.", max=330), "keyCount": integer("Keys it holds.", min=0),
            "version": text("Version of the node.", max=128), "time": time("State it holds."),
            "checksum": text("SHA-256 of the dump.", max=71),
            "exportedOutsideCluster": flag("Whether a copy outside the cluster is known."),
        }), [_NODE, column("Kind", ".spec.kind"), _PHASE, column("Completed", ".status.completionTime", "date")],
        rules=run_once(spec, "dump"))


def identity_dump_schedule():
    spec = obj("Desired state of the schedule.", {
        "nodeRef": t.node_ref("The node.", kinds=t.ALL_NODE_KINDS, fixed=True),
        "cron": t.unix_cron("When, as a Unix cron line."),
        "maxDumpNumber": integer("Dumps that are kept; the oldest go first.", min=1, max=1000, default=7),
        "suspend": flag("No new dumps while true.", default=False),
    }, ["nodeRef", "cron"])
    return definition(
        "IdentityDumpSchedule", "identitydumpschedules", "ids", "Makes IdentityDumps of a node by the clock.", spec,
        t.status(("Pending", "Ready", "Suspended", "Degraded", "Failed", "Deleting"), ("OnTime", "SpecAccepted", "Ready"), {
            "nextRunTime": time("When it makes the next."), "lastRunTime": time("When it last made one."),
            "lastDump": text("Name of the newest.", max=63), "dumpCount": integer("Dumps that are kept now.", min=0),
        }), [_NODE, column("Cron", ".spec.cron"), column("Suspend", ".spec.suspend", "boolean"), _PHASE,
             column("Last run", ".status.lastRunTime", "date")])


def pruning_schedule():
    spec = obj("Desired state of the pruning.", {
        "nodeRef": t.node_ref("The node."),
        "syncDomainRef": t.ref("The SyncDomain."),
        "target": text("What is pruned.", enum=("Participant", "Sequencer", "Mediator", "CometBFT"), rules=[FIXED]),
        "cron": t.quartz_cron("When, as a Quartz cron line in UTC. For participants."),
        "pruningInterval": text("How often. For sequencers and mediators.", pattern=t.LONG_DURATION, max=16),
        "maxDuration": text("How long a run may last.", pattern=t.SHORT_DURATION, max=16),
        "retention": text("How much is kept. Less than 30d is warned about on a public network.", pattern=t.LONG_DURATION, max=16),
        "pruneInternallyOnly": flag("Whether only internal data is pruned.", default=False),
        "retainBlocks": integer("Blocks that are kept. For CometBFT.", min=1, wide=True),
        "requireBackupWithin": text("No pruning unless a backup is younger.", pattern=t.LONG_DURATION, max=16),
        "ignoreMissingCommitmentsAfter": text("After so long, missing commitments do not hold pruning up.",
                                              pattern=t.LONG_DURATION, max=16),
        "suspend": flag("No pruning while true.", default=False),
    }, ["target"], rules=[
        rule("has(self.nodeRef) != has(self.syncDomainRef)", "give exactly one of nodeRef and syncDomainRef"),
        needs("self.target == 'Participant'", ("cron", "maxDuration", "retention"),
              "pruning a Participant needs cron, maxDuration and retention", ".target"),
        needs("self.target in ['Sequencer', 'Mediator']", ("pruningInterval", "retention"),
              "pruning a Sequencer or Mediator needs pruningInterval and retention", ".target"),
        needs("self.target == 'CometBFT'", ("retainBlocks",), "pruning CometBFT needs retainBlocks", ".target"),
        rule("!has(self.syncDomainRef) || self.target != 'Participant'", "a SyncDomain has no participant to prune", ".target")])
    return definition(
        "PruningSchedule", "pruningschedules", "prs", "Prunes a node by the clock.", spec,
        t.status(("Pending", "Ready", "Suspended", "Degraded", "Failed", "Deleting"),
                 ("ScheduleApplied", "BackupFresh", "Progressing", "SpecAccepted", "Ready"), {
            "lastStart": time("When it last started."), "lastEnd": time("When it last ended."),
            "prunedUpTo": obj("How far it has pruned.", {
                "offset": integer("Ledger offset.", min=0, wide=True), "time": time("Ledger time.")}),
            "dbSizeBefore": text("Size of the database before the last run.", max=24),
            "dbSizeAfter": text("Size of the database after it.", max=24),
            "nextRun": time("When it runs next."),
        }), [_NODE, column("Domain", ".spec.syncDomainRef.name", priority=1), column("Target", ".spec.target"),
             column("Retention", ".spec.retention"), column("Suspend", ".spec.suspend", "boolean"), _PHASE])


def _upgrade_gates():
    checks = obj("Before anything is changed.", {
        "identityDumpRequired": flag("A fresh identity dump.", default=True),
        "backupRequired": flag("A fresh backup.", default=True),
        "usersWithoutPartyRights": text("What users without a party right mean.", enum=("ignore", "warn", "block"), default="warn"),
        "ledgerHealthy": flag("Every target is Ready.", default=True),
    })
    observation = obj("After the change.", {
        "duration": text("How long.", pattern=t.SHORT_DURATION, max=16, default="1h"),
        "checks": words("What is watched.", max=8, enum=("PodsReady", "MetricsHealthy", "CcBalanceIncreasing", "TrafficSufficient")),
    })
    promotion = obj("The word of a second person.", {
        "requireApproval": flag("Whether it is needed.", default=True),
        "approvedBy": text("Who approved.", max=253),
    })
    rollback = obj("The way back.", {
        "auto": flag("Whether a failed gate rolls back by itself.", default=False),
        "toRevision": text("Version to go back to; setting it starts the roll-back.", max=128),
    })
    return checks, observation, promotion, rollback


def upgrade():
    checks, observation, promotion, rollback = _upgrade_gates()
    spec = obj("The upgrade.", {
        "targets": t.node_refs("The nodes.", kinds=t.ALL_NODE_KINDS, min=1),
        "class": text("Patch: image only. DamlModel: new models. MajorMigration: next migration id. LogicalSynchronizer: a "
                      "successor synchronizer. CatBm: the management software.",
                      enum=("Patch", "DamlModel", "MajorMigration", "LogicalSynchronizer", "CatBm")),
        "toVersion": text("Image tag to go to.", pattern="^[A-Za-z0-9_][A-Za-z0-9_.-]*$", min=1, max=128),
        "fromVersion": text("Image tag the targets must have.", max=128),
        "toMigrationId": integer("Next migration id, for MajorMigration.", min=1),
        "strategy": text("One node after the other, or all at once.", enum=("RollingPerNode", "AllAtOnce"), default="RollingPerNode"),
        "order": items("Names of the targets in their order.", {"type": "string", "maxLength": 63}, max=32),
        "schedule": obj("When.", {"notBefore": time("Not before."), "window": text("For how long it may start.",
                                                                                  pattern=t.SHORT_DURATION, max=16)}),
        "preChecks": checks,
        "observation": observation,
        "promotion": promotion,
        "rollback": rollback,
        "gitops": obj("The repository that declares the targets.", {
            "repo": t.https_url("Repository."), "path": text("Path of the application.", max=512),
            "branch": text("Branch.", max=128, default="main"),
            "field": text("Field that is changed.", max=128, default="targetRevision"),
            "pullRequestUrl": t.https_url("The pull request."),
        }, ["repo"]),
        "announce": obj("Whom to tell.", {"channel": text("Channel."), "template": text("Text.", max=2048)}),
        "paused": flag("Waits before the next step while true.", default=False),
        "abort": flag("Gives up; only before the migration.", default=False),
    }, ["targets", "class", "toVersion"], rules=[
        rule("(self.class == 'MajorMigration') == has(self.toMigrationId)",
             "toMigrationId belongs to MajorMigration and only to it", ".toMigrationId"),
        rule("!has(self.order) || self.order.all(name, self.targets.exists(target, target.name == name))",
             "order names a node that is not among the targets", ".order"),
        rule("!has(self.fromVersion) || self.fromVersion != self.toVersion", "toVersion is the version the targets have already",
             ".toVersion")])
    target = obj("A node.", {
        "kind": text("Kind.", max=64), "name": text("Name.", max=63), "phase": text("State.", max=64),
        "from": text("Version before.", max=128), "to": text("Version after.", max=128),
        "startTime": time("When it started."), "endTime": time("When it ended."), "message": text("What is going on.", max=1024),
    }, ["kind", "name"])
    phases = ("Pending", "PreChecking", "Running", "Observing", "AwaitingApproval", "Succeeded", "RolledBack", "Aborted", "Failed")
    return definition(
        "Upgrade", "upgrades", "upg", "A staged upgrade with gates. Run once.", spec,
        t.status(phases, ("PreChecksPassed", "Applied", "Observed", "Approved", "SpecAccepted"), {
            "perTarget": keyed("The nodes.", target, keys=("kind", "name"), max=32),
            "steps": t.steps(),
            "canRollback": flag("Whether there is a way back."),
            "startTime": time("When it started."), "completionTime": time("When it ended."),
        }), [column("Class", ".spec.class"), column("To", ".spec.toVersion"), _PHASE,
             column("Approved by", ".spec.promotion.approvedBy", priority=1), _STARTED],
        rules=run_once(spec, "upgrade", free_fields=("paused", "abort", "promotion", "rollback")))


KINDS = (backup, backup_schedule, restore, identity_dump, identity_dump_schedule, pruning_schedule, upgrade)
