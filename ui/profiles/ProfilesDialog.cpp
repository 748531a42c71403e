// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profiles/ProfilesDialog.h"

#include "models/core/Async.h"
#include "ui/profiles/ProfileForm.h"
#include "ui/profiles/TrialPanel.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"
#include "ui/widgets/Tabs.h"

#include <QEvent>
#include <QFileInfo>
#include <QListWidget>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kIssuerPauseMs = 700;
constexpr QSize kSize{880, 680};
constexpr int kTrial = 348;

QString nameIn(const QJsonObject &profile)
{
    return profile.value("name"_L1).toString();
}

/// What a person changed of a value, over what it is by now.
QJsonValue rebased(const QJsonValue &was, const QJsonValue &is, const QJsonValue &entered)
{
    if (entered == was || !was.isObject() || !is.isObject() || !entered.isObject())
        return entered == was ? is : entered;
    QJsonObject out;
    QStringList keys = is.toObject().keys() + entered.toObject().keys();
    keys.removeDuplicates();
    for (const QString &key : std::as_const(keys)) {
        const QJsonValue value = rebased(was.toObject().value(key), is.toObject().value(key), entered.toObject().value(key));
        if (!value.isUndefined())
            out.insert(key, value);
    }
    return out;
}

/// The issuer and how it is reached: what an answer of it is about.
QString issuerKey(const QJsonObject &profile)
{
    const QJsonObject signIn = profile.value("signIn"_L1).toObject();
    return signIn.value("issuer"_L1).toString() + u' ' + signIn.value("caFile"_L1).toString();
}

}

ProfilesDialog::ProfilesDialog(ports::ProfileStore *store, const Clock *clock, const QString &profile, QWidget *parent)
    : DialogFrame(parent), m_store(store), m_clock(clock), m_wanted(profile.isEmpty() ? store->chosen() : profile), m_page(u"cluster"_s), m_pause(new QTimer(this))
{
    setHeading(tr("Profiles"), {}, store->path());
    setWishedSize(kSize);
    m_pause->setSingleShot(true);
    m_pause->setInterval(kIssuerPauseMs);
    connect(m_pause, &QTimer::timeout, this, &ProfilesDialog::askIssuer);
    build();
    buildFooter();
    readFile();
}

ProfilesDialog::~ProfilesDialog()
{
    m_stop.request_stop();
}

void ProfilesDialog::build()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    m_side = buildList();
    row->addWidget(m_side);
    row->addWidget(new Hairline(Qt::Vertical, this));
    m_stack = new QStackedWidget(this);
    m_formPage = buildForm();
    m_stack->addWidget(m_formPage);
    m_none = new StatePage(m_stack);
    connect(m_none, &StatePage::clicked, this, [this] { addProfile({}); });
    m_stack->addWidget(m_none);
    row->addWidget(m_stack, 1);
    m_trial = new TrialPanel(m_clock, this);
    m_trial->setFixedWidth(kTrial);
    m_trial->hide();
    connect(m_trial, &TrialPanel::closeWanted, this, [this] {
        m_trial->cancel();
        showTrial(false);
        m_test->setFocus();
    });
    connect(m_trial, &TrialPanel::changed, this, [this] { m_test->setEnabled(!m_trial->running() && !m_key.isEmpty()); });
    row->addWidget(m_trial);
    body()->addLayout(row, 1);
}

QWidget *ProfilesDialog::buildList()
{
    auto *side = new QWidget(this);
    side->setFixedWidth(196);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(8, 10, 8, 8);
    column->setSpacing(6);
    m_list = new QListWidget(side);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setAccessibleName(tr("Profiles"));
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_list, 1);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem *item) {
        if (item)
            choose(item->data(Qt::UserRole).toString());
    });
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    QToolButton *add = makeIconButton(u"plus"_s, tr("New profile"), side);
    connect(add, &QToolButton::clicked, this, [this] { addProfile({}); });
    row->addWidget(add);
    QToolButton *copy = makeIconButton(u"copy"_s, tr("Duplicate this profile"), side);
    copy->setObjectName(u"duplicateProfile"_s);
    connect(copy, &QToolButton::clicked, this, &ProfilesDialog::duplicate);
    row->addWidget(copy);
    QToolButton *gone = makeIconButton(u"trash"_s, tr("Remove this profile…"), side);
    gone->setObjectName(u"removeProfile"_s);
    connect(gone, &QToolButton::clicked, this, &ProfilesDialog::remove);
    row->addWidget(gone);
    row->addStretch(1);
    column->addLayout(row);
    return side;
}

