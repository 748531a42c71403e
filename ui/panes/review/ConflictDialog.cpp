// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ConflictDialog.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/state/KeptDrafts.h"
#include "models/state/Redaction.h"
#include "models/state/JsonDiff.h"
#include "ui/panes/review/ConflictField.h"
#include "ui/panes/review/ConflictSheet.h"
#include "ui/panes/review/ReviewTexts.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/YamlView.h"

#include <QGridLayout>
#include <QJsonArray>
#include <QRadioButton>
#include <QScrollArea>
#include <QStackedWidget>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;
using state::MergeChoice;

namespace {
constexpr int kFieldMost = 280;      ///< of a path before it is elided
constexpr int kResultIndent = 9;
}

ResultField::ResultField(QWidget *parent) : QLineEdit(parent)
{
    setFont(typeFont(Type::Mono));
    setFrame(false);
    setTextMargins(8, 0, 26, 0);
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
    if (m_look == Look::Decided && !isReadOnly()) {   // it can still be edited
        QPainter painter(this);
        const int x = layoutDirection() == Qt::RightToLeft ? 7 : width() - 21;
        icon(u"edit"_s, Token::Text2).paint(&painter, QRect(x, (height() - 14) / 2, 14, 14));
    }
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
    : DialogFrame(parent), m_yaml(context.yaml), m_draft(draft), m_reviewed(review), m_headline(new Label({}, Type::Body, Token::Text, this)),
      m_theirs(new Label(tr("Theirs: reading who wrote"), Type::Caption, Token::Text2, this)), m_yours(new Label({}, Type::Caption, Token::Text2, this)),
      m_keep(makeButton(tr("Keep as draft"), ButtonKind::Normal, {}, this)), m_review(makeButton(tr("Review result…"), ButtonKind::Primary, {}, this))
{
    setWishedSize({880, 612});
    setMinimumSize(700, 400);
    setHeading(tr("Conflict on %1").arg(draft.objectText()), context.markId, {});
    setHeadJoined();
    auto *head = new QVBoxLayout;
    head->setContentsMargins(metrics::kPageEdge, 0, metrics::kPageEdge, 10);
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
        return glyph;
    };
    m_theirsGlyph = who(u"users"_s, m_theirs);
    who(u"user"_s, m_yours);
    body()->addLayout(head);
    body()->addWidget(new Hairline(Qt::Horizontal, this));
    const state::EditReview first = review.edits.value(0);
    m_yours->setText(tr("Yours: %1, based on version %2, now %3").arg(context.environment.user, draft.edits.value(0).baseVersion, first.liveVersion));
    buildRows(draft, review);
    buildFooter();
    askWho(context, review);
    askSchema(context);
    setCurrent(m_rows.isEmpty() ? -1 : 0);
    refresh();
    if (!m_rows.isEmpty())
        m_rows.first().yours->setFocus();
}

void ConflictDialog::buildFooter()
{
    QPushButton *allYours = makeButton(tr("All yours"), ButtonKind::Normal, {}, this);
    QPushButton *allTheirs = makeButton(tr("All theirs"), ButtonKind::Normal, {}, this);
    allYours->setObjectName(u"allYours"_s);
    allTheirs->setObjectName(u"allTheirs"_s);
    footerLeft()->addWidget(allYours);
    footerLeft()->addWidget(allTheirs);
    QPushButton *yamlButton = makeButton(tr("Show YAML"), ButtonKind::Ghost, u"yaml"_s, this);
    yamlButton->setObjectName(u"showYaml"_s);
    yamlButton->setCheckable(true);
    yamlButton->setToolTip(tr("The object as it becomes; theirs where nothing is decided yet"));
    footerLeft()->addWidget(yamlButton);
    connect(yamlButton, &QPushButton::toggled, this, [this, yamlButton](bool on) {
        yamlButton->setText(on ? tr("Show fields") : tr("Show YAML"));
        showYaml(on);
    });
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
        const QMap<QString, MergeChoice> chosen = choices();
        QDialog::accept();
        Q_EMIT decided(chosen);
    });
}

ConflictDialog::~ConflictDialog()
{
    m_stop.request_stop();
}

/// What an edit was made on; of a draft kept over a restart that is known of what it touches, the rest is as it is live.
QJsonObject ConflictDialog::baseOf(int index) const
{
    const state::Edit &edit = m_draft.edits.at(index);
    const QJsonObject live = m_reviewed.edits.at(index).edit.base;
    return state::withoutServerFields(edit.partialBase ? state::wholeBase(live, edit.base, edit.body.toObject()) : edit.base, true);
}

