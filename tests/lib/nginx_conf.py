"""The nginx configuration that plays IIS, HTTP.sys, the Entra application proxy and faulty TLS servers.

Pure text: conf(ports, run, pages, pki, scep) returns the file.  SITES and TLS_SITES say which servers there are.
"""

import email.utils
import os
import time

SCEP = r"location ~* ^/certsrv/mscep/mscep\.dll(/pkiclient\.exe)?$"
IIS = 'more_set_headers "Server: Microsoft-IIS/10.0" "X-Powered-By: ASP.NET";'
HTTPSYS = 'more_set_headers "Server: Microsoft-HTTPAPI/2.0"; more_clear_headers Last-Modified ETag Accept-Ranges;'
PROXY = 'more_clear_headers Server; more_set_headers "X-MS-Proxy-Service-Name: test";'
CAPS = r'"POSTPKIOperation\r\nRenewal\r\nSHA-512\r\nSHA-256\r\nSHA-1\r\nDES3\r\n"'


def page(status, name, headers, more="", match="/"):
    """A server that answers `match` with one page of tests/probe/scep/pages and everything else with 404."""
    return f"""{headers} error_page {status} /page/{name}; {more}
    location {match} {{ return {status}; }}
    location /page/ {{ internal; alias @PAGES@/; }}"""


def ndes(cacert, more="", caps=CAPS, mode="", bare=403):
    """NDES with the policy module in place; GetCACert from a file, PKIOperation from the double."""
    return f"""{IIS} error_page 403 /page/iis-403.html; error_page 404 /page/iis-404.html; error_page 500 /page/iis-500.html; {more}
    {SCEP} {{
      if ($arg_operation = GetCACert) {{ rewrite ^ /cacert last; }}
      if ($arg_operation = GetCACaps) {{ rewrite ^ /caps last; }}
      if ($arg_operation = PKIOperation) {{ rewrite ^ /double?mode={mode} break; proxy_pass http://double; }}
      return {bare};
    }}
    location = /cacert {{ internal; types {{ }} default_type application/x-x509-ca-ra-cert; alias @PKI@/{cacert}; }}
    location = /caps {{ internal; default_type text/plain; return 200 {caps}; }}
    location /page/ {{ internal; alias @PAGES@/; }}
    location / {{ return 404; }}"""


# The good one: bare 403, everything else answered by the SCEP server of others.
FRONT = f"""{IIS} error_page 403 /page/iis-403.html; error_page 404 /page/iis-404.html; error_page 401 /page/iis-401.html;
    {SCEP} {{
      if ($arg_operation = "") {{ return 403; }}
      rewrite ^ /scep break; proxy_pass http://scep; proxy_http_version 1.1; proxy_set_header Connection "";
    }}
    location ~* ^/certsrv/mscep_admin/?$ {{ more_set_headers "WWW-Authenticate: Negotiate"; return 401; }}
    location /page/ {{ internal; alias @PAGES@/; }}
    location / {{ return 404; }}"""

SITES = {
    "ndes": FRONT,
    "ndes_ra": ndes("getcacert-ra.p7b"),
    "ra_soon": ndes("getcacert-ra-soon.p7b"),
    "ra_expired": ndes("getcacert-ra-expired.p7b"),
    "ra_expired_500": ndes("getcacert-ra-expired.p7b", bare=500),
    "ra_other": ndes("getcacert-ra-other.p7b"),
    "ra_sha1": ndes("getcacert-ra-sha1.p7b"),
    "ra_nochain": ndes("getcacert-ra-nochain.p7b"),
    "ca_only": ndes("inter.der"),
    "ra_base64": ndes("getcacert-ra.b64"),
    "get_only": ndes("getcacert-ra.p7b", caps=r'"Renewal\nSHA-1\nDES3\n"'),
    "ndes_pending": ndes("getcacert-ra.p7b", mode="pending"),
    "ndes_nonce": ndes("getcacert-ra.p7b", mode="nonce"),
    "ndes_transaction": ndes("getcacert-ra.p7b", mode="transaction"),
    "ndes_signature": ndes("getcacert-ra.p7b", mode="signature"),
    "ndes_stranger": ndes("getcacert-ra.p7b", mode="stranger"),
    "ndes_bare": ndes("getcacert-ra.p7b", mode="bare"),
    "caps_empty": ndes("getcacert-ra.p7b", caps='""'),
    "caps_403": f"""{IIS} error_page 403 /page/iis-403.html; location / {{ return 403; }}
    location /page/ {{ internal; alias @PAGES@/; }}""",
    # Its clock is three hours ahead.
    "ndes_ahead": ndes("getcacert-ra.p7b", f'more_set_headers "Date: {email.utils.formatdate(time.time() + 10800, usegmt=True)}";'),
    "general": f"""{IIS} location / {{ types {{ }} default_type text/html; root @RUN@; rewrite ^ /general.html break; }}""",
    "general_utf8": f"""{IIS} location / {{ root @PAGES@; rewrite ^ /ndes-general.html break; }}""",
    "s503": page(503, "httpsys-503.html", HTTPSYS, "keepalive_timeout 0;"),
    "gw504": page(504, "appproxy-504.html", PROXY),
    "gw502": page(502, "appproxy-502.html", PROXY),
    "proxy403": page(403, "appproxy-403.html", PROXY),
    "proxy500": page(500, "appproxy-500.html", PROXY),
    "s500": page(500, "iis-500.html", IIS),
    "s404": page(404, "iis-404.html", IIS),
    "s401": page(401, "iis-401.html", IIS + ' more_set_headers "WWW-Authenticate: Negotiate";'),
    "nginx502": page(502, "nginx-502.html", ""),
    "login302": "location / { return 302 https://login.microsoftonline.com/common/oauth2/authorize?client_id=0; }",
    "loop302": "location / { return 302 /loop; }",
    "portal": "location / { root @PAGES@; rewrite ^ /portal.html break; }",
    "hang": "location / { echo_sleep 600; echo late; }",
    "html_cacert": f"""{IIS} error_page 403 /page/iis-403.html;
    {SCEP} {{ if ($arg_operation = "") {{ return 403; }} types {{ }} default_type application/x-x509-ca-ra-cert;
      root @PAGES@; rewrite ^ /portal.html break; }}
    location /page/ {{ internal; alias @PAGES@/; }}""",
    # Long URLs: request filtering (2048 of query), HTTP.sys (16 KB), a reverse proxy (8 KB).
    "long_filter": ndes("getcacert-ra.p7b", 'if ($args ~ "^.{2049}") { return 404; }'),
    "long_httpsys": f"""{HTTPSYS} client_header_buffer_size 1k; large_client_header_buffers 2 16k;
    error_page 414 /page/httpsys-414.html; error_page 494 =400 /page/httpsys-400-long.html; error_page 403 /page/iis-403.html;
    location /page/ {{ internal; alias @PAGES@/; }}
    {SCEP} {{ if ($arg_operation = GetCACaps) {{ rewrite ^ /caps last; }} return 403; }}
    location = /caps {{ internal; default_type text/plain; return 200 {CAPS}; }}""",
    "long_proxy": f"""client_header_buffer_size 1k; large_client_header_buffers 2 8k; error_page 414 /page/nginx-414.html;
    location /page/ {{ internal; alias @PAGES@/; }}
    {SCEP} {{ return 200; }}""",
}

