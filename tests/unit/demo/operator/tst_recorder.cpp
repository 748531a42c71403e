// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Recorder.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"

#include <QTest>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;

namespace {

QJsonObject node(const QString &name)
{
    return {{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, u"Validator"_s},
        {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"n"_s}, {u"uid"_s, QString(u"uid-"_s + name)}}}};
}

const demo::EventDraft kUnhealthy{u"Warning"_s, u"Unhealthy"_s, u"it does not answer"_s};

}

class TestRecorder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_gateway = std::make_shared<FakeGateway>();
        m_recorder = std::make_unique<demo::Recorder>(m_gateway, m_clock, u"canton-operator"_s, nullptr, 100);
    }

    void theSameRaisesTheCount()
    {
        m_recorder->record(node(u"a"_s), kUnhealthy);
        QTRY_COMPARE(m_gateway->count(u"create"_s), 1);
        m_recorder->record(node(u"a"_s), kUnhealthy);
        QTRY_COMPARE(m_gateway->count(u"patch"_s), 1);
        QCOMPARE(m_gateway->calls.last().body.toObject().value("count"_L1).toInt(), 2);
        m_recorder->record(node(u"b"_s), kUnhealthy);
        QTRY_COMPARE(m_gateway->count(u"create"_s), 2);
    }

    void oneTheServerForgotIsMadeAnew()
    {
        m_recorder->record(node(u"a"_s), kUnhealthy);
        QTRY_COMPARE(m_gateway->count(u"create"_s), 1);
        const QJsonObject made = m_gateway->calls.last().body.toObject();
        m_gateway->erase(QString(u"events/"_s + made.value("metadata"_L1).toObject().value("name"_L1).toString()));
        m_recorder->record(node(u"a"_s), kUnhealthy);
        QTRY_COMPARE(m_gateway->count(u"create"_s), 2);
        m_recorder->record(node(u"a"_s), kUnhealthy);
        QTRY_COMPARE(m_gateway->count(u"patch"_s), 2);
        QCOMPARE(m_gateway->calls.last().body.toObject().value("count"_L1).toInt(), 2);
    }

    void itRemembersSoManyAndTheUsedOnesLongest()
    {
        m_recorder->record(node(u"used"_s), kUnhealthy);
        for (int i = 0; i < 150; ++i) {
            m_recorder->record(node(QString::number(i)), kUnhealthy);
            if (i % 50 == 0)
                m_recorder->record(node(u"used"_s), kUnhealthy);
        }
        QTRY_COMPARE(m_gateway->count(u"create"_s), 151);
        const int raised = m_gateway->count(u"patch"_s);
        m_recorder->record(node(u"used"_s), kUnhealthy);
        QTRY_COMPARE(m_gateway->count(u"patch"_s), raised + 1);
        m_recorder->record(node(u"0"_s), kUnhealthy);   // long not used: forgotten
        QTRY_COMPARE(m_gateway->count(u"create"_s), 152);
    }

private:
    std::shared_ptr<FakeGateway> m_gateway;
    ManualClock m_clock;
    std::unique_ptr<demo::Recorder> m_recorder;
};

QTEST_GUILESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
