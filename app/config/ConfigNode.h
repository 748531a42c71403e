// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/config/Profiles.h"

#include <functional>

namespace qd::config {

/// What reading a file has found so far.
struct Findings {
    const ports::YamlDocument &document;
    QList<FileProblem> errors;
    QList<FileProblem> warnings;
};

/// A value of a file with its place: reads it as the wanted type and notes what is wrong, so that reading goes on.
class ConfigNode {
public:
    ConfigNode(Findings &findings, const QString &pointer);

    [[nodiscard]] bool exists() const;      ///< there and not null
    [[nodiscard]] QString field() const;
    void error(const QString &message) const;
    /// Notes that it must be an object with only these keys; false if it is no object. Unknown keys are warnings.
    bool object(const QStringList &keys) const;
    /// Of a whole document: its key "schema" must be there and say this version.
    void schemaIs(qint64 version) const;
    [[nodiscard]] ConfigNode child(const QString &key) const;
    [[nodiscard]] QList<ConfigNode> items() const;
    [[nodiscard]] QString text() const;
    [[nodiscard]] QString required() const; ///< a text that must not be empty
    [[nodiscard]] bool flag() const;
    [[nodiscard]] std::optional<qint64> number() const;
    [[nodiscard]] std::optional<double> real() const;
    [[nodiscard]] QStringList keys() const;     ///< of an object, as written
    [[nodiscard]] QStringList texts() const;
    /// A text for which `valid` holds, else notes `message`.
    [[nodiscard]] QString checked(const std::function<bool(const QString &)> &valid, const QString &message) const;

private:
    [[nodiscard]] const QJsonValue &value() const { return m_value; }
    void wrongType(const QString &wanted) const;
    void note(QList<FileProblem> &list, const QString &pointer, const QString &message) const;

    Findings *m_findings;
    QString m_pointer;
    QJsonValue m_value;
};

/// The known word that is closest to what was written, if any is close.
[[nodiscard]] QString nearest(const QString &word, const QStringList &known);

}
