// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/PodList.h"
#include "ui/widgets/LogSourceTree.h"

#include <QHash>
#include <QSet>

namespace qd::ui {

/// Which logs are read: the pods of an object and their containers as a tree with checks (picture 13, left), each with its state, its
/// line's sample and how much it writes. Keeps what was chosen while pods come and go. GUI thread.
class LogSources : public LogSourceTree {
    Q_OBJECT
public:
    /// More pods than this are not read unasked: each is a connection.
    static constexpr int kMerged = 12;
    explicit LogSources(QWidget *parent = nullptr);
    /// Names are said without the object's, which stands above.
    void setObject(const QString &name);
    void setPods(const QList<items::PodFacts> &pods, bool complete);
    void clear();
    /// "pod/container" of what is read.
    [[nodiscard]] bool reads(const QString &pod, const items::ContainerFacts &container) const;
    /// Only this one from now on.
    void choose(const QString &pod, const QString &container);
    void chooseAll();
    [[nodiscard]] int chosen() const;
    [[nodiscard]] int all() const;
    /// The one that is read when it is only one: "participant-0"; empty otherwise.
    [[nodiscard]] QString only() const;
    [[nodiscard]] QString shortName(const items::PodFacts &pod, const items::ContainerFacts &container) const;
    /// Lines a minute of what is read, by "pod/container"; what is not in it is not determined.
    void setRates(const QHash<QString, int> &rates);
    /// Numbers of the samples, by "pod/container".
    void setNumbers(const QHash<QString, int> &numbers);

Q_SIGNALS:
    void chosenChanged();

protected:
    bool event(QEvent *event) override;

private:
    void fill();
    void fillLeaf(QTreeWidgetItem *item, const items::PodFacts &pod, const items::ContainerFacts &container, const QString &text);
    void changed(QTreeWidgetItem *item, int column);
    void showChecks();
    void showRates();
    [[nodiscard]] QString shortPod(const QString &pod) const;
    void eachLeaf(const std::function<void(QTreeWidgetItem *)> &call) const;
    QString m_object;
    QList<items::PodFacts> m_pods;
    QSet<QString> m_known;          ///< were there before: what is new is read too
    QSet<QString> m_unread;         ///< not chosen
    QHash<QString, int> m_rates;
    QHash<QString, int> m_numbers;
    QString m_only;                 ///< choose() before its pod is known, and while it stays the only one
    bool m_whole = false;           ///< the first list was there
};

}
