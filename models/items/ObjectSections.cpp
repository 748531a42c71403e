// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ObjectSections.h"

#include "models/core/Format.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::CellType;
using network::Column;
using network::KindInfo;
using network::Source;
using network::State;

namespace {

/// More references of one field than these are counted; the relations have them all.
constexpr qsizetype kReferences = 6;
/// Lists of more than these begin with how many there are.
constexpr qsizetype kCounted = 3;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ObjectSections)
};

QDateTime timeOf(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODate);
}

bool isId(const QString &text)
{
    static const QRegularExpression id(u"^([^\\s/]+::[0-9a-fA-F]{4,}|(sha256:)?[0-9a-fA-F]{32,}|[A-Za-z0-9+/]{40,}=*)$"_s);
    return id.match(text).hasMatch();
}

bool isAddress(const QString &text)
{
    static const QRegularExpression address(u"^[a-z][a-z0-9+.-]*://\\S+$"_s);
    return address.match(text).hasMatch();
}

Fact textFact(const QString &title, const QString &text)
{
    Fact out{title, text, text};
    out.isId = isId(text);
    out.isAddress = !out.isId && isAddress(text);
    return out;
}

QString bytes(double size)
{
    if (size < 1e6)
        return Words::tr("%1 kB").arg(formatNumber(size / 1e3, 1));
    return size < 1e9 ? Words::tr("%1 MB").arg(formatNumber(size / 1e6, 1)) : Words::tr("%1 GB").arg(formatNumber(size / 1e9, 1));
}

/// "spec.nodeRef" of "/spec/nodeRef" and of "/spec/nodeRef/name".
QString fieldOf(QString pointer)
{
    if (pointer.endsWith("/name"_L1))
        pointer.chop(5);
    return pointer.mid(1).replace(u'/', u'.');
}

/// Shown by the parts of the overview that know what they mean.
bool shownElsewhere(const QString &pointer)
{
    static const QStringList parts{u"/status/balances"_s, u"/status/traffic"_s, u"/status/components"_s};
    static const QStringList whole{
        u"/status/message"_s, u"/status/participantId"_s, u"/status/ownerParty"_s, u"/status/svParty"_s, u"/status/dsoParty"_s,
        u"/status/domainId"_s, u"/spec/networkRef/name"_s, u"/status/sponsor"_s, u"/status/connectedDomains"_s, u"/status/phase"_s};
    return whole.contains(pointer)
        || std::any_of(parts.begin(), parts.end(), [&pointer](const QString &part) { return pointer == part || pointer.startsWith(part + u'/'); });
}

/// What an item of a list is called.
QString nameOf(const QJsonValue &item, const QString &pointer)
{
    if (item.isString())
        return item.toString();
    if (item.isDouble())
        return formatInteger(item.toInteger());
    const QJsonObject object = item.toObject();
    if (!pointer.isEmpty())
        return json::at(object, pointer).toString();
    for (const QString &key : {u"name"_s, u"partyId"_s, u"signer"_s, u"alias"_s, u"participantId"_s, u"packageId"_s, u"id"_s, u"right"_s}) {
        if (const QString text = object.value(key).toString(); !text.isEmpty())
            return text;
    }
    return {};
}

class Sections {
public:
    Sections(ObjectFacts &out, const QJsonObject &object, const KindInfo &kind, const QDateTime &now)
        : m_out(out), m_object(object), m_kind(kind), m_now(now)
    {
    }

    void read()
    {
        readSteps();
        readMessage();
        add(u"declared"_s, columnsOf(Source::Declared));
        add(u"reported"_s, reported());
        add(u"targets"_s, targets());
        add(u"artifacts"_s, artifacts());
        add(u"retry"_s, retry());
        add(u"object"_s, metadata());
    }

private:
    [[nodiscard]] QJsonValue at(const QString &pointer) const { return json::at(m_object, pointer); }

    void add(const QString &id, const QList<Fact> &facts)
    {
        if (!facts.isEmpty())
            m_out.sections.append({id, facts});
    }

