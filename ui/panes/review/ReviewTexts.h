// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/YamlCodec.h"
#include "models/state/ChangeReview.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/YamlView.h"

namespace qd::ui {

/// An object as the text people edit: YAML without what only the server writes; indented JSON when there is no codec.
[[nodiscard]] QString objectText(const QJsonObject &object, const ports::YamlCodec *yaml);

/// What stands of an object in Git: no status, nothing only the server writes, none of our notes and Argo CD's marks.
[[nodiscard]] QJsonObject objectForGit(const QJsonObject &object);

/// The object after the change as it would stand in Git: without status, what only the server writes, our notes and Argo
/// CD's mark.
[[nodiscard]] QString textForGit(const QJsonObject &after, const ports::YamlCodec *yaml);

/// Lines of a YAML text by Kubernetes field path ("spec.envVars[0].value", "spec.storageSize").
class FieldLines {
public:
    FieldLines(const QString &text, const ports::YamlCodec *yaml);
    /// Line of the field, from 1, or of its nearest parent; 0 when nothing of it is there.
    [[nodiscard]] int lineOf(const QString &field) const;
    /// Whether the field itself is there.
    [[nodiscard]] bool has(const QString &field) const;
    /// "spec.envVars[0].value" as the JSON pointer /spec/envVars/0/value; keys in quotes may hold dots.
    [[nodiscard]] static QString pointerOf(const QString &field);

private:
    QHash<QString, ports::TextPosition> m_positions;
    QStringList m_text;
};

/// The server's warnings and refusals with the lines of the text after the change they belong to.
[[nodiscard]] QList<LineNote> notesOf(const state::EditReview &review, const QString &after, const ports::YamlCodec *yaml);
[[nodiscard]] QList<YamlView::Problem> problemsOf(const QList<ErrorCause> &causes, const QString &text, const ports::YamlCodec *yaml);

/// A JSON value on one line as people write it: 200Gi, "2", [a, b], {…}; "absent" when undefined.
[[nodiscard]] QString valueText(const QJsonValue &value);
/// A typed text as a value: what YAML makes of it; nothing when it is not one value.
[[nodiscard]] Result<QJsonValue> valueOf(const QString &text, const ports::YamlCodec *yaml);

}
