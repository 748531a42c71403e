// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"

#include "app/console/Interrupt.h"
#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cstdio>
#include <string>

#include <poll.h>
#include <unistd.h>

namespace qd::console {

using namespace Qt::StringLiterals;

void print(const QByteArray &text)
{
    if (std::fwrite(text.constData(), 1, size_t(text.size()), stdout) < size_t(text.size()) || std::fflush(stdout) != 0)
        std::_Exit(1);
}

void printLine(const QString &text)
{
    print(QString(text + u'\n').toUtf8());
}

void printJson(const QJsonValue &value)
{
    if (value.isObject())
        print(QJsonDocument(value.toObject()).toJson(QJsonDocument::Indented));
    else
        print(QJsonDocument(value.toArray()).toJson(QJsonDocument::Indented));
}

void printJsonLine(const QJsonValue &value)
{
    print(json::compact(value) + '\n');
}

void printTable(const QStringList &header, const QList<QStringList> &rows)
{
    QList<qsizetype> widths;
    for (const QString &cell : header)
        widths.append(cell.size());
    for (const QStringList &row : rows) {
        for (qsizetype i = 0; i < std::min(row.size(), widths.size()); ++i)
            widths[i] = std::max(widths.at(i), row.at(i).size());
    }
    const auto line = [&widths](const QStringList &row) {
        QString text;
        for (qsizetype i = 0; i < row.size(); ++i)
            text += i + 1 < row.size() ? QString(row.at(i).leftJustified(widths.value(i)) + u"  "_s) : row.at(i);
        return text;
    };
    QString text = line(header) + u'\n';
    for (const QStringList &row : rows)
        text += line(row) + u'\n';
    print(text.toUtf8());
}

void say(const QString &message)
{
    const QByteArray text = QString(message + u'\n').toUtf8();
    std::fwrite(text.constData(), 1, size_t(text.size()), stderr);
}

void sayError(const Error &error)
{
    say(error.text());
    for (const ErrorCause &cause : error.causes) {
        if (cause.message == error.message)
            continue;
        say(cause.field.isEmpty() ? cause.message : QString(u"  "_s + cause.field + u": "_s + cause.message));
    }
}

bool stdinIsTerminal()
{
    return isatty(STDIN_FILENO) != 0;
}

QString askLine(const QString &question)
{
    std::fputs(qUtf8Printable(QString(question + u' ')), stderr);
    std::fflush(stderr);
    // Not getline: that would go on reading after a signal.
    std::string line;
    while (!Interrupt::caught()) {
        pollfd terminal{STDIN_FILENO, POLLIN, 0};
        if (poll(&terminal, 1, 250) <= 0)
            continue;
        char byte = 0;
        if (read(STDIN_FILENO, &byte, 1) != 1 || byte == '\n')
            break;
        line += byte;
    }
    return QString::fromStdString(line).trimmed();
}

}
