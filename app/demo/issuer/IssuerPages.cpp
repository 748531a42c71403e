// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/issuer/IssuerPages.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::demo::pages {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Issuer", text);
}

// The colours are the console's.
constexpr char kStyle[] = R"(:root{color-scheme:light dark;--window:#f3f4f6;--base:#fff;--line:#dce0e5;--edge:#848d99;--text:#191e25;--text2:#545d69;--accent:#1f5fc0;--hover:#f1f4f8;--down:#e4e8ed;--bad:#be2530}
@media (prefers-color-scheme:dark){:root{--window:#14171b;--base:#1a1e23;--line:#2d333b;--edge:#727c89;--text:#e5e9ee;--text2:#a3acb8;--accent:#74abf7;--hover:#20252b;--down:#1e2329;--bad:#ff8078}}
*{box-sizing:border-box}
body{margin:0;padding:8vh 16px 32px;background:var(--window);color:var(--text);font:15px/1.5 Inter,system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:520px;margin:0 auto}
h1{margin:0 0 8px;font-size:22px;line-height:1.3;font-weight:600}
p{margin:0 0 12px}
.note{margin-top:16px;color:var(--text2);font-size:13px}
.wrong{color:var(--bad)}
.people{list-style:none;margin:20px 0;padding:0;background:var(--base);border:1px solid var(--line);border-radius:6px}
.people li+li{border-top:1px solid var(--line)}
.people button{display:block;width:100%;padding:12px 16px;border:0;border-radius:6px;background:none;color:inherit;font:inherit;text-align:left;cursor:pointer}
.people button:hover,.plain:hover{background:var(--hover)}
.people button:active,.plain:active{background:var(--down)}
button:focus-visible,input:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.name{font-weight:600}
.role,.about{display:block;color:var(--text2);font-size:13px}
.name+.role{display:inline;margin-left:8px}
.here{margin-left:8px;padding:0 6px;border:1px solid var(--edge);border-radius:3px;font-size:12px}
.plain,input{min-height:36px;padding:6px 16px;border:1px solid var(--edge);border-radius:4px;background:var(--base);color:inherit;font:inherit}
.plain{cursor:pointer}
label{display:block;margin:20px 0 4px}
input{width:14em;font-family:Hack,ui-monospace,monospace;letter-spacing:.08em;text-transform:uppercase}
@media (forced-colors:active){.people button:focus-visible{outline-color:Highlight}}
)";

QString paragraph(const QString &text, const QString &kind = {})
{
    const QString open = kind.isEmpty() ? u"<p>"_s : QString(u"<p class=\""_s + kind + u"\">"_s);
    return QString(open + text.toHtmlEscaped() + u"</p>\n"_s);
}

QString form(const QString &action, const QString &request, const QString &content)
{
    return QString(u"<form method=\"post\" action=\""_s + action.toHtmlEscaped() + u"\" autocomplete=\"off\">\n<input type=\"hidden\" name=\"request\" value=\""_s
        + request.toHtmlEscaped() + u"\">\n"_s + content + u"</form>\n"_s);
}

QString decision(const QString &value, const QString &text, bool first = false)
{
    return QString(u"<button class=\"plain\" name=\"decision\" value=\""_s + value + (first ? u"\" autofocus>"_s : u"\">"_s) + text.toHtmlEscaped()
        + u"</button>\n"_s);
}

QString button(const IssuerPerson &person, bool first, bool signedIn)
{
    QString text = QString(u"<li><button name=\"persona\" value=\""_s + person.user.toHtmlEscaped() + (first ? u"\" autofocus>"_s : u"\">"_s));
    text += QString(u"<span class=\"name\">"_s + person.name.toHtmlEscaped() + u"</span> <span class=\"role\">"_s + person.role.toHtmlEscaped() + u"</span>"_s);
    if (signedIn)
        text += QString(u"<span class=\"here\">"_s + tr("signed in here").toHtmlEscaped() + u"</span>"_s);
    text += QString(u"<span class=\"about\">"_s + person.about.toHtmlEscaped() + u"</span></button></li>\n"_s);
    return text;
}

}

