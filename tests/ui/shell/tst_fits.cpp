// SPDX-License-Identifier: GPL-3.0-or-later
// Every scene of the tour, so every page, panel and dialog in its states, measured: no text is cut where it does not elide by
// design, with texts a third longer, with a font half as large again, at fractional scales; everything that takes the focus has a name.
// As the scenes are: a11y/tst_scenes.
#include "tests/ui/support/SceneWalk.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"

#include <QTest>
#include <QTranslator>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

/// Every text a third longer, as German is (look.md: up to 35 %).
class Longer final : public QTranslator {
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char *, const char *source, const char *, int) const override
    {
        const QString text = QString::fromUtf8(source);
        return text.size() < 4 || text.contains(u'\n') ? text : QString(text + QString(text.size() * 35 / 100, u'n'));
    }
};

}

class TestFits : public QObject {
    Q_OBJECT
    Theme m_theme;

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void everyScene_data()
    {
        QTest::addColumn<bool>("longer");
        QTest::addColumn<int>("size");
        QTest::newRow("a third longer") << true << 0;
        QTest::newRow("font + 50 %") << false << 19;
    }
    void everyScene()
    {
        QFETCH(bool, longer);
        QFETCH(int, size);
        Longer translator;
        if (longer)
            qApp->installTranslator(&translator);
        m_theme.setBodySize(size);
        TourOptions options;
        options.dark = false;
        options.scales = {};
        const QStringList wrong = test::wrongInScenes(&m_theme, options, &test::unfit);
        qApp->removeTranslator(&translator);
        m_theme.setBodySize(0);
        QCOMPARE(wrong.size(), 0);
    }
};

QTEST_MAIN(TestFits)
#include "tst_fits.moc"
