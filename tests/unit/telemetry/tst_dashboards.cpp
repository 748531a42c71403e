// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/Dashboards.h"
#include "app/yaml/Yaml.h"
#include "models/network/telemetry/Steps.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::config;

class TestDashboards : public QObject {
    Q_OBJECT

private:
    static QStringList problems(const QByteArray &text, QStringList *warnings = nullptr)
    {
        const Result<network::Dashboard> read = readDashboard(text, u"d.yaml"_s, *yaml::makeYamlCodec(), warnings);
        QStringList out;
        if (!read) {
            for (const ErrorCause &cause : read.error().causes)
                out.append(cause.message);
            if (out.isEmpty())
                out.append(read.error().message);
        }
        return out;
    }
    static void write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text), text.size());
    }
    static inline const QByteArray kBad = R"(schema: 2
id: Big Name
variables:
- {name: 9, label: x}
- {name: cluster, label: x}
- {name: a, label: x, values: [y]}
- {name: a, of: pods}
rows:
- panels:
  - id: p
    title: P
    unit: secnods
    span: 13
    legend: left
    min: low
    queries: [{expr: 'x{k="$a"}'}, {expr: 'z{y=~"$aa"}'}, {legend: l}]
    thresholds: [{words: w, level: bad}]
  - {id: p, title: "", unit: state, queries: []}
)";
    static inline const QByteArray kSmall = "schema: 1\nid: mine\ntitle: Mine\nrows:\n- panels:\n  - id: a\n    title: A\n    queries: [{expr: up}]\n";

