#!/bin/sh
# mkpki.sh DIR [BASE_URL]: makes throw-away certificates for the tests, new keys each time.
#
# BASE_URL (http://127.0.0.1:PORT, default port 9) goes into the CRL, delta CRL, AIA and OCSP addresses; what they
# name lies in DIR/pub, to be served from there.  Everything else is described at the line that makes it:
#   root.pem inter.pem           the private CA; hand root.pem to --ca
#   NAME.pem NAME.key            a server certificate, with the intermediate behind it unless said otherwise
#   ra-*.pem, getcacert-*.p7b    what NDES gives as GetCACert
#   pub/*.crl pub/inter.cer      what CDP and AIA point to
# Takes about two seconds.  Needs openssl(1) 3 only.
set -eu
dir=${1:?usage: mkpki.sh DIR [BASE_URL]}
base=${2:-http://127.0.0.1:9}
mkdir -p "$dir/pub" "$dir/db"
cd "$dir"
umask 077

key() { openssl genrsa -out "$1" "${2:-2048}" 2>/dev/null; }
for k in root inter leaf ra-sign ra-enc other ocsp; do key $k.key & done
key small.key 1024
openssl ecparam -name prime256v1 -genkey -noout -out p256.key
wait

cat > ca.cnf <<CNF
[ca]
default_ca = here
[here]
dir = db
database = db/\${ENV::CA}.txt
serial = db/\${ENV::CA}.srl
crlnumber = db/\${ENV::CA}.crlnum
new_certs_dir = db
default_md = sha256
policy = any
copy_extensions = none
unique_subject = no
default_days = 90
default_crl_days = 7
[any]
domainComponent = optional
countryName = optional
organizationName = optional
commonName = supplied
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[inter]
basicConstraints = critical,CA:TRUE
keyUsage = critical,digitalSignature,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:$base/pub/root.crl
authorityInfoAccess = caIssuers;URI:$base/pub/root.cer
[common]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:$base/pub/inter.crl
freshestCRL = URI:$base/pub/inter-delta.crl
authorityInfoAccess = caIssuers;URI:$base/pub/inter.cer,OCSP;URI:$base/ocsp
[server]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:$base/pub/inter.crl
freshestCRL = URI:$base/pub/inter-delta.crl
authorityInfoAccess = caIssuers;URI:$base/pub/inter.cer,OCSP;URI:$base/ocsp
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost,DNS:ndes.contoso.test,IP:127.0.0.1,IP:::1
[wronghost]
basicConstraints = CA:FALSE
authorityKeyIdentifier = keyid
extendedKeyUsage = serverAuth
subjectAltName = DNS:other.contoso.test,DNS:*.apps.contoso.test
[clientonly]
basicConstraints = CA:FALSE
authorityKeyIdentifier = keyid
extendedKeyUsage = clientAuth
subjectAltName = DNS:localhost,IP:127.0.0.1
[stalecrl]
basicConstraints = CA:FALSE
authorityKeyIdentifier = keyid
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost,IP:127.0.0.1
crlDistributionPoints = URI:$base/pub/stale.crl,URI:$base/pub/forged.crl,URI:$base/pub/absent.crl,URI:$base/pub/page.crl
[cnonly]
basicConstraints = CA:FALSE
authorityKeyIdentifier = keyid
extendedKeyUsage = serverAuth
[self]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost,IP:127.0.0.1
[ra_enc]
basicConstraints = CA:FALSE
authorityKeyIdentifier = keyid
keyUsage = critical,keyEncipherment
extendedKeyUsage = 1.3.6.1.4.1.311.20.2.1
1.3.6.1.4.1.311.20.2 = ASN1:BMPSTRING:CEPEncryption
crlDistributionPoints = URI:$base/pub/inter.crl
[ra_sign]
basicConstraints = CA:FALSE
authorityKeyIdentifier = keyid
keyUsage = critical,digitalSignature
extendedKeyUsage = 1.3.6.1.4.1.311.20.2.1
1.3.6.1.4.1.311.20.2 = ASN1:BMPSTRING:EnrollmentAgentOffline
crlDistributionPoints = URI:$base/pub/inter.crl
[ocsp]
basicConstraints = CA:FALSE
extendedKeyUsage = OCSPSigning
[delta]
authorityKeyIdentifier = keyid
2.5.29.27 = critical,ASN1:INTEGER:1
[base]
authorityKeyIdentifier = keyid
CNF

day() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
for ca in root inter other; do
	: > db/$ca.txt
	echo 1000 > db/$ca.srl
	echo 01 > db/$ca.crlnum
done

# selfsign CA_NAME SUBJECT OUT START END KEY SECTION [extra]: a certificate signed by its own key.
selfsign() {
	CA=$1; export CA
	openssl req -new -config ca.cnf -key "$6" -subj "$2" -out tmp.csr
	openssl ca -batch -config ca.cnf -selfsign -keyfile "$6" -in tmp.csr -out "$3" -notext \
		-startdate "$(day "$4")" -enddate "$(day "$5")" -extensions "$7" 2>tmp.log || { cat tmp.log >&2; exit 1; }
}
# issue CA_NAME SUBJECT OUT START END KEY SECTION [digest]: signed by CA_NAME.key.
issue() {
	CA=$1; export CA
	openssl req -new -config ca.cnf -key "$6" -subj "$2" -out tmp.csr
	openssl ca -batch -config ca.cnf -cert "$1.pem" -keyfile "$1.key" -in tmp.csr -out "$3" -notext \
		-startdate "$(day "$4")" -enddate "$(day "$5")" -extensions "$7" -md "${8:-sha256}" 2>tmp.log ||
		{ cat tmp.log >&2; exit 1; }
}
# server NAME START END SECTION [KEY] [digest] [CN]: NAME.pem with the intermediate, NAME.key.
server() {
	issue inter "/O=Contoso test/CN=${7:-$1}" "$1.leaf.pem" "$2" "$3" "${5:-leaf.key}" "$4" "${6:-sha256}"
	cat "$1.leaf.pem" inter.pem > "$1.pem"
	cp "${5:-leaf.key}" "$1.key"
}

selfsign root "/DC=test/DC=contoso/CN=Contoso Test Root" root.pem -1day +3650days root.key root
issue root "/DC=test/DC=contoso/CN=Contoso Test Issuing CA" inter.pem -1day +1800days inter.key inter
selfsign other "/DC=test/DC=fabrikam/CN=Fabrikam Test CA" other.pem -1day +3650days other.key root

server valid -1day +200days server
server soon -1day +10days server
server expired -90days -4days server
server future +4days +90days server
server wronghost -1day +90days wronghost
server clientonly -1day +90days clientonly
server sha1 -1day +90days server leaf.key sha1
server weak -1day +90days server small.key
server ec -1day +90days server p256.key
server stalecrl -1day +90days stalecrl
server revoked -1day +90days server
server cnonly -1day +90days cnonly leaf.key sha256 localhost     # the name stands in the subject alone
server cnother -1day +90days wronghost leaf.key sha256 localhost # in the subject, but the SAN names others
cp valid.leaf.pem nointer.pem                      # the intermediate is not sent
cp leaf.key nointer.key
selfsign other "/CN=localhost" self.pem -1day +90days leaf.key self
cp leaf.key self.key
cat valid.leaf.pem root.pem inter.pem > unordered.pem # complete, in the wrong order
cp leaf.key unordered.key

# What NDES gives: CA certificates and the two RA certificates, as a certs-only PKCS#7 (DER).
ra() { # NAME ISSUER START END [digest]
	issue "$2" "/C=US/CN=NDES01-MSCEP-RA" "ra-sign$1.pem" "$3" "$4" ra-sign.key ra_sign "${5:-sha256}"
	issue "$2" "/C=US/CN=NDES01-MSCEP-RA" "ra-enc$1.pem" "$3" "$4" ra-enc.key ra_enc "${5:-sha256}"
}
ra "" inter -1day +400days
ra -soon inter -1day +20days
ra -expired inter -800days -2days
ra -other other -1day +400days
ra -sha1 inter -1day +400days sha1
p7() { # OUT CERT...
	out=$1; shift
	args=""
	for c in "$@"; do args="$args -certfile $c"; done
	# shellcheck disable=SC2086
	openssl crl2pkcs7 -nocrl $args -outform DER -out "$out"
}
p7 getcacert-ra.p7b ra-sign.pem ra-enc.pem inter.pem root.pem
p7 getcacert-ra-soon.p7b ra-sign-soon.pem ra-enc-soon.pem inter.pem root.pem
p7 getcacert-ra-expired.p7b ra-sign-expired.pem ra-enc-expired.pem inter.pem root.pem
p7 getcacert-ra-other.p7b ra-sign-other.pem ra-enc-other.pem inter.pem root.pem
p7 getcacert-ra-sha1.p7b ra-sign-sha1.pem ra-enc-sha1.pem inter.pem root.pem
p7 getcacert-ra-nochain.p7b ra-sign.pem ra-enc.pem inter.pem
openssl base64 -in getcacert-ra.p7b -out getcacert-ra.b64 # as proxies and by-hand copies give it
openssl x509 -in inter.pem -outform DER -out inter.der
openssl x509 -in root.pem -outform DER -out pub/root.cer
cp inter.der pub/inter.cer

CA=inter; export CA
openssl ca -config ca.cnf -cert inter.pem -keyfile inter.key -revoke revoked.leaf.pem 2>/dev/null
crl() { # CA OUT SECTION args...
	CA=$1; export CA; out=$2; section=$3; shift 3
	openssl ca -config ca.cnf -cert "$CA.pem" -keyfile "$CA.key" -gencrl -crlexts "$section" "$@" -out tmp.crl 2>tmp.log ||
		{ cat tmp.log >&2; exit 1; }
	openssl crl -in tmp.crl -outform DER -out "pub/$out"
}
crl root root.crl base
crl inter inter.crl base
crl inter inter-delta.crl delta
crl inter stale.crl base -crl_lastupdate "$(day -30days)" -crl_nextupdate "$(day -3days)"
# forged: right issuer name, wrong key
openssl req -new -x509 -config ca.cnf -key other.key -subj "/DC=test/DC=contoso/CN=Contoso Test Issuing CA" \
	-extensions root -days 30 -out forged.pem
cp other.key forged.key
: > db/forged.txt; echo 01 > db/forged.crlnum
crl forged forged.crl base
printf '<html><body>Sign in to go on</body></html>\n' > pub/page.crl
issue inter "/O=Contoso test/CN=OCSP signer" ocsp.pem -1day +90days ocsp.key ocsp
cp db/inter.txt ocsp-index.txt
cp db/inter.txt.attr ocsp-index.txt.attr
rm -f tmp.csr tmp.log tmp.crl