    [[nodiscard]] QString when(const QDateTime &time, bool end = false) const
    {
        const qint64 ago = time.secsTo(m_now);
        return end ? formatEnd(ago) : formatWhen(ago);
    }

    void addTime(QList<Fact> &to, const QString &title, const QJsonValue &value, bool end = false) const
    {
        if (const QDateTime time = timeOf(value); time.isValid())
            to.append({title, when(time, end), formatRfc3339(time)});
    }

    void readSteps()
    {
        static const QHash<QString, State> states{{u"Pending"_s, State::NotBegun}, {u"Running"_s, State::Progressing},
                                                  {u"Succeeded"_s, State::Succeeded}, {u"Failed"_s, State::Failed},
                                                  {u"Skipped"_s, State::Cancelled}};
        const QJsonArray list = at(u"/status/steps"_s).toArray();
        for (const QJsonValue &value : list) {
            const QJsonObject step = value.toObject();
            m_out.steps.append({step.value("name"_L1).toString(), step.value("message"_L1).toString(),
                                states.value(step.value("state"_L1).toString(), State::Unknown), timeOf(step.value("startTime"_L1)),
                                timeOf(step.value("endTime"_L1))});
        }
    }

    void readMessage()
    {
        QString message = at(u"/status/message"_s).toString();
        if (message.isEmpty()) {
            for (const Column &column : m_kind.columns)
                message = column.id == "message"_L1 ? at(column.pointer).toString() : message;
        }
        const bool said = m_out.headline && (m_out.headline->title.contains(message) || m_out.headline->detail.contains(message));
        m_out.message = said ? QString() : message;
    }

    [[nodiscard]] bool compared(const QString &pointer) const
    {
        return std::any_of(m_kind.comparisons.begin(), m_kind.comparisons.end(), [&](const network::Comparison &pair) {
            return (pair.declared == pointer || pair.reported == pointer)
                && std::any_of(m_out.truths.begin(), m_out.truths.end(), [&](const TruthLine &line) { return line.id == pair.id; });
        });
    }

    QList<Fact> columnsOf(Source source)
    {
        QList<Fact> out;
        for (const QList<Column> *list : {&m_kind.columns, &m_kind.facts}) {
            for (const Column &column : *list) {
                if (column.source != source || column.id == "message"_L1 || compared(column.pointer) || shownElsewhere(column.pointer)
                    || m_read.contains(column.pointer))
                    continue;
                m_read.append(column.pointer);
                addColumn(out, column);
            }
        }
        return out;
    }

    QList<Fact> reported()
    {
        QList<Fact> out;
        if (!m_out.phase.isEmpty()) {
            Fact phase{Words::tr("Phase"), m_out.phase, network::stateWord(m_out.state)};
            phase.state = m_out.state;
            phase.showState = true;
            out.append(phase);
        }
        out += columnsOf(Source::Reported);
        addTime(out, Words::tr("Reconciled"), at(u"/status/lastReconcileTime"_s));
        return out;
    }

    void addColumn(QList<Fact> &to, const Column &column) const
    {
        const QJsonValue value = at(column.pointer);
        if (value.isUndefined() || value.isNull())
            return;
        switch (column.type) {
        case CellType::Time:
            addTime(to, column.title, value, column.end);
            return;
        case CellType::List:
        case CellType::Count:
            addList(to, column, value);
            return;
        case CellType::Ready:
        case CellType::Left:
            return;
        default:
            break;
        }
        if (addReferences(to, column.title, fieldOf(column.pointer), column.id))
            return;
        QString text = column.type == CellType::Ref ? value.toObject().value("name"_L1).toString() : scalar(value, column);
        if (text.isEmpty())
            return;
        Fact fact = textFact(column.title, text);
        fact.key = column.id;
        if (value.isDouble() && text != formatInteger(value.toInteger()))
            fact.toolTip = formatInteger(value.toInteger());
        to.append(fact);
    }

