// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/resources/ListSpec.h"

#include <QHash>

#include <algorithm>
#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// The words of a kind that the kinds table does not know. A kind without words is listed with the general ones.
struct Words {
    const char *kind;
    const char *none;
    const char *noneDetail;
    const char *create;
};

constexpr std::array kWords{
    Words{"CantonNetwork", QT_TRANSLATE_NOOP("ListSpec", "No networks yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A network says where its scan and its sponsor are; nodes join it by name."), QT_TRANSLATE_NOOP("ListSpec", "Add network…")},
    Words{"SyncDomainConnection", QT_TRANSLATE_NOOP("ListSpec", "No connections yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A connection joins a participant and a sync domain."), QT_TRANSLATE_NOOP("ListSpec", "Connect…")},
    Words{"TopologyChange", QT_TRANSLATE_NOOP("ListSpec", "No topology changes yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A topology change hosts a party elsewhere or changes who may vote."), QT_TRANSLATE_NOOP("ListSpec", "Propose change…")},
    Words{"Party", QT_TRANSLATE_NOOP("ListSpec", "No parties yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A party acts on the ledger and is hosted by a node."), QT_TRANSLATE_NOOP("ListSpec", "Allocate party…")},
    Words{"LedgerUser", QT_TRANSLATE_NOOP("ListSpec", "No ledger users yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A ledger user signs in at a participant and acts for parties."), QT_TRANSLATE_NOOP("ListSpec", "Create ledger user…")},
    Words{"WalletUser", QT_TRANSLATE_NOOP("ListSpec", "No wallet users yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A wallet user holds coin at a validator."), QT_TRANSLATE_NOOP("ListSpec", "Onboard wallet user…")},
    Words{"DarPackage", QT_TRANSLATE_NOOP("ListSpec", "No DARs yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A DAR is kept here once and deployed to nodes from here."), QT_TRANSLATE_NOOP("ListSpec", "Add DAR…")},
    Words{"DarDeployment", QT_TRANSLATE_NOOP("ListSpec", "No DAR deployments yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A deployment says which nodes have and vet a DAR."), QT_TRANSLATE_NOOP("ListSpec", "Deploy DAR…")},
    Words{"Application", QT_TRANSLATE_NOOP("ListSpec", "No applications yet."),
          QT_TRANSLATE_NOOP("ListSpec", "An application runs beside a validator and uses its ledger."), QT_TRANSLATE_NOOP("ListSpec", "Install application…")},
    Words{"IdentityProviderConfig", QT_TRANSLATE_NOOP("ListSpec", "No identity providers yet."),
          QT_TRANSLATE_NOOP("ListSpec", "An identity provider says whose tokens a participant accepts."), QT_TRANSLATE_NOOP("ListSpec", "Add identity provider…")},
    Words{"WalletProvider", QT_TRANSLATE_NOOP("ListSpec", "No wallet providers yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A wallet provider signs for parties outside the node."), QT_TRANSLATE_NOOP("ListSpec", "Add wallet provider…")},
    Words{"KmsConfig", QT_TRANSLATE_NOOP("ListSpec", "No key management yet."),
          QT_TRANSLATE_NOOP("ListSpec", "With a KMS the signing keys never leave it."), QT_TRANSLATE_NOOP("ListSpec", "Add KMS…")},
    Words{"ValidatorOnboarding", QT_TRANSLATE_NOOP("ListSpec", "No onboardings yet."),
          QT_TRANSLATE_NOOP("ListSpec", "An onboarding gives a new validator the secret it joins with."), QT_TRANSLATE_NOOP("ListSpec", "Prepare onboarding…")},
    Words{"Backup", QT_TRANSLATE_NOOP("ListSpec", "No backups yet."),
          QT_TRANSLATE_NOOP("ListSpec", "A schedule takes them by itself."), QT_TRANSLATE_NOOP("ListSpec", "Back up now…")},
    Words{"BackupSchedule", QT_TRANSLATE_NOOP("ListSpec", "No backup schedules yet."),
          QT_TRANSLATE_NOOP("ListSpec", "Without a schedule nothing is backed up by itself."), QT_TRANSLATE_NOOP("ListSpec", "Schedule backups…")},
    Words{"Restore", QT_TRANSLATE_NOOP("ListSpec", "No restores."),
          QT_TRANSLATE_NOOP("ListSpec", "A restore brings a node back to a backup, in full or by its identity."), QT_TRANSLATE_NOOP("ListSpec", "Restore…")},
    Words{"IdentityDump", QT_TRANSLATE_NOOP("ListSpec", "No identity dumps yet."),
          QT_TRANSLATE_NOOP("ListSpec", "Without its identity a lost validator cannot be set up again."), QT_TRANSLATE_NOOP("ListSpec", "Dump identity…")},
    Words{"IdentityDumpSchedule", QT_TRANSLATE_NOOP("ListSpec", "No identity dump schedules yet."),
          QT_TRANSLATE_NOOP("ListSpec", "Without a schedule no identity is dumped by itself."), QT_TRANSLATE_NOOP("ListSpec", "Schedule dumps…")},
    Words{"PruningSchedule", QT_TRANSLATE_NOOP("ListSpec", "No pruning schedules yet."),
          QT_TRANSLATE_NOOP("ListSpec", "Pruning removes history that is no longer needed; backups must hold it first."), QT_TRANSLATE_NOOP("ListSpec", "Schedule pruning…")},
    Words{"Upgrade", QT_TRANSLATE_NOOP("ListSpec", "No upgrades yet."),
          QT_TRANSLATE_NOOP("ListSpec", "An upgrade goes through stages and gates, the test network first."), QT_TRANSLATE_NOOP("ListSpec", "Prepare upgrade…")},
};

