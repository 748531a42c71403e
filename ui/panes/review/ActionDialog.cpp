// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ActionDialog.h"

#include "models/core/Quantity.h"
#include "models/state/ActionDrafts.h"
#include "models/state/ComponentPaths.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/YamlView.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {

QString nameOf(const QJsonObject &live)
{
    return live.value("metadata"_L1).toObject().value("name"_L1).toString();
}

QString plainTitle(const state::ActionInfo &action)
{
    QString title = action.title;
    while (title.endsWith(QChar(0x2026)) || title.endsWith(u'.'))
        title.chop(1);
    return title;
}

}

ActionDialog::ActionDialog(const state::ActionCatalogue *catalogue, const state::ActionInfo &action, Subject subject, QWidget *parent)
    : DialogFrame(parent), m_catalogue(catalogue), m_action(action), m_subject(std::move(subject)),
      m_error(new NoticeBar(State::Failed, {}, {}, this)), m_next(makeButton(tr("Review…"), ButtonKind::Primary, {}, this))
{
    const QString name = nameOf(m_subject.live);
    setHeading(m_subject.bulk ? m_subject.bulk->title() : name.isEmpty() ? plainTitle(action) : state::actionTitle(action.id, name), m_subject.markId,
               m_subject.context.cluster);
    QVBoxLayout *column = addScrolledForm();
    QWidget *content = column->parentWidget();
    m_error->setRounded(true);
    m_error->hide();
    column->addWidget(m_error);
    for (const state::ActionParam &param : action.params) {
        const int index = static_cast<int>(m_fields.size());
        QWidget *editor = makeEditor(param);
        auto *field = new FormField(param.label.isEmpty() ? param.name : param.label, editor, param.help, !param.required, content);
        column->addWidget(field, param.type == "yaml"_L1 ? 1 : 0);
        m_fields.append({param, field});
        if (auto *edit = qobject_cast<QLineEdit *>(editor))
            connect(edit, &QLineEdit::editingFinished, this, [this, index] { check(index); });
        if (auto *edit = qobject_cast<QLineEdit *>(editor))
            connect(edit, &QLineEdit::returnPressed, this, &ActionDialog::finish);
        if (auto *combo = qobject_cast<QComboBox *>(editor); combo && param.name == "component"_L1)
            connect(combo, &QComboBox::currentIndexChanged, this, &ActionDialog::showCurrent);
    }
    if (m_fields.isEmpty())
        column->addWidget(new Label(tr("This needs nothing but your review."), Type::Body, Token::Text2, content));
    column->addStretch();

    QPushButton *cancel = makeButton(tr("Cancel"), ButtonKind::Normal, {}, this);
    footerRight()->addWidget(cancel);
    footerRight()->addWidget(m_next);
    m_next->setObjectName(u"review"_s);
    footerText()->setText(tr("Nothing is sent before the review."));
    if (m_subject.bulk) {
        QStringList names;
        for (const state::BulkObject &object : m_subject.bulk->objects())
            names.append(nameOf(object.live));
        auto *whom = new ElidedLabel(names.join(u", "_s), Type::Caption, Token::Text2, Qt::ElideRight, content);
        whom->setAccessibleName(tr("Objects: %1").arg(names.join(u", "_s)));
        column->insertWidget(1, whom);
    }
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_next, &QPushButton::clicked, this, &ActionDialog::finish);
    setWishedSize({520, qBound(240, 200 + static_cast<int>(m_fields.size()) * 84, 700)});
    setMinimumWidth(440);
    showCurrent();
    // What has a value to be changed is where one types; without one it begins at the first field.
    const auto typed = std::find_if(m_fields.begin(), m_fields.end(), [](const Field &field) {
        const auto *edit = qobject_cast<QLineEdit *>(field.field->editor());
        return edit && !edit->text().isEmpty();
    });
    if (!m_fields.isEmpty())
        (typed == m_fields.end() ? m_fields.first() : *typed).field->editor()->setFocus(Qt::TabFocusReason);
}

QWidget *ActionDialog::makeEditor(const state::ActionParam &param)
{
    QStringList values = param.values;
    if (param.type == "boolean"_L1) {
        auto *box = new QCheckBox(param.label, this);
        box->setChecked(param.defaultValue == "true"_L1);
        return box;
    }
    if (!values.isEmpty()) {
        auto *combo = new QComboBox(this);
        if (!param.required)
            combo->addItem(tr("Not given"), QString());
        for (const QString &value : std::as_const(values))
            combo->addItem(value, value);
        // Who opens this on a node that ails most likely means what ails in it.
        const bool part = param.name == "component"_L1 && !m_subject.bulk;
        const QString ailing = part ? state::ailingComponent(m_subject.kind.kind, m_subject.live) : QString();
        const int chosen = combo->findData(ailing.isEmpty() ? param.defaultValue : ailing);
        combo->setCurrentIndex(qMax(0, chosen));
        return combo;
    }
    if (param.type == "yaml"_L1) {
        auto *text = new YamlView(this);
        text->setPlainText(param.defaultValue);
        text->setMinimumHeight(240);
        return text;
    }
    auto *edit = new QLineEdit(param.defaultValue, this);
    if (param.type == "integer"_L1 || param.type == "quantity"_L1)
        edit->setMaximumWidth(160);
    return edit;
}

