// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/RangeButton.h"

#include "models/core/Clock.h"
#include "ui/panes/review/DialogFrame.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"

#include <QActionGroup>
#include <QBoxLayout>
#include <QDateTimeEdit>
#include <QLocale>
#include <QMenu>

#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<qint64, 11> kUsual{900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400, 30 * 86400};

/// From … to, in a dialog of its own.
class FixedTime final : public DialogFrame {
    Q_DECLARE_TR_FUNCTIONS(RangeButton)
public:
    FixedTime(const QDateTime &from, const QDateTime &to, QWidget *parent) : DialogFrame(parent), m_from(new QDateTimeEdit(from, this)), m_to(new QDateTimeEdit(to, this))
    {
        setHeading(tr("Fixed time"), {}, from.timeSpec() == Qt::UTC ? tr("UTC") : tr("local time, %1").arg(from.timeZoneAbbreviation()));
        setWishedSize({420, 280});
        const QString format = u"yyyy-MM-dd HH:mm:ss"_s;
        for (QDateTimeEdit *edit : {m_from, m_to}) {
            edit->setDisplayFormat(format);
            edit->setCalendarPopup(true);
        }
        m_toField = new FormField(tr("To"), m_to, {}, false, this);
        body()->setContentsMargins(20, 16, 20, 16);
        body()->setSpacing(12);
        body()->addWidget(new FormField(tr("From"), m_from, {}, false, this));
        body()->addWidget(m_toField);
        body()->addStretch(1);
        QPushButton *cancel = makeButton(tr("Cancel"), ButtonKind::Normal, {}, this);
        QPushButton *show = makeButton(tr("Show this time"), ButtonKind::Primary, {}, this);
        show->setDefault(true);
        footerRight()->addWidget(cancel);
        footerRight()->addWidget(show);
        connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
        connect(show, &QPushButton::clicked, this, [this] {
            if (m_to->dateTime() <= m_from->dateTime())
                return m_toField->setError(tr("It must be later than the beginning."));
            accept();
        });
    }
    [[nodiscard]] items::TimeRange range() const
    {
        return {0, double(m_from->dateTime().toSecsSinceEpoch()), double(m_to->dateTime().toSecsSinceEpoch())};
    }

private:
    QDateTimeEdit *m_from, *m_to;
    FormField *m_toField;
};

QString lastText(qint64 seconds)
{
    if (seconds < 3600)
        return RangeButton::tr("Last %n minute(s)", nullptr, int(seconds / 60));
    if (seconds <= 86400)
        return RangeButton::tr("Last %n hour(s)", nullptr, int(seconds / 3600));
    return RangeButton::tr("Last %n day(s)", nullptr, int(seconds / 86400));
}

}

RangeButton::RangeButton(const Clock *clock, QWidget *parent) : QPushButton(parent), m_clock(clock)
{
    auto *menu = new QMenu(this);
    auto *group = new QActionGroup(this);
    for (const qint64 seconds : kUsual) {
        QAction *action = menu->addAction(lastText(seconds));
        action->setCheckable(true);
        action->setData(seconds);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, seconds] { Q_EMIT rangeChosen({seconds, 0, 0}); });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Fixed time…")), &QAction::triggered, this, &RangeButton::chooseFixed);
    connect(menu, &QMenu::aboutToShow, this, [this, group] {
        const QList<QAction *> actions = group->actions();
        for (QAction *action : actions)
            action->setChecked(m_range.live() && action->data().toLongLong() == m_range.last);
    });
    setMenu(menu);
    showText();
}

void RangeButton::setRange(const items::TimeRange &range)
{
    m_range = range;
    showText();
}

void RangeButton::setUtc(bool utc)
{
    m_utc = utc;
    showText();
}

QString RangeButton::textOf(const items::TimeRange &range, bool utc, const QDate &today)
{
    if (range.live())
        return lastText(range.last);
    const auto moment = [utc](double at) { return utc ? QDateTime::fromSecsSinceEpoch(qint64(at), Qt::UTC) : QDateTime::fromSecsSinceEpoch(qint64(at)); };
    const QDateTime from = moment(range.from), to = moment(range.to);
    const QString clock = range.to - range.from < 600 ? u"HH:mm:ss"_s : u"HH:mm"_s;
    const auto dayOf = [&today](const QDate &date) { return QLocale().toString(date, date.year() == today.year() ? u"d MMM"_s : u"d MMM yyyy"_s); };
    const QString zone = utc ? u"UTC"_s : to.timeZoneAbbreviation();
    if (from.date() == to.date())
        return u"%1 %2 – %3 %4"_s.arg(dayOf(from.date()), from.toString(clock), to.toString(clock), zone);
    return u"%1 %2 – %3 %4 %5"_s.arg(dayOf(from.date()), from.toString(clock), dayOf(to.date()), to.toString(clock), zone);
}

void RangeButton::showText()
{
    setText(textOf(m_range, m_utc, m_clock->now().date()));
    setAccessibleName(tr("Time: %1").arg(text()));
}

void RangeButton::chooseFixed()
{
    const double now = double(m_clock->now().toSecsSinceEpoch());
    const auto moment = [this](double at) { return m_utc ? QDateTime::fromSecsSinceEpoch(qint64(at), Qt::UTC) : QDateTime::fromSecsSinceEpoch(qint64(at)); };
    auto *dialog = new FixedTime(moment(m_range.start(now)), moment(m_range.end(now)), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { Q_EMIT rangeChosen(dialog->range()); });
    dialog->open();
}

}
