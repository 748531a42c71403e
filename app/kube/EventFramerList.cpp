// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/EventFramerList.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;

void ListFramer::refuse()
{
    const auto shown = qsizetype(std::min<size_t>(m_buffer.size(), 80));
    m_error = Error{ErrorKind::Internal,
                    QCoreApplication::translate("EventFramer", "The server sent something that is no list of objects: \"%1\".")
                        .arg(QString::fromUtf8(m_buffer.begin(), shown).simplified()),
                    QCoreApplication::translate("EventFramer", "Check that the address is that of a Kubernetes API server and "
                                                               "that no proxy answers in its place.")};
}

bool ListFramer::punctuation(char c)
{
    const auto go = [this](State state) {
        m_buffer.consume(1);
        m_state = state;
        return true;
    };
    switch (m_state) {
    case State::Open:
        return c == '{' && go(State::Key);
    case State::Key:
        return c == '}' && go(State::Done);
    case State::Colon:
        return c == ':' && go(m_key == "items" ? State::Items : State::Value);
    case State::Items:
        return c == '[' && go(State::Item);
    case State::Item:
        if (c == ',')
            return go(State::Item);
        return c == ']' && go(State::Comma);
    case State::Comma:
        if (c == ',')
            return go(State::Key);
        return c == '}' && go(State::Done);
    case State::Value:
    case State::Done:
        break;
    }
    return false;
}

bool ListFramer::composite(std::optional<Frame> *item)
{
    const char *begin = m_buffer.begin();
    const char *end = m_scanner.scan(begin + m_scanned, m_buffer.end());
    if (!end) {
        m_scanned = m_buffer.size();
        if (m_scanned > m_cap) {
            m_error = Error{ErrorKind::Internal,
                            QCoreApplication::translate("EventFramer", "The server sent an object of more than %1 MB.")
                                .arg(m_cap >> 20U),
                            QCoreApplication::translate("EventFramer", "Find the object that is so large and shorten it, for "
                                                                       "example its annotations or its status.")};
        }
        return false;
    }
    const auto length = size_t(end - begin);
    if (m_state == State::Key) {
        m_key = QByteArray(begin + 1, qsizetype(length) - 2);
        m_state = State::Colon;
    } else if (m_state == State::Item) {
        *item = Frame{begin, length, m_buffer.capacityFrom(begin)};
    } else {
        if (m_key == "metadata")
            m_metadata = QByteArray(begin, qsizetype(length));
        m_state = State::Comma;
    }
    m_buffer.consume(length);
    m_scanner.reset();
    m_scanned = 0;
    return true;
}

bool ListFramer::step(std::optional<Frame> *item)
{
    if (m_scanned == 0) {
        const char *p = m_buffer.begin();
        p = std::find_if(p, m_buffer.end(), [](char c) { return c != ' ' && c != '\n' && c != '\r' && c != '\t'; });
        m_buffer.consume(size_t(p - m_buffer.begin()));
    }
    if (m_buffer.size() == 0 || m_state == State::Done)
        return false;
    const char c = *m_buffer.begin();
    if (m_scanned == 0 && punctuation(c))
        return true;
    const bool key = m_state == State::Key && c == '"';
    const bool object = m_state == State::Item && c == '{';
    if (m_state == State::Items && c == 'n')   // "items": null
        m_state = State::Value;
    if (!key && !object && m_state != State::Value) {
        refuse();
        return false;
    }
    return composite(item);
}

std::optional<Frame> ListFramer::next()
{
    std::optional<Frame> item;
    while (!m_error && !item && step(&item)) { }
    return item;
}

}
