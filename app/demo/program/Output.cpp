// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Command.h"

#include <QJsonDocument>

#include <cstdio>

namespace qd::demo {

using namespace Qt::StringLiterals;

void printJson(const QJsonObject &object)
{
    print(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n'));
}

void print(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stdout);
    std::fflush(stdout);
}

void say(const QString &text)
{
    const QByteArray bytes = QString(u"quarterdeck-demo: "_s + text + u'\n').toLocal8Bit();
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stderr);
}

void sayError(const Error &error)
{
    say(error.text());
}

}
