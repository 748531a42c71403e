// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/MatcherEditor.h"

#include "models/items/telemetry/AlertMatch.h"
#include "ui/panes/overview/Card.h"
#include "ui/widgets/Buttons.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::Matcher;

MatcherEditor::MatcherEditor(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
    , m_more(new LinkButton(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(6);
    m_more->setLink(tr("Add a matcher"), u"plus"_s);
    m_column->addWidget(m_more, 0, Qt::AlignLeft);
    connect(m_more, &QAbstractButton::clicked, this, [this] {
        add({}).name->setFocus(Qt::OtherFocusReason);
        Q_EMIT edited();
    });
}

MatcherEditor::Line &MatcherEditor::add(const Matcher &matcher)
{
    Line line{new QWidget(this), new QLineEdit(matcher.name, this), new QComboBox(this), new QLineEdit(matcher.value, this),
              makeIconButton(u"x"_s, tr("Remove the matcher"), this)};
    auto *row = new QHBoxLayout(line.host);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    line.name->setPlaceholderText(tr("label"));
    line.value->setPlaceholderText(tr("value"));
    for (const auto sign : {"="_L1, "!="_L1, "=~"_L1, "!~"_L1})
        line.sign->addItem(QString(sign));
    line.sign->setCurrentText(items::matcherSign(matcher));
    row->addWidget(line.name, 2);
    row->addWidget(line.sign);
    row->addWidget(line.value, 3);
    row->addWidget(line.remove);
    // Keyboard: label, sign, value, then away with it.
    setTabOrder(line.name, line.sign);
    setTabOrder(line.sign, line.value);
    setTabOrder(line.value, line.remove);
    setTabOrder(line.remove, m_more);
    m_column->insertWidget(int(m_lines.size()), line.host);
    connect(line.name, &QLineEdit::textChanged, this, &MatcherEditor::edited);
    connect(line.value, &QLineEdit::textChanged, this, &MatcherEditor::edited);
    connect(line.sign, &QComboBox::currentTextChanged, this, &MatcherEditor::edited);
    connect(line.remove, &QToolButton::clicked, this, [this, host = line.host] { remove(host); });
    m_lines.append(line);
    rename();
    return m_lines.last();
}

void MatcherEditor::remove(QWidget *host)
{
    const auto found = std::find_if(m_lines.begin(), m_lines.end(), [host](const Line &line) { return line.host == host; });
    if (found == m_lines.end())
        return;
    const qsizetype index = found - m_lines.begin();
    m_lines.erase(found);
    host->hide();
    host->deleteLater();
    rename();
    if (m_lines.isEmpty())
        m_more->setFocus(Qt::OtherFocusReason);
    else
        m_lines.at(std::min(index, m_lines.size() - 1)).remove->setFocus(Qt::OtherFocusReason);
    Q_EMIT edited();
}

void MatcherEditor::rename()
{
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        const Line &line = m_lines.at(i);
        line.name->setAccessibleName(tr("Label of matcher %1").arg(i + 1));
        line.sign->setAccessibleName(tr("How matcher %1 compares").arg(i + 1));
        line.value->setAccessibleName(tr("Value of matcher %1").arg(i + 1));
        line.remove->setAccessibleName(tr("Remove matcher %1").arg(i + 1));
    }
}

bool MatcherEditor::isEmpty(const Line &line)
{
    return line.name->text().trimmed().isEmpty() && line.value->text().isEmpty();
}

void MatcherEditor::setMatchers(const QList<Matcher> &matchers)
{
    for (const Line &line : std::as_const(m_lines))
        line.host->deleteLater();
    m_lines.clear();
    for (const Matcher &matcher : matchers)
        add(matcher);
    if (m_lines.isEmpty())
        add({});
    Q_EMIT edited();
}

QList<Matcher> MatcherEditor::matchers() const
{
    QList<Matcher> out;
    for (const Line &line : m_lines) {
        const QString sign = line.sign->currentText();
        if (!isEmpty(line))
            out.append({line.name->text().trimmed(), line.value->text(), sign.endsWith(u'~'), !sign.startsWith(u'!')});
    }
    return out;
}

void MatcherEditor::setProblem(int index)
{
    int at = 0;
    for (const Line &line : std::as_const(m_lines)) {
        const bool bad = !isEmpty(line) && at++ == index;
        for (QWidget *field : {static_cast<QWidget *>(line.name), static_cast<QWidget *>(line.value)}) {
            if (field->property("invalid").toBool() == bad)
                continue;
            field->setProperty("invalid", bad);
            field->update();
        }
    }
}

}
