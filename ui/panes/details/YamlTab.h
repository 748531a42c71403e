// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/YamlCodec.h"

#include <QJsonObject>
#include <QWidget>

class QCheckBox;
class QPushButton;

namespace qd::ui {

class Label;
class YamlView;

/// The live object as YAML, read-only, with Edit… and Copy. managedFields on demand.
class YamlTab : public QWidget {
    Q_OBJECT
public:
    explicit YamlTab(const ports::YamlCodec *codec, QWidget *parent = nullptr);
    void setObject(const QJsonObject &object, bool live);
    void setEditAction(bool enabled, const QString &toolTip);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void editWanted();

private:
    void render();
    const ports::YamlCodec *m_codec;
    YamlView *m_text;
    QPushButton *m_edit;
    QCheckBox *m_managed;
    Label *m_source;
    QJsonObject m_object;
};

}
