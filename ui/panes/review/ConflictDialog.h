// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ChangeReview.h"
#include "models/state/ThreeWayMerge.h"
#include "ui/panes/review/ReviewDialog.h"

#include <QLineEdit>
#include <QMap>

class QGridLayout;
class QPushButton;
class QRadioButton;

namespace qd::ui {

/// The editable result of one disagreeing field: dashed warn while undecided, ok once decided, bad when it is no value.
class ResultField : public QLineEdit {
    Q_OBJECT
public:
    enum class Look : quint8 { Undecided, Decided, Invalid };
    explicit ResultField(QWidget *parent = nullptr);
    void setLook(Look look);
    [[nodiscard]] Look look() const { return m_look; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Look m_look = Look::Undecided;
};

/// Who changed what while a change was prepared (look.md "Conflict", picture 15): for each disagreeing field yours, theirs
/// or another value; what only one side changed merges and is listed. decided() carries the choices for resolve().
class ConflictDialog : public DialogFrame {
    Q_OBJECT
public:
    ConflictDialog(const ReviewContext &context, const state::ChangeDraft &draft, const state::Review &review, QWidget *parent);
    void setDraftsOffered(bool offered);
    [[nodiscard]] int undecided() const;

Q_SIGNALS:
    void decided(const QMap<QString, qd::state::MergeChoice> &choices);
    void draftKept();

private:
    struct Row {
        state::MergeConflict conflict;
        state::MergeConflict shown;      ///< the values of secrets masked; such a field is chosen, not typed
        QRadioButton *yours = nullptr;
        QRadioButton *theirs = nullptr;
        ResultField *result = nullptr;
        std::optional<state::MergeChoice> choice = {};
        QString problem = {};
    };
    void buildRows(const state::ChangeDraft &draft, const state::Review &review);
    void addRow(QGridLayout *grid, int at, const state::MergeConflict &conflict, const state::EditReview &edit, bool several);
    void addMerged(QGridLayout *grid, int &at, const state::ChangeDraft &draft, const state::Review &review);
    void take(int row, state::MergeChoice::Take side);
    void typed(int row, const QString &text);
    void takeAll(state::MergeChoice::Take side);
    void askWho(const ReviewContext &context, const state::Review &review);
    void refresh();
    const ports::YamlCodec *m_yaml;
    QList<Row> m_rows;
    int m_merged = 0;
    Label *m_headline;
    Label *m_theirs;
    Label *m_yours;
    QPushButton *m_keep;
    QPushButton *m_review;
};

/// The manager that owns a field and when it wrote, from metadata.managedFields; empty when nobody is named.
struct FieldOwner {
    QString manager;
    QString time;   ///< RFC 3339
};
[[nodiscard]] FieldOwner fieldOwner(const QJsonObject &object, const QString &pointer);

}
