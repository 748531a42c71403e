// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/YamlTab.h"

#include "models/state/ChangeReview.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/RenewText.h"
#include "ui/widgets/YamlView.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QJsonDocument>

namespace qd::ui {

using namespace Qt::StringLiterals;

YamlTab::YamlTab(const ShellContext &context, ActionRegistry *actions, QWidget *parent)
    : DetailsTab(parent)
    , m_context(context)
    , m_actions(actions)
    , m_text(new YamlView(this))
    , m_managed(new QCheckBox(tr("Managed fields"), this))
    , m_source(new Label({}, Type::Caption, Token::Text2, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *bar = new QHBoxLayout;
    m_bar = bar;
    bar->setContentsMargins(16, 8, 12, 8);
    bar->setSpacing(8);
    m_edit = makeButton(tr("Edit…"), ButtonKind::Normal, u"edit"_s, this);
    auto *copy = makeIconButton(u"copy"_s, tr("Copy YAML"), this);
    m_compare = makeButton(tr("Compare with Git"), ButtonKind::Normal, u"git"_s, this);
    m_compare->setObjectName(u"compareWithGit"_s);
    m_compare->setAccessibleName(m_compare->text());
    bar->addWidget(m_edit);
    bar->addWidget(m_compare);
    bar->addWidget(copy);
    bar->addWidget(m_managed);
    bar->addStretch(1);
    bar->addWidget(m_source);
    layout->addLayout(bar);
    layout->addWidget(new Hairline(Qt::Horizontal, this));
    layout->addWidget(m_text, 1);
    m_text->setReadOnly(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setAccessibleName(tr("YAML of the object"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    connect(m_edit, &QPushButton::clicked, this, [this] {
        if (m_context.changes)
            m_context.changes->editYaml(m_target, window());
    });
    connect(m_compare, &QPushButton::clicked, this, [this] {
        if (m_context.changes)
            m_context.changes->compareWithGit(m_target, m_lastLive, window());
    });
    connect(m_actions, &ActionRegistry::refreshed, this, &YamlTab::updateEdit);
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(m_managed, &QCheckBox::toggled, this, &YamlTab::render);
}

void YamlTab::resizeEvent(QResizeEvent *event)
{
    DetailsTab::resizeEvent(event);
    fitBar();
}

/// Beside a list there is room for the icon of what is not in every object; its name is in the tooltip.
void YamlTab::fitBar()
{
    m_compare->setText(m_compare->accessibleName());
    m_bar->invalidate();
    if (m_bar->minimumSize().width() > width())
        m_compare->setText({});
}

void YamlTab::present(const DetailsSubject &subject)
{
    m_target = subject.target;
    m_object = subject.object;
    m_lastLive = subject.problem ? QJsonObject() : subject.lastLive;   // what it was says nothing of what it is
    const bool live = !m_lastLive.isEmpty();
    m_source->setText(subject.live ? tr("live") : live ? tr("as watched") : tr("from the list"));
    m_managed->setEnabled(live);
    m_managed->setToolTip(live ? QString() : tr("Only the live object has them"));
    // Only where Argo CD keeps it is there anything to compare with.
    m_compare->setVisible(state::argoOwnerOf(subject.object).owned());
    m_compare->setEnabled(live);
    m_compare->setToolTip(live ? tr("Compare with Git: what Argo CD declares of it, beside the object in the cluster") : tr("Only the live object has what it needs"));
    updateEdit();
    fitBar();
    render();
}

void YamlTab::updateEdit()
{
    const QString why = m_target.environment ? m_actions->whyNot(u"edit"_s, m_target) : tr("Nothing is selected");
    m_edit->setEnabled(why.isEmpty());
    m_edit->setToolTip(why);
}

QString YamlTab::text() const
{
    return m_text->toPlainText();
}

void YamlTab::render()
{
    const bool managed = m_managed->isChecked() && !m_lastLive.isEmpty();
    QJsonObject shown = managed ? m_lastLive : m_object;
    if (!managed) {
        QJsonObject metadata = shown.value("metadata"_L1).toObject();
        metadata.remove("managedFields"_L1);
        if (!metadata.isEmpty())
            shown.insert("metadata"_L1, metadata);
    }
    const QString text = QString::fromUtf8(m_context.yaml ? m_context.yaml->emitText(shown) : QJsonDocument(shown).toJson(QJsonDocument::Indented));
    if (m_shown == m_target.object())
        return renewText(m_text, text);
    m_shown = m_target.object();
    m_text->setPlainText(text);
}

}
