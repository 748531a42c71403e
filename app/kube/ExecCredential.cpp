// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ExecCredential.h"

#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSslCertificate>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::kube::ExecCredential)
};

/// Go's encoding/json of a value, compact, with HTML escapes.
QByteArray goJson(const QJsonValue &value)
{
    QByteArray text = json::compact(value);
    return text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026").replace("\xe2\x80\xa8", "\\u2028").replace("\xe2\x80\xa9", "\\u2029");
}

QByteArray clusterInfo(const ClusterConfig &config)
{
    QByteArray ca = config.caData;
    if (ca.isEmpty() && !config.caFile.isEmpty()) {
        QFile file(config.caFile);
        if (file.open(QIODevice::ReadOnly))
            ca = file.readAll();
    }
    QByteArray out = "{\"server\":" + goJson(config.server.toString());
    if (!config.tlsServerName.isEmpty())
        out += ",\"tls-server-name\":" + goJson(config.tlsServerName);
    if (config.insecureSkipTlsVerify)
        out += ",\"insecure-skip-tls-verify\":true";
    if (!ca.isEmpty())
        out += ",\"certificate-authority-data\":\"" + ca.toBase64() + '"';
    if (!config.proxyUrl.isEmpty())
        out += ",\"proxy-url\":" + goJson(config.proxyUrl);
    if (config.disableCompression)
        out += ",\"disable-compression\":true";
    const QJsonValue extension = config.auth.exec ? config.auth.exec->clusterInfoConfig : QJsonValue();
    return out + ",\"config\":" + (extension.isNull() || extension.isUndefined() ? QByteArray("null") : goJson(extension)) + '}';
}

Error refusal(const ExecConfig &exec, const QString &what, const QString &remedy = {})
{
    Error error{ErrorKind::Unauthenticated, Text::tr("The credential plugin %1 %2").arg(exec.command, what)};
    error.remedy = remedy.isEmpty() ? Text::tr("Run it in a terminal to see what it prints, and update it.") : remedy;
    return error;
}

Result<QJsonObject> objectOf(const QByteArray &output, const ExecConfig &exec)
{
    QJsonParseError parsed{};
    const QJsonDocument document = QJsonDocument::fromJson(output, &parsed);
    if (parsed.error == QJsonParseError::NoError && document.isObject())
        return document.object();
    if (output.trimmed().isEmpty())
        return refusal(exec, Text::tr("printed nothing."));
    const Result<ports::YamlDocument> yaml = yaml::makeYamlCodec()->parse(output);   // kubectl reads YAML here too
    if (yaml && yaml->value.isObject())
        return yaml->value.toObject();
    return refusal(exec, Text::tr("printed %n byte(s) that are not an ExecCredential.", nullptr, int(output.size())));
}

std::optional<Error> notOfTheKind(const QJsonObject &object, const ExecConfig &exec)
{
    const QString kind = object.value("kind"_L1).toString();
    const QString version = object.value("apiVersion"_L1).toString();
    if (kind != "ExecCredential"_L1)
        return refusal(exec, Text::tr("printed an object of kind \"%1\" instead of an ExecCredential.").arg(kind.left(60)));
    if (version != exec.apiVersion)
        return refusal(exec, Text::tr("answered with apiVersion %1, but the kubeconfig asks for %2.").arg(version.left(60), exec.apiVersion),
                       Text::tr("Set exec.apiVersion in the kubeconfig to what the plugin speaks, or update the plugin."));
    if (!object.value("status"_L1).isObject())
        return refusal(exec, Text::tr("answered without a status."));
    return std::nullopt;
}

}

QByteArray execInfo(const ClusterConfig &config, bool interactive)
{
    const ExecConfig exec = config.auth.exec.value_or(ExecConfig{});
    QByteArray out = "{\"kind\":\"ExecCredential\",\"apiVersion\":" + goJson(exec.apiVersion) + ",\"spec\":{";
    if (exec.provideClusterInfo)
        out += "\"cluster\":" + clusterInfo(config) + ',';
    return out + "\"interactive\":" + (interactive ? "true" : "false") + "}}\n";
}

Result<ports::Credential> parseExecCredential(const QByteArray &output, const ExecConfig &exec)
{
    const Result<QJsonObject> object = objectOf(output, exec);
    if (!object)
        return object.error();
    if (const std::optional<Error> error = notOfTheKind(*object, exec))
        return *error;
    const QJsonObject status = object->value("status"_L1).toObject();
    for (const QString &name : {u"token"_s, u"clientCertificateData"_s, u"clientKeyData"_s, u"expirationTimestamp"_s}) {
        const QJsonValue value = status.value(name);
        if (!value.isUndefined() && !value.isNull() && !value.isString())
            return refusal(exec, Text::tr("answered with a status.%1 that is not a text.").arg(name));
    }
    ports::Credential out;
    out.bearer = status.value("token"_L1).toString().toUtf8();
    out.clientCertificatePem = status.value("clientCertificateData"_L1).toString().toUtf8();
    out.clientKeyPem = status.value("clientKeyData"_L1).toString().toUtf8();
    if (out.bearer.isEmpty() && out.clientCertificatePem.isEmpty() && out.clientKeyPem.isEmpty())
        return refusal(exec, Text::tr("answered without a token or a certificate and key."));
    if (out.clientCertificatePem.isEmpty() != out.clientKeyPem.isEmpty())
        return refusal(exec, Text::tr("answered with a certificate or a key alone; both are needed."));
    if (!out.clientCertificatePem.isEmpty()
        && (QSslCertificate::fromData(out.clientCertificatePem, QSsl::Pem).isEmpty() || !out.clientKeyPem.contains("PRIVATE KEY-----")))
        return refusal(exec, Text::tr("answered with a certificate or key that is not PEM."));
    const QString expires = status.value("expirationTimestamp"_L1).toString();
    if (!expires.isEmpty()) {
        out.expiresAt = QDateTime::fromString(expires, Qt::ISODateWithMs).toUTC();
        if (!out.expiresAt.isValid())
            return refusal(exec, Text::tr("answered with an expirationTimestamp that is not an RFC 3339 time."));
    }
    return out;
}

}
