/* Takes web addresses apart.  Knows no network. */
#include <casebook/url.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool port_parse(const char *text, unsigned *port)
{
	unsigned v = 0;
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 5 || text[n] != '\0')
		return false;
	for (; *text != '\0'; text++)
		v = v * 10 + (unsigned)(*text - '0');
	if (v == 0 || v > 65535)
		return false;
	*port = v;
	return true;
}

static int check_bytes(const char *text, struct err *err)
{
	size_t n = 0;

	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++, n++) {
		if (*p < 0x20 || *p == 0x7F)
			return err_set(err, FAIL_FORMAT, 0,
			               "the address has a control character at position %zu: copy it again",
			               n + 1);
		if (*p == ' ')
			return err_set(
			        err, FAIL_FORMAT, 0,
			        "the address has a blank at position %zu: write it as %%20 or take it out",
			        n + 1);
		if (n >= URL_MAX)
			return err_set(err, FAIL_LIMIT, 0, "the address is longer than %d bytes", URL_MAX);
	}
	return 0;
}

static int take_scheme(const char **text, struct url *out, struct err *err)
{
	if (strncasecmp(*text, "https://", 8) == 0) {
		memcpy(out->scheme, "https", 6);
		out->port = 443;
		*text += 8;
		return 0;
	}
	if (strncasecmp(*text, "http://", 7) == 0) {
		memcpy(out->scheme, "http", 5);
		out->port = 80;
		*text += 7;
		return 0;
	}
	return err_set(err, FAIL_FORMAT, 0, "the address does not begin with https:// or http://");
}

/* The host, in brackets when it is an IPv6 address; *text then stands on ':' or the end. */
static int take_host(const char **text, const char *end, struct url *out, struct err *err)
{
	const char *stop;
	size_t n;

	if (**text == '[') {
		stop = memchr(*text, ']', (size_t)(end - *text));
		if (stop == NULL)
			return err_set(err, FAIL_FORMAT, 0, "the address has '[' without ']'");
		out->literal6 = true;
		(*text)++;
	} else {
		stop = memchr(*text, ':', (size_t)(end - *text));
		if (stop == NULL)
			stop = end;
	}
	n = (size_t)(stop - *text);
	if (n == 0)
		return err_set(err, FAIL_FORMAT, 0, "the address names no host");
	if (n >= sizeof(out->host))
		return err_set(err, FAIL_LIMIT, 0, "the host name in the address is longer than %zu bytes",
		               sizeof(out->host) - 1);
	memcpy(out->host, *text, n);
	out->host[n] = '\0';
	if (!out->literal6 && strpbrk(out->host, "[]<>\"'`{}|\\^%$&();,!*") != NULL)
		return err_set(err, FAIL_FORMAT, 0, "the host name in the address has an invalid character");
	*text = stop + (out->literal6 ? 1 : 0);
	return 0;
}

int url_parse(const char *text, struct url *out, struct err *err)
{
	const char *end;

	memset(out, 0, sizeof(*out));
	if (check_bytes(text, err) < 0 || take_scheme(&text, out, err) < 0)
		return -1;
	end = text + strcspn(text, "/?#");
	if (memchr(text, '@', (size_t)(end - text)) != NULL)
		return err_set(err, FAIL_FORMAT, 0, "the address has a user name: leave it out");
	if (take_host(&text, end, out, err) < 0)
		return -1;
	out->path = end;
	if (text == end)
		return 0;
	if (*text == ':' && end - text > 1 && end - text <= 6) {
		char port[6] = "";

		memcpy(port, text + 1, (size_t)(end - text - 1));
		out->port_given = true;
		if (port_parse(port, &out->port))
			return 0;
	}
	return err_set(err, FAIL_FORMAT, 0, "the port in the address is not a number from 1 to 65535");
}
