/*
 * Fills {url} {host} {port} {file} into the line that shows the same by hand.
 * The values are foreign: a word that needs it is quoted for a shell, so that a
 * line that is copied runs one command with one argument and nothing else.
 */
#include <casebook/wire.h>

#include <stdio.h>
#include <string.h>

#include <casebook/escape.h>
#include <casebook/file_name.h>
#include <casebook/url.h>
#include <casebook/utf8.h>

static const char *arg_of(const struct probe_arg *args, size_t nargs, const char *key)
{
	for (size_t i = 0; i < nargs; i++)
		if (strcmp(args[i].key, key) == 0)
			return args[i].value;
	return NULL;
}

/* What stands for {key}; NULL when the arguments do not tell. */
static const char *value_for(const char *key, const struct probe_arg *args, size_t nargs, char *mem,
                             size_t size)
{
	const char *given = arg_of(args, nargs, key), *url = arg_of(args, nargs, "url");
	const char *host = arg_of(args, nargs, "host"), *port = arg_of(args, nargs, "port");
	struct url u;

	if (given != NULL)
		return strcmp(key, "file") == 0 ? file_name_base(given)
		                                : given /* no path of this machine's disk */;
	if (url != NULL && url_parse(url, &u, NULL) == 0) {
		if (strcmp(key, "host") == 0)
			snprintf(mem, size, "%s", u.host);
		else if (strcmp(key, "port") == 0)
			snprintf(mem, size, "%u", u.port);
		else
			return NULL;
		return mem;
	}
	if (strcmp(key, "port") == 0 && host != NULL)
		return "443";
	if (strcmp(key, "url") != 0 || host == NULL)
		return NULL;
	snprintf(mem, size, strchr(host, ':') != NULL ? "https://[%s]%s%s/" : "https://%s%s%s/", host,
	         port != NULL ? ":" : "", port != NULL ? port : "");
	return mem;
}

/* "{key}" at s: puts its value and returns the bytes of the placeholder; 0 when it is none. */
static size_t put_placeholder(struct buf *out, const char *s, char quote, const struct probe_arg *args,
                              size_t nargs)
{
	char key[16], mem[600];
	const char *v;
	size_t n = strcspn(s, "}");

	if (*s != '{' || s[n] != '}' || n < 2 || n - 1 >= sizeof(key))
		return 0;
	memcpy(key, s + 1, n - 1);
	key[n - 1] = '\0';
	v = value_for(key, args, nargs, mem, sizeof(mem));
	if (v == NULL)
		return 0;
	if (quote != '\0')
		shell_inside(out, v, quote);
	else
		buf_str(out, v);
	return n + 1;
}

static bool is_proxy_option(const char *s, size_t n)
{
	for (size_t i = 0; i + 5 <= n; i++)
		if (strncmp(s + i, "proxy", 5) == 0)
			return true;
	return false;
}

/* "{--cacert}" and "{--proxy}": the option with what --ca or --proxy gave, or nothing at all, the
 * blank behind it included.  Returns the bytes of the pattern that it took; 0 when it is none. */
static size_t fill_option(struct buf *out, const char *s, const struct probe_arg *args, size_t nargs)
{
	size_t n = strcspn(s, "} \n");
	struct buf word;
	const char *v;

	if (s[0] != '{' || s[1] != '-' || s[n] != '}')
		return 0;
	v = arg_of(args, nargs, is_proxy_option(s, n) ? BY_HAND_PROXY : BY_HAND_CA);
	if (v == NULL)
		return n + 1 + (s[n + 1] == ' ');
	buf_put(out, s + 1, n - 1);
	buf_char(out, ' ');
	buf_init(&word, out->max);
	buf_str(&word, is_proxy_option(s, n) ? v : file_name_base(v));
	shell_word(out, buf_cstr(&word));
	buf_release(&word);
	return n + 1;
}

/* One word of the pattern, up to a blank outside quotes; returns its length. */
static size_t fill_word(struct buf *out, const char *s, const struct probe_arg *args, size_t nargs)
{
	struct buf word;
	char quote = '\0';
	bool filled = false, quoted = false;
	size_t i = 0;

	buf_init(&word, out->max);
	while (s[i] != '\0' && (quote != '\0' || strchr(" \n\t", s[i]) == NULL)) {
		size_t n = put_placeholder(&word, s + i, quote, args, nargs);

		if (n != 0) {
			filled |= quote == '\0';
			i += n;
			continue;
		}
		if (s[i] == quote)
			quote = '\0';
		else if (quote == '\0' && (s[i] == '\'' || s[i] == '"'))
			quote = s[i], quoted = true;
		buf_char(&word, s[i++]);
	}
	if (filled && !quoted)
		shell_word(out, buf_cstr(&word));
	else
		buf_put(out, buf_cstr(&word), word.n);
	buf_release(&word);
	return i;
}

void by_hand_fill(struct buf *out, const char *pattern, const struct probe_arg *args, size_t nargs)
{
	struct buf raw;

	if (pattern == NULL)
		return;
	buf_init(&raw, out->max);
	while (*pattern != '\0') {
		size_t n = fill_option(&raw, pattern, args, nargs);

		if (n != 0) {
			pattern += n;
			continue;
		}
		pattern += fill_word(&raw, pattern, args, nargs);
		if (*pattern != '\0')
			buf_char(&raw, *pattern++);
	}
	utf8_clean(out, buf_cstr(&raw), raw.n, UTF8_LINES);
	buf_release(&raw);
}

void target_of(struct buf *out, bool of_file, const struct probe_arg *args, size_t nargs)
{
	const char *url = arg_of(args, nargs, "url"), *file = arg_of(args, nargs, "file");
	const char *host = arg_of(args, nargs, "host"), *port = arg_of(args, nargs, "port");
	struct buf raw;

	buf_init(&raw, out->max);
	if (of_file && file != NULL)
		url = NULL;
	if (url != NULL || file != NULL)
		buf_str(&raw, url != NULL ? url : file);
	else if (host != NULL)
		buf_fmt(&raw, strchr(host, ':') != NULL && port != NULL ? "[%s]" : "%s", host);
	if (url == NULL && file == NULL && host != NULL && port != NULL)
		buf_fmt(&raw, ":%s", port);
	utf8_clean(out, buf_cstr(&raw), raw.n, UTF8_ONE_LINE);
	buf_release(&raw);
}

void proxy_shown(struct buf *out, const char *proxy)
{
	const char *host = strstr(proxy, "://");
	const char *at, *end;

	host = host != NULL ? host + 3 : proxy;
	end = host + strcspn(host, "/?#");
	at = end;
	while (at > host && at[-1] != '@')
		at--;
	buf_put(out, proxy, (size_t)(host - proxy));
	buf_str(out, at);
}
