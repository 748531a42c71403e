// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/Panels.h"

#include "models/core/Format.h"
#include "models/state/KubectlCommand.h"
#include "ui/shell/Popup.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Type.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Label.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGridLayout>
#include <QGuiApplication>
#include <QPointer>
#include <QAction>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

struct Panels {
    Q_DECLARE_TR_FUNCTIONS(Panels)
};

/// How far it is, 4 px, where that is known.
class ProgressLine final : public QProgressBar {
public:
    ProgressLine(int done, int of, QWidget *parent)
        : QProgressBar(parent)
    {
        setRange(0, of);
        setValue(done);
        setTextVisible(false);
        setFixedHeight(4);
        setAccessibleName(Panels::tr("%1 of %2").arg(done).arg(of));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Tokens t = tokens(this);
        QRectF bar(rect());
        style::box(&painter, bar, 2, t[Token::Line], Qt::transparent);
        bar.setWidth(bar.width() * value() / std::max(1, maximum()));
        if (layoutDirection() == Qt::RightToLeft)
            bar.moveRight(width());
        style::box(&painter, bar, 2, t[Token::Busy], Qt::transparent);
    }
};

using OpenObject = std::function<void(const ObjectId &)>;
using ShowChange = std::function<void(const QString &)>;

/// A line of the list: glyph, verb and object, time at the right, what is going on below, then the buttons. Named as a whole,
/// since the parts are labels.
class ListRow : public QWidget {
public:
    ListRow(StateGlyph *glyph, const QString &name, QWidget *parent)
        : QWidget(parent)
        , m_grid(new QGridLayout(this))
        , m_head(new QHBoxLayout)
    {
        setAccessibleName(name);
        m_grid->setContentsMargins(17, 9, 17, 10);
        m_grid->setHorizontalSpacing(10);
        m_grid->setVerticalSpacing(1);
        m_grid->setColumnStretch(1, 1);
        glyph->setParent(this);
        m_grid->addWidget(glyph, 0, 0, Qt::AlignVCenter);
        m_head->setSpacing(6);
        m_grid->addLayout(m_head, 0, 1);
    }
    /// "Restart northgate-dev-1": the object is a link where it can be shown.
    void setTitle(const QString &title, const ObjectId &object, const OpenObject &open)
    {
        const bool known = open && !object.uid.isEmpty() && title.endsWith(object.name);
        const QString verb = known ? title.chopped(object.name.size()).trimmed() : title;
        m_head->addWidget(new ElidedLabel(verb, Type::Strong, Token::Text, Qt::ElideRight, this));
        if (known) {
            auto *link = new Label({}, Type::Body, Token::Accent, this);
            link->setTextFormat(Qt::RichText);
            link->setText(u"<a href=\"object\" style=\"text-decoration:none\">%1</a>"_s.arg(object.name.toHtmlEscaped()));
            link->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
            link->setAccessibleName(Panels::tr("Show %1").arg(object.name));
            QObject::connect(link, &QLabel::linkActivated, this, [object, open] { open(object); });
            m_head->addWidget(link);
        }
        m_head->addStretch(1);
    }
    void setStep(const QString &text, Token token)
    {
        auto *step = new Label(text, Type::Caption, token, this);
        step->setWordWrap(true);
        m_grid->addWidget(step, 1, 1, 1, 2);
    }
    void setProgress(int done, int of)
    {
        auto *line = new ProgressLine(done, of, this);
        m_grid->addWidget(line, 2, 1, 1, 2);
        m_grid->setRowMinimumHeight(2, 10);
    }
    void setTime(const QString &text) { m_grid->addWidget(new Label(text, Type::Caption, Token::Text2, this), 0, 2); }
    void addButton(const QString &text, const QString &of, const std::function<void()> &call)
    {
        if (!m_buttons) {
            m_buttons = new QHBoxLayout;
            m_buttons->setContentsMargins(0, 6, 0, 0);
            m_buttons->setSpacing(8);
            m_buttons->addStretch(1);
            m_grid->addLayout(m_buttons, 3, 1, 1, 2);
        }
        QPushButton *made = makeButton(text, ButtonKind::Normal, {}, this);
        made->setAccessibleName(text + u' ' + of);
        QObject::connect(made, &QPushButton::clicked, this, call);
        m_buttons->insertWidget(m_buttons->count() - 1, made);
    }

private:
    QGridLayout *m_grid;
    QHBoxLayout *m_head;
    QHBoxLayout *m_buttons = nullptr;   ///< with the first button
};

