// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/LineDialog.h"

#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"

#include <QBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace qd::ui {

LineDialog::LineDialog(const QString &heading, const QString &context, const QString &label, const QString &help, const QString &button, QWidget *parent)
    : DialogFrame(parent)
    , check([](const QString &text) { return text.isEmpty() ? tr("It is empty.") : QString(); })
    , m_edit(new QLineEdit(this))
    , m_field(new FormField(label, m_edit, help, false, this))
    , m_ok(makeButton(button, ButtonKind::Primary, {}, this))
{
    setHeading(heading, {}, context);
    // What is said below the field is as high as its words and the size of text make it.
    const QFontMetrics fm(font());
    setWishedSize({520, 160 + 3 * fm.height() + fm.boundingRect(QRect(0, 0, 460, 1000), Qt::TextWordWrap, help).height()});
    body()->setContentsMargins(20, 16, 20, 16);
    body()->addWidget(m_field);
    body()->addStretch(1);
    QPushButton *cancel = makeButton(tr("Cancel"), ButtonKind::Normal, {}, this);
    footerRight()->addWidget(cancel);
    footerRight()->addWidget(m_ok);
    m_ok->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_ok, &QPushButton::clicked, this, [this] {
        const QString problem = check(text());
        m_field->setError(problem);
        if (problem.isEmpty())
            accept();
    });
}

QString LineDialog::text() const
{
    return m_edit->text().trimmed();
}

void LineDialog::setText(const QString &text)
{
    m_edit->setText(text);
}

}
