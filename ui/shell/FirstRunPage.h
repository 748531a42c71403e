// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/EnvironmentSource.h"

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace qd::ui {

/// What the window shows while no environment is open: what was looked for and found, why it did not do, and every way on.
/// Nothing here needs a restart. GUI thread.
class FirstRunPage : public QWidget {
    Q_OBJECT
public:
    explicit FirstRunPage(const EnvironmentSource *source, QWidget *parent = nullptr);

    /// `problem`: message, then the remedy on further lines; empty when nothing was wrong but there is nothing to open.
    void showProblem(const QString &problem);
    /// A second answer in place of the first: the files were read again and it is still so.
    void sayStill(const QString &problem);
    void focusFirst();
    /// Whether profiles can be edited from here.
    void offerProfiles(bool on) { m_profiles = on; }

Q_SIGNALS:
    void demoWanted();
    void checkWanted();
    void helpWanted();
    void profilesWanted();
    void contextWanted(const QString &name);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void build(const QString &problem, bool again);
    void addProblem(QVBoxLayout *column, const QString &problem, bool again);
    void addButtons(QVBoxLayout *column);
    void addContexts(QVBoxLayout *column);
    void addTried(QVBoxLayout *column);
    void addWays(QVBoxLayout *column);
    void addWay(QVBoxLayout *column, const QString &what, const QString &command);
    [[nodiscard]] QString whence() const;
    bool m_profiles = false;
    const EnvironmentSource *m_source;
    EnvironmentSource::Origin m_origin;
    QWidget *m_content = nullptr;
    QVBoxLayout *m_outer;
    QPushButton *m_check = nullptr;
    QString m_problem;
};

}
