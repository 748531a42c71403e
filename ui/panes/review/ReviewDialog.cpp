// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ReviewDialog.h"

#include "models/state/Operations.h"
#include "ui/panes/review/ConflictDialog.h"
#include "ui/panes/review/ReviewPages.h"
#include "ui/panes/review/ReviewSide.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StepBar.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMetaMethod>
#include <QSaveFile>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;
using state::ChangeOutcome;
using state::ChangePipeline;

namespace {

State stateOf(ChangePipeline::StepState state)
{
    switch (state) {
    case ChangePipeline::StepState::Running: return State::Progressing;
    case ChangePipeline::StepState::Waiting: return State::Waiting;
    case ChangePipeline::StepState::Done: return State::Ready;
    case ChangePipeline::StepState::Failed: return State::Failed;
    case ChangePipeline::StepState::NotBegun: break;
    }
    return State::NotBegun;
}

bool destroys(const state::ChangeDraft &draft)
{
    return draft.danger == state::Danger::Destructive
        || std::any_of(draft.edits.begin(), draft.edits.end(), [](const state::Edit &e) { return e.verb == ports::Verb::Delete; });
}

QString contextOf(const state::ChangeDraft &draft, const QString &cluster)
{
    const bool one = !draft.edits.isEmpty() && std::all_of(draft.edits.begin(), draft.edits.end(), [&draft](const state::Edit &e) {
        return e.object.gvr == draft.edits.first().object.gvr && e.object.ns == draft.edits.first().object.ns
            && e.object.name == draft.edits.first().object.name;
    });
    if (!one)
        return cluster;
    const state::Edit &edit = draft.edits.first();
    return edit.object.ns.isEmpty() ? ReviewDialog::tr("%1, %2").arg(edit.kind, cluster)
                                    : ReviewDialog::tr("%1, namespace %2, %3").arg(edit.kind, edit.object.ns, cluster);
}

}

ReviewDialog::ReviewDialog(ReviewContext context, QWidget *parent)
    : DialogFrame(parent), m_context(std::move(context)), m_steps(new StepBar(this)), m_notice(new NoticeBar(State::Failed, {}, {}, this)),
      m_pages(new ReviewPages(m_context.yaml, m_context.environment.gateway->cluster(), this)), m_side(new ReviewSide(this)),
      m_copy(makeButton(tr("Copy as kubectl"), ButtonKind::Normal, u"terminal"_s, this)), m_save(makeButton(tr("Save draft"), ButtonKind::Normal, {}, this)),
      m_cancel(makeButton(tr("Cancel"), ButtonKind::Normal, {}, this)), m_rest(makeButton({}, ButtonKind::Primary, {}, this)),
      m_confirm(makeButton({}, ButtonKind::Primary, {}, this))
{
    setWishedSize({1090, 664});
    setMinimumSize(720, 440);
    body()->addWidget(m_steps);
    m_notice->hide();
    body()->addWidget(m_notice);
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_pages, 1);
    row->addWidget(new Hairline(Qt::Vertical, this));
    row->addWidget(m_side);
    body()->addLayout(row, 1);
    buildFooter();
    connect(m_side, &ReviewSide::edited, this, &ReviewDialog::refresh);
    connect(m_side, &ReviewSide::copyForGitWanted, this, &ReviewDialog::copyForGit);
    connect(m_side, &ReviewSide::saveForGitWanted, this, &ReviewDialog::saveForGit);
    connect(m_side, &ReviewSide::pauseWanted, this, &ReviewDialog::pauseSelfHeal);
    for (QLineEdit *edit : {m_side->reason(), m_side->typed()}) {
        connect(edit, &QLineEdit::returnPressed, this, [this] {
            if (m_confirm->isEnabled() && m_confirm->isVisible())
                m_confirm->click();
        });
    }
}

ReviewDialog::~ReviewDialog()
{
    m_argoStop.request_stop();
    dropPipeline();
}

void ReviewDialog::buildFooter()
{
    footerLeft()->addWidget(m_copy);
    footerLeft()->addWidget(m_save);
    footerRight()->addWidget(m_cancel);
    footerRight()->addWidget(m_rest);
    footerRight()->addWidget(m_confirm);
    m_rest->setObjectName(u"rest"_s);
    m_rest->hide();
    connect(m_rest, &QPushButton::clicked, this, [this] {
        m_draft = m_left;
        m_side->typed()->clear();
        present();
        startPipeline();
    });
    m_cancel->setObjectName(u"cancel"_s);
    m_confirm->setObjectName(u"confirm"_s);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_pages->kubectl());
        footerText()->setText(tr("Copied"));
    });
    connect(m_save, &QPushButton::clicked, this, [this] {
        keep();
        reject();
    });
    connect(m_cancel, &QPushButton::clicked, this, &ReviewDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, &ReviewDialog::confirm);
}

