// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ViewAs.h"

#include "ui/shell/Popup.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

ViewAsBar::ViewAsBar(state::Environment *environment, const QString &context, const QString &user, const QStringList &groups, Theme *theme,
                     QWidget *parent)
    : QWidget(parent)
    , m_environment(environment)
    , m_context(context)
    , m_user(user)
    , m_groups(groups)
    , m_theme(theme)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 12, 6);
    row->setSpacing(8);
    auto *glyph = new StateGlyph(network::State::Unknown, 16, this);
    glyph->setSymbol(u"eye"_s, Token::Text, tr("Viewed as somebody else"));
    row->addWidget(glyph);
    m_title = new Label({}, Type::Strong, Token::Text, this);
    row->addWidget(m_title);
    m_detail = new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, this);
    row->addWidget(m_detail, 1);
    QPushButton *end = makeButton(tr("End"), ButtonKind::Normal, u"x"_s, this);
    end->setAccessibleName(tr("End viewing %1 as %2").arg(context, user));
    row->addWidget(end);
    connect(end, &QPushButton::clicked, this, &ViewAsBar::endWanted);
    connect(environment, &state::Environment::readOnlyChanged, this, &ViewAsBar::tell);
    if (m_theme)
        connect(m_theme, &Theme::changed, this, &ViewAsBar::invert);
    invert();
    tell();
}

void ViewAsBar::invert()
{
    const bool dark = m_theme ? m_theme->dark() : tokens(parentWidget()).dark();
    setPalette(Tokens::makePalette(!dark));
}

void ViewAsBar::tell()
{
    m_title->setText(tr("%1 as %2").arg(m_context, m_user));
    const QString groups = m_groups.isEmpty() ? tr("without groups") : tr("groups %1").arg(m_groups.join(u", "_s));
    m_detail->setText(m_environment->readOnly() ? tr("%1. What they see and may do is shown here, read-only.").arg(groups)
                                                : tr("%1. Changes in it are made as them, through your right to impersonate.").arg(groups));
    setAccessibleName(QString(m_title->text() + u", "_s + m_detail->text()));
}

void ViewAsBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), tokens(this)[Token::Window]);
}

Popup *askViewAs(const QString &context, const std::function<void(const QString &, const QStringList &)> &accept, QWidget *parent)
{
    auto *panel = new Popup(ViewAsBar::tr("View %1 as somebody else").arg(context), parent);
    panel->setFixedWidth(std::max(420, parent->fontMetrics().averageCharWidth() * 60));
    panel->body()->addWidget(new Label(panel->accessibleName(), Type::Title, Token::Text, panel));
    auto *user = new QLineEdit(panel);
    auto *groups = new QLineEdit(panel);
    panel->body()->addWidget(new FormField(ViewAsBar::tr("User"), user, ViewAsBar::tr("As the cluster knows them, for example ana@example.com"), false, panel));
    panel->body()->addWidget(new FormField(ViewAsBar::tr("Groups"), groups, ViewAsBar::tr("Separated by commas. Rights often hang on groups only"), true, panel));
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    QPushButton *cancel = makeButton(ViewAsBar::tr("Cancel"), ButtonKind::Normal, {}, panel);
    QPushButton *view = makeButton(ViewAsBar::tr("View as"), ButtonKind::Primary, u"eye"_s, panel);
    row->addWidget(cancel);
    row->addWidget(view);
    panel->body()->addLayout(row);
    view->setEnabled(false);
    const auto done = [panel, user, groups, accept] {
        const QString name = user->text().trimmed();
        static const QRegularExpression kBetween(u"\\s*,\\s*"_s);
        const QStringList list = groups->text().trimmed().split(kBetween, Qt::SkipEmptyParts);
        if (name.isEmpty())
            return;
        panel->close();
        accept(name, list);
    };
    QObject::connect(user, &QLineEdit::textChanged, view, [view](const QString &text) { view->setEnabled(!text.trimmed().isEmpty()); });
    QObject::connect(user, &QLineEdit::returnPressed, panel, done);
    QObject::connect(groups, &QLineEdit::returnPressed, panel, done);
    QObject::connect(view, &QPushButton::clicked, panel, done);
    QObject::connect(cancel, &QPushButton::clicked, panel, &QWidget::close);
    panel->setFocusProxy(user);
    panel->popupCentered();
    return panel;
}

}
