// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/CommandLine.h"

#include "models/core/Format.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("CommandLine", text);
}

struct Flag {
    const char *name;
    char letter;           ///< 0: none
    const char *value;     ///< name of its value, or null
    const char *commands;  ///< space separated; empty: all
    const char *help;
};

constexpr Flag kFlags[] = {
    {"kubeconfig", 0, "FILE", "", "the kubeconfig; else as kubectl finds it"},
    {"context", 0, "NAME", "", "a context of the kubeconfig"},
    {"namespace", 'n', "NS", "", "the namespace"},
    {"all-namespaces", 'A', nullptr, "", "all namespaces"},
    {"as", 0, "USER", "", "impersonate this user"},
    {"as-group", 0, "GROUP", "", "impersonate this group; may be given several times"},
    {"as-uid", 0, "UID", "", "impersonate this uid"},
    {"request-timeout", 0, "D", "", "time limit of one request, for example 30s"},
    {"profile", 0, "NAME", "", "a profile of profiles.yaml; watch and show use all its contexts, doctor and do want one (--context)"},
    {"demo", 0, nullptr, "", "on a demo network that is started for it and ends with it; --context names one of its persons, --profile demo signs in there (the window)"},
    {"config-dir", 0, "DIR", "", "where profiles.yaml is, and the window's settings"},
    {"verbose", 'v', nullptr, "", "log to stderr"},
    {"output", 'o', "FORMAT", "", "json; for journal also cef and syslog, for login and whoami table (what they print anyway)"},
    {"help", 'h', nullptr, "", "this text"},
    {"version", 0, nullptr, "", "the version"},
    {"raw", 0, nullptr, "config", "secrets as they are"},
    {"flatten", 0, nullptr, "config", "files inlined, always on"},
    {"until-synced", 0, nullptr, "watch", "end when the list is complete"},
    {"for", 0, "D", "watch silence", "watch: end after this time; silence: it holds for this long from now, 2h unless given"},
    {"selector", 'l', "SEL", "watch", "label selector"},
    {"section", 0, "S", "show", "declared, reported, observed, drift, verdict, conditions or events"},
    {"reason", 0, "TEXT", "do", "goes to the journal and the object's annotation"},
    {"dry-run", 0, nullptr, "do silence", "preview only"},
    {"yes", 'y', nullptr, "do silence", "do not ask"},
    {"confirm", 0, "NAME", "do silence", "the typed name that production and destructive changes need"},
    {"until", 0, "T", "silence", "it holds until then, for example 2026-01-31T18:00:00Z"},
    {"comment", 0, "TEXT", "silence", "why; everybody who looks at the alerts reads it"},
    {"author", 0, "NAME", "silence", "who silences, where the cluster does not say who you are"},
    {"silences", 0, nullptr, "alerts", "the silences instead, with their ids"},
    {"no-follow", 0, nullptr, "do", "do not wait until it has settled"},
    {"timeout", 0, "D", "do", "how long to follow, 10m unless given"},
    {"since", 0, "D", "journal logs", "only records or lines not older than this; of logs 1h unless given"},
    {"follow", 'f', nullptr, "logs", "go on with what is written"},
    {"component", 0, "C", "logs", "only of this part of the node, for example participant"},
    {"level", 0, "L", "logs", "only lines of this level and above: debug, info, warn or error"},
    {"grep", 0, "T", "logs", "only lines with this text"},
    {"verify", 0, nullptr, "journal", "check the hash chain"},
    {"start", 0, "T", "metrics", "from this time (2026-01-31T12:00:00Z, seconds since 1970, now-6h); then one reading a step"},
    {"end", 0, "T", "metrics", "until this time, now unless given; without --start the one time that is asked about"},
    {"step", 0, "D", "metrics", "one reading each, for example 30s; else about 250 of them, 15s at least"},
    {"check", 0, nullptr, "metrics", "of dashboards: only what is wrong with their files, by line and column"},
    {"device", 0, nullptr, "login", "with a code that is typed in on any device, without a browser here"},
    {"browser", 0, "CMD", "login logout", "the program that gets the link as its last argument (others can read it there: it holds no token and no code); else the desktop's own"},
    {"everywhere", 0, nullptr, "logout", "also open the page that ends the provider's own session"},
    {"tour", 0, "DIR", "tour", "pictures of every pane and dialog in their states"},
    {"theme", 0, "T", "tour", "light, dark or both"},
    {"scale", 0, "N", "tour", "1, 2 or both"},
};

