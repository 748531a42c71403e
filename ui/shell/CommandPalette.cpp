// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/CommandPalette.h"

#include "ui/theme/Icons.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QCollator>
#include <QKeyEvent>
#include <QListWidget>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// More than anybody reads; the list is cut before it is sorted.
constexpr qsizetype kMostObjects = 500;
constexpr int kExact = 100;   // more than any part of a name scores
constexpr int kMostShown = 50;   // of a section, when it is the only one

enum PaletteRole { DetailRole = Qt::UserRole + 1, IconRole, KeyRole, WhyRole, PositionsRole, HitRole };

/// Icon, the title with its matched letters, the object, key cap or lock and reason at the right.
class PaletteDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {100, QFontMetrics(option.font).height() + (index.data(HitRole).isValid() ? 18 : 12)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens t = tokens(option.palette);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect rect = option.rect.adjusted(8, 0, -8, 0);
        if (!index.data(HitRole).isValid()) {
            const bool more = index.data(DetailRole).isValid();
            painter->setFont(typeFont(Type::Caption, more ? option.font : typeFont(Type::Strong, option.font)));
            painter->setPen(t[Token::Text2]);
            painter->drawText(rect.adjusted(more ? 36 : 8, 0, 0, 0), Qt::AlignVCenter, index.data().toString());
            painter->restore();
            return;
        }
        if (option.state.testFlag(QStyle::State_Selected))
            style::box(painter, QRectF(rect), metrics::kRadiusControl, t[Token::Sel], Qt::transparent);
        paintHit(painter, option, index, rect, t);
        painter->restore();
    }

private:
    static void paintHit(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, const QRect &rect, const Tokens &t)
    {
        const QString why = index.data(WhyRole).toString();
        const bool disabled = !why.isEmpty();
        paintIcon(painter, QRectF(rect.x() + 10, rect.center().y() - 7, 16, 16), index.data(IconRole).toString(),
                  t[disabled ? Token::Text3 : Token::Text2], t[Token::Base]);
        int x = rect.x() + 36;
        const QString title = index.data().toString();
        const QSet<int> matched = [&] {
            const QVariantList list = index.data(PositionsRole).toList();
            QSet<int> out;
            for (const QVariant &v : list)
                out.insert(v.toInt());
            return out;
        }();
        const QFont strong = typeFont(Type::Strong, option.font);
        for (qsizetype i = 0; i < title.size();) {
            const bool hit = matched.contains(int(i));
            qsizetype end = i;
            while (end < title.size() && matched.contains(int(end)) == hit)
                ++end;
            const QString part = title.mid(i, end - i);
            painter->setFont(hit ? strong : option.font);
            painter->setPen(t[hit ? Token::Accent : disabled ? Token::Text2 : Token::Text]);
            painter->drawText(QRect(x, rect.y(), rect.right() - x, rect.height()), Qt::AlignVCenter | Qt::TextSingleLine, part);
            x += painter->fontMetrics().horizontalAdvance(part);
            i = end;
        }
        painter->setFont(option.font);
        int right = rect.right() - 8;
        const QString key = index.data(KeyRole).toString();
        if (disabled) {
            const QFont caption = typeFont(Type::Caption, option.font);
            painter->setFont(caption);
            painter->setPen(t[Token::Text2]);
            const QString text = painter->fontMetrics().elidedText(why, Qt::ElideRight, rect.width() / 2);
            const int wide = painter->fontMetrics().horizontalAdvance(text);
            painter->drawText(QRect(right - wide, rect.y(), wide + 1, rect.height()), Qt::AlignVCenter, text);
            paintIcon(painter, QRectF(right - wide - 20, rect.center().y() - 6, 14, 14), u"lock"_s, t[Token::Text2], t[Token::Base]);
            right -= wide + 28;
        } else if (!key.isEmpty()) {
            const QFont micro = typeFont(Type::Micro, option.font);
            const int wide = QFontMetrics(micro).horizontalAdvance(key) + 12;
            const QRectF cap(right - wide, rect.center().y() - 9, wide, 19);
            style::box(painter, cap, metrics::kRadiusBadge, t[Token::Base], t[Token::Edge]);
            painter->setFont(micro);
            painter->setPen(t[Token::Text2]);
            painter->drawText(cap, Qt::AlignCenter, key);
            right -= wide + 8;
        }
        painter->setFont(option.font);
        painter->setPen(t[Token::Text2]);
        const QRect detail(x + 10, rect.y(), right - x - 10, rect.height());
        painter->drawText(detail, Qt::AlignVCenter | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(index.data(DetailRole).toString(), Qt::ElideRight, detail.width()));
    }
};

}

