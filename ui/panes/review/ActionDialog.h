// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/BulkDrafts.h"
#include "ui/panes/review/DialogFrame.h"

#include <memory>
#include <optional>

class QPushButton;

namespace qd::ui {

class FormField;
class NoticeBar;

/// Asks for the parameters of one action on one object: label above, help below, checked on leaving and at Review; fields
/// start with what stands there now, selected. Several objects are asked for once. Ends in draftReady() (several objects:
/// draftsReady(), one for each cluster), which the review dialog takes up; nothing is sent.
class ActionDialog : public DialogFrame {
    Q_OBJECT
public:
    struct Subject {
        network::KindInfo kind;
        QJsonObject live;              ///< empty for create
        state::DraftContext context;
        QString markId = {};
        std::shared_ptr<const state::BulkDrafts> bulk = {};   ///< several objects; kind and live are not looked at then
    };
    ActionDialog(const state::ActionCatalogue *catalogue, const state::ActionInfo &action, Subject subject, QWidget *parent);
    void setValue(const QString &parameter, const QString &value);
    [[nodiscard]] QMap<QString, QString> values() const;

Q_SIGNALS:
    void draftReady(const qd::state::ChangeDraft &draft);
    void draftsReady(const QList<qd::state::ChangeDraft> &drafts);

private:
    struct Field {
        state::ActionParam param;
        FormField *field = nullptr;
        QString refused = {};   ///< the text its error is about, when it was found only at Review
    };
    QWidget *makeEditor(const state::ActionParam &param);
    [[nodiscard]] static QString textOf(const Field &field);
    [[nodiscard]] static QString problemOf(const Field &field);
    void check(int index);
    /// Fields nobody typed into show what the object has now, of the component chosen.
    void showCurrent();
    void finish();
    [[nodiscard]] std::optional<Error> hand();
    void showError(const Error &error);
    const state::ActionCatalogue *m_catalogue;
    state::ActionInfo m_action;
    Subject m_subject;
    QList<Field> m_fields;
    NoticeBar *m_error;
    QPushButton *m_next;
};

}