struct CommandInfo {
    const char *name;
    const char *words;
    const char *help;
    int least = 0;         ///< words it needs
    int most = 0;          ///< and takes
};

constexpr int kMany = 1000;

constexpr CommandInfo kCommands[] = {
    {"config view", "", "the kubeconfig as merged and resolved, like kubectl config view --flatten"},
    {"doctor", "", "reachable, who am I, kinds, permissions, and what to do about what is missing"},
    {"watch", "KIND", "rows as the store has them, one line a change", 1, 1},
    {"show", "KIND/NAME", "declared, reported and observed side by side", 1, 1},
    {"actions", "[KIND]", "every action with its keys, its right and its danger", 0, 1},
    {"do", "ACTION KIND/NAME [key=value ...]", "a reviewed change: previewed, confirmed, followed, journaled", 2, kMany},
    {"journal", "", "the record of every change made here"},
    {"alerts", "[FILTER ...]", "what fires, waits and is silenced, of Alertmanager and Prometheus together", 0, kMany},
    {"silence create", "MATCHER [MATCHER ...]", "nobody is called for alerts with these labels for a while: alertname=X job=~\"acme-.*\"", 1, kMany},
    {"silence extend", "ID", "a silence holds for longer, or shorter", 1, 1},
    {"silence expire", "ID", "a silence ends now", 1, 1},
    {"login", "", "sign in as the profile says, through the browser, and keep it in the keyring"},
    {"logout", "", "forget the sign-in here and tell the provider"},
    {"whoami", "", "the person of the sign-in, roles with their source, and who that is to the cluster"},
    {"help", "[TOPIC]", "the window's help as text; without a topic, what there is", 0, kMany},
    {"verdicts", "", "progressing, degraded, stuck or not determined for every node, with the evidence"},
    {"metrics dashboards", "", "the dashboards there are, and with --check only what is wrong with the files of CONFIGDIR/dashboards"},
    {"logs", "KIND/NAME", "the log lines of a node's pods, of Loki where there is one, else of the pods", 1, 1},
    {"metrics query", "EXPR", "what Prometheus answers to a query, through the client the charts use", 1, 1},
};

const Flag *findFlag(const QString &name)
{
    for (const Flag &flag : kFlags) {
        if (name == QLatin1StringView(flag.name) || (name.size() == 1 && flag.letter && name.at(0) == QLatin1Char(flag.letter)))
            return &flag;
    }
    return nullptr;
}

const CommandInfo *find(const QString &command)
{
    const auto it = std::find_if(std::begin(kCommands), std::end(kCommands), [&command](const CommandInfo &c) { return command == QLatin1StringView(c.name); });
    return it == std::end(kCommands) ? nullptr : &*it;
}

/// What may follow the first word of a command of two.
QStringList secondWords(const QString &first)
{
    QStringList out;
    for (const CommandInfo &info : kCommands) {
        const QString name = QString::fromLatin1(info.name);
        if (name.contains(u' ') && name.section(u' ', 0, 0) == first)
            out.append(name.section(u' ', 1));
    }
    return out;
}

bool belongs(const Flag &flag, const QString &command)
{
    const QString commands = QString::fromLatin1(flag.commands);
    return commands.isEmpty() || commands.split(u' ').contains(command.section(u' ', 0, 0));
}

Error usage(const QString &message, const QString &remedy = {})
{
    return {ErrorKind::Invalid, message, remedy.isEmpty() ? tr("quarterdeck --help lists what there is.") : remedy};
}

