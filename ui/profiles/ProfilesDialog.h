// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/ProfileStore.h"
#include "ui/panes/review/DialogFrame.h"

class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTimer;

namespace qd::ui {

class EnvironmentMark;
class NoticeBar;
class ProfileForm;
class StatePage;
class Tabs;
class TrialPanel;

/// The editor of profiles.yaml (look.md picture 16): the profiles, the fields of one, and its test from issuer to rights. What is entered
/// is kept for every profile until it is saved or discarded; one is saved at a time. Opened with open(). GUI thread.
class ProfilesDialog : public DialogFrame {
    Q_OBJECT
public:
    /// `profile`: the one to begin with; empty: the one the console runs with, else the first.
    ProfilesDialog(ports::ProfileStore *store, const Clock *clock, const QString &profile, QWidget *parent);
    ~ProfilesDialog() override;
    /// The page of fields: "cluster", "signIn", "telemetry", "ledger".
    void setPage(const QString &tab);
    void addProfile(const QJsonObject &value);
    void testProfile();
    void save();
    [[nodiscard]] bool unsaved() const { return !m_drafts.isEmpty(); }
    [[nodiscard]] ProfileForm *form() const { return m_form; }
    [[nodiscard]] TrialPanel *trial() const { return m_trial; }
    [[nodiscard]] QListWidget *list() const { return m_list; }

public Q_SLOTS:
    void reject() override;

Q_SIGNALS:
    /// What the file says now differs from before.
    void saved(const QString &profile);

protected:
    void changeEvent(QEvent *event) override;

private:
    enum class Bar : quint8 { None, Conflict, Refused, Failed, Discard, Remove, Saved };
    void build();
    QWidget *buildList();
    QWidget *buildForm();
    void buildFooter();
    void readFile();
    void took(const Result<ports::ProfileFile> &file);
    void showBroken();
    void fillList();
    void choose(const QString &key);
    void edited();
    void judge();
    void lookAround();
    void showTrial(bool on);
    void askIssuer();
    void duplicate();
    void remove();
    void write(const ports::ProfileChange &change);
    void wrote(const QString &key, const ports::ProfileChange &change, const Result<ports::ProfileFile> &result);
    void say(Bar bar, const QString &title, const QString &detail);
    [[nodiscard]] QJsonObject stored(const QString &key) const;
    [[nodiscard]] QJsonObject current(const QString &key) const;
    [[nodiscard]] QString freeName(const QString &wanted) const;
    [[nodiscard]] ports::ProfileChange changeOf(const QString &key) const;
    ports::ProfileStore *m_store;
    const Clock *m_clock;
    ports::ProfileFile m_file;
    QHash<QString, QJsonObject> m_drafts;   ///< by key: the name in the file, or of one that is new "new 1"
    QStringList m_fresh;                    ///< keys of new ones, in order
    QString m_key;                          ///< shown
    QString m_wanted;                       ///< to be shown once the file is read
    QString m_page;
    QList<ports::ProfileNote> m_notes;
    bool m_all = false;                     ///< a save was tried: required fields say so
    bool m_busy = false;
    bool m_focused = false;                 ///< the keyboard was put somewhere once
    QStackedWidget *m_stack = nullptr;      ///< form, no profiles, broken
    QWidget *m_formPage = nullptr;
    StatePage *m_none = nullptr;
    QWidget *m_broken = nullptr;
    QListWidget *m_list = nullptr;
    QWidget *m_side = nullptr;
    class ElidedLabel *m_title = nullptr;
    EnvironmentMark *m_mark = nullptr;
    Tabs *m_tabs = nullptr;
    NoticeBar *m_bar = nullptr;
    ProfileForm *m_form = nullptr;
    TrialPanel *m_trial = nullptr;
    QPushButton *m_test = nullptr;
    QPushButton *m_close = nullptr;
    QPushButton *m_save = nullptr;
    QTimer *m_pause = nullptr;
    std::stop_source m_stop;                ///< of what is asked of the issuer
    QString m_asked;                        ///< issuer and CA it was asked for
};

}
