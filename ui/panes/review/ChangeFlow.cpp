// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ChangeFlow.h"

#include "models/core/Async.h"
#include "ui/panes/review/ActionDialog.h"
#include "ui/panes/review/EditYamlDialog.h"

#include <QMetaMethod>

namespace qd::ui {

using namespace Qt::StringLiterals;

ChangeFlow::ChangeFlow(const state::ActionCatalogue *catalogue, const Clock *clock, QWidget *window)
    : QObject(window), m_catalogue(catalogue), m_clock(clock), m_window(window)
{
}

void ChangeFlow::hold(QDialog *dialog)
{
    m_dialog = dialog;
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QObject::destroyed, this, &ChangeFlow::busyChanged, Qt::QueuedConnection);
    Q_EMIT busyChanged();
}

void ChangeFlow::run(const QString &actionId, const network::KindInfo &kind, const ObjectId &object, const ReviewContext &context,
                     const QMap<QString, QString> &values)
{
    if (busy())
        return;
    m_reading = true;
    Q_EMIT busyChanged();
    whenFinished(context.environment.gateway->get(object.gvr, object.ns, object.name), this,
                 [this, actionId, kind, object, context, values](const Result<QJsonObject> &live) {
                     m_reading = false;
                     Q_EMIT busyChanged();
                     if (!live) {
                         Q_EMIT failed(live.error());
                         return;
                     }
                     ask(actionId, kind, *live, context, values, object.ns);
                 });
}

void ChangeFlow::create(const network::KindInfo &kind, const QString &ns, const QString &text, const ReviewContext &context)
{
    if (!busy())
        ask(u"create"_s, kind, {}, context, {{u"file"_s, text}}, ns);
}

void ChangeFlow::ask(const QString &actionId, const network::KindInfo &kind, const QJsonObject &live, const ReviewContext &context,
                     const QMap<QString, QString> &values, const QString &ns)
{
    const QList<state::ActionInfo> actions = m_catalogue->forKind(kind);
    const auto action = std::find_if(actions.begin(), actions.end(), [&actionId](const state::ActionInfo &a) { return a.id == actionId; });
    if (action == actions.end()) {
        Q_EMIT failed({ErrorKind::Unsupported, tr("%1 has no action %2.").arg(kind.kind, actionId)});
        return;
    }
    const state::DraftContext drafting{context.environment.gateway->cluster(), ns, m_clock->now(), context.yaml, context.environment.user};
    const auto ready = [this, context](const state::ChangeDraft &draft) { review(draft, context); };
    if (actionId == "edit"_L1 || actionId == "create"_L1)
        return edit({kind, live, drafting, values.value(u"file"_s), {}}, context);
    const bool complete = std::all_of(action->params.begin(), action->params.end(),
                                      [&values](const state::ActionParam &p) { return !p.required || values.contains(p.name); });
    if (complete && (action->params.isEmpty() || !values.isEmpty())) {
        const Result<state::ChangeDraft> draft = m_catalogue->buildDraft(actionId, kind, live, values, drafting);
        if (draft)
            review(*draft, context);
        else
            Q_EMIT failed(draft.error());
        return;
    }
    auto *dialog = new ActionDialog(m_catalogue, *action, {kind, live, drafting, context.markId}, m_window);
    for (auto it = values.begin(); it != values.end(); ++it)
        dialog->setValue(it.key(), it.value());
    connect(dialog, &ActionDialog::draftReady, this, ready);
    hold(dialog);
    dialog->open();
}

/// What was typed is not lost with the review of it: whoever leaves that without a change is in the editor again.
void ChangeFlow::edit(const EditYamlDialog::Subject &subject, const ReviewContext &context)
{
    auto *dialog = new EditYamlDialog(m_catalogue, context, subject, m_window);
    connect(dialog, &EditYamlDialog::draftReady, this, [this, subject, context, dialog](const state::ChangeDraft &draft) {
        EditYamlDialog::Subject again = subject;
        again.typed = dialog->editor()->toPlainText();
        ReviewContext from = context;
        from.fromEditor = true;
        ReviewDialog *made = review(draft, from);
        connect(made, &QDialog::finished, this, [this, made, again, context] {
            if (made->leadsBack())
                QMetaObject::invokeMethod(this, [this, again, context] { edit(again, context); }, Qt::QueuedConnection);
        }, Qt::SingleShotConnection);
    });
    hold(dialog);
    dialog->open();
}

void ChangeFlow::askOnce(const std::shared_ptr<const state::BulkDrafts> &bulk, const QMap<QString, QString> &values,
                         const state::DraftContext &drafting, const QString &markId)
{
    if (busy())
        return;
    const Result<state::ActionInfo> action = bulk->action();
    if (!action) {
        Q_EMIT failed(action.error());
        return;
    }
    const bool complete = std::all_of(action->params.begin(), action->params.end(),
                                      [&values](const state::ActionParam &p) { return !p.required || values.contains(p.name); });
    if (complete && (action->params.isEmpty() || !values.isEmpty())) {
        const Result<QList<state::ChangeDraft>> drafts = bulk->build(values, drafting);
        drafts ? Q_EMIT draftsReady(*drafts) : Q_EMIT failed(drafts.error());
        return;
    }
    ActionDialog::Subject subject{bulk->objects().first().kind, {}, drafting, markId, bulk};
    auto *dialog = new ActionDialog(m_catalogue, *action, std::move(subject), m_window);
    for (auto it = values.begin(); it != values.end(); ++it)
        dialog->setValue(it.key(), it.value());
    connect(dialog, &ActionDialog::draftsReady, this, &ChangeFlow::draftsReady);
    hold(dialog);
    dialog->open();
}

ReviewDialog *ChangeFlow::review(const state::ChangeDraft &draft, const ReviewContext &context)
{
    m_confirmed = false;
    ReviewContext guarded = context;
    if (guarded.productionFor && guarded.productionFor(draft))
        guarded.environment.production = true;
    auto *dialog = new ReviewDialog(std::move(guarded), m_window);
    connect(dialog, &ReviewDialog::confirmed, this, [this] { m_confirmed = true; });
    connect(dialog, &ReviewDialog::ended, this, &ChangeFlow::ended);
    if (isSignalConnected(QMetaMethod::fromSignal(&ChangeFlow::draftKept)))
        connect(dialog, &ReviewDialog::draftKept, this, &ChangeFlow::draftKept);
    hold(dialog);
    dialog->begin(draft);
    return dialog;
}

}