QWidget *ProfilesDialog::buildForm()
{
    auto *page = new QWidget(m_stack);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bar = new NoticeBar(network::State::Failed, {}, {}, page);
    m_bar->hide();
    column->addWidget(m_bar);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(metrics::kPageEdge, 10, 14, 4);
    head->setSpacing(10);
    m_title = new ElidedLabel({}, Type::Title, Token::Text, Qt::ElideRight, page);
    m_title->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    head->addWidget(m_title, 1);
    m_mark = new EnvironmentMark({}, page);
    head->addWidget(m_mark);
    head->addStretch(1);
    QToolButton *file = makeIconButton(u"yaml"_s, tr("Open profiles.yaml"), page);
    connect(file, &QToolButton::clicked, this, [this] {
        if (!m_store->openFile())
            say(Bar::Failed, tr("No program could be started for %1.").arg(m_file.path), tr("Open it with an editor of your choice."));
    });
    head->addWidget(file);
    column->addLayout(head);
    m_tabs = new Tabs(page);
    m_tabs->setIndent(metrics::kPageEdge);
    m_tabs->setName(tr("Fields of the profile"));
    m_tabs->addTab(u"cluster"_s, tr("Cluster"));
    m_tabs->addTab(u"signIn"_s, tr("Sign-in"));
    m_tabs->addTab(u"telemetry"_s, tr("Telemetry"));
    m_tabs->addTab(u"ledger"_s, tr("Ledger"));
    column->addWidget(m_tabs);
    m_form = new ProfileForm(QFileInfo(m_store->path()).absolutePath(), page);
    column->addWidget(m_form, 1);
    connect(m_tabs, &Tabs::currentChanged, this, [this](const QString &tab) {
        m_page = tab;
        m_form->setPage(tab);
    });
    connect(m_form, &ProfileForm::pageWanted, this, &ProfilesDialog::setPage);
    connect(m_form, &ProfileForm::edited, this, &ProfilesDialog::edited);
    connect(m_form, &ProfileForm::argoWanted, this, [this](const QUrl &server) {
        whenFinished(m_store->askArgo(server, m_stop.get_token()), m_form, [this](const Result<ports::SignInSettings> &found) { m_form->showArgo(found); });
    });
    return page;
}

void ProfilesDialog::buildFooter()
{
    m_test = makeButton(tr("Test sign-in"), ButtonKind::Normal, u"key"_s, this);
    m_test->setToolTip(tr("Goes from the issuer to your rights with what is entered here; nothing of it is kept."));
    connect(m_test, &QPushButton::clicked, this, &ProfilesDialog::testProfile);
    footerLeft()->addWidget(m_test);
    m_close = makeButton(tr("Close"), ButtonKind::Normal, {}, this);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    footerRight()->addWidget(m_close);
    m_save = makeButton(tr("Save profile"), ButtonKind::Primary, {}, this);
    m_save->setDefault(true);
    connect(m_save, &QPushButton::clicked, this, &ProfilesDialog::save);
    footerRight()->addWidget(m_save);
}

void ProfilesDialog::setPage(const QString &tab)
{
    m_tabs->setCurrent(tab);
    m_form->setPage(tab);
    m_page = tab;
}

void ProfilesDialog::readFile()
{
    whenFinished(m_store->read(), this, [this](const Result<ports::ProfileFile> &file) { took(file); });
}

/// The file as it is now; drafts stay, over what they were of.
void ProfilesDialog::took(const Result<ports::ProfileFile> &file)
{
    if (!file) {
        m_file.errors = {{{}, file.error().text()}};
        showBroken();
        return;
    }
    const bool same = m_file.there == file->there && m_file.text == file->text && m_stack->currentWidget() == m_formPage && !m_key.isEmpty();
    const ports::ProfileFile before = std::exchange(m_file, *file);
    if (same)
        return;
    const QStringList keys = m_drafts.keys();
    for (const QString &key : keys) {
        if (const QJsonObject *was = before.find(key); was && m_file.find(key))
            m_drafts[key] = rebased(*was, *m_file.find(key), m_drafts.value(key)).toObject();
        else if (!m_fresh.contains(key))    // what was taken out of the file meanwhile is a new one now
            m_fresh.append(key);
    }
    if (!m_file.errors.isEmpty()) {
        showBroken();
        return;
    }
    fillList();
    lookAround();
    if (!m_focused && !m_key.isEmpty() && isVisible()) {
        m_focused = true;
        m_list->setFocus(Qt::OtherFocusReason);
    }
}

/// Beside the form; the dialog grows for it, as far as the window has room.
void ProfilesDialog::showTrial(bool on)
{
    m_trial->setVisible(on);
    QSize size = kSize + QSize(on ? kTrial : 0, 0);
    if (const QWidget *under = parentWidget() ? parentWidget()->window() : nullptr)
        size = size.boundedTo(under->size() - QSize(24, 24));
    const QPoint middle = geometry().center();
    resize(size.expandedTo(minimumSizeHint()));
    move(middle - QPoint(width() / 2, height() / 2));
}

