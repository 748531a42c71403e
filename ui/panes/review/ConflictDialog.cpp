// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ConflictDialog.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/state/Redaction.h"
#include "models/core/Json.h"
#include "models/state/JsonDiff.h"
#include "ui/panes/review/ReviewTexts.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QGridLayout>
#include <QJsonArray>
#include <QRadioButton>
#include <QScrollArea>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;
using state::MergeChoice;

ResultField::ResultField(QWidget *parent) : QLineEdit(parent)
{
    setFont(typeFont(Type::Mono));
    setFrame(false);
    setTextMargins(8, 0, 8, 0);
    setMinimumHeight(26);
    setPlaceholderText(tr("choose or edit"));
}

void ResultField::setLook(Look look)
{
    m_look = look;
    const Tokens t = tokens(QApplication::palette());
    QPalette own;
    own.setColor(QPalette::Base, Qt::transparent);
    if (look == Look::Undecided)
        own.setColor(QPalette::PlaceholderText, t[Token::Warn]);
    setPalette(own);
    QLineEdit::update();
}

void ResultField::paintEvent(QPaintEvent *event)
{
    const Tokens t = tokens(QApplication::palette());
    {
        QPainter painter(this);
        const QColor fill = t[m_look == Look::Undecided ? Token::WarnSoft : m_look == Look::Decided ? Token::OkSoft : Token::BadSoft];
        const QColor edge = t[m_look == Look::Undecided ? Token::Warn : m_look == Look::Decided ? Token::Ok : Token::Bad];
        painter.setRenderHint(QPainter::Antialiasing);
        QPen pen(hasFocus() ? t[Token::Accent] : edge, hasFocus() ? 2 : 1.2);
        if (m_look == Look::Undecided && !hasFocus())
            pen.setDashPattern({4, 2.5});
        painter.setPen(pen);
        painter.setBrush(fill);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), metrics::kRadiusControl, metrics::kRadiusControl);
    }
    QLineEdit::paintEvent(event);
}

FieldOwner fieldOwner(const QJsonObject &object, const QString &pointer)
{
    FieldOwner owner;
    const QJsonArray entries = object.value("metadata"_L1).toObject().value("managedFields"_L1).toArray();
    for (const QJsonValue &value : entries) {
        const QJsonObject entry = value.toObject();
        QJsonObject at = entry.value("fieldsV1"_L1).toObject();
        bool owns = true;
        const QStringList tokens = json::split(pointer);
        for (const QString &token : tokens) {
            const QString key = u"f:"_s + token;
            if (at.contains(key)) {
                at = at.value(key).toObject();
                continue;
            }
            owns = at.contains("."_L1) || at.isEmpty();   // a list or map owned as a whole
            break;
        }
        const QString time = entry.value("time"_L1).toString();
        if (owns && time >= owner.time)
            owner = {entry.value("manager"_L1).toString(), time};
    }
    return owner;
}

