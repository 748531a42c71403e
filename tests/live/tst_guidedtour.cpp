// SPDX-License-Identifier: GPL-3.0-or-later
// README's guided tour, step by step and by keys alone: why a node is degraded, its last log error, who changed it last, and
// back it is scaled. What the window shows is held against what the API server says. With QD_GRAB=DIR each step is drawn there.
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/state/ChangePipeline.h"
#include "tests/live/LiveWindow.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/overview/OverviewPane.h"
#include "ui/panes/overview/ProblemCard.h"
#include "ui/panes/review/ActionDialog.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace qd;
using test::kPatience;
using test::Shown;

namespace {
const QString kNode = u"harbor-bridge"_s, kNs = u"canton-private"_s;
const QString kReplicas = u"/spec/participant/spec/resources/replicas"_s;
constexpr int kSettles = 60000;   // ms
constexpr int kMostKeys = 25;
constexpr qint64 kMostMs = 120000;
}

class GuidedTour : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig()}, m_folder.path());
        window()->resize(1440, 900);
        window()->activateWindow();
        QTRY_VERIFY_WITH_TIMEOUT(QApplication::activeWindow() == window(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(u"Validator"_s, kNode) >= 0, kPatience);
        QCOMPARE(json::at(live(), kReplicas).toInt(), 2);
        QCOMPARE(phase(), u"Degraded"_s);
        m_time.start();
    }

    void cleanupTestCase()
    {
        qInfo("The guided tour took %d keys and %.1f s: %s", int(m_keys.size()), double(m_time.elapsed()) / 1000, qPrintable(m_keys.join(u' ')));
        m_shown.reset();
        m_demo.reset();
    }

    /// What is tried here are the steps that stand in README, not others.
    void readmeHasTheseSteps()
    {
        QFile file(QStringLiteral(QD_SOURCE_DIR "/README.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        const QString tour = text.section(u"## A guided tour"_s, 1).section(u"\n## "_s, 0, 0);
        QStringList keys;
        static const QRegularExpression key(u"`([^`]+)`"_s);
        for (auto found = key.globalMatch(tour); found.hasNext();) {
            const QString written = found.next().captured(1);
            if (!written.startsWith("tests/"_L1))
                keys.append(written);
        }
        QCOMPARE(keys, (QStringList{u"./run demo"_s, u"Alt+1"_s, u"Down"_s, u"Enter"_s, u"L"_s, u"N"_s, u"Enter"_s, u"H"_s, u"Ctrl+Shift+S"_s,
                                    u"1"_s, u"Enter"_s, u"Tab"_s, u"Enter"_s, u"Enter"_s}));
    }

    void whyItIsDegraded()
    {
        press(Qt::Key_1, u"Alt+1"_s, Qt::AltModifier);
        QTRY_VERIFY_WITH_TIMEOUT(overview() && overview()->isVisible(), kPatience);
        const auto listed = [this] {
            const auto rows = overview()->problems()->rows();
            return std::any_of(rows.begin(), rows.end(), [](const ui::ProblemRow *row) { return row->problem().object.name == kNode; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(listed(), kPatience);
        for (int row = 0; row < 12 && atRow() != kNode; ++row)
            press(Qt::Key_Down, u"Down"_s);
        QCOMPARE(atRow(), kNode);
        grab(u"1-overview"_s);
        press(Qt::Key_Return, u"Enter"_s);
        QTRY_VERIFY_WITH_TIMEOUT(details() && details()->isVisible() && details()->target().row && details()->target().row->name == kNode, kPatience);
        const QString message = condition(u"ParticipantReady"_s).value("message"_L1).toString();
        QVERIFY(message.contains(u"1 of 2 replicas of participant"_s));
        QTRY_VERIFY2_WITH_TIMEOUT(test::textsOf(details()).contains(message), qPrintable(test::textsOf(details())), kPatience);
        grab(u"2-why"_s);
    }

    void itsLastError()
    {
        press(Qt::Key_L, u"L"_s);
        QTRY_COMPARE_WITH_TIMEOUT(details()->tab(), u"logs"_s, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(!lastError().isEmpty(), kPatience);   // the network is seconds old
        const QString error = lastError();
        QVERIFY2(error.contains(u"remaining connection slots"_s), qPrintable(error));
        QTRY_VERIFY_WITH_TIMEOUT(inDetails(u"LogTable"_s), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(table()->model()->rowCount() > 0, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(hasLine(error), kPatience);
        press(Qt::Key_N, u"N"_s);
        QVERIFY2(table()->currentIndex().isValid(), "N goes to the last error");
        press(Qt::Key_Return, u"Enter"_s);
        const auto whole = [this]() -> QString {
            for (const ui::Label *label : details()->findChildren<ui::Label *>()) {
                if (label->isVisible() && label->accessibleName() == "The whole message"_L1)
                    return label->text().simplified();
            }
            return {};
        };
        QTRY_COMPARE_WITH_TIMEOUT(whole(), error.simplified(), kPatience);
        grab(u"3-error"_s);
    }

    void whoChangedItLast()
    {
        press(Qt::Key_H, u"H"_s);
        QTRY_COMPARE_WITH_TIMEOUT(details()->tab(), u"history"_s, kPatience);
        const auto history = [] { return qobject_cast<QTreeWidget *>(QApplication::focusWidget()); };
        QTRY_VERIFY_WITH_TIMEOUT(history() && history()->accessibleName() == "History"_L1 && history()->currentItem(), kPatience);
        const QJsonObject object = live();
        const QString person = annotation(object, u"requested-by"_s), reason = annotation(object, u"change-reason"_s);
        QVERIFY(!person.isEmpty() && !reason.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(history()->currentItem()->text(1), person, kPatience);
        const QTreeWidgetItem *write = history()->currentItem();
        QCOMPARE(write->text(0), u"Set replicas to %1"_s.arg(json::at(object, kReplicas).toInt()));
        // The server says who owns the field, and since when.
        const QJsonObject owner = ownerOfReplicas(object);
        QCOMPARE(owner.value("manager"_L1).toString(), u"quarterdeck"_s);
        QCOMPARE(write->toolTip(3), formatRfc3339(QDateTime::fromString(owner.value("time"_L1).toString(), Qt::ISODate)));
        QVERIFY(test::textsOf(details()).contains(reason));
        grab(u"4-who"_s);
    }

    void itIsScaledBack()
    {
        press(Qt::Key_S, u"Ctrl+Shift+S"_s, Qt::ControlModifier | Qt::ShiftModifier);
        const auto asks = [this] { return window()->findChild<ui::ActionDialog *>(); };
        QTRY_VERIFY_WITH_TIMEOUT(asks() && asks()->isVisible(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(asks()->isAncestorOf(QApplication::focusWidget()), kPatience);
        QCOMPARE(asks()->findChild<QComboBox *>()->currentText(), u"participant"_s);   // what ails is what is asked for
        press(Qt::Key_1, u"1"_s);
        QCOMPARE(qobject_cast<QLineEdit *>(QApplication::focusWidget())->text(), u"1"_s);
        grab(u"5-scale"_s);
        press(Qt::Key_Return, u"Enter"_s);
        const auto review = [this] { return window()->findChild<ui::ReviewDialog *>(); };
        const auto confirm = [&review] { return review() ? review()->findChild<QPushButton *>(u"confirm"_s) : nullptr; };
        QTRY_VERIFY_WITH_TIMEOUT(confirm() && confirm()->isEnabled(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(review()->isAncestorOf(QApplication::focusWidget()), kPatience);
        QCOMPARE(review()->pipeline()->draft().edits.size(), 1);
        grab(u"6-review"_s);
        press(Qt::Key_Tab, u"Tab"_s);
        QVERIFY2(confirm()->hasFocus(), QApplication::focusWidget()->metaObject()->className());
        press(Qt::Key_Return, u"Enter"_s);
        QTRY_COMPARE_WITH_TIMEOUT(json::at(live(), kReplicas).toInt(), 1, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(phase(), u"Ready"_s, kSettles);
        QTRY_VERIFY_WITH_TIMEOUT(!review()->pipeline() || review()->pipeline()->isFinished(), kSettles);
        QCOMPARE(condition(u"ParticipantReady"_s).value("status"_L1).toString(), u"True"_s);
        grab(u"7-ready"_s);
        const auto closes = [&review] { return qobject_cast<QPushButton *>(QApplication::focusWidget()) && review()->isAncestorOf(QApplication::focusWidget()); };
        QTRY_VERIFY_WITH_TIMEOUT(closes(), kPatience);
        press(Qt::Key_Return, u"Enter"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!review(), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->row(u"Validator"_s, kNode)->state, network::State::Ready, kPatience);
        QVERIFY(!m_shown->session->journal()->read()->isEmpty());
        QCOMPARE(annotation(live(), u"requested-by"_s), m_shown->graph->environments().front()->identity().user);
        QVERIFY2(m_keys.size() <= kMostKeys, qPrintable(m_keys.join(u' ')));
        QVERIFY2(m_time.elapsed() < kMostMs, qPrintable(QString::number(m_time.elapsed())));
    }

private:
    [[nodiscard]] ui::MainWindow *window() const { return m_shown->window(); }
    [[nodiscard]] ui::OverviewPane *overview() const { return qobject_cast<ui::OverviewPane *>(window()->panes()->currentPane()); }
    [[nodiscard]] ui::DetailsPane *details() const { return m_shown->pane()->details(); }
    [[nodiscard]] QAbstractItemView *table() const { return qobject_cast<QAbstractItemView *>(QApplication::focusWidget()); }

    /// A key as a person presses it: to whatever has the keyboard.
    void press(Qt::Key key, const QString &name, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        m_keys.append(name);
        QWidget *widget = QApplication::focusWidget() ? QApplication::focusWidget() : QApplication::activeWindow();
        QVERIFY2(widget, qPrintable(name));
        QTest::keyClick(widget, key, modifiers);
    }

    /// The object of the problem the keyboard is at.
    [[nodiscard]] QString atRow() const
    {
        for (QWidget *widget = QApplication::focusWidget(); widget; widget = widget->parentWidget()) {
            if (const auto *row = qobject_cast<ui::ProblemRow *>(widget))
                return row->problem().object.name;
        }
        return {};
    }

    [[nodiscard]] bool inDetails(const QString &type) const
    {
        const QWidget *widget = QApplication::focusWidget();
        return widget && details()->isAncestorOf(widget) && QString::fromLatin1(widget->metaObject()->className()).endsWith(type);
    }

    [[nodiscard]] bool hasLine(const QString &message) const
    {
        const QAbstractItemModel *model = table() ? table()->model() : nullptr;
        for (int row = 0; model && row < model->rowCount(); ++row) {
            for (int column = 0; column < model->columnCount(); ++column) {
                if (model->index(row, column).data().toString().contains(message))
                    return true;
            }
        }
        return false;
    }

    [[nodiscard]] std::shared_ptr<ports::ResourceGateway> gateway() const { return m_shown->graph->environments().front()->gateway(); }

    [[nodiscard]] QJsonObject live() const
    {
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        auto read = gateway()->get(kind->gvr, kNs, kNode);
        read.waitForFinished();
        return read.result() ? *read.result() : QJsonObject();
    }

    [[nodiscard]] QString phase() const { return json::at(live(), u"/status/phase"_s).toString(); }

    [[nodiscard]] QJsonObject condition(const QString &type) const
    {
        const QJsonArray all = json::at(live(), u"/status/conditions"_s).toArray();
        for (const QJsonValue &one : all) {
            if (one["type"_L1].toString() == type)
                return one.toObject();
        }
        return {};
    }

    [[nodiscard]] static QString annotation(const QJsonObject &object, const QString &name)
    {
        return json::at(object, u"/metadata/annotations"_s).toObject().value(u"canton.quarterdeck.io/"_s + name).toString();
    }

    [[nodiscard]] static QJsonObject ownerOfReplicas(const QJsonObject &object)
    {
        const QJsonArray entries = json::at(object, u"/metadata/managedFields"_s).toArray();
        for (const QJsonValue &entry : entries) {
            if (!json::at(entry, u"/fieldsV1/f:spec/f:participant/f:spec/f:resources/f:replicas"_s).isUndefined())
                return entry.toObject();
        }
        return {};
    }

    /// The newest ERROR of all of the node's pods, as the API server gives their logs.
    [[nodiscard]] QString lastError() const
    {
        auto pods = gateway()->list({{}, u"v1"_s, u"pods"_s}, {kNs});
        pods.waitForFinished();
        QString newest, message;
        const QJsonArray items = pods.result() ? (*pods.result())["items"_L1].toArray() : QJsonArray();
        for (const QJsonValue &pod : items) {
            const QString name = json::at(pod, u"/metadata/name"_s).toString();
            if (!name.startsWith(kNode + u'-'))
                continue;
            auto log = gateway()->podLog(kNs, name, json::at(pod, u"/spec/containers/0/name"_s).toString(), 500, false, {});
            log.waitForFinished();
            const QList<QByteArray> lines = log.result() ? log.result()->split('\n') : QList<QByteArray>();
            for (const QByteArray &line : lines) {
                const QJsonObject json = QJsonDocument::fromJson(line).object();
                const QString time = json.value("@timestamp"_L1).toString();
                if (json.value("level"_L1).toString() == "ERROR"_L1 && time >= newest) {
                    newest = time;
                    message = json.value("message"_L1).toString();
                }
            }
        }
        return message;
    }

    void grab(const QString &name) const
    {
        if (const QString folder = qEnvironmentVariable("QD_GRAB"); !folder.isEmpty()) {
            QCoreApplication::sendPostedEvents();
            QVERIFY(window()->grab().save(folder + u"/tour-"_s + name + u".png"_s));
        }
    }

    QTemporaryDir m_folder;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
    QElapsedTimer m_time;
    QStringList m_keys;
};

QTEST_MAIN(GuidedTour)
#include "tst_guidedtour.moc"
