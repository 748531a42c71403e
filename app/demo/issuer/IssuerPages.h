// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"
#include "app/demo/issuer/Issuer.h"

namespace qd::demo::pages {

/// A page of the issuer: plain HTML and one style sheet, no script, light and dark as the browser wants. `formTarget`: an origin its
/// form may lead to beside the issuer's own.
[[nodiscard]] Response page(int status, const QString &title, const QString &body, const QString &formTarget = {});
/// A heading, and one paragraph for each text; all escaped.
[[nodiscard]] Response message(int status, const QString &title, const QStringList &texts);
[[nodiscard]] Response styleSheet();

struct Choice {
    QString action;                     ///< path of the form
    QString request;                    ///< its secret
    QString client;                     ///< name of who asks
    QString lead;                       ///< what it is about
    QString marked;                     ///< the user to begin with: signed in here, or hinted
    bool signedIn = false;              ///< `marked` is signed in in this browser
    QString formTarget = {};
};
/// One button for each person, and one to say no.
[[nodiscard]] Response choose(const Choice &choice, const QList<IssuerPerson> &persons);
/// The field for the code a device shows.
[[nodiscard]] Response askUserCode(const QString &request, const QString &given, bool wrong);
[[nodiscard]] Response askSignOut(const QString &request, const QString &client, const QString &formTarget);

}
