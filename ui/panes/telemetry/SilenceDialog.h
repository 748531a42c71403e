// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panes/telemetry/SilenceFrame.h"

class QButtonGroup;
class QComboBox;
class QDateTimeEdit;
class QPlainTextEdit;

namespace qd::ui {

class Label;
class MatcherEditor;

/// Makes a silence, or changes one: matchers with what they match now, until when, why, and by whom.
class SilenceDialog : public SilenceFrame {
    Q_OBJECT
public:
    struct Start {
        QString cluster;
        ports::Silence silence = {};                    ///< matchers and comment are what is shown at first
        std::optional<ports::Silence> before = {};      ///< the one that is changed
        QStringList clusters = {};                      ///< several: the person chooses; `cluster` may be empty until then
    };
    SilenceDialog(items::AlertsSession *session, const Start &start, QWidget *parent);
    /// Opens it for one alert, or for several at once (what their labels have in common).
    [[nodiscard]] static SilenceDialog *openFor(items::AlertsSession *session, const QList<items::Alert> &alerts, QWidget *parent);
    /// Opens it for a silence that is to last longer.
    [[nodiscard]] static SilenceDialog *openExtend(items::AlertsSession *session, const items::SilenceLine &line, QWidget *parent);
    [[nodiscard]] MatcherEditor *matchers() const { return m_matchers; }
    /// Null: it is not for the person to choose.
    [[nodiscard]] QComboBox *clusterChoice() const { return m_choice; }
    [[nodiscard]] QDateTimeEdit *untilEdit() const { return m_until; }
    [[nodiscard]] QString matchText() const;
    /// As it would be written now.
    [[nodiscard]] ports::Silence silence() const;
    void setComment(const QString &comment);
    /// Presets in minutes; 0: the time in the field.
    void choose(int minutes);
    void setUntil(const QDateTime &until);

protected:
    void showAll() override;
    void showError(const Error &error) override;
    [[nodiscard]] QString missing() const override;
    void write(const items::SilenceWriter::Then &then) override;

private:
    void build();
    QWidget *buildChoice(QWidget *content);
    QWidget *buildTimes();
    void chooseCluster(const QString &cluster);
    void showAuthor();
    void showMatches();
    void showUntil();
    Start m_start;
    QComboBox *m_choice = nullptr;
    MatcherEditor *m_matchers;
    Label *m_matches = nullptr;
    QButtonGroup *m_presets = nullptr;
    QDateTimeEdit *m_until = nullptr;
    FormField *m_untilField = nullptr;
    QPlainTextEdit *m_comment = nullptr;
    FormField *m_commentField = nullptr;
    QLineEdit *m_author = nullptr;
    FormField *m_authorField = nullptr;
    int m_minutes = 120;
    int m_matching = 0;
};

}