/// Takes the flag at `i`, and its value, which may be the next argument. Moves i.
Result<Done> takeFlag(const QStringList &arguments, qsizetype &i, Invocation &out)
{
    const QString &argument = arguments.at(i);
    const bool longForm = argument.startsWith("--"_L1);
    QString name = argument.mid(longForm ? 2 : 1);
    std::optional<QString> value;
    if (longForm && name.contains(u'=')) {
        value = name.section(u'=', 1);
        name = name.section(u'=', 0, 0);
    } else if (!longForm && name.size() > 1) {
        value = name.mid(name.at(1) == u'=' ? 2 : 1);
        name = name.left(1);
    }
    const Flag *flag = longForm == (name.size() > 1) ? findFlag(name) : nullptr;
    if (!flag)
        return usage(tr("\"%1\" is no option of quarterdeck.").arg(argument));
    if (flag->value && !value) {
        if (++i >= arguments.size())
            return usage(tr("%1 needs a value: %2.").arg(argument, QString::fromLatin1(flag->value)));
        value = arguments.at(i);
    }
    if (!flag->value && value && *value != "true"_L1)
        return usage(tr("--%1 takes no value.").arg(QString::fromLatin1(flag->name)));
    out.flags[QString::fromLatin1(flag->name)].append(value.value_or(u"true"_s));
    return Done{};
}

Result<Done> nameCommand(Invocation &out)
{
    if (out.has(u"version"_s) || out.has(u"help"_s)) {
        out.command = out.has(u"version"_s) ? u"version"_s : u"help"_s;
        if (out.command == "version"_L1)
            out.words.clear();
        return Done{};
    }
    if (out.has(u"tour"_s)) {
        out.command = u"tour"_s;
        return out.words.isEmpty() ? Result<Done>(Done{}) : usage(tr("--tour takes no command beside it."));
    }
    if (out.words.isEmpty())
        return Done{};
    out.command = out.words.takeFirst();
    if (out.command == "help"_L1)
        return Done{};   // whether there is such a topic is known where they are
    if (isCommand(out.command) && !find(out.command)) {   // of two words
        const QString sub = out.words.isEmpty() ? QString() : out.words.takeFirst();
        const QStringList known = secondWords(out.command);
        if (!known.contains(sub))
            return usage(known.size() == 1 ? tr("%1 knows only \"%1 %2\".").arg(out.command, known.first())
                                           : tr("%1 needs one of these words: %2.").arg(out.command, known.join(u", "_s)));
        out.command += u' ' + sub;
    }
    return isCommand(out.command) ? Result<Done>(Done{}) : usage(tr("\"%1\" is no command of quarterdeck.").arg(out.command));
}

Result<Done> checkWords(const Invocation &out)
{
    const qsizetype count = out.words.size();
    const CommandInfo *info = find(out.command);
    const qsizetype most = info ? info->most : 0;
    const qsizetype least = info ? info->least : 0;
    if (count < least || count > most) {
        const QString words = info ? QString::fromLatin1(info->words) : QString();
        const QString remedy = tr("Usage: quarterdeck %1").arg(QString(out.command + u' ' + words).simplified());
        return usage(count < least ? tr("%1 needs %2.").arg(out.command, words.section(u" ["_s, 0, 0))
                                   : tr("\"%1\" is one word too many.").arg(out.words.at(most)), remedy);
    }
    for (auto it = out.flags.begin(); it != out.flags.end(); ++it) {
        const Flag *flag = findFlag(it.key());
        if (!belongs(*flag, out.command) && out.command != "help"_L1)
            return usage(tr("--%1 is no option of %2.").arg(it.key(), out.command.isEmpty() ? u"quarterdeck"_s : out.command));
    }
    if (out.has(u"demo"_s) && out.has(u"kubeconfig"_s))
        return usage(tr("--demo brings its own cluster; --kubeconfig cannot go with it."));
    if (out.has(u"demo"_s) && out.has(u"profile"_s) && out.value(u"profile"_s) != "demo"_L1)
        return usage(tr("--demo brings its own cluster; only --profile demo can go with it, which signs in at its issuer."));
    if (out.has(u"demo"_s) && (out.command == "login"_L1 || out.command == "logout"_L1))
        return usage(tr("A demo network that is started for one command ends with it; %1 has nothing there that would stay.").arg(out.command),
                     tr("Start one that stays, quarterdeck-demo up --dir /tmp/net, then elsewhere: quarterdeck --config-dir /tmp/net --profile demo %1")
                         .arg(out.command));
    if (out.has(u"browser"_s) && out.value(u"browser"_s).remove(u'"').trimmed().isEmpty())
        return usage(tr("--browser needs the program that gets the link."), tr("For example --browser firefox."));
    QStringList formats{u"json"_s};
    if (out.command == "journal"_L1)
        formats += {u"cef"_s, u"syslog"_s};
    else if (out.command == "whoami"_L1 || out.command == "login"_L1)
        formats += u"table"_s;
    if (out.has(u"output"_s) && !formats.contains(out.value(u"output"_s)))
        return usage(tr("-o %1 is no format of %2.").arg(out.value(u"output"_s), out.command.isEmpty() ? u"quarterdeck"_s : out.command),
                     tr("Possible: %1.").arg(formats.join(u", "_s)));
    for (const QString &flag : {u"for"_s, u"since"_s, u"timeout"_s, u"request-timeout"_s, u"step"_s}) {
        if (out.has(flag) && parseDuration(out.value(flag)) < 0)
            return usage(tr("--%1 %2 is no duration.").arg(flag, out.value(flag)), tr("For example 30s, 10m or 2h."));
    }
    return Done{};
}

}

