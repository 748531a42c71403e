// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/KubeConfig.h"

#include "app/kube/KubeConfigDecode.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QSet>

#include <algorithm>

#include <cerrno>
#include <sys/stat.h>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::kube::KubeConfig)
};

bool missing(const QString &path)
{
    struct stat info;
    return ::stat(QFile::encodeName(path).constData(), &info) != 0 && errno == ENOENT;
}

/// Adds what is not there yet: the first file wins the whole entry.
void mergeInto(QList<KubeEntry> &into, const QList<KubeEntry> &more)
{
    QSet<QString> known;
    for (const KubeEntry &entry : std::as_const(into))
        known.insert(entry.name);
    for (const KubeEntry &entry : more) {
        if (!known.contains(entry.name))
            into.append(entry);
    }
    std::sort(into.begin(), into.end(), [](const KubeEntry &a, const KubeEntry &b) { return a.name.toUtf8() < b.name.toUtf8(); });
}

Error all(const QList<Error> &errors)
{
    if (errors.size() == 1)
        return errors.first();
    Error out{ErrorKind::Invalid, {}};
    QStringList messages;
    for (const Error &error : errors) {
        messages.append(error.text());
        out.causes += error.causes;
    }
    out.message = messages.join(u' ');
    return out;
}

QJsonValue listOf(const QList<KubeEntry> &entries, const QString &inner)
{
    if (entries.isEmpty())
        return QJsonValue::Null;
    QJsonArray out;
    for (const KubeEntry &entry : entries)
        out.append(QJsonObject{{u"name"_s, entry.name}, {inner, entry.fields}});
    return out;
}

QJsonArray extensionsOf(const QList<KubeEntry> &entries)
{
    QJsonArray out;
    for (const KubeEntry &entry : entries)
        out.append(QJsonObject{{u"name"_s, entry.name}, {u"extension"_s, entry.fields.value("extension"_L1)}});
    return out;
}

void redact(QJsonObject &fields)
{
    for (const QString &name : {u"client-key-data"_s, u"client-certificate-data"_s, u"certificate-authority-data"_s}) {
        if (fields.contains(name))
            fields.insert(name, u"DATA+OMITTED"_s);
    }
    for (const QString &name : {u"token"_s, u"password"_s}) {
        if (fields.contains(name))
            fields.insert(name, u"REDACTED"_s);
    }
}

}

Result<QByteArray> readConfigFile(const QString &path, const QString &shown)
{
    constexpr qsizetype limit = 16 * 1024 * 1024;
    QFile file(path);
    if (QFileInfo(path).isDir())
        return Error{ErrorKind::Invalid, Text::tr("%1 is a folder, not a file.").arg(shown), Text::tr("Name the file in it.")};
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Invalid, Text::tr("%1 cannot be read: %2.").arg(shown, file.errorString()), Text::tr("Check its owner and mode (ls -l).")};
    QByteArray content;
    for (QByteArray chunk = file.read(65536); !chunk.isEmpty() && content.size() <= limit; chunk = file.read(65536))
        content += chunk;
    if (content.size() > limit)
        return Error{ErrorKind::Invalid, Text::tr("%1 is larger than 16 MiB.").arg(shown), Text::tr("Check that it is the right file.")};
    return content;
}

KubeConfigOptions KubeConfigOptions::fromEnvironment()
{
    KubeConfigOptions options;
    options.kubeconfigEnv = qEnvironmentVariable("KUBECONFIG");
    options.homeDir = QDir::homePath();
    options.workDir = QDir::currentPath();
    options.serviceHost = qEnvironmentVariable("KUBERNETES_SERVICE_HOST");
    options.servicePort = qEnvironmentVariable("KUBERNETES_SERVICE_PORT");
    return options;
}

QStringList KubeConfigOptions::files() const
{
    if (!explicitPath.isEmpty())
        return {explicitPath};
    if (kubeconfigEnv.isEmpty())
        return {QString(homeDir + u"/.kube/config"_s)};
    QStringList files = kubeconfigEnv.split(QDir::listSeparator(), Qt::SkipEmptyParts);
    files.removeDuplicates();
    return files;
}

