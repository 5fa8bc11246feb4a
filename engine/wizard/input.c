/*
 * Which values may stand in an input.  Strict about what could do harm or can not
 * be meant; only a warning where the value itself may be the fault to be found.
 */
#include <casebook/session.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>
#include <casebook/url.h>
#include <casebook/utf8.h>

#define INPUT_URL_MAX 2048 /* longer ones are refused by browsers and by IIS itself */
#define HOST_NAME_MAX_DNS 253

/* 0, or the place (from 1) of the first control character, blank or byte past ASCII. */
static size_t odd_byte(const char *s)
{
	for (size_t i = 0; s[i] != '\0'; i++)
		if ((unsigned char)s[i] <= 0x20 || (unsigned char)s[i] >= 0x7F)
			return i + 1;
	return 0;
}

static bool host_char(char c)
{
	return isalnum((unsigned char)c) || strchr("-._:[]%", c) != NULL;
}

static bool host_ok(const char *s, size_t n)
{
	if (n == 0 || n > HOST_NAME_MAX_DNS || s[0] == '-' || s[0] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!host_char(s[i]))
			return false;
	return true;
}

static int check_url(const struct input_def *def, const char *v, struct err *err)
{
	size_t odd = odd_byte(v);
	struct url url;
	struct err why;

	if (strlen(v) > INPUT_URL_MAX)
		return err_set(err, FAIL_USAGE, 0, "%s: the URL is longer than %d characters", def->label,
		               INPUT_URL_MAX);
	if (odd != 0)
		return err_set(
		        err, FAIL_USAGE, 0,
		        "%s: the URL holds a blank, a control character or a letter that is not ASCII at "
		        "place %zu; copy it again, without what stands around it",
		        def->label, odd);
	if (url_parse(v, &url, &why) != 0)
		return err_set(err, FAIL_USAGE, 0, "%s: %s", def->label, why.msg);
	if (!host_ok(url.host, strlen(url.host)))
		return err_set(err, FAIL_USAGE, 0, "%s: the URL names no server that could exist",
		               def->label);
	return 0;
}

static void warn_url(const struct input_def *def, const char *v, char *warn, size_t nwarn)
{
	size_t n = strcspn(v, "?#"), end;

	if (def->ends_with == NULL || warn == NULL)
		return;
	end = strlen(def->ends_with);
	if (n < end || strncasecmp(v + n - end, def->ends_with, end) != 0)
		snprintf(warn, nwarn,
		         "This %s does not end in %s: taken as it is, please compare it with the profile.",
		         def->label, def->ends_with);
}

static int check_choice(const struct input_def *def, const char *v, struct err *err)
{
	struct buf b;

	for (size_t i = 0; i < def->nchoices; i++)
		if (strcmp(def->choices[i].id, v) == 0)
			return 0;
	buf_init(&b, 300);
	for (size_t i = 0; i < def->nchoices; i++)
		buf_fmt(&b, "%s%s", i != 0 ? ", " : "", def->choices[i].id);
	err_set(err, FAIL_USAGE, 0, "%s: one of %s", def->label, buf_cstr(&b));
	buf_release(&b);
	return -1;
}

static int check_text(const struct input_def *def, const char *v, struct err *err)
{
	size_t n = strlen(v);

	if (!utf8_valid(v, n))
		return err_set(err, FAIL_USAGE, 0, "%s: not valid UTF-8", def->label);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)v[i] < 0x20 || v[i] == 0x7F)
			return err_set(err, FAIL_USAGE, 0, "%s: holds a control character at place %zu",
			               def->label, i + 1);
	return 0;
}

bool input_accepts(const struct input_def *def, const char *value, char *warn, size_t nwarn, struct err *err)
{
	int64_t at;

	if (warn != NULL && nwarn != 0)
		warn[0] = '\0';
	if (value == NULL || value[0] == '\0')
		return err_set(err, FAIL_USAGE, 0, "%s: empty", def->label) == 0;
	if (strlen(value) > CASE_MAX_TEXT)
		return err_set(err, FAIL_USAGE, 0, "%s: longer than %d bytes", def->label, CASE_MAX_TEXT) ==
		       0;
	switch (def->type) {
	case INPUT_URL:
		warn_url(def, value, warn, nwarn);
		return check_url(def, value, err) == 0;
	case INPUT_HOST:
		if (host_ok(value, strlen(value)))
			return true;
		return err_set(err, FAIL_USAGE, 0,
		               "%s: a server's name or address, without https:// and path", def->label) == 0;
	case INPUT_CHOICE:
		return check_choice(def, value, err) == 0;
	case INPUT_TIME:
		if (clock_parse_iso(value, &at))
			return true;
		return err_set(err, FAIL_USAGE, 0, "%s: a UTC time such as 2026-11-22T14:02:00Z",
		               def->label) == 0;
	case INPUT_TEXT:
	case INPUT_FILE:
		break;
	}
	return check_text(def, value, err) == 0;
}

/* "https://user:word@host/path?query" as "https://host/path". */
static const char *bare_url(struct arena *mem, const char *value)
{
	const char *from = strstr(value, "://"), *at, *end;

	if (from == NULL)
		return value;
	from += 3;
	end = from + strcspn(from, "?#");
	at = memchr(from, '@', strcspn(from, "/?#"));
	at = at != NULL ? at + 1 : from;
	return arena_fmt(mem, "%.*s%.*s", (int)(from - value), value, (int)(end - at), at);
}

const char *input_without_secret(struct arena *mem, const struct input_def *def, const char *value,
                                 struct secret_count *count)
{
	struct secret_count found = {0, NULL}, left = {0, NULL};
	const char *bare = value;

	secret_clean_named(mem, def->key, value, &found);
	if (found.n == 0)
		return value;
	if (def->type == INPUT_URL)
		bare = bare_url(mem, value);
	else if (def->type == INPUT_TEXT)
		bare = secret_clean_named(mem, def->key, value, NULL);
	if (def->type != INPUT_FILE)
		secret_clean(mem, bare, &left);
	if (count != NULL) {
		count->what = count->n == 0 ? found.what : count->what;
		count->n += found.n;
	}
	return left.n == 0 ? bare : NULL;
}
