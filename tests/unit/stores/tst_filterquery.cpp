// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/FilterQuery.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::network;
using qd::state::FilterQuery;

class FilterQueryTest : public QObject {
    Q_OBJECT
private:
    static constexpr qint64 kNow = 1'000'000;

    static KindInfo kind()
    {
        KindInfo info;
        info.kind = u"Validator"_s;
        info.gvr = {u"g"_s, u"v1"_s, u"validators"_s};
        info.columns = {{u"version"_s, u"Version"_s}, {u"parties"_s, u"Parties"_s, CellType::Integer},
                        {u"components"_s, u"Pods"_s, CellType::Ready}, {u"balance"_s, u"CC"_s, CellType::Number}, {u"seen"_s, u"Seen"_s, CellType::Time}};
        return info;
    }

    static Row row()
    {
        Row r;
        r.name = u"northgate-validator-2"_s;
        r.ns = u"canton-mainnet"_s;
        r.phase = u"Degraded"_s;
        r.state = State::Degraded;
        r.network = u"MainNet"_s;
        r.created = kNow - 3 * 86400;
        r.labels = u"app=web,team=blue"_s;
        Cell version{Cell::Is::Text, u"0.4.14"_s};
        Cell parties{Cell::Is::Integer};
        parties.integer = 962;
        Cell pods{Cell::Is::Ratio};
        pods.integer = 4;
        pods.whole = 5;
        Cell seen{Cell::Is::Integer};
        seen.integer = kNow - 3600;
        r.cells = {version, parties, pods, Cell{}, seen};
        return r;
    }

private Q_SLOTS:
    void oneMoreLetterNarrows_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<bool>("narrows");
        QTest::newRow("first letter") << QString() << u"n"_s << true;
        QTest::newRow("a letter more") << u"nor"_s << u"nort"_s << true;
        QTest::newRow("a letter less") << u"nort"_s << u"nor"_s << false;
        QTest::newRow("one more word") << u"nor phase:ready"_s << u"nor phase:ready x"_s << true;
        QTest::newRow("a word less") << u"nor x"_s << u"nor"_s << false;
        QTest::newRow("not of more is less") << u"!nor"_s << u"!nort"_s << false;
        QTest::newRow("a column's value") << u"phase:deg"_s << u"phase:degr"_s << false;
        QTest::newRow("ages grow") << u"age:>2d"_s << u"age:>2d x"_s << false;
        QTest::newRow("the same") << u"nor phase:ready"_s << u"nor phase:ready"_s << true;
    }

    void oneMoreLetterNarrows()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        QFETCH(bool, narrows);
        const auto one = FilterQuery::parse(before, {}), two = FilterQuery::parse(after, {});
        QVERIFY(one.ok() && two.ok());
        QCOMPARE(two->narrows(*one), narrows);
    }

    void matches_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("holds");
        const auto add = [](const char *text, bool holds) { QTest::newRow(text) << QString::fromLatin1(text) << holds; };
        add("", true);
        add("north", true);
        add("NORTH", true);
        add("south", false);
        add("0.4.14", true);
        add("!north", false);
        add("!south", true);
        add("phase:degraded", true);
        add("state:deg", true);
        add("phase:ready", false);
        add("!phase:ready", true);
        add("net:mainnet", true);
        add("network:devnet", false);
        add("net:mainnet phase:degraded north", true);
        add("net:mainnet phase:ready", false);
        add("label=app", true);
        add("label=app=web", true);
        add("label=app=db", false);
        add("!label=app=db", true);
        add("label=ap", false);
        add("parties:>900", true);
        add("parties:>962", false);
        add("parties:>=962", true);
        add("parties:<1k", true);
        add("age:>2d", true);
        add("age:<2d", false);
        add("age:<5000m", true);       // minutes, and not thousandths
        add("age:>5000m", false);
        add("age:>1h30m", true);
        add("seen:<90m", true);
        add("seen:<=30m", false);
        add("parties:<1000m", false);   // a quantity: 1
        add("components:4/5", true);
        add("balance:none", true);
        add("version:0.4", true);
        add("kind:validator", true);
        add("\"canton-mainnet\"", true);
        add("\"north gate\"", false);
    }
    void matches()
    {
        QFETCH(QString, text);
        QFETCH(bool, holds);
        const KindInfo info = kind();
        QStringList ids;
        for (const Column &column : info.columns)
            ids.append(column.id);
        const auto query = FilterQuery::parse(text, ids);
        QVERIFY2(query.ok(), query ? "" : qPrintable(query.error().text()));
        QCOMPARE(query->matches(row(), info, kNow), holds);
        QCOMPARE(query->matches(row(), info, kNow, FilterQuery::searchText(row())), holds);
    }

    /// The text kept beside a row holds what its fields hold, in any script, and nothing across two of them.
    void searchTextIsEveryField()
    {
        Row r = row();
        r.name = u"alpha"_s;
        r.ns = u"beta"_s;
        r.network = u"Zürich-ΣΑΣ"_s;
        Cell same, other;
        same.is = other.is = Cell::Is::Text;
        same.text = u"alpha"_s;
        other.text = u"Größe 7"_s;
        r.cells = {same, other};
        const QStringList texts{u"ALPHA"_s, u"beta"_s, u"ZÜRICH"_s, u"σας"_s, u"größE"_s, u"grösse"_s, u"alphabeta"_s, u"abeta"_s, u"7"_s, u"8"_s};
        for (const QString &text : texts) {
            const auto query = FilterQuery::parse(text, {});
            QVERIFY(query);
            QCOMPARE(query->matches(r, kind(), kNow, FilterQuery::searchText(r)), query->matches(r, kind(), kNow));
        }
        QVERIFY(FilterQuery::parse(u"zürich"_s, {})->matches(r, kind(), kNow, FilterQuery::searchText(r)));
        QVERIFY(!FilterQuery::parse(u"alphabeta"_s, {})->matches(r, kind(), kNow, FilterQuery::searchText(r)));
    }

    /// "=" is all of a value; the environment is told by who has the rows.
    void allOfAValueAndTheCluster()
    {
        Row r = row();
        r.network = u"mainnet-2"_s;
        const auto holds = [&](const QString &text, const QString &cluster) {
            const auto query = FilterQuery::parse(text, {u"cluster"_s, u"version"_s});
            return query.ok() && query->matches(r, kind(), kNow, FilterQuery::searchText(r), cluster);
        };
        QVERIFY(holds(u"net:mainnet"_s, {}));
        QVERIFY(!holds(u"net:=mainnet"_s, {}));
        QVERIFY(holds(u"net:=MAINNET-2"_s, {}));
        QVERIFY(holds(u"!net:=mainnet"_s, {}));
        QVERIFY(holds(u"cluster:prod"_s, u"infra-prod"_s));
        QVERIFY(!holds(u"cluster:=prod"_s, u"infra-prod"_s));
        QVERIFY(holds(u"cluster:=\"my prod\""_s, u"my prod"_s));
        QVERIFY(!holds(u"cluster:prod"_s, u"infra-dev"_s));
        QVERIFY(holds(u"kind:=validator"_s, {}));
        r.state = State::Degraded;
        QVERIFY(holds(u"phase:=degraded"_s, {}) && !holds(u"phase:=degrade"_s, {}) && holds(u"phase:degrade"_s, {}));
        const auto part = FilterQuery::parse(u"net:main"_s, {}), whole = FilterQuery::parse(u"net:=main"_s, {});
        QVERIFY(!whole->narrows(*part) && !part->narrows(*whole));
    }

    void unknownColumnIsNamed()
    {
        const auto query = FilterQuery::parse(u"fase:ready"_s, {u"version"_s});
        QVERIFY(!query.ok());
        QVERIFY(query.error().message.contains("fase"_L1));
        QVERIFY(query.error().remedy.contains("version"_L1));
    }
};

QTEST_GUILESS_MAIN(FilterQueryTest)
#include "tst_filterquery.moc"
