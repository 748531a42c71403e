// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/BulkDrafts.h"
#include "ui/panes/review/EditYamlDialog.h"
#include "ui/panes/review/ReviewDialog.h"

#include <QObject>

namespace qd::ui {

/// From a verb to the settled change, for whoever offers verbs (details, tables, palette): asks for parameters where the
/// action has any, edits YAML, and always ends in the review dialog. The live object is read first, with managedFields
/// (architecture.md: every draft GETs the live object). One flow at a time over one window. GUI thread.
class ChangeFlow : public QObject {
    Q_OBJECT
public:
    ChangeFlow(const state::ActionCatalogue *catalogue, const Clock *clock, QWidget *window);
    /// Reads the object, asks, reviews. `values` presets parameters; with all required ones given nothing is asked.
    void run(const QString &actionId, const network::KindInfo &kind, const ObjectId &object, const ReviewContext &context,
             const QMap<QString, QString> &values = {});
    /// A new object: YAML from `text`.
    void create(const network::KindInfo &kind, const QString &ns, const QString &text, const ReviewContext &context);
    /// The verb on several objects that were read: asks once where there are parameters. draftsReady() hands over a draft
    /// for each cluster; reviewing them, one after the other, is up to the caller.
    void askOnce(const std::shared_ptr<const state::BulkDrafts> &bulk, const QMap<QString, QString> &values,
                 const state::DraftContext &drafting, const QString &markId);
    /// A draft made elsewhere (retry of an operation, a saved draft).
    ReviewDialog *review(const state::ChangeDraft &draft, const ReviewContext &context);
    /// Whether the last review was confirmed.
    [[nodiscard]] bool confirmed() const { return m_confirmed; }
    /// The dialog somebody is in; null: none.
    [[nodiscard]] QDialog *dialog() const { return m_dialog && m_dialog->isVisible() ? m_dialog.data() : nullptr; }
    [[nodiscard]] bool busy() const { return m_dialog || m_reading; }

Q_SIGNALS:
    /// Before any dialog could open: the object could not be read, or there is nothing to do.
    void failed(const qd::Error &error);
    void ended(const qd::state::ChangeOutcome &outcome);
    void draftsReady(const QList<qd::state::ChangeDraft> &drafts);
    void draftKept(const qd::state::ChangeDraft &draft);
    void busyChanged();

private:
    void ask(const QString &actionId, const network::KindInfo &kind, const QJsonObject &live, const ReviewContext &context,
             const QMap<QString, QString> &values, const QString &ns);
    void edit(const EditYamlDialog::Subject &subject, const ReviewContext &context);
    void hold(QDialog *dialog);
    const state::ActionCatalogue *m_catalogue;
    const Clock *m_clock;
    QPointer<QWidget> m_window;
    QPointer<QDialog> m_dialog;
    bool m_reading = false;
    bool m_confirmed = false;
};

}
