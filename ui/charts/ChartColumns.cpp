// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartPlot.h"
#include "ui/theme/SeriesStyle.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qd::ui {

namespace {

/// What a dash leaves open is still seen where a spike could hide in it.
constexpr double kPaleDash = 0.4;

/// Whether the line is drawn at a length along it.
class Dash {
public:
    Dash(const QList<double> &pattern, double scale) : m_pattern(pattern), m_scale(scale)
    {
        m_period = std::accumulate(m_pattern.begin(), m_pattern.end(), 0.0);
    }
    [[nodiscard]] bool on(double length) const
    {
        if (m_pattern.isEmpty())
            return true;
        double rest = std::fmod(length / m_scale, m_period);
        for (qsizetype i = 0; i < m_pattern.size(); ++i) {
            if (rest < m_pattern.at(i))
                return i % 2 == 0;
            rest -= m_pattern.at(i);
        }
        return false;
    }

private:
    const QList<double> &m_pattern;
    double m_scale;
    double m_period = 0;
};

/// A column of pixels of an opaque 32 bit image.
class Column {
public:
    Column(QImage &image, const QRect &clip) : m_clip(clip), m_bits(image.bits()), m_line(image.bytesPerLine()) { }
    void fill(int x, double top, double bottom, QRgb color, double strength)
    {
        if (x < m_clip.left() || x > m_clip.right())
            return;
        top = std::max(top, double(m_clip.top()));
        bottom = std::min(bottom, double(m_clip.bottom() + 1));
        for (int y = int(std::floor(top)); y < bottom; ++y) {
            const double covered = std::min(bottom, y + 1.0) - std::max(top, double(y));
            if (covered > 0)
                blend(x, y, color, int(std::lround(covered * strength * 256)));
        }
    }

private:
    void blend(int x, int y, QRgb color, int alpha)
    {
        auto *pixel = reinterpret_cast<QRgb *>(m_bits + y * m_line) + x;
        const auto part = [alpha](int over, int under) { return under + (over - under) * alpha / 256; };
        *pixel = qRgb(part(qRed(color), qRed(*pixel)), part(qGreen(color), qGreen(*pixel)), part(qBlue(color), qBlue(*pixel)));
    }
    QRect m_clip;
    uchar *m_bits;
    qsizetype m_line;
};

}

void drawColumns(QImage &image, const ChartPicture &picture, const std::vector<std::vector<items::SampleRun>> &runs)
{
    const double ratio = image.devicePixelRatio();
    const QRectF area(picture.plot.x() * ratio, picture.plot.y() * ratio, picture.plot.width() * ratio, picture.plot.height() * ratio);
    Column column(image, area.toAlignedRect());
    const int columns = int(std::lround(area.width())), left = int(std::lround(area.left()));
    for (size_t i = 0; i < runs.size(); ++i) {
        const QString &key = picture.data->lines.at(picture.lines.at(qsizetype(i))).key;
        const int number = picture.numbers->value(key);
        const QRgb color = seriesColor(number).rgb();
        const double strength = strengthOf(picture, key), half = widthOf(picture, key) * ratio / 2;
        const Dash dash(seriesDash(number), ratio);
        for (const items::SampleRun run : runs[i]) {
            const bool dense = run.size() > size_t(columns);
            double length = 0;
            for (const items::ColumnSpan &span : items::columnSpans(run, picture.from, picture.to, columns)) {
                const double high = picture.scale.share(span.high), low = picture.scale.share(span.low);
                if (std::isnan(high))
                    continue;
                const double top = area.bottom() - high * area.height();
                const double bottom = std::isnan(low) ? area.bottom() : area.bottom() - low * area.height();
                const bool on = dash.on(length);
                if (on || dense)
                    column.fill(left + span.column, top - half, bottom + half, color, on ? strength : strength * kPaleDash);
                length += dense ? 1 : std::hypot(1.0, bottom - top);
            }
        }
    }
}

}
