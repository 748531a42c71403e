// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertsSession.h"
#include "ui/panes/review/DialogFrame.h"
#include "ui/widgets/Buttons.h"

class QLineEdit;

namespace qd::ui {

class FormField;
class NoticeBar;

/// What the dialogs that write silences share: what is missing said in the footer, the name that production wants, and the write: once,
/// followed to its end, its failure in the dialog. Who closes the dialog meanwhile has it told by failed().
class SilenceFrame : public DialogFrame {
    Q_OBJECT
public:
    SilenceFrame(items::AlertsSession *session, const QString &cluster, QWidget *parent);
    [[nodiscard]] QPushButton *confirmButton() const { return m_confirm; }
    /// Where the name of a production environment is typed; null elsewhere.
    [[nodiscard]] QLineEdit *typedName() const;
    /// Empty: none is chosen yet.
    [[nodiscard]] const QString &cluster() const { return m_cluster; }
    [[nodiscard]] bool isWriting() const { return m_writing; }
    void confirm();
    void done(int result) override;

Q_SIGNALS:
    /// As it is there now.
    void written(const QString &cluster, const qd::ports::Silence &silence);
    /// The dialog was closed before, so that nobody sees it there.
    void failed(const qd::Error &error);

protected:
    [[nodiscard]] items::AlertsSession *session() const { return m_session; }
    [[nodiscard]] state::Environment *environment() const { return m_session->environment(m_cluster); }
    /// Heading, mark and the name that is wanted follow.
    void setCluster(const QString &cluster);
    void setTitle(const QString &title);
    /// The bar of failures, above all else; the name, below all else.
    void addNotice(QVBoxLayout *column);
    void addName(QVBoxLayout *column);
    /// Shows whether it can be confirmed, or what keeps from it.
    void showConfirm();
    virtual void showError(const Error &error);
    /// What it shows is to be looked at again.
    virtual void showAll() = 0;
    /// A sentence; empty: all is there but the name.
    [[nodiscard]] virtual QString missing() const = 0;
    virtual void write(const items::SilenceWriter::Then &then) = 0;

private:
    void answered(const Result<ports::Silence> &answer);
    [[nodiscard]] bool isProduction() const;
    items::AlertsSession *m_session;
    QString m_cluster;
    QString m_title;
    NoticeBar *m_notice;
    FormField *m_name = nullptr;
    QLineEdit *m_typed = nullptr;
    QPushButton *m_confirm;
    bool m_writing = false;
    bool m_left = false;        ///< closed while it writes
    bool m_deletes = false;     ///< and to be gone after its answer
};

}
