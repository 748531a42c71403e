// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profiles/ProfileFields.h"

#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(ProfileFields)
};

using E = ProfileEditor;

QList<ProfileField> clusterFields()
{
    const QString tab = u"cluster"_s;
    return {
        {tab, u"/name"_s, Text::tr("Name"), E::Text, false, {}, Text::tr("Starts the console with it: quarterdeck --profile NAME.")},
        {tab, u"/kubeconfig"_s, Text::tr("Kubeconfig"), E::Path, true, Text::tr("as kubectl finds it"), {}},
        {tab, u"/namespaces"_s, Text::tr("Namespaces"), E::Words, true, Text::tr("all you may list"), {}},
        {tab, u"/accent"_s, Text::tr("Accent colour"), E::Text, true, u"#8a2be2"_s, Text::tr("A thin line at its environments, to tell them apart.")},
        {tab, u"/production"_s, Text::tr("Production: typed confirmations, violet stripe"), E::Flag},
        {tab, u"/readOnly"_s, Text::tr("Start read-only"), E::Flag},
    };
}

QList<ProfileField> signInFields()
{
    const QString tab = u"signIn"_s;
    return {
        {tab, u"/signIn/issuer"_s, Text::tr("Issuer"), E::Text, false, u"https://id.example.com/realms/canton"_s, {}},
        {tab, u"/signIn/clientId"_s, Text::tr("Client id"), E::Text, false, {}, Text::tr("A public client with PKCE, as the issuer registered it.")},
        {tab, u"/signIn/caFile"_s, Text::tr("Certificate authority"), E::Path, true, Text::tr("those of the system"), {}},
        {tab, u"/signIn/scopes"_s, Text::tr("Scopes"), E::Words, true, u"openid profile groups"_s, {}},
        {tab, u"/signIn/redirectPorts"_s, Text::tr("Redirect ports"), E::Ports, true, Text::tr("any free port on 127.0.0.1"), {}},
        {tab, u"/signIn/redirectPath"_s, Text::tr("Redirect path"), E::Text, true, u"/callback"_s, Text::tr("As it is registered; \"\" for none.")},
        {tab, u"/signIn/localhostName"_s, Text::tr("Registered with localhost instead of 127.0.0.1"), E::Flag},
        {tab, u"/signIn/bearer"_s, Text::tr("Bearer for the API server"), E::Bearer, true, Text::tr("ID token"), {}},
        {tab, u"/signIn/roles"_s, Text::tr("Roles from claims"), E::Words, true, u"/realm_access/roles /groups"_s, Text::tr("JSON pointers into the token.")},
        {tab, u"/signIn/audiences"_s, Text::tr("Further audiences"), E::Words, true, {}, Text::tr("Of the ID token, beside the client id.")},
        {tab, u"/signIn/resource"_s, Text::tr("Resource"), E::Text, true, {}, Text::tr("Audience asked for with the access token.")},
    };
}

QList<ProfileField> telemetryFields()
{
    const QString tab = u"telemetry"_s;
    QList<ProfileField> out;
    const auto add = [&](const QString &key, const QString &title, const QString &example) {
        const QString base = u"/telemetry/"_s + key;
        out.append({tab, base, title, E::Address, true, Text::tr("found through the API server"), Text::tr("A URL, or a service as %1.").arg(example)});
        out.append({tab, base + u"/caFile"_s, Text::tr("Certificate authority of %1").arg(title), E::Path, true, Text::tr("those of the system"), {}});
        out.append({tab, base + u"/bearer"_s, Text::tr("Bearer for %1").arg(title), E::Bearer, true, Text::tr("none"), {}});
        out.append({tab, base + u"/tenant"_s, Text::tr("Tenant of %1").arg(title), E::Text, true, {}, {}});
    };
    add(u"prometheus"_s, u"Prometheus"_s, u"monitoring/prometheus-operated:9090"_s);
    add(u"alertmanager"_s, u"Alertmanager"_s, u"monitoring/alertmanager-operated:9093"_s);
    add(u"loki"_s, u"Loki"_s, u"monitoring/loki:3100"_s);
    out.append({tab, u"/telemetry/grafana/url"_s, u"Grafana"_s, E::Text, true, u"https://grafana.example.com"_s, Text::tr("For links only.")});
    return out;
}

QStringList parents(const QString &pointer)
{
    QStringList out;
    for (qsizetype at = pointer.lastIndexOf(u'/'); at > 0; at = pointer.lastIndexOf(u'/', at - 1))
        out.append(pointer.left(at));
    return out;
}

}

