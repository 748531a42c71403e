// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/EditYamlDialog.h"

#include "models/core/Async.h"
#include "models/core/Json.h"
#include "models/state/JsonDiff.h"
#include "models/state/SchemaHints.h"
#include "ui/panes/review/EditSide.h"
#include "ui/panes/review/GitCompareDialog.h"
#include "ui/panes/review/ReviewTexts.h"
#include "ui/panes/review/YamlHints.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QHBoxLayout>
#include <QRegularExpression>
#include <QTextBlock>
#include <QTimer>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPauseMs = 700;

/// "line 12, column 3" in a reader's message.
int lineIn(const Error &error)
{
    static const QRegularExpression line(u"line (\\d+)"_s, QRegularExpression::CaseInsensitiveOption);
    for (const QString &text : {error.message, error.detail}) {
        const QRegularExpressionMatch match = line.match(text);
        if (match.hasMatch())
            return match.captured(1).toInt();
    }
    return 1;
}

}

EditYamlDialog::EditYamlDialog(const state::ActionCatalogue *catalogue, const ReviewContext &review, Subject subject, QWidget *parent)
    : DialogFrame(parent), m_catalogue(catalogue), m_review(review), m_subject(std::move(subject)), m_editor(new YamlView(this)),
      m_list(new ProblemList(this)), m_changed(new ChangedFields(this)), m_base(new ElidedLabel({}, Type::Caption, Token::Text2, Qt::ElideRight, this)),
      m_count(new Label({}, Type::CaptionStrong, Token::Text, this)), m_state(new ElidedLabel({}, Type::Caption, Token::Text2, Qt::ElideRight, this)),
      m_hints(new YamlHints(m_editor, this)),
      m_undo(makeButton(tr("Undo"), ButtonKind::Normal, u"undo"_s, this)), m_redo(makeButton(tr("Redo"), ButtonKind::Normal, {}, this)),
      m_discard(makeButton(tr("Discard"), ButtonKind::Normal, {}, this)),
      m_next(makeButton(tr("Review changes…"), ButtonKind::Primary, {}, this)), m_timer(new QTimer(this))
{
    const QJsonObject metadata = m_subject.live.value("metadata"_L1).toObject();
    const QString name = metadata.value("name"_L1).toString();
    const QString version = metadata.value("resourceVersion"_L1).toString();
    setHeading(name.isEmpty() ? tr("Create %1").arg(m_subject.kind.singular) : tr("Edit %1").arg(name), m_review.markId,
               name.isEmpty() ? tr("%1, %2").arg(m_subject.kind.kind, m_subject.context.cluster)
                              : tr("%1, namespace %2, %3").arg(m_subject.kind.kind, metadata.value("namespace"_L1).toString(), m_subject.context.cluster));
    m_base->setText(tr("Based on version %1").arg(version));
    m_base->hide();   // makeReadOnly() gives it its place
    m_original = m_subject.live.isEmpty() ? m_subject.initialText : objectText(m_subject.live, m_subject.context.yaml);
    if (name.isEmpty())
        m_next->setText(tr("Review…"));
    build();
    m_editor->setPlainText(m_original);
    m_editor->document()->setModified(false);
    m_editor->setBaseText(m_subject.live.isEmpty() ? QString() : m_original);
    m_editor->foldLong({u"labels"_s, u"annotations"_s});
    tellCompared(true);
    m_timer->setSingleShot(true);
    m_timer->setInterval(kPauseMs);
    connect(m_timer, &QTimer::timeout, this, &EditYamlDialog::validate);
    connect(m_editor->document(), &QTextDocument::contentsChanged, this, &EditYamlDialog::edited);
    showProblems({}, m_subject.live.isEmpty() ? tr("to be checked") : tr("Nothing changed yet"));
    if (!m_subject.typed.isEmpty()) {
        QTextCursor all(m_editor->document());
        all.select(QTextCursor::Document);
        all.insertText(m_subject.typed);
    }
    if (m_subject.live.isEmpty())
        m_timer->start(0);   // what one starts from is judged at once: its gaps are marked
    m_editor->setFocus();
}

EditYamlDialog::~EditYamlDialog()
{
    m_stop.request_stop();
    m_schemaStop.request_stop();
}

