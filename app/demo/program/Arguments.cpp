// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Arguments.h"

#include "models/core/Format.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Arguments", text);
}

enum class Form { None, Text, Port, Pid, Speed, Count, Scale, Duration, Lifetime };

struct Flag {
    const char *name;
    const char *value;     ///< name of its value, or null
    Form form;
    const char *commands;  ///< space separated; empty: all
    const char *help;
};

constexpr Flag kFlags[] = {
    {"dir", "DIR", Form::Text, "serve up", "state folder, made when it is not there; kubeconfig and audit.log go there"},
    {"port", "N", Form::Port, "serve up", "port on 127.0.0.1; any free one unless given"},
    {"parent", "PID", Form::Pid, "serve up", "end when this process does"},
    {"kubeconfig", "FILE", Form::Text, "operator seed chaos", "the kubeconfig of a cluster that has our resource definitions"},
    {"context", "NAME", Form::Text, "operator seed chaos", "a context of it; else its current one"},
    {"namespace", "NS", Form::Text, "chaos", "the object's namespace; else the context's; short: -n"},
    {"for", "D", Form::Duration, "chaos", "heals by itself after so long, for example 10m"},
    {"list", nullptr, Form::None, "chaos", "what can be broken, and on which kinds"},
    {"speed", "X", Form::Speed, "operator up", "how much faster than a real network, 1 unless given, up to 1000"},
    {"scale", "N", Form::Scale, "seed up", "N more parties, up to 100000, and a tenth of N more nodes"},
    {"seed", "N", Form::Count, "operator seed up", "the same number plays the same piece; 1 unless given"},
    {"issuer", nullptr, Form::None, "serve", "an OpenID provider beside it, as up has one"},
    {"issuer-tls", nullptr, Form::None, "serve up", "the issuer speaks https, with an authority that browsers do not know; else http, on loopback"},
    {"no-instruments", nullptr, Form::None, "up", "no Prometheus and Alertmanager beside it; QUARTERDECK_DEMO_INSTRUMENTS=off says the same"},
    {"no-history", nullptr, Form::None, "up", "the Prometheus begins now, and is not told the six hours before"},
    {"token-lifetime", "D", Form::Lifetime, "serve up", "how long the issuer's tokens last, 2s to 24h; 15m by the speed unless given"},
    {"help", nullptr, Form::None, "", "this text"},
    {"version", nullptr, Form::None, "", "the version"},
};

struct CommandInfo {
    const char *name;
    const char *words;
    const char *needed;    ///< flags it cannot do without
    const char *help;
};

constexpr CommandInfo kCommands[] = {
    {"up", "", "dir", "the whole demo network: API server, the consortium's resources, operator"},
    {"serve", "", "dir", "an API server in memory, with our resources and a kubeconfig for each persona"},
    {"operator", "", "kubeconfig", "acts on the resources, against any API server that has them"},
    {"seed", "", "kubeconfig", "makes the consortium's resources; what is there already stays"},
    {"chaos", "KIND/NAME FAULT", "", "breaks something, or heals it with the fault none"},
};

Error usage(const QString &message, const QString &remedy = {})
{
    return {ErrorKind::Invalid, message, remedy.isEmpty() ? tr("quarterdeck-demo --help lists what there is.") : remedy};
}

const CommandInfo *findCommand(const QString &name)
{
    const auto found = std::find_if(std::begin(kCommands), std::end(kCommands), [&name](const CommandInfo &c) { return name == QLatin1StringView(c.name); });
    return found == std::end(kCommands) ? nullptr : found;
}

const Flag *findFlag(const QString &name)
{
    const auto found = std::find_if(std::begin(kFlags), std::end(kFlags), [&name](const Flag &f) { return name == QLatin1StringView(f.name); });
    return found == std::end(kFlags) ? nullptr : found;
}

bool listed(const char *names, const QString &name)
{
    const QString all = QString::fromLatin1(names);
    return all.isEmpty() || all.split(u' ').contains(name);
}

bool fits(Form form, const QString &value)
{
    bool ok = true;
    switch (form) {
    case Form::None: return true;
    case Form::Text: return !value.isEmpty();
    case Form::Port: return value.toUShort(&ok) > 0 && ok;
    case Form::Pid: return value.toInt(&ok) > 0 && ok;
    case Form::Speed: return value.toDouble(&ok) > 0 && ok && value.toDouble() <= 1000;
    case Form::Count: (void)value.toULongLong(&ok); return ok;
    case Form::Scale: return value.toInt(&ok) >= 0 && ok && value.toInt() <= 100000;
    case Form::Duration: return parseDuration(value) >= 0;
    case Form::Lifetime: return parseDuration(value) >= 2000 && parseDuration(value) <= 24 * 3600 * 1000;
    }
    return false;
}

