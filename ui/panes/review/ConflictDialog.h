// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ArgoApplication.h"
#include "models/state/ChangeReview.h"
#include "models/state/SchemaHints.h"
#include "models/state/ThreeWayMerge.h"
#include "ui/panes/review/ReviewDialog.h"

#include <QLineEdit>
#include <QMap>

#include <stop_token>

class QGridLayout;
class QPushButton;
class QRadioButton;
class QStackedWidget;

namespace qd::ui {

class ConflictField;
class ConflictSheet;
class StateGlyph;
class YamlView;

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
    ~ConflictDialog() override;
    void setDraftsOffered(bool offered);
    [[nodiscard]] int undecided() const;
    /// The objects as they become, as YAML; theirs where a field is not decided. Secrets stay hidden.
    [[nodiscard]] QString resultText() const;

Q_SIGNALS:
    void decided(const QMap<QString, qd::state::MergeChoice> &choices);
    void draftKept();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Row {
        state::MergeConflict conflict;
        state::MergeConflict shown;      ///< the values of secrets masked; such a field is chosen, not typed
        QRadioButton *yours = nullptr;
        QRadioButton *theirs = nullptr;
        ResultField *result = nullptr;
        std::optional<state::MergeChoice> choice = {};
        QString problem = {};
        state::MergeConflict plain = {};  ///< of its object alone, without whose it is
        int edit = 0;
        int gridRow = 0;
    };
    void buildRows(const state::ChangeDraft &draft, const state::Review &review);
    void buildBelow(QWidget *fields);
    void buildFooter();
    void addRow(QGridLayout *grid, int at, const state::MergeConflict &conflict, const state::EditReview &edit, bool several);
    void addMerged(QGridLayout *grid, int &at, const state::ChangeDraft &draft, const state::Review &review);
    void take(int row, state::MergeChoice::Take side);
    void typed(int row, const QString &text);
    void takeAll(state::MergeChoice::Take side);
    void askWho(const ReviewContext &context, const state::Review &review);
    void askApplication(const ReviewContext &context, const QJsonObject &live, const QString &said);
    void askSchema(const ReviewContext &context);
    void setCurrent(int row);
    void goOn();
    void showField();
    void showYaml(bool on);
    [[nodiscard]] QMap<QString, state::MergeChoice> choices() const;
    [[nodiscard]] QJsonObject baseOf(int edit) const;
    [[nodiscard]] QString effectOf(const Row &row) const;
    void refresh();
    const ports::YamlCodec *m_yaml;
    state::ChangeDraft m_draft;
    state::Review m_reviewed;
    state::SchemaHints m_schema;
    std::stop_source m_stop;
    QList<Row> m_rows;
    int m_merged = 0;
    int m_current = -1;
    ConflictSheet *m_sheet = nullptr;
    ConflictField *m_field = nullptr;
    QWidget *m_fieldLine = nullptr;
    YamlView *m_text = nullptr;
    QStackedWidget *m_stack = nullptr;
    StateGlyph *m_theirsGlyph = nullptr;
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
