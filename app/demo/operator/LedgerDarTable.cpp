// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerDarTable.h"

#include "app/demo/operator/LedgerLook.h"

#include <QJsonObject>
#include <QRegularExpression>
#include <QVersionNumber>

#include <initializer_list>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

struct Package
{
    const char *id, *name, *version;
};

/// The first kShared are in every DAR, the next two in those of SDK 3.3, the rest in some.
constexpr int kShared = 27;
constexpr int kSdk33 = 29;
constexpr Package kPackages[] = {
    // clang-format off
    {"ee33fb70918e7aaa3d3fc44d64a399fb2bf5bcefc54201b1690ecd448551ba88", "daml-prim-DA-Exception-ArithmeticError", ""},
    {"6da1f43a10a179524e840e7288b47bda213339b0552d92e87ae811e52f59fc0e", "daml-prim-DA-Exception-AssertionFailed", ""},
    {"f181cd661f7af3a60bdaae4b0285a2a67beb55d6910fc8431dbae21a5825ec0f", "daml-prim-DA-Exception-GeneralError", ""},
    {"91e167fa7a256f21f990c526a0a0df840e99aeef0e67dc1f5415b0309486de74", "daml-prim-DA-Exception-PreconditionFailed", ""},
    {"0e4a572ab1fb94744abb02243a6bbed6c78fc6e3c8d3f60c655f057692a62816", "daml-prim-DA-Internal-Erased", ""},
    {"e5411f3d75f072b944bd88e652112a14a3d409c491fd9a51f5f6eede6d3a3348", "daml-prim-DA-Internal-NatSyn", ""},
    {"ab068e2f920d0e06347975c2a342b71f8b8e3b4be0f02ead9442caac51aa8877", "daml-prim-DA-Internal-PromotedText", ""},
    {"5aee9b21b8e9a4c4975b5f4c4198e6e6e8469df49e2010820e792f393db870f4", "daml-prim-DA-Types", ""},
    {"fcee8dfc1b81c449b421410edd5041c16ab59c45bbea85bcb094d1b17c3e9df7", "daml-prim-GHC-Prim", ""},
    {"19f0df5fdaf5a96e137b6ea885fdb378f37bd3166bd9a47ee11518e33fa09a20", "daml-prim-GHC-Tuple", ""},
    {"e7e0adfa881e7dbbb07da065ae54444da7c4bccebcb8872ab0cb5dcf9f3761ce", "daml-prim-GHC-Types", ""},
    {"a1fa18133ae48cbb616c4c148e78e661666778c3087d099067c7fe1868cbb3a1", "daml-stdlib-DA-Action-State-Type", ""},
    {"fa79192fe1cce03d7d8db36471dde4cf6c96e6d0f07e1c391dd49e355af9b38c", "daml-stdlib-DA-Date-Types", ""},
    {"6f8e6085f5769861ae7a40dccd618d6f747297d59b37cab89b93e2fa80b0c024", "daml-stdlib-DA-Internal-Any", ""},
    {"86d888f34152dae8729900966b44abcb466b9c111699678de58032de601d2b04", "daml-stdlib-DA-Internal-Down", ""},
    {"7adc4c2d07fa3a51173c843cba36e610c1168b2dbbf53076e20c0092eae8763d", "daml-stdlib-DA-Internal-Fail-Types", ""},
    {"c280cc3ef501d237efa7b1120ca3ad2d196e089ad596b666bed59a85f3c9a074", "daml-stdlib-DA-Internal-Interface-AnyView-Types", ""},
    {"9e70a8b3510d617f8a136213f33d6a903a10ca0eeec76bb06ba55d1ed9680f69", "daml-stdlib-DA-Internal-Template", ""},
    {"cae345b5500ef6f84645c816f88b9f7a85a9f3c71697984abdf6849f81e80324", "daml-stdlib-DA-Logic-Types", ""},
    {"52854220dc199884704958df38befd5492d78384a032fd7558c38f00e3d778a2", "daml-stdlib-DA-Monoid-Types", ""},
    {"bde4bd30749e99603e5afa354706608601029e225d4983324d617825b634253a", "daml-stdlib-DA-NonEmpty-Types", ""},
    {"bfda48f9aa2c89c895cde538ec4b4946c7085959e031ad61bde616b9849155d7", "daml-stdlib-DA-Random-Types", ""},
    {"d095a2ccf6dd36b2415adc4fa676f9191ba63cd39828dc5207b36892ec350cbc", "daml-stdlib-DA-Semigroup-Types", ""},
    {"c3bb0c5d04799b3f11bad7c3c102963e115cf53da3e4afcbcfd9f06ebd82b4ff", "daml-stdlib-DA-Set-Types", ""},
    {"60c61c542207080e97e378ab447cc355ecc47534b3a3ebbff307c4fb8339bc4d", "daml-stdlib-DA-Stack-Types", ""},
    {"b70db8369e1c461d5c70f1c86f526a29e9776c655e6ffc2560f95b05ccb8b946", "daml-stdlib-DA-Time-Types", ""},
    {"3cde94fe9be5c700fc1d9a8ad2277e2c1214609f8c52a5b4db77e466875b8cb7", "daml-stdlib-DA-Validation-Types", ""},
    {"54f85ebfc7dfae18f7d70370015dcc6c6792f60135ab369c44ae52c6fc17c274", "daml-prim", ""},
    {"9d1a644e686435cf934f2f3f049138a424863b2a800130046dadc0c994ea5df3", "daml-stdlib", "3.3.0.20250502.13767.0"},
    {"590736e6f7bc01492007ecb27f3fe75995c19fbd3d41b384aada69619fd4f76c", "daml-prim", ""},
    {"99ea07e101ed25cdb8584e072278d8df62e10d72c172bfe1621ba0a51cee61ce", "daml-stdlib", "3.4.0.20251020.14338.0"},
    {"7804375fe5e4c6d5afe067bd314c42fe0b7d005a1300019c73154dd939da4dda", "splice-api-featured-app-v1", "1.0.0"},
    {"275064aacfe99cea72ee0c80563936129563776f67415ef9f13e4297eecbc520", "splice-api-token-allocation-instruction-v1", "1.0.0"},
    {"93c942ae2b4c2ba674fb152fe38473c507bda4e82b4e4c5da55a552a9d8cce1d", "splice-api-token-allocation-v1", "1.0.0"},
    {"718a0f77e505a8de22f188bd4c87fe74101274e9d4cb1bfac7d09aec7158d35b", "splice-api-token-holding-v1", "1.0.0"},
    {"4ded6b668cb3b64f7a88a30874cd41c75829f5e064b3fbbadf41ec7e8363354f", "splice-api-token-metadata-v1", "1.0.0"},
    {"55ba4deb0ad4662c4168b39859738a0e91388d252286480c7331b3f71a517281", "splice-api-token-transfer-instruction-v1", "1.0.0"},
    {"b7356fbb2cf8a3b22194d8c743c3c216d9c7527b257c8c38b257eb22942be358", "splice-util", "0.1.4"},
    // clang-format on
};

