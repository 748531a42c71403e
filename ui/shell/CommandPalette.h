// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/Popup.h"
#include "ui/shell/ShellContext.h"

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace qd::ui {

class Label;

/// Ctrl+K: actions, objects, panes and what the window adds (views, environments, help) in one box. "> " actions only, "# "
/// objects only, ": " panes only. Letters match in order; the matched ones are accent and 600. Disabled actions stay, with the lock and the missing right.
class CommandPalette : public Popup {
    Q_OBJECT
public:
    struct Pane {
        QString id;
        QString title;
        QString icon;
    };
    /// One line of a section the window brings along.
    struct Entry {
        QString title;
        QString detail = {};
        QString icon = {};
        std::function<void()> run = {};
    };
    CommandPalette(const ShellContext &context, ActionRegistry *actions, const QList<Pane> &panes, QWidget *parent);
    void setText(const QString &text);
    /// A further section; `mode` shows it alone. `unasked`: also while nothing is typed.
    void addSource(QChar mode, const QString &title, const QList<Entry> &entries, bool unasked);
    [[nodiscard]] int matches() const;
    /// Positions of the letters of `pattern` in `text` (words may start anywhere), or nothing. Higher score is better.
    [[nodiscard]] static std::optional<int> match(const QString &pattern, const QString &text, QList<int> *positions);

Q_SIGNALS:
    void objectWanted(const qd::ObjectId &object);
    void paneWanted(const QString &id);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Hit {
        int score;
        QString title, detail, icon, key, why;
        QList<int> positions;
        std::function<void()> run;
    };
    struct Source {
        QChar mode;
        QString title;
        QList<Entry> entries;
        bool unasked;
    };
    [[nodiscard]] static QList<Hit> sourceHits(const Source &source, const QString &pattern);
    void search(const QString &text);
    void addSection(const QString &title, QList<Hit> hits, int most, QChar mode = {});   ///< mode: how the rest is found
    [[nodiscard]] QList<Hit> actionHits(const QString &pattern) const;
    [[nodiscard]] QList<Hit> objectHits(const QString &pattern);
    void addObjects(QList<Hit> &out, const state::ResourceStore &store, const QString &pattern);
    [[nodiscard]] QList<state::RowPtr> nearest(const state::ResourceStore &store, const QString &typed);
    [[nodiscard]] QList<Hit> paneHits(const QString &pattern);
    void runCurrent();
    void step(int by);
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    QList<Pane> m_panes;
    QLineEdit *m_field;
    QListWidget *m_list;
    Label *m_footer;
    Label *m_counted;
    QList<Source> m_sources;
    QList<Hit> m_hits;
    qsizetype m_found = 0;   ///< more than are shown
};

}