void ReviewDialog::begin(const state::ChangeDraft &draft)
{
    m_draft = draft;
    present();
    m_save->setVisible(isSignalConnected(QMetaMethod::fromSignal(&ReviewDialog::draftKept)));
    startPipeline();
    open();
}

void ReviewDialog::present()
{
    const state::ChangeDraft &draft = m_draft;
    setHeading(draft.title, m_context.markId, contextOf(draft, m_context.environment.gateway->cluster()));
    m_confirm->setText(draft.verbText.isEmpty() ? draft.title : draft.verbText);
    setButtonKind(m_confirm, destroys(draft)                    ? ButtonKind::Danger
                             : m_context.environment.production ? ButtonKind::Production
                                                                : ButtonKind::Primary);
}

void ReviewDialog::startPipeline()
{
    dropPipeline();
    m_failed = false;
    m_rest->hide();
    m_notice->hide();
    if (m_context.readOnlyNow)
        m_context.environment.readOnly = m_context.readOnlyNow();
    m_own = std::make_unique<ChangePipeline>(m_context.environment);
    m_pipeline = m_own.get();
    connect(m_pipeline, &ChangePipeline::stepChanged, this, [this] {
        showSteps();
        refresh();
    });
    connect(m_pipeline, &ChangePipeline::reviewChanged, this, &ReviewDialog::showReview);
    connect(m_pipeline, &ChangePipeline::confirmationNeeded, this, [this] {
        refresh();
        focusFirst();
    });
    connect(m_pipeline, &ChangePipeline::conflictsFound, this, &ReviewDialog::chooseConflicts, Qt::QueuedConnection);
    connect(m_pipeline, &ChangePipeline::progress, this, [this](const QString &text) {
        m_notice->setState(State::Progressing);
        m_notice->setTexts(text);
        m_notice->show();
    });
    connect(m_pipeline, &ChangePipeline::outcomesChanged, this, [this] {
        if (m_pipeline)
            m_pages->setOutcomes(m_pipeline->review(), m_pipeline->isFinished());
    });
    connect(m_pipeline, &ChangePipeline::finished, this, &ReviewDialog::showOutcome);
    m_pipeline->start(m_draft, m_context.options);
    showReview();
    showSteps();
    refresh();
}

void ReviewDialog::dropPipeline()
{
    if (!m_own)
        return;
    m_own->disconnect(this);
    if (!m_own->isFinished())
        m_own->cancel();
    m_own.release()->deleteLater();   // we may be in one of its signals
    m_pipeline = nullptr;
}

void ReviewDialog::showReview()
{
    if (!m_pipeline)
        return;
    m_pages->setReview(m_pipeline->review(), m_pipeline->isFinished());
    m_side->setReview(m_pipeline->review());
    askArgo();
    refresh();
}

void ReviewDialog::showSteps()
{
    if (!m_pipeline)
        return;
    QList<StepBar::Step> steps;
    for (int i = 0; i < ChangePipeline::kSteps; ++i) {
        const auto step = static_cast<ChangePipeline::Step>(i);
        steps.append({m_pipeline->stepText(step), stateOf(m_pipeline->stepState(step)), step == m_pipeline->step()});
    }
    m_steps->setSteps(steps);
}

QString ReviewDialog::missing() const
{
    if (!m_pipeline || m_pipeline->isFinished())
        return {};
    switch (m_pipeline->step()) {
    case ChangePipeline::Step::Allowed: return tr("Asking whether you may do this");
    case ChangePipeline::Step::Rebase:
        return m_pipeline->stepState(ChangePipeline::Step::Rebase) == ChangePipeline::StepState::Waiting
            ? tr("Fields are not decided") : tr("Reading the object as it is now");
    case ChangePipeline::Step::Preview: return tr("Waiting for the server's preview");
    case ChangePipeline::Step::Review: return m_side->missing();
    case ChangePipeline::Step::Apply: return tr("Being applied");
    case ChangePipeline::Step::Follow: return tr("Applied, may be closed");
    }
    return {};
}