ConflictDialog::ConflictDialog(const ReviewContext &context, const state::ChangeDraft &draft, const state::Review &review, QWidget *parent)
    : DialogFrame(parent), m_yaml(context.yaml), m_headline(new Label({}, Type::Body, Token::Text, this)),
      m_theirs(new Label(tr("Theirs: reading who wrote"), Type::Caption, Token::Text2, this)), m_yours(new Label({}, Type::Caption, Token::Text2, this)),
      m_keep(makeButton(tr("Keep as draft"), ButtonKind::Normal, {}, this)), m_review(makeButton(tr("Review result…"), ButtonKind::Primary, {}, this))
{
    setWishedSize({880, 612});
    setMinimumSize(700, 400);
    setHeading(tr("Conflict on %1").arg(draft.objectText()), context.markId, {});
    auto *head = new QVBoxLayout;
    head->setContentsMargins(metrics::kPageEdge, 12, metrics::kPageEdge, 10);
    head->setSpacing(4);
    m_headline->setWordWrap(true);
    m_theirs->setWordWrap(true);
    head->addWidget(m_headline);
    const auto who = [&](const QString &iconName, Label *label) {
        auto *row = new QHBoxLayout;
        auto *glyph = new StateGlyph(State::Ready, 14, this);
        glyph->setSymbol(iconName, Token::Text2, iconName == "user"_L1 ? tr("Yours") : tr("Theirs"));
        row->addWidget(glyph);
        row->addWidget(label, 1);
        head->addLayout(row);
    };
    who(u"users"_s, m_theirs);
    who(u"user"_s, m_yours);
    body()->addLayout(head);
    body()->addWidget(new Hairline(Qt::Horizontal, this));
    const state::EditReview first = review.edits.value(0);
    m_yours->setText(tr("Yours: %1, based on version %2, now %3").arg(context.environment.user, draft.edits.value(0).baseVersion, first.liveVersion));
    buildRows(draft, review);

    QPushButton *allYours = makeButton(tr("All yours"), ButtonKind::Normal, {}, this);
    QPushButton *allTheirs = makeButton(tr("All theirs"), ButtonKind::Normal, {}, this);
    allYours->setObjectName(u"allYours"_s);
    allTheirs->setObjectName(u"allTheirs"_s);
    footerLeft()->addWidget(allYours);
    footerLeft()->addWidget(allTheirs);
    footerRight()->addWidget(m_keep);
    footerRight()->addWidget(m_review);
    m_review->setObjectName(u"reviewResult"_s);
    m_keep->setObjectName(u"keepAsDraft"_s);
    connect(allYours, &QPushButton::clicked, this, [this] { takeAll(MergeChoice::Take::Mine); });
    connect(allTheirs, &QPushButton::clicked, this, [this] { takeAll(MergeChoice::Take::Theirs); });
    connect(m_keep, &QPushButton::clicked, this, [this] {
        Q_EMIT draftKept();
        QDialog::accept();
    });
    connect(m_review, &QPushButton::clicked, this, [this] {
        QMap<QString, MergeChoice> choices;
        for (const Row &row : std::as_const(m_rows)) {
            if (row.choice)
                choices.insert(row.conflict.path, *row.choice);
        }
        QDialog::accept();
        Q_EMIT decided(choices);
    });
    askWho(context, review);
    refresh();
    if (!m_rows.isEmpty())
        m_rows.first().yours->setFocus();
}

void ConflictDialog::setDraftsOffered(bool offered)
{
    m_keep->setVisible(offered);
}

void ConflictDialog::buildRows(const state::ChangeDraft &draft, const state::Review &review)
{
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setProperty("bare", true);
    scroll->setAccessibleName(tr("Fields"));
    auto *content = new QWidget(scroll);
    content->setBackgroundRole(QPalette::Base);
    auto *grid = new QGridLayout(content);
    grid->setContentsMargins(metrics::kPageEdge, 6, metrics::kPageEdge, 8);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(5);
    const QStringList titles{tr("Field"), tr("Was"), tr("Yours"), tr("Theirs"), tr("Result")};
    for (int i = 0; i < titles.size(); ++i)
        grid->addWidget(new Label(titles.at(i), Type::Caption, Token::Text2, content), 0, i);
    int at = 1;
    grid->addWidget(new Hairline(Qt::Horizontal, content), at++, 0, 1, -1);
    auto *section = new QHBoxLayout;
    section->setSpacing(8);
    section->addWidget(new StateGlyph(State::Degraded, 14, content));
    auto *count = new Label({}, Type::Strong, Token::Text, content);
    count->setObjectName(u"disagreeCount"_s);
    section->addWidget(count);
    section->addWidget(new Label(tr("Choose for each"), Type::Caption, Token::Text2, content));
    section->addStretch();
    section->setContentsMargins(0, 4, 0, 3);
    grid->addLayout(section, at++, 0, 1, -1);
    grid->addWidget(new Hairline(Qt::Horizontal, content), at++, 0, 1, -1);
    for (const state::EditReview &edit : review.edits) {
        for (const state::MergeConflict &conflict : edit.conflicts) {
            addRow(grid, at++, conflict, edit, review.objects() > 1);
            grid->addWidget(new Hairline(Qt::Horizontal, content), at++, 0, 1, -1);
        }
    }
    count->setText(tr("%n field(s) disagree", nullptr, static_cast<int>(m_rows.size())));
    addMerged(grid, at, draft, review);
    grid->setRowStretch(at, 1);
    grid->setColumnStretch(0, 3);
    grid->setColumnStretch(2, 2);
    grid->setColumnStretch(3, 2);
    grid->setColumnStretch(4, 3);
    scroll->setWidget(content);
    body()->addWidget(scroll, 1);
}

