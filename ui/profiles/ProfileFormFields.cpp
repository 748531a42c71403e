// SPDX-License-Identifier: GPL-3.0-or-later
// The editors of the form: one for each kind of field, endpoints, contexts, what was found to be taken over.
#include "ui/profiles/ProfileForm.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QPainter>
#include <QRadioButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using E = ProfileEditor;

namespace {

/// A square of the colour that is typed beside it.
class Swatch final : public QWidget {
public:
    Swatch(QLineEdit *edit, QWidget *parent) : QWidget(parent), m_edit(edit)
    {
        setFixedSize(20, 20);
        connect(edit, &QLineEdit::textChanged, this, qOverload<>(&QWidget::update));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const QColor color(m_edit->text());
        if (m_edit->text().size() != 7 || !color.isValid())
            return;
        QPainter painter(this);
        style::box(&painter, QRectF(rect()), metrics::kRadiusBadge, color, tokens(this)[Token::Edge]);
    }

private:
    QLineEdit *m_edit;
};

/// A file as it is written: relative to profiles.yaml beside it, ~ for the home folder.
QString shortPath(const QString &path, const QString &folder)
{
    const QString inside = QDir(folder).relativeFilePath(path);
    if (!inside.startsWith(".."_L1) && QDir::isRelativePath(inside))
        return inside;
    const QString home = QDir::homePath() + u'/';
    return path.startsWith(home) ? QString(u"~/"_s + path.mid(home.size())) : path;
}

}

QWidget *ProfileForm::makePath(const ProfileField &field, QLineEdit *edit, QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(metrics::kGap);
    edit->setParent(row);
    line->addWidget(edit, 1);
    QPushButton *browse = makeButton(tr("Browse…"), ButtonKind::Normal, {}, row);
    browse->setAccessibleName(tr("Browse for: %1").arg(field.label));
    connect(browse, &QPushButton::clicked, this, [this, edit, title = field.label] {
        auto *dialog = new QFileDialog(this, title, m_folder);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, edit, [this, edit](const QString &path) {
            edit->setText(shortPath(path, m_folder));
            touch(edit);
        });
        dialog->open();
    });
    line->addWidget(browse);
    row->setFocusProxy(edit);
    return row;
}

ProfileForm::Bound ProfileForm::makeBound(const ProfileField &field, QVBoxLayout *column, QWidget *page)
{
    Bound out;
    out.field = field;
    if (field.editor == E::Flag) {
        auto *check = new QCheckBox(field.label, page);
        connect(check, &QCheckBox::toggled, this, [this, check] { touch(check); });
        column->addWidget(check);
        out.editor = check;
        return out;
    }
    if (field.editor == E::Bearer) {
        auto *combo = new QComboBox(page);
        combo->addItem(field.placeholder, QString());
        if (field.pointer != "/signIn/bearer"_L1)
            combo->addItem(tr("ID token"), u"idToken"_s);
        combo->addItem(tr("Access token"), u"accessToken"_s);
        connect(combo, &QComboBox::currentIndexChanged, this, [this, combo] { touch(combo); });
        out.box = new FormField(field.label, combo, field.help, field.pointer != "/signIn/bearer"_L1, page);
        out.editor = combo;
    } else {
        auto *edit = new QLineEdit(page);
        edit->setPlaceholderText(field.placeholder);
        QWidget *whole = field.editor == E::Path ? makePath(field, edit, page) : edit;
        if (field.pointer == "/accent"_L1) {
            whole = new QWidget(page);
            auto *line = new QHBoxLayout(whole);
            line->setContentsMargins(0, 0, 0, 0);
            line->setSpacing(metrics::kGap);
            line->addWidget(edit, 1);
            line->addWidget(new Swatch(edit, whole));
            whole->setFocusProxy(edit);
        }
        out.box = new FormField(field.label, whole, field.help, field.optional, page);
        edit->setAccessibleName(whole->accessibleName());
        connect(edit, &QLineEdit::textEdited, this, [this, edit] { touch(edit); });
        out.editor = edit;
    }
    column->addWidget(out.box);
    return out;
}