/// The errors with their places; nothing can be changed from here, the ways on are the file and another look at it.
void ProfilesDialog::showBroken()
{
    delete m_broken;
    m_broken = new QWidget(m_stack);
    auto *column = new QVBoxLayout(m_broken);
    column->setContentsMargins(metrics::kPageEdge, metrics::kCard, metrics::kPageEdge, metrics::kCard);
    column->setSpacing(metrics::kGap);
    auto *bar = new NoticeBar(network::State::Failed, tr("%1 is broken and is not written from here.").arg(QFileInfo(m_store->path()).fileName()),
                              tr("Correct what is listed in the file. Nothing of it is lost."), m_broken);
    bar->setRounded(true);
    connect(bar->addButton(tr("Open the file"), u"external"_s), &QPushButton::clicked, this, [this] { (void)m_store->openFile(); });
    connect(bar->addButton(tr("Read again"), u"refresh"_s), &QPushButton::clicked, this, &ProfilesDialog::readFile);
    column->addWidget(bar);
    for (const ports::ProfileNote &note : std::as_const(m_file.errors)) {
        const QString place = note.line > 0 ? tr("Line %1, column %2").arg(note.line).arg(note.column) : QString();
        auto *head = new Label(place.isEmpty() ? note.field : note.field.isEmpty() ? place : QString(place + u": "_s + note.field), Type::Strong, Token::Text, m_broken);
        head->setWordWrap(true);
        head->setVisible(!head->text().isEmpty());
        column->addWidget(head);
        auto *text = new Label(note.message, Type::Body, Token::Text, m_broken);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(text);
    }
    column->addStretch(1);
    m_stack->addWidget(m_broken);
    m_stack->setCurrentWidget(m_broken);
    bar->findChild<QPushButton *>()->setFocus(Qt::OtherFocusReason);
    m_side->setEnabled(false);
    m_key.clear();
    m_list->clear();
    judge();
}

void ProfilesDialog::fillList()
{
    const QSignalBlocker quiet(m_list);
    const QString wanted = m_wanted.isEmpty() ? m_key : m_wanted;
    m_list->clear();
    m_side->setEnabled(true);
    QStringList keys;
    for (const QJsonObject &profile : std::as_const(m_file.profiles))
        keys.append(nameIn(profile));
    keys += m_fresh;
    for (const QString &key : std::as_const(keys)) {
        const QJsonObject value = current(key);
        auto *item = new QListWidgetItem(m_list);
        item->setData(Qt::UserRole, key);
        const bool production = value.value("production"_L1).toBool();
        item->setIcon(icon(production ? u"shield"_s : u"env"_s, production ? Token::Prod : Token::Text2));
        const QString name = nameIn(value).isEmpty() ? tr("new profile") : nameIn(value);
        item->setText(m_drafts.contains(key) ? tr("%1 (changed)").arg(name) : name);
        item->setToolTip(key == m_store->chosen() ? tr("%1, the console runs with it").arg(name) : name);
    }
    m_wanted.clear();
    const qsizetype at = std::max<qsizetype>(0, keys.indexOf(wanted));
    if (keys.isEmpty()) {
        m_key.clear();
        m_none->showEmpty(tr("No profiles yet."), tr("A profile keeps contexts that belong together, with their production guard and their sign-in."), tr("New profile"));
        m_stack->setCurrentWidget(m_none);
        if (auto *create = m_none->findChild<QPushButton *>())
            create->setFocus(Qt::OtherFocusReason);
        judge();
        return;
    }
    m_list->setCurrentRow(int(at));
    m_stack->setCurrentWidget(m_formPage);
    choose(keys.at(at));
}

QJsonObject ProfilesDialog::stored(const QString &key) const
{
    const QJsonObject *found = m_file.find(key);
    return found ? *found : QJsonObject();
}

QJsonObject ProfilesDialog::current(const QString &key) const
{
    return m_drafts.value(key, stored(key));
}

void ProfilesDialog::choose(const QString &key)
{
    const bool other = key != m_key;
    m_key = key;
    m_all = false;
    if (other) {
        m_bar->hide();
        m_form->showIssuer(nullptr);
        m_asked.clear();
    }
    m_form->setValue(current(key));
    setPage(m_page);
    judge();
    lookAround();
    m_pause->start();
}

ports::ProfileChange ProfilesDialog::changeOf(const QString &key) const
{
    return {m_file.find(key) ? key : QString(), current(key)};
}