void ConflictDialog::addRow(QGridLayout *grid, int at, const state::MergeConflict &of, const state::EditReview &edit, bool several)
{
    state::MergeConflict conflict = of;
    const state::MergeConflict shown = state::masked(of, edit.edit.kind);
    if (several) {
        conflict.path = state::ChangePipeline::conflictKey(edit.edit.object, of.path);
        conflict.label = edit.edit.object.name + u": "_s + of.label;
    }
    const int index = static_cast<int>(m_rows.size());
    QWidget *parent = grid->parentWidget();
    Row row{conflict, shown};
    auto *field = new ElidedLabel(conflict.label, Type::Mono, Token::Text, Qt::ElideMiddle, parent);
    field->setMinimumWidth(150);
    grid->addWidget(field, at, 0);
    grid->addWidget(new ElidedLabel(valueText(row.shown.base), Type::Mono, Token::Text2, Qt::ElideRight, parent), at, 1);
    const auto radio = [&](const QJsonValue &value, const QString &whose, MergeChoice::Take take) {
        auto *button = new QRadioButton(parent);
        button->setAutoExclusive(false);
        button->setFont(typeFont(Type::Mono));
        const QString text = valueText(value);
        button->setText(button->fontMetrics().elidedText(text, Qt::ElideRight, 160).replace(u'&', u"&&"_s));
        button->setToolTip(text);
        button->setAccessibleName(tr("%1, %2: %3").arg(conflict.label, whose, text));
        connect(button, &QRadioButton::clicked, this, [this, index, take] { this->take(index, take); });
        return button;
    };
    row.yours = radio(row.shown.mine, tr("yours"), MergeChoice::Take::Mine);
    row.theirs = radio(row.shown.theirs, tr("theirs"), MergeChoice::Take::Theirs);
    row.result = new ResultField(parent);
    row.result->setAccessibleName(tr("%1, result").arg(conflict.label));
    row.result->setLook(ResultField::Look::Undecided);
    row.result->setReadOnly(valueText(row.shown.mine) != valueText(conflict.mine) || valueText(row.shown.theirs) != valueText(conflict.theirs));
    connect(row.result, &QLineEdit::textEdited, this, [this, index](const QString &text) { typed(index, text); });
    grid->addWidget(row.yours, at, 2);
    grid->addWidget(row.theirs, at, 3);
    grid->addWidget(row.result, at, 4);
    m_rows.append(row);
}

void ConflictDialog::addMerged(QGridLayout *grid, int &at, const state::ChangeDraft &draft, const state::Review &review)
{
    QWidget *parent = grid->parentWidget();
    struct Merged {
        state::JsonChange change;
        bool yours;
    };
    QList<Merged> merged;
    for (int i = 0; i < review.edits.size() && i < draft.edits.size(); ++i) {
        const state::Edit &edit = draft.edits.at(i);
        if (edit.base.isEmpty())
            continue;
        const QJsonObject base = state::withoutServerFields(edit.base, true);
        const QJsonObject live = state::withoutServerFields(review.edits.at(i).edit.base, true);
        QJsonObject mine = base;
        if (edit.verb == ports::Verb::MergePatch)
            mine = json::mergePatch(base, edit.body).toObject();
        QSet<QString> disputed;
        for (const state::MergeConflict &conflict : review.edits.at(i).conflicts)
            disputed.insert(conflict.label);
        for (const auto &[to, yours] : {std::pair(mine, true), std::pair(live, false)}) {
            const QList<state::JsonChange> changes = state::diffJson(base, to);
            for (const state::JsonChange &change : changes) {
                if (!disputed.contains(change.label))
                    merged.append({change, yours});
            }
        }
    }
    m_merged = static_cast<int>(merged.size());
    if (merged.isEmpty())
        return;
    auto *section = new QHBoxLayout;
    section->setSpacing(8);
    section->addWidget(new StateGlyph(State::Ready, 14, parent));
    section->addWidget(new Label(tr("%n field(s) merge by themselves", nullptr, m_merged), Type::Strong, Token::Text, parent));
    section->addWidget(new Label(tr("Only one side changed them"), Type::Caption, Token::Text2, parent));
    section->addStretch();
    section->setContentsMargins(0, 6, 0, 3);
    grid->addLayout(section, at++, 0, 1, -1);
    grid->addWidget(new Hairline(Qt::Horizontal, parent), at++, 0, 1, -1);
    for (const Merged &m : std::as_const(merged)) {
        const QString to = valueText(m.change.to);
        const auto put = [&](const QString &text, Type type, Token token, int column) {
            grid->addWidget(new ElidedLabel(text, type, token, column ? Qt::ElideRight : Qt::ElideMiddle, parent), at, column);
        };
        put(m.change.label, Type::Mono, Token::Text, 0);
        put(valueText(m.change.from), Type::Mono, Token::Text2, 1);
        put(m.yours ? to : tr("not changed"), m.yours ? Type::Mono : Type::Caption, m.yours ? Token::Text : Token::Text2, 2);
        put(m.yours ? tr("not changed") : to, m.yours ? Type::Caption : Type::Mono, m.yours ? Token::Text2 : Token::Text, 3);
        put(to, Type::Mono, Token::Text, 4);
        grid->setRowMinimumHeight(at, 26);
        ++at;
        grid->addWidget(new Hairline(Qt::Horizontal, parent), at++, 0, 1, -1);
    }
}