TLS_SITES = {  # name: (certificate, protocols, more)
    "tls": ("valid", "TLSv1.2 TLSv1.3", None),
    "tls_ra": ("valid", "TLSv1.2 TLSv1.3", "ndes_ra"),
    "tls_soon": ("soon", "TLSv1.2 TLSv1.3", ""),
    "tls_expired": ("expired", "TLSv1.2 TLSv1.3", ""),
    "tls_future": ("future", "TLSv1.2 TLSv1.3", ""),
    "tls_wronghost": ("wronghost", "TLSv1.2 TLSv1.3", ""),
    "tls_cnonly": ("cnonly", "TLSv1.2 TLSv1.3", ""),
    "tls_cnother": ("cnother", "TLSv1.2 TLSv1.3", ""),
    "tls_nointer": ("nointer", "TLSv1.2 TLSv1.3", ""),
    "tls_self": ("self", "TLSv1.2 TLSv1.3", ""),
    "tls_unordered": ("unordered", "TLSv1.2 TLSv1.3", ""),
    "tls_clientonly": ("clientonly", "TLSv1.2 TLSv1.3", ""),
    "tls_sha1": ("sha1", "TLSv1.2 TLSv1.3", 'ssl_ciphers "ALL:@SECLEVEL=0";'),
    "tls_weak": ("weak", "TLSv1.2 TLSv1.3", 'ssl_ciphers "ALL:@SECLEVEL=0";'),
    "tls_ec": ("ec", "TLSv1.2 TLSv1.3", ""),
    "tls_stalecrl": ("stalecrl", "TLSv1.2 TLSv1.3", ""),
    "tls_revoked": ("revoked", "TLSv1.2 TLSv1.3", ""),
    "tls10": ("valid", "TLSv1", 'ssl_ciphers "ALL:@SECLEVEL=0";'),
    "tls12": ("valid", "TLSv1.2", ""),
    "tls13": ("valid", "TLSv1.3", ""),
    "tls_client": ("valid", "TLSv1.2 TLSv1.3", "ssl_verify_client on; ssl_client_certificate @PKI@/root.pem;"),
}


def conf(ports, run, pages, pki, scep, double):
    user = "user root;" if os.geteuid() == 0 else ""  # the run folder is ours alone
    out = [f"""{user} load_module modules/ngx_http_headers_more_filter_module.so;
load_module modules/ngx_http_echo_module.so;
worker_processes 1; daemon off; pid {run}/nginx.pid; error_log {run}/nginx-error.log info;
events {{ worker_connections 512; }}
http {{
  types {{ text/html html; }} default_type text/html; server_tokens off;
  log_format w3c '$time_iso8601 $request_method $request_uri $server_port $status $http_user_agent';
  access_log {run}/access.log w3c;
  client_body_temp_path {run}/t1; proxy_temp_path {run}/t2; fastcgi_temp_path {run}/t3; uwsgi_temp_path {run}/t4;
  scgi_temp_path {run}/t5; client_header_buffer_size 4k; large_client_header_buffers 4 66k; client_max_body_size 2m;
  upstream scep {{ server {scep}; }} upstream double {{ server 127.0.0.1:{double}; }}"""]
    for name, body in SITES.items():
        if name in ports:
            out.append(f"  server {{ listen 127.0.0.1:{ports[name]};\n    {body} }}")
    for name, (cert, protocols, more) in TLS_SITES.items():
        if name not in ports:
            continue
        body = FRONT
        if more in SITES:
            body, more = SITES[more], ""
        elif more is not None:
            body = f"""{IIS} error_page 403 /page/iis-403.html; location / {{ return 403; }}
    location /page/ {{ internal; alias @PAGES@/; }}"""
        out.append(f"""  server {{ listen 127.0.0.1:{ports[name]} ssl; ssl_certificate {pki}/{cert}.pem;
    ssl_certificate_key {pki}/{cert}.key; ssl_protocols {protocols}; {more or ""}
    {body} }}""")
    out.append("}\n")
    return "\n".join(out).replace("@PAGES@", pages).replace("@PKI@", pki).replace("@RUN@", run)
