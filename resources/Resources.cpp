// SPDX-License-Identifier: GPL-3.0-or-later
// The library holds only resources (see CMakeLists.txt); the linker wants one object that is its own.
namespace qd::resources {
extern const char kPrefix[];
const char kPrefix[] = ":/";
}
