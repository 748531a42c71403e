// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profiles/ProfileForm.h"

#include "models/core/Json.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QCheckBox>
#include <QComboBox>
#include <QJsonArray>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using E = ProfileEditor;

ProfileForm::ProfileForm(QString folder, QWidget *parent)
    : QWidget(parent), m_folder(std::move(folder)), m_pages(new QStackedWidget(this)), m_tabs{u"cluster"_s, u"signIn"_s, u"telemetry"_s, u"ledger"_s}
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
    for (const QString &tab : std::as_const(m_tabs))
        m_pages->addWidget(makePage(tab));
    setAccessibleRole(this, QAccessible::Grouping);
    setAccessibleName(tr("Fields of the profile"));
}

QWidget *ProfileForm::makePage(const QString &tab)
{
    auto *scroll = new QScrollArea(m_pages);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setProperty("bare", true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget(scroll);
    page->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(metrics::kPageEdge, 14, metrics::kPageEdge, 14);
    column->setSpacing(12);
    QWidget *owner = page;
    if (tab == "signIn"_L1) {
        addWay(column, page);
        m_signInFields = new QWidget(page);
        auto *inner = new QVBoxLayout(m_signInFields);
        inner->setContentsMargins(0, 0, 0, 0);
        inner->setSpacing(12);
        column->addWidget(m_signInFields);
        column = inner;
        owner = m_signInFields;
        m_foundColumn = new QVBoxLayout;
        m_foundColumn->setSpacing(6);
        column->addLayout(m_foundColumn);
    }
    const QList<ProfileField> fields = profileFields();
    for (const ProfileField &field : fields) {
        if (field.tab != tab)
            continue;
        m_bound.append(makeBound(field, column, owner));
        if (field.pointer == "/kubeconfig"_L1)
            addContexts(column, owner);
    }
    if (tab == "signIn"_L1)
        addFound(column, owner);
    if (tab == "ledger"_L1) {
        m_endpointColumn = new QVBoxLayout;
        m_endpointColumn->setSpacing(16);
        column->addLayout(m_endpointColumn);
        QPushButton *add = makeButton(tr("Add endpoint"), ButtonKind::Normal, u"plus"_s, owner);
        connect(add, &QPushButton::clicked, this, [this] { addEndpoint({}, true); });
        auto *row = new QHBoxLayout;
        row->addWidget(add);
        row->addStretch(1);
        column->addLayout(row);
        auto *help = new Label(tr("Without one the console reaches a node by port-forward."), Type::Caption, Token::Text2, owner);
        help->setWordWrap(true);
        column->addWidget(help);
    }
    column->addStretch(1);
    if (owner != page)
        page->layout()->addItem(new QSpacerItem(0, 0, QSizePolicy::Minimum, QSizePolicy::Expanding));
    scroll->setWidget(page);
    return scroll;
}

void ProfileForm::addContexts(QVBoxLayout *column, QWidget *page)
{
    auto *list = new QWidget(page);
    setAccessibleRole(list, QAccessible::Grouping);
    m_contextColumn = new QVBoxLayout(list);
    m_contextColumn->setContentsMargins(0, 2, 0, 0);
    m_contextColumn->setSpacing(4);
    m_contexts = new FormField(tr("Contexts"), list, {}, true, page);
    column->addWidget(m_contexts);
}

void ProfileForm::addWay(QVBoxLayout *column, QWidget *page)
{
    auto *ways = new QWidget(page);
    setAccessibleRole(ways, QAccessible::Grouping);
    auto *row = new QVBoxLayout(ways);
    row->setContentsMargins(0, 2, 0, 0);
    row->setSpacing(4);
    m_asKubeconfig = new QRadioButton(tr("As the kubeconfig says"), ways);
    m_openId = new QRadioButton(tr("OpenID Connect"), ways);
    row->addWidget(m_asKubeconfig);
    row->addWidget(m_openId);
    m_way = new FormField(tr("Way"), ways, {}, false, page);
    column->addWidget(m_way);
    connect(m_openId, &QRadioButton::toggled, this, [this] {
        enableSignIn();
        if (!m_setting)
            Q_EMIT edited();
    });
}

/// What an Argo CD says of signing in, to be taken over.
void ProfileForm::addFound(QVBoxLayout *column, QWidget *page)
{
    auto *row = new QWidget(page);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(metrics::kGap);
    auto *address = new QLineEdit(row);
    address->setPlaceholderText(u"https://argocd.example.com"_s);
    address->setAccessibleName(tr("Address of an Argo CD"));
    row->setFocusProxy(address);
    line->addWidget(address, 1);
    QPushButton *ask = makeButton(tr("Take over"), ButtonKind::Normal, {}, row);
    ask->setAccessibleName(tr("Take over from Argo CD"));
    ask->setEnabled(false);
    line->addWidget(ask);
    m_argo = new FormField(tr("As an Argo CD signs in"), row, {}, true, page);
    column->addWidget(m_argo);
    const auto url = [address] { return QUrl(address->text().trimmed(), QUrl::StrictMode); };
    connect(address, &QLineEdit::textChanged, this, [this, ask, url] {
        ask->setEnabled(url().isValid() && url().scheme() == "https"_L1 && !url().host().isEmpty());
        m_argo->setError({});
        m_argo->setGood({});
    });
    const auto call = [this, ask, url] {
        if (!ask->isEnabled())
            return;
        m_argo->setHelp(tr("Asking %1").arg(url().host()));
        Q_EMIT argoWanted(url());
    };
    connect(ask, &QPushButton::clicked, this, call);
    connect(address, &QLineEdit::returnPressed, this, call);
}

void ProfileForm::showArgo(const Result<ports::SignInSettings> &found)
{
    m_argo->setHelp({});
    m_argo->setError(found ? QString() : found.error().text());
    if (!found)
        return;
    m_argo->setGood(tr("Taken over: client %1 at %2.").arg(found->clientId, QUrl(found->issuer).host()));
    takeOver(*found);
}

void ProfileForm::takeOver(const ports::SignInSettings &settings)
{
    const auto put = [this](const QString &name, const QString &text) {
        if (Bound *bound = boundFor(name)) {
            setText(*bound, text);
            bound->touched = true;
        }
    };
    QStringList ports;
    for (const quint16 port : settings.redirectPorts)
        ports.append(QString::number(port));
    m_setting = true;
    m_openId->setChecked(true);
    put(u"signIn.issuer"_s, settings.issuer);
    put(u"signIn.clientId"_s, settings.clientId);
    put(u"signIn.caFile"_s, settings.caFile);
    put(u"signIn.scopes"_s, settings.scopes.join(u' '));
    put(u"signIn.redirectPorts"_s, ports.join(u' '));
    put(u"signIn.redirectPath"_s, settings.redirectPath.isEmpty() ? u"\"\""_s : settings.redirectPath == "/callback"_L1 ? QString() : settings.redirectPath);
    put(u"signIn.localhostName"_s, settings.localhostName ? u"true"_s : QString());
    put(u"signIn.bearer"_s, settings.bearer == ports::BearerToken::AccessToken ? u"accessToken"_s : QString());
    m_setting = false;
    enableSignIn();
    Q_EMIT edited();
}

void ProfileForm::enableSignIn()
{
    const bool openId = m_openId->isChecked();
    m_way->setHelp(openId ? tr("In your browser, with code flow and PKCE; what is remembered stays in the keyring.")
                          : tr("Its own tokens, certificates or program, as kubectl uses them."));
    m_signInFields->setVisible(openId);
    showFound();
}

void ProfileForm::setValue(const QJsonObject &profile)
{
    m_setting = true;
    m_base = profile;
    for (Bound &bound : m_bound) {
        setText(bound, fieldText(profile, bound.field));
        bound.initial = textOf(bound);
        bound.touched = false;
        if (bound.box) {
            bound.box->setGood({});
            bound.box->setWarning({});
        }
    }
    (profile.value("signIn"_L1).isObject() ? m_openId : m_asKubeconfig)->setChecked(true);
    enableSignIn();
    while (!m_endpoints.isEmpty())
        delete m_endpoints.takeLast().box;
    const QJsonArray endpoints = profile.value("ledger"_L1).toObject().value("endpoints"_L1).toArray();
    for (const QJsonValue &endpoint : endpoints)
        addEndpoint(endpoint.toObject(), false);
    QStringList chosen;
    for (const QJsonValue &context : profile.value("contexts"_L1).toArray())
        chosen.append(context.toString());
    showContexts(chosen);
    showFound();
    m_setting = false;
    const auto areas = m_pages->findChildren<QScrollArea *>();
    for (QScrollArea *area : areas)
        area->verticalScrollBar()->setValue(0);
}

QJsonObject ProfileForm::value() const
{
    QJsonObject out = m_base;
    const bool signs = m_openId->isChecked();
    if (!signs)
        out.remove(u"signIn"_s);
    else if (!out.value("signIn"_L1).isObject())
        out.insert(u"signIn"_s, QJsonObject());
    bool changed = false;
    for (const Bound &bound : m_bound) {
        const bool skip = bound.field.tab == "signIn"_L1 && !signs;
        if (const QString text = textOf(bound); !skip && text != bound.initial) {
            setField(out, bound.field, text);
            changed = true;
        }
    }
    QJsonArray contexts;
    const QStringList chosen = chosenContexts();
    for (const QString &context : chosen)
        contexts.append(context);
    if (contexts != m_base.value("contexts"_L1).toArray()) {
        out.insert(u"contexts"_s, contexts);
        if (contexts.isEmpty())
            out.remove(u"contexts"_s);
    }
    QJsonArray endpoints;
    for (const Endpoint &endpoint : m_endpoints) {
        QJsonObject one = endpoint.base;
        for (const Bound &bound : endpoint.bound) {
            if (const QString text = textOf(bound); text != bound.initial)
                setField(one, bound.field, text);
        }
        endpoints.append(one);
    }
    QJsonObject ledger = out.value("ledger"_L1).toObject();
    if (endpoints != ledger.value("endpoints"_L1).toArray()) {
        ledger.insert(u"endpoints"_s, endpoints);
        if (endpoints.isEmpty())
            ledger.remove(u"endpoints"_s);
        out.insert(u"ledger"_s, ledger);
        changed = true;
    }
    if (changed)
        prune(out);
    return out;
}

void ProfileForm::setPage(const QString &tab)
{
    m_pages->setCurrentIndex(int(std::max<qsizetype>(0, m_tabs.indexOf(tab))));
}

FormField *ProfileForm::field(const QString &name) const
{
    if (name == "contexts"_L1)
        return m_contexts;
    const Bound *bound = const_cast<ProfileForm *>(this)->boundFor(name);
    return bound ? bound->box : nullptr;
}

void ProfileForm::focusField(const QString &name)
{
    if (Bound *bound = boundFor(name)) {
        Q_EMIT pageWanted(bound->field.tab);
        bound->editor->setFocus(Qt::OtherFocusReason);
    }
}

/// A note of a part stands at the field it is entered in: "signIn.roles[1]", "telemetry.loki.url", "ledger.endpoints[0]".
ProfileForm::Bound *ProfileForm::boundFor(const QString &name, bool *required)
{
    static const QString kEndpoints = u"ledger.endpoints["_s;
    QList<Bound> *among = &m_bound;
    QString rest = name;
    if (name.startsWith(kEndpoints)) {
        const qsizetype close = name.indexOf(u']');
        const qsizetype index = name.mid(kEndpoints.size(), close - kEndpoints.size()).toLongLong();
        if (index >= m_endpoints.size())
            return nullptr;
        among = &m_endpoints[index].bound;
        rest = name.mid(close + 2);
        if (rest.isEmpty())
            rest = u"ledgerApi"_s;
    }
    if (rest == "signIn"_L1)
        rest = u"signIn.issuer"_s;
    if (rest.endsWith(u']'))
        rest.truncate(rest.lastIndexOf(u'['));
    const auto it = std::find_if(among->begin(), among->end(), [&rest](const Bound &bound) {
        const QString own = bound.field.name();
        return rest == own || (bound.field.editor == E::Address && (rest == QString(own + u".url"_s) || rest == QString(own + u".service"_s)));
    });
    if (it == among->end())
        return nullptr;
    if (required)
        *required = textOf(*it).isEmpty();
    return &*it;
}

QHash<QString, int> ProfileForm::showNotes(const QList<ports::ProfileNote> &notes, bool all)
{
    QHash<QString, int> counts;
    QHash<const Bound *, QString> messages;
    QString contexts;
    for (const ports::ProfileNote &note : notes) {
        bool empty = false;
        Bound *bound = boundFor(note.field, &empty);
        if (note.field.startsWith("contexts"_L1))
            contexts = note.message;
        ++counts[bound ? bound->field.tab : u"cluster"_s];
        if (bound && !messages.contains(bound) && (all || !empty || bound->touched))
            messages.insert(bound, note.message);
    }
    m_contexts->setError(contexts);
    const auto tell = [&messages](QList<Bound> &list) {
        for (Bound &bound : list)
            noteAt(bound, messages.value(&bound));
    };
    tell(m_bound);
    for (Endpoint &endpoint : m_endpoints)
        tell(endpoint.bound);
    return counts;
}

void ProfileForm::showSurroundings(const ports::ProfileSurroundings &around)
{
    const QStringList chosen = chosenContexts();
    m_known = around.contexts;
    showContexts(chosen);
    showFound();
    const auto put = [this](const QList<ports::ProfileNote> &list, void (FormField::*say)(const QString &)) {
        for (const ports::ProfileNote &note : list) {
            if (FormField *box = field(note.field))
                (box->*say)(note.message);
        }
    };
    QList<FormField *> looked{m_contexts};
    for (const Bound &bound : std::as_const(m_bound)) {
        if (bound.field.editor == E::Path)
            looked.append(bound.box);
    }
    for (FormField *box : std::as_const(looked)) {
        box->setGood({});
        box->setWarning({});
    }
    put(around.facts, &FormField::setGood);
    put(around.faults, &FormField::setWarning);
}

void ProfileForm::showIssuer(const Result<ports::IssuerCheck> *check)
{
    FormField *issuer = field(u"signIn.issuer"_s);
    FormField *scopes = field(u"signIn.scopes"_s);
    issuer->setGood({});
    issuer->setWarning(check && !*check ? check->error().text() : QString());
    scopes->setWarning({});
    if (!check || !*check)
        return;
    const ports::IssuerCheck &found = **check;
    const bool off = found.clock && found.clock->tooFar();
    const QString clock = !found.clock ? QString() : off ? tr("this computer's clock is off") : tr("clock equal");
    QStringList parts{tr("Answers in %1 ms").arg(found.roundTripMs), tr("%n key(s) valid", nullptr, found.signingKeys)};
    if (!clock.isEmpty())
        parts.append(clock);
    const QString sentence = parts.join(u", "_s) + u'.';
    off || found.signingKeys == 0 ? issuer->setWarning(sentence) : issuer->setGood(sentence);
    QStringList unknown;
    const QStringList asked = wordsOf(textOf(*boundFor(u"signIn.scopes"_s)));
    for (const QString &scope : asked) {
        if (!found.scopes.isEmpty() && !found.scopes.contains(scope))
            unknown.append(scope);
    }
    if (!unknown.isEmpty())
        scopes->setWarning(tr("The issuer does not name %1 among its scopes; it may refuse the sign-in.").arg(unknown.join(u", "_s)));
}

}
