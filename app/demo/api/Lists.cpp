// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Lists.h"

#include "app/demo/api/Printer.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kPiece = 128 * 1024;
constexpr qint64 kTokenVersion = 1;

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// Where the next page begins: opaque to clients.
struct Token {
    qint64 version = 0;
    QString ns;
    QString name;
};

QString encoded(const Token &token)
{
    const QJsonObject json{{u"v"_s, kTokenVersion}, {u"rv"_s, token.version}, {u"ns"_s, token.ns}, {u"name"_s, token.name}};
    return QString::fromLatin1(compact(json).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

std::optional<Token> decoded(const QString &text)
{
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromBase64(text.toLatin1(), QByteArray::Base64UrlEncoding)).object();
    if (json.value("v"_L1).toInteger() != kTokenVersion || !json.value("name"_L1).isString())
        return std::nullopt;
    return Token{json.value("rv"_L1).toInteger(), json.value("ns"_L1).toString(), json.value("name"_L1).toString()};
}

QString listKind(const Kind &kind, Form form)
{
    if (form == Form::Table)
        return u"Table"_s;
    return form == Form::PartialMetadata ? u"PartialObjectMetadataList"_s : QString(kind.kind + u"List"_s);
}

QString listVersion(const Kind &kind, Form form)
{
    return form == Form::Object ? kind.gvr.apiVersion() : u"meta.k8s.io/v1"_s;
}

/// One object as an element of the answer.
QByteArray element(const Kind &kind, const Stored &object, Form form, Include include, const QDateTime &now)
{
    if (form == Form::Object && kind.custom)
        return object.json;
    QJsonObject whole = kind.shown ? kind.shown(object.object()) : object.object();
    if (form == Form::Object) {
        // The list's own kind says it for all: Go's types in a list have none.
        whole.remove("apiVersion"_L1);
        whole.remove("kind"_L1);
        return compact(whole);
    }
    if (form == Form::PartialMetadata)
        return compact(inForm(kind, whole, form, Include::Metadata, now));
    return compact(inForm(kind, whole, form, include, now).value("rows"_L1).toArray().first().toObject());
}

/// The chosen objects as one document, made while the client reads it.
class ListBody : public BodySource {
public:
    ListBody(const Kind &kind, const ListOptions &options, std::vector<StoredPtr> objects, const QJsonObject &metadata)
        : m_kind(kind), m_form(options.form), m_include(options.include), m_objects(std::move(objects)),
          m_metadata(metadata)
    {
    }

    Next next(QByteArray &bytes) override
    {
        if (m_ended)
            return Next::End;
        if (!m_begun)
            bytes = head();
        m_begun = true;
        for (; m_at < m_objects.size() && bytes.size() < kPiece; ++m_at) {
            if (m_at > 0)
                bytes += ',';
            bytes += element(m_kind, *m_objects[m_at], m_form, m_include, QDateTime::currentDateTimeUtc());
        }
        if (m_at == m_objects.size()) {
            bytes += "]}\n";
            m_ended = true;
        }
        return Next::Bytes;
    }

    void onWake(std::function<void()>) override { }

private:
    QByteArray head() const
    {
        QByteArray head = "{\"apiVersion\":\"" + listVersion(m_kind, m_form).toUtf8() + "\",\"kind\":\""
            + listKind(m_kind, m_form).toUtf8() + "\",\"metadata\":" + compact(m_metadata);
        if (m_form == Form::Table)
            return head + ",\"columnDefinitions\":" + QJsonDocument(tableColumns(m_kind)).toJson(QJsonDocument::Compact) + ",\"rows\":[";
        return head + ",\"items\":[";
    }

    const Kind &m_kind;
    Form m_form;
    Include m_include;
    std::vector<StoredPtr> m_objects;
    QJsonObject m_metadata;
    size_t m_at = 0;
    bool m_begun = false;
    bool m_ended = false;
};

bool wanted(const Stored &object, const ListOptions &options, const Selector &selector)
{
    return (options.ns.isEmpty() || object.ns == options.ns) && (options.name.isEmpty() || object.name == options.name)
        && selector.matches(object);
}

Failure staleContinue(Store &store, const Token &token)
{
    Failure failure = expired(u"The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list."_s);
    Token inconsistent = token;
    inconsistent.version = store.revision();
    failure.continueToken = encoded(inconsistent);
    return failure;
}

/// The snapshot a list is answered from, and where in it the page begins.
Outcome<Snapshot> snapshotFor(Store &store, const Kind &kind, const ListOptions &options, std::optional<Token> &from)
{
    const QString resource = kind.stored();
    if (options.continueToken.isEmpty()) {
        bool number = true;
        const qint64 version = options.resourceVersion.isEmpty() ? 0 : qint64(options.resourceVersion.toULongLong(&number));
        if (!number) {
            return badRequest(QString(u"invalid resource version: resourceVersion: Invalid value: \""_s + options.resourceVersion
                + u"\": strconv.ParseUint: parsing \""_s + options.resourceVersion + u"\": invalid syntax"_s));
        }
        if (version > store.revision()) {
            Failure failure{504, u"Timeout"_s, QString(u"Timeout: Too large resource version: "_s + QString::number(version) + u", current: "_s
                + QString::number(store.revision()))};
            failure.causes = {{{}, u"ResourceVersionTooLarge"_s, u"Too large resource version"_s}};
            failure.retryAfterSeconds = 1;
            return failure;
        }
        if (options.resourceVersionMatch == "Exact"_L1 && version != store.revision()) {
            const Snapshot kept = store.keptSnapshot(resource, version);
            if (!kept.objects)
                return expired(u"The resourceVersion for the provided list is too old."_s);
            return kept;
        }
        return store.snapshot(resource);
    }
    from = decoded(options.continueToken);
    if (!from)
        return badRequest(u"invalid continue token: continue key is not valid: invalid character"_s);
    if (!options.resourceVersion.isEmpty() && options.resourceVersion != "0"_L1)
        return badRequest(u"specifying resource version is not allowed when using continue"_s);
    const Snapshot now = store.snapshot(resource);
    if (now.version == from->version)
        return now;
    const Snapshot kept = store.keptSnapshot(resource, from->version);
    if (!kept.objects)
        return staleContinue(store, *from);
    return kept;
}

}

