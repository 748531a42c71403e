// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/ApiMetrics.h"

#include <QDir>
#include <QFile>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

void family(QByteArray &text, const char *name, const char *type, const char *help)
{
    text += QByteArray("# HELP ") + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
}

void single(QByteArray &text, const char *name, const char *type, const char *help, double value)
{
    family(text, name, type, help);
    text += QByteArray(name) + ' ' + QByteArray::number(value, 'g', 16) + '\n';
}

/// Resident pages, the second field of /proc/self/statm (proc(5)).
double residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toDouble() * double(sysconf(_SC_PAGESIZE));
}

double cpuSeconds()
{
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    return double(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + double(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

}

QByteArray serverMetrics(const Store &store)
{
    QByteArray text;
    QStringList resources = store.resources();
    resources.sort();
    family(text, "apiserver_storage_objects", "gauge", "Number of stored objects at the time of the scrape, by resource.");
    for (const QString &resource : std::as_const(resources))
        text += "apiserver_storage_objects{resource=\"" + resource.toUtf8() + "\"} " + QByteArray::number(store.count(resource)) + '\n';
    const auto heap = mallinfo2();
    single(text, "quarterdeck_demo_heap_used_bytes", "gauge", "Bytes the program has allocated and not freed.", double(heap.uordblks + heap.hblkhd));
    single(text, "quarterdeck_demo_heap_free_bytes", "gauge", "Bytes of the heap that are free.", double(heap.fordblks));
    single(text, "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", residentBytes());
    single(text, "process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", cpuSeconds());
    single(text, "process_open_fds", "gauge", "Number of open file descriptors.",
           double(QDir(u"/proc/self/fd"_s).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::System).size()));
    return text;
}

}
