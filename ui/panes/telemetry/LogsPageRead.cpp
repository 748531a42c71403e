// SPDX-License-Identifier: GPL-3.0-or-later
// Where the lines of the tab "Logs" come from, and what it says of that.
#include "models/core/Format.h"
#include "ui/panes/telemetry/LogNodes.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"
#include "ui/widgets/StatePage.h"

#include <QPushButton>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::TelemetryPart;
using ports::TelemetryState;

namespace {

constexpr qint64 kMinute = qint64(60) * 1'000'000'000;

}

QString LogsPage::whyPods(const TelemetryState &state)
{
    return state.phase == TelemetryState::Phase::Looking ? tr("Loki is looked for.") : state.why.message;
}

/// No line is left of what was read.
void LogsPage::forget()
{
    // what was held is gone; the pause was of it
    if (std::exchange(m_viewPaused, false))
        m_view->setPaused(false);
    m_log.reset();
    m_reader.clear();
    m_podsOf.clear();
    m_pods.clear();
    m_gaps.setLogs(nullptr);
    m_hold.clear();
    m_interrupted = false;
    m_asOf = {};
    m_unread.clear();
    m_view->setUnread({});
    m_model.setThinned(false);
    m_failure.reset();
    m_view->setTrouble({});
    m_model.clear();
    m_names.clear();
    m_keys.clear();
    m_numbers.clear();
    m_ofPod.clear();
    m_first = 0;
    m_caughtUp = false;
}

/// Reads what is chosen: from its beginning, but pods that are read already go on.
void LogsPage::restart()
{
    state::Environment *environment = this->environment();
    const std::shared_ptr<ports::Telemetry> telemetry = environment && !environment->needsSignIn() ? environment->telemetry() : nullptr;
    if (telemetry && m_shown)
        telemetry->look();
    const bool pods = environment && (!telemetry || !telemetry->logs() || m_podsButton->isChecked());
    if (!m_shown || !pods || m_podsOf != environment->name() || environment->needsSignIn())
        forget();
    if (!m_shown)
        return;
    if (!environment || environment->needsSignIn()) {
        m_source->setText({});
        return updatePage();
    }
    const TelemetryState state = telemetry ? telemetry->state(TelemetryPart::Logs) : TelemetryState{TelemetryState::Phase::Missing};
    m_wasMissing = !telemetry || !telemetry->logs();
    m_podsButton->setVisible(!m_wasMissing);
    m_traceButton->setVisible(!pods);
    m_view->setFarSearch(!m_wasMissing);
    for (const QString &key : m_nodes->chosenNodes().mid(0, items::NodeLogs::kMostNodes))
        learnComponents(key);
    if (pods)
        return readPods(m_wasMissing ? whyPods(state) : QString());
    readLoki(telemetry->logs(), state.address);
}

void LogsPage::readPods(const QString &why)
{
    state::Environment *environment = this->environment();
    QString text = why.isEmpty() ? tr("The pods themselves are read, not Loki.") : tr("%1 The pods are read instead.").arg(why);
    if (!m_range.live())
        text += u' ' + tr("They tell their newest lines, not those of the chosen time.");
    m_source->setText(text);
    m_source->setToolTip(m_source->text());
    m_gaps.setLogs(environment->telemetry() ? environment->telemetry()->logs() : nullptr);
    if (std::exchange(m_podsOf, environment->name()) != m_podsOf)
        m_view->table()->setFollow(true);
    QList<items::LogNode> nodes;
    for (const QString &key : m_nodes->chosenNodes()) {
        const ObjectId *one = object(key);
        if (const network::KindInfo *kind = one ? environment->kinds().find(one->gvr) : nullptr)
            nodes.append({key, one->name, one->ns, items::podSelection(*kind, one->name, one->uid)});
    }
    m_pods.read(environment->feed(), environment->logs(), nodes, [this](const QString &key, const QString &component) { return m_nodes->reads(key, component); });
    hold();
    updateRates();
    updatePage();
}

