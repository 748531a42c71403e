// SPDX-License-Identifier: GPL-3.0-or-later
// Files with many lines as people write them; moc does not read raw strings inside a class.
#pragma once

inline constexpr char kHandWritten[] = R"(# Who uses this: the operators
schema: 1   # the only one there is
owner: team-canton
profiles:
# the real money
- name: prod   # never rename
  production: true
  accent: "#8a2be2"
  contexts: [prod-main, prod-dr]   # both sites
  colour-of-the-door: green
  signIn:
    # asked of the identity team in March
    issuer: https://id.example.com/realms/canton
    clientId: quarterdeck
    scopes:
    - openid    # always
    - profile
    # groups are in the roles
  telemetry:
    prometheus: {url: "https://prom.example.com", bearer: accessToken}

# for trying things
- name: test
  namespaces: []

# the old one
- name: old
  readOnly: yes
# the end
)";

inline constexpr char kAnchors[] = R"(schema: 1
profiles:
- name: prod
  contexts: &sites [a, b]
  signIn: &id
    issuer: https://id.example.com
    clientId: quarterdeck
- name: test
  contexts: *sites
  signIn:
    <<: *id
    clientId: other
)";

inline constexpr char kLiteral[] = R"(schema: 1
profiles:
- name: prod
  accent: >-
    #8a2be2
  contexts: [
    a, # first
    b]
)";

inline constexpr char kOutside[] = R"({"schema": 1, "profiles": [{"name": "prod", "contexts": ["a"]}, {"name": "test"}]}
)";
