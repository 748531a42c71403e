// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/ports/ResourceGateway.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QObject>

#include <memory>
#include <optional>

namespace qd::demo {

/// What a run of the seed came to.
struct SeedSummary {
    int created = 0;
    int completed = 0;                  ///< were there without a status: it was written
    int updated = 0;                    ///< nobody had touched them since an older seed made them
    int unchanged = 0;
    QStringList kept = {};              ///< someone changed them since: "validators/ns/name /spec/imageTag: 0.4.17, the seed has 0.4.16"
    std::optional<Error> error = {};    ///< what stopped it, with the object's name
    [[nodiscard]] int done() const { return created + completed + updated + unchanged + int(kept.size()); }
    [[nodiscard]] QJsonObject json() const;
};

/// What a person did to an object of the consortium: it is made as it was before, then changed by them.
struct SeedEdit {
    QString title;                      ///< "validators/ns/name"
    QJsonObject before;                 ///< of the spec, as a merge patch: what it was
    QString by;                         ///< goes to requested-by
    QString reason;                     ///< and change-reason
    QDateTime at;                       ///< UTC; told where the server lets a network come with its history
};

/// Makes documents through the port, wave by wave, eight requests at a time: create, then the status by its subresource. One that
/// is there already is compared: labels that lack are added, the spec is brought up to date only when nobody has changed it since
/// a seed wrote it (the annotation demo.quarterdeck.io/seeded-generation still is its generation); else the difference is said
/// and people's word stays. A status that is there is the operator's and stays. Stops at the first failure; a second run goes on.
class Seeder : public QObject {
    Q_OBJECT
public:
    Seeder(std::shared_ptr<ports::ResourceGateway> gateway, QList<QJsonObject> documents, QObject *parent = nullptr);
    /// `persons` writes them, so that they own what they changed. Without edits objects are made as they are now.
    void setEdits(const QList<SeedEdit> &edits, std::shared_ptr<ports::ResourceGateway> persons);
    void start();

Q_SIGNALS:
    void progressed(int done, int total);
    void finished(const qd::demo::SeedSummary &summary);

private:
    enum class Outcome { Created, Completed, Updated, Unchanged, Kept };
    void pump();
    void create(const QJsonObject &document);
    void edit(const QJsonObject &document, const SeedEdit &edit);
    [[nodiscard]] const SeedEdit *editOf(const QJsonObject &document) const;
    void compare(const QJsonObject &document);
    void compared(const QJsonObject &document, const QJsonObject &live);
    void writeStatus(const QJsonObject &document, Outcome outcome);
    /// An operator at work may have begun with it: what it said beside ours goes.
    void tidyStatus(const QJsonObject &document, const ports::WriteOutcome &written, Outcome outcome);
    void done(Outcome outcome);
    void failed(const QJsonObject &document, const Error &error);
    void ended();

    std::shared_ptr<ports::ResourceGateway> m_gateway;
    std::shared_ptr<ports::ResourceGateway> m_persons;
    QList<SeedEdit> m_edits;
    QList<QJsonObject> m_documents;
    qsizetype m_next = 0;
    int m_underWay = 0;
    bool m_over = false;
    SeedSummary m_summary;
};

extern const char kSeededAnnotation[];

}
