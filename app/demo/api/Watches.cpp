// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Lists.h"

#include "app/demo/api/Printer.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kPiece = 64 * 1024;
constexpr qint64 kBookmarkMs = 60 * 1000;

/// A watch: first what is there, if asked for, then what changes. Pulled by the connection that serves it.
class WatchBody : public BodySource, public std::enable_shared_from_this<WatchBody> {
public:
    WatchBody(const Kind &kind, const ListOptions &options, Selector selector, std::unique_ptr<Cursor> cursor, const Store &store)
        : m_kind(kind), m_options(options), m_selector(std::move(selector)), m_cursor(std::move(cursor)), m_store(store)
    {
        m_age.start();
        m_sinceBookmark.start();
    }

    void begin(const Snapshot &initial, bool closingBookmark)
    {
        m_initial = initial.objects;
        m_version = initial.version;
        m_closing = closingBookmark;
    }
    void beginAfter(qint64 version) { m_version = version; }

    /// Wakes the reader for bookmarks and for the end: minute by minute, so that one that has gone is not waited for until its end.
    void schedule(const Later &later)
    {
        const qint64 left = m_options.timeoutSeconds * 1000LL - m_age.elapsed();
        if (left <= 0)
            return;
        later(std::chrono::milliseconds(std::min(left, kBookmarkMs)), [weak = weak_from_this(), later] {
            const auto self = weak.lock();
            if (!self)
                return;
            if (self->m_wake)
                self->m_wake();
            self->schedule(later);
        });
    }

    Next next(QByteArray &bytes) override
    {
        if (m_ended)
            return Next::End;
        while (m_initial && m_at < m_initial->size() && bytes.size() < kPiece) {
            const Stored &object = *(*m_initial)[m_at++];
            if (wanted(object))
                frame(bytes, "ADDED", object);
        }
        if (!bytes.isEmpty() && m_initial && m_at < m_initial->size())
            return Next::Bytes;
        if (m_initial) {
            m_initial.reset();
            if (m_closing && m_options.allowBookmarks)
                bookmark(bytes, true);
        }
        return changes(bytes);
    }

    void onWake(std::function<void()> wake) override
    {
        m_wake = std::move(wake);
        m_cursor->onChange([this] {
            if (m_wake)
                m_wake();
        });
    }

private:
    Next changes(QByteArray &bytes)
    {
        Change change;
        while (bytes.size() < kPiece) {
            const Cursor::Next next = m_cursor->next(change);
            if (next == Cursor::Next::Gone) {
                gone(bytes);
                return Next::Bytes;
            }
            if (next == Cursor::Next::Wait)
                break;
            m_version = change.version;
            tell(bytes, change);
        }
        if (!bytes.isEmpty())
            return Next::Bytes;
        if (m_age.elapsed() >= m_options.timeoutSeconds * 1000LL) {
            m_ended = true;
            return Next::End;
        }
        if (m_options.allowBookmarks && m_sinceBookmark.elapsed() >= kBookmarkMs - 100) {
            // Nothing of this resource is newer: the watch may go on from the store's own revision.
            m_version = std::max(m_version, m_store.revision());
            bookmark(bytes, false);
            return Next::Bytes;
        }
        return Next::Wait;
    }

    bool wanted(const Stored &object) const
    {
        return (m_options.ns.isEmpty() || object.ns == m_options.ns)
            && (m_options.name.isEmpty() || object.name == m_options.name) && m_selector.matches(object);
    }

    /// An object that comes into the selection is ADDED, one that leaves it DELETED.
    void tell(QByteArray &bytes, const Change &change)
    {
        const bool before = change.before && wanted(*change.before);
        const bool after = change.after && wanted(*change.after);
        if (after)
            frame(bytes, before ? "MODIFIED" : "ADDED", *change.after);
        else if (before && change.last)
            frame(bytes, "DELETED", *change.last);
        else if (before && change.after)
            frame(bytes, "DELETED", asOf(*change.before, change.version));
    }

    /// As it was when it still was selected, with the version of the change that took it out.
    static Stored asOf(const Stored &object, qint64 version)
    {
        Stored left = object;
        QJsonObject whole = object.object();
        QJsonObject metadata = whole.value("metadata"_L1).toObject();
        metadata.insert("resourceVersion"_L1, QString::number(version));
        whole.insert("metadata"_L1, metadata);
        left.version = version;
        left.json = QJsonDocument(whole).toJson(QJsonDocument::Compact);
        return left;
    }

