// SPDX-License-Identifier: GPL-3.0-or-later
#include "translations/Translations.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTranslator>

namespace qd {

using namespace Qt::StringLiterals;

void installTranslations(QCoreApplication &app)
{
    auto *translator = new QTranslator(&app);
    if (translator->load(QLocale(), u"quarterdeck"_s, u"_"_s, u":/i18n"_s) || translator->load(u":/i18n/quarterdeck_en.qm"_s))
        QCoreApplication::installTranslator(translator);
}

}