    [[nodiscard]] static QString scalar(const QJsonValue &value, const Column &column)
    {
        if (value.isBool())
            return value.toBool() ? Words::tr("yes") : Words::tr("no");
        if (value.isDouble() && column.id == "size"_L1)
            return bytes(value.toDouble());
        if (value.isDouble())
            return value.toDouble() == double(value.toInteger()) ? formatInteger(value.toInteger()) : formatNumber(value.toDouble(), 2);
        return value.isString() ? value.toString() : QString::fromUtf8(json::compact(value));
    }

    void addList(QList<Fact> &to, const Column &column, const QJsonValue &value) const
    {
        if (addReferences(to, column.title, fieldOf(column.pointer), column.id))
            return;
        QStringList names;
        const QJsonArray list = value.toArray();
        for (const QJsonValue &item : list) {
            if (const QString name = nameOf(item, column.item); !name.isEmpty())
                names.append(name);
        }
        const qsizetype count = value.isObject() ? value.toObject().size() : list.size();
        if (count == 0)
            return;
        Fact fact{column.title, formatInteger(count)};
        if (!names.isEmpty()) {
            const QString all = names.join(u", "_s);
            fact = textFact(column.title, count > kCounted ? Words::tr("%1: %2").arg(formatInteger(count), all) : all);
            fact.toolTip = names.join(u'\n');
        }
        fact.key = column.id;
        to.append(fact);
    }

    /// One line for each object the field names, each a link.
    bool addReferences(QList<Fact> &to, const QString &title, const QString &field, const QString &key) const
    {
        QList<Fact> found;
        for (const Relation &relation : std::as_const(m_out.relations)) {
            if (relation.field != field || relation.kind == Relation::Kind::Owner)
                continue;
            Fact fact{found.isEmpty() ? title : QString(), relation.object.name, relation.objectKind + u' ' + relation.object.name};
            fact.key = key + u'/' + QString::number(found.size());
            // Secrets and other objects that no page lists are named only.
            if (!relation.object.gvr.resource.isEmpty()) {
                fact.link = relation.object;
                fact.linkKind = relation.objectKind;
            }
            found.append(fact);
        }
        const qsizetype all = found.size();
        if (all > kReferences) {
            found.resize(kReferences - 1);
            Fact rest{QString(), Words::tr("and %1 more, see Relations").arg(formatInteger(all - found.size()))};
            rest.key = key + u"/rest"_s;
            found.append(rest);
        }
        to += found;
        return all > 0;
    }

    /// What became of each node of an upgrade or a deployment.
    [[nodiscard]] QList<Fact> targets() const
    {
        QList<Fact> out;
        for (const QString &pointer : {u"/status/perTarget"_s, u"/status/targets"_s}) {
            const QJsonArray list = at(pointer).toArray();
            for (const QJsonValue &value : list) {
                const QJsonObject target = value.toObject();
                const QString name = target.value("name"_L1).toString();
                Fact fact{name, {}, target.value("message"_L1).toString()};
                fact.key = target.value("kind"_L1).toString() + u'/' + name;
                fact.showState = true;
                if (target.contains("phase"_L1)) {
                    fact.value = target.value("phase"_L1).toString();
                    fact.state = m_kind.stateOf(fact.value);
                } else {
                    describeVetting(fact, target);
                }
                out.append(fact);
            }
        }
        return out;
    }

    static void describeVetting(Fact &fact, const QJsonObject &target)
    {
        const bool uploaded = target.value("uploaded"_L1).toBool(), vetted = target.value("vetted"_L1).toBool();
        fact.value = vetted ? Words::tr("uploaded, vetted") : uploaded ? Words::tr("uploaded, not vetted") : Words::tr("not uploaded");
        fact.state = vetted && uploaded ? State::Ready : fact.toolTip.isEmpty() ? State::Progressing : State::Failed;
        if (!fact.toolTip.isEmpty() && fact.state == State::Failed)
            fact.value += u": "_s + fact.toolTip;
    }

