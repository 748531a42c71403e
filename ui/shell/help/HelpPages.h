// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QList>
#include <QString>
#include <QStringList>

namespace qd::ui {

/// A page of help: Markdown of resources/help, as it stands in the program. Links are "help:ID" and "page:PANE". **Bold** is
/// a key and nothing else, so that a test can hold every key against the actions.
struct HelpPage {
    QString id;          ///< "nodes": the file's name; pages of the window have their pane's
    QString title;       ///< its first heading
    QString markdown;
};

class HelpPages {
    Q_DECLARE_TR_FUNCTIONS(HelpPages)
public:
    /// In the order they are read, first steps first. Read once.
    [[nodiscard]] static const QList<HelpPage> &all();
    [[nodiscard]] static const HelpPage *find(const QString &id);
    /// The pages with all words of `text` in title or body, those with the words in the title first. Empty text: all.
    [[nodiscard]] static QList<const HelpPage *> search(const QString &text);
    /// What is written **bold** in a page.
    [[nodiscard]] static QStringList keysIn(const HelpPage &page);
    /// The targets of its links.
    [[nodiscard]] static QStringList linksIn(const HelpPage &page);
};

}