CommandPalette::CommandPalette(const ShellContext &context, ActionRegistry *actions, const QList<Pane> &panes, QWidget *parent)
    : Popup(tr("Search or command"), parent)
    , m_context(context)
    , m_actions(actions)
    , m_panes(panes)
{
    setFixedWidth(640);
    body()->setContentsMargins(1, 1, 1, 1);
    body()->setSpacing(0);
    auto *field = new SearchField(u"search"_s, tr("Search or command"), tr("Search or command"), this);
    m_field = field;
    m_field->setFrame(false);
    m_field->setProperty("bare", true);
    field->setKeyHint(tr("> actions   # objects   : panes   @ environments"));
    field->setRoomy();
    m_field->setFixedHeight(46);
    m_field->installEventFilter(this);
    m_list = new QListWidget(this);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("Results"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFixedHeight(340);
    m_list->viewport()->setAutoFillBackground(false);
    m_footer = new Label({}, Type::Caption, Token::Text2, this);
    m_counted = new Label({}, Type::Caption, Token::Text2, this);
    body()->addWidget(m_field);
    body()->addWidget(new Hairline(Qt::Horizontal, this));
    body()->addWidget(m_list);
    body()->addWidget(new Hairline(Qt::Horizontal, this));
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(16, 6, 16, 7);
    foot->addWidget(m_footer, 1);
    foot->addWidget(m_counted);
    body()->addLayout(foot);
    setFocusProxy(m_field);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    search({});
}

void CommandPalette::setText(const QString &text)
{
    m_field->setText(text);
}

int CommandPalette::matches() const
{
    return int(m_hits.size());
}

std::optional<int> CommandPalette::match(const QString &pattern, const QString &text, QList<int> *positions)
{
    int score = 0;
    qsizetype from = 0;
    const QStringList words = pattern.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const qsizetype at = text.indexOf(word, from, Qt::CaseInsensitive);
        if (at < 0)
            return std::nullopt;
        const bool start = at == 0 || !text.at(at - 1).isLetterOrNumber();
        score += (start ? 20 : 5) - int(std::min<qsizetype>(at, 4));
        for (qsizetype i = at; positions && i < at + word.size(); ++i)
            positions->append(int(i));
        from = at + word.size();
    }
    return score;
}

QList<CommandPalette::Hit> CommandPalette::actionHits(const QString &pattern) const
{
    QList<Hit> out;
    const QList<QAction *> all = m_actions->actions();
    for (QAction *action : all) {
        const bool change = action->objectName().startsWith("change."_L1);
        const bool ofObject = change && action->objectName() != "change.create"_L1;
        const QString object = ofObject && m_actions->targets().size() == 1 ? m_actions->targets().first().object().name : QString();
        QList<int> positions;
        const auto score = match(pattern, action->text(), &positions);
        if (!score || (ofObject && m_actions->targets().isEmpty()))
            continue;
        const QString named = m_actions->iconOf(action);
        const QString iconName = named.isEmpty() ? u"right"_s : named;
        out.append({*score, action->text(), object, iconName, action->shortcut().toString(QKeySequence::NativeText),
                    action->isEnabled() ? QString() : action->statusTip().section(u'\n', -1), positions, [action] { action->trigger(); }});
    }
    return out;
}

