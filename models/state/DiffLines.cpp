// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/DiffLines.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <vector>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

/// More differences than this in one stretch are shown as one block: the search costs their square.
constexpr int kMaxDifferences = 1500;

enum class Move : quint8 { Keep, Remove, Add };

QStringList linesOf(const QString &text)
{
    QStringList lines = text.split(u'\n');
    if (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    return lines;
}

/// Myers' O(ND) search for the shortest edit script of a[from, aEnd) and b[from, bEnd).
class Script
{
public:
    Script(const QStringList &a, const QStringList &b)
        : m_a(a)
        , m_b(b)
    {
    }

    std::vector<Move> moves()
    {
        int head = 0;
        int aEnd = int(m_a.size());
        int bEnd = int(m_b.size());
        while (head < aEnd && head < bEnd && m_a.at(head) == m_b.at(head))
            ++head;
        while (aEnd > head && bEnd > head && m_a.at(aEnd - 1) == m_b.at(bEnd - 1))
            --aEnd, --bEnd;
        std::vector<Move> out(size_t(head), Move::Keep);
        const std::vector<Move> middle = search(head, aEnd - head, bEnd - head);
        out.insert(out.end(), middle.begin(), middle.end());
        out.insert(out.end(), size_t(m_a.size() - aEnd), Move::Keep);
        return out;
    }

private:
    std::vector<Move> search(int head, int n, int m)
    {
        if (n == 0 || m == 0)
            return block(n, m);
        const int most = std::min(n + m, kMaxDifferences);
        const int offset = most + 1;
        std::vector<int> v(size_t(2 * most + 3), 0);
        std::vector<std::vector<int>> trace;
        for (int d = 0; d <= most; ++d) {
            trace.push_back(v);
            for (int k = -d; k <= d; k += 2) {
                const bool down = k == -d || (k != d && v[size_t(offset + k - 1)] < v[size_t(offset + k + 1)]);
                int x = down ? v[size_t(offset + k + 1)] : v[size_t(offset + k - 1)] + 1;
                int y = x - k;
                while (x < n && y < m && m_a.at(head + x) == m_b.at(head + y))
                    ++x, ++y;
                v[size_t(offset + k)] = x;
                if (x >= n && y >= m)
                    return back(trace, n, m, offset);
            }
        }
        return block(n, m);
    }

    static std::vector<Move> block(int n, int m)
    {
        std::vector<Move> out(size_t(n), Move::Remove);
        out.insert(out.end(), size_t(m), Move::Add);
        return out;
    }

    static std::vector<Move> back(const std::vector<std::vector<int>> &trace, int x, int y, int offset)
    {
        std::vector<Move> out;
        for (int d = int(trace.size()) - 1; d >= 0; --d) {
            const std::vector<int> &v = trace[size_t(d)];
            const int k = x - y;
            const bool down = k == -d || (k != d && v[size_t(offset + k - 1)] < v[size_t(offset + k + 1)]);
            const int oldK = down ? k + 1 : k - 1;
            const int oldX = d == 0 ? 0 : v[size_t(offset + oldK)];
            const int oldY = d == 0 ? 0 : oldX - oldK;
            while (x > oldX && y > oldY && x > 0 && y > 0) {
                out.push_back(Move::Keep);
                --x, --y;
            }
            if (d > 0)
                out.push_back(down ? Move::Add : Move::Remove);
            x = oldX;
            y = oldY;
        }
        std::reverse(out.begin(), out.end());
        return out;
    }

    const QStringList &m_a;
    const QStringList &m_b;
};

/// "  cpuLimit: " of a YAML line; 0 when it has no key.
int keyLength(const QString &line)
{
    static const QRegularExpression kKey(u"^\\s*(?:- )*(?:\"[^\"]*\"|[^\\s:#][^:]*):(?:\\s+|$)"_s);
    return int(kKey.match(line).capturedLength());
}

void markPair(DiffLine &removed, DiffLine &added)
{
    const QString &a = removed.text;
    const QString &b = added.text;
    int head = keyLength(a);
    int tail = 0;
    if (head == 0 || a.left(head) != b.left(head)) {
        const int shorter = int(std::min(a.size(), b.size()));
        head = 0;
        while (head < shorter && a.at(head) == b.at(head))
            ++head;
        while (tail < shorter - head && a.at(a.size() - 1 - tail) == b.at(b.size() - 1 - tail))
            ++tail;
        if ((head + tail) * 3 < shorter) // nothing in common worth showing
            return;
    }
    if (a.size() - head - tail > 0)
        removed.changed = {{head, int(a.size()) - head - tail}};
    if (b.size() - head - tail > 0)
        added.changed = {{head, int(b.size()) - head - tail}};
}

/// Pairs the removed lines of one block with its added ones: by YAML key, else by position.
void markBlock(QList<DiffLine> &lines, qsizetype removed, qsizetype added, qsizetype end)
{
    std::vector<bool> used(size_t(end - added), false);
    for (qsizetype i = removed; i < added; ++i) {
        const QString key = lines.at(i).text.left(keyLength(lines.at(i).text));
        qsizetype partner = -1;
        for (qsizetype j = added; j < end && partner < 0 && !key.isEmpty(); ++j) {
            if (!used[size_t(j - added)] && lines.at(j).text.left(keyLength(lines.at(j).text)) == key)
                partner = j;
        }
        if (partner < 0 && key.isEmpty() && added + (i - removed) < end && !used[size_t(i - removed)])
            partner = added + (i - removed);
        if (partner < 0)
            continue;
        used[size_t(partner - added)] = true;
        markPair(lines[i], lines[partner]);
    }
}

void markAll(QList<DiffLine> &lines)
{
    for (qsizetype i = 0; i < lines.size();) {
        const qsizetype removed = i;
        while (i < lines.size() && lines.at(i).kind == DiffLine::Kind::Removed)
            ++i;
        const qsizetype added = i;
        while (i < lines.size() && lines.at(i).kind == DiffLine::Kind::Added)
            ++i;
        if (added > removed && i > added)
            markBlock(lines, removed, added, i);
        if (i == removed)
            ++i;
    }
}

QList<DiffLine> fold(const QList<DiffLine> &lines, int context)
{
    QList<DiffLine> out;
    for (qsizetype i = 0; i < lines.size();) {
        qsizetype end = i;
        while (end < lines.size() && lines.at(end).kind == DiffLine::Kind::Same)
            ++end;
        const qsizetype first = i == 0 ? 0 : i + context;
        const qsizetype last = end == lines.size() ? end : end - context;
        if (end == i) {
            out.append(lines.at(i++));
            continue;
        }
        if (last - first < 2) {
            out.append(lines.mid(i, end - i));
            i = end;
            continue;
        }
        out.append(lines.mid(i, first - i));
        DiffLine folded{DiffLine::Kind::Fold, lines.at(first).oldNumber, lines.at(first).newNumber};
        folded.folded = int(last - first);
        out.append(folded);
        out.append(lines.mid(last, end - last));
        i = end;
    }
    return out;
}

}