const Words *wordsOf(const network::KindInfo &kind)
{
    const auto it = std::find_if(kWords.begin(), kWords.end(), [&](const Words &w) { return kind.own && kind.kind == QLatin1StringView(w.kind); });
    return it == kWords.end() ? nullptr : &*it;
}

ListSpec nodesList(const QList<const network::KindInfo *> &kinds)
{
    ListSpec out;
    out.id = u"nodes"_s;
    out.title = ListSpec::paneTitle(out.id);
    out.name = out.title;
    for (const network::KindInfo *kind : kinds)
        out.kinds.append(*kind);
    out.filterHint = ListSpec::tr("Filter: phase:degraded net:mainnet");
    out.create = u"Validator"_s;
    out.createText = ListSpec::tr("Set up validator…");
    out.none = ListSpec::tr("No validators yet.");
    out.noneDetail = ListSpec::tr("A validator joins a network with a secret from its sponsor.");
    out.noProblem = ListSpec::tr("No node needs attention.");
    out.noMatch = ListSpec::tr("No node matches %1.");
    out.readings = true;
    return out;
}

ListSpec listOf(const QString &pane, const network::KindInfo &kind)
{
    ListSpec out;
    out.id = pane + u'/' + kind.gvr.name();
    out.title = pane == "map"_L1 ? ListSpec::tr("Networks") : ListSpec::paneTitle(pane);   // the lists behind the map
    out.tab = kind.title;
    out.name = kind.title;
    out.kinds = {kind};
    out.filterHint = ListSpec::tr("Filter: phase:failed or a part of a name");
    out.none = ListSpec::tr("There are none yet.");
    out.noProblem = ListSpec::tr("Nothing here needs attention.");
    out.noMatch = ListSpec::tr("Nothing here matches %1.");
    if (const Words *words = wordsOf(kind)) {
        out.none = ListSpec::tr(words->none);
        out.noneDetail = ListSpec::tr(words->noneDetail);
        out.create = kind.kind;
        out.createText = ListSpec::tr(words->create);
    }
    return out;
}

}

bool ListSpec::shows(const network::KindInfo &kind) const
{
    return std::any_of(kinds.begin(), kinds.end(), [&](const network::KindInfo &own) { return own.kind == kind.kind && own.own == kind.own; });
}

QString ListSpec::counted(int count) const
{
    const QString pane = id.section(u'/', 0, 0);
    if (pane == "nodes"_L1)
        return tr("%Ln node(s)", nullptr, count);
    if (pane == "parties"_L1)
        return tr("%Ln party(s)", nullptr, count);
    if (pane == "users"_L1)
        return tr("%Ln user(s)", nullptr, count);
    if (pane == "applications"_L1)
        return tr("%Ln application(s)", nullptr, count);
    return tr("%Ln object(s)", nullptr, count);
}

QString ListSpec::paneTitle(const QString &pane)
{
    static const QHash<QString, const char *> kTitles{
        {u"map"_s, QT_TR_NOOP("Map")}, {u"nodes"_s, QT_TR_NOOP("Nodes")}, {u"parties"_s, QT_TR_NOOP("Parties")},
        {u"users"_s, QT_TR_NOOP("Users")}, {u"dars"_s, QT_TR_NOOP("DARs")}, {u"applications"_s, QT_TR_NOOP("Applications")},
        {u"identity"_s, QT_TR_NOOP("Identity")}, {u"backups"_s, QT_TR_NOOP("Backups")}, {u"upgrades"_s, QT_TR_NOOP("Upgrades")}};
    const char *title = kTitles.value(pane);
    return title ? tr(title) : pane;
}

QList<ListSpec> ListSpec::ofPane(const QString &pane, const network::KindTable &kinds)
{
    const QList<const network::KindInfo *> all = kinds.ofPane(pane);
    if (pane == "nodes"_L1)
        return {nodesList(all)};
    QList<ListSpec> out;
    for (const network::KindInfo *kind : all)
        out.append(listOf(pane, *kind));
    return out;
}

}
