// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"
#include "app/demo/api/Status.h"
#include "app/demo/store/Store.h"

#include <QDateTime>

#include <chrono>
#include <functional>

namespace qd::demo {

/// Label and field selectors (meta/v1): equality and set based labels; fields metadata.name, metadata.namespace and those
/// the kind names. Errors are 400 with kube-apiserver's words.
class Selector {
public:
    [[nodiscard]] static Outcome<Selector> parse(const Kind &kind, const QString &labels, const QString &fields);
    [[nodiscard]] bool matches(const Stored &object) const;
    [[nodiscard]] bool everything() const;

private:
    struct Term;
    QList<std::shared_ptr<const Term>> m_terms;
};

/// How the answer is to look: from Accept.
enum class Form { Object, Table, PartialMetadata };
[[nodiscard]] Outcome<Form> formOf(const QByteArray &accept, const Kind &kind, bool many);

/// What a Table's rows carry besides cells: includeObject.
enum class Include { Metadata, Object, None };
[[nodiscard]] Include includeOf(const QString &text);

struct ListOptions {
    QString ns = {};
    QString name = {};                  ///< of a watch of one object by path
    QString labelSelector = {};
    QString fieldSelector = {};
    qint64 limit = 0;
    QString continueToken = {};
    QString resourceVersion = {};
    QString resourceVersionMatch = {};  ///< Exact, NotOlderThan
    Form form = Form::Object;
    Include include = Include::Metadata;
    // watch
    bool allowBookmarks = false;
    bool sendInitialEvents = false;
    int timeoutSeconds = 0;
};

using Later = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

/// LIST: pages over one snapshot with opaque continue tokens; 410 with an inconsistent token when it is gone. The answer is
/// pulled in pieces, so that 50,000 objects cost no second copy.
[[nodiscard]] Response list(Store &store, const Kind &kind, const ListOptions &options);
/// WATCH: initial events (WatchList with the closing bookmark, KEP-3157), then changes as the selector sees them (an object that
/// leaves it is DELETED), a bookmark a minute, the end after timeoutSeconds (30 to 60 minutes when not said); 410 as an ERROR
/// frame when the place is compacted.
[[nodiscard]] Response watch(Store &store, const Kind &kind, const ListOptions &options, const Later &later);
/// One object as Table or PartialObjectMetadata.
[[nodiscard]] QJsonObject inForm(const Kind &kind, const QJsonObject &object, Form form, Include include, const QDateTime &now);

}
