/*
 * Reads the list of capabilities.  SCEPStandard stands for AES, SHA-256 and POSTPKIOperation.
 */
#include "scep_caps.h"

#include <string.h>
#include <strings.h>

static bool is(const char *word, const char *keyword)
{
	return strcasecmp(word, keyword) == 0;
}

static void note(struct scep_caps *c, const char *w)
{
	bool known = true;

	if (is(w, "POSTPKIOperation"))
		c->post = true;
	else if (is(w, "AES"))
		c->aes = true;
	else if (is(w, "DES3"))
		c->des3 = true;
	else if (is(w, "SHA-1"))
		c->sha1 = true;
	else if (is(w, "SHA-256"))
		c->sha256 = true;
	else if (is(w, "SHA-512"))
		c->sha512 = true;
	else if (is(w, "SHA-224") || is(w, "SHA-384"))
		c->sha2 = true;
	else if (is(w, "Renewal"))
		c->renewal = true;
	else if (is(w, "GetNextCACert"))
		c->next_ca = true;
	else if (is(w, "SCEPStandard"))
		c->standard = c->post = c->aes = c->sha256 = true;
	else
		known = false;
	c->known += known;
}

void scep_caps_read(struct scep_caps *c, const char *text, size_t n)
{
	size_t i = 0;

	memset(c, 0, sizeof(*c));
	while (i < n && c->n < CAPS_MAX) {
		size_t k;
		while (i < n && strchr("\r\n\t ", text[i]) != NULL)
			i++;
		for (k = 0; i + k < n && strchr("\r\n", text[i + k]) == NULL; k++)
			;
		if (k > 0) {
			char *w = c->list[c->n++];
			size_t m = k < CAPS_KEYWORD ? k : CAPS_KEYWORD - 1;
			memcpy(w, text + i, m);
			while (m > 0 && (w[m - 1] == ' ' || w[m - 1] == '\t'))
				m--;
			w[m] = '\0';
			note(c, w);
		}
		i += k;
	}
	c->sha2 |= c->sha256 || c->sha512;
	c->strongest_digest = c->sha512 ? "SHA-512" : c->sha256 ? "SHA-256" : c->sha1 ? "SHA-1" : NULL;
	c->strongest_cipher = c->aes ? "AES" : c->des3 ? "DES3" : NULL;
}
