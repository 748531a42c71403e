// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/ProfileStore.h"
#include "ui/profiles/ProfileFields.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QRadioButton;
class QStackedWidget;
class QVBoxLayout;

namespace qd::ui {

class FormField;
class Label;

/// A profile as a form of four pages. It changes what a person changed and leaves the rest of the value, keys it does not know too. What
/// is wrong is told from outside (showNotes), by the rules of the file. GUI thread.
class ProfileForm : public QWidget {
    Q_OBJECT
public:
    /// `folder`: of profiles.yaml, paths are relative to it.
    explicit ProfileForm(QString folder, QWidget *parent = nullptr);
    void setValue(const QJsonObject &profile);
    [[nodiscard]] QJsonObject value() const;
    void setPage(const QString &tab);
    /// Notes at their fields. A field nobody has touched keeps quiet about being required until `all`. How many there are by page.
    QHash<QString, int> showNotes(const QList<ports::ProfileNote> &notes, bool all);
    void showSurroundings(const ports::ProfileSurroundings &around);
    /// What the issuer answered; null while nothing is known of it.
    void showIssuer(const Result<ports::IssuerCheck> *check);
    void showArgo(const Result<ports::SignInSettings> &found);
    [[nodiscard]] FormField *field(const QString &name) const;
    /// Goes to the field's page and puts the keyboard there.
    void focusField(const QString &name);

Q_SIGNALS:
    void edited();
    /// Its page is wanted: the field is on another one.
    void pageWanted(const QString &tab);
    void argoWanted(const QUrl &server);

private:
    struct Bound {
        ProfileField field;
        FormField *box = nullptr;       ///< null for a flag
        QWidget *editor = nullptr;      ///< what takes the keyboard
        QString initial;
        bool touched = false;
    };
    struct Endpoint {
        QJsonObject base;
        QWidget *box = nullptr;
        QList<Bound> bound;
    };
    Bound makeBound(const ProfileField &field, QVBoxLayout *column, QWidget *page);
    QWidget *makePath(const ProfileField &field, QLineEdit *edit, QWidget *parent);
    QWidget *makePage(const QString &tab);
    void addContexts(QVBoxLayout *column, QWidget *page);
    void addWay(QVBoxLayout *column, QWidget *page);
    void addFound(QVBoxLayout *column, QWidget *page);
    void takeOver(const ports::SignInSettings &settings);
    void addEndpoint(const QJsonObject &value, bool fresh);
    void removeEndpoint(QWidget *box);
    void nameEndpoints();
    void showContexts(const QStringList &chosen);
    void showFound();
    void touch(QWidget *editor);
    void enableSignIn();
    [[nodiscard]] QStringList chosenContexts() const;
    [[nodiscard]] Bound *boundFor(const QString &name, bool *required = nullptr);
    static void noteAt(Bound &bound, const QString &message);
    [[nodiscard]] static QString textOf(const Bound &bound);
    static void setText(Bound &bound, const QString &text);
    QString m_folder;
    QJsonObject m_base;
    QStackedWidget *m_pages;
    QStringList m_tabs;
    QList<Bound> m_bound;
    QList<Endpoint> m_endpoints;
    QList<ports::ProfileContext> m_known;
    FormField *m_way = nullptr;
    QRadioButton *m_asKubeconfig = nullptr;
    QRadioButton *m_openId = nullptr;
    QWidget *m_signInFields = nullptr;
    QVBoxLayout *m_endpointColumn = nullptr;
    FormField *m_contexts = nullptr;
    QVBoxLayout *m_contextColumn = nullptr;
    QVBoxLayout *m_foundColumn = nullptr;
    FormField *m_argo = nullptr;
    QList<ports::ProfileNote> m_facts;
    QList<ports::ProfileNote> m_faults;
    bool m_setting = false;
};

}