QList<DiffLine> diffLines(const QString &before, const QString &after, int context)
{
    const QStringList a = linesOf(before);
    const QStringList b = linesOf(after);
    QList<DiffLine> lines;
    qsizetype x = 0;
    qsizetype y = 0;
    const std::vector<Move> moves = Script(a, b).moves();
    for (const Move move : moves) {
        switch (move) {
        case Move::Keep:
            lines.append({DiffLine::Kind::Same, int(x + 1), int(y + 1), b.at(y)});
            ++x, ++y;
            break;
        case Move::Remove:
            lines.append({DiffLine::Kind::Removed, int(x + 1), 0, a.at(x)});
            ++x;
            break;
        case Move::Add:
            lines.append({DiffLine::Kind::Added, 0, int(y + 1), b.at(y)});
            ++y;
            break;
        }
    }
    // within a block: what goes first, then what comes
    for (qsizetype i = 0; i < lines.size();) {
        qsizetype end = i;
        while (end < lines.size() && lines.at(end).kind != DiffLine::Kind::Same)
            ++end;
        std::stable_sort(lines.begin() + i, lines.begin() + end,
            [](const DiffLine &l, const DiffLine &r) { return l.kind < r.kind; });
        i = end + 1;
    }
    markAll(lines);
    return context < 0 ? lines : fold(lines, context);
}

QString unifiedText(const QList<DiffLine> &lines)
{
    QString out;
    for (const DiffLine &line : lines) {
        switch (line.kind) {
        case DiffLine::Kind::Same:
            out += u"  "_s + line.text;
            break;
        case DiffLine::Kind::Removed:
            out += u"- "_s + line.text;
            break;
        case DiffLine::Kind::Added:
            out += u"+ "_s + line.text;
            break;
        case DiffLine::Kind::Fold:
            out += u"@ "_s + QCoreApplication::translate("DiffLines", "%n unchanged line(s)", nullptr, line.folded);
            break;
        }
        out += u'\n';
    }
    return out;
}

}
