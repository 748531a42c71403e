// SPDX-License-Identifier: GPL-3.0-or-later
// A tool of the build: one YAML document as compact JSON, read as the programs read it. What a program carries inside is then
// parsed in a millisecond at every start, not in twenty.
//   qd_yamltojson FROM.yaml TO.json
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QFile>
#include <QTextStream>

using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    QTextStream errors(stderr);
    if (argc != 3) {
        errors << "qd_yamltojson FROM.yaml TO.json\n";
        return 2;
    }
    QFile from(QString::fromLocal8Bit(argv[1])), to(QString::fromLocal8Bit(argv[2]));
    if (!from.open(QIODevice::ReadOnly)) {
        errors << from.fileName() << ": " << from.errorString() << '\n';
        return 1;
    }
    const auto document = qd::yaml::makeYamlCodec()->parse(from.readAll());
    if (!document) {
        errors << from.fileName() << ": " << document.error().text() << '\n';
        return 1;
    }
    const QByteArray json = qd::json::compact(document->value);
    if (!to.open(QIODevice::WriteOnly | QIODevice::Truncate) || to.write(json) != json.size() || !to.flush()) {
        errors << to.fileName() << ": " << to.errorString() << '\n';
        return 1;
    }
    return 0;
}
