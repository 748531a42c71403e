// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with the journal and its changes: revert, repeat, verify, export.
#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/state/JournalUndo.h"
#include "ui/panes/changes/ChangeDetails.h"
#include "ui/panes/changes/ChangesPane.h"
#include "ui/panes/changes/ChangesTable.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/NoticeBar.h"

#include <QDir>
#include <QFileDialog>
#include <QLocale>
#include <QMenu>
#include <QStandardPaths>

#include <algorithm>
#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;
using state::Journal;

namespace {

struct ExportFormat {
    Journal::Format format;
    QLatin1StringView suffix;
    const char *filter;
};
constexpr std::array kFormats{ExportFormat{Journal::Format::Json, "jsonl"_L1, QT_TRANSLATE_NOOP("qd::ui::ChangesPane", "JSON lines (*.jsonl)")},
                              ExportFormat{Journal::Format::Cef, "cef"_L1, QT_TRANSLATE_NOOP("qd::ui::ChangesPane", "CEF (*.cef)")},
                              ExportFormat{Journal::Format::Syslog, "log"_L1, QT_TRANSLATE_NOOP("qd::ui::ChangesPane", "Syslog, RFC 5424 (*.log)")}};

}

state::Environment *ChangesPane::environmentOf(const state::JournaledChange &change) const
{
    const auto at = std::find_if(m_context.environments.begin(), m_context.environments.end(),
                                 [&change](const state::Environment *e) { return e->name() == change.cluster; });
    return at == m_context.environments.end() ? nullptr : *at;
}

QString ChangesPane::whyNot(const state::JournaledChange &change, bool back) const
{
    const QString record = back ? state::whyNotRevert(change) : state::whyNotRepeat(change);
    if (!record.isEmpty())
        return record;
    const state::Environment *environment = environmentOf(change);
    if (!environment)
        return tr("%1 is not open in this window: open it first.").arg(change.cluster);
    if (environment->readOnly())
        return tr("%1 is opened read-only: switch to read-write first (Ctrl+Shift+L).").arg(change.cluster);
    if (m_context.operations && m_context.operations->pipeline(change.id))
        return tr("It is still under way: wait until it has ended.");
    return m_context.operations && m_context.catalogue && m_context.journal ? QString() : tr("Nothing can be changed here.");
}

void ChangesPane::revert()
{
    if (const state::ChangePtr change = m_table->current())
        readLive(change, true);
}

void ChangesPane::repeat()
{
    const state::ChangePtr change = m_table->current();
    if (!change)
        return;
    if (whyNot(*change, false).isEmpty() && createAgain(*change))
        return;
    readLive(change, false);
}

/// A creation is repeated in the editor, where it gets a name of its own.
bool ChangesPane::createAgain(const state::JournaledChange &change)
{
    state::Environment *environment = environmentOf(change);
    if (change.edits.size() != 1 || change.edits.first().verb != "create"_L1 || !m_context.changes || !environment)
        return false;
    const network::KindInfo *kind = environment->kinds().find(change.edits.first().resource);
    const Result<QJsonObject> object = state::journaledObject(change.edits.first());
    if (!kind || !object)
        return false;
    const QString text = QString::fromUtf8(m_context.yaml ? m_context.yaml->emitText(*object) : QJsonDocument(*object).toJson());
    m_context.changes->startAction(u"create"_s, {{environment, *kind, nullptr}}, {{u"file"_s, text}}, window());
    return true;
}

/// Every draft is made on the live objects: they are read first, all at once.
void ChangesPane::readLive(const state::ChangePtr &change, bool back)
{
    const QString why = whyNot(*change, back);
    if (!why.isEmpty()) {
        showBar(network::State::Degraded, back ? tr("%1 cannot be reverted.").arg(change->title) : tr("%1 cannot be repeated.").arg(change->title), why);
        return;
    }
    const auto gateway = environmentOf(*change)->gateway();
    m_stop.request_stop();
    m_stop = std::stop_source{};
    struct Reading {
        QList<Result<QJsonObject>> live;
        qsizetype waiting = 0;
    };
    auto reading = std::make_shared<Reading>();
    reading->waiting = change->edits.size();
    for (qsizetype i = 0; i < change->edits.size(); ++i)
        reading->live.append(Error{ErrorKind::Cancelled, {}});
    for (qsizetype i = 0; i < change->edits.size(); ++i) {
        const ObjectId object = change->edits.at(i).object(change->cluster, environmentOf(*change)->kinds());
        whenFinished(gateway->get(object.gvr, object.ns, object.name, m_stop.get_token()), this,
                     [this, reading, change, back, i](const Result<QJsonObject> &live) {
                         reading->live[i] = live;
                         if (--reading->waiting == 0)
                             makeDraft(change, back, reading->live);
                     });
    }
}

