// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ReviewTexts.h"

#include "models/core/Json.h"
#include "models/state/JsonDiff.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ReviewTexts)
};

}

QString objectText(const QJsonObject &object, const ports::YamlCodec *yaml)
{
    if (object.isEmpty())
        return {};
    const QJsonObject plain = state::withoutServerFields(object, true);
    return yaml ? QString::fromUtf8(yaml->emitText(plain)) : QString::fromUtf8(QJsonDocument(plain).toJson());
}

QJsonObject objectForGit(const QJsonObject &of)
{
    QJsonObject object = state::withoutServerFields(of, true);
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    QJsonObject annotations = metadata.value("annotations"_L1).toObject();
    for (const auto &key : {state::annotation::kRequestedBy, state::annotation::kChangeReason, "argocd.argoproj.io/tracking-id"_L1,
                            "kubectl.kubernetes.io/last-applied-configuration"_L1})
        annotations.remove(key);
    annotations.isEmpty() ? metadata.remove("annotations"_L1) : void(metadata.insert("annotations"_L1, annotations));
    metadata.remove("finalizers"_L1);
    object.insert("metadata"_L1, metadata);
    return object;
}

QString textForGit(const QJsonObject &after, const ports::YamlCodec *yaml)
{
    return objectText(objectForGit(after), yaml);
}

FieldLines::FieldLines(const QString &text, const ports::YamlCodec *yaml) : m_text(text.split(u'\n'))
{
    if (!yaml)
        return;
    if (const Result<ports::YamlDocument> document = yaml->parse(text.toUtf8()))
        m_positions = document->positions;
}

QString FieldLines::pointerOf(const QString &field)
{
    // a.b[0].c, a["x.y"], a[key]: tokens between dots and brackets.
    static const QRegularExpression token(u"\\[\"?([^\\]\"]*)\"?\\]|([^.\\[\\]]+)"_s);
    QStringList tokens;
    auto it = token.globalMatch(field);
    while (it.hasNext()) {
        const QRegularExpressionMatch match = it.next();
        tokens.append(match.captured(1).isNull() || match.capturedStart(1) < 0 ? match.captured(2) : match.captured(1));
    }
    return json::join(tokens);
}

bool FieldLines::has(const QString &field) const
{
    return m_positions.contains(field.startsWith(u'/') ? field : pointerOf(field));
}

int FieldLines::lineOf(const QString &field) const
{
    QString pointer = field.startsWith(u'/') ? field : pointerOf(field);
    while (!pointer.isEmpty()) {
        if (const auto known = m_positions.constFind(pointer); known != m_positions.constEnd()) {
            // A map or list starts on the line after its key: the key's own line is meant.
            const QString key = json::split(pointer).last();
            int line = known->line;
            const auto hasKey = [this, &key](int n) { return m_text.value(n - 1).contains(QString(key + u':')); };
            if (!hasKey(line) && line > 1 && hasKey(line - 1))
                --line;
            return line;
        }
        pointer = pointer.left(pointer.lastIndexOf(u'/'));
    }
    return 0;
}

QList<LineNote> notesOf(const state::EditReview &review, const QString &after, const ports::YamlCodec *yaml)
{
    const FieldLines lines(after, yaml);
    QList<LineNote> notes;
    for (const ErrorCause &cause : review.causes) {
        const QString text = cause.field.isEmpty() ? cause.message : QString(cause.field + u": "_s + cause.message);
        notes.append({cause.field.isEmpty() ? 0 : lines.lineOf(cause.field), State::Failed, Words::tr("Server: %1").arg(text)});
    }
    static const QRegularExpression path(u"\\b((?:spec|metadata|status)(?:\\.[A-Za-z0-9_-]+|\\[[^\\]]+\\])+)"_s);
    for (const QString &warning : review.warnings) {
        const QRegularExpressionMatch match = path.match(warning);
        notes.append({match.hasMatch() ? lines.lineOf(match.captured(1)) : 0, State::Degraded, Words::tr("Server: %1").arg(warning)});
    }
    return notes;
}

QList<YamlView::Problem> problemsOf(const QList<ErrorCause> &causes, const QString &text, const ports::YamlCodec *yaml)
{
    const FieldLines lines(text, yaml);
    QList<YamlView::Problem> out;
    for (const ErrorCause &cause : causes) {
        // The row stands at its field's line: the path is said where only a parent of it is there.
        const bool there = !cause.field.isEmpty() && lines.has(cause.field);
        const QString message = cause.field.isEmpty() || there ? cause.message : QString(cause.field + u": "_s + cause.message);
        out.append({qMax(1, cause.field.isEmpty() ? 1 : lines.lineOf(cause.field)), Words::tr("Server: %1").arg(message)});
    }
    return out;
}

QString valueText(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Undefined: return Words::tr("absent");
    case QJsonValue::Null: return u"null"_s;
    case QJsonValue::String: {
        // A text that reads as something else is written in quotes, as in YAML.
        static const QRegularExpression odd(u"^(?:|true|false|null|yes|no|on|off|y|n|~|[-+]?(?:[0-9][0-9_]*(?:\\.[0-9_]*)?(?:e[-+]?[0-9]+)?|0x[0-9a-f_]+|0o?[0-7_]+))$"_s,
                                            QRegularExpression::CaseInsensitiveOption);
        const QString text = value.toString();
        return odd.match(text).hasMatch() ? QString(u'"' + text + u'"') : text;
    }
    default: return QString::fromUtf8(json::compact(value));
    }
}

Result<QJsonValue> valueOf(const QString &text, const ports::YamlCodec *yaml)
{
    if (text.trimmed() == Words::tr("absent"))
        return QJsonValue(QJsonValue::Undefined);
    if (yaml) {
        const Result<ports::YamlDocument> document = yaml->parse(text.toUtf8());
        if (!document)
            return document.error();
        return document->value;
    }
    const QJsonDocument wrapped = QJsonDocument::fromJson(QString(u'[' + text + u']').toUtf8());
    return wrapped.isArray() && wrapped.array().size() == 1 ? wrapped.array().first() : QJsonValue(text);
}

}
