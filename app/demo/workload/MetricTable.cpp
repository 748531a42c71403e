// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/workload/MetricTable.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>

static void carryMetrics()
{
    Q_INIT_RESOURCE(qd_metrics);
}

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

using Type = MetricRow::Type;
using Value = MetricRow::Value;

const QStringList kClocks{u"up"_s, u"work"_s, u"sync"_s, u"submit"_s, u"serve"_s, u"starved"_s, u"broken"_s, u"cut"_s, u"chain"_s};
const QStringList kConditions{u"ready"_s, u"db"_s, u"sync"_s, u"connected"_s, u"cert"_s};

/// The words of one line's value, taken one by one; the first that does not fit is remembered.
class Words {
public:
    explicit Words(const QStringList &words) : m_words(words) { }
    [[nodiscard]] bool more() const { return !m_words.isEmpty(); }
    [[nodiscard]] QString peek() const { return m_words.value(0); }
    QString take()
    {
        if (m_words.isEmpty()) {
            wrong = u"the value ends too early"_s;
            return {};
        }
        return m_words.takeFirst();
    }
    double number()
    {
        const QString word = take();
        bool ok = false;
        const double value = word.toDouble(&ok);
        if (!ok && wrong.isEmpty())
            wrong = QString(u"\""_s + word + u"\" is no number"_s);
        return value;
    }
    QString oneOf(const QStringList &allowed)
    {
        const QString word = take();
        if (!allowed.contains(word) && wrong.isEmpty())
            wrong = QString(u"\""_s + word + u"\" is none of "_s + allowed.join(u", "_s));
        return word;
    }
    QString wrong;

private:
    QStringList m_words;
};

void readPath(MetricRow &row, Words &words)
{
    row.path = {u"+"_s, words.take()};
    while (words.peek() == "+"_L1 || words.peek() == "-"_L1) {
        row.path.append(words.take());
        row.path.append(words.take());
    }
    if (words.peek() == "else"_L1) {
        words.take();
        row.otherwise = words.number();
    }
}

void readValue(MetricRow &row, Words &words)
{
    static const QHash<QString, Value> kinds{{u"const"_s, Value::Const}, {u"path"_s, Value::Path}, {u"rate"_s, Value::Rate},
        {u"wave"_s, Value::Wave}, {u"last"_s, Value::Last}, {u"lag"_s, Value::Lag}, {u"hist"_s, Value::Hist}, {u"heap"_s, Value::Heap}};
    static const QStringList units{u"us"_s, u"ms"_s, u"s"_s};
    row.value = kinds.value(words.oneOf(kinds.keys()));
    switch (row.value) {
    case Value::Path:
        readPath(row, words);
        break;
    case Value::Last:
    case Value::Lag:
        row.unit = words.oneOf(units);
        row.clock = words.oneOf(kClocks);
        row.period = 0;
        if (words.peek() == "every"_L1) {
            words.take();
            row.period = words.number();
        }
        break;
    case Value::Hist:
        row.number = words.number();
        row.mean = words.number();
        row.clock = words.oneOf(kClocks);
        break;
    case Value::Wave:
    case Value::Heap:
        row.number = words.number();
        row.amplitude = words.number();
        row.period = words.number();
        row.clock = row.value == Value::Wave ? words.oneOf(kClocks) : u"up"_s;
        break;
    case Value::Rate:
        row.number = words.number();
        row.clock = words.oneOf(kClocks);
        break;
    case Value::Const:
        row.number = words.number();
    }
    if (words.more()) {
        words.oneOf({u"?"_s});
        row.condition = words.oneOf(kConditions);
        words.oneOf({u":"_s});
        row.instead = words.number();
    }
    if (words.more() && words.wrong.isEmpty())
        words.wrong = QString(u"\""_s + words.peek() + u"\" is too much"_s);
}

/// "a[b;c]d" -> abd, acd; + is a blank.
QStringList choices(QString value)
{
    value.replace(u'+', u' ');
    const qsizetype open = value.indexOf(u'[');
    const qsizetype close = value.indexOf(u']', open);
    if (open < 0 || close < 0)
        return {value};
    QStringList all;
    for (const QString &one : value.mid(open + 1, close - open - 1).split(u';'))
        all.append(QString(value.left(open) + one + value.mid(close + 1)));
    return all;
}

QString readRow(const QStringList &columns, MetricRow &row)
{
    if (columns.size() != 6)
        return u"six columns are wanted, there are %1"_s.arg(columns.size());
    row.components = columns.at(0).split(u',');
    row.name = columns.at(1).toLatin1();
    static const QHash<QString, Type> types{
        {u"counter"_s, Type::Counter}, {u"gauge"_s, Type::Gauge}, {u"histogram"_s, Type::Histogram}};
    if (!types.contains(columns.at(2)))
        return QString(u"\""_s + columns.at(2) + u"\" is no type"_s);
    row.type = types.value(columns.at(2));
    for (const QString &label : columns.at(3).split(u' ', Qt::SkipEmptyParts)) {
        if (label.section(u'=', 0, 0).isEmpty() || !label.contains(u'='))
            return QString(u"\""_s + label + u"\" is no label"_s);
        row.labels.append({label.section(u'=', 0, 0), choices(label.section(u'=', 1))});
    }
    row.help = columns.at(5).toUtf8();
    Words words(columns.at(4).split(u' ', Qt::SkipEmptyParts));
    readValue(row, words);
    if (words.wrong.isEmpty() && (row.value == Value::Hist) != (row.type == Type::Histogram))
        return u"a histogram and only a histogram is told by hist"_s;
    return words.wrong;
}

}

Result<QList<MetricRow>> readMetricTable(const QByteArray &text)
{
    QList<MetricRow> rows;
    int number = 0;
    for (const QByteArray &line : text.split('\n')) {
        ++number;
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        MetricRow row;
        if (const QString wrong = readRow(QString::fromUtf8(line).split(u'\t'), row); !wrong.isEmpty())
            return Error{ErrorKind::Invalid,
                QCoreApplication::translate("qd::demo::MetricTable", "Line %1 of the metrics' table: %2").arg(QString::number(number), wrong)};
        rows.append(row);
    }
    return rows;
}

const QList<MetricRow> &metricTable()
{
    static const QList<MetricRow> rows = [] {
        carryMetrics();
        QFile file(u":/metrics.tsv"_s);
        const auto read = file.open(QIODevice::ReadOnly) ? readMetricTable(file.readAll()) : Result<QList<MetricRow>>(QList<MetricRow>());
        return read ? *read : QList<MetricRow>();   // that it can be read is a test's business
    }();
    return rows;
}

}