enum class Base { None, Shared, Sdk33 };

struct Dar
{
    const char *sha256;
    qint64 size;
    const char *id, *name, *version, *lf, *sdk;
    Base base;
    std::initializer_list<int> more;
};

const Dar *dars(qsizetype &count)
{
    static const Dar all[] = {
        // clang-format off
        {"b038ca6b90cbc342dffa4764d78d17144e0b508526f1dee8f298fe65c3083c07",
         432557, "de2cc2f90eb523414ff54e899951dadd8789a4c07e0f71f6d6c9eaf57d412a54",
         "canton-builtin-admin-workflow-ping", "3.4.0", "2.2", "3.4.0-snapshot.20251020.14338.0.v0c8ae53c", Base::Shared, {29, 30}},
        {"cd35c5d26b2d2f4e477530c8ee45661558c2c1d49a3f046de1fd5243c804e1d6",
         475, "968b64d6f60d3643a9554d5ea10bae48b0eac89be3598c369426d382b9b9cc2b",
         "incompatibleUpgrade", "1.0.0", "1.15", "0.0.0", Base::None, {}},
        {"daf8f14fac37dab0a0bc919e0a43f07797a51d4ac3a658716abfecd376709865",
         491, "dc0563f935abf08b498003bcf8ec6b070a619ff05ae4a091572863947cc8901c",
         "encoder_binary", "1.0.0", "2.1", "0.0.0", Base::None, {}},
        {"7bedcdd37d92d25b35b36f884d7b8208b696f4260343d812cbe94d91090d082d",
         1197811, "95a88ff9ffd509e097802ecf3bbd58c83a5dff408e439cca4e2105ebd2cd0760",
         "splice-amulet", "0.1.12", "2.1", "3.3.0-snapshot.20250502.13767.0.v2fc6c7e2", Base::Sdk33, {31, 32, 33, 34, 35, 36, 37}},
        {"053f4f05e86987f3e73cfd1fbebcbaab983e0246328336c92b0e6517cd9d2d17",
         1199291, "6e9fc50fb94e56751b49f09ba2dc84da53a9d7cff08115ebb4f6b7a12d0c990c",
         "splice-amulet", "0.1.13", "2.1", "3.3.0-snapshot.20250502.13767.0.v2fc6c7e2", Base::Sdk33, {31, 32, 33, 34, 35, 36, 37}},
        {"ef75f8eb41a65810221784fdb78bb9dfac7cb22245aba14fa7cb7f69c34e0175",
         267795, "718a0f77e505a8de22f188bd4c87fe74101274e9d4cb1bfac7d09aec7158d35b",
         "splice-api-token-holding-v1", "1.0.0", "2.1", "3.3.0-snapshot.20250502.13767.0.v2fc6c7e2", Base::Sdk33, {35}},
        {"7ef5a7ee5988fe37379db98f59f4716ec054da4a4ac052ff20139c258c2f78ca",
         267821, "a0538353ed6b7be1a596d94fe7c2acb4a89ea9abdc6cff3388b0eebe0452bafb",
         "splice-util", "0.1.3", "2.1", "3.3.0-snapshot.20250502.13767.0.v2fc6c7e2", Base::Sdk33, {}},
        {"39fe005a1999345a8188b6c3f861730804675403004afb0fda03ad67f2099fe7",
         268907, "b7356fbb2cf8a3b22194d8c743c3c216d9c7527b257c8c38b257eb22942be358",
         "splice-util", "0.1.4", "2.1", "3.3.0-snapshot.20250502.13767.0.v2fc6c7e2", Base::Sdk33, {}},
        {"13d6e26b4073206189b7cc745ff1de4d6da168f4f62bad89dc5acd3822b33d65",
         4181, "4ca96bcb21431f25271492a9a89327e2f9ffccc19ac7a1db5f40e0d59c527e8d",
         "encoder_binary", "1.0.0", "1.15", "0.0.0", Base::None, {}},
        {"c96f7060c1f37d84c000e67e1224ff7016648a48a1974d2028e07dffe60b9dbe",
         3060, "e05ac688309c93353788ae752db9154628a74d9c1323a7a0968e9a1b9702b50e",
         "", "", "1.7", "0.0.0", Base::None, {}},
        {"c95cf28e90ea9a07c3a517f2f1af26e55cc9ef859f3f15b65d59b607c34bc60d",
         5400, "0b492a754765457af1364dd6aed856b883c881204123a3fb27440f72125827ef",
         "testing-dar-2_1", "0.0.0", "2.1", "0.0.0", Base::None, {}},
        // clang-format on
    };
    count = qsizetype(std::size(all));
    return all;
}

