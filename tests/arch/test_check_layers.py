#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds each defect the layer check is there for and sees it caught."""
import unittest

import check_layers as arch


def problems(path, text):
    found = []
    arch.check_file(path, text, found, {"h": [], "cpp": [], "fn": []})
    return found


class CheckLayers(unittest.TestCase):
    def test_upward_include(self):
        self.assertTrue(problems("models/core/A.cpp", '#include "models/state/B.h"\n'))
        self.assertTrue(problems("ui/shell/A.cpp", '#include "app/kube/Http.h"\n'))
        self.assertTrue(problems("app/kube/A.cpp", '#include "models/state/B.h"\n'))
        self.assertTrue(problems("app/kube/A.cpp", '#include "app/config/Profiles.h"\n'))

    def test_downward_include(self):
        self.assertEqual([], problems("models/state/A.cpp", '#include "models/core/B.h"\n'))
        self.assertEqual([], problems("ui/shell/A.cpp", '#include "ui/theme/B.h"\n#include "models/items/C.h"\n'))
        self.assertEqual([], problems("app/console/A.cpp", '#include "app/kube/B.h"\n#include "ui/shell/C.h"\n'))

    def test_banned(self):
        for line in ["QEventLoop loop;", "dialog.exec();", "QCoreApplication::processEvents();", "Foo::instance();",
                     'w->setStyleSheet("x");', "QThread::msleep(5);"]:
            self.assertTrue(problems("ui/shell/A.cpp", line + "\n"), line)

    def test_third_party(self):
        self.assertTrue(problems("app/kube/A.h", "#include <simdjson.h>\n"))
        self.assertEqual([], problems("app/kube/A.cpp", "#include <simdjson.h>\n"))
        self.assertTrue(problems("models/core/A.cpp", "#include <QNetworkReply>\n"))
        self.assertTrue(problems("models/core/A.cpp", "#include <QIcon>\n"))

    def test_budgets(self):
        self.assertTrue(problems("ui/shell/A.cpp", "\n" * 601))
        self.assertTrue(problems("ui/shell/A.h", "\n" * 151))
        self.assertTrue(problems("ui/shell/A.cpp", "void f()\n{\n" + "    x();\n" * 61 + "}\n"))
        self.assertEqual([], problems("ui/shell/A.cpp", "void f()\n{\n" + "    x();\n" * 60 + "}\n"))

    def test_methods_in_a_class_have_the_budget_too(self):
        body = "class A {\n    void f()\n    {\n" + "        x();\n" * 61 + "    }\n};\n"
        self.assertTrue(problems("ui/shell/A.cpp", body))

    def test_a_folder_nobody_knows(self):
        self.assertTrue(problems("app/extra/A.cpp", "int a;\n"))
        self.assertTrue(problems("models/A.cpp", "int a;\n"))
        self.assertEqual([], problems("app/kube/A.cpp", "int a;\n"))

    def test_sleeps_in_tests(self):
        for line in ["QTest::qWait(50);", "QTest::qSleep(5);", "std::this_thread::sleep_for(1s);", "usleep(5);"]:
            self.assertTrue(problems("tests/unit/core/tst_a.cpp", line + "\n"), line)
        self.assertEqual([], problems("tests/unit/core/tst_a.cpp", "rig.time->sleep(3600);\n"))
        self.assertEqual([], problems("tests/unit/core/tst_a.cpp", "QVERIFY(QTest::qWaitFor([&] { return done; }));\n"))

    def test_words_in_comments_and_texts_are_free(self):
        self.assertEqual([], problems("ui/shell/A.cpp", '// no QEventLoop here\nf("exec()");\n'))


if __name__ == "__main__":
    unittest.main()
