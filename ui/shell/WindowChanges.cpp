// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/WindowChanges.h"

#include "models/core/Async.h"
#include "models/core/Json.h"

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

/// A draft for several objects while their live states arrive.
namespace {

QStringList networksOf(const QList<ActionTarget> &targets)
{
    QStringList out;
    for (const ActionTarget &target : targets)
        out.append(target.row ? target.row->network : QString());
    return out;
}

QStringList networksOf(const state::ChangeDraft &draft)
{
    QStringList out;
    for (const state::Edit &edit : draft.edits) {
        const QJsonValue object = edit.base.isEmpty() ? edit.body : QJsonValue(edit.base);
        out.append(json::at(object, u"/spec/networkRef/name"_s).toString());
    }
    return out;
}

}

struct WindowChanges::Bulk {
    QString actionId;
    state::Environment *environment = nullptr;
    qsizetype waiting = 0;
    state::ChangeDraft draft = {};
    Error error{};
};

WindowChanges::WindowChanges(const ShellContext &context, QWidget *window)
    : QObject(window)
    , m_context(context)
    , m_flow(new ChangeFlow(context.catalogue, context.clock, window))
{
    connect(m_flow, &ChangeFlow::failed, this, &WindowChanges::failed);
    if (!context.operations)
        return;
    connect(context.operations, &state::Operations::retryWanted, this, &WindowChanges::retry);
    connect(context.operations, &state::Operations::reviewWanted, this, &WindowChanges::retry);
    connect(m_flow, &ChangeFlow::draftKept, this, [this](const state::ChangeDraft &draft) {
        m_context.operations->keep(draft);
        Q_EMIT draftKept(draft);
    });
}

WindowChanges::~WindowChanges()
{
    m_stop.request_stop();
}

ReviewContext WindowChanges::contextFor(state::Environment *environment, const QStringList &networks) const
{
    ReviewContext out;
    out.environment.gateway = environment->gateway();
    out.environment.journal = m_context.journal;
    out.environment.clock = m_context.clock;
    out.environment.user = environment->identity().user;
    out.environment.profile = m_context.profile;
    out.environment.production = environment->isProduction()
        || std::any_of(networks.begin(), networks.end(), [environment](const QString &n) { return environment->isProductionFor(n); });
    out.environment.readOnly = environment->readOnly();
    out.readOnlyNow = [guard = QPointer<state::Environment>(environment)] { return !guard || guard->readOnly(); };
    if (m_context.watchers)
        out.environment.watchers = m_context.watchers(environment);
    out.yaml = m_context.yaml;
    out.operations = m_context.operations;
    out.markId = markId(environment->info().mark);
    return out;
}

void WindowChanges::startAction(const QString &actionId, const QList<ActionTarget> &targets, const QMap<QString, QString> &params, QWidget *)
{
    if (targets.isEmpty() || !targets.first().environment || !m_context.journal)
        return;
    const ActionTarget &first = targets.first();
    if (actionId == "create"_L1) {
        const QString ns = first.environment->info().defaultNamespace;
        m_flow->create(first.kind, ns, params.contains(u"file"_s) ? params.value(u"file"_s) : QString::fromUtf8(templateFor(first)),
                       contextFor(first.environment));
    } else if (targets.size() > 1) {
        startBulk(actionId, targets);
    } else {
        m_flow->run(actionId, first.kind, first.object(), contextFor(first.environment, networksOf(targets)), params);
    }
}

void WindowChanges::editYaml(const ActionTarget &target, QWidget *parent)
{
    startAction(u"edit"_s, {target}, {}, parent);
}

void WindowChanges::retry(const state::ChangeDraft &draft)
{
    if (draft.edits.isEmpty())
        return;
    if (m_flow->busy()) {
        Q_EMIT failed({ErrorKind::Invalid, tr("%1 waits: another change is open.").arg(draft.title), tr("Finish or close that one first.")});
        return;
    }
    const QString cluster = draft.edits.first().object.cluster;
    const auto environment = std::find_if(m_context.environments.begin(), m_context.environments.end(),
                                          [&cluster](const state::Environment *e) { return e->name() == cluster; });
    if (environment != m_context.environments.end())
        m_flow->review(draft, contextFor(*environment, networksOf(draft)));
    else
        Q_EMIT failed({ErrorKind::NotFound, tr("%1 waits: %2 is not open.").arg(draft.title, cluster), tr("Open the environment first.")});
}

