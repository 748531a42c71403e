// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertList.h"
#include "ui/panes/telemetry/SilenceFrame.h"

#include <array>

class QGridLayout;

namespace qd::ui {

class Label;

/// Asks before a silence ends: what it matches, until when, by whom and why, and who calls again. What it shows follows what is known:
/// one that has ended meanwhile cannot be ended.
class SilenceExpireDialog : public SilenceFrame {
    Q_OBJECT
public:
    SilenceExpireDialog(items::AlertsSession *session, const items::SilenceLine &line, bool utc, QWidget *parent);
    [[nodiscard]] QString matchText() const;

protected:
    void showAll() override;
    void showError(const Error &error) override;
    [[nodiscard]] QString missing() const override;
    void write(const items::SilenceWriter::Then &then) override;
    void showEvent(QShowEvent *event) override;

private:
    Label *addFact(QGridLayout *facts, const QString &name);
    void showMatches();
    [[nodiscard]] QSize wished() const;
    /// As it is known now; null: not there any more, or not known.
    [[nodiscard]] const items::SilenceLine *now() const;
    items::SilenceLine m_line;
    bool m_utc;
    QVBoxLayout *m_column;
    Label *m_matchers;
    Label *m_until;
    Label *m_author;
    Label *m_comment;
    Label *m_matches;
};

}
