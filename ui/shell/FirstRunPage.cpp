// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/FirstRunPage.h"

#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kColumn = 640;
/// More contexts than this are in the menu of Ctrl+O.
constexpr qsizetype kContexts = 6;

Label *wrapped(const QString &text, Type type, Token token, QWidget *parent)
{
    auto *label = new Label(text, type, token, parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

}

FirstRunPage::FirstRunPage(const EnvironmentSource *source, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_outer(new QVBoxLayout(this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setAccessibleName(tr("No environment is open"));
    m_outer->setContentsMargins(0, 0, 0, 0);
}

void FirstRunPage::showProblem(const QString &problem)
{
    build(problem, false);
    show();
}

void FirstRunPage::sayStill(const QString &problem)
{
    build(problem, true);
    focusFirst();
}

void FirstRunPage::focusFirst()
{
    if (m_check)
        m_check->setFocus(Qt::OtherFocusReason);
}

void FirstRunPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    focusFirst();
}

void FirstRunPage::build(const QString &problem, bool again)
{
    m_problem = problem;
    if (m_source)
        m_origin = m_source->origin();
    if (m_content) {
        m_content->hide();
        m_content->deleteLater();   // the click that brought us here may be its own
    }
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *body = new QWidget(scroll);
    body->setBackgroundRole(QPalette::Base);
    body->setAutoFillBackground(true);
    auto *row = new QHBoxLayout(body);
    row->setContentsMargins(metrics::kPageEdge, 56, metrics::kPageEdge, 32);
    row->addStretch(1);
    auto *middle = new QWidget(body);
    middle->setFixedWidth(std::max(kColumn, fontMetrics().averageCharWidth() * 92));
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    addProblem(column, problem, again);
    addButtons(column);
    addContexts(column);
    addTried(column);
    addWays(column);
    column->addStretch(1);
    row->addWidget(middle);
    row->addStretch(1);
    scroll->setWidget(body);
    m_outer->addWidget(scroll);
    m_content = scroll;
}

void FirstRunPage::addProblem(QVBoxLayout *column, const QString &problem, bool again)
{
    const QString message = problem.section(u'\n', 0, 0);
    column->addWidget(wrapped(message.isEmpty() ? tr("No environment is open.") : tr("No environment could be opened."), Type::Heading,
                              Token::Text, this));
    if (message.isEmpty()) {
        column->addWidget(wrapped(tr("Quarterdeck shows the Canton nodes of Kubernetes clusters. It finds the clusters as kubectl does, in a kubeconfig."),
                                  Type::Body, Token::Text2, this));
        column->addSpacing(8);
        return;
    }
    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(new StateGlyph(network::State::Failed, metrics::kGlyph, this), 0, Qt::AlignTop);
    auto *text = new QVBoxLayout;
    text->setSpacing(4);
    text->addWidget(wrapped(again ? tr("Read again, and still: %1").arg(message) : message, Type::Body, Token::Text, this));
    const QString remedy = problem.section(u'\n', 1);
    if (!remedy.isEmpty())
        text->addWidget(wrapped(remedy, Type::Body, Token::Text2, this));
    line->addLayout(text, 1);
    column->addLayout(line);
    column->addSpacing(8);
}

void FirstRunPage::addButtons(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_check = makeButton(tr("Read the files again"), ButtonKind::Primary, u"refresh"_s, this);
    m_check->setAccessibleDescription(tr("Looks for the kubeconfig again and opens what it names"));
    connect(m_check, &QPushButton::clicked, this, &FirstRunPage::checkWanted);
    row->addWidget(m_check);
    QPushButton *demo = makeButton(tr("Open the demo network"), ButtonKind::Normal, u"play"_s, this);
    demo->setAccessibleDescription(tr("A Canton network that runs on this machine, in a window of its own; nothing has to be set up"));
    demo->setToolTip(demo->accessibleDescription());
    connect(demo, &QPushButton::clicked, this, &FirstRunPage::demoWanted);
    row->addWidget(demo);
    if (m_profiles) {
        QPushButton *profiles = makeButton(tr("Edit profiles…"), ButtonKind::Normal, u"edit"_s, this);
        connect(profiles, &QPushButton::clicked, this, &FirstRunPage::profilesWanted);
        row->addWidget(profiles);
    }
    QPushButton *help = makeButton(tr("Help"), ButtonKind::Ghost, {}, this);
    connect(help, &QPushButton::clicked, this, &FirstRunPage::helpWanted);
    row->addWidget(help);
    row->addStretch(1);
    if (!m_source) {
        m_check->hide();
        demo->hide();
    }
    column->addLayout(row);
    column->addSpacing(16);
}

/// A kubeconfig that names contexts but not the one to use.
void FirstRunPage::addContexts(QVBoxLayout *column)
{
    const QList<EnvironmentSource::Context> contexts = m_source ? m_source->contexts() : QList<EnvironmentSource::Context>();
    if (contexts.isEmpty())
        return;
    column->addWidget(new Label(tr("Contexts the kubeconfig names"), Type::Strong, Token::Text, this));
    for (const EnvironmentSource::Context &context : contexts.mid(0, kContexts)) {
        QPushButton *open = makeButton(tr("Open %1").arg(context.name), ButtonKind::Normal, {}, this);
        open->setToolTip(tr("Cluster %1").arg(context.cluster));
        connect(open, &QPushButton::clicked, this, [this, name = context.name] { Q_EMIT contextWanted(name); });
        auto *row = new QHBoxLayout;
        row->addWidget(open);
        row->addStretch(1);
        column->addLayout(row);
    }
    if (contexts.size() > kContexts)
        column->addWidget(new Label(tr("%n more under Ctrl+O", nullptr, int(contexts.size() - kContexts)), Type::Caption, Token::Text2, this));
    column->addSpacing(16);
}

QString FirstRunPage::whence() const
{
    switch (m_origin.from) {
    case EnvironmentSource::Origin::From::CommandLine:
        return tr("Named by --kubeconfig");
    case EnvironmentSource::Origin::From::Profile:
        return tr("Named by the profile %1").arg(m_origin.profile);
    case EnvironmentSource::Origin::From::Environment:
        return tr("Named by the environment variable KUBECONFIG");
    case EnvironmentSource::Origin::From::Home:
        break;
    }
    return tr("Where kubectl looks when nothing else is said");
}

void FirstRunPage::addTried(QVBoxLayout *column)
{
    if (m_origin.files.isEmpty())
        return;
    column->addWidget(new Label(tr("What was looked for"), Type::Strong, Token::Text, this));
    const auto line = [&](const QString &path, bool there, const QString &word, const QString &why) {
        auto *row = new QHBoxLayout;
        row->setSpacing(8);
        auto *glyph = new StateGlyph(network::State::Unknown, 12, this);
        glyph->setSymbol(there ? u"check"_s : u"minus"_s, there ? Token::Ok : Token::Idle, word);
        row->addWidget(glyph);
        auto *name = new ElidedLabel(path, Type::Mono, Token::Text, Qt::ElideMiddle, this);
        name->setTextInteractionFlags(Qt::TextSelectableByMouse);
        row->addWidget(name, 1);
        row->addWidget(new Label(word, Type::Body, Token::Text2, this));
        column->addLayout(row);
        if (!why.isEmpty()) {
            Label *below = wrapped(why, Type::Caption, Token::Text2, this);
            below->setContentsMargins(20, 0, 0, 0);
            column->addWidget(below);
        }
    };
    for (qsizetype i = 0; i < m_origin.files.size(); ++i) {
        const auto &file = m_origin.files.at(i);
        line(file.path, file.there, file.there ? tr("there") : tr("not there"), i + 1 == m_origin.files.size() ? whence() : QString());
    }
    if (!m_origin.profilesFile.isEmpty())
        line(m_origin.profilesFile, m_origin.profilesThere, m_origin.profilesThere ? tr("there") : tr("not there"),
             m_origin.profiles.isEmpty() ? tr("Profiles name contexts that belong together; none is needed")
                                         : tr("Profiles: %1").arg(m_origin.profiles.join(u", "_s)));
    column->addSpacing(16);
}

void FirstRunPage::addWay(QVBoxLayout *column, const QString &what, const QString &command)
{
    column->addWidget(wrapped(what, Type::Body, Token::Text, this));
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    auto *text = new Label(command, Type::Mono, Token::Text2, this);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(text);
    auto *copy = new CopyButton(command, this);
    copy->setText(command);
    row->addWidget(copy);
    row->addStretch(1);
    column->addLayout(row);
}

void FirstRunPage::addWays(QVBoxLayout *column)
{
    column->addWidget(new Label(tr("Ways to a cluster"), Type::Strong, Token::Text, this));
    addWay(column, tr("Put the kubeconfig where kubectl looks. Whoever runs the cluster hands it out."), u"~/.kube/config"_s);
    addWay(column, tr("Or start Quarterdeck with another file."), u"quarterdeck --kubeconfig FILE"_s);
    addWay(column, tr("Or name one or several files for everything that reads kubeconfigs."), u"export KUBECONFIG=FILE"_s);
    if (m_origin.profiles.isEmpty())
        addWay(column, tr("Or keep several contexts together as a profile, with its production guard."), u"quarterdeck --profile NAME"_s);
    else
        addWay(column, tr("Or start with a profile."), u"quarterdeck --profile "_s + m_origin.profiles.first());
    addWay(column, tr("To see in a terminal what is wrong and what to do about it."), u"quarterdeck doctor"_s);
}

}