void LogsPage::podsChanged()
{
    if (m_podsOf.isEmpty())
        return;
    for (const QString &key : m_nodes->chosenNodes())
        m_nodes->addComponents(key, m_pods.components(key));
    showPause();
    const QStringList troubles = m_pods.session()->troubles();
    m_view->setTrouble(troubles.isEmpty() ? QString() : tr("%n log(s) interrupted", nullptr, int(troubles.size())), troubles.mid(0, 3).join(u'\n'));
    updateRates();
    updatePage();
}

QString LogsPage::expression() const
{
    QSet<QString> in;
    QStringList others;
    QList<items::PodsOfNode> nodes;
    for (const ObjectId &one : m_objects) {
        in.insert(one.ns);
        others.append(one.name);
        if (m_nodes->chosen(keyOf(one)))
            nodes.append({one.ns, one.name, m_nodes->only(keyOf(one))});
    }
    QStringList spaces(in.cbegin(), in.cend());
    spaces.sort();
    // What is left out of some is left out by Loki: its limit counts the lines it gives.
    const bool part = std::any_of(nodes.cbegin(), nodes.cend(), [](const items::PodsOfNode &node) { return !node.components.isEmpty(); });
    const bool all = everywhere() || (m_nodes->all() && !part) || nodes.isEmpty();
    const QString expr = all ? u"{namespace=~%1}"_s.arg(items::logqlQuoted(spaces.isEmpty() ? u".+"_s : spaces.join(u'|'))) : items::nodeLogsExpr(nodes, others);
    return expr + items::logqlWith(m_text, items::looksLikeTrace(m_text));
}

QString LogsPage::textShort() const
{
    return items::looksLikeTrace(m_text) ? items::shortTrace(m_text.toUtf8()) : m_text.size() > 24 ? QString(m_text.left(23) + u'…') : m_text;
}

void LogsPage::readLoki(const std::shared_ptr<ports::LogSearch> &logs, const QString &address)
{
    m_view->table()->setFollow(true);
    m_expr = expression();
    m_unread = m_expr == m_cutOf ? m_view->hiddenLevels() : QList<items::LogLevel>();
    m_view->setUnread(m_unread);
    m_model.setThinned(!m_unread.isEmpty() || !m_text.isEmpty());
    const QString from = m_text.isEmpty() ? tr("From Loki, %1").arg(address) : tr("Lines with %1, from Loki, %2").arg(textShort(), address);
    m_source->setText(m_unread.isEmpty() ? from : tr("%1. Not read: %2").arg(from, unreadWords()));
    const QString asked = m_expr + items::logqlWithout(m_unread);
    m_read = m_nodes->chosenNodes();
    m_source->setToolTip(plainTip(asked));
    if (!everywhere() && m_nodes->chosenNodes().isEmpty())
        return updatePage();
    const qint64 now = m_context.clock->now().toMSecsSinceEpoch() * 1'000'000;
    const double seconds = double(now) / 1e9;
    items::LokiRequest request{asked, qint64(m_range.start(seconds) * 1e9), m_range.live() ? 0 : qint64(m_range.end(seconds) * 1e9)};
    request.follow = m_range.live();
    m_log = std::make_unique<items::LokiLog>(logs, request, now);
    m_gaps.setLogs(logs);
    connectLog();
    m_log->setPaused(m_viewPaused || m_panePaused);
    m_log->start();
    updateRates();
    updatePage();
}

QString LogsPage::unreadWords() const
{
    QStringList words;
    for (const items::LogLevel level : m_unread)
        words.append(items::logLevelWord(level));
    return words.join(u", "_s);
}

/// Loki leaves out what is hidden where that makes room for older lines, and has to give what it left out.
void LogsPage::levelsChanged()
{
    if (!m_log || m_viewPaused)
        return;     // what is looked at stays; going on asks
    const QList<items::LogLevel> hidden = m_view->hiddenLevels();
    const auto lacks = [](const QList<items::LogLevel> &in, const QList<items::LogLevel> &of) {
        return std::any_of(of.cbegin(), of.cend(), [&in](items::LogLevel level) { return !in.contains(level); });
    };
    const bool part = m_log->cut() || m_model.dropped() > 0;
    if (part)
        m_cutOf = m_expr;
    if (lacks(hidden, m_unread) || (part && lacks(m_unread, hidden)))
        m_soon.start();
}

