// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogModel.h"

#include <QWidget>

class QGridLayout;
class QHBoxLayout;
class QPushButton;

namespace qd::ui {

class Label;

/// The fields of a JSON line below it: name, value, + only these, − all but these, copy. Real controls, in the order of Tab.
class LogFields : public QWidget {
    Q_OBJECT
public:
    static constexpr int kShown = 6;
    explicit LogFields(QWidget *parent = nullptr);
    void setLine(const items::LogLine &line);
    /// Where the names begin: below the level of the line.
    void setIndent(int left);
    /// The room there is, before the size is asked for: a message too long for its line stands here whole.
    void setRoom(int width);

Q_SIGNALS:
    void filterWanted(const qd::items::LogFilter &filter);
    void copyWanted(const QString &text);
    void sizeWanted();
    void closeWanted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void fill();
    void showMessage();
    [[nodiscard]] QString wrapped(const QString &text) const;
    void addRow(int row, const QString &key, const QString &value);
    QHBoxLayout *m_head;
    QGridLayout *m_grid;
    QWidget *m_rows = nullptr;
    QPushButton *m_more;
    QPushButton *m_raw;
    Label *m_text;
    Label *m_message;
    int m_room = 0;
    Label *m_title;
    items::LogLine m_line;
    bool m_all = false;
};

}
