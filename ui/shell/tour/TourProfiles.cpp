// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of the editor of profiles: none, several, a field that is wrong, a broken file, each state of a test.
#include "ui/shell/tour/TourProfiles.h"

#include "models/core/Async.h"
#include "ui/profiles/ProfilesDialog.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourWorld.h"

#include <QJsonArray>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::TrialState;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};
constexpr char kIssuer[] = "https://id.northgate.example/realms/canton";

QJsonObject prod()
{
    return {{u"name"_s, u"prod"_s},
            {u"production"_s, true},
            {u"accent"_s, u"#8a2be2"_s},
            {u"contexts"_s, QJsonArray{u"infra-prod"_s}},
            {u"signIn"_s, QJsonObject{{u"issuer"_s, QLatin1StringView(kIssuer)}, {u"clientId"_s, u"quarterdeck"_s}, {u"caFile"_s, u"ca.pem"_s}, {u"scopes"_s, QJsonArray{u"openid"_s, u"profile"_s, u"groups"_s}}, {u"roles"_s, QJsonArray{u"/realm_access/roles"_s, u"/groups"_s}}}},
            {u"telemetry"_s, QJsonObject{{u"prometheus"_s, QJsonObject{{u"url"_s, u"https://prom.northgate.example"_s}, {u"bearer"_s, u"accessToken"_s}}}, {u"alertmanager"_s, QJsonObject{{u"service"_s, u"monitoring/alertmanager-operated:9093"_s}}}}},
            {u"ledger"_s, QJsonObject{{u"audience"_s, u"https://canton.network.global"_s}, {u"endpoints"_s, QJsonArray{QJsonObject{{u"node"_s, u"validators/northgate-validator-1"_s}, {u"namespace"_s, u"canton"_s}, {u"ledgerApi"_s, u"127.0.0.1:5001"_s}, {u"tls"_s, QJsonObject{{u"caFile"_s, u"ca.pem"_s}}}}}}}}};
}

QList<ports::TrialStep> steps(const QString &state)
{
    QList<ports::TrialStep> out{
        {u"Discovery"_s, TrialState::Passed, 84, u"id.northgate.example describes itself as the issuer; clock equal."_s, {}},
        {u"Keys"_s, TrialState::Passed, 31, u"2 keys, RS256 and EdDSA."_s, {}},
        {u"Sign-in in the browser"_s, TrialState::Passed, 6400, u"Mira König signed in."_s, {}},
        {u"Token check"_s, TrialState::Passed, 2, u"Signature, issuer, audience and times hold. Roles: canton-operators, oncall."_s, {}},
        {u"infra-prod accepts the token"_s, TrialState::Passed, 112, u"It knows you as oidc:mira.koenig in 3 groups."_s, {}},
        {u"Access review in infra-prod"_s, TrialState::Passed, 96, u"See nodes: yes. Change nodes: yes. Read secrets: no."_s, {}}};
    const auto from = [&out](qsizetype first, TrialState then) {
        for (qsizetype i = first; i < out.size(); ++i)
            out[i] = {out.at(i).title, then, -1, {}, {}};
    };
    if (state == "running"_L1) {
        from(1, TrialState::NotBegun);
        out[1].state = TrialState::Running;
    } else if (state == "waiting"_L1) {
        from(2, TrialState::NotBegun);
        out[2].state = TrialState::Waiting;
    } else if (state == "discovery"_L1) {
        from(0, TrialState::Skipped);
        out[0] = {u"Discovery"_s, TrialState::Failed, 5012, u"id.northgate.example refused the connection on port 443."_s, u"Check the network and the VPN, and the address of the issuer."_s};
    } else if (state == "refused"_L1) {
        from(4, TrialState::Skipped);
        out[4] = {u"infra-prod accepts the token"_s, TrialState::Failed, 88, u"The API server answered 401 to a token for audience quarterdeck."_s,
                  u"Add the audience quarterdeck and this issuer to its --authentication-config, or set bearer to the access token."_s};
    }
    return out;
}

using Change = std::function<void(TourProfiles &)>;

