// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/CommandLine.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::console;

class CommandLineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void understands_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("command");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("window") << u""_s << u""_s << QStringList();
        QTest::newRow("window with context") << u"--context prod"_s << u""_s << QStringList();
        QTest::newRow("config view") << u"config view --raw -o json"_s << u"config view"_s << QStringList();
        QTest::newRow("metrics query") << u"metrics query up --start now-6h --step 1m"_s << u"metrics query"_s << QStringList{u"up"_s};
        QTest::newRow("flag first") << u"-n canton watch validators --until-synced"_s << u"watch"_s << QStringList{u"validators"_s};
        QTest::newRow("flag joined") << u"watch -ncanton -ojson validators"_s << u"watch"_s << QStringList{u"validators"_s};
        QTest::newRow("do") << u"do scale validators/a replicas=2 --yes"_s << u"do"_s
                            << QStringList{u"scale"_s, u"validators/a"_s, u"replicas=2"_s};
        QTest::newRow("version wins") << u"watch --version"_s << u"version"_s << QStringList();
        QTest::newRow("login") << u"--profile prod login --device --browser firefox -o json"_s << u"login"_s << QStringList();
        QTest::newRow("logout") << u"logout --everywhere"_s << u"logout"_s << QStringList();
        QTest::newRow("whoami") << u"whoami -o table"_s << u"whoami"_s << QStringList();
        QTest::newRow("tour") << u"--tour dir --theme dark"_s << u"tour"_s << QStringList();
        QTest::newRow("demo") << u"--demo --context viewer doctor"_s << u"doctor"_s << QStringList();
        QTest::newRow("demo window signing in") << u"--demo --profile demo"_s << u""_s << QStringList();
        QTest::newRow("demo window") << u"--demo"_s << u""_s << QStringList();
        QTest::newRow("after --") << u"do label validators/a key=-x -- value=-y"_s << u"do"_s
                                  << QStringList{u"label"_s, u"validators/a"_s, u"key=-x"_s, u"value=-y"_s};
    }
    void understands()
    {
        QFETCH(QString, line);
        QFETCH(QString, command);
        QFETCH(QStringList, words);
        const auto parsed = parseCommandLine(line.split(u' ', Qt::SkipEmptyParts));
        QVERIFY2(parsed.ok(), parsed ? "" : qPrintable(parsed.error().text()));
        QCOMPARE(parsed->command, command);
        if (command != "version"_L1)
            QCOMPARE(parsed->words, words);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("names");
        QTest::newRow("unknown command") << u"wach validators"_s << u"wach"_s;
        QTest::newRow("unknown flag") << u"--kubconfig x"_s << u"--kubconfig"_s;
        QTest::newRow("flag of another command") << u"doctor --raw"_s << u"--raw"_s;
        QTest::newRow("device of another command") << u"whoami --device"_s << u"--device"_s;
        QTest::newRow("everywhere of another command") << u"login --everywhere"_s << u"--everywhere"_s;
        QTest::newRow("login takes no word") << u"login paula"_s << u"paula"_s;
        QTest::newRow("table of another command") << u"doctor -o table"_s << u"table"_s;
        QTest::newRow("missing value") << u"watch validators --for"_s << u"--for"_s;
        QTest::newRow("value where none is") << u"watch validators --until-synced=3"_s << u"until-synced"_s;
        QTest::newRow("missing word") << u"watch"_s << u"KIND"_s;
        QTest::newRow("do without object") << u"do scale"_s << u"KIND/NAME"_s;
        QTest::newRow("too many words") << u"doctor now"_s << u"doctor"_s;
        QTest::newRow("format") << u"doctor -o yaml"_s << u"json"_s;
        QTest::newRow("demo with a kubeconfig") << u"--demo --kubeconfig x doctor"_s << u"--kubeconfig"_s;
        QTest::newRow("demo with a profile") << u"--demo --profile prod"_s << u"only --profile demo"_s;
        QTest::newRow("signing in where nothing stays") << u"--demo --profile demo login"_s << u"--config-dir /tmp/net --profile demo login"_s;
        QTest::newRow("signing out there") << u"--demo logout"_s << u"quarterdeck-demo up --dir"_s;
        QTest::newRow("no browser") << u"login --browser="_s << u"--browser needs"_s;
        QTest::newRow("a browser of quotes") << u"login --browser=\"\""_s << u"--browser needs"_s;
        QTest::newRow("config") << u"config set"_s << u"config view"_s;
        QTest::newRow("metrics without a word") << u"metrics"_s << u"query"_s;
        QTest::newRow("metrics without an expression") << u"metrics query"_s << u"EXPR"_s;
        QTest::newRow("start of another command") << u"watch validators --start now"_s << u"--start"_s;
        QTest::newRow("step that is no duration") << u"metrics query up --step often"_s << u"often"_s;
    }
    void refuses()
    {
        QFETCH(QString, line);
        QFETCH(QString, names);
        const auto parsed = parseCommandLine(line.split(u' ', Qt::SkipEmptyParts));
        QVERIFY(!parsed.ok());
        QVERIFY2(parsed.error().text().contains(names), qPrintable(parsed.error().text()));
    }

    void repeatedFlagsAreKept()
    {
        const auto parsed = parseCommandLine({u"doctor"_s, u"--as=a"_s, u"--as-group=x"_s, u"--as-group"_s, u"y"_s});
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->flags.value(u"as-group"_s), (QStringList{u"x"_s, u"y"_s}));
        QCOMPARE(parsed->value(u"as"_s), u"a"_s);
    }

    void everyCommandStandsInTheHelp()
    {
        const QString help = helpText();
        for (const QString &word : {u"config view"_s, u"doctor"_s, u"watch KIND"_s, u"show KIND/NAME"_s, u"actions"_s, u"do ACTION"_s,
                                    u"journal"_s, u"login"_s, u"logout"_s, u"whoami"_s, u"metrics query EXPR"_s, u"--browser CMD"_s, u"--tour"_s, u"--dry-run"_s, u"-n, --namespace"_s})
            QVERIFY2(help.contains(word), qPrintable(word));
        QVERIFY(!helpText(u"watch"_s).contains("--dry-run"_L1));
    }

    void errorsHaveTheirExitCode()
    {
        QCOMPARE(exitCodeOf({qd::ErrorKind::Network, {}}), int(Unreachable));
        QCOMPARE(exitCodeOf({qd::ErrorKind::Timeout, {}}), int(Unreachable));
        QCOMPARE(exitCodeOf({qd::ErrorKind::Unauthenticated, {}}), int(NotAllowed));
        QCOMPARE(exitCodeOf({qd::ErrorKind::Forbidden, {}}), int(NotAllowed));
        QCOMPARE(exitCodeOf({qd::ErrorKind::Conflict, {}}), int(qd::console::Conflict));
        QCOMPARE(exitCodeOf({qd::ErrorKind::NotFound, {}}), int(Failed));
    }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "tst_commandline.moc"
