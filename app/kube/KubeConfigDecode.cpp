// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/KubeConfigDecode.h"

#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QSet>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

constexpr FieldSpec kCluster[] = {
    {"server", FieldType::Text, false},
    {"tls-server-name", FieldType::Text, true},
    {"insecure-skip-tls-verify", FieldType::Bool, true},
    {"certificate-authority", FieldType::Text, true},
    {"certificate-authority-data", FieldType::Bytes, true},
    {"proxy-url", FieldType::Text, true},
    {"disable-compression", FieldType::Bool, true},
    {"extensions", FieldType::Extensions, true},
};
constexpr FieldSpec kUser[] = {
    {"client-certificate", FieldType::Text, true},
    {"client-certificate-data", FieldType::Bytes, true},
    {"client-key", FieldType::Text, true},
    {"client-key-data", FieldType::Bytes, true},
    {"token", FieldType::Text, true},
    {"tokenFile", FieldType::Text, true},
    {"as", FieldType::Text, true},
    {"as-uid", FieldType::Text, true},
    {"as-groups", FieldType::Texts, true},
    {"as-user-extra", FieldType::TextsMap, true},
    {"username", FieldType::Text, true},
    {"password", FieldType::Text, true},
    {"auth-provider", FieldType::AuthProvider, true},
    {"exec", FieldType::Exec, true},
    {"extensions", FieldType::Extensions, true},
};
constexpr FieldSpec kContext[] = {
    {"cluster", FieldType::Text, false},
    {"user", FieldType::Text, false},
    {"namespace", FieldType::Text, true},
    {"extensions", FieldType::Extensions, true},
};
constexpr FieldSpec kExec[] = {
    {"command", FieldType::Text, false},
    {"args", FieldType::Texts, false},
    {"env", FieldType::Env, false},
    {"apiVersion", FieldType::Text, true},
    {"installHint", FieldType::Text, true},
    {"provideClusterInfo", FieldType::Bool, false},
    {"interactiveMode", FieldType::Text, true},
};
constexpr FieldSpec kAuthProvider[] = {
    {"name", FieldType::Text, false},
    {"config", FieldType::TextMap, false},
};
constexpr FieldSpec kEnv[] = {
    {"name", FieldType::Text, false},
    {"value", FieldType::Text, false},
};

bool byName(const KubeEntry &a, const KubeEntry &b)
{
    return a.name.toUtf8() < b.name.toUtf8();
}

class Decoder {
    Q_DECLARE_TR_FUNCTIONS(qd::kube::KubeConfig)

public:
    Decoder(const ports::YamlDocument &document, const QString &file) : m_document(document), m_file(file) { }

    DecodedKubeConfig run()
    {
        DecodedKubeConfig out;
        const QJsonValue root = m_document.value;
        if (root.isNull())
            return out;
        if (!root.isObject()) {
            refuse({}, u"an object"_s, root);
            return out;
        }
        const QJsonObject object = root.toObject();
        checkType(object);
        out.clusters = named(object, u"clusters"_s, u"cluster"_s, clusterFields());
        out.users = named(object, u"users"_s, u"user"_s, userFields());
        out.contexts = named(object, u"contexts"_s, u"context"_s, contextFields());
        out.extensions = named(object, u"extensions"_s, u"extension"_s, {});
        out.current = text(object.value("current-context"_L1), u"/current-context"_s);
        const QJsonValue preferences = object.value("preferences"_L1);
        if (preferences.isObject()) {
            out.colors = flag(preferences.toObject().value("colors"_L1), u"/preferences/colors"_s);
            m_prefix = u"/preferences"_s;
            out.preferenceExtensions = named(preferences.toObject(), u"extensions"_s, u"extension"_s, {});
        } else if (!absent(preferences)) {
            refuse(u"/preferences"_s, tr("an object"), preferences);
        }
        return out;
    }

