// SPDX-License-Identifier: GPL-3.0-or-later
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

const (
	holdAnnotation = "standin/hold"
	exitAnnotation = "standin/exit."
	firstAddress   = 10 // pods get 10.99.0.10 and on; nobody routes there, an egress proxy may
	lastAddress    = 250
)

// pods is every pod bound to our node: what runs in name only, and where its logs are.
type pods struct {
	client kubernetes.Interface
	node   string
	logs   string
	mutex  sync.Mutex
	known  map[string]*core.Pod // namespace/name, as last written
	next   int
}

func newPods(client kubernetes.Interface, node, logs string) *pods {
	return &pods{client: client, node: node, logs: logs, known: map[string]*core.Pod{}}
}

// run follows the pods of the node until ctx ends.
func (p *pods) run(ctx context.Context) {
	source := cache.NewListWatchFromClient(p.client.CoreV1().RESTClient(), "pods", meta.NamespaceAll, fields.OneTermEqualSelector("spec.nodeName", p.node))
	act := func(object any) {
		if pod, ok := object.(*core.Pod); ok {
			p.act(ctx, pod)
		}
	}
	_, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: source, ObjectType: &core.Pod{}, ResyncPeriod: 5 * time.Second, // a write that failed is tried again
		Handler: cache.ResourceEventHandlerFuncs{AddFunc: act, UpdateFunc: func(_, object any) { act(object) }, DeleteFunc: func(object any) {
			if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = gone.Obj
			}
			if pod, ok := object.(*core.Pod); ok {
				p.forget(pod)
			}
		}},
	})
	informer.RunWithContext(ctx)
}

func key(namespace, name string) string { return namespace + "/" + name }

func (p *pods) get(namespace, name string) (*core.Pod, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	pod, ok := p.known[key(namespace, name)]
	return pod, ok
}

func (p *pods) forget(pod *core.Pod) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if now, ok := p.known[key(pod.Namespace, pod.Name)]; ok && now.UID == pod.UID {
		delete(p.known, key(pod.Namespace, pod.Name))
	}
}

func (p *pods) remember(pod *core.Pod) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.known[key(pod.Namespace, pod.Name)] = pod
}

// act brings one pod to where its spec and annotations want it.
func (p *pods) act(ctx context.Context, seen *core.Pod) {
	pod := seen.DeepCopy()
	p.containers(pod)
	if !equality.Semantic.DeepEqual(pod.Status, seen.Status) {
		written, err := p.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, pod, meta.UpdateOptions{})
		if err != nil {
			if !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, "status of", key(pod.Namespace, pod.Name)+":", err)
			}
			return // the newer version comes by the watch
		}
		pod = written
	}
	p.remember(pod)
	if pod.DeletionTimestamp != nil {
		now := int64(0)
		err := p.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, meta.DeleteOptions{GracePeriodSeconds: &now, Preconditions: &meta.Preconditions{UID: &pod.UID}})
		if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "delete of", key(pod.Namespace, pod.Name)+":", err)
		}
	}
}

