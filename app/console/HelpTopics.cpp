// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/HelpTopics.h"

#include "app/config/ConfigNode.h"
#include "app/console/Output.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;
using ui::HelpPage;
using ui::HelpPages;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(HelpTopics)
};

/// Marks are taken away; what stands between backticks stays as it is.
QString plain(const QString &text)
{
    static const QRegularExpression kLink(u"\\[([^\\]]+)\\]\\((help|page):([^)]+)\\)"_s);
    static const QRegularExpression kMarks(u"\\*\\*([^*]+)\\*\\*|\\*([^*\\s][^*]*)\\*"_s);
    QStringList parts = text.split(u'`');
    for (qsizetype i = 0; i < parts.size(); i += 2) {
        QString out;
        qsizetype from = 0;
        for (auto found = kLink.globalMatch(parts.at(i)); found.hasNext();) {
            const QRegularExpressionMatch link = found.next();
            const QString words = link.captured(1), id = link.captured(3);
            const bool same = words.compare(id, Qt::CaseInsensitive) == 0;
            const QString told = link.captured(2) == "page"_L1 ? id : same ? words : QString(words + u" (help "_s + id + u')');
            out += parts.at(i).mid(from, link.capturedStart() - from) + told;
            from = link.capturedEnd();
        }
        parts[i] = QString(out + parts.at(i).mid(from)).replace(kMarks, u"\\1\\2"_s);
    }
    return parts.join(QString());
}

/// Broken at spaces, lines after the first below the text of the first.
QString wrapped(const QString &text, int width, const QString &first, const QString &rest)
{
    QStringList lines;
    QString line = first;
    bool empty = true;
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        if (!empty && line.size() + 1 + word.size() > width) {
            lines.append(line);
            line = rest;
            empty = true;
        }
        line += empty ? word : QString(u' ' + word);
        empty = false;
    }
    lines.append(line);
    return lines.join(u'\n');
}

QString table(const QStringList &block, int width)
{
    QList<QStringList> rows;
    QList<qsizetype> widths;
    for (const QString &line : block) {
        QStringList cells = line.split(u'|');
        if (line.contains("|--"_L1) || cells.size() < 3)
            continue;
        cells = cells.mid(1, cells.size() - 2);
        for (qsizetype i = 0; i < cells.size(); ++i) {
            cells[i] = plain(cells.at(i).trimmed());
            widths.resize(std::max(widths.size(), i + 1));
            widths[i] = std::max(widths.at(i), cells.at(i).size());
        }
        rows.append(cells);
    }
    QStringList out;
    for (const QStringList &cells : std::as_const(rows)) {
        QString line = u"  "_s;
        for (qsizetype i = 0; i + 1 < cells.size(); ++i)
            line += cells.at(i).leftJustified(widths.at(i) + 2);
        out.append(wrapped(cells.last(), width, line, QString(line.size(), u' ')));
    }
    return out.join(u'\n');
}

/// One block: lines between empty ones.
QString blockText(const QStringList &block, int width)
{
    const QString first = block.first();
    if (first.startsWith(u'#')) {
        const QString title = plain(first.section(u' ', 1));
        return title + u'\n' + QString(title.size(), first.startsWith("##"_L1) ? u'-' : u'=');
    }
    if (first.startsWith(u'|'))
        return table(block, width);
    static const QRegularExpression kItem(u"^(\\s*)(-|\\d+\\.) "_s);
    QStringList out, item;
    QString lead;
    const auto end = [&] {
        if (!item.isEmpty())
            out.append(wrapped(plain(item.join(u' ')), width, lead, QString(lead.size(), u' ')));
        item.clear();
    };
    for (const QString &line : block) {
        const QRegularExpressionMatch begins = kItem.match(line);
        if (begins.hasMatch()) {
            end();
            lead = begins.captured(0);
        }
        item.append(line.mid(begins.capturedLength()).trimmed());
    }
    end();
    return out.join(u'\n');
}

/// By spelling, pages and commands alike, and pages that have the word in their title.
QStringList nearestTopics(const QString &word)
{
    QStringList names = commandNames(), out;
    for (const HelpPage &page : HelpPages::all())
        names.append(page.id);
    names.removeDuplicates();
    for (int i = 0; i < 2; ++i) {
        if (const QString near = config::nearest(word, names); !near.isEmpty()) {
            out.append(near);
            names.removeAll(near);
        }
    }
    const QList<const HelpPage *> found = HelpPages::search(word);
    for (const HelpPage *page : found) {
        if (!out.contains(page->id) && out.size() < 4)
            out.append(page->id);
    }
    return out;
}

void printTopics(bool json)
{
    if (json) {
        QJsonArray all;
        for (const HelpPage &page : HelpPages::all())
            all.append(QJsonObject{{u"id"_s, page.id}, {u"title"_s, page.title}});
        printJson(all);
        return;
    }
    QList<QStringList> rows;
    for (const HelpPage &page : HelpPages::all())
        rows.append({page.id, page.title});
    printTable({Words::tr("TOPIC"), Words::tr("WHAT IT IS ABOUT")}, rows);
    printLine({});
    printLine(Words::tr("quarterdeck help TOPIC shows one, F1 does in the window. quarterdeck --help lists commands and options."));
}

}

QString helpPageText(const HelpPage &page, int width)
{
    QStringList out, block;
    const QStringList lines = page.markdown.split(u'\n');
    const auto end = [&] {
        if (!block.isEmpty())
            out.append(blockText(block, width));
        block.clear();
    };
    for (const QString &line : lines) {
        if (line.trimmed().isEmpty())
            end();
        else
            block.append(line);
        if (line.startsWith(u'#'))
            end();
    }
    end();
    return out.join(u"\n\n"_s) + u'\n';
}

int runHelp(const Invocation &invocation)
{
    const QString topic = invocation.words.value(0);
    const HelpPage *page = invocation.words.size() == 1 ? HelpPages::find(topic.toLower()) : nullptr;
    if (invocation.has(u"help"_s) || (!page && isCommand(topic))) {
        print(helpText(invocation.words.join(u' ')).toUtf8());
        return Ok;
    }
    if (topic.isEmpty()) {
        printTopics(invocation.json());
        return Ok;
    }
    if (!page) {
        const QStringList near = nearestTopics(topic);
        sayError({ErrorKind::Invalid, Words::tr("There is no help on \"%1\".").arg(invocation.words.join(u' ')),
                  near.isEmpty() ? Words::tr("quarterdeck help lists the topics.") : Words::tr("Nearest: %1.").arg(near.join(u", "_s))});
        return Usage;
    }
    if (invocation.json())
        printJson(QJsonObject{{u"id"_s, page->id}, {u"title"_s, page->title}, {u"markdown"_s, page->markdown}});
    else
        print(helpPageText(*page).toUtf8());
    return Ok;
}

}