void LogsPage::connectLog()
{
    items::LokiLog *log = m_log.get();
    connect(log, &items::LokiLog::entries, this, &LogsPage::took);
    connect(log, &items::LokiLog::caughtUp, this, [this, log] {
        m_caughtUp = true;
        if (log->cut())
            m_gaps.addOlder({log->query(), log->older(), [this](const network::Labels &stream) {
                                 const int number = numberOf(stream);
                                 nameSources();
                                 return number;
                             }}, m_first,
                            tr("Older lines of this time were not read, only the last %1").arg(formatInteger(log->count())));
        levelsChanged();
        updatePage();
    });
    connect(log, &items::LokiLog::warned, this, [this](const QString &sentence) {
        m_lost = true;
        gap(sentence, true);
    });
    connect(log, &items::LokiLog::dropped, this, [this](int count, qint64 from, qint64 to) {
        m_lost = true;
        const auto clock = [this](qint64 time) { return items::logClock(time, m_model.utc(), true); };
        const QString which = from == 0 ? tr("%n line(s) left out", nullptr, count) : tr("%n line(s) of %1 to %2 left out", nullptr, count).arg(clock(from), clock(to));
        gap(tr("%1: more came at once than Loki sends").arg(which), true, from == 0 ? 0 : from - 1);
    });
    connect(log, &items::LokiLog::interrupted, this, [this](const Error &why) {
        m_interrupted = true;
        m_lost = false;
        m_view->setTrouble(tr("Loki is interrupted"), why.text());
        updateRates();
    });
    connect(log, &items::LokiLog::resumed, this, [this] {
        m_interrupted = false;
        m_view->setTrouble({});
        updateRates();
        gap(m_lost ? tr("Loki answers again; what is missing is said above") : tr("Loki answers again, nothing is missing"), false);
    });
    connect(log, &items::LokiLog::ended, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled) {
            m_failure = error;
            m_view->setTrouble(m_model.rowCount() > 0 ? tr("Loki is not read any more") : QString(), error.text());
            updateRates();
        }
        updatePage();
    });
}

const ObjectId *LogsPage::nodeOfPod(const QString &ns, const QString &pod) const
{
    // the longest name first
    for (qsizetype cut = pod.lastIndexOf(u'-'); cut > 0; cut = pod.lastIndexOf(u'-', cut - 1)) {
        if (const auto found = m_byName.constFind(QString(ns + u'/' + pod.left(cut))); found != m_byName.cend())
            return &m_objects.at(*found);
    }
    return nullptr;
}

/// Of the source of lines in the model; -1: of what nobody chose.
int LogsPage::numberOf(const network::Labels &stream)
{
    const QString pod = stream.value(u"pod"_s), ns = stream.value(u"namespace"_s);
    QString component = stream.value(u"component"_s);
    const QString place = QStringList{ns, pod, component}.join(u'/');
    if (const auto known = m_ofPod.constFind(place); known != m_ofPod.constEnd())
        return *known;
    const ObjectId *node = nodeOfPod(ns, pod);
    if (component.isEmpty())
        component = node ? items::componentOfPod(node->name, pod) : pod;
    const QString key = node ? keyOf(*node) : QString();
    const bool every = everywhere() || m_nodes->all();
    if (node)
        m_nodes->addComponents(key, {component});
    if (!every && (!node || !m_nodes->reads(key, component)))
        return *m_ofPod.insert(place, -1);
    if (!everywhere() && node && !m_nodes->reads(key, component))
        return *m_ofPod.insert(place, -1);
    const bool alone = !every && m_read.size() == 1;
    const QString name = alone && !component.isEmpty() ? component : QString((node ? node->name : QString()) + u' ' + component).trimmed();
    const QString at = LogNodes::componentKey(key, component);
    if (!m_numbers.contains(at)) {
        m_numbers.insert(at, int(m_keys.size()));
        m_keys.append(at);
        m_names.append(name);
    }
    return *m_ofPod.insert(place, m_numbers.value(at));
}

