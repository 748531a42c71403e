// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"
#include "models/ports/ResourceGateway.h"

#include <QTest>

namespace qd::test {

/// What every server behind ports::ResourceGateway must do, the real kube-apiserver and the demo alike, with our
/// resource definitions, policies and roles installed. A program derives, gives the gateways, and runs it with QTest.
class GatewayContract : public QObject
{
    Q_OBJECT
public:
    using Json = QJsonObject;
    template <typename T> using Answer = QFuture<Result<T>>;

protected:
    /// May do everything.
    virtual ports::ResourceGateway &admin() = 0;
    /// The persona "viewer": reads, changes nothing.
    virtual ports::ResourceGateway &viewer() = 0;

    template <typename T> static Result<T> await(QFuture<Result<T>> future)
    {
        QObject context;
        std::optional<Result<T>> result;
        whenFinished(future, &context, [&result](Result<T> r) { result = std::move(r); });
        if (!QTest::qWaitFor([&result] { return result.has_value(); }, 60000))
            return Error{ErrorKind::Internal, QStringLiteral("the test waited in vain")};
        return *result;
    }
    /// resources/examples/good/NAME.yaml, with another name, in the namespace of these tests.
    static QJsonObject example(const QString &file, const QString &name);
    Result<ports::WriteOutcome> create(const Gvr &gvr, const QJsonObject &object, bool dryRun = false);
    Result<ports::WriteOutcome> patch(const QString &name, const QJsonObject &body, bool dryRun = false);
    /// Creates a validator of that name; fails the test when that does not work.
    QJsonObject validator(const QString &name);

private Q_SLOTS:
    void namespaceExists();
    void version();
    void whoAmI();
    void discover();
    void createGetList();
    void createTwiceIsAConflict();
    void listFollowsPages();
    void metadataOnly();
    void table();
    void dryRunChangesNothing();
    void mergePatchWithVersion();
    void jsonPatchWithTests();
    void unknownFieldIsNamed();
    void invalidFieldIsNamed();
    void updateWithoutVersionIsRefused();
    void warningsArrive();
    void deleteGuardAndPreconditions();
    void notFoundAndNotServed();
    void accessReviews();
    void forbiddenNamesTheRight();
    void eventsOfAnObject();
    void openApi();
    void logOfNoPod();
    void cancelled();
};

}
