// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "ui/widgets/Label.h"

#include <QWidget>

#include <optional>

class QGridLayout;
class QVBoxLayout;

namespace qd::ui {

/// One value of a fact: what it is and how it is shown. Absent "–" and unknown are never swapped.
struct Fact {
    enum class Is : quint8 { Value, Absent, Unknown };
    QString text;
    Is is = Is::Value;
    bool mono = false;       ///< an id: middle elided, with a copy button
    QString reason = {};     ///< tooltip: why it is unknown, or the whole value
    std::optional<network::State> state = {};   ///< with its glyph; the word stays the text's
    bool address = false;    ///< middle elided, with a copy button
    bool link = false;       ///< leads somewhere: click, Enter
    [[nodiscard]] static Fact value(const QString &text) { return {text}; }
    [[nodiscard]] static Fact id(const QString &text) { return {text, Is::Value, true}; }
    [[nodiscard]] static Fact absent() { return {QString(QChar(0x2013)), Is::Absent}; }
    [[nodiscard]] static Fact unknown(const QString &reason);
};

/// The value of a fact: a focusable, named widget whose text Ctrl+C copies; a link is followed by click and Enter.
class FactValue : public ElidedLabel {
    Q_OBJECT
public:
    explicit FactValue(const QString &label, QWidget *parent = nullptr);
    void setFact(const Fact &fact);
    void setDrift(bool drift);
    [[nodiscard]] const Fact &fact() const { return m_fact; }
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void followed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void paintText(QPainter &painter, const QRect &text, bool rtl);
    QString m_label;
    Fact m_fact;
    bool m_drift = false;
};

/// Label and value a row ("Identity"), or label and declared, reported, observed ("Version"). A disagreement marks the
/// last truth that is known. Rows are made once and then updated by key; nothing moves while values change. Where there is no
/// room beside the labels, values stand below them.
class FactTable : public QWidget {
    Q_OBJECT
public:
    explicit FactTable(const QString &title, QWidget *parent = nullptr);
    /// Makes it a table of three truths with a header; call before the first row.
    void setTruths(const QStringList &headers);
    void setFact(const QString &key, const QString &label, const Fact &fact);
    /// Facts in the order of the headers. `drift` marks the value that disagrees, -1 none.
    void setTruth(const QString &key, const QString &label, const QList<Fact> &facts, int drift);
    void removeFact(const QString &key);
    void clear();
    [[nodiscard]] QStringList keys() const { return m_keys; }
    /// Tables below each other have their values in one line: the widest label of all goes to setLabelWidth.
    [[nodiscard]] int labelWidth() const;
    void setLabelWidth(int width);
    [[nodiscard]] bool isStacked() const { return m_stacked; }
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void followed(const QString &key);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Row;
    Row &row(const QString &key, const QString &label, int values);
    void place(const Row &row);
    void stack();
    [[nodiscard]] int valueRoom() const;
    QGridLayout *m_grid;
    Label *m_title;
    QStringList m_headers;
    QStringList m_keys;
    QHash<QString, std::shared_ptr<Row>> m_rows;
    QList<Label *> m_heads;
    int m_next = 0;
    int m_first = 0;             ///< grid row of the first fact
    int m_labelWidth = 0;
    bool m_stacked = false;
    bool m_laidOut = false;
};

/// One condition of an object. `known` false: the server does not say True or False.
struct ConditionFact {
    QString type;
    network::State state = network::State::Unknown;
    QString reason;
    QString message;
    QString age;
    QString since;           ///< UTC, tooltip
};

/// Conditions, worst first as given: glyph, type, reason, age; Enter or click unfolds the message. Rows are focusable.
class ConditionList : public QWidget {
    Q_OBJECT
public:
    explicit ConditionList(QWidget *parent = nullptr);
    void setConditions(const QList<ConditionFact> &conditions, const QString &summary);
    /// Another list of things that have a state and a message ("Steps").
    void setTitle(const QString &title);

private:
    QVBoxLayout *m_rows;
    Label *m_title;
    Label *m_summary;
    QList<ConditionFact> m_conditions;
};

}
