// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panes/review/ChangeFlow.h"
#include "ui/shell/ShellContext.h"

#include <QObject>

#include <stop_token>

namespace qd::ui {

/// The window's ChangeStarter: turns a verb and its targets into the flow of dialogs that ends in the review. Several
/// targets are asked for once and make one draft with an edit for each; targets in several environments make a draft for
/// each environment, reviewed one after the other.
class WindowChanges : public QObject, public ChangeStarter {
    Q_OBJECT
public:
    WindowChanges(const ShellContext &context, QWidget *window);
    ~WindowChanges() override;
    void startAction(const QString &actionId, const QList<ActionTarget> &targets, const QMap<QString, QString> &params,
                     QWidget *parent) override;
    void editYaml(const ActionTarget &target, QWidget *parent) override;
    void compareWithGit(const ActionTarget &target, const QJsonObject &live, QWidget *parent) override;
    /// A failed operation again, or a kept draft: from the start.
    void retry(const state::ChangeDraft &draft);

Q_SIGNALS:
    void failed(const qd::Error &error);
    void draftKept(const qd::state::ChangeDraft &draft);

private:
    struct Bulk;
    [[nodiscard]] ReviewContext contextFor(state::Environment *environment) const;
    [[nodiscard]] QByteArray templateFor(const ActionTarget &target) const;
    void sayWaits(const QString &what);
    void startBulk(const QString &actionId, const QList<ActionTarget> &targets, const QMap<QString, QString> &params);
    void readNext(const std::shared_ptr<Bulk> &bulk);
    void allRead(const Bulk &bulk);
    void reviewNext();
    const ShellContext &m_context;
    ChangeFlow *m_flow;
    QList<state::ChangeDraft> m_waiting;   ///< to be reviewed, one for each environment
    bool m_firstReview = false;
    std::stop_source m_stop;
};

}