QJsonObject package(int index)
{
    const Package &one = kPackages[index];
    QJsonObject object{{u"packageId"_s, QString::fromLatin1(one.id)}, {u"name"_s, QString::fromLatin1(one.name)}};
    if (*one.version != 0)
        object.insert("version"_L1, QString::fromLatin1(one.version));
    return object;
}

QJsonArray packages(Base base, std::initializer_list<int> more)
{
    QJsonArray list;
    const int count = base == Base::None ? 0 : base == Base::Shared ? kShared : kSdk33;
    for (int i = 0; i < count; ++i)
        list.append(package(i));
    for (const int index : more)
        list.append(package(index));
    return list;
}

}

std::optional<DarFacts> knownDar(const QString &sha256)
{
    qsizetype count = 0;
    const Dar *all = dars(count);
    for (qsizetype i = 0; i < count; ++i) {
        const Dar &dar = all[i];
        if (sha256 != QLatin1String(dar.sha256))
            continue;
        return DarFacts{QString::fromLatin1(dar.id), QString::fromLatin1(dar.name), QString::fromLatin1(dar.version),
            QString::fromLatin1(dar.lf), QString::fromLatin1(dar.sdk), dar.size, packages(dar.base, dar.more)};
    }
    return std::nullopt;
}

DarFacts darNamed(const QString &fileName, const QString &sha256, qint64 size)
{
    static const QRegularExpression form(u"^(.*?)[-:](\\d+(?:\\.\\d+)*)(?:\\.dar)?$"_s);
    const QString last = fileName.section(u'/', -1);
    const auto match = form.match(last);
    DarFacts facts;
    facts.name = match.hasMatch() ? match.captured(1) : last.section(u".dar"_s, 0, 0);
    facts.version = match.hasMatch() ? match.captured(2) : u"1.0.0"_s;
    facts.packageId = fingerprintFor(QString(u"dar/"_s + sha256)).mid(4);
    facts.lfVersion = u"2.1"_s;
    facts.sdkVersion = u"3.4.9"_s;
    facts.size = size;
    facts.dependencies = packages(Base::Sdk33, {});
    return facts;
}

bool olderVersion(const QString &left, const QString &right)
{
    return QVersionNumber::fromString(left) < QVersionNumber::fromString(right);
}

}
