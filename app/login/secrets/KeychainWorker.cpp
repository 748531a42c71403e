// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/KeychainWorker.h"

#include <QTimer>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SecretPlace;
using ports::SecretState;
using Standing = ports::SecretStore::Standing;

namespace {

KeychainWorker::ReadEnd withoutValue(KeychainWorker::End end)
{
    return [end = std::move(end)](const Result<QByteArray> &result) { end(result ? Result<Done>(Done{}) : Result<Done>(result.error())); };
}

}

KeychainWorker::KeychainWorker(std::unique_ptr<KeychainBackend> backend, std::unique_ptr<Keyring> keyring, const KeychainOptions &options)
    : m_backend(std::move(backend))
    , m_keyring(std::move(keyring))
    , m_options(options)
{
    if (m_keyring)
        m_keyring->whenChanged([this] {
            ++m_changes;
            m_backend->serviceChanged();
        });
}

KeychainWorker::~KeychainWorker() = default;

// The queue

void KeychainWorker::read(const QString &key, ReadEnd end)
{
    enqueue(std::make_shared<Request>(Request{.deed = SecretDeed::Read, .key = key, .value = {}, .end = std::move(end)}));
}

void KeychainWorker::write(const QString &key, const QByteArray &value, End end)
{
    enqueue(std::make_shared<Request>(Request{.deed = SecretDeed::Write, .key = key, .value = value, .end = withoutValue(std::move(end))}));
}

void KeychainWorker::remove(const QString &key, bool ifThere, End end)
{
    enqueue(std::make_shared<Request>(Request{.deed = SecretDeed::Remove, .key = key, .value = {}, .end = withoutValue(std::move(end)), .ifThere = ifThere}));
}

void KeychainWorker::standing(std::function<void(Result<Standing>)> end)
{
    if (place == SecretPlace::MemoryOnly) {
        end(Standing{SecretState::MemoryOnly});
        return;
    }
    look({}, [end = std::move(end)](const View &view) {
        if (view.state == SecretState::Ready)
            end(Standing{SecretState::Ready});
        else
            end(Standing{view.state, secretError(view.state, SecretDeed::Look, {}, view.detail)});
    });
}

void KeychainWorker::unlock(std::stop_token stop, End end)
{
    if (m_keyring)
        m_keyring->unlock(std::move(stop), std::move(end));
    else
        end(Done{});   // the next request asks by itself
}

void KeychainWorker::enqueue(const std::shared_ptr<Request> &request)
{
    m_waiting.enqueue(request);
    if (!m_now)
        next();
}

void KeychainWorker::next()
{
    if (m_now || m_waiting.isEmpty())
        return;
    m_now = m_waiting.dequeue();
    begin();
}

void KeychainWorker::begin()
{
    m_now->changesBefore = m_changes;
    ++m_now->tries;
    look(m_now->key, [this](const View &view) {
        const bool nothing = view.state == SecretState::Absent || view.state == SecretState::NoKeyring || (view.state == SecretState::Locked && !view.hasEntry);
        if (nothing && m_now->ifThere) {
            finish(QByteArray());
            return;
        }
        if (view.state != SecretState::Ready) {
            finish(secretError(view.state, m_now->deed, m_now->key, view.detail));
            return;
        }
        if (m_now->deed == SecretDeed::Read)
            beginRead();
        else if (m_now->deed == SecretDeed::Write)
            beginWrite();
        else
            beginRemove();
    });
}

void KeychainWorker::finish(Result<QByteArray> result)
{
    const std::shared_ptr<Request> done = std::move(m_now);
    m_now.reset();
    done->end(std::move(result));
    QMetaObject::invokeMethod(this, &KeychainWorker::next, Qt::QueuedConnection);
}

void KeychainWorker::fail(const char *reason, const QString &detail)
{
    finish(secretError(reason, m_now->deed, m_now->key, detail));
}

/// A step failed: why, as the keyring stands now.
void KeychainWorker::explain(const KeychainAnswer &answer)
{
    look(m_now->key, [this, answer](const View &view) {
        if (view.state != SecretState::Ready) {
            finish(secretError(view.state, m_now->deed, m_now->key, answer.detail));
            return;
        }
        // It is there and open now. Either it was not for a moment, or what libsecret agreed with it is of an earlier run of it.
        // Not where a try may be a dialog, and the person has said no.
        if (m_now->tries < 2 && (answer.code == Code::Failed || m_keyring)) {
            m_backend->serviceChanged();
            begin();
            return;
        }
        fail(answer.code == Code::Failed && m_changes != m_now->changesBefore ? ports::secret::kVanished : ports::secret::kRefused, answer.detail);
    });
}

void KeychainWorker::look(const QString &key, std::function<void(const View &)> seen)
{
    if (const QString why = m_backend->unusable(); !why.isEmpty()) {
        seen({.state = SecretState::Absent, .hasEntry = false, .detail = why});
        return;
    }
    if (m_keyring)
        m_keyring->look(key, std::move(seen));
    else
        seen({});
}

