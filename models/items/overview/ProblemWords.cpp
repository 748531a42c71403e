// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/overview/ProblemWords.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/network/Drift.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>

#include <algorithm>
#include <array>

namespace qd::items::overview {

using namespace Qt::StringLiterals;
using network::Cell;
using network::KindInfo;
using network::Row;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ProblemWords)
};

/// What a condition that is not as it should be means, and what helps. Step: "open", "logs", "events", or a verb.
struct ConditionWords {
    const char *type;
    const char *title;
    const char *step;
};

constexpr std::array kConditions{
    ConditionWords{"TrafficSufficient", QT_TRANSLATE_NOOP("ProblemWords", "Traffic is running out"), "edit"},
    ConditionWords{"DatabaseReady", QT_TRANSLATE_NOOP("ProblemWords", "Database is not ready"), "logs"},
    ConditionWords{"ConnectedToSynchronizer", QT_TRANSLATE_NOOP("ProblemWords", "Not connected to the synchronizer"), "logs"},
    ConditionWords{"Connected", QT_TRANSLATE_NOOP("ProblemWords", "Not connected to the sync domain"), "open"},
    ConditionWords{"Onboarded", QT_TRANSLATE_NOOP("ProblemWords", "Not onboarded"), "events"},
    ConditionWords{"OnTime", QT_TRANSLATE_NOOP("ProblemWords", "Backups are late"), "trigger"},
    ConditionWords{"Consistent", QT_TRANSLATE_NOOP("ProblemWords", "Backup failed"), "open"},
    ConditionWords{"UploadedEverywhere", QT_TRANSLATE_NOOP("ProblemWords", "DAR is not on every node"), "open"},
    ConditionWords{"VettedEverywhere", QT_TRANSLATE_NOOP("ProblemWords", "Vetting drift: not vetted on every node"), "open"},
    ConditionWords{"SpecAccepted", QT_TRANSLATE_NOOP("ProblemWords", "What is declared was not accepted"), "edit"},
    ConditionWords{"IdentityBackedUp", QT_TRANSLATE_NOOP("ProblemWords", "Identity is not backed up"), "open"},
    ConditionWords{"VersionSupported", QT_TRANSLATE_NOOP("ProblemWords", "Version is not supported"), "version"},
    ConditionWords{"MigrationIdMatches", QT_TRANSLATE_NOOP("ProblemWords", "Migration id is not the network's"), "open"},
    ConditionWords{"DiscoveryReachable", QT_TRANSLATE_NOOP("ProblemWords", "Identity provider does not answer"), "open"},
    ConditionWords{"ClientsProvisioned", QT_TRANSLATE_NOOP("ProblemWords", "Clients are not made at the identity provider"), "open"},
    ConditionWords{"AudienceRestricted", QT_TRANSLATE_NOOP("ProblemWords", "Tokens for other audiences are accepted"), "edit"},
    ConditionWords{"CredentialsValid", QT_TRANSLATE_NOOP("ProblemWords", "Credentials are not valid"), "edit"},
    ConditionWords{"PermissionsOk", QT_TRANSLATE_NOOP("ProblemWords", "Permissions are missing"), "open"},
    ConditionWords{"Reachable", QT_TRANSLATE_NOOP("ProblemWords", "Not reachable"), "open"},
    ConditionWords{"ScanReachable", QT_TRANSLATE_NOOP("ProblemWords", "Scan does not answer"), "open"},
    ConditionWords{"Observed", QT_TRANSLATE_NOOP("ProblemWords", "Upgrade failed while observed"), "open"},
    ConditionWords{"PreChecksPassed", QT_TRANSLATE_NOOP("ProblemWords", "Upgrade failed its checks"), "open"},
    ConditionWords{"RightsApplied", QT_TRANSLATE_NOOP("ProblemWords", "Rights are not applied"), "open"},
    ConditionWords{"HostedEverywhere", QT_TRANSLATE_NOOP("ProblemWords", "Party is not hosted on every node"), "open"},
    ConditionWords{"Fetched", QT_TRANSLATE_NOOP("ProblemWords", "DAR could not be fetched"), "open"},
    ConditionWords{"ArtifactReady", QT_TRANSLATE_NOOP("ProblemWords", "Image could not be loaded"), "events"},
    ConditionWords{"DependenciesReady", QT_TRANSLATE_NOOP("ProblemWords", "Waits for something that is not ready"), "open"},
};

