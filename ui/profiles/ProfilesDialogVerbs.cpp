// SPDX-License-Identifier: GPL-3.0-or-later
// What is done in the editor of profiles: new, duplicate, remove, save, test, discard.
#include "models/core/Async.h"
#include "ui/profiles/ProfileForm.h"
#include "ui/profiles/ProfilesDialog.h"
#include "ui/profiles/TrialPanel.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>

namespace qd::ui {

using namespace Qt::StringLiterals;

QString ProfilesDialog::freeName(const QString &wanted) const
{
    const auto taken = [this](const QString &name) {
        bool out = m_file.find(name) != nullptr;
        for (const QJsonObject &draft : m_drafts)
            out = out || draft.value("name"_L1).toString() == name;
        return out;
    };
    QString name = wanted;
    for (int i = 2; taken(name); ++i)
        name = wanted + u'-' + QString::number(i);
    return name;
}

void ProfilesDialog::addProfile(const QJsonObject &value)
{
    int number = 1;
    while (m_fresh.contains(u"new %1"_s.arg(number)))   // no profile can have a name with a blank
        ++number;
    const QString key = u"new %1"_s.arg(number);
    m_fresh.append(key);
    m_drafts.insert(key, value.isEmpty() ? QJsonObject{{u"name"_s, QString()}} : value);
    m_wanted = key;
    fillList();
    setPage(u"cluster"_s);
    m_form->focusField(u"name"_s);
}

void ProfilesDialog::duplicate()
{
    if (m_key.isEmpty())
        return;
    QJsonObject value = current(m_key);
    value.insert(u"name"_s, freeName(value.value("name"_L1).toString(u"profile"_s)));
    addProfile(value);
}

void ProfilesDialog::remove()
{
    if (m_key.isEmpty())
        return;
    if (m_fresh.removeAll(m_key) > 0) {     // it never was in the file
        m_drafts.remove(m_key);
        fillList();
        return;
    }
    say(Bar::Remove, tr("Remove profile %1?").arg(m_key), tr("Its lines go from profiles.yaml; contexts and clusters stay as they are. A sign-in that is kept for it ends, unless an open environment uses it."));
}

void ProfilesDialog::save()
{
    m_all = true;
    judge();
    if (!m_notes.isEmpty()) {
        m_form->focusField(m_notes.first().field);
        return;
    }
    if (m_save->isEnabled())
        write(changeOf(m_key));
}

void ProfilesDialog::write(const ports::ProfileChange &change)
{
    m_busy = true;
    judge();
    whenFinished(m_store->save(m_file, change), this, [this, change, key = m_key](const Result<ports::ProfileFile> &result) { wrote(key, change, result); });
}

void ProfilesDialog::wrote(const QString &key, const ports::ProfileChange &change, const Result<ports::ProfileFile> &result)
{
    m_busy = false;
    if (!result) {
        const Error &error = result.error();
        const Bar bar = error.kind == ErrorKind::Conflict ? Bar::Conflict : error.kind == ErrorKind::Unsupported || error.kind == ErrorKind::Invalid ? Bar::Refused : Bar::Failed;
        judge();
        say(bar, error.message, error.remedy);
        return;
    }
    m_file = *result;
    const QString name = change.value.value("name"_L1).toString();
    // Another one may be shown by now, and more may have been entered into this one.
    if (m_drafts.value(key) == change.value || change.value.isEmpty())
        m_drafts.remove(key);
    else
        m_drafts.insert(name, m_drafts.take(key));
    m_fresh.removeAll(key);
    m_wanted = m_key == key ? name : m_key;
    m_key.clear();
    fillList();
    if (change.value.isEmpty())
        say(Bar::Saved, tr("Profile %1 is removed.").arg(change.name), {});
    else
        say(Bar::Saved, tr("Profile %1 is saved.").arg(name), tr("Environments that are open keep what they were opened with. A sign-in kept under another name, issuer or client ends."));
    Q_EMIT saved(name);
}

void ProfilesDialog::testProfile()
{
    if (m_key.isEmpty())
        return;
    m_all = true;
    judge();
    if (!m_notes.isEmpty()) {
        m_form->focusField(m_notes.first().field);
        return;
    }
    const QJsonObject value = current(m_key);
    showTrial(true);
    m_trial->run(value.value("name"_L1).toString(), m_store->tryProfile(value));
    m_test->setEnabled(!m_trial->running());
}

void ProfilesDialog::reject()
{
    if (m_drafts.isEmpty() || m_stack->currentWidget() != m_formPage) {
        m_trial->cancel();
        DialogFrame::reject();
        return;
    }
    say(Bar::Discard, tr("%n profile(s) have changes that are not saved.", nullptr, int(m_drafts.size())), {});
}

void ProfilesDialog::say(Bar bar, const QString &title, const QString &detail)
{
    using network::State;
    m_bar->clearButtons();
    m_bar->setState(bar == Bar::Saved ? State::Ready : bar == Bar::Failed ? State::Failed : State::Degraded);
    m_bar->setTexts(title, detail);
    const auto button = [this](const QString &text, auto call) {
        QPushButton *made = m_bar->addButton(text);
        made->show();   // its layout does so only later, and it may take the keyboard now
        connect(made, &QPushButton::clicked, this, call, Qt::QueuedConnection);     // the bar's buttons may be made anew by it
        return made;
    };
    if (bar == Bar::Conflict) {
        button(tr("Read again"), [this] {
            m_bar->hide();
            readFile();
        })->setFocus();
    } else if (bar == Bar::Refused) {
        button(tr("Open the file"), [this] { (void)m_store->openFile(); })->setFocus();
    } else if (bar == Bar::Discard) {
        button(tr("Discard the changes"), [this] {
            m_drafts.clear();
            reject();
        });
        button(tr("Keep editing"), [this] { m_bar->hide(); })->setFocus();
    } else if (bar == Bar::Remove) {
        button(tr("Remove"), [this, key = m_key] { write({key, {}}); });
        button(tr("Keep it"), [this] { m_bar->hide(); })->setFocus();
    }
    m_bar->show();
}

}