    [[nodiscard]] const QList<ErrorCause> &problems() const { return m_problems; }

private:
    static bool absent(const QJsonValue &value) { return value.isUndefined() || value.isNull(); }

    void add(const QString &pointer, const QString &what)
    {
        const ports::TextPosition at = m_document.positions.value(pointer);
        const QString field = fieldOf(pointer);
        QString message = field.isEmpty() ? m_file : QString(m_file + u": "_s + field);
        if (at.line > 0)
            message = tr("%1, line %2, column %3").arg(field.isEmpty() ? m_file : QString(m_file + u": "_s + field)).arg(at.line).arg(at.column);
        m_problems.append({field, u"FieldValueInvalid"_s, QString(message + u' ' + what)});
    }

    void refuse(const QString &pointer, const QString &wanted, const QJsonValue &value)
    {
        const QString found = value.isBool() ? tr("a boolean") : value.isDouble() ? tr("a number") : value.isString() ? tr("a text")
            : value.isArray() ? tr("a list") : tr("an object");
        const bool quote = wanted == tr("a text") && (value.isBool() || value.isDouble());
        add(pointer, quote ? tr("must be %1, not %2; put it in quotes.").arg(wanted, found) : tr("must be %1, not %2.").arg(wanted, found));
    }

    static QString fieldOf(const QString &pointer)
    {
        QString out;
        const QStringList tokens = json::split(pointer);
        for (const QString &token : tokens) {
            bool number = false;
            token.toInt(&number);
            out += number ? QString(u'[' + token + u']') : out.isEmpty() ? token : QString(u'.' + token);
        }
        return out;
    }

    void checkType(const QJsonObject &object)
    {
        const QString kind = text(object.value("kind"_L1), u"/kind"_s);
        const QString version = text(object.value("apiVersion"_L1), u"/apiVersion"_s);
        if (!kind.isEmpty() && kind != "Config"_L1)
            add(u"/kind"_s, tr("is \"%1\", but a kubeconfig is of kind Config.").arg(kind));
        if (!version.isEmpty() && version != "v1"_L1)
            add(u"/apiVersion"_s, tr("is \"%1\", but only v1 is known.").arg(version));
    }

    QString text(const QJsonValue &value, const QString &pointer)
    {
        if (!absent(value) && !value.isString())
            refuse(pointer, tr("a text"), value);
        return value.toString();
    }

    bool flag(const QJsonValue &value, const QString &pointer)
    {
        if (!absent(value) && !value.isBool())
            refuse(pointer, tr("true or false"), value);
        return value.toBool();
    }

    /// A list, each element decoded; null when absent.
    template <typename Element> QJsonValue list(const QJsonValue &value, const QString &pointer, Element element)
    {
        if (absent(value))
            return QJsonValue::Null;
        if (!value.isArray())
            refuse(pointer, tr("a list"), value);
        QJsonArray out;
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            out.append(element(array.at(i), QString(pointer + u'/' + QString::number(i))));
        return out;
    }

    QJsonValue texts(const QJsonValue &value, const QString &pointer)
    {
        return list(value, pointer, [this](const QJsonValue &element, const QString &at) { return text(element, at); });
    }

    /// Bytes as base64; Go also takes a list of numbers.
    QString bytes(const QJsonValue &value, const QString &pointer)
    {
        if (value.isArray()) {
            QByteArray out;
            const QJsonArray array = value.toArray();
            for (const QJsonValue &element : array) {
                const int byte = element.toInt(-1);
                if (byte < 0 || byte > 255) {
                    refuse(pointer, tr("base64 text"), value);
                    return {};
                }
                out += char(byte);
            }
            return QString::fromLatin1(out.toBase64());
        }
        const QString encoded = text(value, pointer);
        const std::optional<QByteArray> decoded = decodeBase64(encoded);
        if (!decoded) {
            add(pointer, tr("is not valid base64. Encode the PEM file with base64 -w0, or name it without \"-data\"."));
            return {};
        }
        return QString::fromLatin1(decoded->toBase64());
    }

