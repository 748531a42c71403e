// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterFeedPool.h"
#include "app/kube/EventFramerList.h"
#include "app/kube/ReflectorRequests.h"
#include "app/kube/RowDecoder.h"

#include <QHash>

namespace qd::kube {

/// The proof that no row was missed (debugging): a LIST at exactly the version of a synchronisation, compared by uid and
/// resourceVersion with what the synchronisation brought; differences are logged as errors (category qd.kube.selfcheck).
/// Anchor: client-go reflector_data_consistency_detector.go. Worker thread.
class SelfCheck : public QObject {
    Q_OBJECT
public:
    SelfCheck(const ports::WatchRequest &request, StreamPool *pool, const QHash<QString, QString> &versions,
              const QString &version);
    ~SelfCheck() override;
    void start();

Q_SIGNALS:
    /// differences is -1 when the list could not be had (410: the server has compacted that version).
    void finished(int objects, int differences);

private:
    void openOn(HttpClient *client);
    void drain();
    void onFinished(bool clean, const Error &error);
    void compare();

    const ports::WatchRequest m_request;
    StreamPool *m_pool;
    HttpClient *m_client = nullptr;
    QHash<QString, QString> m_ours;   ///< uid to version
    QHash<QString, QString> m_theirs;
    QString m_version;
    HttpHead m_head;
    QByteArray m_answer;
    ListFramer m_page;
    RowDecoder m_decoder;
};

}
