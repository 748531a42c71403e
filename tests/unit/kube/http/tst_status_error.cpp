// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/kube/http/HttpTest.h"

#include "app/kube/StatusError.h"

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;

class tst_status_error : public QObject
{
    Q_OBJECT
    const QString m_what = u"validators/northgate-1 in canton-mainnet"_s;

private Q_SLOTS:
    void byReasonThenCode_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<bool>("retryable");
        const auto row = [](int code, const char *reason, ErrorKind kind, bool retryable = false) {
            QTest::addRow("%d %s", code, reason) << code << QByteArray(reason) << kind << retryable;
        };
        row(401, "Unauthorized", ErrorKind::Unauthenticated);
        row(403, "Forbidden", ErrorKind::Forbidden);
        row(404, "NotFound", ErrorKind::NotFound);
        row(409, "AlreadyExists", ErrorKind::Conflict);
        row(409, "Conflict", ErrorKind::Conflict);
        row(410, "Expired", ErrorKind::Gone);
        row(410, "Gone", ErrorKind::Gone);
        row(422, "Invalid", ErrorKind::Invalid);
        row(400, "BadRequest", ErrorKind::Invalid);
        row(413, "RequestEntityTooLarge", ErrorKind::Invalid);
        row(405, "MethodNotAllowed", ErrorKind::Unsupported);
        row(406, "NotAcceptable", ErrorKind::Unsupported);
        row(415, "UnsupportedMediaType", ErrorKind::Unsupported);
        row(429, "TooManyRequests", ErrorKind::TooMany, true);
        row(500, "InternalError", ErrorKind::Internal, true);
        row(500, "ServerTimeout", ErrorKind::Timeout, true);
        row(504, "Timeout", ErrorKind::Timeout, true);
        row(503, "ServiceUnavailable", ErrorKind::Internal, true);
        row(500, "StoreReadError", ErrorKind::Internal, true);
        row(409, "", ErrorKind::Conflict);
        row(502, "", ErrorKind::Network, true);
        row(501, "", ErrorKind::Unsupported);
        row(418, "", ErrorKind::Internal);
        row(500, "Expired", ErrorKind::Gone); // the reason decides
    }
    void byReasonThenCode()
    {
        QFETCH(int, code);
        QFETCH(QByteArray, reason);
        HttpHead head;
        head.status = code;
        const Error error = errorFromAnswer(
            head, statusBody(code, reason, "the server's words", R"({"name":"northgate-1"})"), m_what);
        QTEST(error.kind, "kind");
        QTEST(error.retryable(), "retryable");
        QCOMPARE(error.httpStatus, code);
        QCOMPARE(error.reason, QString::fromLatin1(reason));
        QVERIFY2(error.message.contains(m_what), qPrintable(error.message));
        QVERIFY(error.detail.contains(u"the server's words"_s));
    }

    void forbiddenNamesTheRight_data()
    {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QString>("right");
        QTest::newRow("namespaced")
            << u"validators.canton.quarterdeck.io \"n\" is forbidden: User \"alice\" cannot patch resource \"validators\" in API group \"canton.quarterdeck.io\" in the namespace \"canton-mainnet\""_s
            << u"patch validators.canton.quarterdeck.io in canton-mainnet"_s;
        QTest::newRow("cluster scope")
            << u"nodes is forbidden: User \"alice\" cannot list resource \"nodes\" in API group \"\" at the cluster scope"_s
            << u"list nodes in all namespaces"_s;
        QTest::newRow("subresource")
            << u"pods \"p\" is forbidden: User \"alice\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"x\""_s
            << u"get pods/log in x"_s;
        QTest::newRow("path") << u"forbidden: User \"alice\" cannot get path \"/metrics\""_s << u"get /metrics"_s;
        QTest::newRow("policy") << u"ValidatingAdmissionPolicy 'p' denied request: no deletes"_s << QString();
    }
    void forbiddenNamesTheRight()
    {
        QFETCH(QString, sentence);
        QFETCH(QString, right);
        QCOMPARE(missingRight(sentence), right);
        const Error error = errorFromStatus(
            QJsonObject{{u"reason"_s, u"Forbidden"_s}, {u"code"_s, 403}, {u"message"_s, sentence}}, m_what);
        QCOMPARE(error.kind, ErrorKind::Forbidden);
        QVERIFY(error.message.contains(right.isEmpty() ? sentence : right));
        if (!right.isEmpty())
            QVERIFY(error.remedy.contains(u"alice"_s));
    }

    void causes()
    {
        HttpHead head;
        head.status = 422;
        const Error error = errorFromAnswer(head,
            statusBody(422, "Invalid", "spec.storageSize: Invalid value",
                R"({"name":"n","causes":[{"reason":"FieldValueInvalid","message":"must not shrink","field":"spec.storageSize"}]})"),
            m_what);
        QCOMPARE(
            error.causes, (QList<ErrorCause>{{u"spec.storageSize"_s, u"FieldValueInvalid"_s, u"must not shrink"_s}}));
    }

    void notServed()
    {
        HttpHead head;
        head.status = 404;
        QCOMPARE(errorFromAnswer(
                     head, statusBody(404, "NotFound", "the server could not find the requested resource"), m_what)
                     .kind,
            ErrorKind::Unsupported);
        QCOMPARE(errorFromAnswer(head, "404 page not found\n", m_what).kind, ErrorKind::Unsupported);
        QCOMPARE(errorFromAnswer(
                     head, statusBody(404, "NotFound", "validators \\\"x\\\" not found", R"({"name":"x"})"), m_what)
                     .kind,
            ErrorKind::NotFound);
    }

    void retryAfter()
    {
        HttpHead head;
        head.status = 429;
        QCOMPARE(errorFromAnswer(head, statusBody(429, "TooManyRequests", "m", R"({"retryAfterSeconds":3})"), m_what)
                     .retryAfterSeconds,
            3);
        head.headers.insert("retry-after", "9");
        QCOMPARE(errorFromAnswer(head, "Too many requests, please try again later.", m_what).retryAfterSeconds, 9);
        QVERIFY(errorFromAnswer(head, "Too many requests", m_what).remedy.contains(u'9'));
    }

    void webPage_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("200") << 200;
        QTest::newRow("403") << 403;
        QTest::newRow("502") << 502;
    }
    void webPage()
    {
        QFETCH(int, status);
        HttpHead head;
        head.status = status;
        head.headers.insert("content-type", "text/html; charset=utf-8");
        const QByteArray page = "<html><head><style>p{}</style><script>evil()</script><title>Sign "
                                "in</title></head><body>Corporate <b>portal</b></body></html>";
        const Error error
            = status < 300 ? errorNotJson(head, page, m_what, u"illegal value"_s) : errorFromAnswer(head, page, m_what);
        QCOMPARE(error.kind, ErrorKind::Network);
        QVERIFY(error.message.contains(u"web page"_s) && error.message.contains(m_what));
        QCOMPARE(error.detail, u"Sign in Corporate portal"_s);
    }

    void longTextIsCut()
    {
        HttpHead head;
        head.status = 500;
        const QByteArray body = QByteArray("x") + QByteArray("\xc3\xa9").repeated(200000);
        const Error error = errorFromAnswer(head, body, m_what);
        QVERIFY(error.detail.size() <= 2049);
        QVERIFY(!error.detail.contains(QChar::ReplacementCharacter));
        QVERIFY(error.message.size() < 2400);
    }

    void redirectNamesThePlaceWithoutItsQuery()
    {
        HttpHead head;
        head.status = 302;
        head.headers.insert("location", "https://user:secret@login.example.com/auth?token=geheim");
        const Error error = errorFromAnswer(head, {}, m_what);
        QVERIFY(error.message.contains(u"https://login.example.com/auth"_s));
        QVERIFY(!error.text().contains(u"geheim"_s) && !error.text().contains(u"secret"_s));
    }

    void whatWasNotCheckedIsNoCause()
    {
        const char *rule = R"({"reason":"FieldValueInvalid","message":"some validation rules were not checked","field":"<nil>"})";
        const QByteArray real = R"({"reason":"FieldValueNotSupported","message":"Unsupported value","field":"spec.logLevel"})";
        const auto causes = [this](const QByteArray &list) {
            const QByteArray body = R"({"reason":"Invalid","code":422,"details":{"name":"n","causes":[)" + list + "]}}";
            return errorFromStatus(QJsonDocument::fromJson(body).object(), m_what).causes;
        };
        QCOMPARE(causes(real + ',' + rule).size(), 1);
        QCOMPARE(causes(real + ',' + rule).first().field, u"spec.logLevel"_s);
        QCOMPARE(causes(rule).size(), 1);   // alone it is all there is to say
    }

    void httpToHttps()
    {
        HttpHead head;
        head.status = 400;
        QVERIFY(errorFromAnswer(head, "Client sent an HTTP request to an HTTPS server.\n", m_what)
                    .remedy.contains(u"https://"_s));
    }
};

QTEST_GUILESS_MAIN(tst_status_error)
#include "tst_status_error.moc"