/// Of very many the nearest by plain order, in no order; numbers and letters of the language are compared among those.
QList<state::RowPtr> CommandPalette::nearest(const state::ResourceStore &store, const QString &typed)
{
    const QStringList words = typed.split(u' ', Qt::SkipEmptyParts);
    const auto matches = [&words](const QString &name) {
        qsizetype from = 0;
        return std::all_of(words.begin(), words.end(), [&](const QString &word) {
            const qsizetype at = name.indexOf(word, from);
            from = at + word.size();
            return at >= 0;
        });
    };
    const auto before = [&typed](const state::RowPtr &a, const state::RowPtr &b) {
        if (const bool first = a->name == typed, second = b->name == typed; first != second)
            return first;
        const bool first = network::isProblem(a->state), second = network::isProblem(b->state);
        return first != second ? first : a->name.size() != b->name.size() ? a->name.size() < b->name.size() : a->name < b->name;
    };
    // A heap with the farthest on top: most rows are refused by one look at it.
    QList<state::RowPtr> out;
    for (const state::RowPtr &row : store.rows()) {
        if (!matches(row->name))
            continue;
        if (out.size() < kMostObjects) {
            out.append(row);
            std::push_heap(out.begin(), out.end(), before);
        } else if (before(row, out.first())) {
            std::pop_heap(out.begin(), out.end(), before);
            out.last() = row;
            std::push_heap(out.begin(), out.end(), before);
        }
    }
    return out;
}

void CommandPalette::addObjects(QList<Hit> &out, const state::ResourceStore &store, const QString &pattern)
{
    // Of equally good matches: what has a problem first, then by name, run-9 before run-10.
    // Names of objects are in small letters: compared as they are, tens of thousands cost little.
    // The one whose whole name was typed comes before everything.
    const QString typed = pattern.toLower();
    const auto exact = [&typed](const state::RowPtr &row) { return row->name == typed; };
    QList<state::RowPtr> rows = nearest(store, typed);
    QCollator names;
    names.setNumericMode(true);
    std::partial_sort(rows.begin(), rows.begin() + std::min<qsizetype>(kMostShown, rows.size()), rows.end(), [&](const state::RowPtr &a, const state::RowPtr &b) {
        if (exact(a) != exact(b))
            return exact(a);
        const bool first = network::isProblem(a->state), second = network::isProblem(b->state);
        return first != second ? first : names.compare(a->name, b->name) < 0;
    });
    for (const state::RowPtr &row : std::as_const(rows)) {
        QList<int> positions;
        const auto score = match(pattern, row->name, &positions);
        const bool node = store.kind().pane == "nodes"_L1;
        QStringList detail{node ? row->network : store.kind().title, network::stateWord(row->state)};
        if (m_context.environments.size() > 1)
            detail.append(store.cluster());
        detail.removeAll(QString());
        out.append({score.value_or(0) + (exact(row) ? kExact : 0), row->name, detail.join(u", "_s), store.kind().icon, {}, {}, positions,
                    [this, id = store.idOf(*row)] { Q_EMIT objectWanted(id); }});
        if (out.size() >= kMostObjects)
            return;
    }
}

/// Whatever is watched, nodes first.
QList<CommandPalette::Hit> CommandPalette::objectHits(const QString &pattern)
{
    QList<Hit> out;
    for (const bool nodes : {true, false}) {
        for (const state::Environment *environment : std::as_const(m_context.environments)) {
            const QList<state::ResourceStore *> stores = environment->stores();
            for (const state::ResourceStore *store : stores) {
                if (out.size() < kMostObjects && (store->kind().pane == "nodes"_L1) == nodes)
                    addObjects(out, *store, pattern);
            }
        }
    }
    return out;
}

QList<CommandPalette::Hit> CommandPalette::paneHits(const QString &pattern)
{
    QList<Hit> out;
    for (const Pane &pane : m_panes) {
        QList<int> positions;
        if (const auto score = match(pattern, pane.title, &positions))
            out.append({*score, pane.title, {}, pane.icon, QString(u':' + pane.id), {}, positions, [this, id = pane.id] { Q_EMIT paneWanted(id); }});
    }
    return out;
}

void CommandPalette::addSource(QChar mode, const QString &title, const QList<Entry> &entries, bool unasked)
{
    m_sources.append({mode, title, entries, unasked});
    search(m_field->text());
}

QList<CommandPalette::Hit> CommandPalette::sourceHits(const Source &source, const QString &pattern)
{
    QList<Hit> out;
    for (const Entry &entry : source.entries) {
        QList<int> positions;
        if (const auto score = match(pattern, entry.title, &positions))
            out.append({*score, entry.title, entry.detail, entry.icon, {}, {}, positions, entry.run});
    }
    return out;
}