QString ActionDialog::textOf(const Field &field)
{
    QWidget *editor = field.field->editor();
    if (const auto *box = qobject_cast<QCheckBox *>(editor))
        return box->isChecked() ? u"true"_s : QString();
    if (const auto *combo = qobject_cast<QComboBox *>(editor))
        return combo->currentData().toString();
    if (const auto *text = qobject_cast<YamlView *>(editor))
        return text->toPlainText();
    return static_cast<QLineEdit *>(editor)->text().trimmed();
}

QString ActionDialog::problemOf(const Field &field)
{
    const QString text = textOf(field);
    if (text.isEmpty())
        return field.param.required ? tr("%1 is needed.").arg(field.field->label()) : QString();
    bool number = true;
    if (field.param.type == "integer"_L1)
        text.toLongLong(&number);
    if (!number)
        return tr("\"%1\" is not a whole number.").arg(text);
    if (field.param.type == "quantity"_L1 && !parseQuantity(text))
        return tr("\"%1\" is not a quantity; write 500m, 2 or 8Gi.").arg(text);
    return {};
}

void ActionDialog::showCurrent()
{
    const QString component = values().value(u"component"_s);
    const QMap<QString, QString> now = m_subject.bulk ? m_subject.bulk->current(component)
                                                     : m_catalogue->current(m_action.id, m_subject.kind, m_subject.live, component);
    for (const Field &field : std::as_const(m_fields)) {
        auto *edit = qobject_cast<QLineEdit *>(field.field->editor());
        if (!edit || edit->isModified())
            continue;
        edit->setText(now.value(field.param.name, field.param.defaultValue));
        const bool number = field.param.type == "integer"_L1 || field.param.type == "quantity"_L1;
        edit->setPlaceholderText(m_subject.bulk && number && edit->text().isEmpty() ? tr("they differ") : QString());
        edit->selectAll();
        field.field->setError({});
    }
}

void ActionDialog::check(int index)
{
    Field &field = m_fields[index];
    if (textOf(field).isEmpty() && !field.field->hasError())
        return;   // an empty field is not an error before Review
    if (!field.refused.isEmpty() && field.refused == textOf(field))
        return;   // Return checks on leaving behind Review: what that found stays
    field.field->setError(problemOf(field));
}

void ActionDialog::setValue(const QString &parameter, const QString &value)
{
    for (const Field &field : std::as_const(m_fields)) {
        if (field.param.name != parameter)
            continue;
        QWidget *editor = field.field->editor();
        if (auto *box = qobject_cast<QCheckBox *>(editor))
            box->setChecked(value == "true"_L1);
        else if (auto *combo = qobject_cast<QComboBox *>(editor))
            combo->setCurrentIndex(qMax(0, combo->findData(value)));
        else if (auto *text = qobject_cast<YamlView *>(editor))
            text->setPlainText(value);
        else
            static_cast<QLineEdit *>(editor)->setText(value), static_cast<QLineEdit *>(editor)->setModified(true);
    }
}

QMap<QString, QString> ActionDialog::values() const
{
    QMap<QString, QString> out;
    for (const Field &field : m_fields) {
        const QString text = textOf(field);
        if (!text.isEmpty())
            out.insert(field.param.name, text);
    }
    return out;
}

void ActionDialog::finish()
{
    m_error->hide();
    const Field *bad = nullptr;
    int count = 0;
    for (const Field &field : std::as_const(m_fields)) {
        field.field->setError(problemOf(field));
        if (!field.field->hasError())
            continue;
        ++count;
        if (!bad)
            bad = &field;
    }
    if (bad) {
        m_error->setTexts(count == 1 ? tr("1 field to change: %1").arg(bad->field->label()) : tr("%n fields to change", nullptr, count));
        m_error->show();
        bad->field->editor()->setFocus();
        return;
    }
    if (const std::optional<Error> problem = hand())
        showError(*problem);
}

std::optional<Error> ActionDialog::hand()
{
    if (m_subject.bulk) {
        const Result<QList<state::ChangeDraft>> drafts = m_subject.bulk->build(values(), m_subject.context);
        if (!drafts)
            return drafts.error();
        QDialog::accept();
        Q_EMIT draftsReady(*drafts);
        return std::nullopt;
    }
    const Result<state::ChangeDraft> draft = m_catalogue->buildDraft(m_action.id, m_subject.kind, m_subject.live, values(), m_subject.context);
    if (!draft)
        return draft.error();
    QDialog::accept();
    Q_EMIT draftReady(*draft);
    return std::nullopt;
}

void ActionDialog::showError(const Error &error)
{
    bool placed = false;
    for (const ErrorCause &cause : error.causes) {
        for (Field &field : m_fields) {
            if (cause.field != field.param.name)
                continue;
            field.field->setError(cause.message);
            field.refused = textOf(field);
            if (!placed)
                field.field->editor()->setFocus();
            placed = true;
        }
    }
    m_error->setTexts(error.message, error.remedy);
    m_error->setVisible(!placed || error.causes.size() > 1);
}

}