/// Say only that something is wrong; a condition that says what goes before them.
bool isGeneral(const QString &type)
{
    static const QStringList kGeneral{u"Ready"_s, u"Active"_s, u"Healthy"_s, u"Available"_s};
    return kGeneral.contains(type);
}

bool wantsFalse(const QString &type)
{
    static const QStringList kNames{u"Degraded"_s, u"Progressing"_s, u"Upgrading"_s, u"Updating"_s, u"Stalled"_s, u"DeletionBlocked"_s, u"Reconciling"_s};
    return kNames.contains(type);
}

struct Bad {
    QString type, reason, message;
    qint64 since = 0;
    const ConditionWords *words = nullptr;
    bool consequence = false;
    [[nodiscard]] int rank() const { return words ? 0 : isGeneral(type) ? 2 : 1; }
};

qint64 secondsOf(const QJsonValue &time)
{
    const QDateTime at = QDateTime::fromString(time.toString(), Qt::ISODate);
    return at.isValid() ? at.toSecsSinceEpoch() : 0;
}

/// The condition that says most about what is wrong; the newest of equals.
std::optional<Bad> worstCondition(const QJsonObject &body)
{
    std::optional<Bad> best;
    const QJsonArray conditions = json::at(body, u"/status/conditions"_s).toArray();
    bool waits = false;
    for (const QJsonValue &value : conditions) {
        const QJsonObject condition = value.toObject();
        Bad bad;
        bad.type = condition.value("type"_L1).toString();
        const QString status = condition.value("status"_L1).toString();
        const bool known = status == "True"_L1 || status == "False"_L1;
        const bool busy = wantsFalse(bad.type) && bad.type != "Degraded"_L1 && bad.type != "Stalled"_L1;
        if (!known || busy || (status == "True"_L1) != wantsFalse(bad.type))
            continue;
        bad.reason = condition.value("reason"_L1).toString();
        bad.message = condition.value("message"_L1).toString();
        bad.since = secondsOf(condition.value("lastTransitionTime"_L1));
        const auto words = std::find_if(kConditions.begin(), kConditions.end(), [&](const auto &w) { return bad.type == QLatin1StringView(w.type); });
        bad.words = words == kConditions.end() ? nullptr : &*words;
        waits = waits || bad.type == "DependenciesReady"_L1;
        if (!best || bad.rank() < best->rank() || (bad.rank() == best->rank() && bad.since > best->since && bad.type != "DependenciesReady"_L1))
            best = bad;
    }
    if (best)
        best->consequence = waits;
    return best;
}

QString stateTitle(const KindInfo &kind, State state)
{
    const QString what = wordsOf(kind.kind);
    switch (state) {
    case State::Failed: return kind.runOnce || kind.pane != "nodes"_L1 ? Words::tr("%1 failed").arg(what) : Words::tr("%1 is down").arg(what);
    case State::Degraded: return Words::tr("%1 is degraded").arg(what);
    case State::Waiting: return Words::tr("%1 waits for a person").arg(what);
    default: return Words::tr("State is not determined");
    }
}

Step openStep(const KindInfo &kind)
{
    if (kind.pane == "nodes"_L1)
        return {Step::Does::Open, Words::tr("Open node")};
    const QString what = wordsOf(kind.kind);
    const bool sentence = what.size() > 1 && what.at(1).isUpper();   // "DAR deployment" stays
    const QString word = sentence ? what : QString(what.left(1).toLower() + what.mid(1));
    return {Step::Does::Open, word.size() > 11 ? Words::tr("Open details") : Words::tr("Open %1").arg(word)};
}

