// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/node/PortForward.h"

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kHalfCloseGrace = 1s;   // containerd and CRI-O

}

PodLink::PodLink(const ForwardHost &host, quint16 port, Client client) : m_host(host), m_port(port), m_client(std::move(client)) { }

PodLink::~PodLink()
{
    if (m_stream)
        m_stream->close();
}

void PodLink::open()
{
    m_host.dial(m_port, [weak = weak_from_this()](std::shared_ptr<RawStream> stream, const QString &why) {
        if (const auto self = weak.lock())
            self->opened(std::move(stream), why);
        else if (stream)
            stream->close();
    });
}

void PodLink::opened(std::shared_ptr<RawStream> stream, const QString &why)
{
    if (m_ended) {
        if (stream)
            stream->close();
        return;
    }
    if (!stream) {
        const QString port = QString::number(m_port);
        end(u"failed to connect to localhost:"_s + port + u" inside pod \""_s + m_host.pod + u"\": dial tcp 127.0.0.1:"_s + port
            + u": connect: "_s + why);
        return;
    }
    m_stream = std::move(stream);
    push();
    pull();
}

void PodLink::pull()
{
    m_stream->read([weak = weak_from_this()](const QByteArray &bytes) {
        const auto self = weak.lock();
        if (!self || self->m_ended)
            return;
        if (!bytes.isEmpty()) {
            self->m_client.data(bytes, [weak] {
                const auto link = weak.lock();
                if (link && !link->m_ended)
                    link->pull();
            });
            return;
        }
        if (const QString why = self->m_stream->failure(); !why.isEmpty()) {
            self->end(u"read tcp 127.0.0.1:"_s + QString::number(self->m_port) + u": read: "_s + why);
            return;
        }
        self->m_podEnded = true;
        self->halfEnded();
    });
}

void PodLink::write(const QByteArray &bytes, std::function<void()> taken)
{
    if (m_ended || m_clientEnded) {
        taken();
        return;
    }
    m_queue.push_back({bytes, std::move(taken)});
    if (m_stream)
        push();
}

void PodLink::push()
{
    if (m_pushing || m_ended)
        return;
    if (m_queue.empty()) {
        if (m_clientEnded)
            m_stream->shutdown();
        return;
    }
    m_pushing = true;
    m_stream->write(m_queue.front().bytes, [weak = weak_from_this()](bool ok) {
        const auto self = weak.lock();
        if (!self || self->m_ended)
            return;
        self->m_pushing = false;
        if (!ok && !self->m_podEnded) {
            self->end(u"write tcp 127.0.0.1:"_s + QString::number(self->m_port) + u": write: "_s + self->m_stream->failure());
            return;
        }
        const auto taken = std::move(self->m_queue.front().taken);
        self->m_queue.pop_front();
        self->push();
        taken();
    });
}

void PodLink::clientEnded()
{
    if (m_ended || m_clientEnded)
        return;
    m_clientEnded = true;
    if (m_stream)
        push();
    halfEnded();
}

void PodLink::halfEnded()
{
    if (m_podEnded && m_clientEnded && m_queue.empty()) {
        end({});
        return;
    }
    m_host.after(kHalfCloseGrace, [weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->end({});
    });
}

void PodLink::end(const QString &error)
{
    if (std::exchange(m_ended, true))
        return;
    const auto self = shared_from_this();
    if (m_stream)
        m_stream->close();
    for (const Piece &piece : std::exchange(m_queue, {}))
        piece.taken();
    if (const auto ended = std::exchange(m_client, {}).ended)
        ended(error);
}

}
