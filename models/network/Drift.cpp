// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/Drift.h"

#include "models/core/Json.h"
#include "models/core/Quantity.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace qd::network {

using namespace Qt::StringLiterals;

namespace {

std::string textOf(const QJsonValue &scalar)
{
    return scalar.isString() ? scalar.toString().toStdString() : json::compact(scalar).toStdString();
}

bool isContainer(const QJsonValue &value)
{
    return value.isObject() || value.isArray();
}

}

bool sameScalar(std::string_view a, std::string_view b)
{
    if (a == b)
        return true;
    // Versions like 1.1 and 1.10 are no quantities: at least one must have a suffix.
    const auto suffixed = [](std::string_view text) { return !text.empty() && std::isalpha(static_cast<unsigned char>(text.back())) != 0; };
    if (!suffixed(a) && !suffixed(b))
        return false;
    const auto quantity = [](std::string_view text) { return parseQuantity(QString::fromUtf8(text.data(), qsizetype(text.size()))); };
    const std::optional<double> x = quantity(a);
    const std::optional<double> y = quantity(b);
    return x && y && std::abs(*x - *y) <= 1e-12 * std::max(std::abs(*x), std::abs(*y));
}

bool sameTruth(const QJsonValue &declared, const QJsonValue &reported)
{
    if (declared.isUndefined() || declared.isNull() || reported.isUndefined() || reported.isNull() || declared == reported)
        return true;
    return !isContainer(declared) && !isContainer(reported) && sameScalar(textOf(declared), textOf(reported));
}

QList<Difference> differencesOf(const KindInfo &kind, const QJsonObject &object)
{
    QList<Difference> out;
    const bool acted = hasActed(object);
    for (const Comparison &pair : kind.comparisons) {
        const QJsonValue declared = json::at(object, pair.declared);
        const QJsonValue reported = json::at(object, pair.reported);
        if (!sameTruth(declared, reported))
            out.append({&pair, declared, reported, acted});
    }
    return out;
}

bool hasActed(const QJsonObject &object)
{
    return object.value("status"_L1)["observedGeneration"_L1].toInteger(-1)
        >= object.value("metadata"_L1)["generation"_L1].toInteger();
}

}
