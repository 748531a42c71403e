// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTabBar>
#include <QToolButton>

namespace qd::ui {

/// Tabs with "5 more" at the right for those that do not fit; no scroll arrows. Tabs are known by id. An overflowed tab
/// that is chosen takes the last visible place.
class Tabs : public QWidget {
    Q_OBJECT
public:
    explicit Tabs(QWidget *parent = nullptr);
    void addTab(const QString &id, const QString &text);
    void setTabText(const QString &id, const QString &text);
    void setTabShown(const QString &id, bool shown);
    /// Ids in the order they stand in from now on; others keep theirs behind them.
    void setOrder(const QStringList &ids);
    void setCurrent(const QString &id);
    [[nodiscard]] QString current() const { return m_current; }
    [[nodiscard]] QStringList ids() const;
    /// Space at both ends, so that the first underline stands at the page's margin (the hairline below runs through).
    void setIndent(int indent);
    /// Accessible name of the bar.
    /// At least so high, label in the middle: in a page bar, beside its title.
    void setTabHeight(int height);
    void setName(const QString &name);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void currentChanged(const QString &id);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Tab {
        QString id;
        QString text;
        bool shown = true;
    };
    void arrange();
    [[nodiscard]] int room() const;
    [[nodiscard]] int tabWidth(const QString &text) const;
    QTabBar *m_bar;
    QToolButton *m_more;
    QList<Tab> m_tabs;
    QStringList m_visible;
    QString m_current;
    bool m_arranging = false;
};

}
