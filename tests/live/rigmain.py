# SPDX-License-Identifier: GPL-3.0-or-later
"""The program rig.py: `up` and `run`. A module of its own, so that `rig` is imported once and not also run as __main__."""

import argparse
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time

from rig import HERE, Rig, RigFailed, libc, main_or_skip


def _wait_for_end(parent):
    """Until stdin closes or SIGTERM, SIGINT or SIGHUP comes, or until the named parent ends."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    watched = [reader]
    if parent:
        watched.append(os.pidfd_open(parent))
    else:
        libc.prctl(1, signal.SIGTERM)
        watched.append(0)
    while True:
        ready, _, _ = select.select(watched, [], [])
        if 0 in ready and 0 in watched and os.read(0, 4096):
            continue
        return


def _start(options, then):
    """The rig as the options say; `then(rig)` runs while it stands and gives the exit code."""
    audit = options.audit if options.audit is not None else options.parties <= 1000
    # A signal at any time must still end the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        idp = _providers(stack) if options.idp else None
        rig = stack.enter_context(Rig(directory=options.dir, etcd=options.etcd, controllers=options.controllers, audit=audit,
                                      kubelet=options.kubelet, egress=options.egress, apiserver_args=[idp.flag()] if idp else []))
        if idp:
            idp.rig = rig
            idp.profiles(os.path.join(idp.directory, "config"))
            rig.idp = {**idp.told(), "configDir": os.path.join(idp.directory, "config")}
        if not options.bare:
            rig.install()
        if options.examples:
            rig.load_examples(fresh=True)
        if options.parties:
            rig.create_parties(options.parties, size=options.size, workers=options.workers)
        if not options.operator:
            return then(rig)
        import playoperator
        with playoperator.PlayOperator(rig, playoperator.NODES + playoperator.RUN_ONCE, pace=options.pace):
            return then(rig)


def _providers(stack):
    """Keycloak and oidc-provider, up; they end with the stack."""
    sys.path.insert(0, os.path.join(HERE, "idp"))
    import case
    idp = case.Idp(stack.enter_context(tempfile.TemporaryDirectory(prefix="quarterdeck-idp-")), cluster=False)
    stack.callback(idp.stop)
    return idp.start()


def _stay(rig, options, started):
    node = {"kubelet": {"command": rig.kubelet.command, "logs": rig.kubelet.logs}} if rig.kubelet else {}
    if options.idp:
        node["idp"] = rig.idp
    print(json.dumps({"kubeconfig": rig.kubeconfig, "apiServer": rig.url, "dir": rig.directory, "pids": rig.pids,
                      "seconds": round(time.monotonic() - started, 1), **node}), flush=True)
    _wait_for_end(options.parent)
    return 0


def _idp_variables(rig):
    """With --idp: QD_IDP is what `up` prints of the providers, QD_IDP_CONFIG a --config-dir with a profile for each."""
    idp = getattr(rig, "idp", None)
    return {"QD_IDP": json.dumps(idp), "QD_IDP_CONFIG": idp["configDir"]} if idp else {}


def _run(rig, command):
    """The command with KUBECONFIG set to the rig's; its exit code is ours. Ctrl-C goes to it (same terminal), then we tidy up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def child():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        libc.prctl(1, signal.SIGTERM)
    try:
        process = subprocess.Popen(command, env={**os.environ, "KUBECONFIG": rig.kubeconfig, **_idp_variables(rig)}, preexec_fn=child)
    except OSError as e:
        print(f"live rig: {command[0]} cannot be started: {e.strerror}", file=sys.stderr)
        return 127
    try:
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
    return code if code >= 0 else 128 - code


def main(argv=None):
    parser = argparse.ArgumentParser(description="A real Kubernetes control plane on loopback, for tests and for ./run demo.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start, print one JSON line when ready, stay until stdin closes")
    run = commands.add_parser("run", help="start, run a command with KUBECONFIG set, end with it: run [options] -- COMMAND …")
    for command in (up, run):
        command.add_argument("--dir", help="keep state and kubeconfig here (else a folder under the temporary one, removed at the end)")
        command.add_argument("--examples", action="store_true", help="load resources/examples/consortium")
        command.add_argument("--parties", type=int, default=0, metavar="N", help="create N Party resources")
        command.add_argument("--size", type=int, default=2460, help="bytes of JSON of each of them as served")
        command.add_argument("--workers", type=int, default=8, help="connections that create them")
        command.add_argument("--etcd", help="another etcd program, such as /usr/bin/etcd of Debian")
        command.add_argument("--controllers", action="store_true", help="also start kube-controller-manager")
        command.add_argument("--kubelet", action="store_true", help="also a node: the kubelet stand-in, whose pods run in name only")
        command.add_argument("--egress", action="store_true", help="the API server reaches any pod address as that port of 127.0.0.1")
        command.add_argument("--idp", action="store_true", help="also Keycloak and oidc-provider, trusted by the API server (idp/)")
        command.add_argument("--bare", action="store_true", help="do not install our CRDs, policies and roles")
        command.add_argument("--operator", action="store_true", help="a second client plays the operator: changes settle")
        command.add_argument("--pace", type=float, default=2.0, help="seconds it takes to settle a change")
        command.add_argument("--audit", action=argparse.BooleanOptionalAction, default=None,
                             help="write the audit log (default: yes, unless more than 1000 parties are made)")
    up.add_argument("--parent", type=int, metavar="PID", help="leave when this process ends, whatever stdin does")
    run.add_argument("program", nargs="+", metavar="COMMAND", help="the command and its arguments, after --")
    options = parser.parse_args(argv)
    started = time.monotonic()

    def then(rig):
        return _stay(rig, options, started) if options.command == "up" else _run(rig, options.program)
    try:
        return main_or_skip(lambda: _start(options, then))
    except RigFailed as e:
        print(f"live rig: {e}", file=sys.stderr)
        return 1
