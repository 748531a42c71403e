// SPDX-License-Identifier: GPL-3.0-or-later
// profiles.yaml changed by the editor: only what was asked for changes, nothing is lost, nothing goes over somebody else's work.
#include "ProfileFileTexts.h"
#include "ProfileTexts.h"
#include "app/config/ProfilesFile.h"
#include "app/config/YamlEdit.h"
#include "app/config/YamlLayout.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::config;

class TestProfilesFile : public QObject {
    Q_OBJECT
    std::shared_ptr<ports::YamlCodec> m_codec = yaml::makeYamlCodec();
    std::unique_ptr<QTemporaryDir> m_dir;

    QString path() const { return m_dir->filePath(u"profiles.yaml"_s); }
    void put(const QByteArray &text) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QByteArray written() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
    }
    ports::ProfileFile read() const
    {
        const auto file = readProfilesFile(path(), *m_codec);
        return file ? *file : ports::ProfileFile{};
    }
    static QJsonObject changed(const ports::ProfileFile &file, const QString &name, const QString &pointer, const QJsonValue &value)
    {
        QJsonValue out = *file.find(name);
        if (value.isUndefined())
            json::remove(out, pointer);
        else
            json::set(out, pointer, value);
        return out.toObject();
    }
    /// Sets one value of a profile and says the lines that differ then, "-" gone and "+" come.
    QStringList edit(const QByteArray &before, const QString &profile, const QString &pointer, const QJsonValue &value)
    {
        put(before);
        const ports::ProfileFile file = read();
        const auto saved = saveProfile(file, {profile, changed(file, profile, pointer, value)}, *m_codec);
        if (!saved)
            return {saved.error().text()};
        if (saved->text != written())
            return {u"what is answered is not what is written"_s};
        return lines(before, written());
    }
    static QStringList lines(const QByteArray &before, const QByteArray &after)
    {
        QStringList a = QString::fromUtf8(before).split(u'\n');
        QStringList b = QString::fromUtf8(after).split(u'\n');
        while (!a.isEmpty() && !b.isEmpty() && a.first() == b.first()) {
            a.removeFirst();
            b.removeFirst();
        }
        while (!a.isEmpty() && !b.isEmpty() && a.last() == b.last()) {
            a.removeLast();
            b.removeLast();
        }
        QStringList out;
        for (const QString &line : a)
            out.append(u'-' + line);
        for (const QString &line : b)
            out.append(u'+' + line);
        return out;
    }

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void oneFieldTouchesOneLine_data()
    {
        QTest::addColumn<QString>("profile");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QStringList>("wanted");
        const QJsonValue gone(QJsonValue::Undefined);
        QTest::newRow("plain, with a comment") << u"prod"_s << u"/name"_s << QJsonValue(u"live"_s) << QStringList{u"-- name: prod   # never rename"_s, u"+- name: live   # never rename"_s};
        QTest::newRow("quotes stay") << u"prod"_s << u"/accent"_s << QJsonValue(u"#00aa00"_s) << QStringList{u"-  accent: \"#8a2be2\""_s, u"+  accent: \"#00aa00\""_s};
        QTest::newRow("flag") << u"prod"_s << u"/production"_s << QJsonValue(false) << QStringList{u"-  production: true"_s, u"+  production: false"_s};
        QTest::newRow("new key stands in its order") << u"prod"_s << u"/readOnly"_s << QJsonValue(true) << QStringList{u"+  readOnly: true"_s};
        QTest::newRow("key taken out") << u"prod"_s << u"/accent"_s << gone << QStringList{u"-  accent: \"#8a2be2\""_s};
        QTest::newRow("flow list") << u"prod"_s << u"/contexts"_s << QJsonValue(QJsonArray{u"prod-main"_s, u"p:2"_s, u"prod-dr"_s})
                                   << QStringList{u"-  contexts: [prod-main, prod-dr]   # both sites"_s, u"+  contexts: [prod-main, \"p:2\", prod-dr]   # both sites"_s};
        QTest::newRow("block list, one more") << u"prod"_s << u"/signIn/scopes"_s << QJsonValue(QJsonArray{u"openid"_s, u"email"_s, u"profile"_s}) << QStringList{u"+    - email"_s};
        QTest::newRow("block list, one less") << u"prod"_s << u"/signIn/scopes"_s << QJsonValue(QJsonArray{u"openid"_s}) << QStringList{u"-    - profile"_s};
        QTest::newRow("nested") << u"prod"_s << u"/signIn/clientId"_s << QJsonValue(u"desk"_s) << QStringList{u"-    clientId: quarterdeck"_s, u"+    clientId: desk"_s};
        QTest::newRow("nested, new") << u"prod"_s << u"/signIn/caFile"_s << QJsonValue(u"ca.pem"_s) << QStringList{u"+    caFile: ca.pem"_s};
        QTest::newRow("in a flow object") << u"prod"_s << u"/telemetry/prometheus/tenant"_s << QJsonValue(u"a, b"_s)
                                          << QStringList{u"-    prometheus: {url: \"https://prom.example.com\", bearer: accessToken}"_s,
                                                         u"+    prometheus: {url: \"https://prom.example.com\", bearer: accessToken, tenant: \"a, b\"}"_s};
        QTest::newRow("a whole section") << u"test"_s << u"/telemetry"_s << QJsonValue(QJsonObject{{u"grafana"_s, QJsonObject{{u"url"_s, u"https://g.example.com"_s}}}})
                                         << QStringList{u"+  telemetry:"_s, u"+    grafana:"_s, u"+      url: https://g.example.com"_s};
        QTest::newRow("empty list filled") << u"test"_s << u"/namespaces"_s << QJsonValue(QJsonArray{u"canton"_s}) << QStringList{u"-  namespaces: []"_s, u"+  namespaces: [canton]"_s};
        QTest::newRow("empty list to objects") << u"test"_s << u"/ledger"_s << QJsonValue(QJsonObject{{u"endpoints"_s, QJsonArray{QJsonObject{{u"node"_s, u"validators/a"_s}, {u"namespace"_s, u"c"_s}, {u"ledgerApi"_s, u"127.0.0.1:5001"_s}}}}})
                                               << QStringList{u"+  ledger:"_s, u"+    endpoints:"_s, u"+    - node: validators/a"_s, u"+      namespace: c"_s, u"+      ledgerApi: \"127.0.0.1:5001\""_s};
        QTest::newRow("another spelling of true") << u"old"_s << u"/readOnly"_s << QJsonValue(false) << QStringList{u"-  readOnly: yes"_s, u"+  readOnly: false"_s};
        QTest::newRow("a text that looks like a number") << u"prod"_s << u"/signIn/clientId"_s << QJsonValue(u"010"_s) << QStringList{u"-    clientId: quarterdeck"_s, u"+    clientId: \"010\""_s};
        QTest::newRow("nothing") << u"prod"_s << u"/production"_s << QJsonValue(true) << QStringList();
    }
    void oneFieldTouchesOneLine()
    {
        QFETCH(QString, profile);
        QFETCH(QString, pointer);
        QFETCH(QJsonValue, value);
        QFETCH(QStringList, wanted);
        QCOMPARE(edit(kHandWritten, profile, pointer, value), wanted);
        // the same with the line ends of another system, and without one at the end
        QByteArray crlf = QByteArray(kHandWritten).replace("\n", "\r\n");
        edit(crlf, profile, pointer, value);
        QCOMPARE(written().count("\r\n"), written().count('\n'));
        QByteArray marked = "\xef\xbb\xbf" + QByteArray(kHandWritten);
        QCOMPARE(edit(marked, profile, pointer, value), wanted);
        QVERIFY(written().startsWith("\xef\xbb\xbf# Who"));
    }

    void severalFieldsAtOnceKeepEveryComment()
    {
        put(kHandWritten);
        const ports::ProfileFile file = read();
        QJsonValue value = *file.find(u"prod"_s);
        json::set(value, u"/name"_s, u"live"_s);
        json::set(value, u"/signIn/caFile"_s, u"ca.pem"_s);
        json::set(value, u"/signIn/roles"_s, QJsonArray{u"/groups"_s});
        json::remove(value, u"/telemetry"_s);
        json::set(value, u"/ledger"_s, QJsonObject{{u"audience"_s, u"https://canton.network.global"_s}});
        const auto saved = saveProfile(file, {u"prod"_s, value.toObject()}, *m_codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().text()));
        QCOMPARE(*saved->find(u"live"_s), value.toObject());
        QCOMPARE(saved->find(u"live"_s)->value(u"colour-of-the-door"_s).toString(), u"green"_s);
        QVERIFY(!saved->warnings.isEmpty());
        QCOMPARE(written().count('#'), QByteArray(kHandWritten).count('#'));
    }

    void profilesComeAndGo()
    {
        put(kHandWritten);
        const auto added = saveProfile(read(), {{}, {{u"name"_s, u"new"_s}, {u"contexts"_s, QJsonArray{u"c"_s}}}}, *m_codec);
        QVERIFY(added.ok());
        QCOMPARE(lines(kHandWritten, written()), (QStringList{u"+- name: new"_s, u"+  contexts: [c]"_s}));
        QVERIFY(saveProfile(*added, {u"new"_s, {}}, *m_codec).ok());
        QCOMPARE(written(), QByteArray(kHandWritten));
        // a comment right above one that is not the first goes with it, the rest stays
        QVERIFY(saveProfile(read(), {u"test"_s, {}}, *m_codec).ok());
        QCOMPARE(lines(kHandWritten, written()), (QStringList{u"-# for trying things"_s, u"-- name: test"_s, u"-  namespaces: []"_s, u"-"_s}));
        QVERIFY(saveProfile(read(), {u"prod"_s, {}}, *m_codec).ok());
        const auto none = saveProfile(read(), {u"old"_s, {}}, *m_codec);
        QVERIFY2(none.ok(), none ? "" : qPrintable(none.error().text()));
        QVERIFY(none->errors.isEmpty() && none->profiles.isEmpty());
        QVERIFY(written().contains("profiles: []\n# the real money\n") && written().contains("owner: team-canton"));
        QVERIFY(saveProfile(*none, {{}, {{u"name"_s, u"again"_s}}}, *m_codec).ok());
        QVERIFY2(written().contains("profiles:\n- name: again\n"), written().constData());
    }

    void aFileThatIsNotThereIsMadeForItsOwnerOnly()
    {
        QVERIFY(m_dir->isValid());
        const QString deep = m_dir->filePath(u"a/b/profiles.yaml"_s);
        const auto none = readProfilesFile(deep, *m_codec);
        QVERIFY(none.ok() && !none->there && none->errors.isEmpty());
        const auto saved = saveProfile(*none, {{}, {{u"name"_s, u"prod"_s}, {u"production"_s, true}}}, *m_codec);
        QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().text()));
        QFile file(deep);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("schema: 1\nprofiles:\n- name: prod\n  production: true\n"));
        QCOMPARE(file.permissions() & QFileDevice::Permissions(0x7fff), QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser | QFileDevice::WriteUser);
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup));
        QVERIFY(saveProfile(*saved, {u"prod"_s, {{u"name"_s, u"prod"_s}}}, *m_codec).ok());
        QVERIFY(QFileInfo(deep).permission(QFileDevice::ReadGroup));
        QVERIFY(!QFileInfo(deep).permission(QFileDevice::ReadOther));
    }

    void onlyCommentsAndALinkAreKept()
    {
        const QString target = m_dir->filePath(u"real.yaml"_s);
        QFile file(target);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("# mine");
        file.close();
        QVERIFY(QFile::link(target, path()));
        QVERIFY(saveProfile(read(), {{}, {{u"name"_s, u"prod"_s}}}, *m_codec).ok());
        QVERIFY(QFileInfo(path()).isSymLink());
        QCOMPARE(written(), QByteArray("# mine\nschema: 1\nprofiles:\n- name: prod\n"));
    }

    void somebodyElsesWorkIsNotOverwritten()
    {
        put(kHandWritten);
        const ports::ProfileFile file = read();
        put(QByteArray(kHandWritten) + "# meanwhile\n");
        const auto saved = saveProfile(file, {u"prod"_s, {{u"name"_s, u"prod"_s}}}, *m_codec);
        QVERIFY(!saved && saved.error().kind == ErrorKind::Conflict);
        QVERIFY(saved.error().message.contains(path()) && !saved.error().remedy.isEmpty());
        QVERIFY(written().endsWith("# meanwhile\n"));
        QVERIFY(QFile::remove(path()));
        QVERIFY(!saveProfile(file, {u"prod"_s, {{u"name"_s, u"prod"_s}}}, *m_codec));
        QVERIFY(!QFile::exists(path()));
    }

    void aBrokenFileIsShownWithItsLinesAndNeverWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("line");
        QTest::newRow("no YAML") << QByteArray("schema: 1\nprofiles: [\n") << u"Line 3"_s;
        QTest::newRow("no list") << QByteArray("schema: 1\nprofiles: 5\n") << u"2"_s;
        QTest::newRow("a bad field") << QByteArray("schema: 1\nprofiles:\n- name: a\n- name: b\n  accent: red\n") << u"5"_s;
    }
    void aBrokenFileIsShownWithItsLinesAndNeverWritten()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, line);
        put(text);
        const ports::ProfileFile file = read();
        QVERIFY(!file.errors.isEmpty());
        QVERIFY2(QString::number(file.errors.first().line) == line || file.errors.first().message.contains(line), qPrintable(file.errors.first().message));
        const auto saved = saveProfile(file, {{}, {{u"name"_s, u"x"_s}}}, *m_codec);
        QVERIFY(!saved && saved.error().kind == ErrorKind::Invalid);
        QVERIFY(saved.error().remedy.contains(u"Open the file"_s));
        QCOMPARE(written(), text);
    }

    void whatIsNotSafeIsRefusedWithItsLine_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("profile");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<int>("line");      // 0: it is safe
        const QJsonValue contexts(QJsonArray{u"c"_s});
        QTest::newRow("an anchor") << QByteArray(kAnchors) << u"prod"_s << u"/contexts"_s << contexts << 4;
        QTest::newRow("in an anchored object") << QByteArray(kAnchors) << u"prod"_s << u"/signIn/clientId"_s << QJsonValue(u"x"_s) << 5;
        QTest::newRow("an alias") << QByteArray(kAnchors) << u"test"_s << u"/contexts"_s << contexts << 9;
        QTest::newRow("beside anchors") << QByteArray(kAnchors) << u"prod"_s << u"/production"_s << QJsonValue(true) << 0;
        QTest::newRow("beside a merge") << QByteArray(kAnchors) << u"test"_s << u"/signIn/clientId"_s << QJsonValue(u"x"_s) << 0;
        QTest::newRow("over a merge") << QByteArray(kAnchors) << u"test"_s << u"/signIn/issuer"_s << QJsonValue(u"https://b.example.com"_s) << 0;
        QTest::newRow("out of a merge") << QByteArray(kAnchors) << u"test"_s << u"/signIn/issuer"_s << QJsonValue(QJsonValue::Undefined) << 11;
        QTest::newRow("a block of lines") << QByteArray(kLiteral) << u"prod"_s << u"/accent"_s << QJsonValue(u"#000000"_s) << 0;
        QTest::newRow("a block with a remark") << QByteArray(kLiteral).replace(">-", ">-  # ours") << u"prod"_s << u"/accent"_s << QJsonValue(u"#000000"_s) << 4;
        QTest::newRow("a block with a comment behind it") << QByteArray(kLiteral).replace("    #8a2be2\n", "    #8a2be2\n   # ours\n") << u"prod"_s << u"/accent"_s << QJsonValue(u"#000000"_s) << 4;
        QTest::newRow("a comment inside brackets") << QByteArray(kLiteral) << u"prod"_s << u"/contexts"_s << contexts << 6;
        QTest::newRow("beside them") << QByteArray(kLiteral) << u"prod"_s << u"/readOnly"_s << QJsonValue(true) << 0;
        QTest::newRow("flow all over") << QByteArray(kOutside) << u"test"_s << u"/production"_s << QJsonValue(true) << 0;
        QTest::newRow("a key of two parts") << QByteArray("schema: 1\n? profiles\n:\n- name: a\n") << u"a"_s << u"/production"_s << QJsonValue(true) << 2;
    }
    void whatIsNotSafeIsRefusedWithItsLine()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, profile);
        QFETCH(QString, pointer);
        QFETCH(QJsonValue, value);
        QFETCH(int, line);
        put(text);
        const ports::ProfileFile file = read();
        QVERIFY2(file.find(profile), file.errors.isEmpty() ? "" : qPrintable(file.errors.first().message));
        QJsonObject wanted = changed(file, profile, pointer, value);
        if (!wanted.value(u"signIn"_s).isUndefined() && value.isUndefined())   // required: another change of the same kind
            wanted.insert(u"signIn"_s, QJsonObject{{u"clientId"_s, u"other"_s}, {u"issuer"_s, u"https://c.example.com"_s}});
        const auto saved = saveProfile(file, {profile, wanted}, *m_codec);
        if (line == 0 || value.isUndefined()) {
            QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().text()));
            QCOMPARE(*saved->find(profile), wanted);
            return;
        }
        QVERIFY(!saved && saved.error().kind == ErrorKind::Unsupported);
        QVERIFY2(saved.error().message.contains(u"Line %1 "_s.arg(line)), qPrintable(saved.error().message));
        QVERIFY(saved.error().remedy.contains(u"Open the file"_s));
        QCOMPARE(written(), text);
    }

    void whatWouldBeBrokenIsToldAtItsField()
    {
        put(kHandWritten);
        const ports::ProfileFile file = read();
        QJsonValue value = *file.find(u"prod"_s);
        json::set(value, u"/name"_s, u"test"_s);
        json::set(value, u"/signIn/issuer"_s, u"http://id.example.com"_s);
        json::set(value, u"/signIn/redirectPorts"_s, QJsonArray{8000, 70000});
        QStringList fields;
        const QList<ports::ProfileNote> notes = checkProfile(file, {u"prod"_s, value.toObject()});
        for (const ports::ProfileNote &note : notes)
            fields.append(note.field);
        fields.sort();
        QCOMPARE(fields, (QStringList{u"name"_s, u"signIn.issuer"_s, u"signIn.redirectPorts[1]"_s}));
        QVERIFY(checkProfile(file, {u"prod"_s, *file.find(u"prod"_s)}).isEmpty());
        const auto saved = saveProfile(file, {u"prod"_s, value.toObject()}, *m_codec);
        QVERIFY(!saved && saved.error().kind == ErrorKind::Invalid && saved.error().causes.size() == 3);
        QCOMPARE(written(), QByteArray(kHandWritten));
    }

    void whereNothingCanBeWrittenTheDiskIsNamed()
    {
        put("no folder");
        const QString below = QString(path() + u"/quarterdeck/profiles.yaml"_s);   // a file stands where the folder would be
        const auto none = readProfilesFile(below, *m_codec);
        QVERIFY(none.ok() && !none->there);
        const auto saved = saveProfile(*none, {{}, {{u"name"_s, u"prod"_s}}}, *m_codec);
        QVERIFY(!saved && saved.error().kind == ErrorKind::Storage && saved.error().message.contains(path()) && !saved.error().remedy.isEmpty());
        QCOMPARE(written(), QByteArray("no folder"));
    }

    /// Any value over any value: either refused, or the text says exactly what was wanted and no comment is lost but those of what went.
    void anyChangeIsExactOrRefused()
    {
        QRandomGenerator random(20261129);
        const QList<QByteArray> texts{kHandWritten, kGoodProfiles, kAnchors, kLiteral, kOutside};
        const QList<QJsonValue> values{true, u"x"_s, u"a: b # c"_s, u"line\nline"_s, u""_s, 5, QJsonArray(), QJsonArray{u"a"_s, u"b, c"_s}, QJsonObject(),
                                       QJsonObject{{u"k"_s, QJsonArray{QJsonObject{{u"d"_s, 1}, {u"e"_s, QJsonArray{QJsonArray{1}}}}}}}, QJsonValue::Null};
        int done = 0;
        for (int round = 0; round < 3000; ++round) {
            const QByteArray text = texts.at(random.bounded(texts.size()));
            const auto document = m_codec->parse(text);
            const QStringList pointers = document->positions.keys();
            QJsonValue wanted = document->value;
            for (int i = random.bounded(3); i >= 0; --i) {
                const QString pointer = pointers.at(random.bounded(pointers.size()));
                if (pointer.isEmpty())
                    continue;
                const int what = random.bounded(3);
                if (what == 0)
                    json::remove(wanted, pointer);
                else
                    json::set(wanted, what == 1 ? pointer : QString(pointer + u"/new"_s), values.at(random.bounded(values.size())));
            }
            const auto edited = editYaml(text, wanted, {u"schema"_s, u"profiles"_s, u"name"_s}, *m_codec);
            if (!edited) {
                QCOMPARE(edited.error().kind, ErrorKind::Unsupported);
                continue;
            }
            ++done;
            QCOMPARE(m_codec->parse(*edited)->value, wanted);
        }
        qInfo("%d of 3000 changes were made, the others refused", done);
        QVERIFY(done > 1500);
    }
};

QTEST_GUILESS_MAIN(TestProfilesFile)
#include "tst_profilesfile.moc"
