// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/unit/demo/operator/LedgerFixtures.h"

#include <QObject>
#include <QTest>

namespace qd::test {

/// Tests of edges, ledger and access: a rig before each, nothing wrong on the way after it.
class LedgerCase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m = std::make_unique<LedgerRig>();
        prepare();
    }
    void cleanup() { QCOMPARE(m->problems.join(u'\n').left(1500), QString()); }

protected:
    /// What all tests of a program need beside the rig.
    virtual void prepare() { }
    std::unique_ptr<LedgerRig> m;
};

}