void ConflictDialog::take(int index, MergeChoice::Take side)
{
    Row &row = m_rows[index];
    row.choice = MergeChoice{side, {}};
    row.problem.clear();
    row.result->setText(valueText(side == MergeChoice::Take::Mine ? row.shown.mine : row.shown.theirs));
    refresh();
}

void ConflictDialog::typed(int index, const QString &text)
{
    Row &row = m_rows[index];
    row.problem.clear();
    row.choice.reset();
    if (text == valueText(row.conflict.mine)) {
        row.choice = MergeChoice{MergeChoice::Take::Mine, {}};
    } else if (text == valueText(row.conflict.theirs)) {
        row.choice = MergeChoice{MergeChoice::Take::Theirs, {}};
    } else if (!text.trimmed().isEmpty()) {
        const Result<QJsonValue> value = valueOf(text, m_yaml);
        if (value)
            row.choice = MergeChoice{MergeChoice::Take::Value, *value};
        else
            row.problem = value.error().message;
    }
    refresh();
}

void ConflictDialog::takeAll(MergeChoice::Take side)
{
    for (int i = 0; i < m_rows.size(); ++i)
        take(i, side);
    m_review->setFocus();
}

int ConflictDialog::undecided() const
{
    return static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(), [](const Row &row) { return !row.choice; }));
}

void ConflictDialog::refresh()
{
    QString problem;
    for (const Row &row : std::as_const(m_rows)) {
        const bool mine = row.choice && row.choice->take == MergeChoice::Take::Mine;
        const bool theirs = row.choice && row.choice->take == MergeChoice::Take::Theirs;
        row.yours->setChecked(mine);
        row.theirs->setChecked(theirs);
        row.result->setLook(!row.problem.isEmpty() ? ResultField::Look::Invalid
                            : row.choice           ? ResultField::Look::Decided
                                                   : ResultField::Look::Undecided);
        row.result->setToolTip(row.problem.isEmpty() ? row.result->text() : row.problem);
        if (problem.isEmpty() && !row.problem.isEmpty())
            problem = tr("%1: %2").arg(row.conflict.label, row.problem);
    }
    const int open = undecided();
    m_review->setEnabled(open == 0);
    footerText()->setText(!problem.isEmpty() ? problem
                          : open == 0        ? QString()
                          : open == 1        ? tr("1 field is not decided")
                                             : tr("%n field(s) are not decided", nullptr, open));
    m_headline->setText(tr("Nothing was applied: the object changed during the edit.") + u' '
                        + tr("%n field(s) disagree", nullptr, static_cast<int>(m_rows.size())) + u", "_s + tr("%n merge", nullptr, m_merged) + u'.');
}

void ConflictDialog::askWho(const ReviewContext &context, const state::Review &review)
{
    if (review.edits.isEmpty() || m_rows.isEmpty())
        return;
    const ObjectId object = review.edits.first().edit.object;
    const QString pointer = FieldLines::pointerOf(m_rows.first().conflict.label);
    const Clock *clock = context.environment.clock;
    whenFinished(context.environment.gateway->get(object.gvr, object.ns, object.name), this, [this, pointer, clock](const Result<QJsonObject> &live) {
        if (!live) {
            m_theirs->setText(tr("Theirs: it could not be read who wrote: %1").arg(live.error().message));
            return;
        }
        const FieldOwner owner = fieldOwner(*live, pointer);
        if (owner.manager.isEmpty()) {
            m_theirs->setText(tr("Theirs: the server does not say who wrote"));
            return;
        }
        const QDateTime time = QDateTime::fromString(owner.time, Qt::ISODate);
        m_theirs->setText(time.isValid() && clock ? tr("Theirs: %1, %2 ago").arg(owner.manager, formatAge(time, clock->now()))
                                                  : tr("Theirs: %1").arg(owner.manager));
        m_theirs->setToolTip(owner.time);
    });
}

}
