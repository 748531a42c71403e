# SPDX-License-Identifier: GPL-3.0-or-later
"""A throw-away certificate authority for the live rig: the openssl program, elliptic curve keys, everything in one folder (0700)."""

import os
import subprocess


class Pki:
    """One authority in `folder`; `issue` writes NAME.crt and NAME.key there and gives both paths."""

    def __init__(self, folder, authority="quarterdeck-rig-ca", tool="openssl"):
        self.folder = folder
        self.tool = tool
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.ca_cert = os.path.join(folder, "ca.crt")
        self.ca_key = os.path.join(folder, "ca.key")
        self._serial = 1
        self.key("ca")
        self._openssl("req", "-x509", "-new", "-key", self.ca_key, "-sha256", "-days", "3650", "-subj", f"/CN={authority}",
                      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                      "-out", self.ca_cert)

    def _openssl(self, *args):
        done = subprocess.run([self.tool, *args], capture_output=True, text=True, cwd=self.folder)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {args[0]} failed: {done.stderr.strip()}")

    def key(self, name):
        path = os.path.join(self.folder, name + ".key")
        self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
        return path

    def public_key(self, name):
        path = os.path.join(self.folder, name + ".pub")
        self._openssl("pkey", "-in", os.path.join(self.folder, name + ".key"), "-pubout", "-out", path)
        return path

    def issue(self, name, common_name, organizations=(), hosts=(), not_before=None, not_after=None):
        """A certificate for clients and, with hosts ("IP:127.0.0.1", "DNS:localhost"), for servers. Times: YYMMDDHHMMSSZ, or None
        for now and ten years."""
        key = self.key(name)
        cert = os.path.join(self.folder, name + ".crt")
        request = os.path.join(self.folder, name + ".csr")
        subject = "".join(f"/O={o}" for o in organizations) + f"/CN={common_name}"
        self._openssl("req", "-new", "-key", key, "-subj", subject, "-out", request)
        extensions = os.path.join(self.folder, name + ".ext")
        lines = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
                 "extendedKeyUsage=" + ("serverAuth,clientAuth" if hosts else "clientAuth")]
        if hosts:
            lines.append("subjectAltName=" + ",".join(hosts))
        with open(extensions, "w") as out:
            out.write("\n".join(lines) + "\n")
        self._serial += 1
        if not_before is None and not_after is None:
            self._openssl("x509", "-req", "-in", request, "-CA", self.ca_cert, "-CAkey", self.ca_key, "-set_serial", str(self._serial),
                          "-sha256", "-days", "3650", "-extfile", extensions, "-out", cert)
        else:
            self._issue_dated(request, extensions, cert, not_before or "200101000000Z", not_after or "400101000000Z")
        return cert, key

    def _issue_dated(self, request, extensions, cert, not_before, not_after):
        """`openssl x509` of OpenSSL 3.0 cannot set dates; `openssl ca` can."""
        conf = os.path.join(self.folder, "ca.cnf")
        with open(os.path.join(self.folder, "index.txt"), "w"):
            pass
        with open(os.path.join(self.folder, "serial.txt"), "w") as out:
            out.write(f"{self._serial:04X}\n")
        with open(conf, "w") as out:
            out.write("[ca]\ndefault_ca=rig\n[rig]\ndatabase=index.txt\nserial=serial.txt\nnew_certs_dir=.\ndefault_md=sha256\n"
                      "policy=any\nunique_subject=no\nemail_in_dn=no\n[any]\ncommonName=supplied\norganizationName=optional\n")
        self._openssl("ca", "-batch", "-notext", "-config", conf, "-cert", self.ca_cert, "-keyfile", self.ca_key, "-in", request,
                      "-startdate", not_before, "-enddate", not_after, "-extfile", extensions, "-out", cert)
