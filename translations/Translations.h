// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QCoreApplication;

namespace qd {

/// Installs the translation of the user's language, else the English plurals. Call once, after the application was made.
void installTranslations(QCoreApplication &app);

}
