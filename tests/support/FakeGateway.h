// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"
#include "models/ports/ResourceGateway.h"

#include <functional>
#include <map>
#include <optional>

namespace qd::test {

/// A ResourceGateway with objects in memory that behaves like an API server where the change pipeline looks: versions,
/// generations, uids, preconditions (409 for a merge patch, 422 for a failed test), dry run, finalizers, the policy
/// that guards deletes. Scripted faults and a hang switch; records calls. One thread.
class FakeGateway final : public ports::ResourceGateway
{
public:
    struct Call
    {
        QString verb; ///< get, list, mayI, create, patch, delete, whoAmI
        QString object; ///< validators/a
        bool dryRun = false;
        QJsonValue body = {};
    };

    explicit FakeGateway(QString clusterName = QStringLiteral("test"));
    ~FakeGateway() override;

    // what a second client does
    QJsonObject put(QJsonObject object); ///< creates or replaces, with new version
    QJsonObject patch(const QString &object, const QJsonObject &mergePatch); ///< "validators/a"
    void setStatus(const QString &object, const QJsonObject &status);
    void erase(const QString &object);
    void finalize(const QString &object); ///< takes the finalizers away; deletes it if it was waiting
    [[nodiscard]] QJsonObject stored(const QString &object) const;

    // faults
    void failNext(const QString &verb, const Error &error, bool withEffect = false, bool dryRunToo = false);
    void deny(const QString &verb, const QString &resource) { m_denied.append({verb, resource}); }
    void hang(bool on) { m_hang = on; }
    void release(); ///< lets every hanging call go on
    std::function<void(const ports::WriteRequest &)> beforeWrite; ///< runs before a write is looked at
    std::function<std::optional<Error>(const QJsonObject &)> validate; ///< of the object to be
    std::function<Result<QJsonObject>(const Gvr &, const ports::ListQuery &)> onList; ///< else what is stored
    std::function<Result<QJsonObject>(const ports::ListQuery &)> printTable; ///< else tables are not supported
    QStringList warnings; ///< of every write
    QJsonObject schema; ///< what openApi answers
    QList<ports::ServedResource> served; ///< what discover answers
    bool guardDeletes = false; ///< the policy confirm-delete
    QList<Call> calls;
    [[nodiscard]] int count(const QString &verb, bool dryRun = false) const;

    // the port
    [[nodiscard]] QString cluster() const override { return m_cluster; }
    [[nodiscard]] QString serverUrl() const override { return QStringLiteral("https://fake.example:6443"); }
    [[nodiscard]] QFuture<Result<ports::ServerVersion>> version(std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<ports::Identity>> whoAmI(std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QList<ports::ServedResource>>> discover(std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> get(
        const Gvr &gvr, const QString &ns, const QString &name, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> list(
        const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> table(
        const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<ports::WriteOutcome>> write(
        const ports::WriteRequest &request, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<ports::AccessAnswer>> mayI(
        const ports::AccessQuestion &question, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> rules(const QString &ns, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> events(const ObjectId &object, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> openApi(const Gvr &gvr, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QByteArray>> podLog(const QString &ns, const QString &pod, const QString &container,
        int tailLines, bool previous, std::stop_token stop = {}) override;

private:
    struct Fault
    {
        QString verb;
        Error error;
        bool withEffect = false;
        bool dryRunToo = false;
    };
    using Key = QString; ///< plural/name: names are unique in a test
    template <typename T> QFuture<Result<T>> answer(std::stop_token stop, std::function<Result<T>()> make);
    std::optional<Fault> fault(const QString &verb, bool dryRun);
    Result<ports::WriteOutcome> carryOut(const ports::WriteRequest &request);
    Result<QJsonObject> patched(const ports::WriteRequest &request, const QJsonObject &now) const;
    Result<ports::WriteOutcome> createIt(const ports::WriteRequest &request);
    Result<ports::WriteOutcome> patchIt(const ports::WriteRequest &request);
    Result<ports::WriteOutcome> deleteIt(const ports::WriteRequest &request);
    QJsonObject stamped(const QJsonObject &before, QJsonObject after);

    QString m_cluster;
    std::map<Key, QJsonObject> m_objects;
    QList<Fault> m_faults;
    QList<std::pair<QString, QString>> m_denied;
    bool m_hang = false;
    std::vector<std::function<void()>> m_hanging;
    std::vector<std::shared_ptr<void>> m_stops;
    qint64 m_version = 100;
    int m_uids = 0;
};

/// An object of a node kind with sane content, as FakeGateway stores it.
[[nodiscard]] QJsonObject makeValidator(const QString &name);

}