    QJsonValue map(const QJsonValue &value, const QString &pointer, bool lists)
    {
        if (absent(value))
            return QJsonValue::Null;
        if (!value.isObject())
            refuse(pointer, tr("an object"), value);
        QJsonObject out;
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            const QString child = pointer + json::join({it.key()});
            out.insert(it.key(), lists ? texts(it.value(), child) : QJsonValue(text(it.value(), child)));
        }
        return out;
    }

    QJsonValue extensions(const QJsonObject &owner, const QString &pointer)
    {
        const QString before = std::exchange(m_prefix, pointer);
        QJsonArray out;
        const QList<KubeEntry> entries = named(owner, u"extensions"_s, u"extension"_s, {});
        for (const KubeEntry &entry : entries)
            out.append(QJsonObject{{u"name"_s, entry.name}, {u"extension"_s, entry.fields.value("extension"_L1)}});
        m_prefix = before;
        return out;
    }

    QJsonValue field(const FieldSpec &spec, const QJsonObject &object, const QString &owner)
    {
        const QString name = QString::fromLatin1(spec.name);
        const QJsonValue value = object.value(name);
        const QString pointer = owner + u'/' + name;
        switch (spec.type) {
        case FieldType::Text:
            return text(value, pointer);
        case FieldType::Bool:
            return flag(value, pointer);
        case FieldType::Bytes:
            return absent(value) ? QJsonValue(QString()) : QJsonValue(bytes(value, pointer));
        case FieldType::Texts:
            return texts(value, pointer);
        case FieldType::TextMap:
            return map(value, pointer, false);
        case FieldType::TextsMap:
            return map(value, pointer, true);
        case FieldType::Env:
            return list(value, pointer, [this](const QJsonValue &element, const QString &at) { return structure(element, at, envFields()); });
        case FieldType::Exec:
            return absent(value) ? QJsonValue() : withMode(structure(value, pointer, execFields()));
        case FieldType::AuthProvider:
            return absent(value) ? QJsonValue() : QJsonValue(structure(value, pointer, authProviderFields()));
        case FieldType::Extensions:
            return extensions(object, owner);
        case FieldType::Any:
            return value;
        }
        return {};
    }

    static QJsonObject withMode(QJsonObject object)
    {
        const QString version = object.value("apiVersion"_L1).toString();
        if (!object.contains("interactiveMode"_L1)
            && (version == "client.authentication.k8s.io/v1beta1"_L1 || version == "client.authentication.k8s.io/v1alpha1"_L1))
            object.insert(u"interactiveMode"_s, u"IfAvailable"_s);
        return object;
    }

    QJsonObject structure(const QJsonValue &value, const QString &pointer, std::span<const FieldSpec> fields)
    {
        if (!absent(value) && !value.isObject())
            refuse(pointer, tr("an object"), value);
        QJsonObject out;
        const QJsonObject object = value.toObject();
        for (const FieldSpec &spec : fields) {
            const QJsonValue decoded = field(spec, object, pointer);
            // an object that is there is kept even when it says nothing: a pointer in Go
            const bool pointed = decoded.isObject() && (spec.type == FieldType::Exec || spec.type == FieldType::AuthProvider);
            const bool empty = decoded.isNull() || decoded == QJsonValue(false) || decoded == QJsonValue(QString())
                || (decoded.isArray() && decoded.toArray().isEmpty()) || (decoded.isObject() && !pointed && decoded.toObject().isEmpty());
            if (!spec.omitEmpty || !empty)
                out.insert(QString::fromLatin1(spec.name), decoded);
        }
        return out;
    }

    /// A list of {name, <inner>}; without fields the inner value is kept as it is.
    QList<KubeEntry> named(const QJsonObject &object, const QString &list, const QString &inner, std::span<const FieldSpec> fields)
    {
        const QString prefix = m_prefix + u'/' + list;
        const QJsonValue value = object.value(list);
        if (!absent(value) && !value.isArray())
            refuse(prefix, tr("a list"), value);
        QList<KubeEntry> out;
        QSet<QString> seen;
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            const QString pointer = prefix + u'/' + QString::number(i);
            if (!absent(array.at(i)) && !array.at(i).isObject())
                refuse(pointer, tr("an object"), array.at(i));
            const QJsonObject item = array.at(i).toObject();
            KubeEntry entry{text(item.value("name"_L1), pointer + u"/name"_s), m_file, {}};
            const QJsonValue content = item.value(inner);
            entry.fields = fields.empty() ? QJsonObject{{inner, content.isUndefined() ? QJsonValue() : content}}
                                          : structure(content, pointer + u'/' + inner, fields);
            if (seen.contains(entry.name))
                add(pointer, tr("repeats the name \"%1\"; give each entry of %2 a name of its own.").arg(entry.name, list));
            seen.insert(entry.name);
            out.append(entry);
        }
        std::sort(out.begin(), out.end(), byName);
        return out;
    }

    const ports::YamlDocument &m_document;
    QString m_file;
    QString m_prefix;
    QList<ErrorCause> m_problems;
};

}