void EditYamlDialog::build()
{
    setWishedSize({1090, 700});
    setMinimumSize(680, 420);
    m_editor->setAccessibleName(tr("Object as YAML"));
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    auto *left = new QVBoxLayout;
    left->setSpacing(0);
    if (QWidget *hidden = makeReadOnly())
        left->addWidget(hidden);
    left->addWidget(m_editor, 1);
    row->addLayout(left, 1);
    row->addWidget(new Hairline(Qt::Vertical, this));
    row->addWidget(makeSide());
    body()->addLayout(row, 1);
    auto *pencil = new StateGlyph(network::State::Ready, metrics::kGlyph, this);
    pencil->setSymbol(u"edit"_s, Token::Accent, tr("Changes"));
    footerLeft()->addWidget(pencil);
    footerLeft()->addWidget(m_count);
    m_refused = new StateGlyph(network::State::Failed, metrics::kGlyph, this);
    m_refused->hide();
    footerLeft()->addWidget(m_refused);
    footerText()->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    footerRight()->addWidget(m_undo);
    footerRight()->addWidget(m_redo);
    footerRight()->addWidget(m_discard);
    footerRight()->addWidget(m_next);
    m_next->setObjectName(u"review"_s);
    connect(m_undo, &QPushButton::clicked, m_editor, &QPlainTextEdit::undo);
    connect(m_redo, &QPushButton::clicked, m_editor, &QPlainTextEdit::redo);
    connect(m_editor, &QPlainTextEdit::undoAvailable, m_undo, &QPushButton::setEnabled);
    connect(m_editor, &QPlainTextEdit::redoAvailable, m_redo, &QPushButton::setEnabled);
    m_undo->setEnabled(false);
    m_redo->setEnabled(false);
    connect(m_discard, &QPushButton::clicked, this, [this] {
        m_discarding = true;
        reject();
    });
    connect(m_next, &QPushButton::clicked, this, &EditYamlDialog::finish);
    connect(m_list, &QListWidget::itemActivated, this, [this](QListWidgetItem *item) {
        if (const int line = item->data(Qt::UserRole).toInt(); line > 0)
            m_editor->goToLine(line);
        m_editor->setFocus();
    });
    connect(m_editor, &YamlView::fixWanted, this, [this](const YamlView::Problem &problem) {
        QTextCursor cursor(m_editor->document()->findBlockByNumber(problem.line - 1));
        const QString line = cursor.block().text();
        cursor.select(QTextCursor::LineUnderCursor);
        cursor.insertText(line.section(u':', 0, 0) + u": "_s + problem.replacement);
    });
    askSchema();
    askArgo();
}

/// The object beside what Argo CD declares of it; a text that can be read and was changed stands for the object.
QPushButton *EditYamlDialog::makeCompare(QWidget *parent)
{
    m_compare = makeButton(tr("Compare with Git"), ButtonKind::Normal, u"git"_s, parent);
    m_compare->setObjectName(u"compareWithGit"_s);
    connect(m_compare, &QPushButton::clicked, this, &EditYamlDialog::compare);
    return m_compare;
}

