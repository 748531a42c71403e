// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/SilenceFrame.h"

#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPointer>

#include <utility>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::Silence;

SilenceFrame::SilenceFrame(items::AlertsSession *session, const QString &cluster, QWidget *parent)
    : DialogFrame(parent)
    , m_session(session)
    , m_cluster(cluster)
    , m_notice(new NoticeBar(network::State::Failed, {}, {}, this))
    , m_confirm(makeButton({}, ButtonKind::Primary, {}, this))
{
    m_notice->setRounded(true);
    m_notice->hide();
    QPushButton *cancel = makeButton(tr("Cancel"), ButtonKind::Normal, {}, this);
    footerRight()->addWidget(cancel);
    footerRight()->addWidget(m_confirm);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, &SilenceFrame::confirm);
}

bool SilenceFrame::isProduction() const
{
    return environment() && environment()->isProduction();
}

QLineEdit *SilenceFrame::typedName() const
{
    return isProduction() ? m_typed : nullptr;
}

void SilenceFrame::setTitle(const QString &title)
{
    m_title = title;
    setCluster(m_cluster);
}

void SilenceFrame::setCluster(const QString &cluster)
{
    if (m_cluster != cluster && m_typed)
        m_typed->clear();
    m_cluster = cluster;
    setHeading(m_title, environment() ? state::markId(environment()->info().mark) : QString(), m_cluster);
    if (!m_name)
        return;
    m_name->setLabel(tr("Type %1 to confirm").arg(m_cluster));
    m_name->setVisible(isProduction());
}

void SilenceFrame::addNotice(QVBoxLayout *column)
{
    column->addWidget(m_notice);
}

void SilenceFrame::addName(QVBoxLayout *column)
{
    QWidget *content = column->parentWidget();
    m_typed = new QLineEdit(content);
    m_name = new FormField(tr("Type %1 to confirm").arg(m_cluster), m_typed, {}, false, content);
    m_name->setVisible(isProduction());
    column->addWidget(m_name);
    connect(m_typed, &QLineEdit::textChanged, this, [this] { showAll(); });
}

void SilenceFrame::showConfirm()
{
    QString why = missing();
    if (why.isEmpty() && isProduction() && m_typed && m_typed->text() != m_cluster)
        why = tr("Type %1 to confirm.").arg(m_cluster);
    m_confirm->setEnabled(why.isEmpty() && !m_writing);
    footerText()->setText(m_writing ? tr("Waiting for the Alertmanager.") : why);
    m_confirm->setToolTip(plainTip(m_confirm->isEnabled() ? QString() : footerText()->text()));
}

void SilenceFrame::confirm()
{
    if (m_writing || !m_confirm->isEnabled())
        return;
    m_writing = true;
    m_notice->hide();
    showAll();
    write([self = QPointer(this)](const Result<Silence> &answer) {
        if (self)
            self->answered(answer);
    });
}

void SilenceFrame::answered(const Result<Silence> &answer)
{
    m_writing = false;
    const bool left = std::exchange(m_left, false);
    if (left && m_deletes)
        deleteLater();
    if (answer) {
        Q_EMIT written(m_cluster, *answer);
        if (!left)
            accept();
    } else if (left) {
        Q_EMIT failed(answer.error());
    } else {
        showError(answer.error());
    }
}

void SilenceFrame::showError(const Error &error)
{
    m_notice->setTexts(error.message, error.remedy);
    m_notice->show();
    showAll();
}

/// What is sent cannot be called back: out of sight it waits for its answer.
void SilenceFrame::done(int result)
{
    if (m_writing) {
        m_left = true;
        m_deletes = m_deletes || testAttribute(Qt::WA_DeleteOnClose);
        setAttribute(Qt::WA_DeleteOnClose, false);
    }
    DialogFrame::done(result);
}

}
