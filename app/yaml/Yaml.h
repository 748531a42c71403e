// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/YamlCodec.h"

#include <memory>

namespace qd::yaml {

/// Bounds and the two places where readers of Kubernetes differ.
struct Options {
    qsizetype maxBytes = 16 * 1024 * 1024;
    int maxDepth = 200;
    /// kubectl's reader of kubeconfig lets the last of two equal keys win; everybody else refuses.
    bool duplicateKeys = false;
    /// kubectl reads the first document of a kubeconfig and ignores the rest.
    bool firstDocumentOnly = false;
};

/// The codec on yaml-cpp. Scalars are resolved as sigs.k8s.io/yaml (go-yaml v2) resolves them, so that a file means here
/// what it means to kubectl: yes/no/on/off/y/n are booleans, 010 is 8, timestamps are texts, `<<` merges in place.
/// Whole numbers over 9223372036854775807 become floating point. UTF-16 with a byte order mark is read too.
/// Stateless and thread safe. Errors: kind Invalid, message with line and column (from 1, in characters).
[[nodiscard]] std::shared_ptr<ports::YamlCodec> makeYamlCodec(const Options &options = {});

}
