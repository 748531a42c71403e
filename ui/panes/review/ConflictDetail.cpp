// SPDX-License-Identifier: GPL-3.0-or-later
// The field in full below the table, the result as YAML, and who wrote.
#include "models/core/Async.h"
#include "models/core/Json.h"
#include "models/state/GitDeclared.h"
#include "models/state/JsonDiff.h"
#include "models/state/Redaction.h"
#include "ui/panes/review/ConflictDialog.h"
#include "ui/panes/review/ConflictField.h"
#include "ui/panes/review/ConflictSheet.h"
#include "ui/panes/review/ReviewTexts.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/YamlView.h"

#include <QPushButton>
#include <QRadioButton>
#include <QRegularExpression>
#include <QStackedWidget>

namespace qd::ui {

using namespace Qt::StringLiterals;
using state::MergeChoice;

/// Argo CD writes what a commit says: which one, the Application knows.
void ConflictDialog::askApplication(const ReviewContext &context, const QJsonObject &live, const QString &said)
{
    m_theirsGlyph->setSymbol(u"git"_s, Token::Text2, tr("Theirs"));
    const state::ArgoOwner owner = state::argoOwnerOf(live);
    if (!owner.owned())
        return;
    const state::Edit edit = m_reviewed.edits.at(m_rows.first().edit).edit;
    state::readArgoApplication(context.environment.gateway, owner, edit, this, m_stop.get_token(), [this, said, edit](const state::ArgoApplication &application) {
        if (application.object.isEmpty())
            return;
        const state::GitSource source = state::gitSource(application.object, edit.object.gvr.group, edit.kind, edit.object.ns, edit.object.name);
        if (!source.revision.isEmpty())
            m_theirs->setText(tr("%1, revision %2 of %3").arg(said, source.revision, application.id.name));
    });
}

void ConflictDialog::askSchema(const ReviewContext &context)
{
    if (m_rows.isEmpty() || m_reviewed.objects() != 1)
        return;
    const state::Edit edit = m_reviewed.edits.first().edit;
    whenFinished(context.environment.gateway->openApi(edit.object.gvr, m_stop.get_token()), this, [this, edit](const Result<QJsonObject> &document) {
        if (!document)
            return;   // the field is shown without its description
        m_schema = state::SchemaHints::of(*document, edit.object.gvr.group, edit.object.gvr.version, edit.kind);
        showField();
    });
}

bool ConflictDialog::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::MouseButtonPress) {
        for (int i = 0; i < int(m_rows.size()); ++i) {
            const Row &row = m_rows.at(i);
            const QVariant own = watched->property("conflictRow");
            if (watched == row.yours || watched == row.theirs || watched == row.result || (own.isValid() && own.toInt() == i))
                setCurrent(i);
        }
    }
    return DialogFrame::eventFilter(watched, event);
}

void ConflictDialog::setCurrent(int row)
{
    m_current = row;
    m_field->setVisible(row >= 0);
    m_fieldLine->setVisible(row >= 0);
    m_sheet->setCurrent(row >= 0 ? m_rows.at(row).gridRow : -1);
    showField();
}

/// To the next field that is not decided; to the review when all are.
void ConflictDialog::goOn()
{
    for (int step = 1; step < int(m_rows.size()); ++step) {
        const int next = (m_current + step) % int(m_rows.size());
        if (!m_rows.at(next).choice) {
            setCurrent(next);
            return;
        }
    }
    if (undecided() == 0)
        m_review->setFocus();
}

void ConflictDialog::showField()
{
    if (m_current < 0 || m_current >= m_rows.size())
        return;
    const Row &row = m_rows.at(m_current);
    ConflictField::Shown shown;
    shown.label = row.conflict.label;
    shown.mine = valueText(row.shown.mine);
    shown.theirs = valueText(row.shown.theirs);
    shown.result = row.result->text();
    shown.problem = row.problem;
    shown.mayType = !row.result->isReadOnly();
    shown.typed = (row.choice && row.choice->take == MergeChoice::Take::Value) || (!row.choice && !shown.result.isEmpty());
    static const QRegularExpression element(u"^\\[.*\\]$|^\\d+$"_s);
    QStringList path = json::split(row.plain.path);
    for (QString &token : path) {
        if (element.match(token).hasMatch())
            token = u"-"_s;
    }
    const std::optional<state::SchemaHints::Field> field = m_schema.field(path);
    QString effect = effectOf(row);
    if (field) {
        QStringList parts{field->type};
        if (!field->limits.isEmpty())
            parts.append(field->limits);
        shown.limits = parts.join(u", "_s);
        if (effect.isEmpty())
            effect = field->description;
    }
    shown.effect = effect;
    m_field->present(shown);
}

/// What either value does to the object as it was, in the words of the review.
QString ConflictDialog::effectOf(const Row &row) const
{
    if (row.edit >= m_reviewed.edits.size() || row.plain.path.contains(u'['))
        return {};
    const state::EditReview &of = m_reviewed.edits.at(row.edit);
    const auto told = [&](const QJsonValue &value) {
        state::EditReview one;
        one.edit = of.edit;
        QJsonValue before = of.edit.base;
        json::set(before, row.plain.path, row.plain.base);
        QJsonValue after = before;
        json::set(after, row.plain.path, value);
        one.before = before.toObject();
        one.after = after.toObject();
        one.diff = state::diffJson(one.before, one.after);
        one.changedFields = {row.plain.label};
        const QList<state::Consequence> list = state::consequencesOf(m_draft, {one});
        return list.isEmpty() ? state::Consequence() : list.first();
    };
    const auto sentence = [](const state::Consequence &one) { return one.detail.isEmpty() ? one.headline : QString(one.headline + u", "_s + one.detail); };
    const state::Consequence ours = told(row.plain.mine), others = told(row.plain.theirs);
    if (ours.headline == others.headline && ours.detail != others.detail && !ours.detail.isEmpty() && !others.detail.isEmpty())
        return tr("%1. Yours: %2. Theirs: %3.").arg(ours.headline, ours.detail, others.detail);
    const QString mine = sentence(ours), theirs = sentence(others);
    if (mine == theirs)
        return mine.isEmpty() ? QString() : tr("Either way: %1.").arg(mine);
    QStringList parts;
    if (!mine.isEmpty())
        parts.append(tr("Yours: %1.").arg(mine));
    if (!theirs.isEmpty())
        parts.append(tr("Theirs: %1.").arg(theirs));
    return parts.join(u' ');
}

QString ConflictDialog::resultText() const
{
    QStringList texts;
    for (int i = 0; i < int(m_reviewed.edits.size()) && i < int(m_draft.edits.size()); ++i) {
        const state::Edit &edit = m_draft.edits.at(i);
        const QJsonObject live = m_reviewed.edits.at(i).edit.base;
        if (edit.base.isEmpty() || edit.verb != ports::Verb::MergePatch)
            continue;
        QMap<QString, MergeChoice> own;
        for (const Row &row : m_rows) {
            if (row.edit == i && row.choice)
                own.insert(row.plain.path, *row.choice);
        }
        const QJsonObject base = baseOf(i);
        const state::MergeResult merged = state::mergeThreeWay(base, json::mergePatch(base, edit.body), state::withoutServerFields(live, true), own);
        texts.append(objectText(state::masked(merged.merged.toObject()), m_yaml));
    }
    return texts.join(u"---\n"_s);
}

void ConflictDialog::showYaml(bool on)
{
    if (on)
        m_text->setPlainText(resultText());
    m_stack->setCurrentIndex(on ? 1 : 0);
}

}