Include includeOf(const QString &text)
{
    return text == "Object"_L1 ? Include::Object : text == "None"_L1 ? Include::None : Include::Metadata;
}

Outcome<Form> formOf(const QByteArray &accept, const Kind &kind, bool many)
{
    bool any = accept.trimmed().isEmpty();
    for (const QByteArray &one : accept.split(',')) {
        const QByteArray media = one.split(';').first().trimmed();
        if (one.contains("as=Table") && one.contains("g=meta.k8s.io"))
            return Form::Table;
        if (one.contains("as=PartialObjectMetadata")) {
            const bool list = one.contains("as=PartialObjectMetadataList");
            if (list == many)
                return Form::PartialMetadata;
            const QString type = kind.custom ? u"*unstructured.Unstructured"_s : QString(u'*' + (kind.gvr.group.isEmpty() ? u"core"_s : kind.gvr.group.section(u'.', 0, 0)) + u'.' + kind.kind);
            return Failure{406, u"NotAcceptable"_s,
                list ? QString(u"you requested PartialObjectMetadataList, but the requested object is not a list ("_s + type + u')')
                     : QString(u"you requested PartialObjectMetadata, but the requested object is a list ("_s + type + u"List)"_s)};
        }
        any = any || media == "*/*" || media == "application/*" || media == "application/json";
        if (any)
            break;
    }
    if (any)
        return Form::Object;
    const QString types = u"application/json, application/yaml, application/vnd.kubernetes.protobuf"_s;
    if (kind.custom)
        return Failure{406, u"NotAcceptable"_s, QString(u"only the following media types are accepted: "_s + types)};
    Failure failure{406, u"NotAcceptable"_s, QString(u"406: Not Acceptable\n\nAvailable representations: "_s + types)};
    failure.generic = true;
    return failure;
}

Response list(Store &store, const Kind &kind, const ListOptions &options)
{
    const auto selector = Selector::parse(kind, options.labelSelector, options.fieldSelector);
    if (!selector)
        return selector.failure().response();
    std::optional<Token> from;
    const auto snapshot = snapshotFor(store, kind, options, from);
    if (!snapshot)
        return snapshot.failure().response();
    const std::vector<StoredPtr> &all = *snapshot->objects;
    size_t at = 0;
    if (from) {
        const auto place = std::upper_bound(all.begin(), all.end(), *from, [](const Token &token, const StoredPtr &object) {
            return std::tie(token.ns, token.name) < std::tie(object->ns, object->name);
        });
        at = size_t(place - all.begin());
    }
    std::vector<StoredPtr> page;
    QJsonObject metadata{{u"resourceVersion"_s, QString::number(snapshot->version)}};
    qint64 left = 0;
    for (; at < all.size(); ++at) {
        if (!wanted(*all[at], options, *selector))
            continue;
        if (options.limit > 0 && qint64(page.size()) == options.limit)
            ++left;
        else
            page.push_back(all[at]);
    }
    if (kind.custom && options.form == Form::Object)
        metadata.insert("continue"_L1, QString());   // unstructured lists always name it
    if (left > 0) {
        metadata.insert("continue"_L1, encoded({snapshot->version, page.back()->ns, page.back()->name}));
        if (selector->everything())   // with a selector the server does not count what it has not looked at
            metadata.insert("remainingItemCount"_L1, left);
        store.keepSnapshot(kind.stored(), *snapshot);
    }
    Response response;
    response.stream = std::make_shared<ListBody>(kind, options, std::move(page), metadata);
    return response;
}

QJsonObject inForm(const Kind &kind, const QJsonObject &object, Form form, Include include, const QDateTime &now)
{
    if (form == Form::Object)
        return object;
    const QJsonObject partial{{u"kind"_s, u"PartialObjectMetadata"_s}, {u"apiVersion"_s, u"meta.k8s.io/v1"_s},
        {u"metadata"_s, object.value("metadata"_L1)}};
    if (form == Form::PartialMetadata)
        return partial;
    const QJsonObject row{{u"cells"_s, tableCells(kind, object, now)}, {u"object"_s, include == Include::Object ? QJsonValue(object) : include == Include::None ? QJsonValue() : QJsonValue(partial)}};
    const QJsonObject metadata = object.value("metadata"_L1).toObject();
    return {{u"kind"_s, u"Table"_s}, {u"apiVersion"_s, u"meta.k8s.io/v1"_s},
        {u"metadata"_s, QJsonObject{{u"resourceVersion"_s, metadata.value("resourceVersion"_L1)}}},
        {u"columnDefinitions"_s, tableColumns(kind)}, {u"rows"_s, QJsonArray{row}}};
}

}
