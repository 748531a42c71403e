// SPDX-License-Identifier: GPL-3.0-or-later
// Every scene of the tour, so every page, panel and dialog in its states, measured: no text is cut where it does not elide by
// design, with texts a third longer, with a font half as large again, at fractional scales; everything that takes the focus has a name.
#include "tests/ui/support/SceneWalk.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/widgets/Label.h"

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
        TourOptions options;
        options.dark = false;
        const QStringList wrong = test::wrongInScenes(&m_theme, options,
                                                      [](QWidget *window) { return test::clipped(window) + cut(window) + test::unnamed(window); });
        qApp->removeTranslator(&translator);
        m_theme.setBodySize(0);
        QCOMPARE(wrong.size(), 0);
    }
};

QTEST_MAIN(TestFits)
#include "tst_fits.moc"
