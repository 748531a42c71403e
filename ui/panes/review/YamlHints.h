// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/SchemaHints.h"

#include <QFrame>
#include <QObject>

class QTreeWidget;

namespace qd::ui {

class Label;
class YamlView;

/// What the server's schema knows, beside and in a YAML editor (picture 19): the panel lists the fields of the map the cursor
/// is in, with type and description; while a key or a value is typed, and on Ctrl+Space, those that fit are offered below
/// the cursor (above where there is no room). Enter or Tab takes, Up and Down choose, Esc closes. The focus stays in the editor.
class YamlHints : public QObject {
    Q_OBJECT
public:
    YamlHints(YamlView *editor, QWidget *parent);
    /// `version` as people read it: "v1alpha1".
    void setSchema(const state::SchemaHints &schema, const QString &version);
    void setUnavailable(const QString &why);
    [[nodiscard]] QWidget *panel() const { return m_panel; }
    [[nodiscard]] bool offering() const;
    /// What is offered now.
    [[nodiscard]] QStringList offered() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    [[nodiscard]] state::YamlPlace place() const;
    [[nodiscard]] bool handleKey(int key, bool control, const QString &text);
    void follow();
    void offer(bool asked);
    void showOffer();
    void take();
    void describe();
    YamlView *m_editor;
    QWidget *m_panel;
    Label *m_where;
    Label *m_version;
    QTreeWidget *m_fields;
    Label *m_about;
    QFrame *m_popup;
    QTreeWidget *m_offer;
    Label *m_offerAbout;
    Label *m_offerLimits;
    Label *m_offerFoot;
    state::SchemaHints m_schema;
    QStringList m_shownPath;
    bool m_typed = false;
};

}