Step stepOf(const KindInfo &kind, const Bad &bad)
{
    const QString id = bad.words ? QString::fromLatin1(bad.words->step) : u"open"_s;
    if (bad.type == "DatabaseReady"_L1 && bad.reason.contains("Full"_L1))
        return {Step::Does::Action, Words::tr("Grow storage…"), u"storage"_s};
    if (id == "logs"_L1)
        return {Step::Does::Tab, Words::tr("Open logs"), id};
    if (id == "events"_L1)
        return {Step::Does::Tab, Words::tr("Open events"), id};
    if (id == "edit"_L1)
        return bad.type == "TrafficSufficient"_L1 && kind.kind == "Validator"_L1 ? Step{Step::Does::Action, Words::tr("Top up traffic…"), u"topup"_s}
                                                  : Step{Step::Does::Action, Words::tr("Edit…"), id};
    if (id == "trigger"_L1)
        return {Step::Does::Action, Words::tr("Back up now…"), id};
    if (id == "version"_L1)
        return {Step::Does::Action, Words::tr("Set version…"), id};
    return openStep(kind);
}

void sayUndetermined(Problem &out, const KindInfo &kind, const Row &row, qint64 now)
{
    out.title = Words::tr("State is not determined");
    if (row.phase.isEmpty())
        out.detail = row.created > 0 ? Words::tr("the operator has not reported since it was made, %1 ago").arg(formatAge(now - row.created))
                                     : Words::tr("the operator has not reported");
    else if (row.phase != "Unknown"_L1)
        out.detail = Words::tr("this program does not know the phase %1").arg(row.phase);
    else
        out.detail = Words::tr("the operator could not determine it");
    if (row.phase.isEmpty())
        out.since = row.created;
    out.step = openStep(kind);
    out.cause = u"undetermined"_s;
}

void sayDrift(Problem &out, const KindInfo &kind, const QJsonObject &body)
{
    out.state = State::Degraded;
    out.title = Words::tr("Drift: declared and reported disagree");
    out.cause = u"drift"_s;
    out.step = {Step::Does::Tab, Words::tr("Compare"), u"overview"_s};
    const QList<network::Difference> differences = network::differencesOf(kind, body);
    QStringList parts;
    for (const network::Difference &difference : differences) {
        if (parts.isEmpty())
            out.title = Words::tr("Drift: %1 is not as declared").arg(difference.pair->title.toLower());
        parts.append(Words::tr("%1: declared %2, reported %3").arg(difference.pair->title.toLower(), difference.declared.toVariant().toString(),
                                                                difference.reported.toVariant().toString()));
    }
    out.detail = parts.join(u"; "_s);
    out.mark += out.detail;
}

/// "1 of 3 pods ready" says more than any condition of a node that does not run.
bool sayPods(Problem &out, const KindInfo &kind, const Row &row, const Bad *bad)
{
    const Cell pods = cellOf(kind, row, u"components"_s);
    const bool specific = bad && bad->rank() < 2 && bad->type != "ParticipantReady"_L1;
    if (pods.is != Cell::Is::Ratio || pods.integer >= pods.whole || specific)
        return false;
    out.title = Words::tr("%1: %2 of %3 pods ready").arg(stateTitle(kind, row.state)).arg(pods.integer).arg(pods.whole);
    out.step = {Step::Does::Tab, Words::tr("Open logs"), u"logs"_s};
    return true;
}

/// The names of who waits are in the message; what is asked for depends on the kind.
void sayWaiting(Problem &out, const KindInfo &kind)
{
    if (kind.kind == "Upgrade"_L1)
        out.title = Words::tr("Upgrade waits for approval");
    else if (kind.kind == "Restore"_L1)
        out.title = Words::tr("Restore waits for confirmation");
    else if (kind.kind == "TopologyChange"_L1 || kind.kind == "Party"_L1)
        out.title = Words::tr("%1 waits for signatures").arg(wordsOf(kind.kind));
    else
        out.title = stateTitle(kind, State::Waiting);
    out.step = openStep(kind);
    out.cause = u"waiting"_s;
}

QString firstSentence(QString text)
{
    text = text.simplified();
    while (text.endsWith(u'.'))
        text.chop(1);
    return text;
}

}

QString conditionTitle(const QString &type)
{
    const auto words = std::find_if(kConditions.begin(), kConditions.end(), [&](const auto &w) { return type == QLatin1StringView(w.type); });
    return words == kConditions.end() ? QString() : Words::tr(words->title);
}