/// The least a person fills in; the server's checks say the rest in the editor.
QByteArray WindowChanges::templateFor(const ActionTarget &target) const
{
    QString network = u"mainnet"_s;
    QString ns = target.environment->info().defaultNamespace;
    if (const network::KindInfo *kind = target.environment->kinds().find(u"CantonNetwork"_s)) {
        const auto &rows = target.environment->store(*kind)->rows();
        if (!rows.isEmpty()) {
            network = (*rows.begin())->name;
            ns = (*rows.begin())->ns;
        }
    }
    // The tag the other nodes of this network run; "" makes the server point at the line.
    QString tag;
    for (const auto &row : target.environment->store(target.kind)->rows()) {
        if (const QString other = network::rowToJson(*row, target.kind).value("version"_L1).toString(); row->network == network)
            tag = std::max(tag, other);
    }
    const QString text = u"apiVersion: %1\nkind: %2\nmetadata:\n  name: new-%3\n  namespace: %4\nspec:\n  networkRef:\n    name: %5\n"
                         "  partyHint: new-%3-1\n  imageTag: \"%6\"\n  auth:\n    mode: IntegratedKeycloak\n"_s
                             .arg(target.kind.gvr.apiVersion(), target.kind.kind, target.kind.singular, ns.isEmpty() ? u"default"_s : ns, network, tag);
    return text.toUtf8();
}

void WindowChanges::startBulk(const QString &actionId, const QList<ActionTarget> &targets)
{
    const state::ActionInfo *info = m_context.catalogue->find(actionId);
    const bool asks = info && std::any_of(info->params.begin(), info->params.end(), [](const auto &p) { return p.required; });
    const bool mixed = std::any_of(targets.begin(), targets.end(), [&](const ActionTarget &t) { return t.environment != targets.first().environment; });
    if (!info || asks || mixed) {
        Q_EMIT failed({ErrorKind::Invalid,
                       mixed ? tr("One change cannot reach into several environments.") : tr("%1 needs values of its own for each object.").arg(info ? info->title : actionId),
                       mixed ? tr("Select objects of one environment.") : tr("Select one object.")});
        return;
    }
    m_stop.request_stop();
    m_stop = std::stop_source{};
    auto bulk = std::make_shared<Bulk>();
    bulk->actionId = actionId;
    bulk->environment = targets.first().environment;
    bulk->waiting = targets.size();
    for (const ActionTarget &target : targets) {
        const ObjectId object = target.object();
        whenFinished(bulk->environment->gateway()->get(object.gvr, object.ns, object.name, m_stop.get_token()), this,
                     [this, bulk, target](const Result<QJsonObject> &live) { addToBulk(bulk, target, live); });
    }
}

void WindowChanges::addToBulk(const std::shared_ptr<Bulk> &bulk, const ActionTarget &target, const Result<QJsonObject> &live)
{
    --bulk->waiting;
    if (!live) {
        bulk->error = live.error();
    } else {
        state::DraftContext context;
        context.cluster = bulk->environment->name();
        context.now = m_context.clock->now();
        context.yaml = m_context.yaml;
        const Result<state::ChangeDraft> one = m_context.catalogue->buildDraft(bulk->actionId, target.kind, *live, {}, context);
        if (one && bulk->draft.edits.isEmpty())
            bulk->draft = *one;
        else if (one)
            bulk->draft.edits.append(one->edits), bulk->draft.danger = std::max(bulk->draft.danger, one->danger);
        else if (one.error().reason != "NothingToChange"_L1)
            bulk->error = one.error();
    }
    if (bulk->waiting > 0 || bulk->error.kind == ErrorKind::Cancelled)
        return;
    if (!bulk->error.message.isEmpty() || bulk->draft.edits.isEmpty()) {
        Q_EMIT failed(bulk->error.message.isEmpty() ? Error{ErrorKind::Invalid, tr("There is nothing to change.")} : bulk->error);
        return;
    }
    const state::ActionInfo *info = m_context.catalogue->find(bulk->actionId);
    if (bulk->draft.edits.size() > 1)
        bulk->draft.title = tr("%1: %n object(s)", nullptr, int(bulk->draft.edits.size())).arg(QString(info->title).remove(u'\u2026'));
    m_flow->review(bulk->draft, contextFor(bulk->environment, networksOf(bulk->draft)));
}

}
