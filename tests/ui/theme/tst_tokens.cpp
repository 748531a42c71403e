// SPDX-License-Identifier: GPL-3.0-or-later
// The colours of look.md and the contrasts it promises, computed.
#include "tests/ui/support/UiTest.h"
#include "models/items/telemetry/SeriesNumbers.h"
#include "ui/theme/SeriesStyle.h"
#include "ui/theme/Tokens.h"

#include <QMetaEnum>

using namespace Qt::StringLiterals;
using namespace qd::ui;

namespace {

// The lowest contrast of a colour on the six grounds of look.md.
double lowest(Token token, bool dark)
{
    double least = 21;
    for (const Token ground : {Token::Base, Token::Window, Token::Sunken, Token::Hover, Token::Sel, Token::Sel2})
        least = std::min(least, contrast(Tokens::value(token, dark), Tokens::value(ground, dark)));
    return least;
}

double pair(Token a, Token b, bool dark)
{
    return contrast(Tokens::value(a, dark), Tokens::value(b, dark));
}

// look.md writes one decimal, rounded or cut.
void promised(double measured, double written, const char *what)
{
    QVERIFY2(measured >= written - 0.05, qPrintable(u"%1: %2, promised %3"_s.arg(QString::fromLatin1(what)).arg(measured, 0, 'f', 2).arg(written)));
    QVERIFY2(measured <= written + 0.15, qPrintable(u"%1: %2 is far from the %3 of look.md"_s.arg(QString::fromLatin1(what)).arg(measured, 0, 'f', 2).arg(written)));
}

}

