// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/Profiles.h"

#include "app/config/ConfigNode.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSet>
#include <QUrl>

#include <algorithm>

namespace qd::config {

using namespace Qt::StringLiterals;

namespace {

bool matches(const QString &text, const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

bool dnsLabel(const QString &text)
{
    return text.size() <= 63 && matches(text, u"[a-z0-9]([-a-z0-9]*[a-z0-9])?"_s);
}

bool port(const QString &text)
{
    bool ok = false;
    const int number = text.toInt(&ok);
    return ok && number > 0 && number < 65536;
}

bool hostAndPort(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    return colon > 0 && port(text.mid(colon + 1)) && !text.contains(u'/') && !text.contains(u' ')
        && (!text.left(colon).contains(u':') || (text.startsWith(u'[') && text.at(colon - 1) == u']'));
}

bool webUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    return url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty() && (url.scheme() == "https"_L1 || url.scheme() == "http"_L1);
}

/// OpenID Connect wants https; plain http is only good for a provider on this machine.
bool issuerUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool here = url.host() == "localhost"_L1 || url.host() == "127.0.0.1"_L1 || url.host() == "::1"_L1;
    return webUrl(text) && (url.scheme() == "https"_L1 || here) && !url.hasQuery() && !url.hasFragment();
}

bool redirectPath(const QString &text)
{
    return matches(text, u"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)+"_s);
}

class Reader {
    Q_DECLARE_TR_FUNCTIONS(qd::config::Profiles)

public:
    Reader(Findings &findings, const QString &path) : m_findings(findings), m_dir(QFileInfo(path).absoluteDir()) { }

    QList<Profile> run()
    {
        QList<Profile> out;
        const ConfigNode root(m_findings, {});
        if (!root.object({u"schema"_s, u"profiles"_s}))
            return out;
        root.schemaIs(1);
        QSet<QString> names;
        const QList<ConfigNode> nodes = root.child(u"profiles"_s).items();
        for (const ConfigNode &node : nodes) {
            const Profile profile = read(node);
            if (!profile.name.isEmpty() && names.contains(profile.name))
                node.child(u"name"_s).error(tr("The name \"%1\" is taken by a profile above.").arg(profile.name));
            names.insert(profile.name);
            out.append(profile);
        }
        return out;
    }

private:
    [[nodiscard]] QString file(const ConfigNode &node) const
    {
        const QString written = node.text();
        if (written == "~"_L1 || written.startsWith("~/"_L1))
            return QDir::cleanPath(QDir::homePath() + written.mid(1));
        return written.isEmpty() ? written : QDir::cleanPath(m_dir.absoluteFilePath(written));
    }

    static QString url(const ConfigNode &node)
    {
        return node.checked(webUrl, tr("It must be an http or https URL without a password."));
    }

    static Bearer bearer(const ConfigNode &node, Bearer otherwise)
    {
        if (!node.exists())
            return otherwise;
        const QString word = node.text();
        if (word == "idToken"_L1)
            return Bearer::IdToken;
        if (word == "accessToken"_L1)
            return Bearer::AccessToken;
        if (!word.isEmpty())
            node.error(tr("It must be idToken or accessToken."));
        return otherwise;
    }

    Profile read(const ConfigNode &node)
    {
        Profile out;
        if (!node.object({u"name"_s, u"production"_s, u"accent"_s, u"readOnly"_s, u"kubeconfig"_s, u"contexts"_s, u"namespaces"_s, u"signIn"_s,
                          u"telemetry"_s, u"ledger"_s})) {
            if (!node.exists())
                node.error(tr("It must be an object."));
            return out;
        }
        const ConfigNode name = node.child(u"name"_s);
        out.name = name.required();
        if (!out.name.isEmpty() && !matches(out.name, u"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"_s))
            name.error(tr("It may have letters, digits, \".\", \"_\" and \"-\", and begins with a letter or digit."));
        out.production = node.child(u"production"_s).flag();
        out.readOnly = node.child(u"readOnly"_s).flag();
        out.accent = node.child(u"accent"_s).checked([](const QString &text) { return matches(text, u"#[0-9a-fA-F]{6}"_s); },
                                                     tr("It must be a colour such as \"#8a2be2\", in quotes."));
        out.kubeconfig = file(node.child(u"kubeconfig"_s));
        out.contexts = node.child(u"contexts"_s).texts();
        const QList<ConfigNode> namespaces = node.child(u"namespaces"_s).items();
        for (const ConfigNode &item : namespaces) {
            out.namespaces.append(item.required());
            if (!out.namespaces.last().isEmpty() && !dnsLabel(out.namespaces.last()))
                item.error(tr("\"%1\" is not a name a namespace can have.").arg(out.namespaces.last()));
        }
        if (node.child(u"signIn"_s).exists())
            out.signIn = signIn(node.child(u"signIn"_s));
        if (node.child(u"telemetry"_s).exists())
            out.telemetry = telemetry(node.child(u"telemetry"_s));
        if (node.child(u"ledger"_s).exists())
            out.ledger = ledger(node.child(u"ledger"_s));
        return out;
    }

