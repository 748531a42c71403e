// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QCryptographicHash>
#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kIssue{2};
constexpr seconds kRevoke{1};

QString secretNameOf(const Look &look)
{
    const QString name = look.text(u"/secretName"_s);
    return name.isEmpty() ? look.name : name;
}

/// "48h"; the schema knows no other form.
seconds durationOf(const QString &text)
{
    const qint64 number = QStringView(text).left(text.size() - 1).toLongLong();
    const QChar unit = text.isEmpty() ? QChar(u's') : text.back();
    return seconds(number * (unit == u'h' ? 3600 : unit == u'm' ? 60 : 1));
}

/// An active invitation of the same name by the same super validator, or a Secret that is somebody else's.
std::optional<Need> refusal(const Look &look)
{
    for (const QJsonObject &other : look.world.all(look.plural(), look.ns)) {
        const QString phase = textAt(other, u"/status/phase"_s);
        const bool over = phase == "Expired"_L1 || phase == "Revoked"_L1 || phase == "Failed"_L1;
        if (over || textAt(other, u"/metadata/name"_s) == look.name || !olderThan(other, look.object)
            || json::at(other, u"/spec/superValidatorRef"_s) != look.spec(u"/superValidatorRef"_s)
            || textAt(other, u"/spec/validatorName"_s) != look.text(u"/validatorName"_s))
            continue;
        return Need{u"AlreadyInvited"_s,
            u"spec.validatorName: %1 is invited already (ValidatorOnboarding %2, %3); delete that one, or invite another name."_s
                .arg(look.text(u"/validatorName"_s), textAt(other, u"/metadata/name"_s), phase)};
    }
    const QJsonObject secret = look.world.find(u"secrets"_s, look.ns, secretNameOf(look));
    const QJsonArray owners = json::at(secret, u"/metadata/ownerReferences"_s).toArray();
    const bool mine = std::any_of(owners.begin(), owners.end(),
        [&look](const QJsonValue &owner) { return textAt(owner, u"/uid"_s) == look.uid(); });
    if (!secret.isEmpty() && !mine)
        return Need{u"SecretExists"_s,
            u"spec.secretName: the Secret %1 exists and is not of this onboarding; create it anew with another secretName."_s
                .arg(secretNameOf(look))};
    return std::nullopt;
}

ports::WriteRequest secretFor(const Look &look, const QJsonObject &superValidator)
{
    // The same seed invites with the same secret; a real super validator asks its random source.
    const QString text = u"onboarding/%1/%2/%3"_s.arg(look.ns, look.name).arg(look.moment.seed);
    const QByteArray secret
        = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toBase64(QByteArray::OmitTrailingEquals);
    QString network = textAt(superValidator, u"/spec/networkRef/name"_s);
    if (network.isEmpty())
        network = u"none"_s;
    ports::WriteRequest request;
    request.verb = ports::Verb::Create;
    request.gvr = core(u"secrets"_s);
    request.ns = look.ns;
    request.name = secretNameOf(look);
    request.body = QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Secret"_s},
        {u"metadata"_s,
            QJsonObject{{u"name"_s, secretNameOf(look)}, {u"namespace"_s, look.ns},
                {u"labels"_s, QJsonObject{{u"canton.quarterdeck.io/network"_s, network}}},
                {u"ownerReferences"_s,
                    QJsonArray{QJsonObject{{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s},
                        {u"kind"_s, u"ValidatorOnboarding"_s}, {u"name"_s, look.name}, {u"uid"_s, look.uid()},
                        {u"controller"_s, true}}}}}},
        {u"type"_s, u"Opaque"_s}, {u"data"_s, QJsonObject{{u"secret"_s, QString::fromLatin1(secret.toBase64())}}}};
    return request;
}

void dropSecret(Look &look)
{
    if (look.world.find(u"secrets"_s, look.ns, secretNameOf(look)).isEmpty())
        return;
    ports::WriteRequest request;
    request.verb = ports::Verb::Delete;
    request.gvr = core(u"secrets"_s);
    request.ns = look.ns;
    request.name = secretNameOf(look);
    look.draft.write(request);
}

/// The validator that was onboarded with the secret since it was issued.
QJsonObject userOf(const Look &look)
{
    const QString issued = look.draft.at(u"/issuedTime"_s).toString();
    for (const QJsonObject &validator : look.world.all(u"validators"_s)) {
        const bool named = (textAt(validator, u"/spec/onboarding/secretRef/name"_s) == secretNameOf(look)
                               && textAt(validator, u"/metadata/namespace"_s) == look.ns)
            || textAt(validator, u"/spec/partyHint"_s) == look.text(u"/validatorName"_s)
            || textAt(validator, u"/metadata/name"_s) == look.text(u"/validatorName"_s);
        const QString time = textAt(validator, u"/status/onboardedTime"_s);
        if (named && json::at(validator, u"/status/onboarded"_s).toBool() && !time.isEmpty() && time >= issued)
            return validator;
    }
    return {};
}

class OnboardingReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"validatoronboardings"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        if (look.deleting())
            return revoke(look);
        const QString phase = look.draft.phase();
        if (phase == "Used"_L1 || phase == "Expired"_L1 || phase == "Revoked"_L1)
            return look.take();
        look.hold({QLatin1String(kLedgerFinalizer)});
        const QJsonObject reference{
            {u"kind"_s, u"SuperValidator"_s}, {u"name"_s, look.text(u"/superValidatorRef/name"_s)}};
        if (phase == "Issued"_L1) {
            // One that was taken over as it is has no Secret yet.
            if (look.draft.condition(u"SpecAccepted"_s).isEmpty()) {
                look.draft.write(secretFor(look, nodeAt(look, reference)));
                look.accept();
            }
            watch(look);
            return look.take();
        }
        if (const auto why = refusal(look)) {
            look.refuse(*why);
            return look.take();
        }
        look.accept();
        if (const auto need = nodeNeed(look, reference, u"spec.superValidatorRef"_s)) {
            look.enter(u"Pending"_s, need->message);
            look.waitFor(*need);
            return look.take();
        }
        look.ready();
        issue(look, nodeAt(look, reference));
        return look.take();
    }

private:
    static void issue(Look &look, const QJsonObject &superValidator)
    {
        look.enter(u"Pending"_s, u"The super validator makes the secret."_s);
        look.turn(u"Issued"_s, false, u"Issuing"_s);
        if (!look.after(u"Issued"_s, kIssue))
            return;
        look.draft.write(secretFor(look, superValidator));
        const seconds good = durationOf(look.text(u"/expiresIn"_s).isEmpty() ? u"48h"_s : look.text(u"/expiresIn"_s));
        const QString expires = look.moment.now.addSecs(good.count()).toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
        look.draft.set(u"/issuedTime"_s, look.moment.stamp());
        look.draft.set(u"/expiresTime"_s, expires);
        look.draft.set(u"/secretRef"_s, QJsonObject{{u"name"_s, secretNameOf(look)}});
        look.turn(u"Issued"_s, true, u"Issued"_s);
        look.turn(u"Used"_s, false, u"NotYet"_s);
        look.enter(u"Issued"_s, u"Good until %1."_s.arg(expires));
        look.say(u"Issued"_s,
            u"The secret for %1 is in Secret %2, key secret, and can be used once until %3."_s.arg(
                look.text(u"/validatorName"_s), secretNameOf(look), expires));
        look.poll(seconds(5));
    }

    static void watch(Look &look)
    {
        const QJsonObject validator = userOf(look);
        if (!validator.isEmpty()) {
            look.enter(u"Used"_s);
            look.turn(u"Used"_s, true, u"Onboarded"_s);
            look.draft.set(u"/usedTime"_s, json::at(validator, u"/status/onboardedTime"_s));
            look.draft.set(u"/validatorParty"_s, json::at(validator, u"/status/ownerParty"_s));
            look.say(u"Used"_s, u"Validator %1 was onboarded with it."_s.arg(textAt(validator, u"/metadata/name"_s)));
            return;
        }
        const auto expires = QDateTime::fromString(look.draft.at(u"/expiresTime"_s).toString(), Qt::ISODateWithMs);
        const milliseconds left(look.moment.now.msecsTo(expires));
        if (expires.isValid() && left.count() > 0) {
            look.againIn(std::min<milliseconds>(left, seconds(60)));
            look.poll(seconds(10));
            return;
        }
        look.enter(u"Expired"_s, u"Nobody used it in time; create a new onboarding."_s);
        look.turn(u"Issued"_s, false, u"Expired"_s);
        dropSecret(look);
        look.warn(u"Expired"_s,
            u"The secret for %1 expired unused; create a new onboarding."_s.arg(look.text(u"/validatorName"_s)));
    }

    static Plan revoke(Look &look)
    {
        if (!look.held())
            return {};
        const bool open = look.draft.phase() == "Issued"_L1;
        if (open) {
            look.turn(u"Issued"_s, false, u"Revoked"_s);
            look.warn(u"Revoked"_s, u"The secret for %1 was revoked."_s.arg(look.text(u"/validatorName"_s)));
        }
        dropSecret(look);
        const QString phase = look.draft.phase();
        look.leave(kRevoke, u"The secret is no longer good."_s,
            phase == "Used"_L1 || phase == "Expired"_L1 ? phase : u"Revoked"_s);
        return look.take();
    }
};

}

std::unique_ptr<Reconciler> makeOnboardingReconciler()
{
    return std::make_unique<OnboardingReconciler>();
}

void addEdgeReconcilers(std::vector<std::unique_ptr<Reconciler>> &to)
{
    to.push_back(makeConnectionReconciler());
    to.push_back(makeTopologyReconciler());
    to.push_back(makeOnboardingReconciler());
}

}