void KeychainWorker::job(const std::function<void(KeychainBackend &, KeychainBackend::Handler)> &start, Answered answered)
{
    auto over = std::make_shared<bool>(false);
    const std::chrono::milliseconds limit = m_keyring ? m_options.job : m_options.dialog;
    QTimer::singleShot(limit, this, [this, over, limit] {
        if (!std::exchange(*over, true))
            fail(ports::secret::kNotResponding, u"no answer within %1 ms"_s.arg(limit.count()));
    });
    start(*m_backend, [over, answered = std::move(answered)](const KeychainAnswer &answer) {
        if (!std::exchange(*over, true))
            answered(answer);
    });
}

// Reading

void KeychainWorker::readEntry(const QString &key, std::function<void(const KeychainEntry &, const QByteArray &)> done, std::function<void()> missing)
{
    job([key](KeychainBackend &backend, KeychainBackend::Handler handler) { backend.read(key, std::move(handler)); },
        [this, done = std::move(done), missing = std::move(missing)](const KeychainAnswer &answer) {
            if (answer.code == Code::NotFound) {
                missing();
                return;
            }
            if (answer.code != Code::Done) {
                explain(answer);
                return;
            }
            const Result<KeychainEntry> entry = KeychainEntry::read(answer.value);
            if (entry)
                readOthers(*entry, {}, done);
            else
                fail(ports::secret::kDamaged, entry.error().detail);
        });
}

void KeychainWorker::readOthers(const KeychainEntry &entry, QList<QByteArray> others, std::function<void(const KeychainEntry &, const QByteArray &)> done)
{
    if (others.size() == entry.others) {
        const Result<QByteArray> value = entry.value(others);
        if (value)
            done(entry, *value);
        else
            fail(ports::secret::kDamaged, value.error().detail);
        return;
    }
    const QString key = KeychainEntry::otherKey(m_now->key, entry.slot, static_cast<int>(others.size()) + 1);
    job([key](KeychainBackend &backend, KeychainBackend::Handler handler) { backend.read(key, std::move(handler)); },
        [this, entry, others, done = std::move(done)](const KeychainAnswer &answer) mutable {
            if (answer.code == Code::NotFound) {
                fail(ports::secret::kDamaged, u"part %1 of %2 is missing"_s.arg(others.size() + 2).arg(entry.others + 1));
            } else if (answer.code != Code::Done) {
                explain(answer);
            } else {
                others.append(answer.value);
                readOthers(entry, others, std::move(done));
            }
        });
}

void KeychainWorker::beginRead()
{
    readEntry(m_now->key, [this](const KeychainEntry &, const QByteArray &value) { finish(value); }, [this] {
        // "Not found" is also what a keyring says that was locked meanwhile.
        look(m_now->key, [this](const View &view) {
            if (view.state != SecretState::Ready)
                finish(secretError(view.state, SecretDeed::Read, m_now->key, view.detail));
            else if (view.hasEntry)
                explain({.code = Code::Failed, .value = {}, .detail = u"the keyring has the entry and does not give it"_s});
            else
                fail(ports::secret::kMissing, {});
        });
    });
}

// Writing

void KeychainWorker::beginWrite()
{
    if (m_backend->limit() == 0) {
        writeInto('a');
        return;
    }
    // Beside the parts of the present value, if it can be read at all.
    job([key = m_now->key](KeychainBackend &backend, KeychainBackend::Handler handler) { backend.read(key, std::move(handler)); },
        [this](const KeychainAnswer &answer) {
            const Result<KeychainEntry> present = KeychainEntry::read(answer.value);
            if (answer.code == Code::Denied || answer.code == Code::Failed)
                explain(answer);
            else
                writeInto(present ? present->otherSlot() : 'a');
        });
}

void KeychainWorker::writeInto(char slot)
{
    const Result<KeychainLayout> layout = layOut(m_now->value, slot, m_backend->limit());
    if (!layout)
        finish(Error{.kind = ErrorKind::Invalid, .message = QString(secretError("", SecretDeed::Write, m_now->key).message + u' ' + layout.error().message + u'.')});
    else
        writeOthers(*layout, 1);
}

void KeychainWorker::writeOthers(const KeychainLayout &layout, int number)
{
    if (number > layout.others.size()) {
        writeFirst(layout);
        return;
    }
    job([&](KeychainBackend &backend, KeychainBackend::Handler handler) {
            backend.write(KeychainEntry::otherKey(m_now->key, layout.entry.slot, number), layout.others.at(number - 1), std::move(handler));
        },
        [this, layout, number](const KeychainAnswer &answer) {
            if (answer.code == Code::Done)
                writeOthers(layout, number + 1);
            else
                explain(answer);
        });
}

void KeychainWorker::writeFirst(const KeychainLayout &layout)
{
    job([&](KeychainBackend &backend, KeychainBackend::Handler handler) { backend.write(m_now->key, layout.entry.firstPart(), std::move(handler)); },
        [this, layout](const KeychainAnswer &answer) {
            if (answer.code == Code::Done)
                readBack(layout);
            else
                explain(answer);
        });
}