    SignIn signIn(const ConfigNode &node) const
    {
        SignIn out;
        if (!node.object({u"issuer"_s, u"clientId"_s, u"caFile"_s, u"scopes"_s, u"redirectPorts"_s, u"localhostName"_s,
                          u"redirectPath"_s, u"bearer"_s, u"roles"_s, u"audiences"_s, u"resource"_s}))
            return out;
        out.issuer = node.child(u"issuer"_s).required();
        if (!out.issuer.isEmpty() && !issuerUrl(out.issuer))
            node.child(u"issuer"_s).error(tr("It must be an https URL without query (http only on this machine)."));
        out.clientId = node.child(u"clientId"_s).required();
        out.caFile = file(node.child(u"caFile"_s));
        const ConfigNode scopes = node.child(u"scopes"_s);
        out.scopes = scopes.exists() ? scopes.texts() : QStringList{u"openid"_s, u"profile"_s, u"groups"_s};
        if (scopes.exists() && !out.scopes.contains(u"openid"_s))
            scopes.error(tr("The scope openid must be among them."));
        const QList<ConfigNode> redirectPorts = node.child(u"redirectPorts"_s).items();
        for (const ConfigNode &item : redirectPorts) {
            const std::optional<qint64> number = item.number();
            if (number && (*number < 1 || *number > 65535))
                item.error(tr("%1 is not a port; ports are 1 to 65535.").arg(*number));
            else if (number)
                out.redirectPorts.append(quint16(*number));
        }
        out.localhostName = node.child(u"localhostName"_s).flag();
        if (node.child(u"redirectPath"_s).exists())
            out.redirectPath = node.child(u"redirectPath"_s).checked(redirectPath, tr("It must be a path such as /callback, or \"\"."));
        out.bearer = bearer(node.child(u"bearer"_s), Bearer::IdToken);
        const QList<ConfigNode> roles = node.child(u"roles"_s).items();
        for (const ConfigNode &item : roles)
            out.roles.append(item.checked([](const QString &text) { return text.startsWith(u'/'); }, tr("It must be a JSON pointer such as /groups.")));
        out.audiences = node.child(u"audiences"_s).texts();
        out.resource = node.child(u"resource"_s).text();
        return out;
    }

    std::optional<TelemetryTarget> target(const ConfigNode &node) const
    {
        if (!node.exists() || !node.object({u"url"_s, u"service"_s, u"bearer"_s, u"tenant"_s, u"caFile"_s}))
            return std::nullopt;
        TelemetryTarget out;
        const ConfigNode service = node.child(u"service"_s);
        out.address.url = url(node.child(u"url"_s));
        const QString text = service.text();
        if (out.address.url.isEmpty() == text.isEmpty() && node.child(u"url"_s).exists() == service.exists())
            node.error(tr("It needs either url or service."));
        if (!text.isEmpty()) {
            static const QRegularExpression pattern(u"\\A([^/:\\s]+)/([^/:\\s]+):([^/:\\s]+)\\z"_s);
            const QRegularExpressionMatch match = pattern.match(text);
            if (!match.hasMatch() || !dnsLabel(match.captured(1)))
                service.error(tr("It must be NAMESPACE/NAME:PORT."));
            out.address.ns = match.captured(1);
            out.address.service = match.captured(2);
            out.address.port = match.captured(3);
        }
        const ConfigNode caFile = node.child(u"caFile"_s);
        if (caFile.exists() && service.exists())
            caFile.error(tr("It is of a url: a service is asked through the API server, which looks at its certificate itself."));
        else if (caFile.exists() && QUrl(out.address.url).scheme() == "http"_L1)
            caFile.error(tr("It is of an https url: beside http no certificate is looked at."));
        out.address.caFile = file(caFile);
        out.bearer = bearer(node.child(u"bearer"_s), Bearer::None);
        out.tenant = node.child(u"tenant"_s).text();
        return out;
    }