void ChangesPane::makeDraft(const state::ChangePtr &change, bool back, const QList<Result<QJsonObject>> &live)
{
    const state::Environment *environment = environmentOf(*change);
    const bool cancelled = std::any_of(live.begin(), live.end(), [](const auto &r) { return !r && r.error().kind == ErrorKind::Cancelled; });
    if (!environment || cancelled)
        return;
    const state::UndoInput input{*change, live, environment->kinds(), *m_context.catalogue,
                                 {environment->name(), environment->info().defaultNamespace, m_context.clock->now(), m_context.yaml}};
    const Result<state::ChangeDraft> draft = back ? state::revertDraft(input) : state::repeatDraft(input);
    if (draft) {
        hideBar();
        m_context.operations->review(*draft);
        return;
    }
    const bool already = draft.error().reason == "NothingToChange"_L1;
    const QString title = already ? draft.error().message
        : back                    ? tr("%1 cannot be reverted.").arg(change->title)
                                  : tr("%1 cannot be repeated.").arg(change->title);
    showBar(already ? network::State::Ready : network::State::Degraded, title, already ? QString() : draft.error().text());
}

void ChangesPane::verify()
{
    if (std::exchange(m_verifying, true))
        return;
    m_verify->setEnabled(false);
    showBar(network::State::Progressing, tr("Checking every record of the journal…"), {})->setDismissable(false);
    whenFinished(m_context.changeLog->verify(), this, [this](const Result<state::JournalCheck> &check) {
        m_verifying = false;
        m_verify->setEnabled(true);
        const QString path = m_context.changeLog->journal()->path();
        if (!check) {
            showBar(network::State::Failed, check.error().message, check.error().remedy);
            return;
        }
        if (check->ok) {
            showBar(network::State::Ready, tr("The journal is whole: %n record(s), every one unbroken.", nullptr, check->records),
                    tr("Checked at %1.").arg(m_context.clock->now().toLocalTime().toString(u"HH:mm:ss"_s)));
            return;
        }
        const QString before = check->brokenLine > 1 ? tr("The records up to %1 are unbroken. ").arg(check->brokenLine - 1) : QString();
        showBar(network::State::Failed, tr("The chain is broken at record %1.").arg(check->brokenLine),
            check->message + u' ' + before
                + tr("Keep a copy of the file as it is and compare it with an earlier export or a backup. New changes go on being recorded behind it."),
            path);
    });
}

void ChangesPane::fillExportMenu()
{
    m_exportMenu->clear();
    const bool filtered = !m_filter->text().isEmpty() || m_problems->isChecked();
    QAction *shown = m_exportMenu->addAction(tr("Shown changes…"));
    // older pages may hold more of them
    const bool waits = filtered && m_context.changeLog->hasOlder();
    shown->setEnabled(filtered && !waits && m_model->counts().shown > 0);
    shown->setToolTip(!filtered ? tr("No filter is set") : waits ? tr("Older changes are being read") : QString());
    m_exportMenu->setToolTipsVisible(true);
    connect(shown, &QAction::triggered, this, [this] { exportRecords(true); });
    connect(m_exportMenu->addAction(tr("Whole journal…")), &QAction::triggered, this, [this] { exportRecords(false); });
}

void ChangesPane::exportRecords(bool shownOnly)
{
    auto *dialog = new QFileDialog(this, shownOnly ? tr("Export the shown changes") : tr("Export the journal"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    QStringList filters;
    for (const ExportFormat &format : kFormats)
        filters.append(QCoreApplication::translate("qd::ui::ChangesPane", format.filter));
    dialog->setNameFilters(filters);
    const QString folder = m_context.settings->value(u"changes/exportFolder"_s, QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)).toString();
    if (QDir(folder).exists())
        dialog->setDirectory(folder);
    dialog->setDefaultSuffix(kFormats.front().suffix);
    dialog->selectFile(u"quarterdeck-changes-%1.jsonl"_s.arg(m_context.clock->now().toUTC().toString(u"yyyyMMdd-HHmm"_s)));
    const auto chosen = [filters](const QString &filter) { return kFormats.at(size_t(std::max<qsizetype>(0, filters.indexOf(filter)))); };
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, chosen](const QString &filter) {
        const QString suffix = chosen(filter).suffix;
        dialog->setDefaultSuffix(suffix);
        const QStringList files = dialog->selectedFiles();
        if (!files.isEmpty())
            dialog->selectFile(QFileInfo(files.first()).completeBaseName() + u'.' + suffix);
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, chosen, shownOnly](const QString &file) {
        m_context.settings->setValue(u"changes/exportFolder"_s, QFileInfo(file).absolutePath());
        exportTo(file, chosen(dialog->selectedNameFilter()).format, shownOnly);
    });
    dialog->open();
}

void ChangesPane::exportTo(const QString &file, Journal::Format format, bool shownOnly)
{
    const auto only = shownOnly ? std::optional(m_model->shownIds()) : std::nullopt;
    whenFinished(m_context.changeLog->exportTo(file, format, only), this, [this, file](const Result<int> &records) {
        if (!records) {
            showBar(network::State::Failed, records.error().message, records.error().remedy);
            return;
        }
        showBar(network::State::Ready, tr("%n record(s) exported.", nullptr, *records), file, file);
    });
}

}
