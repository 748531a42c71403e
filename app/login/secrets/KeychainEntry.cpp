// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/KeychainEntry.h"

#include <QCoreApplication>
#include <QCryptographicHash>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Secrets)
};

constexpr QByteArrayView kMark = "qd1";
constexpr qsizetype kHeadMost = 100;   // of the line: mark, slot, two numbers, 64 hexadecimal digits

Error damaged(const QString &detail)
{
    return {.kind = ErrorKind::Invalid, .message = Texts::tr("the entry is not whole or not of this program"), .detail = detail};
}

QByteArray digestOf(const QByteArray &value)
{
    return QCryptographicHash::hash(value, QCryptographicHash::Sha256).toHex();
}

/// Digits only, no sign, no blanks, no leading zero.
bool readNumber(const QByteArray &text, qsizetype most, qsizetype &out)
{
    if (text.isEmpty() || text.size() > 9 || (text.size() > 1 && text.startsWith('0')))
        return false;
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return false;
    out = text.toInt();
    return out <= most;
}

}

QByteArray KeychainEntry::firstPart() const
{
    QByteArray out = kMark.toByteArray();
    out.append(' ').append(slot).append(' ').append(QByteArray::number(others)).append(' ').append(QByteArray::number(length));
    out.append(' ').append(digest).append('\n').append(firstBytes);
    return out;
}

Result<KeychainEntry> KeychainEntry::read(const QByteArray &firstPart)
{
    const qsizetype end = firstPart.left(kHeadMost).indexOf('\n');
    if (end < 0)
        return damaged(u"no head"_s);
    const QList<QByteArray> words = firstPart.left(end).split(' ');
    if (words.size() != 5 || words.at(0) != kMark)
        return damaged(u"a head of another kind"_s);
    KeychainEntry out;
    qsizetype others = 0;
    if ((words.at(1) != "a" && words.at(1) != "b") || !readNumber(words.at(2), kMostOthers, others)
        || !readNumber(words.at(3), 999'999'999, out.length) || words.at(4).size() != 64)
        return damaged(u"a head with impossible numbers"_s);
    out.slot = words.at(1).at(0);
    out.others = static_cast<int>(others);
    out.digest = words.at(4);
    out.firstBytes = firstPart.mid(end + 1);
    if (out.firstBytes.size() > out.length || (out.others == 0 && out.firstBytes.size() != out.length))
        return damaged(u"%1 bytes where the head says %2"_s.arg(out.firstBytes.size()).arg(out.length));
    return out;
}

Result<QByteArray> KeychainEntry::value(const QList<QByteArray> &parts) const
{
    QByteArray out = firstBytes;
    for (const QByteArray &part : parts)
        out += part;
    if (parts.size() != others || out.size() != length)
        return damaged(u"%1 bytes in %2 parts, the head says %3 in %4"_s.arg(out.size()).arg(parts.size() + 1).arg(length).arg(others + 1));
    if (digestOf(out) != digest)
        return damaged(u"parts of different values"_s);
    return out;
}

QString KeychainEntry::otherKey(const QString &key, char slot, int number)
{
    return key + u'#' + QLatin1Char(slot) + QString::number(number);
}

Result<KeychainLayout> layOut(const QByteArray &value, char slot, qsizetype limit)
{
    KeychainLayout out;
    out.entry = {.slot = slot, .others = 0, .length = value.size(), .digest = digestOf(value), .firstBytes = {}};
    const qsizetype room = limit > 0 ? limit - kHeadMost : value.size();
    out.entry.firstBytes = value.left(room);
    for (qsizetype at = room; at < value.size(); at += limit)
        out.others.append(value.mid(at, limit));
    out.entry.others = static_cast<int>(out.others.size());
    if (out.entry.others > KeychainEntry::kMostOthers || value.size() > 999'999'999)
        return Error{.kind = ErrorKind::Invalid, .message = Texts::tr("%1 bytes are too many for a keyring").arg(value.size())};
    return out;
}

}
