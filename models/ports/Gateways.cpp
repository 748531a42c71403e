// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/ports/ResourceFeed.h"
#include "models/ports/ResourceGateway.h"
#include "models/ports/Tunnel.h"

namespace qd::ports {

using namespace Qt::StringLiterals;

QString AccessQuestion::text() const
{
    QString what = gvr.name();
    if (!subresource.isEmpty())
        what = QString(gvr.resource + u'/' + subresource + (gvr.group.isEmpty() ? QString() : QString(u'.' + gvr.group)));
    return ns.isEmpty() ? QString(verb + u' ' + what) : QString(verb + u' ' + what + u" in "_s + ns);
}

QString TunnelTarget::text() const
{
    if (!address.isEmpty())
        return address;
    return QString(resource + u'/' + name + u':' + QString::number(port) + u" in "_s + ns);
}

}