Result<Done> takeFlag(const QStringList &arguments, qsizetype &i, Arguments &out)
{
    QString name = arguments.at(i).mid(2);
    QString value;
    const bool inOne = name.contains(u'=');
    if (inOne) {
        value = name.section(u'=', 1);
        name = name.section(u'=', 0, 0);
    }
    const Flag *flag = arguments.at(i).startsWith("--"_L1) ? findFlag(name) : nullptr;
    if (flag == nullptr && arguments.at(i) == "-h"_L1)
        flag = findFlag(u"help"_s);
    if (flag == nullptr && arguments.at(i) == "-n"_L1)
        flag = findFlag(u"namespace"_s);
    if (flag == nullptr)
        return usage(tr("\"%1\" is no option of quarterdeck-demo.").arg(arguments.at(i)));
    if (flag->value == nullptr && inOne)
        return usage(tr("--%1 takes no value.").arg(name));
    if (flag->value != nullptr && !inOne) {
        if (++i >= arguments.size())
            return usage(tr("--%1 needs a value: %2.").arg(name, QString::fromLatin1(flag->value)));
        value = arguments.at(i);
    }
    if (flag->value != nullptr && !fits(flag->form, value))
        return usage(tr("\"%1\" is no value of --%2: %3").arg(value, name, tr(flag->help)));
    out.flags.insert(QString::fromLatin1(flag->name), flag->value == nullptr ? u"true"_s : value);
    return Done{};
}

Result<Done> check(const Arguments &out)
{
    const CommandInfo *info = findCommand(out.command);
    const QStringList words = QString::fromLatin1(info->words).split(u' ', Qt::SkipEmptyParts);
    if (out.words.size() > words.size())
        return usage(tr("\"%1\" is one word too many.").arg(out.words.at(words.size())));
    for (auto it = out.flags.begin(); it != out.flags.end(); ++it) {
        if (!listed(findFlag(it.key())->commands, out.command))
            return usage(tr("--%1 is no option of %2.").arg(it.key(), out.command));
    }
    for (const QString &needed : QString::fromLatin1(info->needed).split(u' ', Qt::SkipEmptyParts)) {
        if (!out.has(needed))
            return usage(tr("%1 needs --%2.").arg(out.command, needed), tr("Usage: quarterdeck-demo %1 --%2 %3").arg(out.command, needed, QString::fromLatin1(findFlag(needed)->value)));
    }
    return Done{};
}

}

Result<Arguments> parseArguments(const QStringList &arguments)
{
    Arguments out;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments.at(i).size() > 1 && arguments.at(i).startsWith(u'-')) {
            if (const auto taken = takeFlag(arguments, i, out); !taken)
                return taken.error();
        } else {
            out.words.append(arguments.at(i));
        }
    }
    if (out.has(u"version"_s) || out.has(u"help"_s)) {
        out.command = out.has(u"version"_s) ? u"version"_s : u"help"_s;
        return out;
    }
    if (out.words.isEmpty())
        return usage(tr("A command is missing."));
    out.command = out.words.takeFirst();
    if (out.command == "help"_L1 || out.command == "version"_L1)
        return out;
    if (findCommand(out.command) == nullptr)
        return usage(tr("\"%1\" is no command of quarterdeck-demo.").arg(out.command));
    if (const auto fine = check(out); !fine)
        return fine.error();
    return out;
}

std::chrono::seconds tokenLifetime(const Arguments &arguments)
{
    if (arguments.has(u"token-lifetime"_s))
        return std::chrono::seconds(parseDuration(arguments.value(u"token-lifetime"_s)) / 1000);
    return std::chrono::seconds(std::max(10, int(900 / arguments.value(u"speed"_s, u"1"_s).toDouble())));
}

QString helpText(const QString &command)
{
    const CommandInfo *one = findCommand(command);
    QString text = tr("The demo network of Quarterdeck: a Kubernetes API on 127.0.0.1 that other programs talk to like any other.\n\n"
                      "quarterdeck-demo COMMAND [options]\n\nCommands\n");
    for (const CommandInfo &info : kCommands) {
        const QString name = QString(QString::fromLatin1(info.name) + u' ' + QString::fromLatin1(info.words)).trimmed();
        if (one == nullptr || one == &info)
            text += QString(u"  "_s + name.leftJustified(24) + u' ' + tr(info.help) + u'\n');
    }
    text += tr("\nOptions\n");
    for (const Flag &flag : kFlags) {
        const QString name = QString(u"--"_s + QString::fromLatin1(flag.name) + (flag.value == nullptr ? QString() : QString(u' ' + QString::fromLatin1(flag.value))));
        if (one == nullptr || listed(flag.commands, command))
            text += QString(u"  "_s + name.leftJustified(24) + u' ' + tr(flag.help) + u'\n');
    }
    return text;
}

}