// containers sets the pod's status: every container runs, waits or has ended, and the phase that follows from it.
func (p *pods) containers(pod *core.Pod) {
	now := meta.Now()
	if pod.Status.StartTime == nil {
		pod.Status.StartTime = &now
		pod.Status.HostIP = "127.0.0.1"
		pod.Status.HostIPs = []core.HostIP{{IP: "127.0.0.1"}}
	}
	if pod.Status.PodIP == "" {
		p.mutex.Lock()
		pod.Status.PodIP = fmt.Sprintf("10.99.0.%d", firstAddress+p.next%(lastAddress-firstAddress))
		p.next++
		p.mutex.Unlock()
		pod.Status.PodIPs = []core.PodIP{{IP: pod.Status.PodIP}}
	}
	old := map[string]core.ContainerStatus{}
	for _, status := range pod.Status.ContainerStatuses {
		old[status.Name] = status
	}
	statuses, running, failed := []core.ContainerStatus{}, 0, false
	for _, container := range pod.Spec.Containers {
		status, ok := old[container.Name]
		if !ok {
			status = core.ContainerStatus{Name: container.Name, Image: container.Image, ImageID: "standin://" + container.Image}
		}
		p.container(pod, &status, now)
		if status.State.Terminated != nil && status.State.Terminated.ExitCode != 0 {
			failed = true
		}
		if status.State.Terminated == nil {
			running++
		}
		statuses = append(statuses, status)
	}
	pod.Status.ContainerStatuses = statuses
	_, held := pod.Annotations[holdAnnotation]
	ready := running > 0 && running == len(statuses) && !held && pod.DeletionTimestamp == nil
	switch {
	case held:
		pod.Status.Phase = core.PodPending
	case running > 0:
		pod.Status.Phase = core.PodRunning
	case failed:
		pod.Status.Phase = core.PodFailed
	default:
		pod.Status.Phase = core.PodSucceeded
	}
	setCondition(pod, core.PodInitialized, true, now)
	setCondition(pod, core.ContainersReady, ready, now)
	setCondition(pod, core.PodReady, ready, now)
}

// container is one step of a container's life.
func (p *pods) container(pod *core.Pod, status *core.ContainerStatus, now meta.Time) {
	if _, held := pod.Annotations[holdAnnotation]; held && status.State.Running == nil && status.State.Terminated == nil {
		status.State = core.ContainerState{Waiting: &core.ContainerStateWaiting{Reason: "ContainerCreating"}}
		status.Started, status.Ready = new(bool), false
		return
	}
	if status.State.Running == nil && status.State.Terminated == nil {
		p.begin(pod, status, now)
	}
	if status.State.Running == nil {
		return
	}
	var run, code int32
	if _, err := fmt.Sscanf(pod.Annotations[exitAnnotation+status.Name], "%d %d", &run, &code); (err != nil || run != status.RestartCount) && pod.DeletionTimestamp == nil {
		return
	}
	ended := &core.ContainerStateTerminated{ExitCode: code, Reason: "Completed", StartedAt: status.State.Running.StartedAt, FinishedAt: now, ContainerID: status.ContainerID}
	if code != 0 {
		ended.Reason = "Error"
	}
	status.Started, status.Ready = new(bool), false
	again := pod.Spec.RestartPolicy == core.RestartPolicyAlways || (pod.Spec.RestartPolicy == core.RestartPolicyOnFailure && code != 0)
	status.State = core.ContainerState{Terminated: ended}
	if again && pod.DeletionTimestamp == nil {
		status.LastTerminationState = core.ContainerState{Terminated: ended}
		status.RestartCount++
		p.begin(pod, status, now)
	}
}

// begin starts the run that RestartCount counts: an empty log, a new id.
func (p *pods) begin(pod *core.Pod, status *core.ContainerStatus, now meta.Time) {
	path := p.logPath(pod, status.Name, int(status.RestartCount))
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		var file *os.File
		if file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND, 0o600); err == nil {
			err = file.Close()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "log:", err)
	}
	started := true
	status.ContainerID = fmt.Sprintf("standin://%s.%s.%d", pod.UID, status.Name, status.RestartCount)
	status.State = core.ContainerState{Running: &core.ContainerStateRunning{StartedAt: now}}
	status.Started, status.Ready = &started, true
}

func (p *pods) logPath(pod *core.Pod, container string, run int) string {
	return filepath.Join(p.logs, pod.Namespace+"_"+pod.Name+"_"+string(pod.UID), container, strconv.Itoa(run)+".log")
}

func setCondition(pod *core.Pod, kind core.PodConditionType, holds bool, now meta.Time) {
	status := core.ConditionFalse
	if holds {
		status = core.ConditionTrue
	}
	for i := range pod.Status.Conditions {
		if c := &pod.Status.Conditions[i]; c.Type == kind {
			if c.Status != status {
				c.Status, c.LastTransitionTime = status, now
			}
			return
		}
	}
	pod.Status.Conditions = append(pod.Status.Conditions, core.PodCondition{Type: kind, Status: status, LastTransitionTime: now})
}