/// All that came together at once: the model looks at every line.
void LogsPage::nameSources()
{
    if (m_model.sources().size() != m_names.size())
        m_model.setSources(m_names);
}

void LogsPage::took(const QList<ports::LogEntry> &entries)
{
    QList<items::LogText> texts;
    texts.reserve(entries.size());
    for (const ports::LogEntry &entry : entries) {
        const int number = numberOf(entry.stream);
        if (number < 0)
            continue;
        m_first = m_first == 0 ? entry.at : std::min(m_first, entry.at);
        texts.append(items::logTextOf(entry, number));
    }
    nameSources();
    m_reader.add(std::move(texts));
    hold();
}

/// Behind the lines that came before, or where they miss.
void LogsPage::gap(const QString &sentence, bool missing, qint64 time)
{
    m_reader.then([this, sentence, missing, time] { m_model.addGap(time > 0 ? time : m_model.lastTime(), -1, sentence, missing); });
}

/// Who reads too slowly, or does not want to, lets the server wait.
void LogsPage::hold()
{
    m_hold.update(m_reader.backlog());
    if (m_log)
        m_log->setPaused(m_viewPaused || m_panePaused || m_hold.held());
    m_pods.session()->setPaused(m_viewPaused || m_panePaused);
}

void LogsPage::showPause()
{
    const items::LogSession *session = m_pods.session();
    if (m_podsOf.isEmpty())     // Loki is not asked meanwhile: what came is not known
        return m_view->setPaused(m_viewPaused, m_pausedAt, -1);
    m_view->setPaused(m_viewPaused, m_pausedAt, session->waiting(), session->waitingErrors(), session->held());
}

/// Lines of the last minute; of a time that is over they say nothing.
void LogsPage::updateRates()
{
    QHash<QString, int> rates, numbers;
    const QHash<int, int> lines = m_model.since(m_context.clock->now().toMSecsSinceEpoch() * 1'000'000 - kMinute);
    const bool reads = !m_viewPaused && !m_panePaused && !m_interrupted && !m_failure;
    if (reads)
        m_asOf = m_context.clock->now();
    const bool counts = reads && m_podsOf.isEmpty() && m_log && m_caughtUp && m_range.live() && m_text.isEmpty() && m_unread.isEmpty();
    for (const QString &key : counts ? m_nodes->chosenNodes() : QStringList()) {
        for (const QString &component : m_nodes->components(key))
            rates.insert(LogNodes::componentKey(key, component), 0);   // Loki was asked, and has none
    }
    for (qsizetype i = 0; m_podsOf.isEmpty() && i < m_keys.size(); ++i) {
        numbers.insert(m_keys.at(i), int(i));
        if (counts)
            rates.insert(m_keys.at(i), lines.value(int(i)));
    }
    for (const QString &key : m_podsOf.isEmpty() ? QStringList() : m_nodes->chosenNodes()) {
        for (const QString &component : m_pods.components(key)) {
            const QList<int> of = m_pods.numbers(key, component);
            if (of.isEmpty())
                continue;
            int sum = 0;
            for (const int number : of)
                sum += lines.value(number);
            numbers.insert(LogNodes::componentKey(key, component), of.first());
            if (m_pods.reads(key, component))
                rates.insert(LogNodes::componentKey(key, component), sum);
        }
    }
    m_nodes->setNumbers(numbers);
    m_nodes->setRates(rates);
    m_nodes->setNote(m_keys.size() > 1 || m_pods.logs() > 1 ? tr("Merged by time") : tr("By time"), note());
}

