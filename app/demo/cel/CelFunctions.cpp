// SPDX-License-Identifier: GPL-3.0-or-later
// Operators and functions of the subset, on JSON values and the opaque values of Kubernetes' CEL libraries.
#include "app/demo/cel/CelNode.h"

#include "models/core/Quantity.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>

#include <cmath>
#include <functional>

namespace qd::demo::cel {

using namespace Qt::StringLiterals;

namespace {

using Arguments = std::vector<Value>;
using Function = std::function<Outcome(const Arguments &)>;

struct Entry {
    size_t least = 0;
    size_t most = 0;
    Function run;
};

Outcome noOverload()
{
    return {QJsonValue(), u"no such overload"_s};
}

Outcome value(const QJsonValue &json)
{
    return {json, {}};
}

const QJsonValue *json(const Value &value)
{
    return std::get_if<QJsonValue>(&value);
}

/// Integers and doubles are different types in CEL; JSON keeps them apart only by having a fraction or not.
bool whole(const QJsonValue &number)
{
    const double d = number.toDouble();
    return std::floor(d) == d && std::abs(d) < 9.3e18;
}

Outcome equal(const Value &a, const Value &b)
{
    const auto *left = json(a);
    const auto *right = json(b);
    if (left != nullptr && right != nullptr)
        return value(*left == *right);
    const auto *p = std::get_if<Quantity>(&a);
    const auto *q = std::get_if<Quantity>(&b);
    if (p != nullptr && q != nullptr)
        return value(p->value == q->value);
    return noOverload();
}

std::optional<int> order(const Value &a, const Value &b)
{
    const auto *left = json(a);
    const auto *right = json(b);
    if (left == nullptr || right == nullptr)
        return std::nullopt;
    if (left->isDouble() && right->isDouble()) {
        if (whole(*left) && whole(*right)) {
            const qint64 x = left->toInteger(), y = right->toInteger();
            return x < y ? -1 : x > y ? 1 : 0;
        }
        const double x = left->toDouble(), y = right->toDouble();
        return x < y ? -1 : x > y ? 1 : 0;
    }
    if (left->isString() && right->isString())
        return QString::compare(left->toString(), right->toString());
    if (left->isBool() && right->isBool())
        return int(left->toBool()) - int(right->toBool());
    return std::nullopt;
}

Function ordered(std::function<bool(int)> holds)
{
    return [holds = std::move(holds)](const Arguments &a) {
        const auto result = order(a[0], a[1]);
        return result ? value(holds(*result)) : noOverload();
    };
}

Outcome contains(const Arguments &a)
{
    const auto *element = json(a[0]);
    const auto *in = json(a[1]);
    if (element == nullptr || in == nullptr)
        return noOverload();
    if (in->isArray())
        return value(in->toArray().contains(*element));
    if (in->isObject() && element->isString())
        return value(in->toObject().contains(element->toString()));
    return noOverload();
}

Outcome add(const Arguments &a)
{
    const auto *left = json(a[0]);
    const auto *right = json(a[1]);
    if (left == nullptr || right == nullptr)
        return noOverload();
    if (left->isString() && right->isString())
        return value(QString(left->toString() + right->toString()));
    if (left->isArray() && right->isArray()) {
        QJsonArray both = left->toArray();
        for (const QJsonValue &one : right->toArray())
            both.append(one);
        return value(both);
    }
    if (!left->isDouble() || !right->isDouble())
        return noOverload();
    return whole(*left) && whole(*right) ? value(left->toInteger() + right->toInteger())
                                         : value(left->toDouble() + right->toDouble());
}

Function arithmetic(std::function<std::optional<qint64>(qint64, qint64)> integers, std::function<double(double, double)> reals)
{
    return [integers = std::move(integers), reals = std::move(reals)](const Arguments &a) {
        const auto *left = json(a[0]);
        const auto *right = json(a[1]);
        if (left == nullptr || right == nullptr || !left->isDouble() || !right->isDouble())
            return noOverload();
        if (!whole(*left) || !whole(*right))
            return value(reals(left->toDouble(), right->toDouble()));
        const auto result = integers(left->toInteger(), right->toInteger());
        return result ? value(*result) : Outcome{QJsonValue(), u"division by zero"_s};
    };
}

Outcome size(const Arguments &a)
{
    const auto *of = json(a[0]);
    if (of == nullptr)
        return noOverload();
    if (of->isString())
        return value(qint64(of->toString().toUcs4().size()));   // code points, as CEL counts
    if (of->isArray())
        return value(qint64(of->toArray().size()));
    return of->isObject() ? value(qint64(of->toObject().size())) : noOverload();
}

Outcome toInt(const Arguments &a)
{
    const auto *of = json(a[0]);
    if (of == nullptr)
        return noOverload();
    if (of->isDouble())
        return value(qint64(of->toDouble()));
    bool ok = false;
    const qint64 number = of->toString().toLongLong(&ok);
    return ok ? value(number) : Outcome{QJsonValue(), u"type conversion error from 'string' to 'int'"_s};
}

Outcome toDouble(const Arguments &a)
{
    const auto *of = json(a[0]);
    if (of == nullptr)
        return noOverload();
    if (of->isDouble())
        return value(of->toDouble());
    bool ok = false;
    const double number = of->toString().toDouble(&ok);
    return ok ? value(number) : Outcome{QJsonValue(), u"type conversion error from 'string' to 'double'"_s};
}

Outcome toText(const Arguments &a)
{
    const auto *of = json(a[0]);
    if (of == nullptr)
        return noOverload();
    if (of->isString())
        return value(*of);
    if (of->isBool())
        return value(of->toBool() ? u"true"_s : u"false"_s);
    if (of->isDouble())
        return value(whole(*of) ? QString::number(of->toInteger()) : QString::number(of->toDouble()));
    return noOverload();
}

Outcome makeUrl(const Arguments &a)
{
    const auto *of = json(a[0]);
    if (of == nullptr || !of->isString())
        return noOverload();
    const auto url = parseUrl(of->toString());
    return url ? Outcome{*url, {}} : Outcome{QJsonValue(), QString(u"URL parse error during conversion from string: "_s + of->toString())};
}

Outcome isUrl(const Arguments &a)
{
    const auto *of = json(a[0]);
    return of != nullptr && of->isString() ? value(parseUrl(of->toString()).has_value()) : noOverload();
}

Outcome makeQuantity(const Arguments &a)
{
    const auto *of = json(a[0]);
    if (of == nullptr || !of->isString())
        return noOverload();
    const auto number = parseQuantity(of->toString());
    return number ? Outcome{Quantity{*number}, {}} : Outcome{QJsonValue(), u"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"_s};
}

Outcome isQuantity(const Arguments &a)
{
    const auto *of = json(a[0]);
    return of != nullptr && of->isString() ? value(parseQuantity(of->toString()).has_value()) : noOverload();
}

Function negate()
{
    return [](const Arguments &a) {
        const auto *of = json(a[0]);
        if (of == nullptr || !of->isDouble())
            return noOverload();
        return whole(*of) ? value(-of->toInteger()) : value(-of->toDouble());
    };
}

Outcome invert(const Arguments &a)
{
    const auto *of = json(a[0]);
    return of != nullptr && of->isBool() ? value(!of->toBool()) : noOverload();
}

using Texts = std::function<QJsonValue(const QString &, const QString &)>;

Function onTexts(Texts run)
{
    return [run = std::move(run)](const Arguments &a) {
        const auto *text = json(a[0]);
        const auto *other = a.size() > 1 ? json(a[1]) : text;
        if (text == nullptr || other == nullptr || !text->isString() || !other->isString())
            return noOverload();
        return value(run(text->toString(), other->toString()));
    };
}

Outcome matches(const Arguments &a)
{
    const auto *text = json(a[0]);
    const auto *pattern = json(a[1]);
    if (text == nullptr || pattern == nullptr || !text->isString() || !pattern->isString())
        return noOverload();
    const QRegularExpression expression(pattern->toString());
    if (!expression.isValid())
        return {QJsonValue(), QString(u"error parsing regexp: "_s + expression.errorString())};
    return value(expression.match(text->toString()).hasMatch());
}

Function ofUrl(QString Url::*part)
{
    return [part](const Arguments &a) {
        const auto *url = std::get_if<Url>(&a[0]);
        return url == nullptr ? noOverload() : value((*url).*part);
    };
}

Function onQuantities(std::function<QJsonValue(double, double)> run)
{
    return [run = std::move(run)](const Arguments &a) {
        const auto *left = std::get_if<Quantity>(&a[0]);
        const auto *right = std::get_if<Quantity>(&a[1]);
        return left == nullptr || right == nullptr ? noOverload() : value(run(left->value, right->value));
    };
}

QHash<QString, Entry> makeFunctions()
{
    QHash<QString, Entry> all;
    all[u"_==_"_s] = {2, 2, [](const Arguments &a) { return equal(a[0], a[1]); }};
    all[u"_!=_"_s] = {2, 2, [](const Arguments &a) {
        const Outcome same = equal(a[0], a[1]);
        return same.ok() ? value(!std::get<QJsonValue>(same.value).toBool()) : same;
    }};
    all[u"_<_"_s] = {2, 2, ordered([](int o) { return o < 0; })};
    all[u"_<=_"_s] = {2, 2, ordered([](int o) { return o <= 0; })};
    all[u"_>_"_s] = {2, 2, ordered([](int o) { return o > 0; })};
    all[u"_>=_"_s] = {2, 2, ordered([](int o) { return o >= 0; })};
    all[u"_in_"_s] = {2, 2, contains};
    all[u"_+_"_s] = {2, 2, add};
    all[u"_-_"_s] = {2, 2, arithmetic([](qint64 x, qint64 y) { return x - y; }, [](double x, double y) { return x - y; })};
    all[u"_*_"_s] = {2, 2, arithmetic([](qint64 x, qint64 y) { return x * y; }, [](double x, double y) { return x * y; })};
    all[u"_/_"_s] = {2, 2, arithmetic([](qint64 x, qint64 y) { return y == 0 ? std::optional<qint64>() : x / y; }, [](double x, double y) { return x / y; })};
    all[u"_%_"_s] = {2, 2, arithmetic([](qint64 x, qint64 y) { return y == 0 ? std::optional<qint64>() : x % y; }, [](double x, double y) { return std::fmod(x, y); })};
    all[u"!_"_s] = {1, 1, invert};
    all[u"-_"_s] = {1, 1, negate()};
    all[u"size"_s] = {1, 1, size};
    all[u"int"_s] = {1, 1, toInt};
    all[u"double"_s] = {1, 1, toDouble};
    all[u"string"_s] = {1, 1, toText};
    all[u"dyn"_s] = {1, 1, [](const Arguments &a) { return Outcome{a[0], {}}; }};
    all[u"url"_s] = {1, 1, makeUrl};
    all[u"isURL"_s] = {1, 1, isUrl};
    all[u"quantity"_s] = {1, 1, makeQuantity};
    all[u"isQuantity"_s] = {1, 1, isQuantity};
    all[u"matches"_s] = {2, 2, matches};
    return all;
}

QHash<QString, Entry> makeMethods()
{
    QHash<QString, Entry> all;
    all[u"size"_s] = {1, 1, size};
    all[u"matches"_s] = {2, 2, matches};
    all[u"startsWith"_s] = {2, 2, onTexts([](const QString &t, const QString &o) { return t.startsWith(o); })};
    all[u"endsWith"_s] = {2, 2, onTexts([](const QString &t, const QString &o) { return t.endsWith(o); })};
    all[u"contains"_s] = {2, 2, onTexts([](const QString &t, const QString &o) { return t.contains(o); })};
    all[u"lowerAscii"_s] = {1, 1, onTexts([](const QString &t, const QString &) { return t.toLower(); })};
    all[u"upperAscii"_s] = {1, 1, onTexts([](const QString &t, const QString &) { return t.toUpper(); })};
    all[u"split"_s] = {2, 2, onTexts([](const QString &t, const QString &o) { return QJsonArray::fromStringList(t.split(o)); })};
    all[u"getScheme"_s] = {1, 1, ofUrl(&Url::scheme)};
    all[u"getHost"_s] = {1, 1, ofUrl(&Url::host)};
    all[u"getHostname"_s] = {1, 1, ofUrl(&Url::hostname)};
    all[u"getPort"_s] = {1, 1, ofUrl(&Url::port)};
    all[u"getEscapedPath"_s] = {1, 1, ofUrl(&Url::path)};
    all[u"compareTo"_s] = {2, 2, onQuantities([](double x, double y) { return x < y ? -1 : x > y ? 1 : 0; })};
    all[u"isLessThan"_s] = {2, 2, onQuantities([](double x, double y) { return x < y; })};
    all[u"isGreaterThan"_s] = {2, 2, onQuantities([](double x, double y) { return x > y; })};
    return all;
}

const QHash<QString, Entry> &functions()
{
    static const QHash<QString, Entry> all = makeFunctions();
    return all;
}

const QHash<QString, Entry> &methods()
{
    static const QHash<QString, Entry> all = makeMethods();
    return all;
}

bool known(const QHash<QString, Entry> &table, const QString &name, size_t arguments)
{
    const auto found = table.constFind(name);
    return found != table.constEnd() && arguments >= found->least && arguments <= found->most;
}

}

std::optional<Url> parseUrl(const QString &text)
{
    // Go's url.ParseRequestURI: an absolute URI or an absolute path, no control characters or spaces, whole escapes.
    static const QRegularExpression bad(u"[\\x00-\\x20\\x7f]|%(?![0-9A-Fa-f]{2})"_s);
    static const QRegularExpression absolute(
        u"^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://(?:[^/?#@]*@)?(\\[[0-9A-Fa-f:.%]*\\]|[^/?#:\\[\\]]*)(?::([0-9]*))?(?=[/?#]|$))?([^?#]*)(?:\\?([^#]*))?(.*)$"_s);
    if (text.isEmpty() || bad.match(text).hasMatch())
        return std::nullopt;
    const auto match = absolute.match(text);
    const bool hasAuthority = match.capturedStart(2) >= 0 && text.contains("//"_L1);
    if (!match.hasMatch() || (match.captured(1).isEmpty() && !text.startsWith(u'/')))
        return std::nullopt;
    // "//" with something the expression did not take as an authority: a host or port that is not one.
    if (!match.captured(1).isEmpty() && match.captured(4).startsWith("//"_L1))
        return std::nullopt;
    Url url{match.captured(1).toLower(), {}, match.captured(2), match.captured(3), match.captured(4), match.captured(5)};
    url.host = url.hostname;
    if (hasAuthority && !url.port.isEmpty())
        url.host += u':' + url.port;
    if (url.hostname.startsWith(u'['))
        url.hostname = url.hostname.mid(1, url.hostname.size() - 2);
    return url;
}

bool knownFunction(const QString &name, size_t arguments)
{
    return known(functions(), name, arguments);
}

bool knownMethod(const QString &name, size_t arguments)
{
    return known(methods(), name, arguments);
}

Outcome callFunction(const QString &name, const Arguments &arguments)
{
    return functions().constFind(name)->run(arguments);
}

Outcome callMethod(const QString &name, const Arguments &arguments)
{
    return methods().constFind(name)->run(arguments);
}

}
