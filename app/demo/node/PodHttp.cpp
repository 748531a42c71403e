// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/node/PodHttp.h"

#include "app/demo/http/ResponseHead.h"

#include <QUrl>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <sstream>

namespace qd::demo {

using namespace Qt::StringLiterals;
namespace http = boost::beast::http;
namespace net = boost::asio;

namespace {

constexpr std::uint64_t kMaxBody = 1024 * 1024;
constexpr std::uint32_t kMaxHead = 64 * 1024;

QByteArray bytes(boost::beast::string_view text)
{
    return QByteArray(text.data(), qsizetype(text.size()));
}

class PodHttp : public RawStream, public std::enable_shared_from_this<PodHttp> {
public:
    PodHttp(std::function<void(std::function<void()>)> post, std::function<std::optional<Response>(const Request &)> handler)
        : m_post(std::move(post)), m_handler(std::move(handler))
    {
    }

    void read(std::function<void(const QByteArray &)> handler) override
    {
        m_reader = std::move(handler);
        wake();
    }

    void write(const QByteArray &given, std::function<void(bool)> handler) override
    {
        const bool taken = !m_ending;
        if (taken) {
            m_in.append(given);
            parse();
            wake();
        }
        m_post([self = shared_from_this(), taken, handler = std::move(handler)] { handler(taken); });
    }

    void shutdown() override
    {
        m_ending = true;   // whoever says nothing more gets what is there, then the end
        wake();
    }

    void close() override
    {
        m_ending = true;
        m_in.clear();
        m_out.clear();
        wake();
    }

    QString failure() const override { return {}; }

private:
    void wake()
    {
        if (!m_reader || (m_out.isEmpty() && !m_ending))
            return;
        m_post([self = shared_from_this(), reader = std::exchange(m_reader, {}), out = std::exchange(m_out, {})] { reader(out); });
    }

    void parse()
    {
        while (!m_in.isEmpty() && !m_ending) {
            if (!m_parser) {
                m_parser.emplace();
                m_parser->eager(true);
                m_parser->body_limit(kMaxBody);
                m_parser->header_limit(kMaxHead);
            }
            boost::system::error_code failed;
            const size_t used = m_parser->put(net::buffer(m_in.constData(), size_t(m_in.size())), failed);
            m_in.remove(0, qsizetype(used));
            if (failed && failed != http::error::need_more) {
                refuse(failed);
                return;
            }
            if (m_parser->is_done())
                answer();
            else if (used == 0)
                return;
        }
    }

    void refuse(const boost::system::error_code &failed)
    {
        Response response;
        response.status = failed == http::error::header_limit ? 431 : failed == http::error::body_limit ? 413 : 400;
        response.contentType = "text/plain; charset=UTF-8";
        response.body = "Illegal request: " + QByteArray::fromStdString(failed.message());
        send(response, false, false);
    }

    void answer()
    {
        const auto message = m_parser->release();
        m_parser.reset();
        Request request;
        request.method = bytes(message.method_string());
        request.target = bytes(message.target());
        const QUrl url = QUrl::fromEncoded(request.target, QUrl::TolerantMode);
        request.path = url.path(QUrl::FullyDecoded);
        request.query = QUrlQuery(url);
        for (const auto &field : message)
            request.headers[bytes(field.name_string()).toLower()] = bytes(field.value());
        request.body = QByteArray::fromStdString(message.body());
        const auto response = m_handler(request);
        if (response)
            send(*response, message.keep_alive(), request.method == "HEAD");
        else
            m_ending = true;
    }

    void send(const Response &response, bool keep, bool head)
    {
        http::response<http::string_body> message;
        message.version(11);
        message.result(unsigned(response.status));
        for (const auto &[name, value] : headFields(response))
            message.insert(name, value);
        message.keep_alive(keep);
        message.body() = response.body.toStdString();
        message.prepare_payload();
        if (head)
            message.body().clear();
        std::ostringstream text;
        text << message;
        m_out += QByteArray::fromStdString(text.str());
        m_ending = m_ending || !keep;
    }

    std::function<void(std::function<void()>)> m_post;
    std::function<std::optional<Response>(const Request &)> m_handler;
    std::function<void(const QByteArray &)> m_reader;
    std::optional<http::request_parser<http::string_body>> m_parser;
    QByteArray m_in;
    QByteArray m_out;
    bool m_ending = false;              ///< nothing more is taken in; what is to be read is read
};

}

std::shared_ptr<RawStream> podHttp(
    std::function<void(std::function<void()>)> post, std::function<std::optional<Response>(const Request &)> handler)
{
    return std::make_shared<PodHttp>(std::move(post), std::move(handler));
}

}