std::span<const FieldSpec> clusterFields() { return kCluster; }
std::span<const FieldSpec> userFields() { return kUser; }
std::span<const FieldSpec> contextFields() { return kContext; }
std::span<const FieldSpec> execFields() { return kExec; }
std::span<const FieldSpec> authProviderFields() { return kAuthProvider; }
std::span<const FieldSpec> envFields() { return kEnv; }

std::optional<QByteArray> decodeBase64(const QString &text)
{
    QByteArray compact = text.toUtf8();
    compact.replace('\n', QByteArrayView()).replace('\r', QByteArrayView());
    if (compact.size() % 4 != 0)
        return std::nullopt;
    auto decoded = QByteArray::fromBase64Encoding(compact, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    return decoded ? std::optional(*decoded) : std::nullopt;
}

namespace {

/// kubectl reads YAML 1.1 and refuses a file that says it is of another version.
std::optional<Error> wrongDirective(const QByteArray &bytes, const QString &file)
{
    qsizetype number = 0;
    for (const QByteArray &line : bytes.left(4096).split('\n')) {
        ++number;
        if (!line.isEmpty() && line.at(0) != '%' && line.at(0) != '#' && line.at(0) != '\r')
            break;
        if (line.startsWith("%YAML") && line.mid(5).split('#').first().trimmed() != "1.1")
            return Error{ErrorKind::Invalid,
                QCoreApplication::translate("qd::kube::KubeConfig", "%1, line %2: kubeconfigs are YAML 1.1, and this says another version.")
                    .arg(file).arg(number),
                QCoreApplication::translate("qd::kube::KubeConfig", "Remove the line.")};
    }
    return std::nullopt;
}

}

Result<DecodedKubeConfig> decodeKubeConfig(const QByteArray &bytes, const QString &file)
{
    if (const std::optional<Error> problem = wrongDirective(bytes, file))
        return *problem;
    static const std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec({.duplicateKeys = true, .firstDocumentOnly = true});
    const Result<ports::YamlDocument> document = codec->parse(bytes);
    if (!document) {
        Error error = document.error();
        error.message = QString(file + u": "_s + error.message);
        return error;
    }
    Decoder decoder(*document, file);
    DecodedKubeConfig out = decoder.run();
    if (decoder.problems().isEmpty())
        return out;
    Error error{ErrorKind::Invalid, {}};
    QStringList messages;
    for (const ErrorCause &cause : decoder.problems())
        messages.append(cause.message);
    error.message = messages.join(u' ');
    error.causes = decoder.problems();
    return error;
}

}