void CommandPalette::addSection(const QString &title, QList<Hit> hits, int most, QChar mode)
{
    if (hits.isEmpty())
        return;
    std::stable_sort(hits.begin(), hits.end(), [](const Hit &a, const Hit &b) {
        return a.why.isEmpty() != b.why.isEmpty() ? a.why.isEmpty() : a.score > b.score;
    });
    auto *heading = new QListWidgetItem(title, m_list);
    heading->setFlags(Qt::NoItemFlags);
    for (qsizetype i = 0; i < std::min<qsizetype>(most, hits.size()); ++i) {
        const Hit &hit = hits.at(i);
        auto *item = new QListWidgetItem(hit.title, m_list);
        QVariantList positions;
        for (const int position : hit.positions)
            positions.append(position);
        item->setData(DetailRole, hit.detail);
        item->setData(IconRole, hit.icon);
        item->setData(KeyRole, hit.key);
        item->setData(WhyRole, hit.why);
        item->setData(PositionsRole, positions);
        item->setData(HitRole, int(m_hits.size()));
        item->setData(Qt::AccessibleTextRole, u"%1 %2 %3"_s.arg(hit.title, hit.detail, hit.why));
        m_hits.append(hit);
    }
    m_found += hits.size();
    if (hits.size() > most && (most == kMostShown || !mode.isNull())) {
        const qsizetype others = std::min<qsizetype>(hits.size(), kMostShown) - most;
        auto *more = new QListWidgetItem(mode.isNull() ? tr("%1 are shown: type more of the name").arg(most) : tr("%1 more: begin with %2").arg(others).arg(mode), m_list);
        more->setData(DetailRole, true);   // not a heading
        more->setFlags(Qt::NoItemFlags);
    }
}

void CommandPalette::search(const QString &text)
{
    m_list->clear();
    m_hits.clear();
    m_found = 0;
    const QChar mode = text.isEmpty() ? QChar() : text.at(0);
    const bool moded = mode == u'>' || mode == u'#' || mode == u':'
        || std::any_of(m_sources.cbegin(), m_sources.cend(), [mode](const Source &s) { return s.mode == mode; });
    const QString pattern = (moded ? text.mid(1) : text).trimmed();
    if (!moded || mode == u'>')
        addSection(tr("Actions"), actionHits(pattern), moded ? kMostShown : 5, moded ? QChar() : u'>');
    if ((!moded && !pattern.isEmpty()) || mode == u'#')
        addSection(tr("Objects"), objectHits(pattern), moded ? kMostShown : 5, moded ? QChar() : u'#');
    if (!moded || mode == u':')
        addSection(tr("Panes"), paneHits(pattern), 10);
    for (const Source &source : std::as_const(m_sources)) {
        if (moded ? mode == source.mode : source.unasked || !pattern.isEmpty())
            addSection(source.title, sourceHits(source, pattern), moded ? kMostShown : 5, moded ? QChar() : source.mode);
    }
    if (m_hits.isEmpty()) {
        auto *none = new QListWidgetItem(tr("Nothing matches %1.").arg(text), m_list);
        none->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(m_hits.isEmpty() ? -1 : 1);
    m_footer->setText(tr("Enter runs    Esc closes"));
    m_counted->setText((m_found < kMostObjects ? tr("%n match(es)", nullptr, int(m_found)) : tr("%1 matches or more").arg(m_found)));
}

void CommandPalette::step(int by)
{
    int row = m_list->currentRow();
    do {
        row += by;
    } while (row >= 0 && row < m_list->count() && !m_list->item(row)->data(HitRole).isValid());
    if (row >= 0 && row < m_list->count())
        m_list->setCurrentRow(row);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item || !item->data(HitRole).isValid())
        return;
    const Hit hit = m_hits.at(item->data(HitRole).toInt());
    if (!hit.why.isEmpty())
        return;
    close();
    hit.run();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Down: step(1); return true;
        case Qt::Key_Up: step(-1); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: runCurrent(); return true;
        case Qt::Key_Escape: close(); return true;
        default: break;
        }
    }
    return Popup::eventFilter(watched, event);
}

}