QString ProfileField::name() const
{
    return json::split(pointer).join(u'.');
}

QList<ProfileField> profileFields()
{
    return clusterFields() + signInFields() + telemetryFields()
        + QList<ProfileField>{{u"ledger"_s, u"/ledger/audience"_s, Text::tr("Audience"), E::Text, true, u"https://canton.network.global"_s,
                               Text::tr("Of the access token for the Ledger API.")}};
}

QList<ProfileField> endpointFields()
{
    const QString tab = u"ledger"_s;
    return {
        {tab, u"/node"_s, Text::tr("Node"), E::Text, false, u"validators/acme-mainnet"_s, {}},
        {tab, u"/namespace"_s, Text::tr("Namespace"), E::Text, false, {}, {}},
        {tab, u"/ledgerApi"_s, Text::tr("Ledger API"), E::Text, true, u"127.0.0.1:5001"_s, {}},
        {tab, u"/adminApi"_s, Text::tr("Admin API"), E::Text, true, u"127.0.0.1:5002"_s, {}},
        {tab, u"/tls"_s, Text::tr("TLS"), E::Flag},
        {tab, u"/tls/caFile"_s, Text::tr("Certificate authority"), E::Path, true, Text::tr("those of the system"), {}},
    };
}

QStringList wordsOf(const QString &text)
{
    static const QRegularExpression kBetween(u"[\\s,]+"_s);
    return text.split(kBetween, Qt::SkipEmptyParts);
}

QString fieldText(const QJsonObject &profile, const ProfileField &field)
{
    const QJsonValue value = json::at(profile, field.pointer);
    switch (field.editor) {
    case E::Flag:
        return value.isObject() || value.toBool() ? u"true"_s : QString();
    case E::Address:
        return value.toObject().value("url"_L1).toString(value.toObject().value("service"_L1).toString());
    case E::Words:
    case E::Ports: {
        QStringList out;
        for (const QJsonValue &item : value.toArray())
            out.append(item.isDouble() ? QString::number(item.toInteger()) : item.toString());
        return out.join(u' ');
    }
    case E::Text:
        if (value.isString() && value.toString().isEmpty() && field.pointer.endsWith("redirectPath"_L1))
            return u"\"\""_s;
        [[fallthrough]];
    default:
        return value.toString();
    }
}

void setField(QJsonObject &profile, const ProfileField &field, const QString &text)
{
    QJsonValue root = profile;
    const QString trimmed = text.trimmed();
    if (field.editor == E::Address) {
        json::remove(root, field.pointer + u"/url"_s);
        json::remove(root, field.pointer + u"/service"_s);
        if (!trimmed.isEmpty())
            json::set(root, field.pointer + (trimmed.contains("://"_L1) ? u"/url"_s : u"/service"_s), trimmed);
    } else if (trimmed.isEmpty()) {
        if (json::at(root, field.pointer).isBool())
            json::set(root, field.pointer, false);   // its line and what was noted beside it stay
        else
            json::remove(root, field.pointer);
    } else if (field.editor == E::Flag) {
        if (field.pointer != "/tls"_L1)
            json::set(root, field.pointer, true);
        else if (!json::at(root, field.pointer).isObject())
            json::set(root, field.pointer, QJsonObject());
    } else if (field.editor == E::Words || field.editor == E::Ports) {
        QJsonArray list;
        const QStringList words = wordsOf(trimmed);
        for (const QString &word : words) {
            bool number = false;
            const int port = word.toInt(&number);
            list.append(field.editor == E::Ports && number ? QJsonValue(port) : QJsonValue(word));
        }
        json::set(root, field.pointer, list);
    } else {
        json::set(root, field.pointer, trimmed == "\"\""_L1 ? QString() : trimmed);
    }
    profile = root.toObject();
}

void prune(QJsonObject &profile)
{
    QJsonValue root = profile;
    const QList<ProfileField> fields = profileFields();
    for (const ProfileField &field : fields) {
        const QStringList above = field.editor == E::Address ? QStringList(field.pointer) + parents(field.pointer) : parents(field.pointer);
        for (const QString &one : above) {
            const QJsonValue value = json::at(root, one);
            if (value.isObject() && value.toObject().isEmpty() && one != "/signIn"_L1)
                json::remove(root, one);
        }
    }
    profile = root.toObject();
}

}