void ProfilesDialog::edited()
{
    const QJsonObject value = m_form->value();
    const bool was = m_drafts.contains(m_key);
    const QString name = nameIn(current(m_key));
    const bool guard = current(m_key).value("production"_L1).toBool();
    const bool kubeconfig = current(m_key).value("kubeconfig"_L1) != value.value("kubeconfig"_L1)
        || current(m_key).value("signIn"_L1).toObject().value("caFile"_L1) != value.value("signIn"_L1).toObject().value("caFile"_L1);
    if (value == stored(m_key) && !m_fresh.contains(m_key))
        m_drafts.remove(m_key);
    else
        m_drafts.insert(m_key, value);
    if (issuerKey(value) != m_asked)
        m_form->showIssuer(nullptr);
    judge();
    m_pause->start();
    if (kubeconfig)
        lookAround();
    if (was == m_drafts.contains(m_key) && name == nameIn(value) && guard == value.value("production"_L1).toBool())
        return;
    if (QListWidgetItem *item = m_list->currentItem()) {
        const QString shown = nameIn(value).isEmpty() ? tr("new profile") : nameIn(value);
        const bool production = value.value("production"_L1).toBool();
        item->setText(m_drafts.contains(m_key) ? tr("%1 (changed)").arg(shown) : shown);
        item->setIcon(icon(production ? u"shield"_s : u"env"_s, production ? Token::Prod : Token::Text2));
    }
}

/// What is wrong at its fields, what is missing in the footer, what can be pressed.
void ProfilesDialog::judge()
{
    const bool there = !m_key.isEmpty();
    m_notes = there ? m_store->check(m_file, changeOf(m_key)) : QList<ports::ProfileNote>();
    const QHash<QString, int> counts = m_form->showNotes(m_notes, m_all);
    const QList<QPair<QString, QString>> tabs{{u"cluster"_s, tr("Cluster")}, {u"signIn"_s, tr("Sign-in")}, {u"telemetry"_s, tr("Telemetry")}, {u"ledger"_s, tr("Ledger")}};
    for (const auto &tab : tabs) {
        const int count = counts.value(tab.first);
        m_tabs->setTabText(tab.first, count > 0 ? tr("%1 (%2)").arg(tab.second).arg(count) : tab.second);
    }
    const QJsonObject value = current(m_key);
    const QString name = nameIn(value);
    m_title->setText(name.isEmpty() ? tr("New profile") : tr("Profile %1").arg(name));
    m_mark->setMark(value.value("production"_L1).toBool() ? u"production"_s : QString());
    const bool draft = m_drafts.contains(m_key);
    m_save->setEnabled(there && draft && m_notes.isEmpty() && !m_busy);
    m_test->setEnabled(there && !m_trial->running());
    m_close->setText(unsaved() ? tr("Cancel") : tr("Close"));
    footerText()->setText(!there ? QString() : !m_notes.isEmpty() ? tr("%n field(s) to change", nullptr, int(m_notes.size())) : draft ? QString() : tr("Saved as it is"));
    const auto buttons = m_side->findChildren<QToolButton *>();
    for (QToolButton *button : buttons)
        button->setEnabled(there || button->objectName().isEmpty());
}

void ProfilesDialog::lookAround()
{
    if (m_key.isEmpty())
        return;
    whenFinished(m_store->look(current(m_key)), m_form, [this, key = m_key](const Result<ports::ProfileSurroundings> &around) {
        if (around && key == m_key)
            m_form->showSurroundings(*around);
    });
}

/// Discovery, keys and clock of an issuer that is written rightly, a moment after the last key.
void ProfilesDialog::askIssuer()
{
    const QJsonObject value = current(m_key);
    const bool wrong = std::any_of(m_notes.begin(), m_notes.end(), [](const ports::ProfileNote &note) {
        return note.field == "signIn.issuer"_L1 || note.field == "signIn"_L1 || note.field == "signIn.caFile"_L1;
    });
    const QString key = issuerKey(value);
    if (wrong || key == m_asked || value.value("signIn"_L1).toObject().value("issuer"_L1).toString().isEmpty())
        return;
    m_asked = key;
    m_stop.request_stop();
    m_stop = std::stop_source();
    whenFinished(m_store->checkIssuer(value, m_stop.get_token()), m_form, [this, key](const Result<ports::IssuerCheck> &check) {
        if (key == m_asked)
            m_form->showIssuer(&check);
    });
}

void ProfilesDialog::changeEvent(QEvent *event)
{
    DialogFrame::changeEvent(event);
    if (event->type() == QEvent::ActivationChange && isActiveWindow() && m_drafts.isEmpty() && !m_busy && m_stack)
        readFile();     // the file may have been changed in another window
}

}