Response page(int status, const QString &title, const QString &body, const QString &formTarget)
{
    Response response;
    response.status = status;
    response.contentType = "text/html; charset=utf-8";
    response.headers = {{"cache-control", "no-store"}, {"x-frame-options", "DENY"},
        {"content-security-policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
                + (formTarget.isEmpty() ? QByteArray() : QByteArray(' ' + formTarget.toUtf8()))},
        // The origin stays with the form's own POST, where it is looked at.
        {"referrer-policy", "same-origin"}};
    const QString whole = u"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                          "<meta name=\"robots\" content=\"noindex\"><title>%1</title><link rel=\"stylesheet\" href=\"/style.css\"></head>\n<body><main>\n<h1>%2</h1>\n%3</main></body>\n</html>\n"_s;
    const QString escaped = title.toHtmlEscaped();
    response.body = whole.arg(QString(escaped + u" · "_s + tr("demo network").toHtmlEscaped()), escaped, body).toUtf8();
    return response;
}

Response message(int status, const QString &title, const QStringList &texts)
{
    QString body;
    for (const QString &text : texts)
        body += paragraph(text);
    return page(status, title, body);
}

Response styleSheet()
{
    Response response;
    response.contentType = "text/css; charset=utf-8";
    response.headers = {{"cache-control", "public, max-age=300"}};
    response.body = kStyle;
    return response;
}

Response choose(const Choice &choice, const QList<IssuerPerson> &persons)
{
    QList<IssuerPerson> order = persons;
    std::stable_partition(order.begin(), order.end(), [&choice](const IssuerPerson &one) { return one.user == choice.marked; });
    QString people;
    for (const IssuerPerson &person : std::as_const(order))
        people += button(person, person.user == order.first().user, choice.signedIn && person.user == choice.marked);
    const QString body = paragraph(choice.lead)
        + form(choice.action, choice.request, QString(u"<ul class=\"people\">\n"_s + people + u"</ul>\n"_s + decision(u"cancel"_s, tr("Do not sign in"))))
        + paragraph(tr("These people are made up and need no password. What each may do, the demo network's API server decides by its roles."), u"note"_s);
    return page(200, tr("Sign in to %1 as").arg(choice.client), body, choice.formTarget);
}

Response askUserCode(const QString &request, const QString &given, bool wrong)
{
    QString field = QString(u"<label for=\"code\">"_s + tr("Code").toHtmlEscaped() + u"</label>\n<p><input id=\"code\" name=\"user_code\" maxlength=\"16\" required autofocus value=\""_s
        + given.toHtmlEscaped() + (wrong ? u"\" aria-invalid=\"true\" aria-describedby=\"wrong\"></p>\n"_s : u"\"></p>\n"_s));
    if (wrong) {
        const QString why = tr("Nobody waits with this code. It may be mistyped, used or older than ten minutes; after many wrong ones wait a minute.");
        field += QString(u"<p class=\"wrong\" id=\"wrong\" role=\"alert\">"_s + why.toHtmlEscaped() + u"</p>\n"_s);
    }
    const QString body = paragraph(tr("Type the code that the program shows where you want to sign in."))
        + form(u"/device"_s, request, QString(field + decision(u"next"_s, tr("Continue"))))
        + paragraph(tr("Only go on if you started this yourself. A code that somebody sent you signs them in as you."), u"note"_s);
    return page(wrong ? 400 : 200, tr("Sign in on another device"), body);
}

Response askSignOut(const QString &request, const QString &client, const QString &formTarget)
{
    const QString lead = client.isEmpty() ? tr("This ends your session here and in every program that uses it.")
                                          : tr("%1 asks to end your session here and in every program that uses it.").arg(client);
    const QString body = paragraph(lead)
        + form(u"/logout/confirm"_s, request, QString(decision(u"yes"_s, tr("Sign out"), true) + decision(u"no"_s, tr("Stay signed in"))));
    return page(200, tr("Sign out everywhere?"), body, formTarget);
}

}
