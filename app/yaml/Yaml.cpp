// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/Yaml.h"

#include "app/yaml/YamlEmitter.h"
#include "app/yaml/YamlReader.h"

#include <QCoreApplication>

namespace qd::yaml {

namespace {

class Codec : public ports::YamlCodec {
    Q_DECLARE_TR_FUNCTIONS(qd::yaml)

public:
    explicit Codec(const Options &options) : m_options(options) { }

    [[nodiscard]] Result<ports::YamlDocument> parse(const QByteArray &text) const override
    {
        const Result<QList<ports::YamlDocument>> all = readYaml(text, m_options);
        if (!all)
            return all.error();
        if (all->isEmpty())
            return ports::YamlDocument{QJsonValue(QJsonValue::Null), {}};
        if (all->size() > 1) {
            const ports::TextPosition second = all->at(1).positions.value(QString());
            Error error{ErrorKind::Invalid, tr("Line %1: a second document begins; only one is expected.").arg(second.line)};
            error.remedy = tr("Remove the line --- and what follows, or give each document a file of its own.");
            return error;
        }
        return all->first();
    }

    [[nodiscard]] Result<QList<ports::YamlDocument>> parseAll(const QByteArray &text) const override
    {
        return readYaml(text, m_options);
    }

    [[nodiscard]] QByteArray emitText(const QJsonValue &value) const override { return emitYaml(value); }

private:
    Options m_options;
};

}

std::shared_ptr<ports::YamlCodec> makeYamlCodec(const Options &options)
{
    return std::make_shared<Codec>(options);
}

}
