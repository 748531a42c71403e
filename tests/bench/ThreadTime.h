// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>

namespace qd::bench {

/// CPU seconds of the calling thread: what a turn costs, whatever else runs on the machine.
inline double threadSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

/// What a call costs of them.
template <typename Call>
double milliseconds(Call call)
{
    const double before = threadSeconds();
    call();
    return 1000 * (threadSeconds() - before);
}

}
