// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace qd::config {

struct YamlEntry;

/// One value of a YAML text where it is written; offsets count characters of the text. What cannot be changed safely where it stands
/// (anchors, aliases, tags, literal blocks, texts over several lines) is Opaque: its extent is known, not its parts.
struct YamlNode {
    enum class Kind : quint8 { Null, Scalar, Map, List, FlowMap, FlowList, Opaque };
    Kind kind = Kind::Null;
    qsizetype begin = 0;
    qsizetype end = 0;                  ///< behind its last character, before a comment
    qsizetype column = 0;               ///< of the keys or dashes of a block
    bool comments = false;              ///< of a flow collection: comments stand inside
    std::vector<YamlEntry> entries;     // no initializer: clang would want the type complete here
    [[nodiscard]] const YamlEntry *find(const QString &key) const;
};

/// One key with its value, or one item of a list.
struct YamlEntry {
    QString key = {};
    qsizetype begin = 0;                ///< the key's first character, or the dash
    qsizetype slot = 0;                 ///< behind the colon or the dash
    qsizetype end = 0;
    YamlNode value = {};
};

/// Where everything stands in a text of one document. `line` > 0: the text has a form that is not known here, at that line; nothing is to
/// be changed then. It says nothing about values: what a text means, the codec says.
struct YamlLayout {
    YamlNode root = {};
    int line = 0;
    [[nodiscard]] static YamlLayout of(const QString &text);
};

/// Begin of the line an offset is in; begin of the next one (the text's size at its end); 1 for the first.
[[nodiscard]] qsizetype lineBegin(const QString &text, qsizetype at);
[[nodiscard]] qsizetype lineAfter(const QString &text, qsizetype at);
[[nodiscard]] int lineNumber(const QString &text, qsizetype at);

}
