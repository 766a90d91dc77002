"""The configuration of the private Dovecot: rootless, everything under one folder."""

CONFIGURATION = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap pop3 lmtp
listen = 127.0.0.1, 127.0.0.2
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  service_count = 0
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
service stats {{
  chroot =
}}
mail_location = maildir:{base}/home/%n/Maildir
mail_home = {base}/home/%n
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
namespace inbox {{
  inbox = yes
  separator = /
}}
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mail_max_userip_connections = 100
disable_plaintext_auth = {disable_plaintext}
auth_mechanisms = plain login external{mechanisms}
auth_username_format = %Ln
auth_username_chars =
auth_failure_delay = 0
auth_ssl_username_from_cert = yes
ssl = yes
ssl_cert = <{pki}/server.crt
ssl_key = <{pki}/server.key
ssl_min_protocol = TLSv1.2
ssl_ca = <{pki}/ca.pem
ssl_verify_client_cert = yes
auth_ssl_require_client_cert = no
{provider}passdb {{
  driver = static
  mechanisms = external
  args = nopassword
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%n {base}/passwd
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {base}/passwd
  override_fields = uid={user} gid={group} home={base}/home/%n
}}
{extra}
"""

SIGN_IN_PROVIDER = (
    """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {base}/provider.conf.ext
}}
""",
    """\
introspection_url = {issuer}/introspect
introspection_mode = post
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file = {pki}/provider.pem
""",
)
"""What is added for a sign-in provider, and the file that names it (RFC 7662)."""
