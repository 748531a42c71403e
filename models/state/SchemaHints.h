// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace qd::state {

/// What the server's OpenAPI v3 document says of the fields of one kind: for completion and descriptions in the YAML editor.
/// A plain value; empty where the server publishes no schema.
class SchemaHints
{
public:
    struct Field
    {
        QString name;
        QString type; ///< "integer", "list of objects", "map of strings"; as written for people, translated
        QString description = {}; ///< of the schema, English as the server has it
        QString limits = {}; ///< "Default 20000, 0 to 1000000, one of a, b"; translated
        QStringList values = {}; ///< what may stand there, when that is known: enum, true and false
        bool required = false;
        bool isMap = false; ///< fields of its own, or a list of such
        bool isList = false;
    };
    SchemaHints() = default;
    /// The schema of a kind in the document of its group version.
    [[nodiscard]] static SchemaHints of(const QJsonObject &document, const QString &group, const QString &version, const QString &kind);
    [[nodiscard]] bool isEmpty() const { return m_root.isEmpty(); }
    /// The fields of the map at a path; an element of a list is the token "-".
    [[nodiscard]] QList<Field> fields(const QStringList &path) const;
    [[nodiscard]] std::optional<Field> field(const QStringList &path) const;

private:
    [[nodiscard]] QJsonObject resolved(const QJsonObject &schema, int depth = 0) const;
    [[nodiscard]] QJsonObject at(const QStringList &path) const;
    [[nodiscard]] Field described(const QString &name, const QJsonObject &schema, bool required) const;
    QJsonObject m_root;
    QJsonObject m_schemas; ///< what $ref points to
};

/// Where a cursor stands in a YAML text.
struct YamlPlace
{
    QStringList path; ///< of the map around it; elements of lists are "-"
    QString key = {}; ///< the key of the line, as far as it is written
    QString word = {}; ///< what is typed before the cursor: of the key, or of the value
    bool inValue = false;
};

/// By indentation, so that it works while the text is not readable yet. `line` from 0, `column` in characters.
[[nodiscard]] YamlPlace yamlPlaceAt(const QStringList &lines, int line, int column);

}
