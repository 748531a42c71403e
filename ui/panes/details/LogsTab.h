// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogSession.h"
#include "models/items/PodList.h"
#include "ui/panes/details/DetailsTab.h"

class QComboBox;
class QPushButton;

namespace qd::ui {

class LogView;

/// The logs of an object's pods: all of them merged by time, or one container, now or its run before. Reads while it is looked
/// at; what a crashed container comes back with is followed on.
class LogsTab : public DetailsTab {
    Q_OBJECT
public:
    /// More pods than this are not merged unasked: each is a connection.
    static constexpr int kMerged = 12;
    LogsTab(const ports::BodyCodec *bodies, const Clock *clock, QWidget *parent = nullptr);
    ~LogsTab() override;
    void present(const DetailsSubject &subject) override;
    void leave() override;
    void setWide(bool wide) override;
    void openLog(const QString &pod, const QString &container, bool previous) override;
    [[nodiscard]] LogView *view() const { return m_view; }
    [[nodiscard]] items::LogModel *model() { return &m_model; }
    [[nodiscard]] items::LogSession *session() { return &m_session; }
    [[nodiscard]] QComboBox *chooser() const { return m_chooser; }
    [[nodiscard]] QPushButton *previousButton() const { return m_previous; }

private:
    void buildHead();
    void podsChanged();
    void fillChooser(const QList<items::PodFacts> &pods);
    void choose();
    void updateSources();
    void updatePage();
    void updateNotes();
    [[nodiscard]] QList<items::LogSource> wanted() const;
    [[nodiscard]] QString shortName(const items::PodFacts &pod, const items::ContainerFacts &container) const;
    const Clock *m_clock;
    items::LogModel m_model;
    items::LogSession m_session;
    items::PodList m_pods;
    QComboBox *m_chooser;
    QPushButton *m_previous;
    LogView *m_view;
    ObjectId m_object;
    QPointer<state::Environment> m_environment;
    QDateTime m_pausedAt;
    QString m_choice;             ///< "" all, else "pod/container"
    QString m_asked;              ///< by openLog, before its pod is known
    bool m_askedPrevious = false;
};

}
