// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace qd::ui {

/// How a field of a profile is entered. Words and Ports are lists, written with spaces or commas between.
enum class ProfileEditor : quint8 { Text, Path, Words, Ports, Flag, Bearer, Address };

/// One field of the form: where it is in a profile, and its words.
struct ProfileField {
    QString tab;            ///< "cluster", "signIn", "telemetry", "ledger"
    QString pointer;        ///< "/signIn/issuer"
    QString label;
    ProfileEditor editor = ProfileEditor::Text;
    bool optional = true;
    QString placeholder = {};
    QString help = {};
    [[nodiscard]] QString name() const;     ///< "signIn.issuer", as notes say it
};

/// Every field of the schema but contexts and the ledger's endpoints, in the order they stand in the form.
[[nodiscard]] QList<ProfileField> profileFields();
/// Of one endpoint of a ledger, relative to it.
[[nodiscard]] QList<ProfileField> endpointFields();

/// What a field shows of a profile, and what is written for a text: nothing (Undefined) for an empty one. An Address is a URL or
/// NAMESPACE/NAME:PORT, which are two keys of one object.
[[nodiscard]] QString fieldText(const QJsonObject &profile, const ProfileField &field);
void setField(QJsonObject &profile, const ProfileField &field, const QString &text);
/// Objects that hold nothing any more are taken out ("telemetry" without a target).
void prune(QJsonObject &profile);

/// The words of a list, by spaces and commas.
[[nodiscard]] QStringList wordsOf(const QString &text);

}