void KeychainWorker::readBack(const KeychainLayout &layout)
{
    readEntry(m_now->key, [this, layout](const KeychainEntry &entry, const QByteArray &value) {
        if (value != m_now->value) {
            fail(ports::secret::kRefused, u"another value is read back than was written"_s);
            return;
        }
        if (m_backend->limit() == 0) {
            finish(value);
            return;
        }
        // The value that was: its parts are of no use to anybody. What is beyond the present ones in this slot: left by a write cut short.
        removeOthers(entry.otherSlot(), 1, [this, entry, value] { removeOthers(entry.slot, entry.others + 1, [this, value] { finish(value); }); });
    }, [this] { explain({.code = Code::Failed, .value = {}, .detail = u"what was written is not there"_s}); });
}

// Removing

void KeychainWorker::beginRemove()
{
    job([key = m_now->key](KeychainBackend &backend, KeychainBackend::Handler handler) { backend.remove(key, std::move(handler)); },
        [this](const KeychainAnswer &answer) {
            if (answer.code != Code::Done && answer.code != Code::NotFound)
                explain(answer);
            else if (m_backend->limit() == 0)
                confirmRemoved();
            else
                removeOthers('a', 1, [this] { removeOthers('b', 1, [this] { confirmRemoved(); }); });
        });
}

/// A keyring that was locked meanwhile says "removed" too.
void KeychainWorker::confirmRemoved()
{
    job([key = m_now->key](KeychainBackend &backend, KeychainBackend::Handler handler) { backend.read(key, std::move(handler)); },
        [this](const KeychainAnswer &answer) {
            if (answer.code == Code::Done) {
                explain({.code = Code::Failed, .value = {}, .detail = u"the entry is still there"_s});
                return;
            }
            if (answer.code != Code::NotFound) {
                explain(answer);
                return;
            }
            look(m_now->key, [this](const View &view) {
                if (view.state != SecretState::Ready)
                    finish(secretError(view.state, SecretDeed::Remove, m_now->key, view.detail));
                else if (view.hasEntry)
                    explain({.code = Code::Failed, .value = {}, .detail = u"the entry is still there"_s});
                else
                    finish(QByteArray());
            });
        });
}

/// The parts of a slot from `first` on. Counted upwards and removed from the last one down, so that those that are left, whatever stops
/// the program, stand one after another and are found again.
void KeychainWorker::removeOthers(char slot, int first, std::function<void()> done)
{
    countOthers(slot, first, [this, slot, first, done = std::move(done)](int end) { removeDown(slot, end - 1, first, done); });
}

void KeychainWorker::countOthers(char slot, int number, std::function<void(int)> counted)
{
    if (number > KeychainEntry::kMostOthers) {
        counted(number);
        return;
    }
    const QString key = KeychainEntry::otherKey(m_now->key, slot, number);
    job([key](KeychainBackend &backend, KeychainBackend::Handler handler) { backend.read(key, std::move(handler)); },
        [this, slot, number, counted = std::move(counted)](const KeychainAnswer &there) {
            if (there.code == Code::NotFound)
                counted(number);
            else if (there.code == Code::Done)
                countOthers(slot, number + 1, counted);
            else
                explain(there);
        });
}

void KeychainWorker::removeDown(char slot, int number, int last, std::function<void()> done)
{
    if (number < last) {
        done();
        return;
    }
    const QString key = KeychainEntry::otherKey(m_now->key, slot, number);
    job([key](KeychainBackend &backend, KeychainBackend::Handler handler) { backend.remove(key, std::move(handler)); },
        [this, slot, number, last, done = std::move(done)](const KeychainAnswer &gone) {
            if (gone.code == Code::Done || gone.code == Code::NotFound)
                removeDown(slot, number - 1, last, done);
            else
                explain(gone);
        });
}

// The place

void KeychainWorker::keepIn(SecretPlace wanted, End end)
{
    if (wanted == SecretPlace::MemoryOnly) {
        place = wanted;
        end(Done{});
        return;
    }
    flush({}, std::move(end));
}

/// Writes what memory holds, entry by entry, till nothing there differs from what was written; then, in the same moment, the place changes.
void KeychainWorker::flush(const QHash<QString, QByteArray> &written, End end)
{
    const QStringList keys = memory.keys();
    for (const QString &key : keys) {
        QByteArray value;
        const auto done = written.constFind(key);
        if (!memory.take(key, value) || (done != written.cend() && *done == value))
            continue;
        write(key, value, [this, written, key, value, end = std::move(end)](const Result<Done> &result) mutable {
            QHash<QString, QByteArray> more = written;
            more.insert(key, value);
            if (result)
                flush(more, std::move(end));
            else
                end(result);
        });
        return;
    }
    if (!written.isEmpty()) {
        settle(end);
        return;
    }
    look({}, [this, end = std::move(end)](const View &view) {
        if (view.state != SecretState::Ready)
            end(secretError(view.state, SecretDeed::Look, {}, view.detail));
        else if (memory.keys().isEmpty())
            settle(end);
        else
            flush({}, end);
    });
}

void KeychainWorker::settle(const End &end)
{
    place = SecretPlace::Keychain;
    const QStringList keys = memory.keys();
    for (const QString &key : keys)
        (void)memory.remove(key);
    end(Done{});
}

}
