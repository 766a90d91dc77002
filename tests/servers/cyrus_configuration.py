"""The configuration of the private Cyrus: everything under one folder, errors only to syslog."""

IMAPD = """\
configdirectory: {base}/conf
partition-default: {base}/spool
defaultpartition: default
cyrus_user: {user}
cyrus_group: {group}
servername: localhost
unixhierarchysep: yes
altnamespace: yes
virtdomains: off
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {base}/run/passwords
sasl_mech_list: PLAIN LOGIN
allowplaintext: yes
tls_server_cert: {base}/pki/server.crt
tls_server_key: {base}/pki/server.key
tls_versions: tls1_2 tls1_3
tls_session_timeout: 0
idlesocket: {base}/run/idle
lmtpsocket: {base}/run/lmtp
notifysocket: {base}/run/notify
mboxname_lockpath: {base}/run/lock
proc_path: {base}/run/proc
syslog_prefix: cyrus-test
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: Processed
imapidlepoll: 1
popminpoll: 0
failedloginpause: 0
popuseacl: no
duplicatesuppression: no
lmtp_downcase_rcpt: yes
defaultdomain: example.test
"""

SERVICES = """\
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {base}/imapd.conf -r"
  idled   cmd="{bin}/idled -C {base}/imapd.conf"
}}
SERVICES {{
  imap  cmd="{bin}/imapd -C {base}/imapd.conf"    listen="127.0.0.1:{imap}"  prefork=1
  imaps cmd="{bin}/imapd -s -C {base}/imapd.conf" listen="127.0.0.1:{imaps}" prefork=0
  pop3  cmd="{bin}/pop3d -C {base}/imapd.conf"    listen="127.0.0.1:{pop3}"  prefork=0
  pop3s cmd="{bin}/pop3d -s -C {base}/imapd.conf" listen="127.0.0.1:{pop3s}" prefork=0
  lmtp  cmd="{bin}/lmtpd -a -C {base}/imapd.conf" listen="127.0.0.1:{lmtp}"  prefork=0
}}
EVENTS {{
}}
"""
