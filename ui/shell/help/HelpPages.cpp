// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/help/HelpPages.h"

#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array kOrder{"start", "overview", "nodes", "map", "parties", "users", "dars", "applications", "identity", "backups",
                            "upgrades", "telemetry", "alerts", "changes", "filter", "pipeline", "keyboard", "environments", "signin", "production", "troubleshooting"};

QList<HelpPage> readAll()
{
    QList<HelpPage> out;
    for (const char *id : kOrder) {
        QFile file(u":/help/%1.md"_s.arg(QLatin1StringView(id)));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QString text = QString::fromUtf8(file.readAll());
        out.append({QString::fromLatin1(id), text.section(u'\n', 0, 0).mid(2).trimmed(), text});
    }
    return out;
}

QStringList captures(const QString &text, const QString &pattern)
{
    QStringList out;
    const QRegularExpression expression(pattern);
    auto matches = expression.globalMatch(text);
    while (matches.hasNext())
        out.append(matches.next().captured(1));
    out.removeDuplicates();
    return out;
}

}

const QList<HelpPage> &HelpPages::all()
{
    static const QList<HelpPage> kPages = readAll();
    return kPages;
}

const HelpPage *HelpPages::find(const QString &id)
{
    const QList<HelpPage> &pages = all();
    const auto it = std::find_if(pages.begin(), pages.end(), [&id](const HelpPage &page) { return page.id == id; });
    return it == pages.end() ? nullptr : &*it;
}

QList<const HelpPage *> HelpPages::search(const QString &text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    const auto holds = [&words](const QString &where) {
        return std::all_of(words.begin(), words.end(), [&where](const QString &word) { return where.contains(word, Qt::CaseInsensitive); });
    };
    QList<const HelpPage *> titled, others;
    for (const HelpPage &page : all()) {
        if (holds(page.title))
            titled.append(&page);
        else if (holds(page.markdown))
            others.append(&page);
    }
    return titled + others;
}

QStringList HelpPages::keysIn(const HelpPage &page)
{
    return captures(page.markdown, u"\\*\\*([^*]+)\\*\\*"_s);
}

QStringList HelpPages::linksIn(const HelpPage &page)
{
    return captures(page.markdown, u"\\]\\(([^)]+)\\)"_s);
}

}
