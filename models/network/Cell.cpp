// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/Cell.h"

#include <algorithm>

namespace qd::network {

CellList::CellList(const QList<Cell> &cells)
{
    const auto there = [](const Cell &cell) { return cell.is != Cell::Is::Absent; };
    m_present.reserve(std::count_if(cells.begin(), cells.end(), there) + std::max<qsizetype>(0, cells.size() - 64));
    for (const Cell &cell : cells)
        append(cell);
}

const Cell &CellList::absent()
{
    static const Cell cell{};
    return cell;
}

Cell &CellList::operator[](qsizetype column)
{
    Q_ASSERT(column >= 0 && column < m_size);
    if (!has(column)) {
        m_present.insert(place(column), Cell());
        m_mask |= quint64(1) << column;
    }
    return m_present[place(column)];
}

void CellList::append(const Cell &cell)
{
    if (m_size >= 64 || cell.is != Cell::Is::Absent) {
        m_present.append(cell);
        if (m_size < 64)
            m_mask |= quint64(1) << m_size;
    }
    ++m_size;
}

void CellList::resize(qsizetype columns)
{
    while (m_size > columns) {
        --m_size;
        if (!has(m_size))
            continue;
        m_present.removeLast();
        if (m_size < 64)
            m_mask &= ~(quint64(1) << m_size);
    }
    while (m_size < columns)
        append({});
}

void CellList::shareTexts(const CellList &old)
{
    if (equals(old)) {
        *this = old;
        return;
    }
    for (qsizetype column = 0; column < std::min(m_size, old.m_size); ++column) {
        const Cell &was = old.at(column);
        if (!was.text.isEmpty() && at(column).text == was.text)
            (*this)[column].text = was.text;
    }
}

bool CellList::equals(const CellList &other) const
{
    if (m_size != other.m_size)
        return false;
    const bool shared = m_mask == other.m_mask && m_present.constData() == other.m_present.constData();
    return shared || std::equal(begin(), end(), other.begin());
}

}