QWidget *operationRow(const state::Operation &operation, state::Operations *operations, const Clock *clock, const OpenObject &open,
                      const ShowChange &more, QWidget *parent)
{
    const bool done = operation.state == network::State::Succeeded;
    auto *row = new ListRow(new StateGlyph(done ? network::State::Ready : operation.state, 14, parent), operation.title + u", "_s + operation.step, parent);
    row->setTitle(operation.title, operation.target, open);
    row->setTime(formatAge(operation.running() ? operation.started : operation.ended, clock->now()));
    const bool failed = operation.state == network::State::Failed;
    QString step = stepText(operation);
    if (done)
        step = Panels::tr("Done in %1").arg(formatAge(operation.started, operation.ended));
    else if (!step.isEmpty())
        step[0] = step.at(0).toUpper();
    row->setStep(step, failed ? Token::Bad : Token::Text2);
    if (operation.running() && operation.of > 0)
        row->setProgress(operation.done, operation.of);
    if (operation.canCancel)
        row->addButton(Panels::tr("Cancel"), operation.title, [operations, id = operation.id] { operations->cancel(id); });
    if (operation.canRetry)
        row->addButton(Panels::tr("Retry…"), operation.title, [operations, id = operation.id] { operations->retry(id); });
    if (operation.canRetry && more)
        row->addButton(Panels::tr("Details"), operation.title, [more, id = operation.id] { more(id); });
    return row;
}

/// A draft that was put aside, until it is reviewed or discarded.
QWidget *draftRow(const state::KeptDraft &kept, state::Operations *operations, const Clock *clock, const OpenObject &open, QWidget *parent)
{
    auto *glyph = new StateGlyph(network::State::Suspended, 14, parent);
    glyph->setSymbol(u"edit"_s, Token::Text2, Panels::tr("Draft"));
    const QString &title = kept.draft.title;
    auto *row = new ListRow(glyph, Panels::tr("Draft %1").arg(title), parent);
    const ObjectId object = kept.draft.edits.size() == 1 ? kept.draft.edits.first().object : ObjectId{};
    row->setTitle(title, object, open);
    row->setTime(formatAge(kept.kept, clock->now()));
    const QString cluster = kept.draft.edits.isEmpty() ? QString() : kept.draft.edits.first().object.cluster;
    row->setStep(kept.onDisk ? Panels::tr("Draft in %1, kept until it is applied or discarded").arg(cluster)
                             : Panels::tr("Draft in %1, kept in memory until this window closes: it may hold secrets").arg(cluster),
                 Token::Text2);
    row->addButton(Panels::tr("Review…"), title, [operations, id = kept.draft.id] { operations->reviewKept(id); });
    row->addButton(Panels::tr("Discard"), title, [operations, id = kept.draft.id] { operations->discardKept(id); });
    return row;
}

/// The way back for the draft discarded last (Ctrl+Z).
QWidget *discardedRow(const state::KeptDraft &draft, state::Operations *operations, QWidget *parent)
{
    auto *glyph = new StateGlyph(network::State::Cancelled, 14, parent);
    glyph->setSymbol(u"trash"_s, Token::Text2, Panels::tr("Discarded"));
    auto *row = new ListRow(glyph, Panels::tr("Discarded draft %1").arg(draft.draft.title), parent);
    row->setTitle(draft.draft.title, {}, {});
    row->setStep(Panels::tr("Draft discarded"), Token::Text2);
    row->addButton(Panels::tr("Undo"), draft.draft.title, [operations] { operations->restoreDiscarded(); });
    return row;
}

/// "2 running, 1 failed", drafts too.
QString operationsSummary(const QList<state::Operation> &list, qsizetype drafts)
{
    const auto count = [&list](network::State state) {
        return int(std::count_if(list.begin(), list.end(), [state](const auto &o) { return !o.running() && o.state == state; }));
    };
    const int running = int(std::count_if(list.begin(), list.end(), [](const auto &o) { return o.running() && o.state != network::State::Waiting; }));
    QStringList parts;
    if (running > 0)
        parts.append(Panels::tr("%1 running").arg(running));
    if (const int waiting = int(std::count_if(list.begin(), list.end(), [](const auto &o) { return o.running() && o.state == network::State::Waiting; })); waiting > 0)
        parts.append(waiting == 1 ? Panels::tr("1 waits") : Panels::tr("%1 wait").arg(waiting));
    if (const int failed = count(network::State::Failed); failed > 0)
        parts.append(Panels::tr("%1 failed").arg(failed));
    if (drafts > 0)
        parts.append(Panels::tr("%n draft(s)", nullptr, int(drafts)));
    return parts.join(u", "_s);
}

/// What a person has to look at comes first, the newest of equals before the others.
QList<state::Operation> worstFirst(QList<state::Operation> list)
{
    const auto rank = [](const state::Operation &o) {
        return !o.running() ? (o.state == network::State::Failed ? 0 : 3) : o.state == network::State::Waiting ? 1 : 2;
    };
    std::stable_sort(list.begin(), list.end(), [&rank](const auto &a, const auto &b) { return rank(a) < rank(b); });
    return list;
}

