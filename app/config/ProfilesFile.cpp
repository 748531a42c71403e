// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/ProfilesFile.h"

#include "app/config/YamlEdit.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QSaveFile>

namespace qd::config {

using namespace Qt::StringLiterals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::config::ProfilesFile)
};

constexpr qint64 kLargest = 4 * 1024 * 1024;

/// In the order of the documentation; each object's own are among them in its order.
const QStringList &keyOrder()
{
    static const QStringList kKeys = {
        u"schema"_s,      u"profiles"_s,   u"name"_s,          u"node"_s,         u"namespace"_s, u"production"_s, u"accent"_s,       u"readOnly"_s,
        u"kubeconfig"_s,  u"contexts"_s,   u"namespaces"_s,    u"signIn"_s,       u"telemetry"_s, u"ledger"_s,     u"issuer"_s,       u"clientId"_s,
        u"caFile"_s,      u"scopes"_s,     u"redirectPorts"_s, u"localhostName"_s, u"redirectPath"_s, u"prometheus"_s, u"alertmanager"_s, u"loki"_s,
        u"grafana"_s,     u"url"_s,        u"service"_s,       u"bearer"_s,       u"roles"_s,     u"audiences"_s,  u"resource"_s,     u"tenant"_s,
        u"audience"_s,    u"endpoints"_s,  u"ledgerApi"_s,     u"adminApi"_s,     u"tls"_s};
    return kKeys;
}

ports::ProfileNote noteOf(const FileProblem &problem)
{
    return {problem.field, problem.message, problem.line, problem.column};
}

Error storage(const QString &path, const QString &what, const QString &remedy)
{
    return {ErrorKind::Storage, Text::tr("%1 could not be %2").arg(path, what), remedy};
}

ports::ProfileFile understood(const QString &path, const QByteArray &text, const ports::YamlCodec &codec)
{
    ports::ProfileFile out;
    out.path = path;
    out.there = true;
    out.text = text;
    const Result<ports::YamlDocument> document = codec.parse(text);
    if (!document) {
        out.errors.append({{}, document.error().message, 0, 0});
        return out;
    }
    const CheckedProfiles checked = checkProfiles(*document, path);
    for (const FileProblem &problem : checked.errors)
        out.errors.append(noteOf(problem));
    for (const FileProblem &problem : checked.profiles.warnings)
        out.warnings.append(noteOf(problem));
    const QJsonArray profiles = document->value.toObject().value("profiles"_L1).toArray();
    for (const QJsonValue &profile : profiles)
        out.profiles.append(profile.toObject());
    return out;
}

/// Where a change is in the list of profiles: behind the last one for one more, -1 when there is none of that name.
qsizetype placeOf(const QList<QJsonObject> &profiles, const QString &name)
{
    if (name.isEmpty())
        return profiles.size();
    for (qsizetype i = 0; i < profiles.size(); ++i) {
        if (profiles.at(i).value("name"_L1).toString() == name)
            return i;
    }
    return -1;
}

QJsonObject changedRoot(QJsonObject root, const QList<QJsonObject> &profiles, const ports::ProfileChange &change)
{
    const qsizetype place = placeOf(profiles, change.name);
    QJsonArray out;
    for (qsizetype i = 0; i < profiles.size(); ++i) {
        if (i != place)
            out.append(profiles.at(i));
        else if (!change.value.isEmpty())
            out.append(change.value);
    }
    if (place == profiles.size())
        out.append(change.value);
    if (!root.contains("schema"_L1))
        root.insert("schema"_L1, 1);
    root.insert("profiles"_L1, out);
    return root;
}

Result<Done> write(const QString &path, const QByteArray &text)
{
    const QFileInfo info(path);
    const QString folder = info.absolutePath();
    if (!info.dir().exists() && !QDir().mkpath(folder))
        return storage(folder, Text::tr("made."), Text::tr("Make the folder yourself, or name another with --config-dir."));
    const bool there = info.exists();
    const QFileDevice::Permissions mode = there ? info.permissions() : (QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    QSaveFile file(path);
    const QString remedy = Text::tr("What was there is unchanged. See to the space and the rights of %1, then save again.").arg(folder);
    if (there && !info.isWritable())
        return storage(path, Text::tr("written: it is write-protected."), remedy);
    if (!file.open(QIODevice::WriteOnly))
        return storage(path, Text::tr("written: %1.").arg(file.errorString()), remedy);
    file.setPermissions(mode);
    file.write(text);
    if (!file.commit())
        return storage(path, Text::tr("written: %1.").arg(file.errorString()), remedy);
    return Done{};
}

}

