// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/WindowChanges.h"

#include "models/core/Async.h"
#include "models/items/ObjectFacts.h"
#include "models/state/ObjectTemplates.h"
#include "ui/panes/review/GitCompareDialog.h"

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostObjects = 500;
constexpr int kReadsAtOnce = 8;

/// What an edit changes; a kept draft has only what it touches, its list all of it. Empty: that is not known.
QJsonObject baseOf(const state::Environment &environment, const network::KindInfo &kind, const state::Edit &edit, const ports::BodyCodec *bodies)
{
    if (!edit.partialBase && !edit.base.isEmpty())
        return edit.base;
    const state::ResourceStore *store = environment.known(kind);
    const state::RowPtr row = store ? store->find(edit.object.ns, edit.object.name) : nullptr;
    if (row && bodies && !row->body.isEmpty()) {
        if (const Result<QJsonObject> opened = bodies->open(row->body))
            return *opened;
    }
    return {};
}

/// In any environment what belongs to a MainNet is guarded as production.
bool isOfMainNet(const state::Environment &environment, const state::ChangeDraft &draft, const ports::BodyCodec *bodies)
{
    const network::KindTable &kinds = environment.kinds();
    const auto networkOf = [&environment, &kinds](const ObjectId &node) {
        const network::KindInfo *kind = kinds.find(node.gvr);
        const state::ResourceStore *store = kind ? environment.known(*kind) : nullptr;
        const state::RowPtr row = store ? store->find(node.ns, node.name) : nullptr;
        return row ? row->network : QString();
    };
    return std::any_of(draft.edits.begin(), draft.edits.end(), [&](const state::Edit &edit) {
        const network::KindInfo *kind = kinds.find(edit.object.gvr);
        if (!kind)
            return false;
        const QJsonObject base = baseOf(environment, *kind, edit, bodies);
        if (base.isEmpty() && edit.verb != ports::Verb::Create && kind->own)
            return true;   // not known here, and it may be
        const QList<QJsonObject> states = state::statesOf(base, edit);
        return std::any_of(states.begin(), states.end(), [&](const QJsonObject &object) {
            const QList<ObjectId> networks = items::networksOf(object, *kind, kinds, networkOf);
            return std::any_of(networks.begin(), networks.end(), [&environment](const ObjectId &network) { return environment.isProductionFor(network.name); });
        });
    });
}

}

/// Several objects while their live states arrive.
struct WindowChanges::Bulk {
    QString actionId;
    QMap<QString, QString> params;
    QList<ActionTarget> targets;
    QList<QJsonObject> live;      ///< as the targets
    qsizetype next = 0;
    qsizetype waiting = 0;
    Error error{};
};

