# Debian packages by purpose; sourced by run.sh and test.sh.
build_packages="build-essential cmake ninja-build pkg-config libncurses-dev libcurl4-openssl-dev libssl-dev
  libsqlite3-dev libfyaml-dev libcjson-dev nettle-dev libarchive-dev libxml2-dev zlib1g-dev libseccomp-dev libmicrohttpd-dev libldap-dev libsasl2-dev
  ca-certificates"
test_packages="libcmocka-dev clang clang-format clang-tidy libclang-rt-14-dev nginx libnginx-mod-http-headers-more-filter
  libnginx-mod-http-echo scep strongswan-pki libstrongswan-standard-plugins libstrongswan-extra-plugins
  openssl curl python3 python3-yaml python3-jsonschema tmux strace ripgrep jq sqlite3 zip unzip gcab iproute2 procps openssh-client
  zsh fish mandoc chromium nodejs npm cmark-gfm poppler-utils libevtx-utils bind9-dnsutils faketime git file time xxd
  libnss-wrapper libwrap0 krb5-user libsasl2-modules-gssapi-mit ldb-tools python3-samba samba-common-bin samba-dsdb-modules
  samba-ad-provision"
# Used out of the folder where they are unpacked: installed, they would start a service.
unpacked_packages="openssh-server openssh-sftp-server samba"

# install_packages NAME...: what is missing, by name, and nothing when all is there.
install_packages() {
	local missing="" name sudo=""
	for name in "$@"; do
		# A machine that brings its own Node.js needs no packaged one.
		case $name in nodejs | npm) command -v node >/dev/null && command -v npm >/dev/null && continue ;; esac
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing="$missing $name"
	done
	[ -n "$missing" ] || return 0
	[ "$(id -u)" = 0 ] || sudo=sudo
	echo "Installing:$missing" >&2
	$sudo apt-get update -qq >&2
	# shellcheck disable=SC2086
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
}

# unpack_packages FOLDER NAME...: the packages' files in that folder, nothing installed; those that the machine has are left out.
unpack_packages() {
	local folder=$1 name
	shift
	mkdir -p "$folder/deb"
	for name in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" != installed ] || continue
		[ ! -e "$folder/deb/$name.done" ] || continue
		(cd "$folder/deb" && rm -f "$name"_*.deb && apt-get download -qq "$name" >&2)
		dpkg-deb -x "$folder/deb/$name"_*.deb "$folder"
		touch "$folder/deb/$name.done"
	done
}
