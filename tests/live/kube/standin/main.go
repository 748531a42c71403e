// SPDX-License-Identifier: GPL-3.0-or-later

// The kubelet's part, for tests without machines: registers a node whose address is loopback, runs the pods bound to it in name only
// (they become Running and Ready, end, start again and are let go when deleted), and serves what kube-apiserver asks a kubelet for:
// /containerLogs with the kubelet's own reader of CRI log files, /portForward with the streaming server that container runtimes embed.
//
// A container's log is LOGS/NAMESPACE_POD_UID/CONTAINER/RUN.log, a file of CRI lines that a test appends to. A pod is told what to do by
// annotations: standin/hold keeps its containers waiting, standin/exit.CONTAINER: "RUN CODE" ends that run (counted from 0).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

type options struct {
	kubeconfig, node, cert, key, clientCA, logs string
	port                                        int
}

func main() {
	var o options
	flag.StringVar(&o.kubeconfig, "kubeconfig", "", "how to reach the API server")
	flag.StringVar(&o.node, "node", "standin", "name of the node")
	flag.StringVar(&o.cert, "tls-cert", "", "serving certificate, for 127.0.0.1")
	flag.StringVar(&o.key, "tls-key", "", "its key")
	flag.StringVar(&o.clientCA, "client-ca", "", "who signs the client certificates that are let in")
	flag.StringVar(&o.logs, "logs", "", "folder of the containers' logs")
	flag.IntVar(&o.port, "port", 10250, "port on 127.0.0.1")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "kubelet stand-in:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	config, err := clientcmd.BuildConfigFromFlags("", o.kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1 // client-go's default of 5 a second makes a hundred pods wait
	config.ContentType, config.AcceptContentTypes = "application/json", "application/json" // quarterdeck-demo reads no protobuf of nodes
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	pods := newPods(client, o.node, o.logs)
	failed := make(chan error, 1)
	go func() { failed <- serve(o, pods) }()
	if err := registerNode(ctx, client, o); err != nil {
		return err
	}
	go renewLease(ctx, client, o.node)
	go pods.run(ctx)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}