Result<ports::ProfileFile> readProfilesFile(const QString &path, const ports::YamlCodec &codec)
{
    QFile file(path);
    ports::ProfileFile absent;
    absent.path = path;
    if (!file.exists())
        return absent;
    if (!file.open(QIODevice::ReadOnly))
        return storage(path, Text::tr("read: %1.").arg(file.errorString()), Text::tr("See to its rights, then read it again."));
    if (file.size() > kLargest)
        return storage(path, Text::tr("read: it is larger than 4 MB."), Text::tr("No profiles are that large; see what it holds."));
    return understood(path, file.readAll(), codec);
}

Result<ports::ProfileFile> saveProfile(const ports::ProfileFile &base, const ports::ProfileChange &change, const ports::YamlCodec &codec)
{
    const Result<ports::ProfileFile> now = readProfilesFile(base.path, codec);
    if (!now)
        return now.error();
    if (now->there != base.there || now->text != base.text)
        return Error{ErrorKind::Conflict, Text::tr("%1 was changed by another program since it was read here.").arg(base.path),
                     Text::tr("Read it again; what you entered stays, and goes over what is there then.")};
    if (!now->errors.isEmpty())
        return Error{ErrorKind::Invalid, Text::tr("%1 is broken and is not written.").arg(base.path), Text::tr("Open the file and correct it first.")};
    if (placeOf(now->profiles, change.name) < 0)
        return Error{ErrorKind::NotFound, Text::tr("%1 has no profile \"%2\".").arg(base.path, change.name), Text::tr("Save it under a new name.")};
    const QList<ports::ProfileNote> problems = checkProfile(*now, change);
    if (!problems.isEmpty()) {
        Error error{ErrorKind::Invalid, Text::tr("The profile has %n field(s) to correct.", nullptr, int(problems.size())), {}};
        for (const ports::ProfileNote &problem : problems)
            error.causes.append({problem.field, u"FieldValueInvalid"_s, problem.message});
        return error;
    }
    const Result<ports::YamlDocument> document = codec.parse(now->text);
    const QJsonObject root = document ? document->value.toObject() : QJsonObject();
    const Result<QByteArray> text = editYaml(now->text, changedRoot(root, now->profiles, change), keyOrder(), codec);
    if (!text)
        return text.error();
    if (const Result<Done> written = write(base.path, *text); !written)
        return written.error();
    return readProfilesFile(base.path, codec);
}

QList<ports::ProfileNote> checkProfile(const ports::ProfileFile &base, const ports::ProfileChange &change)
{
    QList<ports::ProfileNote> out;
    if (change.value.isEmpty())
        return out;
    // Moved to the end, so that a name taken by a profile below it is told here too.
    QJsonArray profiles;
    for (const QJsonObject &profile : base.profiles) {
        if (change.name.isEmpty() || profile.value("name"_L1).toString() != change.name)
            profiles.append(profile);
    }
    const QString own = u"profiles[%1]"_s.arg(profiles.size());
    profiles.append(change.value);
    const CheckedProfiles checked = checkProfiles({QJsonObject{{u"schema"_s, 1}, {u"profiles"_s, profiles}}, {}}, base.path);
    for (const FileProblem &problem : checked.errors) {
        if (problem.field.startsWith(own))
            out.append({problem.field.mid(own.size() + 1), problem.message, 0, 0});
    }
    return out;
}

Profile readProfile(const QJsonObject &value, const QString &path)
{
    const CheckedProfiles checked = checkProfiles({QJsonObject{{u"schema"_s, 1}, {u"profiles"_s, QJsonArray{value}}}, {}}, path);
    return checked.profiles.profiles.value(0);
}

}
