// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertsSession.h"
#include "ui/panes/review/DialogFrame.h"

class QButtonGroup;
class QDateTimeEdit;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace qd::ui {

class FormField;
class Label;
class MatcherEditor;
class NoticeBar;

/// Makes a silence, or changes one: matchers with what they match now, until when, why, and by whom. Writes through the session, once;
/// a failure stays in the dialog.
class SilenceDialog : public DialogFrame {
    Q_OBJECT
public:
    struct Start {
        QString cluster;
        ports::Silence silence = {};                    ///< matchers and comment are what is shown at first
        std::optional<ports::Silence> before = {};      ///< the one that is changed
    };
    SilenceDialog(items::AlertsSession *session, const Start &start, QWidget *parent);
    /// Opens it for one alert, or for several at once (what their labels have in common).
    [[nodiscard]] static SilenceDialog *openFor(items::AlertsSession *session, const QList<items::Alert> &alerts, QWidget *parent);
    /// Opens it for a silence that is to last longer.
    [[nodiscard]] static SilenceDialog *openExtend(items::AlertsSession *session, const items::SilenceLine &line, QWidget *parent);
    [[nodiscard]] MatcherEditor *matchers() const { return m_matchers; }
    [[nodiscard]] QPushButton *confirmButton() const { return m_confirm; }
    /// Where the name of a production environment is typed; null elsewhere.
    [[nodiscard]] QLineEdit *typedName() const { return m_typed; }
    [[nodiscard]] QDateTimeEdit *untilEdit() const { return m_until; }
    [[nodiscard]] QString matchText() const;
    /// As it would be written now.
    [[nodiscard]] ports::Silence silence() const;
    void setComment(const QString &comment);
    /// Presets in minutes; 0: the time in the field.
    void choose(int minutes);
    void setUntil(const QDateTime &until);
    void confirm();

Q_SIGNALS:
    void silenced(const QString &cluster, const qd::ports::Silence &silence);

private:
    void build();
    QWidget *buildTimes();
    void buildFooter();
    void update();
    void showMatches();
    void showUntil();
    void showError(const Error &error);
    items::AlertsSession *m_session;
    Start m_start;
    NoticeBar *m_notice;
    MatcherEditor *m_matchers;
    Label *m_matches = nullptr;
    QButtonGroup *m_presets = nullptr;
    QDateTimeEdit *m_until = nullptr;
    FormField *m_untilField = nullptr;
    QPlainTextEdit *m_comment = nullptr;
    FormField *m_commentField = nullptr;
    QLineEdit *m_author = nullptr;
    FormField *m_authorField = nullptr;
    QLineEdit *m_typed = nullptr;       ///< production only
    QPushButton *m_confirm;
    int m_minutes = 120;
    int m_matching = 0;
    bool m_writing = false;
};

}