bool isCommand(const QString &name)
{
    return std::any_of(std::begin(kCommands), std::end(kCommands), [&name](const CommandInfo &c) {
        return name == QLatin1StringView(c.name) || name == QString::fromLatin1(c.name).section(u' ', 0, 0);
    });
}

QStringList commandNames()
{
    QStringList out;
    for (const CommandInfo &info : kCommands)
        out.append(QString::fromLatin1(info.name).section(u' ', 0, 0));
    out.removeDuplicates();
    out.removeAll(QString());
    return out;
}

int exitCodeOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Network:
    case ErrorKind::Timeout: return Unreachable;
    case ErrorKind::Unauthenticated:
    case ErrorKind::Forbidden: return NotAllowed;
    case ErrorKind::Conflict: return Conflict;
    default: return Failed;
    }
}

QString Invocation::value(const QString &flag, const QString &otherwise) const
{
    const QStringList values = flags.value(flag);
    return values.isEmpty() ? otherwise : values.last();
}

Result<Invocation> parseCommandLine(const QStringList &arguments)
{
    Invocation out;
    bool onlyWords = false;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments.at(i);
        if (argument == "--"_L1 && !onlyWords) {
            onlyWords = true;
        } else if (!onlyWords && argument.size() > 1 && argument.startsWith(u'-')) {
            if (const Result<Done> taken = takeFlag(arguments, i, out); !taken)
                return taken.error();
        } else {
            out.words.append(argument);
        }
    }
    if (const Result<Done> named = nameCommand(out); !named)
        return named.error();
    if (const Result<Done> fits = checkWords(out); !fits)
        return fits.error();
    return out;
}

QString helpText(const QString &command)
{
    QString text = tr("Quarterdeck, a console for Canton networks on Kubernetes.\n\n"
                      "quarterdeck [options] [COMMAND]   without a command the window opens\n\nCommands\n");
    for (const CommandInfo &info : kCommands) {
        const QString name = QString::fromLatin1(info.name);
        if (command.isEmpty() || command.section(u' ', 0, 0) == name.section(u' ', 0, 0))
            text += u"  %1\n      %2\n"_s.arg(QString(name + u' ' + QLatin1StringView(info.words)).trimmed(), tr(info.help));
    }
    text += tr("\nOptions\n");
    for (const Flag &flag : kFlags) {
        if (!command.isEmpty() && !belongs(flag, command))
            continue;
        QString name = flag.letter ? u"-%1, --%2"_s.arg(QLatin1Char(flag.letter)).arg(QLatin1StringView(flag.name))
                                   : u"    --%1"_s.arg(QLatin1StringView(flag.name));
        if (flag.value)
            name += u' ' + QString::fromLatin1(flag.value);
        text += u"  %1  %2\n"_s.arg(name, -26).arg(tr(flag.help));
    }
    text += tr("\nExit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 not reachable, 4 not signed in or not allowed,\n"
               "5 conflict to decide, 6 unsettled at the time limit, 130 interrupted.\n");
    return text;
}

}
