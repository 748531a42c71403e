// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/KubectlCommand.h"

#include "models/core/Json.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

QString quoted(const QString &text)
{
    static const QRegularExpression kPlain(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (kPlain.match(text).hasMatch())
        return text;
    QString inner = text;
    return QString(u'\'' + inner.replace(u"'"_s, u"'\\''"_s) + u'\'');
}

QString start(const ObjectId &object, const QString &context)
{
    QString out = u"kubectl"_s;
    if (!context.isEmpty())
        out += u" --context "_s + quoted(context);
    if (!object.ns.isEmpty())
        out += u" -n "_s + quoted(object.ns);
    return out;
}

QString patch(const Edit &edit, const QString &context, QLatin1StringView type)
{
    QString out = start(edit.object, context) + u" patch "_s + edit.object.gvr.name() + u' ' + quoted(edit.object.name);
    if (!edit.subresource.isEmpty())
        out += u" --subresource="_s + edit.subresource;
    out += u" --field-manager=quarterdeck --type="_s + type + u" -p "_s;
    return QString(out + quoted(QString::fromUtf8(json::compact(edit.body))));
}

QString fromInput(const Edit &edit, const QString &context, QLatin1StringView verb)
{
    const QString text = QString::fromUtf8(QJsonDocument(edit.body.toObject()).toJson()).trimmed();
    const QString command = start(edit.object, context) + u' ' + verb + u" --field-manager=quarterdeck -f - <<'EOF'\n"_s;
    return QString(command + text + u"\nEOF"_s);
}

}

QString kubectlCommand(const Edit &edit, const QString &context)
{
    switch (edit.verb) {
    case ports::Verb::Create:
        return fromInput(edit, context, "create"_L1);
    case ports::Verb::Update:
        return fromInput(edit, context, "replace"_L1);
    case ports::Verb::MergePatch:
        return patch(edit, context, "merge"_L1);
    case ports::Verb::JsonPatch:
        return patch(edit, context, "json"_L1);
    case ports::Verb::Delete:
        break;
    }
    QString out = start(edit.object, context) + u" delete "_s + edit.object.gvr.name() + u' ' + quoted(edit.object.name);
    if (!edit.propagation.isEmpty())
        out += u" --cascade="_s + edit.propagation.toLower();
    return out;
}

QString kubectlRead(KubectlRead what, const ObjectId &object, const QString &context)
{
    const QString name = quoted(object.name);
    switch (what) {
    case KubectlRead::Name:
        return object.gvr.name() + u'/' + name;
    case KubectlRead::Get:
        return start(object, context) + u" get "_s + object.gvr.name() + u' ' + name + u" -o yaml"_s;
    case KubectlRead::Describe:
        return start(object, context) + u" describe "_s + object.gvr.name() + u' ' + name;
    case KubectlRead::Edit:
        break;
    }
    return start(object, context) + u" edit "_s + object.gvr.name() + u' ' + name;
}

QString kubectlPod(KubectlPod what, const ObjectId &pod, const QString &container, quint16 port, const QString &context)
{
    const QString name = quoted(pod.name);
    const QString in = container.isEmpty() ? QString() : QString(u" -c "_s + quoted(container));
    switch (what) {
    case KubectlPod::Logs:
        return start(pod, context) + u" logs -f "_s + name + in;
    case KubectlPod::PreviousLogs:
        return start(pod, context) + u" logs --previous "_s + name + in;
    case KubectlPod::Exec:
        return start(pod, context) + u" exec -it "_s + name + in + u" -- sh"_s;
    case KubectlPod::PortForward:
        break;
    }
    const QString number = QString::number(port == 0 ? 8080 : port);
    return start(pod, context) + u" port-forward "_s + name + u' ' + number + u':' + number;
}

QString kubectlCommands(const ChangeDraft &draft, const QString &context)
{
    QStringList out;
    for (const Edit &edit : draft.edits)
        out.append(kubectlCommand(edit, context));
    return out.join(u'\n');
}

QString kubectlCanI(const QString &verb, const QString &resource, const QString &ns, const QString &context)
{
    ObjectId place;
    place.ns = ns;
    return QString(start(place, context) + u" auth can-i "_s + verb + u' ' + resource + (ns.isEmpty() ? u" --all-namespaces"_s : QString()));
}

}