private Q_SLOTS:
    void everything()
    {
        const Result<network::Dashboard> read = readDashboard(R"(schema: 1
id: mine
title: My board
tab: Mine
order: 5
first: true
variables:
- {name: network, title: Network, of: networks}
- {name: sync, label: synchronizer, match: 'x{ns=~"$network"}'}
- {name: q, values: ["0.5", "0.95"], multiple: false, first: "0.95"}
rows:
- title: First
  panels:
  - id: a
    title: Latency
    note: of all
    unit: state
    decimals: 2
    span: 12
    fromZero: false
    log: true
    min: -1.5
    max: 2
    words: {"0": bad, "1": good}
    queries: [{expr: 'histogram_quantile($q, x{ns=~"$network"})', legend: "{{@node}}"}]
    thresholds: [{value: 0.6, words: alert above, level: critical}, {value: 0.3, words: warn above, level: warning}]
    metrics: [x]
    alerts: [A, B]
  - {id: b, title: B, legend: none, queries: [{expr: up}]}
)", u"d.yaml"_s, *yaml::makeYamlCodec());
        QVERIFY2(read.ok(), read ? "" : qPrintable(read.error().message));
        QCOMPARE(read->tab, u"Mine"_s);
        QVERIFY(read->first);
        QCOMPARE(read->variables.at(1).match, u"x{ns=~\"$network\"}"_s);
        QVERIFY(!read->variables.at(2).multiple);
        const network::Panel &panel = *read->panel(u"a"_s);
        QVERIFY(panel.legend == network::LegendSide::Right && panel.logarithmic && !panel.fromZero);
        QCOMPARE(panel.words, (QMap<double, QString>{{0, u"bad"_s}, {1, u"good"_s}}));
        QCOMPARE(*panel.softMin, -1.5);
        QCOMPARE(panel.thresholds, (QList<network::PanelThreshold>{{0.6, u"alert above"_s, true}, {0.3, u"warn above"_s, false}}));
        QVERIFY(read->panel(u"b"_s)->legend == network::LegendSide::None);
        QVERIFY(!read->panel(u"c"_s));
        // What is written is read as the same.
        const QByteArray text = yaml::makeYamlCodec()->emitText(dashboardJson(*read));
        const Result<network::Dashboard> again = readDashboard(text, u"d.yaml"_s, *yaml::makeYamlCodec());
        QVERIFY2(again.ok(), again ? "" : qPrintable(again.error().message));
        QCOMPARE(*again, *read);
    }

    void allErrorsAtOnce()
    {
        QCOMPARE(problems(kBad),
                 (QStringList{
                     u"d.yaml:1:1: title: It is required."_s,
                     u"d.yaml:1:9: schema: Version 2 is not known here; this program reads 1."_s,
                     u"d.yaml:2:5: id: It may have lower case letters, digits and \"-\", and begins with a letter or digit."_s,
                     u"d.yaml:4:10: variables[0].name: It must be a text, not a number."_s,
                     u"d.yaml:5:10: variables[1].name: The name \"cluster\" is taken: it chooses among the open clusters."_s,
                     u"d.yaml:6:3: variables[2]: It needs one of label, values and of."_s,
                     u"d.yaml:6:32: variables[2].values[0]: It must be a text, not true or false."_s,
                     u"d.yaml:7:10: variables[3].name: The name \"a\" is taken by a variable above."_s,
                     u"d.yaml:7:17: variables[3].of: It must be nodes or networks."_s,
                     u"d.yaml:12:11: rows[0].panels[0].unit: \"secnods\" is no unit; did you mean \"seconds\"?"_s,
                     u"d.yaml:13:11: rows[0].panels[0].span: It is 2 to 12 columns."_s,
                     u"d.yaml:14:13: rows[0].panels[0].legend: It must be below, right or none."_s,
                     u"d.yaml:15:10: rows[0].panels[0].min: It must be a number, not a text."_s,
                     u"d.yaml:16:22: rows[0].panels[0].queries[0].expr: $a may be several values: they stand behind =~ or !~."_s,
                     u"d.yaml:16:43: rows[0].panels[0].queries[1].expr: There is no variable \"aa\"; did you mean \"a\"?"_s,
                     u"d.yaml:16:59: rows[0].panels[0].queries[2].expr: It is required."_s,
                     u"d.yaml:17:18: rows[0].panels[0].thresholds[0].value: It is required."_s,
                     u"d.yaml:17:36: rows[0].panels[0].thresholds[0].level: It must be critical or warning."_s,
                     u"d.yaml:18:10: rows[0].panels[1].id: The id \"p\" is taken by a panel above."_s,
                     u"d.yaml:18:20: rows[0].panels[1].title: It is required."_s,
                     u"d.yaml:18:30: rows[0].panels[1].unit: It needs words for its values: words: {\"1\": connected}."_s,
                     u"d.yaml:18:46: rows[0].panels[1].queries: It needs one query at least."_s,
                 }));
    }

    void unknownKeysAreWarnings()
    {
        QStringList warnings;
        QVERIFY(problems("schema: 1\nid: a\ntitel: x\ntitle: A\nrows: []\n", &warnings).isEmpty());
        QCOMPARE(warnings, QStringList{u"d.yaml:3:8: titel: The key \"titel\" is unknown and is ignored; did you mean \"title\"?"_s});
    }

    void notYaml()
    {
        QVERIFY(problems("rows: [\n").first().startsWith(u"d.yaml: Line 2"_s));
        QCOMPARE(problems("- a\n"), QStringList{u"d.yaml:1:1: It must be an object, not a list."_s});
        QCOMPARE(problems({}), QStringList{u"d.yaml:1:1: It must be an object."_s});
    }

    void theOwnFolder()
    {
        QTemporaryDir dir;
        const auto list = [&dir] { return readDashboards(dir.path(), *yaml::makeYamlCodec()); };
        const qsizetype shipped = readDashboards({}, *yaml::makeYamlCodec()).dashboards.size();
        QCOMPARE(shipped, 8);
        QCOMPARE(list().dashboards.size(), shipped);
        write(dir.filePath(u"mine.yaml"_s), kSmall);
        QCOMPARE(list().dashboards.size(), shipped + 1);
        QVERIFY(list().dashboards.last().own);
        // One of the same id stands in the shipped one's place; one that is broken leaves it there and says so.
        write(dir.filePath(u"net.yaml"_s), QByteArray(kSmall).replace("id: mine", "id: network"));
        QCOMPARE(list().dashboards.size(), shipped + 1);
        QVERIFY(list().errors.isEmpty());
        write(dir.filePath(u"net.yaml"_s), "schema: 1\nid: network\n");
        const DashboardList broken = list();
        QCOMPARE(broken.dashboards.size(), shipped + 1);
        QCOMPARE(broken.errors.size(), 1);
        QVERIFY(broken.errors.first().message.startsWith(dir.filePath(u"net.yaml"_s) + u":1:1: "_s));
        // Two of the same id: the second is told.
        QVERIFY(QFile::remove(dir.filePath(u"net.yaml"_s)));
        write(dir.filePath(u"other.yaml"_s), kSmall);
        QCOMPARE(list().errors.size(), 1);
        QVERIFY(list().errors.first().message.contains(u"is taken by"_s));
    }

    void savedIntoACopy()
    {
        QTemporaryDir dir;
        const auto codec = yaml::makeYamlCodec();
        const DashboardList before = readDashboards({}, *codec);
        const network::Dashboard &network = *std::find_if(before.dashboards.begin(), before.dashboards.end(), [](const auto &one) { return one.id == "network"_L1; });
        network::Panel panel = network.rows.first().panels.first();
        panel.title = u"My title: with a colon"_s;
        const Result<QString> saved = savePanel(dir.filePath(u"new"_s), network, panel, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        DashboardList after = readDashboards(dir.filePath(u"new"_s), *codec);
        QVERIFY(after.errors.isEmpty() && after.warnings.isEmpty());
        QCOMPARE(after.dashboards.size(), before.dashboards.size());
        network::Dashboard expected = network;
        expected.rows[0].panels[0] = panel;
        expected.own = true;
        expected.path = *saved;
        QCOMPARE(*std::find_if(after.dashboards.begin(), after.dashboards.end(), [](const auto &one) { return one.id == "network"_L1; }), expected);
        // A second time over the shipped one: the file is there, nothing is lost.
        QVERIFY(!savePanel(dir.filePath(u"new"_s), network, panel, *codec).ok());
    }

    void savedIntoAFileOfOnesOwn()
    {
        QTemporaryDir dir;
        const auto codec = yaml::makeYamlCodec();
        const QString path = dir.filePath(u"mine.yaml"_s);
        write(path, "# my dashboard, keep this\nschema: 1\nid: mine\ntitle: Mine   # as it is\nextra: {kept: true}\nrows:\n- panels:\n  - id: a\n    title: A\n    colour: red\n"
                    "    queries: [{expr: up}]\n  # the second\n  - {id: b, title: B, queries: [{expr: up}]}\n");
        const DashboardList list = readDashboards(dir.path(), *codec);
        const network::Dashboard mine = list.dashboards.last();
        network::Panel panel = *mine.panel(u"a"_s);
        panel.title = u"Another"_s;
        panel.unit = u"seconds"_s;
        const Result<QString> saved = savePanel(dir.path(), mine, panel, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY2(text.contains("# my dashboard, keep this") && text.contains("# as it is") && text.contains("# the second") && text.contains("extra: {kept: true}")
                     && text.contains("colour: red"),
                 text.constData());
        const DashboardList again = readDashboards(dir.path(), *codec);
        QCOMPARE(*again.dashboards.last().panel(u"a"_s), panel);
        // A file that is broken meanwhile is not written over.
        file.close();
        write(path, "schema: [\n");
        QVERIFY(!savePanel(dir.path(), mine, panel, *codec).ok());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("schema: [\n"));
    }

    /// What somebody else wrote since the file was read is not written over.
    void changedByAnotherMeanwhile_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<bool>("conflict");
        QTest::newRow("the query") << QByteArray("expr: up}") << QByteArray("expr: up == 0}") << true;
        QTest::newRow("the title") << QByteArray("title: A") << QByteArray("title: Availability") << true;
        QTest::newRow("the panel is gone") << QByteArray("- id: a") << QByteArray("- id: c") << true;
        QTest::newRow("whose file it is") << QByteArray("id: mine") << QByteArray("id: network") << true;
        QTest::newRow("another title of the dashboard") << QByteArray("title: Mine") << QByteArray("title: Ours") << false;
        QTest::newRow("another panel") << QByteArray("title: B") << QByteArray("title: Beta") << false;
        QTest::newRow("a comment") << QByteArray("rows:") << QByteArray("# ours\nrows:") << false;
    }
    void changedByAnotherMeanwhile()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(bool, conflict);
        const auto codec = yaml::makeYamlCodec();
        const QByteArray text = kSmall + "  - {id: b, title: B, queries: [{expr: down}]}\n";
        for (const bool remove : {false, true}) {
            QTemporaryDir dir;
            const QString path = dir.filePath(u"mine.yaml"_s);
            write(path, text);
            const network::Dashboard mine = readDashboards(dir.path(), *codec).dashboards.last();
            QByteArray theirs = text;
            QVERIFY(theirs.replace(theirs.indexOf(from), from.size(), to) != text);
            write(path, theirs);
            network::Panel panel = *mine.panel(u"a"_s);
            panel.note = u"from the window"_s;
            const Result<QString> saved = remove ? removePanel(dir.path(), mine, u"a"_s, *codec) : savePanel(dir.path(), mine, panel, *codec);
            QCOMPARE(saved.ok(), !conflict);
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray now = file.readAll();
            if (conflict) {
                QCOMPARE(saved.error().kind, ErrorKind::Conflict);
                QVERIFY2(saved.error().message.startsWith(path) && !saved.error().remedy.isEmpty(), qPrintable(saved.error().message));
                QCOMPARE(now, theirs);
            } else {
                QVERIFY2(now.contains(to) && now.contains("from the window") != remove, now.constData());
            }
        }
    }

    /// The copy of a shipped one that came meanwhile is changed as any file is, wherever it stands.
    void copiedMeanwhile()
    {
        QTemporaryDir dir;
        const auto codec = yaml::makeYamlCodec();
        const auto network = [&] {
            const QList<network::Dashboard> all = readDashboards(dir.path(), *codec).dashboards;
            return *std::find_if(all.begin(), all.end(), [](const auto &one) { return one.id == "network"_L1; });
        };
        const network::Dashboard shipped = network();
        network::Panel first = shipped.rows.first().panels.first(), last = shipped.rows.last().panels.last();
        QVERIFY(first.id != last.id);
        first.note = u"one"_s;
        last.note = u"two"_s;
        QVERIFY(savePanel(dir.path(), shipped, first, *codec).ok());
        QVERIFY(QFile::rename(dir.filePath(u"network.yaml"_s), dir.filePath(u"renamed.yaml"_s)));
        const Result<QString> saved = savePanel(dir.path(), shipped, last, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        QCOMPARE(*saved, dir.filePath(u"renamed.yaml"_s));
        QCOMPARE(network().panel(first.id)->note, u"one"_s);
        QCOMPARE(network().panel(last.id)->note, u"two"_s);
    }

    /// A query of several lines is written as lines, and is changed as often as anybody wants.
    void queriesOfSeveralLines_data()
    {
        QTest::addColumn<QByteArray>("text");   // none: a copy of a shipped one
        QTest::newRow("a copy") << QByteArray();
        QTest::newRow("a literal block") << QByteArray(kSmall).replace("[{expr: up}]", "\n    - expr: |\n        sum(up)\n          by (x)\n      legend: l   # kept");
        QTest::newRow("a folded one") << QByteArray(kSmall).replace("[{expr: up}]", "\n    - expr: >-\n        sum(up)\n        by (x)\n      legend: l   # kept");
        QTest::newRow("on its line") << QByteArray(kSmall).replace("[{expr: up}]", "\n    - expr: up\n      legend: l   # kept");
        QTest::newRow("with a remark") << QByteArray(kSmall).replace("[{expr: up}]", "\n    - expr: up   # kept\n      legend: l");
        QTest::newRow("in brackets") << QByteArray(kSmall) + "# kept\n";
        QTest::newRow("in quotes") << QByteArray(kSmall).replace("[{expr: up}]", "\n    - expr: \"up\"   # kept");
    }
    void queriesOfSeveralLines()
    {
        QFETCH(QByteArray, text);
        QTemporaryDir dir;
        const auto codec = yaml::makeYamlCodec();
        const QString path = dir.filePath(text.isEmpty() ? u"network.yaml"_s : u"mine.yaml"_s);
        if (!text.isEmpty())
            write(path, text);
        const auto now = [&] {
            const QList<network::Dashboard> all = readDashboards(dir.path(), *codec).dashboards;
            return *std::find_if(all.begin(), all.end(), [&](const auto &one) { return one.id == (text.isEmpty() ? "network"_L1 : "mine"_L1); });
        };
        const QString id = now().rows.first().panels.first().id;
        const QStringList exprs{u"sum(up)\n  by (y)"_s, u"sum(up)\n  by (z)\n\n/ 2"_s, u"avg(up)"_s, u"max(up)\n  by (y) # \"all\""_s, u"a\n\tb"_s, u"a\nb"_s};
        for (const QString &expr : exprs) {
            network::Panel panel = *now().panel(id);
            panel.queries.first().expr = expr;
            const Result<QString> saved = savePanel(dir.path(), now(), panel, *codec);
            QVERIFY2(saved.ok(), saved ? "" : qPrintable(expr + u": "_s + saved.error().message));
            QCOMPARE(*now().panel(id), panel);
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray written = file.readAll();
            QVERIFY2(written.contains("# kept") != text.isEmpty(), written.constData());
            // Keys in the order of a file that somebody wrote.
            QVERIFY2(written.startsWith("schema: 1\nid: "), written.constData());
            if (text.isEmpty() && expr == exprs.first())
                QVERIFY2(written.contains("expr: |-\n        sum(up)\n          by (y)\n"), written.constData());
        }
    }

    /// What did not change stays as it is written: the query's block, what is said although it is as usual, what the program does not know.
    void whatDidNotChangeStays()
    {
        QTemporaryDir dir;
        const auto codec = yaml::makeYamlCodec();
        const QString path = dir.filePath(u"mine.yaml"_s);
        const QByteArray text = "schema: 1\nid: mine\ntitle: Mine\nrows:\n- panels:\n  - id: a\n    title: A\n    fromZero: true   # as usual\n    queries:\n    - expr: >\n        sum(up)\n"
                                "        by (x)\n      colour: red\n    - {expr: up, legend: l}\n";
        write(path, text);
        network::Dashboard mine = readDashboards(dir.path(), *codec).dashboards.last();
        network::Panel panel = *mine.panel(u"a"_s);
        panel.title = u"Another"_s;
        const Result<QString> saved = savePanel(dir.path(), mine, panel, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray(text).replace("title: A\n", "title: Another\n"));
        file.close();
        // A width that makes another legend usual changes no legend.
        mine = readDashboards(dir.path(), *codec).dashboards.last();
        panel.span = 12;
        panel.queries.removeFirst();
        QVERIFY(savePanel(dir.path(), mine, panel, *codec).ok());
        QCOMPARE(*readDashboards(dir.path(), *codec).dashboards.last().panel(u"a"_s), panel);
    }

    /// A panel that the dashboard has not is added; one is taken out; what else the file says stays as it is written.
    void addedAndRemoved()
    {
        QTemporaryDir dir;
        const auto codec = yaml::makeYamlCodec();
        const QString path = dir.filePath(u"mine.yaml"_s);
        const QByteArray before = "# my dashboard, keep this\nschema: 1\ntitle: Mine   # as it is\nid: mine\nrows:\n# the first row\n- panels:\n  - id: a\n    title: A\n    queries:\n"
                                  "    - expr: |\n        sum(up)\n          by (x)\n  # the second\n  - {id: b, title: B, queries: [{expr: up}]}\n# the last row\n- title: Last\n  panels:\n"
                                  "  - id: c    # alone\n    title: C\n    queries: [{expr: up}]\n";
        write(path, before);
        const auto mine = [&] { return readDashboards(dir.path(), *codec).dashboards.last(); };
        const auto text = [&path] {
            QFile file(path);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        network::Panel panel;
        panel.id = u"new"_s;
        panel.title = u"New: one"_s;
        panel.queries = {{u"sum(rate(a[5m]))"_s, {}}};
        panel.logarithmic = true;
        panel.softMin = 0.5;
        panel.alerts = {u"*"_s};
        Result<QString> saved = savePanel(dir.path(), mine(), panel, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        QCOMPARE(mine().rows.last().panels.last(), panel);
        QCOMPARE(mine().rows.size(), 2);
        QVERIFY2(text().startsWith(before), text().constData());
        // Who knows the file as it was may not add the same again.
        network::Dashboard old = mine();
        old.rows.last().panels.removeLast();
        QCOMPARE(savePanel(dir.path(), old, panel, *codec).error().kind, ErrorKind::Conflict);
        saved = removePanel(dir.path(), mine(), u"new"_s, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        QCOMPARE(text(), before);
        QCOMPARE(removePanel(dir.path(), mine(), u"new"_s, *codec).error().kind, ErrorKind::Conflict);
        // The last one of a row takes the row with it.
        QVERIFY(removePanel(dir.path(), mine(), u"c"_s, *codec).ok());
        QCOMPARE(mine().rows.size(), 1);
        QVERIFY2(text().contains("as it is") && text().contains("# the second") && text().contains("          by (x)") && !text().contains("Last"), text().constData());
        QVERIFY(removePanel(dir.path(), mine(), u"a"_s, *codec).ok());
        QVERIFY(removePanel(dir.path(), mine(), u"b"_s, *codec).ok());
        QVERIFY(mine().rows.isEmpty());
        QVERIFY2(text().contains("# my dashboard, keep this"), text().constData());
        // And the first one again.
        saved = savePanel(dir.path(), mine(), panel, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        QCOMPARE(*mine().panel(u"new"_s), panel);
    }

    void removedFromACopy()
    {
        QTemporaryDir dir;
        const auto codec = yaml::makeYamlCodec();
        const auto network = [&] {
            const DashboardList list = readDashboards(dir.path(), *codec);
            return *std::find_if(list.dashboards.begin(), list.dashboards.end(), [](const auto &one) { return one.id == "network"_L1; });
        };
        const network::Dashboard shipped = network();
        const QString id = shipped.rows.first().panels.first().id;
        QVERIFY(!shipped.own);
        const Result<QString> saved = removePanel(dir.path(), shipped, id, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        QCOMPARE(*saved, dir.filePath(u"network.yaml"_s));
        QVERIFY(network().own && !network().panel(id));
        QCOMPARE(network().variables, shipped.variables);
    }

    void aNewOne()
    {
        QTemporaryDir dir;
        const auto codec = yaml::makeYamlCodec();
        network::Dashboard made;
        made.id = u"night-shift"_s;
        made.title = made.tab = u"Night shift: \"ours\""_s;
        const QString folder = dir.filePath(u"not there yet"_s);
        const Result<QString> saved = createDashboard(folder, made, *codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().message));
        const DashboardList list = readDashboards(folder, *codec);
        QVERIFY(list.errors.isEmpty() && list.warnings.isEmpty());
        made.own = true;
        made.path = *saved;
        QCOMPARE(list.dashboards.last(), made);
        QCOMPARE(createDashboard(folder, made, *codec).error().kind, ErrorKind::Conflict);
        made.id = u"../out"_s;
        QCOMPARE(createDashboard(folder, made, *codec).error().kind, ErrorKind::Invalid);
        QVERIFY(!QFile::exists(dir.filePath(u"out.yaml"_s)));
    }

    void shipped()
    {
        const DashboardList list = readDashboards({}, *yaml::makeYamlCodec());
        QVERIFY2(list.errors.isEmpty(), list.errors.isEmpty() ? "" : qPrintable(list.errors.first().message));
        QCOMPARE(list.warnings, QStringList());
        QStringList ids;
        for (const network::Dashboard &dashboard : list.dashboards) {
            ids.append(dashboard.id);
            for (const network::PanelRow &row : dashboard.rows) {
                int span = 0;
                for (const network::Panel &panel : row.panels)
                    span += panel.span;
                QCOMPARE(span, 12);   // no row with a hole
            }
        }
        QCOMPARE(ids, (QStringList{u"validator"_s, u"network"_s, u"sync-domain"_s, u"database"_s, u"participant"_s, u"super-validator"_s,
                                   u"traffic"_s, u"recovery"_s}));
    }

    /// Each expression as it is asked, by the program that will answer.
    void promtoolTakesEveryExpression()
    {
        const QString promtool = QStandardPaths::findExecutable(u"promtool"_s);
        if (promtool.isEmpty()) {
            QVERIFY2(qgetenv("QD_LIVE") != "required", "promtool is missing (Debian: prometheus)");
            QSKIP("promtool is missing (Debian: prometheus)");
        }
        QByteArray rules = "groups:\n- name: all\n  rules:\n";
        QStringList exprs;
        const DashboardList list = readDashboards({}, *yaml::makeYamlCodec());
        for (const network::Dashboard &dashboard : list.dashboards) {
            QHash<QString, network::VariableValue> chosen;
            for (const network::DashboardVariable &variable : dashboard.variables)
                chosen.insert(variable.name, {{u"a.b"_s, u"c\"d"_s}, {}, {}, u"a\\.b-e(-.*)?"_s});
            for (const network::PanelRow &row : dashboard.rows) {
                for (const network::Panel &panel : row.panels) {
                    for (const network::PanelQuery &query : panel.queries)
                        exprs.append(network::interpolate(query.expr, {0, 21600, 30, 15}, chosen));
                }
            }
        }
        QVERIFY(exprs.size() > 60);
        int number = 0;
        for (const QString &expr : exprs)
            rules += "  - record: r" + QByteArray::number(++number) + "\n    expr: '" + QByteArray(expr.toUtf8()).replace("'", "''").replace("\n", " ") + "'\n";
        QTemporaryDir dir;
        write(dir.filePath(u"rules.yaml"_s), rules);
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(promtool, {u"check"_s, u"rules"_s, dir.filePath(u"rules.yaml"_s)});
        QVERIFY(process.waitForFinished());
        const QByteArray said = process.readAll();
        QVERIFY2(process.exitCode() == 0, said.constData());
        QVERIFY2(said.contains(QByteArray(QByteArray::number(exprs.size()) + " rules found")), said.constData());
    }

    /// The names of metrics that are asked for are Canton's, Splice's or of the usual exporters.
    void metricsAreKnown()
    {
        const QString shared = qEnvironmentVariable("QD_SHARED_DIR");
        QFile file(shared + u"/data/canton-metrics.tsv"_s);
        if (!file.open(QIODevice::ReadOnly))
            QSKIP("QD_SHARED_DIR has no data/canton-metrics.tsv");
        QSet<QString> known;
        const QList<QByteArray> lines = file.readAll().split('\n');
        for (const QByteArray &line : lines)
            known.insert(QString::fromUtf8(line.split('\t').value(2)));
        const QStringList others{u"up"_s, u"daml_sequencer_client_traffic_control_"_s,
                                 u"daml_sequencer_client_sequencer_connection_pool_"_s, u"splice_"_s, u"cometbft_"_s, u"jvm_"_s, u"db_client_"_s, u"pg_stat_"_s, u"kubelet_"_s, u"kube_"_s};
        static const QRegularExpression parts(u"_(bucket|sum|count)$"_s);
        const DashboardList list = readDashboards({}, *yaml::makeYamlCodec());
        for (const network::Dashboard &dashboard : list.dashboards) {
            for (const network::PanelRow &row : dashboard.rows) {
                for (const network::Panel &panel : row.panels) {
                    for (const network::PanelQuery &query : panel.queries) {
                        const QStringList names = network::metricNames(query.expr);
                        for (const QString &name : names) {
                            const bool fine = known.contains(name) || known.contains(QString(name).remove(parts))
                                || std::any_of(others.begin(), others.end(), [&name](const QString &prefix) { return name.startsWith(prefix); });
                            QVERIFY2(fine, qPrintable(dashboard.id + u'/' + panel.id + u": "_s + name));
                        }
                    }
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDashboards)
#include "tst_dashboards.moc"