WindowChanges::WindowChanges(const ShellContext &context, QWidget *window)
    : QObject(window)
    , m_context(context)
    , m_flow(new ChangeFlow(context.catalogue, context.clock, window))
{
    connect(m_flow, &ChangeFlow::failed, this, &WindowChanges::failed);
    connect(m_flow, &ChangeFlow::draftsReady, this, [this](const QList<state::ChangeDraft> &drafts) {
        m_waiting = drafts;
        m_firstReview = true;
        // the dialog that asked goes first
        QMetaObject::invokeMethod(this, &WindowChanges::reviewNext, Qt::QueuedConnection);
    });
    connect(m_flow, &ChangeFlow::busyChanged, this, &WindowChanges::reviewNext);
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

ReviewContext WindowChanges::contextFor(state::Environment *environment) const
{
    ReviewContext out;
    out.environment.gateway = environment->gateway();
    out.environment.journal = m_context.journal;
    out.environment.clock = m_context.clock;
    out.environment.user = environment->identity().user;
    out.environment.profile = m_context.profile;
    out.environment.production = environment->isProduction();
    out.productionFor = [guard = QPointer<state::Environment>(environment), bodies = m_context.bodies](const state::ChangeDraft &draft) {
        return !guard || isOfMainNet(*guard, draft, bodies);
    };
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
    if (QDialog *open = m_flow->dialog()) {   // asked for in another window: this one has its hands full
        open->raise();
        open->activateWindow();
        return sayWaits(first.row ? first.row->name : first.kind.title);
    }
    if (actionId == "create"_L1) {
        const QString ns = first.environment->info().defaultNamespace;
        m_flow->create(first.kind, ns, params.contains(u"file"_s) ? params.value(u"file"_s) : QString::fromUtf8(templateFor(first)),
                       contextFor(first.environment));
    } else if (targets.size() > 1) {
        startBulk(actionId, targets, params);
    } else {
        m_flow->run(actionId, first.kind, first.object(), contextFor(first.environment), params);
    }
}

void WindowChanges::editYaml(const ActionTarget &target, QWidget *parent)
{
    startAction(u"edit"_s, {target}, {}, parent);
}

void WindowChanges::compareWithGit(const ActionTarget &target, const QJsonObject &live, QWidget *parent)
{
    if (!target.environment || !target.environment->gateway())
        return;
    auto *dialog = new GitCompareDialog(contextFor(target.environment), {target.kind, live}, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void WindowChanges::sayWaits(const QString &what)
{
    Q_EMIT failed({ErrorKind::Invalid, tr("%1 waits: another change is open.").arg(what), tr("Finish or close that one first.")});
}

void WindowChanges::retry(const state::ChangeDraft &draft)
{
    if (draft.edits.isEmpty())
        return;
    if (m_flow->busy())
        return sayWaits(draft.title);
    const QString cluster = draft.edits.first().object.cluster;
    const auto environment = std::find_if(m_context.environments.begin(), m_context.environments.end(),
                                          [&cluster](const state::Environment *e) { return e->name() == cluster; });
    if (environment != m_context.environments.end())
        m_flow->review(draft, contextFor(*environment));
    else
        Q_EMIT failed({ErrorKind::NotFound, tr("%1 waits: %2 is not open.").arg(draft.title, cluster), tr("Open the environment first.")});
}

/// The least a person fills in; the server's checks say the rest in the editor. A kind of others begins with its bare head.
QByteArray WindowChanges::templateFor(const ActionTarget &target) const
{
    const QString text = state::ObjectTemplates::of(*target.environment, target.kind);
    if (!text.isEmpty())
        return text.toUtf8();
    const QString ns = target.environment->info().defaultNamespace;
    return u"apiVersion: %1\nkind: %2\nmetadata:\n  name: new-%3\n  namespace: %4\nspec: {}\n"_s
        .arg(target.kind.gvr.apiVersion(), target.kind.kind, target.kind.singular, ns.isEmpty() ? u"default"_s : ns).toUtf8();
}

void WindowChanges::startBulk(const QString &actionId, const QList<ActionTarget> &targets, const QMap<QString, QString> &params)
{
    if (m_flow->busy())
        return;
    if (targets.size() > kMostObjects) {
        Q_EMIT failed({ErrorKind::Invalid, tr("%1 objects are too many for one review.").arg(targets.size()),
                       tr("Select at most %1.").arg(kMostObjects)});
        return;
    }
    m_stop.request_stop();
    m_stop = std::stop_source{};
    auto bulk = std::make_shared<Bulk>();
    bulk->actionId = actionId;
    bulk->params = params;
    bulk->targets = targets;
    bulk->live.resize(targets.size());
    for (int i = 0; i < kReadsAtOnce; ++i)
        readNext(bulk);
}

/// Every draft begins with the live object; some are read at a time.
void WindowChanges::readNext(const std::shared_ptr<Bulk> &bulk)
{
    if (bulk->next == bulk->targets.size() || !bulk->error.message.isEmpty())
        return;
    const qsizetype at = bulk->next++;
    const ActionTarget &target = bulk->targets.at(at);
    if (!target.environment)
        return;
    ++bulk->waiting;
    const ObjectId object = target.object();
    whenFinished(target.environment->gateway()->get(object.gvr, object.ns, object.name, m_stop.get_token()), this,
                 [this, bulk, at](const Result<QJsonObject> &live) {
                     --bulk->waiting;
                     if (live)
                         bulk->live[at] = *live;
                     else
                         bulk->error = live.error();
                     readNext(bulk);
                     if (bulk->waiting == 0)
                         allRead(*bulk);
                 });
}

void WindowChanges::allRead(const Bulk &bulk)
{
    if (!bulk.error.message.isEmpty() || bulk.error.kind == ErrorKind::Cancelled) {
        if (bulk.error.kind != ErrorKind::Cancelled)
            Q_EMIT failed(bulk.error);
        return;
    }
    QList<state::BulkObject> objects;
    QString markId;
    bool mixed = false;
    for (qsizetype i = 0; i < bulk.targets.size(); ++i) {
        const ActionTarget &target = bulk.targets.at(i);
        if (!target.environment)
            continue;
        objects.append({target.kind, bulk.live.at(i), target.environment->name(), target.environment->identity().user});
        mixed = mixed || target.environment != bulk.targets.first().environment;
        markId = markId.isEmpty() ? state::markId(target.environment->info().mark) : markId;
    }
    if (objects.isEmpty())
        return;
    state::DraftContext drafting;
    drafting.cluster = mixed ? tr("several environments") : objects.first().cluster;
    drafting.now = m_context.clock->now();
    drafting.yaml = m_context.yaml;
    m_flow->askOnce(std::make_shared<const state::BulkDrafts>(m_context.catalogue, bulk.actionId, objects), bulk.params, drafting,
                    mixed ? QString() : markId);
}

/// A change reaches into one environment: several are reviewed one after the other, each with its own guards.
void WindowChanges::reviewNext()
{
    if (m_flow->busy() || m_waiting.isEmpty())
        return;
    if (!m_firstReview && !m_flow->confirmed()) {
        QStringList left;
        for (const state::ChangeDraft &draft : std::as_const(m_waiting))
            left.append(tr("%1 in %2").arg(draft.title, draft.edits.first().object.cluster));
        m_waiting.clear();
        Q_EMIT failed({ErrorKind::Cancelled, tr("Not reviewed, as the one before it was not confirmed: %1.").arg(left.join(u"; "_s))});
        return;
    }
    m_firstReview = false;
    retry(m_waiting.takeFirst());
}

}
