// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ShippedFiles.h"
#include "translations/Translations.h"
#include "ui/shell/tour/Tour.h"

#include <QDir>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

class TestTour : public QObject {
    Q_OBJECT
    Theme m_theme;

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    /// Every scene is drawn, none is blank, and light and dark differ.
    void drawsEveryScene()
    {
        QTemporaryDir temporary;
        const QString wanted = qEnvironmentVariable("QD_GRAB_DIR");
        TourOptions options;
        options.dir = wanted.isEmpty() ? temporary.path() : wanted;
        options.scales = qEnvironmentVariableIsSet("QD_TOUR_SCALES") ? QList<int>{1, 2} : QList<int>{1};
        options.only = qEnvironmentVariable("QD_TOUR_ONLY");
        options.dark = !qEnvironmentVariableIsSet("QD_TOUR_LIGHT");
        const auto codec = yaml::makeYamlCodec();
        Tour tour(options, test::shippedKinds(), codec.get(), &m_theme);
        QSignalSpy finished(&tour, &Tour::finished);
        tour.start();
        QVERIFY(finished.wait(800000));   // a loop of its own: QTRY_ sleeps between looks
        QCOMPARE(tour.problem(), QString());
        QVERIFY(QFile::exists(QDir(options.dir).filePath(u"index.html"_s)));
        for (const QString &name : tour.written()) {
            const QImage image(QDir(options.dir).filePath(name));
            QVERIFY2(!image.isNull(), qPrintable(name));
            QSet<QRgb> colours;
            for (int x = 0; x < image.width(); x += 7) {
                for (int y = 0; y < image.height(); y += 7)
                    colours.insert(image.pixel(x, y));
            }
            QVERIFY2(colours.size() > 20, qPrintable(name));
        }
        if (options.only.isEmpty())
            QVERIFY(tour.written().size() >= 20);
    }
};

QTEST_MAIN(TestTour)
#include "tst_tour.moc"
