/* The address of a server, held to what ssh and the screen can be given. */
#include <casebook/collect.h>

#include <string.h>

#include <casebook/url.h>

static bool only(const char *text, size_t n, const char *also)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	for (size_t i = 0; i < n; i++)
		if (text[i] == '\0' || (strchr(plain, text[i]) == NULL && strchr(also, text[i]) == NULL))
			return false;
	return n != 0 && text[0] != '-';
}

static int refuse(struct err *err, const char *why)
{
	return err_set(err, FAIL_USAGE, 0, "%s; write ssh://user@host or ssh://user@host:port", why);
}

/* A domain account is DOMAIN\user, or user@domain with the last @ before the host. */
static int take_user(const char *p, size_t n, struct ssh_target *out, struct err *err)
{
	if (memchr(p, ':', n) != NULL)
		return refuse(err, "a password does not belong in an address: ssh asks for it");
	if (n >= sizeof(out->user) || !only(p, n, "@\\+$ "))
		return refuse(err, "the user has characters that no account has");
	memcpy(out->user, p, n);
	return 0;
}

static int take_host(const char *p, size_t n, struct ssh_target *out, struct err *err)
{
	const char *colon = memchr(p, ':', n), *end = p + n;
	char port[8] = "";

	if (n != 0 && *p == '[') {
		const char *close = memchr(p, ']', n);

		if (close == NULL || (close + 1 != end && close[1] != ':') ||
		    !only(p + 1, (size_t)(close - p) - 1, ":%"))
			return refuse(err, "the address in brackets does not end as one");
		colon = close + 1 != end ? close + 1 : NULL;
		p++;
		n = (size_t)(close - p);
	} else {
		n = colon != NULL ? (size_t)(colon - p) : n;
		if (!only(p, n, ""))
			return refuse(err, n == 0 ? "it names no host"
			                          : "the host has characters that no host has");
	}
	if (n >= sizeof(out->host))
		return refuse(err, "the host is longer than any name can be");
	memcpy(out->host, p, n);
	if (colon == NULL)
		return 0;
	if ((size_t)(end - colon) - 1 >= sizeof(port))
		return refuse(err, "the port is no number from 1 to 65535");
	memcpy(port, colon + 1, (size_t)(end - colon) - 1);
	return port_parse(port, &out->port) ? 0 : refuse(err, "the port is no number from 1 to 65535");
}

int ssh_target_parse(const char *text, struct ssh_target *out, struct err *err)
{
	static const char scheme[] = "ssh://";
	const char *p = text + sizeof(scheme) - 1, *at = NULL;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (strncmp(text, scheme, sizeof(scheme) - 1) != 0)
		return refuse(err, "that is no ssh:// address");
	n = strlen(p);
	if (n != 0 && p[n - 1] == '/')
		n--;
	if (memchr(p, '/', n) != NULL || memchr(p, '?', n) != NULL || memchr(p, '#', n) != NULL)
		return refuse(err, "an address of a server has no path");
	for (size_t i = 0; i < n; i++)
		if (p[i] == '@')
			at = p + i;
	if (at != NULL && take_user(p, (size_t)(at - p), out, err) != 0)
		return -1;
	if (at != NULL) {
		n -= (size_t)(at + 1 - p);
		p = at + 1;
	}
	return take_host(p, n, out, err);
}
