# SPDX-License-Identifier: GPL-3.0-or-later
"""What kube-apiserver is told about the providers: their issuers, audiences, and names of persons and groups."""

import os

# The groups of the persons are those rig.bind_personas binds: viewer becomes qd:viewer.
JWT = """- issuer:
    url: {issuer}
    certificateAuthority: |
{authority}
    audiences: [{audiences}]
    audienceMatchPolicy: MatchAny
  claimMappings:
    username: {{claim: preferred_username, prefix: "{prefix}:"}}
    groups: {{claim: groups, prefix: "qd:"}}
    uid: {{claim: sub}}
"""


def configuration(issuers):
    """AuthenticationConfiguration for (issuer, file of its authority, prefix of user names, audiences)."""
    text = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt:\n"
    for issuer, ca, prefix, audiences in issuers:
        with open(ca) as f:
            authority = "".join("      " + line for line in f).rstrip("\n")
        text += JWT.format(issuer=issuer, authority=authority, prefix=prefix, audiences=", ".join(audiences))
    return text


def write(path, issuers):
    """The file, replaced at once: the API server reads it again by itself (about 10 s later). Gives the flag that names it."""
    with open(path + ".part", "w") as out:
        out.write(configuration(issuers))
    os.replace(path + ".part", path)
    return "--authentication-config=" + path
