// SPDX-License-Identifier: GPL-3.0-or-later
// Every scene of the tour, so every page, panel and dialog in its states, measured: no text is cut where it does not elide by
// design, with texts a third longer, with a font half as large again, at fractional scales; everything that takes the focus has a name.
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/shell/tour/Tour.h"
#include "ui/widgets/Label.h"

#include <QSignalSpy>
#include <QTemporaryDir>
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

/// Labels of one line that have less room than their text and do not elide.
QStringList cut(const QWidget *root)
{
    QStringList out;
    const QList<QLabel *> labels = root->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (!label->isVisibleTo(root) || label->wordWrap() || label->text().isEmpty() || label->textFormat() == Qt::RichText
            || qobject_cast<const ElidedLabel *>(label))
            continue;
        const int needed = label->fontMetrics().size(0, label->text()).width();
        if (label->contentsRect().width() < needed - 1)
            out.append(u"\"%1\" has %2 px of %3"_s.arg(label->text()).arg(label->contentsRect().width()).arg(needed));
    }
    return out;
}

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
        QTest::newRow("as it is") << false << 0;
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
        QTemporaryDir dir;
        TourOptions options;
        options.dir = dir.path();
        options.scales = {};   // measured, not drawn
        options.dark = false;
        options.only = qEnvironmentVariable("QD_TOUR_ONLY");
        const auto codec = yaml::makeYamlCodec();
        Tour tour(options, test::shippedKinds(), codec.get(), &m_theme);
        QStringList wrong;
        int scenes = 0;
        connect(&tour, &Tour::sceneReady, this, [&](const QString &name) {
            ++scenes;
            const QWidgetList all = QApplication::topLevelWidgets();
            for (QWidget *window : all) {
                if (!window->isVisible())
                    continue;
                const QStringList found = test::clipped(window) + cut(window) + test::unnamed(window);
                for (const QString &one : found)
                    wrong.append(name + u": "_s + one);
            }
        });
        QSignalSpy finished(&tour, &Tour::finished);
        tour.start();
        QVERIFY(finished.wait(300000));   // a loop of its own: QTRY_ sleeps between looks
        qApp->removeTranslator(&translator);
        m_theme.setBodySize(0);
        QVERIFY(scenes >= (options.only.isEmpty() ? 20 : 1));
        wrong.removeDuplicates();
        for (const QString &one : std::as_const(wrong))
            qWarning("%s", qPrintable(one));
        QCOMPARE(wrong.size(), 0);
    }
};

QTEST_MAIN(TestFits)
#include "tst_fits.moc"
