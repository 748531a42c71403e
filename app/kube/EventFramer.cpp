// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/EventFramer.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstring>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool endsScalar(char c)
{
    return isSpace(c) || c == ',' || c == ']' || c == '}';
}

QString tr(const char *text)
{
    return QCoreApplication::translate("EventFramer", text);
}

}

const char *JsonScanner::scanString(const char *from, const char *end)
{
    for (const char *p = from; p < end; ++p) {
        if (m_escape)
            m_escape = false;
        else if (*p == '\\')
            m_escape = true;
        else if (*p == '"') {
            m_string = false;
            return p + 1;
        }
    }
    return nullptr;
}

const char *JsonScanner::scan(const char *from, const char *end)
{
    const char *p = from;
    while (p < end) {
        if (m_string) {
            p = scanString(p, end);
            if (!p)
                return nullptr;
            if (m_depth == 0)
                return p;
            continue;
        }
        const char c = *p;
        if (m_scalar) {
            if (endsScalar(c))
                return p;
            ++p;
            continue;
        }
        ++p;
        if (c == '"') {
            m_begun = m_string = true;
        } else if (c == '{' || c == '[') {
            m_begun = true;
            ++m_depth;
        } else if (c == '}' || c == ']') {
            if (--m_depth <= 0)
                return p;
        } else if (!m_begun && !isSpace(c)) {
            m_begun = m_scalar = true;
        }
    }
    return nullptr;
}

void FrameBuffer::append(const char *bytes, size_t count)
{
    if (m_begin > 0 && (m_begin == m_end || m_end + count + kFramePadding > m_bytes.size())) {
        std::memmove(m_bytes.data(), m_bytes.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
    }
    if (m_end + count + kFramePadding > m_bytes.size())
        m_bytes.resize(std::max(m_end + count + kFramePadding, m_bytes.size() + m_bytes.size() / 2));
    std::memcpy(m_bytes.data() + m_end, bytes, count);
    m_end += count;
}

void FrameBuffer::clear()
{
    m_begin = m_end = 0;
    m_bytes.clear();
    m_bytes.shrink_to_fit();
}

void EventFramer::reset()
{
    m_buffer.clear();
    m_scanner.reset();
    m_scanned = m_searched = m_lastConsumed = 0;
    m_lines = true;
    m_error.reset();
}

void EventFramer::skipSpace()
{
    if (m_searched > 0 || m_scanned > 0)
        return;
    const char *p = m_buffer.begin();
    while (p < m_buffer.end() && isSpace(*p))
        ++p;
    m_buffer.consume(size_t(p - m_buffer.begin()));
}

std::optional<Frame> EventFramer::take(size_t length, size_t consumed)
{
    const char *begin = m_buffer.begin();
    m_buffer.consume(consumed);
    m_scanner.reset();
    m_scanned = m_searched = 0;
    m_lastConsumed = consumed;
    return Frame{begin, length, m_buffer.capacityFrom(begin)};
}

void EventFramer::refuse(const char *begin)
{
    const auto shown = qsizetype(std::min<size_t>(m_buffer.size(), 80));
    m_error = Error{ErrorKind::Internal, tr("The server sent something that is no watch event: \"%1\".").arg(
                        QString::fromUtf8(begin, shown).simplified()),
                    tr("Check that the address is that of a Kubernetes API server and that no proxy answers in its place.")};
}

std::optional<Frame> EventFramer::byBraces()
{
    const char *begin = m_buffer.begin();
    const char *found = m_scanner.scan(begin + m_scanned, m_buffer.end());
    if (!found) {
        m_scanned = m_buffer.size();
        return std::nullopt;
    }
    const auto length = size_t(found - begin);
    return take(length, length);
}

std::optional<Frame> EventFramer::next()
{
    if (m_error)
        return std::nullopt;
    skipSpace();
    if (m_buffer.size() == 0)
        return std::nullopt;
    const char *begin = m_buffer.begin();
    if (*begin != '{') {
        refuse(begin);
        return std::nullopt;
    }
    if (m_lines) {
        const void *found = std::memchr(begin + m_searched, '\n', m_buffer.size() - m_searched);
        m_searched = m_buffer.size();
        if (found) {
            const char *newline = static_cast<const char *>(found);
            const char *last = newline;
            while (last > begin && isSpace(last[-1]))
                --last;
            if (last[-1] == '}')
                return take(size_t(last - begin), size_t(newline - begin) + 1);
            m_lines = false;
        }
    }
    // Also the pending end of a line stream: an event is complete before its newline has come.
    std::optional<Frame> frame = byBraces();
    if (!frame && m_buffer.size() > m_cap) {
        m_error = Error{ErrorKind::Internal, tr("The server sent an event of more than %1 MB.").arg(m_cap >> 20U),
                        tr("Find the object that is so large and shorten it, for example its annotations or its status.")};
    }
    if (frame && frame->size > m_cap)
        frame.reset();
    return frame;
}

bool EventFramer::distrustLines()
{
    if (!m_lines)
        return false;
    m_lines = false;
    m_buffer.consume(size_t(0) - m_lastConsumed);
    m_scanner.reset();
    m_scanned = m_searched = m_lastConsumed = 0;
    return true;
}

bool EventFramer::atBoundary() const
{
    return std::all_of(m_buffer.begin(), m_buffer.end(), isSpace);
}

}
