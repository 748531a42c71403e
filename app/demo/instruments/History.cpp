// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/instruments/History.h"

#include "app/demo/instruments/Configs.h"
#include "app/demo/workload/Exposition.h"
#include "app/demo/workload/Metrics.h"

#include <QDir>
#include <QFile>

#include <vector>

#include <sys/resource.h>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kSecond = 1000;
constexpr qint64 kHour = 3600 * kSecond;
constexpr qint64 kBlock = 2 * kHour;            ///< as Prometheus cuts its blocks
constexpr qint64 kLate = kHour;                 ///< so long before the end it gets dense
constexpr qint64 kDense = 30 * kSecond;
constexpr qint64 kSparse = 120 * kSecond;

/// A label that is added, as it is looked for among a sample's own.
struct Added {
    QByteArray text;        ///< name="value"
    QByteArray first;       ///< name=", at the beginning of them
    QByteArray later;       ///< ,name="
};

QList<Added> added(const QByteArray &labels)
{
    QList<Added> all;
    for (const QByteArray &one : labels.isEmpty() ? QByteArrayList() : labels.split(',')) {
        const QByteArray begun = one.left(one.indexOf('=')) + "=\"";
        all.append({one, begun, QByteArray(',' + begun)});
    }
    return all;
}

/// Those that a sample does not have of its own.
void appendOthers(QByteArray &out, const QList<Added> &labels, QByteArrayView own)
{
    bool some = !own.isEmpty();
    for (const Added &one : labels) {
        if (own.startsWith(one.first) || own.contains(one.later))
            continue;
        if (some)
            out.append(',');
        out.append(one.text);
        some = true;
    }
}

class Writer {
public:
    Writer(std::shared_ptr<Workload> workload, std::shared_ptr<ClusterState> cluster) : m_cluster(std::move(cluster)), m_measured(workload->measured())
    {
        for (const Workload::Measured &one : std::as_const(m_measured)) {
            m_labels.append(exposition::labelText(targetLabels(one)));
            m_tellers.emplace_back(metricTable(), one.subject);
        }
    }

    /// False: it was told to stop, or the disk is full.
    bool write(const QString &name, const QList<qint64> &moments, const std::atomic<bool> &stop)
    {
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
            return false;
        for (const qint64 ms : moments) {
            if (stop || file.write(at(ms)) < 0)
                return false;
        }
        return file.write("# EOF\n") > 0 && file.flush();
    }

private:
    QByteArray at(qint64 ms)
    {
        const QDateTime moment = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
        QByteArray out;
        for (qsizetype i = 0; i < m_measured.size(); ++i) {
            const Subject then = m_measured.at(i).subject.before(moment);
            if (!then.running)
                continue;
            appendSamples(out, m_tellers[size_t(i)].text(then), m_labels.at(i), ms);
            appendSamples(out, "up 1\n", m_labels.at(i), ms);
        }
        for (const auto &[page, which] : {std::pair(kKubeletPage, ClusterState::Page::Kubelet), std::pair(kStatePage, ClusterState::Page::StateMetrics),
                 std::pair(kPostgresPage, ClusterState::Page::Postgres)}) {
            const QByteArray labels = exposition::labelText(targetLabels(page));
            appendSamples(out, m_cluster->text(which, moment), labels, ms);
            appendSamples(out, "up 1\n", labels, ms);
        }
        return out;
    }

    std::shared_ptr<ClusterState> m_cluster;
    const QList<Workload::Measured> m_measured;
    QList<QByteArray> m_labels;
    std::vector<MetricsTeller> m_tellers;
};

}

void appendSamples(QByteArray &out, const QByteArray &text, const QByteArray &labels, qint64 ms)
{
    const QByteArray time = ' ' + QByteArray::number(ms / kSecond) + '.' + QByteArray::number(ms % kSecond).rightJustified(3, '0') + '\n';
    const QList<Added> all = added(labels);
    for (qsizetype from = 0; from < text.size();) {
        qsizetype end = text.indexOf('\n', from);
        end = end < 0 ? text.size() : end;
        const QByteArrayView line = QByteArrayView(text).sliced(from, end - from);
        from = end + 1;
        if (line.isEmpty() || line.at(0) == '#')
            continue;
        const qsizetype close = line.lastIndexOf('}');
        const qsizetype blank = line.indexOf(' ', std::max<qsizetype>(close, 0));
        const qsizetype open = close < 0 ? -1 : line.indexOf('{');
        if (open < 0) {
            out.append(line.first(blank)).append('{').append(labels);
        } else {
            out.append(line.first(close));
            appendOthers(out, all, line.sliced(open + 1, close - open - 1));
        }
        out.append('}').append(line.sliced(blank)).append(time);
    }
}

QList<qint64> historyMoments(qint64 from, qint64 upTo, qint64 end)
{
    QList<qint64> all;
    for (qint64 at = from; at < upTo && at <= end;) {
        all.append(at);
        const qint64 step = at >= end - kLate ? kDense : kSparse;
        at = (at / step + 1) * step;
    }
    if (end < upTo && (all.isEmpty() || all.last() < end))
        all.append(end);
    return all;
}

History::History(std::shared_ptr<Workload> workload, std::shared_ptr<ClusterState> cluster, QString folder, QString storage, QObject *parent)
    : QObject(parent), m_workload(std::move(workload)), m_cluster(std::move(cluster)), m_folder(std::move(folder)), m_storage(std::move(storage))
{
    connect(this, &History::written, this, [this](const QString &file) {
        if (file.isEmpty())
            m_told = true;
        else
            m_files.append(file);
        next();
    }, Qt::QueuedConnection);
}

History::~History()
{
    m_stop = true;
    if (m_thread.joinable())
        m_thread.join();
}

void History::make(int hours)
{
    const qint64 end = m_end = QDateTime::currentMSecsSinceEpoch();
    m_thread = std::thread([this, end, first = end - hours * kHour] {
        (void)setpriority(PRIO_PROCESS, 0, 5);   // of this thread alone, as Linux has it
        Writer writer(m_workload, m_cluster);
        bool well = true;
        for (qint64 from = first; from <= end && well;) {
            const qint64 upTo = (from / kBlock + 1) * kBlock;
            const QString name = QDir(m_folder).filePath(QString(u"history-"_s + QString::number(from) + u".om"_s));
            well = writer.write(name, historyMoments(from, upTo, end), m_stop);
            if (well)
                Q_EMIT written(name);
            from = upTo;
        }
        Q_EMIT written({});
    });
}

void History::next()
{
    if (m_tool)
        return;
    if (m_files.isEmpty()) {
        if (m_told)
            done({});
        return;
    }
    const QString file = m_files.takeFirst();
    m_tool = std::make_unique<InstrumentProcess>(u"promtool"_s);
    connect(m_tool.get(), &InstrumentProcess::ended, this, [this, file](bool well, const QString &why) {
        QFile::remove(file);
        m_tool.release()->deleteLater();
        if (well)
            next();
        else
            done(why);
    });
    m_tool->start({u"tsdb"_s, u"create-blocks-from"_s, u"openmetrics"_s, u"--quiet"_s, file, m_storage});
}

void History::done(const QString &trouble)
{
    m_stop = true;
    for (const QString &file : std::exchange(m_files, {}))
        QFile::remove(file);
    Q_EMIT finished(trouble);
}

}
