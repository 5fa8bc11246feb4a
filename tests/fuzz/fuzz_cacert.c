/* Any bytes as certificates, CRL and OCSP answer: read, judged and told without a crash, within bounds. */
#include <stdint.h>
#include <stdlib.h>

#include "cert_bag.h"
#include "crl_facts.h"
#include "scep_cacert.h"

#include "value_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1795000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *mem = arena_new();
	struct cert_bag bag;
	struct scep_certs c;
	struct buf b;

	cert_bag_read(&bag, data, size);
	if (sk_X509_num(bag.certs) > BAG_MAX_CERTS)
		abort();
	scep_certs_judge(&c, bag.certs, NOW);
	buf_init(&b, BUF_MAX_TEXT);
	for (int i = 0; i < sk_X509_num(bag.certs); i++) {
		X509 *x = sk_X509_value(bag.certs, i);
		struct value v = cert_value(mem, x, NOW);
		struct crl_seen crl;
		struct ocsp_seen ocsp;
		value_json(&b, &v);
		v = cert_names(mem, x);
		value_json(&b, &v);
		for (int k = CERT_URL_CRL; k <= CERT_URL_OCSP; k++) {
			v = cert_urls(mem, x, (enum cert_url)k);
			value_json(&b, &v);
		}
		crl_judge(data, size, x, bag.certs, NOW, &crl);
		ocsp_judge(data, size, x, bag.certs, &ocsp);
	}
	{
		struct value v = scep_choices(mem, &c);
		value_json(&b, &v);
	}
	if (b.over)
		abort();
	buf_release(&b);
	cert_bag_release(&bag);
	arena_free(mem);
	return 0;
}