    void frame(QByteArray &bytes, const char *type, const Stored &object)
    {
        bytes += "{\"type\":\"";
        bytes += type;
        bytes += "\",\"object\":";
        if (m_options.form == Form::Object && !m_kind.shown) {
            bytes += object.json;
        } else {
            QJsonObject shown = inForm(m_kind, m_kind.shown ? m_kind.shown(object.object()) : object.object(), m_options.form, m_options.include, QDateTime::currentDateTimeUtc());
            if (std::exchange(m_columnsTold, true) && m_options.form == Form::Table)
                shown.insert("columnDefinitions"_L1, QJsonValue::Null);
            bytes += QJsonDocument(shown).toJson(QJsonDocument::Compact);
        }
        bytes += "}\n";
    }

    void bookmark(QByteArray &bytes, bool closing)
    {
        m_sinceBookmark.start();
        QJsonObject metadata{{u"resourceVersion"_s, QString::number(m_version)}, {u"creationTimestamp"_s, QJsonValue::Null}};
        if (closing)
            metadata.insert("annotations"_L1, QJsonObject{{u"k8s.io/initial-events-end"_s, u"true"_s}});
        QJsonObject object{{u"kind"_s, m_kind.kind}, {u"apiVersion"_s, m_kind.gvr.apiVersion()}, {u"metadata"_s, metadata}};
        if (m_options.form == Form::Table) {
            const QJsonObject partial{{u"kind"_s, u"PartialObjectMetadata"_s}, {u"apiVersion"_s, u"meta.k8s.io/v1"_s}, {u"metadata"_s, metadata}};
            QJsonArray cells = tableCells(m_kind, QJsonObject(), QDateTime::currentDateTimeUtc());
            if (!cells.isEmpty())
                cells.replace(0, QString());
            object = {{u"kind"_s, u"Table"_s}, {u"apiVersion"_s, u"meta.k8s.io/v1"_s},
                {u"metadata"_s, QJsonObject{{u"resourceVersion"_s, metadata.value("resourceVersion"_L1)}}},
                {u"columnDefinitions"_s, QJsonValue::Null},
                {u"rows"_s, QJsonArray{QJsonObject{{u"cells"_s, cells}, {u"object"_s, partial}}}}};
        } else if (m_options.form == Form::PartialMetadata) {
            object = {{u"kind"_s, u"PartialObjectMetadata"_s}, {u"apiVersion"_s, u"meta.k8s.io/v1"_s}, {u"metadata"_s, metadata}};
        }
        bytes += QJsonDocument(QJsonObject{{u"type"_s, u"BOOKMARK"_s}, {u"object"_s, object}}).toJson(QJsonDocument::Compact) + '\n';
    }

    void gone(QByteArray &bytes)
    {
        const Failure failure = expired(QString(u"too old resource version: "_s + QString::number(m_version) + u" ("_s + QString::number(m_store.compacted()) + u')'));
        bytes += QJsonDocument(QJsonObject{{u"type"_s, u"ERROR"_s}, {u"object"_s, failure.status()}}).toJson(QJsonDocument::Compact) + '\n';
        m_ended = true;
    }

    const Kind &m_kind;
    ListOptions m_options;
    Selector m_selector;
    std::unique_ptr<Cursor> m_cursor;
    const Store &m_store;
    std::shared_ptr<const std::vector<StoredPtr>> m_initial;
    size_t m_at = 0;
    qint64 m_version = 0;
    bool m_closing = false;
    bool m_ended = false;
    bool m_columnsTold = false;
    QElapsedTimer m_age;
    QElapsedTimer m_sinceBookmark;
    std::function<void()> m_wake;
};

std::optional<Failure> refusal(const ListOptions &options)
{
    bool number = options.resourceVersion.isEmpty();
    if (!number)
        options.resourceVersion.toULongLong(&number);
    if (!number) {
        return Failure{500, {}, QString(u"resourceVersion: Invalid value: \""_s + options.resourceVersion
            + u"\": strconv.ParseUint: parsing \""_s + options.resourceVersion + u"\": invalid syntax"_s)};
    }
    return std::nullopt;
}

}

Response watch(Store &store, const Kind &kind, const ListOptions &given, const Later &later)
{
    auto selector = Selector::parse(kind, given.labelSelector, given.fieldSelector);
    if (!selector)
        return selector.failure().response();
    if (const auto refused = refusal(given))
        return refused->response();
    ListOptions options = given;
    if (options.timeoutSeconds <= 0)
        options.timeoutSeconds = 1800 + QRandomGenerator::global()->bounded(1800);
    const qint64 version = options.resourceVersion.toLongLong();
    // As kube-apiserver: unset and "0" begin with what is there, any other version after that version.
    const bool initial = options.sendInitialEvents || version == 0;
    const Snapshot snapshot = store.snapshot(kind.stored());
    auto body = std::make_shared<WatchBody>(
        kind, options, *selector, store.watch(kind.stored(), initial ? snapshot.version : version), store);
    if (initial)
        body->begin(snapshot, options.sendInitialEvents);
    else
        body->beginAfter(version);
    body->schedule(later);
    Response response;
    response.stream = body;
    return response;
}

}
