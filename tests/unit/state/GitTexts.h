// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Apart from the test: moc 6.4 loses what stands behind such texts.
namespace qd::test::texts {

inline constexpr char kLive[] = R"({"apiVersion": "canton.quarterdeck.io/v1alpha1", "kind": "Validator",
    "metadata": {"name": "north", "namespace": "canton", "uid": "1", "labels": {"team": "a", "tier": "gold"}},
    "spec": {"imageTag": "0.4.15", "storageSize": "200Gi", "replicas": 2,
             "envVars": [{"name": "LOG", "value": "info"}, {"name": "TZ", "value": "UTC"}], "hosts": ["a", "b"]},
    "status": {"phase": "Ready"}})";
inline constexpr char kKubectl[] = R"([{"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {"f:imageTag": {}}}}])";
inline constexpr char kStatus[] = R"([{"manager": "argocd-controller", "subresource": "status", "fieldsV1": {"f:status": {"f:phase": {}}}}])";
inline constexpr char kSpecOnly[] = R"([{"manager": "argocd-controller", "fieldsV1": {"f:spec": {"f:imageTag": {}}}}])";
inline constexpr char kApplied[] = R"({"kind": "Validator", "spec": {"imageTag": "0.4.14"}})";
inline constexpr char kSeveral[] = R"([
        {"manager": "argocd-controller", "operation": "Apply", "time": "2026-11-27T10:00:00Z", "fieldsV1": {
            "f:metadata": {"f:labels": {"f:team": {}}},
            "f:spec": {"f:imageTag": {}, "f:gone": {}, "f:envVars": {"k:{\"name\":\"LOG\"}": {".": {}, "f:name": {}, "f:value": {}}},
                       "f:hosts": {"v:\"b\"": {}}}}},
        {"manager": "argocd-controller", "operation": "Update", "time": "2026-11-27T12:00:00Z", "fieldsV1": {"f:spec": {"f:storageSize": {}}}},
        {"manager": "kubectl-edit", "operation": "Update", "time": "2026-11-27T13:00:00Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}}])";
inline constexpr char kTaken[] = R"([
        {"manager": "argocd-controller", "operation": "Apply", "time": "2026-11-27T10:00:00Z", "fieldsV1": {"f:spec": {"f:storageSize": {},
            "f:envVars": {"k:{\"name\":\"LOG\"}": {".": {}, "f:name": {}, "f:value": {}}}}}},
        {"manager": "argocd-controller", "operation": "Update", "time": "2026-11-27T12:00:00Z", "fieldsV1": {"f:metadata": {"f:annotations": {"f:refresh": {}}}}},
        {"manager": "kubectl-edit", "operation": "Update", "time": "2026-11-27T09:00:00Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
        {"manager": "quarterdeck", "operation": "Update", "time": "2026-11-27T11:00:00Z", "fieldsV1": {"f:spec": {"f:imageTag": {}, "f:gone": {},
            "f:storageSize": {}, "f:hosts": {"v:\"a\"": {}}, "f:envVars": {"k:{\"name\":\"TZ\"}": {".": {}, "f:name": {}, "f:value": {}}}}}},
        {"manager": "someday", "operation": "Update", "fieldsV1": {"f:metadata": {"f:labels": {"f:tier": {}}}}},
        {"manager": "quarterdeck-operator", "operation": "Update", "subresource": "status", "time": "2026-11-27T14:00:00Z", "fieldsV1": {"f:status": {"f:phase": {}}}}])";
inline constexpr char kWriters[] = R"([
        {"manager": "argocd-controller", "operation": "Update", "time": "2026-11-27T10:00:00Z", "fieldsV1": {"f:spec": {"f:storageSize": {}}}},
        {"manager": "kubectl-edit", "operation": "Update", "time": "2026-11-27T13:00:00Z", "fieldsV1": {"f:spec": {"f:imageTag": {}, "f:replicas": {}, "f:storageSize": {},
            "f:envVars": {"k:{\"name\":\"TZ\"}": {".": {}, "f:name": {}, "f:value": {}}}}}}])";
inline constexpr char kManifest[] = R"({"kind": "Validator", "spec": {"imageTag": "0.4.14", "storageSize": "200Gi", "envVars": [{"name": "TZ", "value": "CET"}]}})";
inline constexpr char kKept[] = R"({"apiVersion": "canton.quarterdeck.io/v1alpha1", "kind": "Validator",
        "metadata": {"name": "north", "namespace": "canton", "labels": {"team": "a"}},
        "spec": {"imageTag": "0.4.15", "storageSize": "200Gi", "envVars": [{"name": "LOG", "value": "info"}], "hosts": ["b"]}})";
inline constexpr char kApplication[] = R"({"spec": {"source": {"repoURL": "git@git.example:deploy", "path": "mainnet", "targetRevision": "main"}},
        "status": {"sync": {"status": "OutOfSync", "revision": "7c1e04a9d5b2f6a8c3e1047d9b2f5a6c8e0d1f23"},
                   "resources": [{"group": "g", "kind": "Validator", "namespace": "canton", "name": "north", "status": "Synced"}]}})";
inline constexpr char kChart[] = R"({"spec": {"sources": [{"repoURL": "charts.example", "chart": "splice", "targetRevision": "0.4.15"}]},
        "status": {"sync": {"revisions": ["0.4.15"]}}})";

}
