// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/GitCompareDialog.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/state/JsonDiff.h"
#include "models/state/Redaction.h"
#include "ui/panes/review/ReviewTexts.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>

namespace qd::ui {

using namespace Qt::StringLiterals;
using From = state::GitDeclared::From;

GitCompareDialog::GitCompareDialog(const ReviewContext &context, Subject subject, QWidget *parent)
    : DialogFrame(parent)
    , m_context(context)
    , m_subject(std::move(subject))
    , m_declared(state::gitDeclared(m_subject.live))
    , m_owner(state::argoOwnerOf(m_subject.live))
{
    const QJsonObject metadata = m_subject.live.value("metadata"_L1).toObject();
    const QString cluster = context.environment.gateway->cluster();
    setHeading(tr("Compare %1 with Git").arg(metadata.value("name"_L1).toString()), context.markId,
               tr("%1, namespace %2, %3").arg(m_subject.kind.kind, metadata.value("namespace"_L1).toString(), cluster));
    setMinimumSize(640, 400);
    build(cluster);
    askApplication(cluster);
}

GitCompareDialog::~GitCompareDialog()
{
    m_stop.request_stop();
}

bool GitCompareDialog::offered(const QJsonObject &live)
{
    return state::argoOwnerOf(live).owned();
}

void GitCompareDialog::build(const QString &)
{
    buildHead();
    QPushButton *copy = makeButton(tr("Copy YAML for Git"), ButtonKind::Normal, u"git"_s, this);
    copy->setObjectName(u"copyForGit"_s);
    const QJsonObject shown = m_subject.edited.isEmpty() ? m_subject.live : m_subject.edited;
    copy->setToolTip(m_subject.edited.isEmpty() ? tr("The object as it is in the cluster, without what only the server writes")
                                                : tr("Your text, without what only the server writes"));
    connect(copy, &QPushButton::clicked, this, [this, shown] { QGuiApplication::clipboard()->setText(textForGit(shown, m_context.yaml)); });
    footerLeft()->addWidget(copy);
    QPushButton *close = makeButton(tr("Close"), ButtonKind::Normal, {}, this);
    close->setObjectName(u"closeCompare"_s);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    footerRight()->addWidget(close);
    if (m_declared.from == From::Nothing) {
        body()->addWidget(new NoticeBar(network::State::Unknown, tr("What Git declares is not known here"),
                                        tr("The object has no annotation last-applied-configuration, and none of its managedFields is Argo CD's. "
                                           "Sync %1 once, or compare in Argo CD.").arg(m_owner.application), this));
        body()->addStretch(1);
        close->setFocus();
        return;
    }
    // Both as they would stand in a repository; secrets stay hidden.
    const std::pair<QJsonObject, QJsonObject> pair = state::masked(objectForGit(m_declared.object), objectForGit(shown));
    m_differences = int(state::diffJson(pair.first, pair.second).size());
    m_diff = new DiffView(this);
    m_diff->setAccessibleName(tr("What Git declares, and what there is"));
    const QString after = objectText(pair.second, m_context.yaml);
    m_diff->setTexts(objectText(pair.first, m_context.yaml), after);
    noteOverwritten(pair.first, pair.second, after);
    body()->addWidget(m_diff, 1);
    QString text = m_differences == 0 ? tr("Both are the same") : m_differences == 1 ? tr("1 field differs") : tr("%1 fields differ").arg(m_differences);
    if (m_overwritten > 0)
        text = tr("%1, %2 set by others since").arg(text).arg(m_overwritten);
    footerText()->setText(text);
    m_diff->setFocus();
}

/// What somebody else has set since stands under its line: it is no field that Git leaves alone.
void GitCompareDialog::noteOverwritten(const QJsonObject &declared, const QJsonObject &shown, const QString &text)
{
    const FieldLines lines(text, m_context.yaml);
    QList<LineNote> notes;
    for (const state::GitDeclared::Overwritten &one : std::as_const(m_declared.overwritten)) {
        const QJsonValue now = json::at(shown, one.path);
        if (now.isUndefined() || now == json::at(declared, one.path) || !lines.has(one.path))
            continue;
        if (!m_subject.edited.isEmpty() && json::at(m_subject.edited, one.path) != json::at(m_subject.live, one.path))
            continue;   // the text says something of its own
        notes.append({lines.lineOf(one.path), m_declared.from == From::LastApplied ? network::State::Degraded : network::State::Unknown, noteOf(one)});
    }
    m_overwritten = int(notes.size());
    m_diff->setNotes(notes);
}

QString GitCompareDialog::noteOf(const state::GitDeclared::Overwritten &one) const
{
    const QDateTime time = QDateTime::fromString(one.time, Qt::ISODate);
    const QString age = time.isValid() && m_context.environment.clock ? formatAge(time, m_context.environment.clock->now()) : QString();
    if (m_declared.from == From::LastApplied)
        return age.isEmpty() ? tr("%1 has overwritten the declared value").arg(one.manager)
                             : tr("%1 has overwritten the declared value, %2 ago").arg(one.manager, age);
    const QString who = age.isEmpty() ? tr("Set by %1").arg(one.manager) : tr("Set by %1 %2 ago").arg(one.manager, age);
    return tr("%1, after Argo CD applied: what Git declares here is not known").arg(who);
}

QString GitCompareDialog::declaredText() const
{
    if (m_declared.from == From::LastApplied)
        return tr("What was applied last, as the annotation last-applied-configuration keeps it");
    const QDateTime time = QDateTime::fromString(m_declared.time, Qt::ISODate);
    const Clock *clock = m_context.environment.clock;
    return time.isValid() && clock
        ? tr("The fields %1 keeps (managedFields, written %2 ago), with their values now").arg(m_declared.manager, formatAge(time, clock->now()))
        : tr("The fields %1 keeps (managedFields), with their values now").arg(m_declared.manager);
}

QString GitCompareDialog::comparedText() const
{
    const QString version = json::at(m_subject.live, u"/metadata/resourceVersion"_s).toString();
    if (m_subject.unreadable)
        return tr("The object in the cluster, version %1: your text cannot be read").arg(version);
    return m_subject.edited.isEmpty() ? tr("The object in the cluster, version %1").arg(version) : tr("Your text, based on version %1, not reviewed").arg(version);
}

/// What stands on either side, and what is not among it.
void GitCompareDialog::buildHead()
{
    auto *head = new QGridLayout;
    head->setContentsMargins(metrics::kPageEdge, 10, metrics::kPageEdge, 10);
    head->setHorizontalSpacing(10);
    head->setVerticalSpacing(3);
    head->setColumnStretch(1, 1);
    int row = 0;
    const auto line = [&](const QString &symbol, Token color, const QString &name, const QString &text, Token textColor) {
        auto *glyph = new StateGlyph(network::State::Ready, 14, this);
        glyph->setSymbol(symbol, color, name);
        auto *label = new Label(text, Type::Caption, textColor, this);
        label->setWordWrap(true);
        head->addWidget(glyph, row, 0, Qt::AlignTop);
        head->addWidget(label, row++, 1);
        return label;
    };
    m_source = line(u"git"_s, Token::Text2, tr("Source"), tr("Reading the Application %1").arg(m_owner.application), Token::Text);
    m_source->setObjectName(u"gitSource"_s);
    m_source->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (m_declared.from != From::Nothing) {
        line(u"minus"_s, Token::Bad, tr("Declared"), declaredText(), Token::Text2)->setObjectName(u"gitDeclared"_s);
        line(u"plus"_s, Token::Ok, tr("Compared with it"), comparedText(), m_subject.unreadable ? Token::Warn : Token::Text2)->setObjectName(u"gitCompared"_s);
        line(u"info"_s, Token::Text2, tr("Limit"), tr("The repository itself is not read: what was committed since is not among it."), Token::Text2);
    }
    body()->addLayout(head);
    body()->addWidget(new Hairline(Qt::Horizontal, this));
}

void GitCompareDialog::askApplication(const QString &cluster)
{
    const QJsonObject metadata = m_subject.live.value("metadata"_L1).toObject();
    state::Edit edit;
    edit.kind = m_subject.kind.kind;
    edit.object = {cluster, m_subject.kind.gvr, metadata.value("namespace"_L1).toString(), metadata.value("name"_L1).toString(), metadata.value("uid"_L1).toString()};
    state::readArgoApplication(m_context.environment.gateway, m_owner, edit, this, m_stop.get_token(),
                               [this](const state::ArgoApplication &application) { showSource(application); });
}

void GitCompareDialog::showSource(const state::ArgoApplication &application)
{
    if (application.object.isEmpty()) {
        m_source->setText(tr("Application %1: repository and revision are not known. %2").arg(m_owner.application, application.problem));
        return;
    }
    const QJsonObject metadata = m_subject.live.value("metadata"_L1).toObject();
    const state::GitSource source = state::gitSource(application.object, m_subject.kind.gvr.group, m_subject.kind.kind, metadata.value("namespace"_L1).toString(),
                                                     metadata.value("name"_L1).toString());
    QStringList parts;
    if (!source.repository.isEmpty())
        parts.append(source.repository);
    if (!source.path.isEmpty())
        parts.append(tr("path %1").arg(source.path));
    if (!source.target.isEmpty())
        parts.append(source.target);
    if (!source.revision.isEmpty())
        parts.append(tr("at %1").arg(source.revision));
    if (!source.sync.isEmpty())
        parts.append(source.sync);
    m_source->setText(tr("Application %1: %2").arg(m_owner.application, parts.isEmpty() ? tr("names no source") : parts.join(u", "_s)));
}

}
