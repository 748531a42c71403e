// SPDX-License-Identifier: GPL-3.0-or-later
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	leaseSeconds = 40
	renewEvery   = 10 * time.Second
)

// registerNode makes the Node, or takes over the one a stand-in before us left, and says that it is ready.
func registerNode(ctx context.Context, client kubernetes.Interface, o options) error {
	node := &core.Node{ObjectMeta: meta.ObjectMeta{Name: o.node, Labels: map[string]string{
		"kubernetes.io/hostname": o.node, "kubernetes.io/os": "linux", "quarterdeck.io/standin": "true"}}}
	made, err := client.CoreV1().Nodes().Create(ctx, node, meta.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		made, err = client.CoreV1().Nodes().Get(ctx, o.node, meta.GetOptions{})
	}
	if err != nil {
		return fmt.Errorf("node %s: %w", o.node, err)
	}
	now := meta.Now()
	room := core.ResourceList{core.ResourceCPU: resource.MustParse("64"), core.ResourceMemory: resource.MustParse("256Gi"), core.ResourcePods: resource.MustParse("1000")}
	made.Status = core.NodeStatus{
		Capacity: room, Allocatable: room,
		Addresses:       []core.NodeAddress{{Type: core.NodeInternalIP, Address: "127.0.0.1"}, {Type: core.NodeHostName, Address: o.node}},
		DaemonEndpoints: core.NodeDaemonEndpoints{KubeletEndpoint: core.DaemonEndpoint{Port: int32(o.port)}},
		NodeInfo:        core.NodeSystemInfo{KubeletVersion: "v1.36.3-standin", OperatingSystem: "linux", Architecture: "amd64", OSImage: "stand-in", ContainerRuntimeVersion: "standin://1"},
		Conditions: []core.NodeCondition{{Type: core.NodeReady, Status: core.ConditionTrue, Reason: "KubeletReady", Message: "the stand-in is up",
			LastHeartbeatTime: now, LastTransitionTime: now}},
	}
	if _, err = client.CoreV1().Nodes().UpdateStatus(ctx, made, meta.UpdateOptions{}); err != nil {
		return fmt.Errorf("status of node %s: %w", o.node, err)
	}
	return nil
}

// renewLease keeps the node's Lease in kube-node-lease young until ctx ends.
func renewLease(ctx context.Context, client kubernetes.Interface, name string) {
	leases := client.CoordinationV1().Leases(core.NamespaceNodeLease)
	seconds := int32(leaseSeconds)
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		now := meta.NowMicro()
		lease, err := leases.Get(ctx, name, meta.GetOptions{})
		if apierrors.IsNotFound(err) {
			_, err = leases.Create(ctx, &coordination.Lease{ObjectMeta: meta.ObjectMeta{Name: name},
				Spec: coordination.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &now}}, meta.CreateOptions{})
		} else if err == nil {
			lease.Spec.RenewTime = &now
			_, err = leases.Update(ctx, lease, meta.UpdateOptions{})
		}
		if err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "lease:", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