    [[nodiscard]] QList<Fact> artifacts() const
    {
        QList<Fact> out;
        const QJsonArray list = at(u"/status/artifacts"_s).toArray();
        for (const QJsonValue &value : list) {
            const QJsonObject artifact = value.toObject();
            const QString uri = artifact.value("uri"_L1).toString();
            Fact fact{artifact.value("component"_L1).toString(), uri, uri};
            if (const QJsonValue size = artifact.value("size"_L1); size.isDouble()) {
                fact.value = uri.isEmpty() ? bytes(size.toDouble()) : Words::tr("%1, %2").arg(bytes(size.toDouble()), uri);
                fact.toolTip = QStringList{uri, artifact.value("sha256"_L1).toString()}.join(u'\n').trimmed();
            }
            fact.isAddress = !uri.isEmpty();
            out.append(fact);
        }
        return out;
    }

    [[nodiscard]] QList<Fact> retry() const
    {
        QList<Fact> out;
        const QJsonObject retry = at(u"/status/retry"_s).toObject();
        if (retry.value("attempts"_L1).toInteger() <= 0)
            return out;
        out.append({Words::tr("Attempts"), formatInteger(retry.value("attempts"_L1).toInteger())});
        addTime(out, Words::tr("Next try"), retry.value("nextRetryTime"_L1));
        const QString error = retry.value("lastError"_L1).toString();
        const bool said = error == m_out.message || (m_out.headline && QString(m_out.headline->title + m_out.headline->detail).contains(error));
        if (!error.isEmpty() && !said)
            out.append({Words::tr("Last error"), error, error});
        return out;
    }

    [[nodiscard]] QList<Fact> metadata() const
    {
        QList<Fact> out;
        const QJsonObject meta = m_object.value("metadata"_L1).toObject();
        if (const QString ns = meta.value("namespace"_L1).toString(); !ns.isEmpty())
            out.append({Words::tr("Namespace"), ns, ns});
        addTime(out, Words::tr("Created"), meta.value("creationTimestamp"_L1));
        addTime(out, Words::tr("Deletion asked"), meta.value("deletionTimestamp"_L1));
        for (const auto &[key, title] : {std::pair(u"canton.quarterdeck.io/requested-by"_s, Words::tr("Requested by")),
                                         std::pair(u"canton.quarterdeck.io/change-reason"_s, Words::tr("Reason"))}) {
            if (const QString text = meta.value("annotations"_L1).toObject().value(key).toString(); !text.isEmpty())
                out.append({title, text, text});
        }
        QStringList labels;
        const QJsonObject map = meta.value("labels"_L1).toObject();
        for (auto it = map.begin(); it != map.end(); ++it)
            labels.append(it.key().section(u'/', -1) + u'=' + it.value().toString());
        if (!labels.isEmpty())
            out.append({Words::tr("Labels"), labels.join(u", "_s), labelTip(map)});
        QStringList holders;
        const QJsonArray finalizers = meta.value("finalizers"_L1).toArray();
        for (const QJsonValue &value : finalizers)
            holders.append(value.toString());
        if (!holders.isEmpty())
            out.append({Words::tr("Finalizers"), holders.join(u", "_s), holders.join(u'\n')});
        return out;
    }

    [[nodiscard]] static QString labelTip(const QJsonObject &labels)
    {
        QStringList out;
        for (auto it = labels.begin(); it != labels.end(); ++it)
            out.append(it.key() + u'=' + it.value().toString());
        return out.join(u'\n');
    }

    ObjectFacts &m_out;
    const QJsonObject &m_object;
    const KindInfo &m_kind;
    QDateTime m_now;
    QStringList m_read;
};

}

QList<QPair<QString, QString>> detailSections()
{
    return {{u"declared"_s, Words::tr("Declared")},   {u"reported"_s, Words::tr("Reported")}, {u"targets"_s, Words::tr("Nodes")},
            {u"artifacts"_s, Words::tr("Artifacts")}, {u"retry"_s, Words::tr("Retry")},       {u"object"_s, Words::tr("Object")}};
}

void readSections(ObjectFacts &out, const QJsonObject &object, const KindInfo &kind, const QDateTime &now)
{
    Sections(out, object, kind, now).read();
}

}