QString roughly(qint64 seconds)
{
    if (seconds < 120)
        return formatAge(std::max<qint64>(0, seconds));
    if (seconds < 120 * 60)
        return Words::tr("%1 m").arg((seconds + 30) / 60);
    return seconds <= 48 * 3600 ? Words::tr("%1 h").arg((seconds + 1800) / 3600) : Words::tr("%1 d").arg((seconds + 43200) / 86400);
}

int severity(State state)
{
    return state == State::Waiting ? 5 : int(state);
}

QString wordsOf(const QString &camelCase)
{
    if (camelCase == "SyncDomain"_L1 || camelCase == "SyncDomainConnection"_L1)
        return camelCase == "SyncDomain"_L1 ? u"Sync domain"_s : u"Domain connection"_s;
    QString out;
    for (qsizetype i = 0; i < camelCase.size(); ++i) {
        const QChar c = camelCase.at(i);
        const bool word = i > 0 && c.isUpper() && (camelCase.at(i - 1).isLower() || (i + 1 < camelCase.size() && camelCase.at(i + 1).isLower()));
        const bool plain = i + 1 >= camelCase.size() || !camelCase.at(i + 1).isUpper();
        if (word)
            out += u' ';
        out += word && plain ? c.toLower() : c;
    }
    if (out.startsWith("Dar "_L1))
        out.replace(0, 3, u"DAR"_s);
    if (out.startsWith("Kms "_L1))
        out.replace(0, 3, u"KMS"_s);
    return out;
}

qsizetype columnOf(const KindInfo &kind, const QString &column)
{
    for (qsizetype i = 0; i < kind.columns.size(); ++i) {
        if (kind.columns.at(i).id == column)
            return i;
    }
    return -1;
}

Cell cellOf(const KindInfo &kind, const Row &row, const QString &column)
{
    return row.cells.value(columnOf(kind, column));
}

bool isProblemRow(const KindInfo &kind, const Row &row)
{
    if (!kind.own || row.state == State::Deleting)
        return false;
    if (row.state == State::Waiting)
        return kind.kind != "ValidatorOnboarding"_L1;   // its secret is counted among those that end
    // A node that is stopped or on its way is not as declared by design.
    return network::isProblem(row.state) || (row.drift && row.state == State::Ready);
}

Problem problemOf(const KindInfo &kind, const Row &row, const QJsonObject &body, const ObjectId &object, qint64 now)
{
    Problem out;
    out.key = object.cluster + u'\n' + kind.gvr.name() + u'\n' + row.uid;
    out.object = object;
    out.icon = kind.icon;
    out.state = row.state;
    const std::optional<Bad> bad = worstCondition(body);
    const Cell told = cellOf(kind, row, u"message"_s);
    const QString message = told.is == Cell::Is::Text ? told.text : QString();
    if (bad) {
        out.since = bad->since;
        out.detail = bad->message.isEmpty() ? message : bad->message;
        if (out.detail.isEmpty())
            out.detail = wordsOf(bad->reason);
        out.consequence = bad->consequence;
        out.cause = bad->type;
    } else {
        out.detail = message;
    }
    out.detail = firstSentence(out.detail);
    if (row.state == State::Unknown) {
        sayUndetermined(out, kind, row, now);
    } else if (!network::isProblem(row.state) && row.state != State::Waiting) {
        sayDrift(out, kind, body);
    } else if (row.state == State::Waiting) {
        sayWaiting(out, kind);
    } else if (!sayPods(out, kind, row, bad ? &*bad : nullptr)) {
        out.title = bad && bad->words ? Words::tr(bad->words->title)
            : bad && bad->rank() == 1 && bad->type.endsWith("Ready"_L1)
                ? Words::tr("%1 is not ready").arg(wordsOf(bad->type.chopped(5)))
                : stateTitle(kind, row.state);
        out.step = bad ? stepOf(kind, *bad) : openStep(kind);
    } else if (!message.isEmpty()) {
        out.detail = firstSentence(message);
    }
    out.mark += network::stateId(out.state) + u'|' + out.cause + u'|' + (bad ? bad->reason : QString()) + u'|' + QString::number(out.since);
    return out;
}

}