class TestTokens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void values_data()
    {
        QTest::addColumn<int>("token");
        QTest::addColumn<QString>("light");
        QTest::addColumn<QString>("dark");
        const auto row = [](const char *name, Token token, const QString &light, const QString &dark) {
            QTest::newRow(name) << int(token) << light << dark;
        };
        row("window", Token::Window, u"#f3f4f6"_s, u"#14171b"_s);
        row("base", Token::Base, u"#ffffff"_s, u"#1a1e23"_s);
        row("sunken", Token::Sunken, u"#e9ecef"_s, u"#0f1215"_s);
        row("button", Token::Button, u"#ffffff"_s, u"#252b32"_s);
        row("buttonHover", Token::ButtonHover, u"#f1f4f8"_s, u"#2d343d"_s);
        row("buttonDown", Token::ButtonDown, u"#e4e8ed"_s, u"#1e2329"_s);
        row("line", Token::Line, u"#dce0e5"_s, u"#2d333b"_s);
        row("edge", Token::Edge, u"#848d99"_s, u"#727c89"_s);
        row("text", Token::Text, u"#191e25"_s, u"#e5e9ee"_s);
        row("text2", Token::Text2, u"#545d69"_s, u"#a3acb8"_s);
        row("text3", Token::Text3, u"#838c98"_s, u"#6b7480"_s);
        row("accent", Token::Accent, u"#1f5fc0"_s, u"#74abf7"_s);
        row("onAccent", Token::OnAccent, u"#ffffff"_s, u"#0f1215"_s);
        row("sel", Token::Sel, u"#dde9fb"_s, u"#20385a"_s);
        row("sel2", Token::Sel2, u"#e8ebef"_s, u"#2a3038"_s);
        row("hover", Token::Hover, u"#f1f4f8"_s, u"#20252b"_s);
        row("tooltip", Token::Tooltip, u"#191e25"_s, u"#2d333b"_s);
        row("tooltipText", Token::TooltipText, u"#ffffff"_s, u"#e5e9ee"_s);
        row("ok", Token::Ok, u"#0a7550"_s, u"#4fc28c"_s);
        row("okSoft", Token::OkSoft, u"#e1f3eb"_s, u"#15302a"_s);
        row("busy", Token::Busy, u"#0a6a86"_s, u"#52b9d6"_s);
        row("busySoft", Token::BusySoft, u"#dff1f6"_s, u"#143039"_s);
        row("warn", Token::Warn, u"#955600"_s, u"#edaf45"_s);
        row("warnSoft", Token::WarnSoft, u"#fcefd8"_s, u"#372a12"_s);
        row("bad", Token::Bad, u"#be2530"_s, u"#ff8078"_s);
        row("badSoft", Token::BadSoft, u"#fce6e6"_s, u"#3b1f21"_s);
        row("idle", Token::Idle, u"#59636f"_s, u"#a0a9b4"_s);
        row("idleSoft", Token::IdleSoft, u"#ebeef1"_s, u"#262b32"_s);
        row("prod", Token::Prod, u"#74379b"_s, u"#c99bec"_s);
        row("prodFill", Token::ProdFill, u"#74379b"_s, u"#8a47b5"_s);
        row("diffAdded", Token::DiffAdded, u"#dff3e7"_s, u"#143325"_s);
        row("diffRemoved", Token::DiffRemoved, u"#fbe3e3"_s, u"#3d2023"_s);
    }
    void values()
    {
        QFETCH(int, token);
        QFETCH(QString, light);
        QFETCH(QString, dark);
        QCOMPARE(Tokens::value(Token(token), false).name(), light);
        QCOMPARE(Tokens::value(Token(token), true).name(), dark);
        // What a painter gets from a palette of the theme is the table's value.
        QCOMPARE(tokens(Tokens::makePalette(false))[Token(token)].name(), light);
        QCOMPARE(tokens(Tokens::makePalette(true))[Token(token)].name(), dark);
    }

    void contrasts_data()
    {
        QTest::addColumn<int>("token");
        QTest::addColumn<double>("light");
        QTest::addColumn<double>("dark");
        QTest::newRow("text") << int(Token::Text) << 13.7 << 9.7;
        QTest::newRow("text2") << int(Token::Text2) << 5.4 << 5.2;
        QTest::newRow("accent") << int(Token::Accent) << 5.0 << 5.0;
        QTest::newRow("ok") << int(Token::Ok) << 4.7 << 5.3;
        QTest::newRow("busy") << int(Token::Busy) << 5.0 << 5.2;
        QTest::newRow("warn") << int(Token::Warn) << 4.7 << 6.1;
        QTest::newRow("bad") << int(Token::Bad) << 4.9 << 4.9;
        QTest::newRow("idle") << int(Token::Idle) << 5.0 << 5.0;
    }
    void contrasts()
    {
        QFETCH(int, token);
        QFETCH(double, light);
        QFETCH(double, dark);
        promised(lowest(Token(token), false), light, QTest::currentDataTag());
        promised(lowest(Token(token), true), dark, QTest::currentDataTag());
    }

    void seriesAreSeenOnBothThemes()
    {
        for (const bool dark : {false, true}) {
            double least = 21;
            for (int number = 0; number < qd::items::kSeriesStyles; ++number)
                least = std::min(least, contrast(seriesColor(number), Tokens::value(Token::Base, dark)));
            promised(least, dark ? 3.8 : 3.3, "lines of charts");
        }
        // Told apart without colours too: four and more ways to draw them, and no two neighbours alike.
        QSet<QString> dashes;
        for (int number = 0; number < qd::items::kSeriesStyles; ++number) {
            QString pattern;
            for (const double length : seriesDash(number))
                pattern += u"%1 "_s.arg(length);
            dashes.insert(pattern);
            if (number > 0)
                QVERIFY(seriesDash(number) != seriesDash(number - 1));
        }
        QCOMPARE(dashes.size(), 6);
    }

    void statesOnTheirSoft()
    {
        const std::initializer_list<std::pair<Token, Token>> pairs{{Token::Ok, Token::OkSoft}, {Token::Busy, Token::BusySoft},
            {Token::Warn, Token::WarnSoft}, {Token::Bad, Token::BadSoft}, {Token::Idle, Token::IdleSoft}};
        double light = 21;
        double dark = 21;
        for (const auto &[state, soft] : pairs) {
            light = std::min(light, pair(state, soft, false));
            dark = std::min(dark, pair(state, soft, true));
        }
        promised(light, 5.0, "states on soft, light");
        promised(dark, 6.0, "states on soft, dark");
    }

    void pairs()
    {
        promised(pair(Token::Edge, Token::Base, false), 3.4, "edge on base, light");
        promised(pair(Token::Edge, Token::Base, true), 4.0, "edge on base, dark");
        promised(pair(Token::Edge, Token::Window, false), 3.1, "edge on window, light");
        promised(pair(Token::Edge, Token::Window, true), 4.2, "edge on window, dark");
        promised(pair(Token::OnAccent, Token::Accent, false), 6.1, "on accent, light");
        promised(pair(Token::OnAccent, Token::Accent, true), 8.0, "on accent, dark");
        promised(pair(Token::OnProd, Token::ProdFill, false), 7.6, "white on prod, light");
        promised(pair(Token::OnProd, Token::ProdFill, true), 5.8, "white on prod, dark");
        promised(pair(Token::ProdFill, Token::Window, false), 6.9, "prod fill on window, light");
        promised(pair(Token::ProdFill, Token::Window, true), 3.1, "prod fill on window, dark");
        for (const bool dark : {false, true}) {
            const double least = std::min(pair(Token::Text, Token::DiffAdded, dark), pair(Token::Text, Token::DiffRemoved, dark));
            promised(least, dark ? 11.3 : 13.7, "diff text");
            // Also the stronger changed value keeps text readable.
            for (const auto &[soft, strong] : {std::pair(Token::DiffAdded, Token::Ok), std::pair(Token::DiffRemoved, Token::Bad)}) {
                const QColor ground = mix(Tokens::value(soft, dark), Tokens::value(strong, dark), dark ? 0.28 : 0.22);
                QVERIFY(contrast(Tokens::value(Token::Text, dark), ground) >= 4.5);
            }
        }
        // Focus ring on the base.
        promised(pair(Token::Accent, Token::Base, false), 6.1, "focus, light");
        promised(pair(Token::Accent, Token::Base, true), 7.1, "focus, dark");
        // The text of a destructive button.
        QVERIFY(pair(Token::OnAccent, Token::Bad, false) >= 4.5);
        QVERIFY(pair(Token::OnAccent, Token::Bad, true) >= 4.5);
    }

    /// Every pair a painter uses, in the four palettes there are, by what WCAG 2.1 asks: 4.5 for texts, 3 for what is drawn and for
    /// the focus, 7 for texts in high contrast. Disabled texts are exempt (1.4.3), hairlines and fills of states are no sign by themselves.
    void everyPair_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("high");
        for (const bool dark : {false, true}) {
            for (const bool high : {false, true})
                QTest::addRow("%s%s", dark ? "dark" : "light", high ? ", high contrast" : "") << dark << high;
        }
    }
    void everyPair()
    {
        QFETCH(bool, dark);
        QFETCH(bool, high);
        const Tokens t = tokens(Tokens::makePalette(dark, high));
        QCOMPARE(t.dark(), dark);
        QStringList wrong;
        const auto want = [&wrong](const QColor &ink, const QColor &under, double least, const QString &what) {
            if (contrast(ink, under) < least)
                wrong.append(u"%1: %2 on %3 is %4, not %5"_s.arg(what, ink.name(), under.name()).arg(contrast(ink, under), 0, 'f', 2).arg(least));
        };
        const QList<Token> grounds{Token::Base, Token::Window, Token::Sunken, Token::Hover, Token::Sel, Token::Sel2, Token::Button, Token::ButtonHover, Token::ButtonDown};
        const QList<Token> soft{Token::OkSoft, Token::BusySoft, Token::WarnSoft, Token::BadSoft, Token::IdleSoft, Token::DiffAdded, Token::DiffRemoved};
        const double text = high ? 7 : 4.5;
        for (const Token ground : grounds + soft) {
            want(t[Token::Text], t[ground], text, u"text on %1"_s.arg(int(ground)));
            want(t[Token::Text2], t[ground], text, u"text2 on %1"_s.arg(int(ground)));
            want(t[Token::Accent], t[ground], 3, u"focus ring on %1"_s.arg(int(ground)));
        }
        for (const Token ground : grounds) {
            for (const Token ink : {Token::Accent, Token::Ok, Token::Busy, Token::Warn, Token::Bad, Token::Idle})
                want(t[ink], t[ground], 4.5, u"%1 on %2"_s.arg(int(ink)).arg(int(ground)));
        }
        for (const Token ground : {Token::Base, Token::Window})
            want(t[Token::Prod], t[ground], 4.5, u"production on %1"_s.arg(int(ground)));
        // Filled buttons, at rest, under the pointer and pressed, and their own focus ring, which has the colour of the text.
        for (const auto &[fill, ink] : {std::pair(Token::Accent, Token::OnAccent), std::pair(Token::Bad, Token::OnAccent), std::pair(Token::ProdFill, Token::OnProd)}) {
            for (const double pressed : {0.0, 0.06, 0.12})
                want(t[ink], mix(t[fill], dark ? Qt::black : Qt::white, pressed), 4.5, u"filled button %1 at %2"_s.arg(int(fill)).arg(pressed));
        }
        want(t[Token::TooltipText], t[Token::Tooltip], text, u"tooltip"_s);
        // Outlines of fields and checks, glyphs of what has not begun.
        for (const Token ground : {Token::Base, Token::Window})
            want(t[Token::Edge], t[ground], 3, u"edge on %1"_s.arg(int(ground)));
        // Charts: the series of every theme, and the mark of a threshold.
        want(QColor(0x2F, 0x7E, 0xD8), t[Token::Base], 3, u"series"_s);
        want(t[Token::Bad], t[Token::Base], 3, u"threshold"_s);
        if (high)
            want(t[Token::Line], t[Token::Base], 3, u"hairlines in high contrast"_s);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void highContrastIsStronger()
    {
        for (const bool dark : {false, true}) {
            const Tokens plain = tokens(Tokens::makePalette(dark));
            const Tokens strong = tokens(Tokens::makePalette(dark, true));
            for (const Token token : {Token::Text, Token::Text2, Token::Text3, Token::Line, Token::Edge, Token::Accent})
                QVERIFY(contrast(strong[token], strong[Token::Base]) > contrast(plain[token], plain[Token::Base]) + 0.5);
            QCOMPARE(strong[Token::Warn], plain[Token::Warn]);   // a state keeps its colour
        }
    }

    void subtreePalette()
    {
        QPalette page = Tokens::makePalette(false);
        page.setColor(QPalette::Link, QColor(0x4F, 0x5B, 0x69));
        page.setColor(QPalette::Highlight, QColor(0xE1, 0xE5, 0xEA));
        const Tokens t = tokens(page);
        QCOMPARE(t[Token::Accent], QColor(0x4F, 0x5B, 0x69));
        QCOMPARE(t[Token::Sel], QColor(0xE1, 0xE5, 0xEA));
        QCOMPARE(t[Token::Warn], Tokens::value(Token::Warn, false));
    }

    void disabledTexts()
    {
        for (const bool dark : {false, true}) {
            const QPalette palette = Tokens::makePalette(dark);
            for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
                QCOMPARE(palette.color(QPalette::Disabled, role), Tokens::value(Token::Text3, dark));
            QCOMPARE(palette.color(QPalette::Inactive, QPalette::Highlight), Tokens::value(Token::Sel2, dark));
        }
    }
};

QTEST_MAIN(TestTokens)
#include "tst_tokens.moc"