void ReviewDialog::refresh()
{
    const bool over = !m_pipeline || m_pipeline->isFinished();
    const bool waits = !over && m_pipeline->step() == ChangePipeline::Step::Review
        && m_pipeline->stepState(ChangePipeline::Step::Review) == ChangePipeline::StepState::Waiting;
    const QString text = missing();
    footerText()->setText(text);
    if (m_failed) {
        m_confirm->setEnabled(true);
    } else {
        m_confirm->setEnabled(waits && text.isEmpty());
        m_confirm->setToolTip(text);
    }
    const bool following = !over && m_pipeline->step() == ChangePipeline::Step::Follow;
    m_cancel->setText(leadsBack() ? tr("Back to the editor") : over || following ? tr("Close") : tr("Cancel"));
    m_confirm->setVisible(m_failed || (!over && !following));
    m_side->setEditable(waits);
}

void ReviewDialog::confirm()
{
    if (m_failed) {
        startPipeline();
        return;
    }
    if (!m_pipeline)
        return;
    if (m_context.readOnlyNow && m_context.readOnlyNow()) {
        footerText()->setText(tr("Nothing was sent: the environment is read-only now."));
        return;
    }
    m_sent = true;   // before its steps are told
    const QString refusal = m_pipeline->confirm(m_side->reason()->text().trimmed(), m_side->typed()->text());
    if (!refusal.isEmpty()) {
        m_sent = false;
        footerText()->setText(refusal);
        return;
    }
    m_draft.reason = m_side->reason()->text().trimmed();
    if (m_own && m_context.operations)
        m_context.operations->add(std::move(m_own));
    Q_EMIT confirmed();
    m_cancel->setFocus();
}

void ReviewDialog::keep()
{
    state::ChangeDraft draft = m_draft;
    if (const QString reason = m_side->reason()->text().trimmed(); !reason.isEmpty())
        draft.reason = reason;
    m_kept = true;
    Q_EMIT draftKept(draft);
    refresh();
}

/// Once for each owner, and again after its self-heal was paused from here.
void ReviewDialog::askArgo()
{
    const state::Review &review = m_pipeline->review();
    const QString owner = review.argo.owned() ? QString(review.argo.ns + u'/' + review.argo.application) : QString();
    if (owner == m_argoAsked || review.edits.isEmpty())
        return;
    m_argoAsked = owner;
    m_argoStop.request_stop();
    m_argoStop = std::stop_source{};
    if (owner.isEmpty())
        return;
    readArgoApplication(m_context.environment.gateway, review.argo, review.edits.at(review.argoEdit).edit, this, m_argoStop.get_token(),
                        [this](const state::ArgoApplication &application) {
                            m_argo = application;
                            m_side->setArgo(application);
                        });
}

void ReviewDialog::copyForGit()
{
    const QString text = m_pages->textForGit();
    QGuiApplication::clipboard()->setText(text);
    footerText()->setText(text.contains("***"_L1) ? tr("Copied; the values of secrets are left out") : tr("Copied as YAML"));
}

void ReviewDialog::saveForGit()
{
    const QString name = m_draft.objectCount() == 1 ? m_draft.objectText() : m_draft.title;
    auto *dialog = new QFileDialog(this, tr("Save YAML for Git"), QString(name).replace(u' ', u'-').toLower() + u".yaml"_s, tr("YAML (*.yaml *.yml)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"yaml"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this, text = m_pages->textForGit()](const QString &path) {
        QSaveFile file(path);
        const bool saved = file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0 && file.commit();
        footerText()->setText(saved ? tr("Saved as %1").arg(path) : tr("%1 could not be written: %2").arg(path, file.errorString()));
    });
    dialog->open();
}

/// Several objects, and not all of them were changed: what is left is a new change, without what the server refuses.
void ReviewDialog::offerRest(const ChangeOutcome &outcome)
{
    m_left = m_pipeline ? m_pipeline->rest() : state::ChangeDraft();
    const int left = m_left.objectCount(), all = m_draft.objectCount();
    const bool good = outcome.kind == ChangeOutcome::Kind::Settled || outcome.kind == ChangeOutcome::Kind::DryRun;
    const bool offered = !good && all > 1 && left > 0 && (outcome.editsApplied > 0 || left < all);
    m_rest->setVisible(offered);
    if (!offered)
        return;
    m_left.reason = m_side->reason()->text().trimmed();
    m_rest->setText(outcome.editsApplied > 0 ? tr("Review the other %1…").arg(left) : tr("Leave out %1, review %2…").arg(all - left).arg(left));
}

