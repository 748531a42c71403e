// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Lease.h"

#include "models/core/Async.h"
#include "models/core/Json.h"

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kDurationSeconds = 15;
const Gvr kLeases{u"coordination.k8s.io"_s, u"v1"_s, u"leases"_s};

QString microTime(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-ddTHH:mm:ss.zzz000Z"_s);
}

}

Lease::Lease(std::shared_ptr<ports::ResourceGateway> gateway, const Clock &clock, QString ns, QString name,
    QString identity, QObject *parent)
    : QObject(parent), m_gateway(std::move(gateway)), m_clock(clock), m_ns(std::move(ns)), m_name(std::move(name)),
      m_identity(std::move(identity))
{
    m_timer.setInterval(5s);
    connect(&m_timer, &QTimer::timeout, this, &Lease::look);
}

void Lease::start()
{
    m_timer.start();
    look();
}

void Lease::release()
{
    m_timer.stop();
    m_releasing = true;
    if (!m_held) {
        Q_EMIT released();
        return;
    }
    ports::WriteRequest request;
    request.gvr = kLeases;
    request.ns = m_ns;
    request.name = m_name;
    request.body = QJsonObject{{u"spec"_s, QJsonObject{{u"holderIdentity"_s, QString()}}}};
    whenFinished(m_gateway->write(request), this, [this](const Result<ports::WriteOutcome> &) {
        setHeld(false);
        Q_EMIT released();
    });
}

void Lease::look()
{
    if (m_held && m_clock.monotonicMs() - m_renewedAt > kDurationSeconds * 1000)
        setHeld(false);   // could not renew in time: another one may lead now
    whenFinished(m_gateway->get(kLeases, m_ns, m_name), this, [this](const Result<QJsonObject> &lease) { seen(lease); });
}

void Lease::seen(const Result<QJsonObject> &lease)
{
    if (m_releasing)
        return;
    if (!lease) {
        if (lease.error().kind == ErrorKind::NotFound)
            take({});
        else
            Q_EMIT troubled(lease.error());
        return;
    }
    const QString holder = json::at(*lease, u"/spec/holderIdentity"_s).toString();
    const QString version = json::at(*lease, u"/metadata/resourceVersion"_s).toString();
    if (holder == m_identity || holder.isEmpty()) {
        take(*lease);
        return;
    }
    setHeld(false);
    if (version != m_seenVersion) {
        m_seenVersion = version;
        m_seenAt = m_clock.monotonicMs();
        return;
    }
    if (m_clock.monotonicMs() - m_seenAt > kDurationSeconds * 1000)
        take(*lease);
}

void Lease::take(const QJsonObject &lease)
{
    const QString now = microTime(m_clock.now());
    QJsonObject spec{{u"holderIdentity"_s, m_identity}, {u"leaseDurationSeconds"_s, kDurationSeconds}, {u"renewTime"_s, now}};
    if (json::at(lease, u"/spec/holderIdentity"_s).toString() != m_identity) {
        spec.insert("acquireTime"_L1, now);
        spec.insert("leaseTransitions"_L1, json::at(lease, u"/spec/leaseTransitions"_s).toInt(0) + (lease.isEmpty() ? 0 : 1));
    }
    ports::WriteRequest request;
    request.gvr = kLeases;
    request.ns = m_ns;
    QJsonObject metadata{{u"name"_s, m_name}, {u"namespace"_s, m_ns}};
    if (lease.isEmpty()) {
        request.verb = ports::Verb::Create;
    } else {
        request.name = m_name;
        metadata = {{u"resourceVersion"_s, json::at(lease, u"/metadata/resourceVersion"_s)}};
    }
    request.body = QJsonObject{{u"apiVersion"_s, kLeases.apiVersion()}, {u"kind"_s, u"Lease"_s},
        {u"metadata"_s, metadata}, {u"spec"_s, spec}};
    whenFinished(
        m_gateway->write(request), this, [this](const Result<ports::WriteOutcome> &outcome) { written(outcome); });
}

void Lease::written(const Result<ports::WriteOutcome> &outcome)
{
    if (outcome) {
        m_renewedAt = m_clock.monotonicMs();
        setHeld(!m_releasing);
        return;
    }
    if (outcome.error().kind == ErrorKind::Conflict)
        setHeld(false);   // another one was quicker
    else
        Q_EMIT troubled(outcome.error());
}

void Lease::setHeld(bool held)
{
    if (m_held == held)
        return;
    m_held = held;
    Q_EMIT heldChanged(held);
}

}