void fillOperations(Popup *panel, const ShellContext &context, const OpenObject &open, const ShowChange &more)
{
    const QWidget *focused = panel->focusWidget();
    const QString focusedName = focused && focused != panel ? focused->accessibleName() : QString();
    while (QLayoutItem *item = panel->body()->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        std::unique_ptr<QLayoutItem>(item).reset();
    }
    const QList<state::Operation> list = context.operations ? context.operations->list() : QList<state::Operation>();
    const QList<state::KeptDraft> drafts = context.operations ? context.operations->kept() : QList<state::KeptDraft>();
    auto *head = new QWidget(panel);
    auto *title = new QHBoxLayout(head);
    title->setContentsMargins(17, 12, 17, 11);
    title->setSpacing(10);
    title->addWidget(new Label(Panels::tr("Operations"), Type::Title, Token::Text, head));
    title->addWidget(new Label(operationsSummary(list, drafts.size()), Type::Caption, Token::Text2, head));
    title->addStretch(1);
    if (more) {
        QToolButton *all = makeIconButton(u"external"_s, Panels::tr("All changes"), head);
        QObject::connect(all, &QToolButton::clicked, panel, [more] { more({}); });
        title->addWidget(all);
    }
    panel->body()->addWidget(head);
    const auto add = [panel](QWidget *row) {
        panel->body()->addWidget(new Hairline(Qt::Horizontal, panel));
        panel->body()->addWidget(row);
    };
    const QList<state::Operation> shown = worstFirst(list.first(std::min<qsizetype>(8, list.size())));
    for (const state::Operation &operation : shown)
        add(operationRow(operation, context.operations, context.clock, open, more, panel));
    for (const state::KeptDraft &kept : drafts)
        add(draftRow(kept, context.operations, context.clock, open, panel));
    const bool discarded = context.operations && context.operations->discarded();
    if (discarded)
        add(discardedRow(*context.operations->discarded(), context.operations, panel));
    if (list.isEmpty() && drafts.isEmpty() && !discarded) {
        auto *none = new Label(Panels::tr("Nothing has been changed in this session."), Type::Body, Token::Text2, panel);
        none->setContentsMargins(17, 10, 17, 12);
        none->setWordWrap(true);
        add(none);
    }
    if (context.changeLog && std::any_of(list.begin(), list.end(), [](const auto &o) { return o.running(); })) {
        auto *note = new Label(Panels::tr("What was applied goes on when the window closes."),
                               Type::Caption, Token::Text2, panel);
        note->setWordWrap(true);
        note->setToolTip(Panels::tr("Changes shows later what became of it"));
        note->setContentsMargins(17, 9, 17, 11);
        add(note);
    }
    if (!focusedName.isEmpty()) {
        const QList<QPushButton *> buttons = panel->findChildren<QPushButton *>();
        for (QPushButton *button : buttons) {
            if (button->accessibleName() == focusedName && !button->isHidden())
                button->setFocus();
        }
    }
    QMetaObject::invokeMethod(panel, &Popup::refit, Qt::QueuedConnection);   // once the new rows are shown, and so measured
}

}

QString stepText(const state::Operation &operation)
{
    QString out = operation.step;
    for (const QString &said : {operation.title, operation.target.name}) {
        if (!said.isEmpty() && out.startsWith(QString(said + u": "_s)))
            out.remove(0, said.size() + 2);
    }
    return out;
}

QString operationText(const state::Operation &operation)
{
    // How it ended names the object itself ("alice-bank runs with 2 replicas.").
    if (!operation.running() && !operation.target.name.isEmpty() && operation.step.contains(operation.target.name))
        return operation.step;
    return operation.step.isEmpty() ? operation.title : QString(operation.title + u", "_s + stepText(operation));
}

Popup *makeOperationsPanel(const ShellContext &context, QWidget *parent, const std::function<void(const ObjectId &)> &open,
                           const ShowChange &more)
{
    auto *panel = new Popup(Panels::tr("Operations"), parent);
    panel->setFixedWidth(400);
    panel->body()->setContentsMargins(1, 1, 1, 1);
    panel->body()->setSpacing(0);
    const OpenObject show = !open ? OpenObject() : [panel = QPointer<Popup>(panel), open](const ObjectId &object) {
        if (panel)
            panel->close();
        open(object);
    };
    const ShowChange all = !more ? ShowChange() : [panel = QPointer<Popup>(panel), more](const QString &change) {
        if (panel)
            panel->close();
        more(change);
    };
    fillOperations(panel, context, show, all);
    if (!context.operations)
        return panel;
    QObject::connect(context.operations, &state::Operations::changed, panel, [panel, context, show, all] { fillOperations(panel, context, show, all); });
    auto *undo = new QAction(Panels::tr("Undo the discarding of a draft"), panel);
    undo->setShortcut(QKeySequence::Undo);
    QObject::connect(undo, &QAction::triggered, context.operations, &state::Operations::restoreDiscarded);
    panel->addAction(undo);
    return panel;
}

}