    Telemetry telemetry(const ConfigNode &node) const
    {
        Telemetry out;
        if (!node.object({u"prometheus"_s, u"alertmanager"_s, u"loki"_s, u"grafana"_s}))
            return out;
        out.prometheus = target(node.child(u"prometheus"_s));
        out.alertmanager = target(node.child(u"alertmanager"_s));
        out.loki = target(node.child(u"loki"_s));
        const ConfigNode grafana = node.child(u"grafana"_s);
        if (grafana.object({u"url"_s})) {
            out.grafanaUrl = url(grafana.child(u"url"_s));
            if (!grafana.child(u"url"_s).exists())
                grafana.child(u"url"_s).error(tr("It is required."));
        }
        return out;
    }

    LedgerEndpoint endpoint(const ConfigNode &node) const
    {
        LedgerEndpoint out;
        if (!node.object({u"node"_s, u"namespace"_s, u"ledgerApi"_s, u"adminApi"_s, u"tls"_s}))
            return out;
        const QStringList parts = node.child(u"node"_s).required().split(u'/');
        if (parts.size() == 2 && !parts.at(0).isEmpty() && !parts.at(1).isEmpty()) {
            out.kind = parts.at(0);
            out.name = parts.at(1);
        } else if (node.child(u"node"_s).exists()) {
            node.child(u"node"_s).error(tr("It must be KIND/NAME, for example validators/acme-mainnet."));
        }
        out.ns = node.child(u"namespace"_s).required();
        if (!out.ns.isEmpty() && !dnsLabel(out.ns))
            node.child(u"namespace"_s).error(tr("\"%1\" is not a name a namespace can have.").arg(out.ns));
        out.ledgerApi = node.child(u"ledgerApi"_s).checked(hostAndPort, tr("It must be HOST:PORT."));
        out.adminApi = node.child(u"adminApi"_s).checked(hostAndPort, tr("It must be HOST:PORT."));
        if (!node.child(u"ledgerApi"_s).exists() && !node.child(u"adminApi"_s).exists())
            node.error(tr("It needs ledgerApi, adminApi or both."));
        const ConfigNode tls = node.child(u"tls"_s);
        out.tls = tls.object({u"caFile"_s});
        out.caFile = out.tls ? file(tls.child(u"caFile"_s)) : QString();
        return out;
    }

    Ledger ledger(const ConfigNode &node) const
    {
        Ledger out;
        if (!node.object({u"audience"_s, u"endpoints"_s}))
            return out;
        out.audience = node.child(u"audience"_s).text();
        const QList<ConfigNode> items = node.child(u"endpoints"_s).items();
        for (const ConfigNode &item : items)
            out.endpoints.append(endpoint(item));
        return out;
    }

    Findings &m_findings;
    QDir m_dir;
};

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::config::Profiles)
};

void sortByPlace(QList<FileProblem> &problems)
{
    std::stable_sort(problems.begin(), problems.end(), [](const FileProblem &a, const FileProblem &b) {
        return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
}

}

const Profile *Profiles::find(const QString &name) const
{
    const auto it = std::find_if(profiles.begin(), profiles.end(), [&name](const Profile &profile) { return profile.name == name; });
    return it == profiles.end() ? nullptr : &*it;
}

QString problemText(const QString &path, const FileProblem &problem)
{
    const QString place = path + u':' + QString::number(problem.line) + u':' + QString::number(problem.column) + u": "_s;
    return problem.field.isEmpty() ? QString(place + problem.message) : QString(place + problem.field + u": "_s + problem.message);
}

CheckedProfiles checkProfiles(const ports::YamlDocument &document, const QString &path)
{
    Findings findings{document, {}, {}};
    CheckedProfiles out;
    out.profiles.path = path;
    if (!document.value.isNull())
        out.profiles.profiles = Reader(findings, path).run();
    sortByPlace(findings.errors);
    sortByPlace(findings.warnings);
    out.profiles.warnings = findings.warnings;
    out.errors = findings.errors;
    return out;
}

Result<Profiles> readProfiles(const QByteArray &text, const QString &path, const ports::YamlCodec &codec)
{
    const Result<ports::YamlDocument> document = codec.parse(text);
    if (!document) {
        Error error = document.error();
        error.message = QString(path + u": "_s + error.message);
        return error;
    }
    const CheckedProfiles checked = checkProfiles(*document, path);
    if (checked.errors.isEmpty())
        return checked.profiles;
    Error error{ErrorKind::Invalid, {}};
    QStringList lines;
    for (const FileProblem &problem : checked.errors) {
        lines.append(problemText(path, problem));
        error.causes.append({problem.field, u"FieldValueInvalid"_s, lines.last()});
    }
    error.message = lines.join(u'\n');
    error.remedy = Text::tr("Correct the file and reload it.");
    return error;
}

}