/// A change of its own, on the Application, reviewed over this one; this one waits below.
void ReviewDialog::pauseSelfHeal()
{
    if (m_argo.way != state::ArgoApplication::Way::Heals || !m_argo.mayPause)
        return;
    auto *dialog = new ReviewDialog(m_context, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWishedSize({980, 560});
    connect(dialog, &ReviewDialog::ended, this, [this] {
        m_argoAsked.clear();
        if (m_pipeline)
            askArgo();
    });
    dialog->begin(state::pauseSelfHeal(m_argo));
}

void ReviewDialog::chooseConflicts()
{
    if (!m_pipeline || m_pipeline->step() != ChangePipeline::Step::Rebase || m_closing)
        return;
    auto *chooser = new ConflictDialog(m_context, m_draft, m_pipeline->review(), this);
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setDraftsOffered(isSignalConnected(QMetaMethod::fromSignal(&ReviewDialog::draftKept)));
    connect(chooser, &ConflictDialog::decided, this, [this](const QMap<QString, state::MergeChoice> &choices) {
        if (m_pipeline)
            m_pipeline->resolve(choices);
    });
    connect(chooser, &ConflictDialog::draftKept, this, [this] {
        keep();
        reject();
    });
    connect(chooser, &QDialog::rejected, this, &ReviewDialog::reject);
    chooser->open();
}

void ReviewDialog::showOutcome(const ChangeOutcome &outcome)
{
    showSteps();
    m_failed = false;
    if (outcome.kind == ChangeOutcome::Kind::Cancelled) {
        m_sent = outcome.editsApplied > 0;
        m_closing = true;
        QDialog::reject();
        Q_EMIT ended(outcome);
        return;
    }
    const bool good = outcome.kind == ChangeOutcome::Kind::Settled || outcome.kind == ChangeOutcome::Kind::Applied
        || outcome.kind == ChangeOutcome::Kind::DryRun;
    const bool slow = outcome.kind == ChangeOutcome::Kind::Timeout;
    m_notice->setState(good ? State::Ready : slow ? State::Degraded : State::Failed);
    QStringList detail;
    if (!good) {
        for (const QString &part : {outcome.error.remedy, outcome.error.detail}) {
            if (!part.isEmpty() && part != outcome.message)
                detail.append(part);
        }
    }
    m_notice->setTexts(outcome.message, detail.join(u' '));
    m_notice->show();
    // Nothing was applied: the same draft may be tried again from the start.
    m_failed = !good && !slow && outcome.editsApplied == 0;
    if (m_failed) {
        m_sent = false;
        m_confirm->setText(tr("Try again"));
        setButtonKind(m_confirm, ButtonKind::Normal);
    }
    if (m_pipeline)
        m_pages->setOutcomes(m_pipeline->review(), true);
    offerRest(outcome);
    refresh();
    m_cancel->setFocus();
    Q_EMIT ended(outcome);
}

void ReviewDialog::focusFirst()
{
    setButtonKind(m_confirm, destroys(m_draft)                    ? ButtonKind::Danger
                             : m_context.environment.production ? ButtonKind::Production
                                                                : ButtonKind::Primary);
    m_confirm->setText(m_draft.verbText.isEmpty() ? m_draft.title : m_draft.verbText);
    if (m_pipeline && m_pipeline->review().needsTypedName)
        m_side->typed()->setFocus(Qt::OtherFocusReason);
    else
        m_cancel->setFocus(Qt::OtherFocusReason);
}

void ReviewDialog::showEvent(QShowEvent *event)
{
    DialogFrame::showEvent(event);
    if (!m_pipeline || m_pipeline->step() != ChangePipeline::Step::Review)
        m_cancel->setFocus(Qt::OtherFocusReason);
}

void ReviewDialog::reject()
{
    if (m_closing)
        return;
    const bool running = m_pipeline && !m_pipeline->isFinished();
    if (running && m_pipeline->step() == ChangePipeline::Step::Apply) {
        m_pipeline->cancel();   // the request under way is read back; the outcome says what was done
        return;
    }
    m_closing = true;
    if (running && m_own)
        m_own->cancel();
    else if (running && m_pipeline->step() != ChangePipeline::Step::Follow)
        m_pipeline->cancel();
    QDialog::reject();
}

}
