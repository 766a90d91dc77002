"""A private Postfix on loopback (root only): plain, TLS, with sign-in, with client certificate."""

import shutil
import signal
import subprocess
from types import TracebackType
from typing import Self

from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.process import (
    free_ports,
    log_text,
    run,
    server_folder,
    wait_for_banner,
    wait_until_closed,
)
from tests.servers.smtp_sink import Demand

_MAIN = """\
compatibility_level = 3.6
queue_directory = {base}/spool
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {base}/maillog
maillog_file_prefixes = {base}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
default_transport = {sink}
relay_transport = {sink}
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions =
  permit_mynetworks, permit_sasl_authenticated, permit_tls_all_clientcerts, reject
smtpd_recipient_restrictions =
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
smtpd_tls_cert_file = {base}/pki/server.crt
smtpd_tls_key_file = {base}/pki/server.key
smtpd_tls_CAfile = {base}/pki/ca.crt
smtpd_tls_security_level = may
smtpd_tls_ask_ccert = yes
smtp_tls_security_level = none
smtpd_error_sleep_time = 0
smtpd_client_connection_rate_limit = 0
in_flow_delay = 0
message_size_limit = 26214400
biff = no
"""
_MASTER = """\
{plain}   inet n - n - - smtpd
{tls}     inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
{sign_in} inet n - n - - smtpd
  -o mynetworks=
  -o smtpd_tls_auth_only=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
{clear_sign_in} inet n - n - - smtpd
  -o mynetworks=
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
{tls_sign_in} inet n - n - - smtpd
  -o mynetworks=
  -o smtpd_tls_wrappermode=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
{certificate} inet n - n - - smtpd
  -o mynetworks=
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_req_ccert=yes
  -o smtpd_sasl_auth_enable=no
{tls_certificate} inet n - n - - smtpd
  -o mynetworks=
  -o smtpd_tls_wrappermode=yes
  -o smtpd_tls_req_ccert=yes
  -o smtpd_sasl_auth_enable=no
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
smtp      unix - - n - - smtp
lmtp      unix - - n - - lmtp
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
proxymap  unix - - n - - proxymap
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A context manager; what it accepts arrives in ``dovecot``, which also checks sign-ins.

    Ports: ``plain_port`` (relay, STARTTLS offered), ``tls_port``, ``sign_in_port`` (STARTTLS and a
    password required) and ``certificate_port`` (STARTTLS and a client certificate required); the
    others are in :meth:`port`. Sign-in is by what Dovecot knows, access tokens included.
    """

    host = "127.0.0.1"

    def __init__(self, pki: Pki, dovecot: Dovecot) -> None:
        self._pki = pki
        self._dovecot = dovecot
        ports = free_ports(7)
        self.plain_port, self.tls_port, self.sign_in_port, self.certificate_port = ports[:4]
        self._clear_sign_in, self._tls_sign_in, self._tls_certificate = ports[4:]

    def __enter__(self) -> Self:
        self.base = server_folder("postfix")
        self._write()
        run("postfix", "-c", str(self.base), "check")
        self._master = subprocess.Popen(
            ["/usr/lib/postfix/sbin/master", "-c", str(self.base), "-d"],
            cwd=self.base / "spool",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for_banner(self.plain_port, b"220", self.log)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._master.send_signal(signal.SIGTERM)
        try:
            self._master.wait(5)
        except subprocess.TimeoutExpired:
            self._master.kill()
            self._master.wait(5)
        wait_until_closed(self.plain_port)
        shutil.rmtree(self.base, ignore_errors=True)

    def port(self, security: str, demand: Demand = Demand.NOTHING) -> int:
        """The port for ``security`` (``tls``, ``starttls`` or ``none``) and what is demanded."""
        return {
            ("tls", Demand.NOTHING): self.tls_port,
            ("starttls", Demand.NOTHING): self.plain_port,
            ("none", Demand.NOTHING): self.plain_port,
            ("tls", Demand.SIGN_IN): self._tls_sign_in,
            ("starttls", Demand.SIGN_IN): self.sign_in_port,
            ("none", Demand.SIGN_IN): self._clear_sign_in,
            ("tls", Demand.CERTIFICATE): self._tls_certificate,
            ("starttls", Demand.CERTIFICATE): self.certificate_port,
        }[security, demand]

    def log(self) -> str:
        """What the server wrote about itself."""
        return log_text(self.base / "maillog")

    def _write(self) -> None:
        for name in ("spool", "data", "pki"):
            (self.base / name).mkdir()
        pair = self._pki.server()
        shutil.copy(pair.certificate_path, self.base / "pki/server.crt")
        shutil.copy(pair.key_path, self.base / "pki/server.key")
        shutil.copy(self._pki.ca.certificate_path, self.base / "pki/ca.crt")
        sink = f"lmtp:inet:127.0.0.1:{self._dovecot.lmtp_port}"
        main = _MAIN.format(base=self.base, sink=sink, auth=self._dovecot.auth_port)
        (self.base / "main.cf").write_text(main)
        (self.base / "master.cf").write_text(
            _MASTER.format(
                plain=self.plain_port,
                tls=self.tls_port,
                sign_in=self.sign_in_port,
                certificate=self.certificate_port,
                clear_sign_in=self._clear_sign_in,
                tls_sign_in=self._tls_sign_in,
                tls_certificate=self._tls_certificate,
            )
        )
        shutil.chown(self.base / "data", "postfix")