std::function<void(TourWorld &)> world(const Change &change)
{
    return [change](TourWorld &world) {
        world.fillConsortium();
        auto profiles = makeTourProfiles(world.clock().now());
        if (change)
            change(*profiles);
        world.setProfiles(profiles);
    };
}

std::function<void(TourWorld &, MainWindow &)> open(const QString &tab, bool test = false, const QString &profile = u"prod"_s)
{
    return [tab, test, profile](TourWorld &, MainWindow &window) {
        ProfilesDialog *dialog = window.openProfiles(profile);
        dialog->setPage(tab);
        if (test)
            TourQuiet::then(&window, [dialog] { dialog->testProfile(); });
    };
}

}

TourTrial::TourTrial(const QString &state, const QDateTime &now)
    : m_steps(ui::steps(state)), m_running(state == "running"_L1 || state == "waiting"_L1)
{
    if (state != "waiting"_L1)
        return;
    m_signIn.phase = ports::SignInPhase::WaitingForBrowser;
    m_signIn.browserUrl = QUrl(u"https://id.northgate.example/realms/canton/protocol/openid-connect/auth?client_id=quarterdeck&state=9f2c11ab"_s);
    m_signIn.deadline = now.addSecs(278);
}

void TourTrial::start(ports::SignInWay way)
{
    asked.append(way == ports::SignInWay::Browser ? u"start browser"_s : u"start code"_s);
}

void TourTrial::cancel()
{
    asked.append(u"cancel"_s);
    m_running = false;
    Q_EMIT changed();
}

void TourTrial::become(const QList<ports::TrialStep> &steps, bool running)
{
    m_steps = steps;
    m_running = running;
    m_signIn = {};
    Q_EMIT changed();
}

QFuture<Result<ports::ProfileFile>> TourProfiles::read()
{
    asked.append(u"read"_s);
    return readyFuture(Result<ports::ProfileFile>(file));
}

QFuture<Result<ports::ProfileFile>> TourProfiles::save(const ports::ProfileFile &base, const ports::ProfileChange &change)
{
    asked.append(QString(u"save "_s + change.name));
    if (saving)
        return readyFuture(Result<ports::ProfileFile>(*std::exchange(saving, std::nullopt)));
    file = base;
    const auto at = std::find_if(file.profiles.begin(), file.profiles.end(), [&change](const QJsonObject &one) { return one.value("name"_L1) == change.name; });
    if (change.value.isEmpty())
        file.profiles.erase(at);
    else if (change.name.isEmpty())
        file.profiles.append(change.value);
    else
        *at = change.value;
    file.text += "x";
    return readyFuture(Result<ports::ProfileFile>(file));
}

QList<ports::ProfileNote> TourProfiles::check(const ports::ProfileFile &, const ports::ProfileChange &change) const
{
    QList<ports::ProfileNote> out = wrong;
    if (change.value.value("name"_L1).toString().isEmpty())
        out.append({u"name"_s, u"It is required."_s});
    return out;
}

QFuture<Result<ports::ProfileSurroundings>> TourProfiles::look(const QJsonObject &profile)
{
    Q_UNUSED(profile)
    return readyFuture(Result<ports::ProfileSurroundings>(around));
}

QFuture<Result<ports::IssuerCheck>> TourProfiles::checkIssuer(const QJsonObject &profile, std::stop_token stop)
{
    Q_UNUSED(stop)
    asked.append(QString(u"issuer "_s + profile.value("signIn"_L1).toObject().value("issuer"_L1).toString()));
    return readyFuture(issuer);
}

QFuture<Result<ports::SignInSettings>> TourProfiles::askArgo(const QUrl &server, std::stop_token stop)
{
    Q_UNUSED(stop)
    asked.append(QString(u"argo "_s + server.toString()));
    return readyFuture(argo);
}

bool TourProfiles::openFile()
{
    asked.append(u"open file"_s);
    return true;
}

std::unique_ptr<ports::ProfileTrial> TourProfiles::tryProfile(const QJsonObject &profile)
{
    asked.append(QString(u"try "_s + profile.value("name"_L1).toString()));
    auto made = std::make_unique<TourTrial>(trialState, m_now);
    lastTrial = made.get();
    return made;
}

