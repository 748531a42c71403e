// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Error.h"

#include <utility>
#include <variant>

namespace qd {

/// A value or an Error; cannot be ignored. Copyable when T is (Qt 6.4 futures need copyable results).
template <typename T>
class [[nodiscard]] Result {
public:
    Result() : m_value(Error{ErrorKind::Cancelled, QStringLiteral("cancelled")}) { }
    Result(T value) : m_value(std::move(value)) { }
    Result(Error error) : m_value(std::move(error)) { }

    [[nodiscard]] bool ok() const { return std::holds_alternative<T>(m_value); }
    explicit operator bool() const { return ok(); }
    const T &operator*() const & { return std::get<T>(m_value); }
    T &operator*() & { return std::get<T>(m_value); }
    const T *operator->() const { return &std::get<T>(m_value); }
    T *operator->() { return &std::get<T>(m_value); }
    [[nodiscard]] const T &value() const { return std::get<T>(m_value); }
    [[nodiscard]] const Error &error() const { return std::get<Error>(m_value); }

private:
    std::variant<T, Error> m_value;
};

/// The value of a step that only succeeds or fails: Result<Done>.
struct Done {
    friend bool operator==(const Done &, const Done &) = default;
};

}
