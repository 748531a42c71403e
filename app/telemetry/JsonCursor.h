// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <string_view>

namespace qd::telemetry {

/// A place in a JSON text that is read once, from front to back, without an index of it: for long lists of numbers. Every step says
/// false where the text is something else, and stays there. The text outlives it; a NUL stands behind its end.
class JsonCursor {
public:
    explicit JsonCursor(const QByteArray &text) : m_begin(text.constData()), m_at(text.constData()), m_end(text.constData() + text.size()) { }

    [[nodiscard]] qsizetype position() const { return m_at - m_begin; }
    [[nodiscard]] bool atEnd();
    /// Behind spaces: the next character, NUL at the end.
    [[nodiscard]] char peek();
    /// Takes this character.
    bool take(char c);
    /// Walks an object or a list: `false` behind its end. `first` is true for the first call, which takes the opening character.
    bool next(char open, char close, bool *first, bool *good);
    /// Takes a text and its colon; as it is written, without the quotes.
    bool key(std::string_view *out);
    bool text(std::string_view *out);
    /// A number, or one in quotes as Prometheus writes it (NaN, +Inf); *isNumber is false for another text.
    bool number(double *out, bool *isNumber);
    /// [1700000000.5,"0.25"] in just this form, as almost all samples are; false, and nothing taken, for any other.
    bool pair(double *first, double *second);
    /// Any value, as it is written. Inside it only texts and brackets are looked at.
    bool value(std::string_view *out);

private:
    void space();
    const char *m_begin;
    const char *m_at;
    const char *m_end;
};

/// A value as Prometheus writes it: NaN, +Inf, -Inf, 1e+06. False: it is none.
[[nodiscard]] bool readValue(const char *begin, const char *end, double *out);

}
