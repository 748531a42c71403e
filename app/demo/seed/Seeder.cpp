// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Seeder.h"

#include "app/demo/seed/Documents.h"
#include "models/core/Async.h"
#include "models/core/Json.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace documents;

const char kSeededAnnotation[] = "demo.quarterdeck.io/seeded-generation";

namespace {

constexpr int kParallel = 8;

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Seed", text);
}

QString seededPointer()
{
    return json::join({u"metadata"_s, u"annotations"_s, QString::fromLatin1(kSeededAnnotation)});
}

ports::WriteRequest requestFor(const QJsonObject &document, ports::Verb verb)
{
    ports::WriteRequest request;
    request.verb = verb;
    request.gvr = *gvrOf(document);
    request.ns = json::at(document, u"/metadata/namespace"_s).toString();
    request.name = json::at(document, u"/metadata/name"_s).toString();
    return request;
}

/// A difference as a line: where, what is there, what the seed has.
QString differenceLine(const QString &pointer, const QJsonValue &live, const QJsonValue &wanted)
{
    const auto text = [](const QJsonValue &value) {
        return value.isUndefined() ? tr("nothing") : value.isString() ? value.toString() : QString::fromUtf8(json::compact(value));
    };
    return tr("%1: %2, the seed has %3").arg(pointer, text(live), text(wanted));
}

/// Where `live` lacks or contradicts what the document says. More than it says is well: defaults, and what people added.
void differences(const QString &pointer, const QJsonValue &wanted, const QJsonValue &live, QStringList &out)
{
    if (wanted.isObject() && live.isObject()) {
        const QJsonObject members = wanted.toObject();
        for (auto member = members.begin(); member != members.end(); ++member) {
            const QString at = pointer + json::join({member.key()});
            differences(at, member.value(), live.toObject().value(member.key()), out);
        }
        return;
    }
    if (wanted.isArray() && live.isArray() && wanted.toArray().size() == live.toArray().size()) {
        for (qsizetype i = 0; i < wanted.toArray().size(); ++i)
            differences(QString(pointer + u'/' + QString::number(i)), wanted.toArray().at(i), live.toArray().at(i), out);
        return;
    }
    if (wanted != live)
        out.append(differenceLine(pointer, live, wanted));
}

/// Labels of the document that the live object lacks.
QJsonObject lackingLabels(const QJsonObject &document, const QJsonObject &live)
{
    const QJsonObject wanted = json::at(document, u"/metadata/labels"_s).toObject();
    const QJsonObject there = json::at(live, u"/metadata/labels"_s).toObject();
    QJsonObject lacking;
    for (auto label = wanted.begin(); label != wanted.end(); ++label) {
        if (!there.contains(label.key()))
            lacking.insert(label.key(), label.value());
    }
    return lacking;
}

}

QJsonObject SeedSummary::json() const
{
    return {{u"created"_s, created}, {u"completed"_s, completed}, {u"updated"_s, updated}, {u"unchanged"_s, unchanged},
        {u"kept"_s, QJsonArray::fromStringList(kept)}, {u"error"_s, error ? QJsonValue(error->message) : QJsonValue(QJsonValue::Null)}};
}

Seeder::Seeder(std::shared_ptr<ports::ResourceGateway> gateway, QList<QJsonObject> documents, QObject *parent)
    : QObject(parent), m_gateway(std::move(gateway)), m_documents(std::move(documents))
{
    std::stable_sort(m_documents.begin(), m_documents.end(),
        [](const QJsonObject &a, const QJsonObject &b) { return waveOf(a) < waveOf(b); });
}

void Seeder::setEdits(const QList<SeedEdit> &edits, std::shared_ptr<ports::ResourceGateway> persons)
{
    m_edits = edits;
    m_persons = std::move(persons);
}

const SeedEdit *Seeder::editOf(const QJsonObject &document) const
{
    const QString title = titleOf(document);
    const auto found = std::find_if(m_edits.cbegin(), m_edits.cend(), [&title](const SeedEdit &edit) { return edit.title == title; });
    return found == m_edits.cend() ? nullptr : &*found;
}

void Seeder::start()
{
    pump();
}

void Seeder::pump()
{
    while (!m_summary.error && m_next < m_documents.size() && m_underWay < kParallel) {
        // A wave begins when the one before it is through.
        if (m_underWay > 0 && m_next > 0 && waveOf(m_documents.at(m_next)) != waveOf(m_documents.at(m_next - 1)))
            return;
        ++m_underWay;
        create(m_documents.at(m_next++));
    }
    if (m_underWay == 0 && (m_summary.error || m_next >= m_documents.size()))
        ended();
}

void Seeder::ended()
{
    if (std::exchange(m_over, true))
        return;
    m_documents = {};   // twenty thousand of them weigh more than what they became
    Q_EMIT finished(m_summary);
}

void Seeder::create(const QJsonObject &document)
{
    ports::WriteRequest request = requestFor(document, ports::Verb::Create);
    QJsonValue body = document;
    json::remove(body, u"/status"_s);
    if (document.value("kind"_L1).toString() != "Namespace"_L1)
        json::set(body, seededPointer(), u"1"_s);
    const SeedEdit *edited = editOf(document);
    if (edited != nullptr)
        json::set(body, u"/spec"_s, json::mergePatch(document.value("spec"_L1), edited->before));
    request.body = body;
    whenFinished(m_gateway->write(request), this, [this, document, edited](const Result<ports::WriteOutcome> &outcome) {
        if (outcome && edited != nullptr)
            edit(document, *edited);
        else if (outcome)
            writeStatus(document, Outcome::Created);
        else if (outcome.error().reason == "AlreadyExists"_L1)
            compare(document);
        else
            failed(document, outcome.error());
    });
}