void EditYamlDialog::compare()
{
    GitCompareDialog::Subject subject{m_subject.kind, m_subject.live};
    const QString text = m_editor->toPlainText();
    if (m_subject.context.yaml && text != m_original) {
        const Result<ports::YamlDocument> document = m_subject.context.yaml->parse(text.toUtf8());
        subject.unreadable = !document || !document->value.isObject();
        if (!subject.unreadable)
            subject.edited = document->value.toObject();
    }
    auto *dialog = new GitCompareDialog(m_review, subject, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

/// What the button will lay beside it.
void EditYamlDialog::tellCompared(bool readable)
{
    if (!m_compare)
        return;
    const bool same = m_editor->toPlainText() == m_original || m_original.isEmpty();
    m_compare->setToolTip(same       ? tr("The object in the cluster beside what Argo CD declares")
                          : readable ? tr("Your text beside what Argo CD declares")
                                     : tr("Your text cannot be read: the object in the cluster beside what Argo CD declares"));
}

void EditYamlDialog::askArgo()
{
    const state::ArgoOwner owner = state::argoOwnerOf(m_subject.live);
    if (!owner.owned())
        return;
    const QJsonObject metadata = m_subject.live.value("metadata"_L1).toObject();
    state::Edit edit;
    edit.kind = m_subject.kind.kind;
    edit.object = {m_subject.context.cluster, m_subject.kind.gvr, metadata.value("namespace"_L1).toString(), metadata.value("name"_L1).toString(), {}};
    using Way = state::ArgoApplication::Way;
    state::readArgoApplication(m_review.environment.gateway, owner, edit, this, m_schemaStop.get_token(), [this, name = owner.application](const state::ArgoApplication &application) {
        switch (application.way) {
        case Way::Heals: m_list->setNote(tr("Argo CD undoes direct edits"), tr("%1 heals itself").arg(name)); break;
        case Way::Syncs: m_list->setNote(tr("Argo CD keeps this object"), tr("%1 undoes a direct edit when Git changes next").arg(name)); break;
        case Way::ByHand: m_list->setNote(tr("Argo CD keeps this object"), tr("%1 undoes a direct edit when somebody syncs it").arg(name)); break;
        case Way::Unknown: m_list->setNote(tr("Argo CD keeps this object"), tr("%1 may undo a direct edit").arg(name)); break;
        }
    });
}

void EditYamlDialog::askSchema()
{
    const network::KindInfo kind = m_subject.kind;
    whenFinished(m_review.environment.gateway->openApi(kind.gvr, m_schemaStop.get_token()), this, [this, kind](const Result<QJsonObject> &document) {
        if (document)
            m_hints->setSchema(state::SchemaHints::of(*document, kind.gvr.group, kind.gvr.version, kind.kind), kind.gvr.version);
        else if (document.error().kind != ErrorKind::Cancelled)
            m_hints->setUnavailable(document.error().message);
    });
}

/// What only the server writes, folded to a line that opens; null for a new object.
QWidget *EditYamlDialog::makeReadOnly()
{
    if (m_subject.live.isEmpty())
        return nullptr;
    const QJsonObject plain = state::withoutServerFields(m_subject.live, true);
    QJsonObject hidden, metadata;
    const QJsonObject all = m_subject.live.value("metadata"_L1).toObject();
    for (auto it = all.constBegin(); it != all.constEnd(); ++it) {
        if (!plain.value("metadata"_L1).toObject().contains(it.key()))
            metadata.insert(it.key(), it.value());
    }
    if (!metadata.isEmpty())
        hidden.insert(u"metadata"_s, metadata);
    if (m_subject.live.contains("status"_L1))
        hidden.insert(u"status"_s, m_subject.live.value("status"_L1));
    if (hidden.isEmpty())
        return nullptr;
    const QString text = m_subject.context.yaml ? QString::fromUtf8(m_subject.context.yaml->emitText(hidden)) : QString::fromUtf8(json::compact(hidden));
    auto *box = new QWidget(this);
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(metrics::kPageEdge, 4, metrics::kGap, 4);
    row->setSpacing(metrics::kGap);
    m_baseGlyph = new StateGlyph(network::State::Ready, metrics::kGlyph, box);
    row->addWidget(m_baseGlyph);
    row->addWidget(m_base, 1);
    m_base->show();
    if (GitCompareDialog::offered(m_subject.live))
        row->addWidget(makeCompare(box));
    auto *lock = new StateGlyph(network::State::Ready, metrics::kGlyph, box);
    lock->setSymbol(u"lock"_s, Token::Text2, tr("Read-only"));
    row->addWidget(lock);
    row->addWidget(new Label(tr("%n read-only line(s) hidden", nullptr, int(text.trimmed().count(u'\n')) + 1), Type::Caption, Token::Text2, box));
    QPushButton *show = makeButton(tr("Show"), ButtonKind::Ghost, {}, box);
    show->setObjectName(u"showReadOnly"_s);
    show->setAccessibleName(tr("Show the read-only lines"));
    show->setToolTip(tr("What only the server writes"));
    show->setCheckable(true);
    row->addWidget(show);
    column->addLayout(row);
    column->addWidget(new Hairline(Qt::Horizontal, box));
    auto *view = new YamlView(box);
    view->setObjectName(u"readOnlyLines"_s);
    view->setAccessibleName(tr("Read-only lines"));
    view->setReadOnly(true);
    view->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    view->setPlainText(text);
    view->setFixedHeight(200);
    view->hide();
    column->addWidget(view);
    auto *end = new Hairline(Qt::Horizontal, box);
    end->hide();
    column->addWidget(end);
    connect(show, &QPushButton::toggled, this, [show, view, end](bool on) {
        view->setVisible(on);
        end->setVisible(on);
        show->setText(on ? tr("Hide") : tr("Show"));
    });
    return box;
}

QWidget *EditYamlDialog::makeSide()
{
    auto *side = new QWidget(this);
    side->setFixedWidth(320);
    auto *all = new QVBoxLayout(side);
    all->setContentsMargins(0, 12, 0, 12);
    all->setSpacing(metrics::kGap);
    auto *column = new QVBoxLayout;
    column->setContentsMargins(metrics::kCard, 0, metrics::kCard, 0);
    column->setSpacing(metrics::kGap);
    all->addLayout(column);
    auto *head = new QHBoxLayout;
    head->addWidget(new Label(tr("Problems"), Type::Strong, Token::Text, side));
    head->addStretch();
    head->addWidget(m_state);
    column->addLayout(head);
    m_list->setMaximumHeight(210);
    column->addWidget(m_list);
    m_changesLine = new Hairline(Qt::Horizontal, side);
    m_changesLine->hide();
    all->addWidget(m_changesLine);
    auto *changes = new QVBoxLayout;
    changes->setContentsMargins(metrics::kCard, 0, metrics::kCard, 0);
    changes->addWidget(m_changed);
    all->addLayout(changes);
    all->addWidget(new Hairline(Qt::Horizontal, side));
    auto *keys = new Label(tr("Ctrl+[ and Ctrl+] indent, Ctrl+. folds, Ctrl+F8 takes a fix, Ctrl+Space offers fields"), Type::Caption, Token::Text2, side);
    keys->setWordWrap(true);
    keys->setContentsMargins(metrics::kCard, 0, metrics::kCard, 0);
    all->addWidget(m_hints->panel(), 2);
    all->addWidget(keys);
    return side;
}

void EditYamlDialog::edited()
{
    m_timer->setInterval(kPauseMs);
    m_checked = false;
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_timer->start();
    const QString text = m_editor->toPlainText();
    const Result<ports::YamlDocument> document = m_subject.context.yaml ? m_subject.context.yaml->parse(text.toUtf8()) : Result<ports::YamlDocument>(ports::YamlDocument{});
    tellCompared(document && document->value.isObject());
    if (!document) {
        m_timer->stop();
        showProblems({{lineIn(document.error()), document.error().message}}, tr("not readable"));
        return;
    }
    showProblems({}, tr("to be checked"));
}

Result<state::ChangeDraft> EditYamlDialog::draft() const
{
    return m_catalogue->buildDraft(m_subject.live.isEmpty() ? u"create"_s : u"edit"_s, m_subject.kind, m_subject.live,
                                   {{u"file"_s, m_editor->toPlainText()}}, m_subject.context);
}

void EditYamlDialog::validate()
{
    const QString text = m_editor->toPlainText();
    const Result<state::ChangeDraft> made = draft();
    if (!made) {
        const bool same = made.error().reason == "NothingToChange"_L1;
        m_checked = true;
        showProblems(same ? QList<YamlView::Problem>() : QList<YamlView::Problem>{{lineIn(made.error()), made.error().message}},
             same ? tr("Nothing changed yet") : tr("not readable"));
        Q_EMIT checkedByServer();
        return;
    }
    m_state->setText(tr("being checked"));
    const state::Edit &edit = made->edits.first();
    ports::WriteRequest request{edit.verb, edit.object.gvr, edit.object.ns, edit.object.name, edit.subresource, edit.body};
    request.dryRun = true;
    whenFinished(m_review.environment.gateway->write(request, m_stop.get_token()), this,
                 [this, text](const Result<ports::WriteOutcome> &outcome) {
                     if (m_editor->toPlainText() == text)
                         judged(outcome, text);
                 });
}

void EditYamlDialog::judged(const Result<ports::WriteOutcome> &outcome, const QString &text)
{
    if (!outcome && outcome.error().kind == ErrorKind::Cancelled)
        return;
    m_checked = true;
    if (outcome) {
        state::EditReview review;
        review.warnings = outcome->warnings;
        QList<YamlView::Problem> problems;
        const QList<LineNote> notes = notesOf(review, text, m_subject.context.yaml);
        for (const LineNote &note : notes)
            problems.append({qMax(1, note.newNumber), note.text, {}, {}, true});
        showProblems(problems, tr("checked by the server"), true);
        showBase(outcome->object);
    } else {
        const Error &error = outcome.error();
        QList<YamlView::Problem> problems = problemsOf(error.causes, text, m_subject.context.yaml);
        for (YamlView::Problem &problem : problems) {   // the value that was there is known to be allowed
            problem.replacement = m_editor->wasAt(problem.line);
            if (!problem.replacement.isEmpty())
                problem.fix = tr("Use %1").arg(problem.replacement);
        }
        if (problems.isEmpty())
            problems.append({1, error.text()});
        showProblems(problems, tr("checked by the server"), true);
    }
    Q_EMIT checkedByServer();
}

/// A preview tells the version it was made on.
void EditYamlDialog::showBase(const QJsonObject &previewed)
{
    const auto versionOf = [](const QJsonObject &object) { return json::at(object, u"/metadata/resourceVersion"_s).toString(); };
    const QString base = versionOf(m_subject.live), now = versionOf(previewed);
    if (base.isEmpty() || now.isEmpty() || !m_baseGlyph)
        return;
    const bool newest = now == base;
    m_baseGlyph->setState(newest ? network::State::Ready : network::State::Degraded);
    m_base->setText(newest ? tr("Based on version %1, still the newest").arg(base)
                           : tr("Based on version %1, it is at %2 now: the review brings both together").arg(base, now));
}

void EditYamlDialog::showProblems(const QList<YamlView::Problem> &problems, const QString &state, bool fromServer)
{
    m_editor->setProblems(problems);
    m_state->setText(state);
    const QStringList lines = m_editor->toPlainText().split(u'\n');
    QStringList places;
    for (const YamlView::Problem &problem : problems) {
        const int line = qBound(1, problem.line, int(lines.size())) - 1;
        const state::YamlPlace place = state::yamlPlaceAt(lines, line, int(lines.at(line).size()));
        places.append(QStringList(QStringList(place.path) << place.key).join(u'.').replace(u".-"_s, u"[]"_s));
    }
    m_list->setProblems(problems, places, fromServer);
    const qsizetype refused = std::count_if(problems.begin(), problems.end(), [](const YamlView::Problem &p) { return !p.warning; });
    const bool create = m_subject.live.isEmpty();
    const bool changed = m_editor->toPlainText() != m_original || create;
    showChanges(changed);
    m_next->setEnabled(changed && refused == 0);
    m_refused->setVisible(refused > 0);
    m_count->setText(!changed ? tr("Nothing changed yet") : create ? tr("New, not reviewed") : tr("%n change(s) not reviewed", nullptr, changeCount()));
    footerText()->setText(refused > 0 ? (fromServer ? tr("%n refused by the server", nullptr, int(refused)) : tr("not readable, line %1").arg(problems.first().line))
                          : create    ? tr("Nothing is created before the review")
                                      : QString());
    if (!create)
        m_next->setText(changeCount() > 0 ? tr("Review %n change(s)…", nullptr, changeCount()) : tr("Review changes…"));
}

/// Fields where the text can be read, lines while it cannot.
int EditYamlDialog::changeCount() const
{
    return m_changed->count() > 0 ? m_changed->count() : m_editor->changedLines();
}

void EditYamlDialog::showChanges(bool changed)
{
    QList<state::JsonChange> changes;
    if (changed && !m_subject.live.isEmpty() && m_subject.context.yaml) {
        const Result<ports::YamlDocument> document = m_subject.context.yaml->parse(m_editor->toPlainText().toUtf8());
        if (document)
            changes = state::diffJson(state::withoutServerFields(m_subject.live, true), document->value);
    }
    m_changed->setChanges(changes);
    m_changesLine->setVisible(!changes.isEmpty());
}

void EditYamlDialog::finish()
{
    const Result<state::ChangeDraft> made = draft();
    if (!made) {
        showProblems({{lineIn(made.error()), made.error().text()}}, tr("not readable"));
        return;
    }
    const state::ChangeDraft ready = *made;
    QDialog::accept();
    Q_EMIT draftReady(ready);
}

void EditYamlDialog::reject()
{
    // Esc must not throw typed text away: the first one says so, Discard does it.
    if (!m_discarding && m_editor->toPlainText() != m_original) {
        footerText()->setText(tr("Discard throws them away"));
        m_discard->setFocus();
        return;
    }
    DialogFrame::reject();
}

}
