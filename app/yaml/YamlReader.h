// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/Yaml.h"

namespace qd::yaml {

/// The documents of a text. `text` may start with a byte order mark (UTF-8 or UTF-16).
[[nodiscard]] Result<QList<ports::YamlDocument>> readYaml(const QByteArray &text, const Options &options);

}