std::shared_ptr<TourProfiles> makeTourProfiles(const QDateTime &now)
{
    auto out = std::make_shared<TourProfiles>(now);
    out->file = {out->path(), true, "schema: 1", {prod(), {{u"name"_s, u"dev"_s}, {u"contexts"_s, QJsonArray{u"infra-dev"_s, u"infra-test"_s}}}, {{u"name"_s, u"legacy-readonly"_s}, {u"readOnly"_s, true}}}, {}, {}};
    ports::SignInSettings kubelogin{.issuer = QLatin1StringView(kIssuer), .clientId = u"kubelogin"_s};
    out->around.contexts = {{u"infra-prod"_s, u"infra-prod"_s, true, {}, {}}, {u"infra-dev"_s, u"dev-eu-1"_s, false, kubelogin, {}}, {u"infra-test"_s, u"test-eu-1"_s, false, {}, {}}};
    out->around.facts = {{u"signIn.caFile"_s, u"Relative to profiles.yaml. Ends 4 Mar 2027."_s}};
    ports::IssuerCheck check;
    check.roundTripMs = 84;
    check.signingKeys = 2;
    check.scopes = {u"openid"_s, u"profile"_s, u"groups"_s};
    check.clock = ports::ClockOffset{now, now, 60};
    out->issuer = check;
    return out;
}

void Tour::addProfileScenes()
{
    m_scenes.append({u"profiles-none"_s, kWide, world([](TourProfiles &p) { p.file.profiles.clear(); }), open(u"cluster"_s)});
    m_scenes.append({u"profiles-cluster"_s, kWide, world({}), open(u"cluster"_s)});
    m_scenes.append({u"profiles-signin"_s, kWide, world({}), open(u"signIn"_s)});
    m_scenes.append({u"profiles-telemetry"_s, kWide, world({}), open(u"telemetry"_s)});
    m_scenes.append({u"profiles-ledger"_s, kWide, world({}), open(u"ledger"_s)});
    m_scenes.append({u"profiles-kubeconfig"_s, kWide, world({}), open(u"signIn"_s, false, u"dev"_s)});
    m_scenes.append({u"profiles-invalid"_s, kWide, world([](TourProfiles &p) {
                         p.wrong = {{u"signIn.issuer"_s, u"It must be an https URL without query (http only on this machine)."_s}, {u"signIn.redirectPorts[0]"_s, u"70000 is not a port; ports are 1 to 65535."_s}};
                         QJsonObject signIn = p.file.profiles.first().value("signIn"_L1).toObject();
                         signIn.insert(u"issuer"_s, u"http://id.northgate.example/realms/canton"_s);
                         signIn.insert(u"redirectPorts"_s, QJsonArray{70000});
                         p.file.profiles.first().insert(u"signIn"_s, signIn);
                     }), open(u"signIn"_s)});
    m_scenes.append({u"profiles-broken"_s, kWide, world([](TourProfiles &p) {
                         p.file.errors = {{u"profiles[0].signIn.issuer"_s, u"It must be an https URL without query (http only on this machine)."_s, 12, 13}, {u"profiles[1].accent"_s, u"It must be a colour such as \"#8a2be2\", in quotes."_s, 20, 11}};
                     }), open(u"cluster"_s)});
    for (const char *state : {"running", "waiting", "discovery", "refused", "green"})
        m_scenes.append({u"profiles-test-"_s + QLatin1StringView(state), kWide, world([state](TourProfiles &p) { p.trialState = QLatin1StringView(state); }), open(u"signIn"_s, true)});
    m_scenes.append({u"profiles-conflict"_s, kWide, world([](TourProfiles &p) {
                         p.saving = Error{ErrorKind::Conflict, u"/home/mira/.config/quarterdeck/profiles.yaml was changed by another program since it was read here."_s,
                                          u"Read it again; what you entered stays, and goes over what is there then."_s};
                     }), [](TourWorld &, MainWindow &window) {
                         ProfilesDialog *dialog = window.openProfiles(u"prod"_s);
                         dialog->addProfile({{u"name"_s, u"staging"_s}});
                         dialog->save();
                     }});
    m_scenes.append({u"profiles-small"_s, kSmall, world([](TourProfiles &p) { p.trialState = u"waiting"_s; }), open(u"signIn"_s, true), true});
}

}