QString ProfileForm::textOf(const Bound &bound)
{
    if (const auto *check = qobject_cast<QCheckBox *>(bound.editor))
        return check->isChecked() ? u"true"_s : QString();
    if (const auto *combo = qobject_cast<QComboBox *>(bound.editor))
        return combo->currentData().toString();
    return qobject_cast<QLineEdit *>(bound.editor)->text().trimmed();
}

void ProfileForm::setText(Bound &bound, const QString &text)
{
    const QSignalBlocker quiet(bound.editor);
    if (auto *check = qobject_cast<QCheckBox *>(bound.editor)) {
        check->setChecked(!text.isEmpty());
    } else if (auto *combo = qobject_cast<QComboBox *>(bound.editor)) {
        combo->setCurrentIndex(std::max(0, combo->findData(text)));   // "idToken" at the API server is what stands there anyway
    } else if (auto *edit = qobject_cast<QLineEdit *>(bound.editor)) {
        edit->setText(text);
        edit->setCursorPosition(0);
        if (edit->parentWidget())
            edit->parentWidget()->update();
    }
}

void ProfileForm::noteAt(Bound &bound, const QString &message)
{
    if (!bound.box)
        return;
    bound.box->setError(message);
    bound.editor->setProperty("invalid", !message.isEmpty());
    bound.editor->setAccessibleDescription(bound.box->editor()->accessibleDescription());
    bound.editor->update();
}

void ProfileForm::touch(QWidget *editor)
{
    if (!m_setting && editor == boundFor(u"signIn.issuer"_s)->editor)
        showFound();
    const auto mark = [editor](QList<Bound> &list) {
        for (Bound &bound : list)
            bound.touched = bound.touched || bound.editor == editor;
    };
    mark(m_bound);
    for (Endpoint &endpoint : m_endpoints)
        mark(endpoint.bound);
    if (!m_setting)
        Q_EMIT edited();
}

void ProfileForm::addEndpoint(const QJsonObject &value, bool fresh)
{
    Endpoint endpoint;
    endpoint.base = value;
    auto *box = new QWidget(m_endpointColumn->parentWidget());
    setAccessibleRole(box, QAccessible::Grouping);
    endpoint.box = box;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    auto *head = new QHBoxLayout;
    auto *title = new Label({}, Type::Strong, Token::Text, box);
    title->setObjectName(u"endpointTitle"_s);
    head->addWidget(title, 1);
    QToolButton *remove = makeIconButton(u"trash"_s, tr("Remove this endpoint"), box);
    remove->setObjectName(u"removeEndpoint"_s);
    connect(remove, &QToolButton::clicked, this, [this, box] { removeEndpoint(box); });
    head->addWidget(remove);
    column->addLayout(head);
    const QList<ProfileField> fields = endpointFields();
    for (const ProfileField &field : fields) {
        endpoint.bound.append(makeBound(field, column, box));
        Bound &bound = endpoint.bound.last();
        setText(bound, fieldText(value, field));
        bound.initial = textOf(bound);
    }
    auto *tls = qobject_cast<QCheckBox *>(endpoint.bound.at(4).editor);
    FormField *ca = endpoint.bound.at(5).box;
    ca->setVisible(tls->isChecked());
    connect(tls, &QCheckBox::toggled, ca, &QWidget::setVisible);
    column->addWidget(new Hairline(Qt::Horizontal, box));
    m_endpointColumn->addWidget(box);
    box->setVisible(true);
    m_endpoints.append(endpoint);
    nameEndpoints();
    if (!fresh)
        return;
    endpoint.bound.first().editor->setFocus(Qt::OtherFocusReason);
    Q_EMIT edited();
}

