// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QFuture>
#include <QObject>
#include <QString>

#include <memory>
#include <stop_token>

namespace qd::ports {

/// What is to be reached: a port of a pod or of a service in the cluster, or an address that needs no way through the
/// API server (a profile's ledger.endpoints). When `address` is set it wins, and the rest only names it in errors.
struct TunnelTarget {
    QString address = {};   ///< host:port, dialled as it is
    QString ns = {};
    QString resource = {};  ///< pods or services
    QString name = {};
    quint16 port = 0;
    /// For people and errors: "pods/northgate-1-participant-0:5001 in canton", or the address.
    [[nodiscard]] QString text() const;
    friend bool operator==(const TunnelTarget &, const TunnelTarget &) = default;
};

/// An open way to one target, for gRPC (architecture.md "The four rooms"). Owned by who asked for it; destruction closes
/// it. Lives on the thread that asked.
class Tunnel : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// What a gRPC channel dials: "unix:" and the path of a socket in a folder only this person may enter (mode 0700),
    /// never an open port; or the host:port of a target that has an address.
    [[nodiscard]] virtual QString dial() const = 0;

Q_SIGNALS:
    /// The way is gone for good: the pod ended, the right was taken away, the cluster does not answer. Said once.
    void closed(const qd::Error &error);
};

/// Ways to what runs inside one cluster, with the cluster's own credentials. Thread safe.
class TunnelOpener {
public:
    virtual ~TunnelOpener() = default;
    /// Errors: Forbidden names the right that is missing (create on pods/portforward, kubernetes.md 2.7), NotFound the pod or
    /// service, Unsupported when only targets with an address can be reached; a requested stop finishes as Cancelled.
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<Tunnel>>> open(const TunnelTarget &to, std::stop_token stop = {}) = 0;
};

}