QMap<QString, MergeChoice> ConflictDialog::choices() const
{
    QMap<QString, MergeChoice> out;
    for (const Row &row : m_rows) {
        if (row.choice)
            out.insert(row.conflict.path, *row.choice);
    }
    return out;
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
    auto *content = m_sheet = new ConflictSheet(scroll);
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
    for (int i = 0; i < int(review.edits.size()); ++i) {
        const state::EditReview &edit = review.edits.at(i);
        for (const state::MergeConflict &conflict : edit.conflicts) {
            addRow(grid, at++, conflict, edit, review.objects() > 1);
            m_rows.last().edit = i;
            grid->addWidget(new Hairline(Qt::Horizontal, content), at++, 0, 1, -1);
        }
    }
    count->setText(tr("%n field(s) disagree", nullptr, static_cast<int>(m_rows.size())));
    addMerged(grid, at, draft, review);
    grid->setRowStretch(at, 1);
    grid->setColumnStretch(0, 3);
    grid->setColumnStretch(2, 2);
    grid->setColumnStretch(3, 2);
    grid->setColumnStretch(4, 2);
    scroll->setWidget(content);
    buildBelow(scroll);
}

/// The fields or the result as YAML, and below them the current field in full.
void ConflictDialog::buildBelow(QWidget *fields)
{
    m_text = new YamlView(this);
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setAccessibleName(tr("The object as it becomes"));
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(fields);
    m_stack->addWidget(m_text);
    body()->addWidget(m_stack, 1);
    m_fieldLine = new Hairline(Qt::Horizontal, this);
    body()->addWidget(m_fieldLine);
    m_field = new ConflictField(this);
    body()->addWidget(m_field);
    connect(m_field, &ConflictField::mineWanted, this, [this] {
        take(m_current, MergeChoice::Take::Mine);
        goOn();
    });
    connect(m_field, &ConflictField::theirsWanted, this, [this] {
        take(m_current, MergeChoice::Take::Theirs);
        goOn();
    });
    connect(m_field, &ConflictField::valueTyped, this, [this](const QString &text) {
        m_rows.at(m_current).result->setText(text);
        typed(m_current, text);
    });
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
    row.plain = of;
    row.gridRow = at;
    auto *field = new ElidedLabel(conflict.label, Type::Mono, Token::Text, Qt::ElideMiddle, parent);
    field->setMinimumWidth(qBound(150, QFontMetrics(typeFont(Type::Mono)).horizontalAdvance(conflict.label) + 4, kFieldMost));
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
    for (QWidget *widget : std::initializer_list<QWidget *>{row.yours, row.theirs, row.result, field})
        widget->installEventFilter(this);
    field->setProperty("conflictRow", index);
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
        QJsonObject base = baseOf(i);
        QJsonObject live = state::withoutServerFields(review.edits.at(i).edit.base, true);
        for (QJsonObject *object : {&base, &live})
            object->insert("kind"_L1, edit.kind);   // the masks go by it
        QJsonObject mine = base;
        if (edit.verb == ports::Verb::MergePatch)
            mine = json::mergePatch(base, edit.body).toObject();
        QSet<QString> disputed;
        for (const state::MergeConflict &conflict : review.edits.at(i).conflicts)
            disputed.insert(conflict.label);
        for (const auto &[to, yours] : {std::pair(mine, true), std::pair(live, false)}) {
            const auto [before, after] = state::masked(base, to);
            const QList<state::JsonChange> changes = state::diffJson(before, after);
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
            auto *label = new ElidedLabel(text, type, token, column ? Qt::ElideRight : Qt::ElideMiddle, parent);
            if (column == 4)
                label->setContentsMargins(kResultIndent, 0, 0, 0);   // where the fields above have their text
            grid->addWidget(label, at, column);
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
    showField();
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
    const Row &row = m_rows.first();
    const ObjectId object = review.edits.at(row.edit).edit.object;
    const QString pointer = FieldLines::pointerOf(row.plain.label);
    const QString of = review.objects() > 1 ? object.name : QString();
    whenFinished(context.environment.gateway->get(object.gvr, object.ns, object.name), this, [this, pointer, context, of](const Result<QJsonObject> &live) {
        const Clock *clock = context.environment.clock;
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
        QString said = time.isValid() && clock ? tr("Theirs: %1, %2 ago").arg(owner.manager, formatAge(time, clock->now()))
                                               : tr("Theirs: %1").arg(owner.manager);
        if (!of.isEmpty())
            said = tr("%1 (%2)").arg(said, of);
        m_theirs->setText(said);
        m_theirs->setToolTip(owner.time);
        if (owner.manager.startsWith("argocd"_L1))
            askApplication(context, *live, said);
    });
}

}
