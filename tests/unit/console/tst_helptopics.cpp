// SPDX-License-Identifier: GPL-3.0-or-later
// quarterdeck help: the window's pages in a terminal. With QD_BIN the program itself is asked too.
#include "app/console/HelpTopics.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using ui::HelpPage;
using ui::HelpPages;

namespace {

struct Ran {
    int code = -1;
    QString out, err;
};

Ran run(const QStringList &arguments)
{
    QProcess program;
    QProcessEnvironment bare = QProcessEnvironment::systemEnvironment();
    for (const QString &name : {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s, u"KUBECONFIG"_s})
        bare.remove(name);
    bare.insert(u"HOME"_s, u"/nonexistent"_s);
    program.setProcessEnvironment(bare);
    program.start(qEnvironmentVariable("QD_BIN"), arguments);
    if (!program.waitForFinished(30000))
        qFatal("%s does not end", qPrintable(arguments.join(u' ')));
    return {program.exitCode(), QString::fromUtf8(program.readAllStandardOutput()), QString::fromUtf8(program.readAllStandardError())};
}

}

class HelpTopicsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPageIsPlainText_data()
    {
        QTest::addColumn<QString>("id");
        for (const HelpPage &page : HelpPages::all())
            QTest::addRow("%s", qPrintable(page.id)) << page.id;
    }

    void everyPageIsPlainText()
    {
        QFETCH(QString, id);
        const HelpPage *page = HelpPages::find(id);
        const QString text = console::helpPageText(*page);
        QCOMPARE(text.section(u'\n', 0, 0), page->title);
        for (const QString &mark : {u"**"_s, u"]("_s, u"|--"_s, u"help:"_s, u"page:"_s, u"\n#"_s})
            QVERIFY2(!text.contains(mark), qPrintable(mark + u" in\n"_s + text));
        for (const QString &line : text.split(u'\n'))
            QVERIFY2(line.size() <= 80, qPrintable(line));
        const QString flat = text.simplified();
        for (const QString &key : HelpPages::keysIn(*page))
            QVERIFY2(flat.contains(key), qPrintable(key + u" is missing"_s));
        for (const QString &link : HelpPages::linksIn(*page)) {
            const QString target = link.section(u':', 1);
            QVERIFY2(flat.contains(target, Qt::CaseInsensitive), qPrintable(target + u" is not named"_s));
        }
    }

    void whatIsBrokenStandsBelowItsBeginning()
    {
        const HelpPage page{u"x"_s, u"X"_s, u"# X\n\n- one `two*` *three* [four](help:five), **six** and [five](help:five)\n- seven\n\n| a | b |\n|---|---|\n| `c` | d e f g h i j k |\n"_s};
        QCOMPARE(console::helpPageText(page, 24), u"X\n=\n\n- one two* three four\n  (help five), six and\n  five\n- seven\n\n  a  b\n  c  d e f g h i j k\n"_s);
    }

    void theProgramSaysIt()
    {
        if (!qEnvironmentVariableIsSet("QD_BIN"))
            QSKIP("QD_BIN names no program");
        const Ran list = run({u"help"_s});
        QCOMPARE(list.code, 0);
        for (const HelpPage &page : HelpPages::all())
            QVERIFY2(list.out.contains(QRegularExpression(u"(^|\n)"_s + page.id + u" +"_s + QRegularExpression::escape(page.title))), qPrintable(page.id));
        const Ran nodes = run({u"help"_s, u"Nodes"_s});
        QCOMPARE(nodes.code, 0);
        QCOMPARE(nodes.out, console::helpPageText(*HelpPages::find(u"nodes"_s)));
        QCOMPARE(nodes.err, QString());
        const Ran wrong = run({u"help"_s, u"nods"_s});
        QCOMPARE(wrong.code, 2);
        QCOMPARE(wrong.out, QString());
        QVERIFY2(wrong.err.contains(u"Nearest: nodes"_s), qPrintable(wrong.err));
        const Ran word = run({u"help"_s, u"certificates"_s});
        QCOMPARE(word.code, 2);
        const Ran misspelt = run({u"help"_s, u"wacth"_s});
        QCOMPARE(misspelt.code, 2);
        QVERIFY2(misspelt.err.contains(u"Nearest: watch"_s), qPrintable(misspelt.err));
        const Ran command = run({u"help"_s, u"watch"_s});
        QCOMPARE(command.code, 0);
        QVERIFY(command.out.contains(u"--until-synced"_s));
        QVERIFY(run({u"--help"_s}).out.contains(u"help [TOPIC]"_s));
        const QJsonArray json = QJsonDocument::fromJson(run({u"help"_s, u"-o"_s, u"json"_s}).out.toUtf8()).array();
        QCOMPARE(json.size(), HelpPages::all().size());
        const QJsonObject one = QJsonDocument::fromJson(run({u"help"_s, u"filter"_s, u"-o"_s, u"json"_s}).out.toUtf8()).object();
        QCOMPARE(one.value("markdown"_L1).toString(), HelpPages::find(u"filter"_s)->markdown);
    }
};

QTEST_GUILESS_MAIN(HelpTopicsTest)
#include "tst_helptopics.moc"