void Seeder::edit(const QJsonObject &document, const SeedEdit &edit)
{
    ports::WriteRequest request = requestFor(document, ports::Verb::MergePatch);
    const QJsonObject annotations{{u"canton.quarterdeck.io/requested-by"_s, edit.by}, {u"canton.quarterdeck.io/change-reason"_s, edit.reason},
        {u"demo.quarterdeck.io/changed-at"_s, stampOf(edit.at)}, {QString::fromLatin1(kSeededAnnotation), u"2"_s}};
    request.body = QJsonObject{{u"metadata"_s, QJsonObject{{u"annotations"_s, annotations}}}, {u"spec"_s, document.value("spec"_L1)}};
    whenFinished(m_persons->write(request), this, [this, document](const Result<ports::WriteOutcome> &written) {
        if (written)
            writeStatus(document, Outcome::Created);
        else
            failed(document, written.error());
    });
}

void Seeder::compare(const QJsonObject &document)
{
    const ports::WriteRequest request = requestFor(document, ports::Verb::MergePatch);
    whenFinished(m_gateway->get(request.gvr, request.ns, request.name), this, [this, document](const Result<QJsonObject> &live) {
        if (live)
            compared(document, *live);
        else
            failed(document, live.error());
    });
}

void Seeder::compared(const QJsonObject &document, const QJsonObject &live)
{
    QStringList differing;
    if (document.contains("spec"_L1))
        differences(u"/spec"_s, document.value("spec"_L1), live.value("spec"_L1), differing);
    const qint64 generation = json::at(live, u"/metadata/generation"_s).toInteger();
    const bool untouched = json::at(live, seededPointer()).toString() == QString::number(generation) && generation > 0;
    const QJsonObject labels = lackingLabels(document, live);
    Outcome outcome = document.contains("status"_L1) && json::at(live, u"/status/phase"_s).isUndefined() ? Outcome::Completed : Outcome::Unchanged;
    QJsonObject metadata{{u"resourceVersion"_s, json::at(live, u"/metadata/resourceVersion"_s)}};
    if (!labels.isEmpty())
        metadata.insert("labels"_L1, labels);
    QJsonObject patch;
    if (!differing.isEmpty() && untouched) {
        outcome = Outcome::Updated;
        patch.insert("spec"_L1, document.value("spec"_L1));
        metadata.insert("annotations"_L1, QJsonObject{{QString::fromLatin1(kSeededAnnotation), QString::number(generation + 1)}});
    } else if (!differing.isEmpty()) {
        outcome = Outcome::Kept;
        m_summary.kept.append(QString(titleOf(document) + u' ' + differing.join(u"; "_s)));
    } else if (!labels.isEmpty() && outcome == Outcome::Unchanged) {
        outcome = Outcome::Updated;
    }
    const bool status = outcome == Outcome::Completed;
    if (patch.isEmpty() && labels.isEmpty()) {
        status ? writeStatus(document, outcome) : done(outcome);
        return;
    }
    patch.insert("metadata"_L1, metadata);
    ports::WriteRequest request = requestFor(document, ports::Verb::MergePatch);
    request.body = patch;
    whenFinished(m_gateway->write(request), this, [this, document, outcome, status](const Result<ports::WriteOutcome> &written) {
        if (!written)
            failed(document, written.error());
        else
            status ? writeStatus(document, outcome) : done(outcome);
    });
}

void Seeder::writeStatus(const QJsonObject &document, Outcome outcome)
{
    if (!document.contains("status"_L1)) {
        done(outcome);
        return;
    }
    ports::WriteRequest request = requestFor(document, ports::Verb::MergePatch);
    request.subresource = u"status"_s;
    request.body = QJsonObject{{u"status"_s, document.value("status"_L1)}};
    whenFinished(m_gateway->write(request), this, [this, document, outcome](const Result<ports::WriteOutcome> &written) {
        if (!written)
            failed(document, written.error());
        else
            tidyStatus(document, *written, outcome);
    });
}

void Seeder::tidyStatus(const QJsonObject &document, const ports::WriteOutcome &written, Outcome outcome)
{
    QJsonObject rest;
    const QJsonObject live = written.object.value("status"_L1).toObject(), told = document.value("status"_L1).toObject();
    for (const QString &key : live.keys()) {
        if (!told.contains(key))
            rest.insert(key, QJsonValue::Null);
    }
    if (rest.isEmpty()) {
        done(outcome);
        return;
    }
    ports::WriteRequest request = requestFor(document, ports::Verb::MergePatch);
    request.subresource = u"status"_s;
    request.body = QJsonObject{{u"status"_s, rest}};
    whenFinished(m_gateway->write(request), this, [this, document, outcome](const Result<ports::WriteOutcome> &cleared) {
        if (cleared)
            done(outcome);
        else
            failed(document, cleared.error());
    });
}

void Seeder::done(Outcome outcome)
{
    --m_underWay;
    switch (outcome) {
    case Outcome::Created: ++m_summary.created; break;
    case Outcome::Completed: ++m_summary.completed; break;
    case Outcome::Updated: ++m_summary.updated; break;
    case Outcome::Unchanged: ++m_summary.unchanged; break;
    case Outcome::Kept: break;   // it has its line
    }
    Q_EMIT progressed(m_summary.done(), int(m_documents.size()));
    pump();
}

void Seeder::failed(const QJsonObject &document, const Error &error)
{
    --m_underWay;
    if (!m_summary.error) {
        m_summary.error = error;
        m_summary.error->message = tr("%1 could not be made: %2").arg(titleOf(document), error.message);
        if (m_summary.error->remedy.isEmpty())
            m_summary.error->remedy = tr("What was made stays; the same command goes on from there.");
    }
    pump();
}

}