void ProfileForm::removeEndpoint(QWidget *box)
{
    m_endpoints.removeIf([box](const Endpoint &endpoint) { return endpoint.box == box; });
    box->hide();
    box->deleteLater();   // its own button was pressed
    nameEndpoints();
    Q_EMIT edited();
}

void ProfileForm::nameEndpoints()
{
    for (qsizetype i = 0; i < m_endpoints.size(); ++i) {
        const QString title = tr("Endpoint %1").arg(i + 1);
        QWidget *box = m_endpoints.at(i).box;
        box->setAccessibleName(title);
        if (auto *label = box->findChild<Label *>(u"endpointTitle"_s))
            label->setText(title);
    }
}

QStringList ProfileForm::chosenContexts() const
{
    QStringList out;
    const auto checks = m_contexts->findChildren<QCheckBox *>();
    for (const QCheckBox *check : checks) {
        if (check->isChecked() && !check->property("gone").toBool())
            out.append(check->property("context").toString());
    }
    return out;
}

/// The chosen ones first, in their order (the first is where one starts), then the others of the kubeconfig.
void ProfileForm::showContexts(const QStringList &chosen)
{
    const auto old = m_contexts->findChildren<QCheckBox *>();
    for (QCheckBox *check : old) {
        check->setProperty("gone", true);
        check->hide();
        check->deleteLater();
    }
    QList<ports::ProfileContext> all;
    for (const QString &name : chosen) {
        const auto known = std::find_if(m_known.begin(), m_known.end(), [&name](const auto &one) { return one.name == name; });
        all.append(known == m_known.end() ? ports::ProfileContext{name, {}} : *known);
    }
    for (const ports::ProfileContext &context : std::as_const(m_known)) {
        if (!chosen.contains(context.name))
            all.append(context);
    }
    for (const ports::ProfileContext &context : std::as_const(all)) {
        QString text = context.name;
        if (!context.cluster.isEmpty() && context.cluster != context.name)
            text = tr("%1, cluster %2").arg(context.name, context.cluster);
        auto *check = new QCheckBox(text.replace(u'&', u"&&"_s), m_contexts->editor());
        check->setProperty("context", context.name);
        check->setChecked(chosen.contains(context.name));
        connect(check, &QCheckBox::toggled, this, [this] { Q_EMIT edited(); });
        m_contextColumn->addWidget(check);
    }
    m_contexts->setHelp(all.isEmpty() ? tr("The kubeconfig names none.") : tr("None: the current one. Of several, all are opened."));
}

void ProfileForm::showFound()
{
    while (m_foundColumn->count() > 0) {
        QLayoutItem *item = m_foundColumn->takeAt(0);
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    if (!textOf(*boundFor(u"signIn.issuer"_s)).isEmpty())
        return;     // it is decided
    QStringList told;
    for (const ports::ProfileContext &context : std::as_const(m_known)) {
        if (!context.signIn || told.contains(QString(context.signIn->issuer + u' ' + context.signIn->clientId)))
            continue;
        told.append(QString(context.signIn->issuer + u' ' + context.signIn->clientId));
        auto *row = new QWidget(m_signInFields);
        auto *line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(metrics::kGap);
        const QString host = QUrl(context.signIn->issuer).host();
        auto *text = new Label(context.signInProblem.isEmpty() ? tr("%1 signs in at %2 as client %3.").arg(context.name, host, context.signIn->clientId) : context.signInProblem,
                               Type::Body, Token::Text2, row);
        text->setWordWrap(true);
        line->addWidget(text, 1);
        if (context.signInProblem.isEmpty()) {
            QPushButton *take = makeButton(tr("Take over"), ButtonKind::Normal, {}, row);
            take->setAccessibleName(tr("Take over the sign-in of %1").arg(context.name));
            connect(take, &QPushButton::clicked, this, [this, settings = *context.signIn] { takeOver(settings); });
            line->addWidget(take, 0, Qt::AlignTop);
        }
        m_foundColumn->addWidget(row);
        row->show();
    }
}

}