Result<KubeConfig> KubeConfig::load(const KubeConfigOptions &options)
{
    KubeConfig config;
    config.m_options = options;
    const QDir work(options.workDir.isEmpty() ? QDir::currentPath() : options.workDir);
    config.m_options.workDir = work.absolutePath();
    QList<Error> errors;
    const QStringList files = options.files();
    for (const QString &file : files) {
        const QString path = work.absoluteFilePath(file);
        if (missing(path)) {
            if (!options.explicitPath.isEmpty())
                return Error{ErrorKind::NotFound, Text::tr("The kubeconfig %1 does not exist.").arg(file),
                             Text::tr("Check the path given with --kubeconfig or in the profile.")};
            config.m_missing.append(file);
            continue;
        }
        const Result<QByteArray> content = readConfigFile(path, file);
        const Result<DecodedKubeConfig> decoded = content ? decodeKubeConfig(*content, file) : Result<DecodedKubeConfig>(content.error());
        if (!decoded) {
            errors.append(decoded.error());
            continue;
        }
        config.m_files.append(file);
        mergeInto(config.m_clusters, decoded->clusters);
        mergeInto(config.m_users, decoded->users);
        mergeInto(config.m_contexts, decoded->contexts);
        mergeInto(config.m_extensions, decoded->extensions);
        mergeInto(config.m_preferenceExtensions, decoded->preferenceExtensions);
        config.m_colors = config.m_colors || decoded->colors;
        if (config.m_current.isEmpty())
            config.m_current = decoded->current;
    }
    if (!errors.isEmpty())
        return all(errors);
    return config;
}

QString KubeConfig::currentContext() const
{
    return m_options.overrides.context.isEmpty() ? m_current : m_options.overrides.context;
}

QList<KubeContext> KubeConfig::contexts() const
{
    QList<KubeContext> out;
    for (const KubeEntry &entry : m_contexts)
        out.append({entry.name, entry.fields.value("cluster"_L1).toString(), entry.fields.value("user"_L1).toString(),
                    entry.fields.value("namespace"_L1).toString(), entry.file});
    return out;
}

bool KubeConfig::inCluster() const
{
    const KubeOverrides &overrides = m_options.overrides;
    const QFileInfo token(m_options.serviceAccountDir + u"/token"_s);
    return currentContext().isEmpty() && overrides.cluster.isEmpty() && overrides.server.isEmpty() && !m_options.serviceHost.isEmpty()
        && !m_options.servicePort.isEmpty() && token.exists() && !token.isDir();
}

const KubeEntry *KubeConfig::find(const QList<KubeEntry> &list, const QString &name) const
{
    const auto it = std::find_if(list.begin(), list.end(), [&name](const KubeEntry &entry) { return entry.name == name; });
    return it == list.end() ? nullptr : &*it;
}

QString KubeConfig::path(const QString &reference, const QString &file) const
{
    if (reference.isEmpty() || QDir::isAbsolutePath(reference))
        return reference;
    const QDir base = QFileInfo(QDir(m_options.workDir).absoluteFilePath(file)).dir();
    return QDir::cleanPath(base.absoluteFilePath(reference));
}

Result<QJsonObject> KubeConfig::document(bool raw) const
{
    QList<Error> errors;
    // tokenFile and exec.command stay as written: kubectl config does not resolve them
    const auto flatten = [this, &errors, raw](QList<KubeEntry> entries, const QString &what, const QStringList &fileFields) {
        for (KubeEntry &entry : entries) {
            for (const QString &field : fileFields) {
                const QString reference = entry.fields.take(field).toString();
                if (reference.isEmpty())
                    continue;
                const QString data = field + u"-data"_s;
                const QString place = Text::tr("%1: %2 \"%3\"").arg(entry.file, what, entry.name);
                if (entry.fields.contains(data)) {
                    errors.append({ErrorKind::Invalid, Text::tr("%1 has both %2 and %3.").arg(place, field, data), Text::tr("Remove one of them.")});
                    continue;
                }
                const QString file = path(reference, entry.file);
                const Result<QByteArray> content = readConfigFile(file, file);
                if (!content) {
                    errors.append({ErrorKind::Invalid, Text::tr("%1, %2: %3").arg(place, field, content.error().message), content.error().remedy});
                } else if (!content->isEmpty()) {
                    entry.fields.insert(data, QString::fromLatin1(content->toBase64()));
                }
            }
            if (!raw)
                redact(entry.fields);
        }
        return entries;
    };
    QJsonObject out{{u"kind"_s, u"Config"_s}, {u"apiVersion"_s, u"v1"_s}, {u"current-context"_s, m_current}};
    out.insert(u"clusters"_s, listOf(flatten(m_clusters, u"cluster"_s, {u"certificate-authority"_s}), u"cluster"_s));
    out.insert(u"users"_s, listOf(flatten(m_users, u"user"_s, {u"client-certificate"_s, u"client-key"_s}), u"user"_s));
    out.insert(u"contexts"_s, listOf(m_contexts, u"context"_s));
    QJsonObject preferences;
    if (m_colors)
        preferences.insert(u"colors"_s, true);
    if (!m_preferenceExtensions.isEmpty())
        preferences.insert(u"extensions"_s, extensionsOf(m_preferenceExtensions));
    if (!preferences.isEmpty())
        out.insert(u"preferences"_s, preferences);
    if (!m_extensions.isEmpty())
        out.insert(u"extensions"_s, extensionsOf(m_extensions));
    if (!errors.isEmpty())
        return all(errors);
    return out;
}

}
