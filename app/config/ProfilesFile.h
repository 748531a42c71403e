// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/config/Profiles.h"
#include "models/ports/ProfileStore.h"

namespace qd::config {

/// profiles.yaml as the editor sees it. A file that is not there holds no profiles; one that cannot be read is an error (Storage), one
/// that is broken has errors with their places. Blocks on the disk.
[[nodiscard]] Result<ports::ProfileFile> readProfilesFile(const QString &path, const ports::YamlCodec &codec);

/// One change written to the file as `base` says it was read: only the text of what differs is touched (YamlEdit), by way of a file
/// beside it that takes its place at once, with the mode it had (0600 for a new one). A link is followed. Conflict when the file is
/// another by now, Invalid with causes for what would be broken, Unsupported with the line that cannot be changed safely, Storage for
/// the disk. Answers the file as it is then. Blocks on the disk.
[[nodiscard]] Result<ports::ProfileFile> saveProfile(const ports::ProfileFile &base, const ports::ProfileChange &change, const ports::YamlCodec &codec);

/// What would be wrong with the changed profile itself; fields are of the profile ("signIn.issuer").
[[nodiscard]] QList<ports::ProfileNote> checkProfile(const ports::ProfileFile &base, const ports::ProfileChange &change);

/// A profile as the program reads it, relative paths by the file's folder; as far as it is good.
[[nodiscard]] Profile readProfile(const QJsonObject &value, const QString &path);

}
