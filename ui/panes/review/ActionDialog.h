// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ActionCatalogue.h"
#include "ui/panes/review/DialogFrame.h"

class QPushButton;

namespace qd::ui {

class FormField;
class NoticeBar;

/// Asks for the parameters of one action on one object: label above, help below, checked on leaving and at Review; fields
/// start with what stands there now, selected. Ends in draftReady(), which the review dialog takes up; nothing is sent.
class ActionDialog : public DialogFrame {
    Q_OBJECT
public:
    struct Subject {
        network::KindInfo kind;
        QJsonObject live;              ///< empty for create
        state::DraftContext context;
        QString markId = {};
    };
    ActionDialog(const state::ActionCatalogue *catalogue, const state::ActionInfo &action, Subject subject, QWidget *parent);
    void setValue(const QString &parameter, const QString &value);
    [[nodiscard]] QMap<QString, QString> values() const;

Q_SIGNALS:
    void draftReady(const qd::state::ChangeDraft &draft);

private:
    struct Field {
        state::ActionParam param;
        FormField *field = nullptr;
    };
    QWidget *makeEditor(const state::ActionParam &param);
    [[nodiscard]] static QString textOf(const Field &field);
    [[nodiscard]] static QString problemOf(const Field &field);
    void check(int index);
    /// Fields nobody typed into show what the object has now, of the component chosen.
    void showCurrent();
    void finish();
    void showError(const Error &error);
    const state::ActionCatalogue *m_catalogue;
    state::ActionInfo m_action;
    Subject m_subject;
    QList<Field> m_fields;
    NoticeBar *m_error;
    QPushButton *m_next;
};

}
