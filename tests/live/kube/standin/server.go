// SPDX-License-Identifier: GPL-3.0-or-later
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	internalapi "k8s.io/cri-api/pkg/apis"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/cri-client/pkg/logs"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
)

const (
	streamIdle     = 4 * time.Hour
	streamCreation = 30 * time.Second
	halfCloseGrace = time.Second // containerd and CRI-O cut the other direction so long after one ended
)

// serve answers the API server until it fails; only clients with a certificate of the given authority come in.
func serve(o options, p *pods) error {
	pem, err := os.ReadFile(o.clientCA)
	if err != nil {
		return err
	}
	authority := x509.NewCertPool()
	if !authority.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%s holds no certificate", o.clientCA)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", p.containerLogs)
	mux.HandleFunc("/portForward/{namespace}/{pod}", p.portForward)
	mux.HandleFunc("/portForward/{namespace}/{pod}/{uid}", p.portForward)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	server := &http.Server{Addr: fmt.Sprintf("127.0.0.1:%d", o.port), Handler: mux,
		TLSConfig: &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority, MinVersion: tls.VersionTLS12}}
	return server.ListenAndServeTLS(o.cert, o.key)
}

// containerLogs answers as the kubelet's handler of that name does, with the texts of its errors.
func (p *pods) containerLogs(w http.ResponseWriter, r *http.Request) {
	name, container := r.PathValue("pod"), r.PathValue("container")
	query := r.URL.Query()
	opts, err := logOptions(query)
	if err != nil {
		http.Error(w, `{"message": "Unable to decode query."}`, http.StatusBadRequest)
		return
	}
	pod, ok := p.get(r.PathValue("namespace"), name)
	if !ok {
		http.Error(w, fmt.Sprintf("pod %q does not exist", name), http.StatusNotFound)
		return
	}
	status, ok := statusOf(pod, container)
	if !ok {
		http.Error(w, fmt.Sprintf("container %q not found in pod %q", container, name), http.StatusNotFound)
		return
	}
	run := int(status.RestartCount)
	switch {
	case query.Get("previous") == "true":
		if status.LastTerminationState.Terminated == nil {
			http.Error(w, fmt.Sprintf("previous terminated container %q in pod %q not found", container, name), http.StatusBadRequest)
			return
		}
		run--
	case status.State.Waiting != nil:
		http.Error(w, fmt.Sprintf("container %q in pod %q is waiting to start: %s", container, name, status.State.Waiting.Reason), http.StatusBadRequest)
		return
	}
	w.Header().Set("Transfer-Encoding", "chunked")
	out := &flushing{w}
	id := fmt.Sprintf("%s/%s/%d", key(pod.Namespace, pod.Name), container, run)
	if err := logs.ReadLogs(r.Context(), p.logPath(pod, container, run), id, opts, &containerRuntime{pods: p}, out, out); err != nil && r.Context().Err() == nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func logOptions(query url.Values) (*logs.LogOptions, error) {
	opts := &logs.LogOptions{Follow: query.Get("follow") == "true", Timestamp: query.Get("timestamps") == "true"}
	number := func(name string) (*int64, error) {
		if !query.Has(name) {
			return nil, nil
		}
		n, err := strconv.ParseInt(query.Get(name), 10, 64)
		return &n, err
	}
	var err error
	if opts.TailLines, err = number("tailLines"); err != nil {
		return nil, err
	}
	if opts.LimitBytes, err = number("limitBytes"); err != nil {
		return nil, err
	}
	seconds, err := number("sinceSeconds")
	if err != nil {
		return nil, err
	}
	if seconds != nil {
		opts.Since = time.Now().Add(-time.Duration(*seconds) * time.Second)
	}
	if since := query.Get("sinceTime"); since != "" {
		if opts.Since, err = time.Parse(time.RFC3339, since); err != nil {
			return nil, err
		}
	}
	return opts, nil
}

func statusOf(pod *core.Pod, container string) (core.ContainerStatus, bool) {
	for _, status := range pod.Status.ContainerStatuses {
		if status.Name == container {
			return status, true
		}
	}
	return core.ContainerStatus{}, false
}

// flushing sends every write at once, as the kubelet's flushwriter does.
type flushing struct{ http.ResponseWriter }

func (f *flushing) Write(data []byte) (int, error) {
	n, err := f.ResponseWriter.Write(data)
	if flusher, ok := f.ResponseWriter.(http.Flusher); ok {
		flusher.Flush()
	}
	return n, err
}

// containerRuntime is what the log reader asks whether a container still runs; the rest of the interface is never called.
type containerRuntime struct {
	internalapi.RuntimeService
	pods *pods
}

func (c *containerRuntime) ContainerStatus(_ context.Context, id string, _ bool) (*runtimeapi.ContainerStatusResponse, error) {
	state := runtimeapi.ContainerState_CONTAINER_EXITED
	parts := strings.Split(id, "/")
	if pod, ok := c.pods.get(parts[0], parts[1]); ok {
		status, known := statusOf(pod, parts[2])
		if known && status.State.Running != nil && strconv.Itoa(int(status.RestartCount)) == parts[3] {
			state = runtimeapi.ContainerState_CONTAINER_RUNNING
		}
	}
	return &runtimeapi.ContainerStatusResponse{Status: &runtimeapi.ContainerStatus{Id: id, State: state}}, nil
}

func (p *pods) portForward(w http.ResponseWriter, r *http.Request) {
	pod, ok := p.get(r.PathValue("namespace"), r.PathValue("pod"))
	if !ok {
		http.Error(w, fmt.Sprintf("pod %q does not exist", r.PathValue("pod")), http.StatusNotFound)
		return
	}
	opts, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(w, r, p, pod.Name, string(pod.UID), opts, streamIdle, streamCreation, portforward.SupportedProtocols)
}

// PortForward copies between a stream and a port of loopback, where every "pod" of the stand-in listens, as containerd does it.
func (p *pods) PortForward(ctx context.Context, name, _ string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return fmt.Errorf("failed to connect to localhost:%d inside pod %q: %w", port, name, err)
	}
	defer conn.Close()
	ended := make(chan error, 2)
	go func() {
		_, err := io.Copy(stream, conn)
		ended <- err
	}()
	go func() {
		_, err := io.Copy(conn, stream)
		ended <- err
	}()
	if err := <-ended; err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(halfCloseGrace):
		return nil
	}
}