QString LogsPage::note() const
{
    const QString at = m_asOf.isValid() ? m_asOf.toUTC().toString(u"HH:mm:ss"_s) : u"–"_s;
    if (m_failure)
        return tr("Loki is not read.");
    if (m_podsOf.isEmpty())
        return m_text.isEmpty() ? tr("From Loki, as of %1.").arg(at)
            : m_everywhere      ? tr("From Loki, as of %1: only lines with %2, of all nodes.").arg(at, textShort())
                                : tr("From Loki, as of %1: only lines with %2.").arg(at, textShort());
    QStringList words{tr("From the pods, as of %1, by the clocks of their nodes.").arg(at)};
    if (!m_range.live())
        words.append(tr("The chosen time does not hold here: these are the newest lines."));
    if (m_pods.nodesLeftOut() > 0)
        words.append(tr("Pods of %1 nodes are read at most: %n more node(s) are not.", nullptr, m_pods.nodesLeftOut()).arg(items::NodeLogs::kMostNodes));
    if (m_pods.logsLeftOut() > 0)
        words.append(tr("%1 logs are followed at most: %n more log(s) are not.", nullptr, m_pods.logsLeftOut()).arg(items::NodeLogs::kMostLogs));
    return words.join(u' ');
}

/// What stands in place of lines while there are none.
void LogsPage::updatePage()
{
    if (!m_shown)
        return;     // it may go with its window: shown, it looks
    updateTrace();
    StatePage *page = m_view->page();
    const bool empty = m_model.rowCount() == 0;
    m_view->showPage(empty);
    if (!empty)
        return;
    const state::Environment *environment = this->environment();
    if (!environment || m_objects.isEmpty())
        return page->showEmpty(tr("No node is known yet."), tr("Open a cluster, or wait until its nodes are listed."));
    if (environment->needsSignIn())
        return page->showEmpty(tr("Nobody is signed in to %1.").arg(environment->name()), tr("Its logs are read once somebody is."));
    if (m_failure)
        return m_failure->kind == ErrorKind::Forbidden ? page->showForbidden(*m_failure) : page->showError(*m_failure);
    if (m_model.kept() > 0)
        return page->showFiltered(tr("No line has the levels and fields that are chosen."), {});
    if (!everywhere() && m_nodes->chosenNodes().isEmpty())
        return page->showFiltered(tr("No source is chosen."), {});
    if (!m_podsOf.isEmpty()) {
        if (!environment->feed() || !environment->logs())
            return page->showError({ErrorKind::Network, tr("Logs need a connection to %1.").arg(environment->name())});
        if (m_pods.logs() == 0 && !m_pods.complete())
            return page->showLoading(tr("%1: pods").arg(environment->name()));
        if (const Error *error = m_pods.failure(); error && m_pods.logs() == 0)
            return error->kind == ErrorKind::Forbidden ? page->showForbidden(*error) : page->showError(*error);
        if (const Error *refusal = m_pods.session()->refusal())
            return page->showForbidden(*refusal);
        if (m_pods.logs() == 0)
            return page->showEmpty(tr("The chosen nodes have no pods now."), tr("Logs of pods that are gone are not in the cluster any more."));
        if (const QStringList endings = m_pods.session()->endings(); !endings.isEmpty() && m_pods.session()->open() == 0)
            return page->showEmpty(tr("There is no log to show."), endings.join(u'\n'));
        return page->showEmpty(tr("No lines yet."), tr("The logs are followed: lines are shown as they are written."));
    }
    if (m_panePaused && !m_caughtUp)
        return page->showEmpty(tr("Paused."), tr("Loki is asked when the window goes on."));
    if (!m_caughtUp || m_reader.waiting() > 0)
        return page->showLoading(tr("%1: Loki").arg(environment->name()));
    if (!m_unread.isEmpty())
        return page->showFiltered(m_text.isEmpty() ? tr("Loki has no line of the chosen levels in this time.") : tr("Loki has no line of the chosen levels with %1 in this time.").arg(m_text),
                                  tr("Asked for: %1.").arg(m_log ? m_log->query().expr : m_expr));
    page->showEmpty(m_text.isEmpty() ? tr("Loki has no lines of this time.") : tr("Loki has no line with %1 in this time.").arg(m_text),
                    tr("Asked for: %1. “From the pods” reads the pods themselves.").arg(m_expr));
}

}
