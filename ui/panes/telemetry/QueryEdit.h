// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

#include <memory>

class QCompleter;

namespace qd::ui {

class MetricNames;

/// A query in PromQL. Names of metrics are offered below the cursor while one is written, all that contain it, or with Ctrl+Space; Return
/// or Tab takes one, Esc none. What a metric is stands behind its name. GUI thread.
class QueryEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit QueryEdit(const QString &text, QWidget *parent = nullptr);
    ~QueryEdit() override;
    /// Shared by the fields of a form.
    void setNames(const std::shared_ptr<MetricNames> &names);
    [[nodiscard]] QCompleter *completer() const { return m_completer; }

Q_SIGNALS:
    /// A name is being written.
    void namesWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void offer(bool all);
    void chooseFirst();
    void take(const QString &name);
    [[nodiscard]] QString before(qsizetype *begin = nullptr) const;
    void fit();
    std::shared_ptr<MetricNames> m_names;
    QCompleter *m_completer;
    bool m_waiting = false;     ///< for the names: some letters are written
};

}
