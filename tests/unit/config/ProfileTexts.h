// SPDX-License-Identifier: GPL-3.0-or-later
// Texts with many lines; moc does not read raw strings inside a class.
#pragma once

inline constexpr char kGoodProfiles[] = R"(schema: 1
profiles:
- name: prod
  production: true
  accent: "#8a2be2"
  readOnly: false
  kubeconfig: ~/.kube/config
  contexts: [prod-main]
  namespaces: [canton]
  signIn:
    issuer: https://id.example.com/realms/canton
    clientId: quarterdeck
    caFile: ca.pem
    scopes: [openid, profile, groups]
    redirectPorts: [8000, 18000]
    localhostName: true
    redirectPath: ""
    bearer: accessToken
    roles: [/realm_access/roles, /groups]
    audiences: [kubernetes]
    resource: https://canton.network.global
  telemetry:
    prometheus: {url: "https://prom.example.com", bearer: accessToken, caFile: prom.pem}
    alertmanager: {service: monitoring/alertmanager-operated:9093}
    loki: {url: "https://loki.example.com", tenant: canton}
    grafana: {url: "https://grafana.example.com"}
  ledger:
    audience: https://canton.network.global
    endpoints:
    - {node: validators/acme-mainnet, namespace: canton, ledgerApi: "127.0.0.1:5001", adminApi: "[::1]:5002", tls: {caFile: ca.pem}}
- name: test
)";

inline constexpr char kBadProfiles[] = R"(schema: 1
profiles:
- name: a b
  production: "yes"
  accent: red
  contexts: prod
  namespaces: [Canton]
  signIn:
    issuer: http://id.example.com
    redirectPorts: [0, x]
    scopes: [profile]
    bearer: both
    roles: [groups]
    redirectPath: callback?x
    audiences: kubernetes
  telemetry:
    prometheus: {url: "ftp://x"}
    alertmanager: {service: alertmanager, caFile: ca.pem}
    loki: {url: "http://loki.example.com", caFile: ca.pem}
    grafana: {}
  ledger:
    endpoints:
    - {node: acme, namespace: c, ledgerApi: nowhere}
    - {}
- name: b
- name: b
- 5
)";
