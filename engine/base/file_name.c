/* Names of files as text, and back. */
#include <casebook/file_name.h>

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include <casebook/utf8.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_escape(const char *s)
{
	return s[0] == '\\' && s[1] == 'x' && hex_digit(s[2]) >= 0 && hex_digit(s[3]) >= 0;
}

/* Bytes at s that must be escaped; 0 when what stands there is shown as it is, and *n then is its length. */
static size_t odd_at(const char *s, size_t left, size_t *n)
{
	uint32_t cp;

	*n = utf8_decode(s, left, &cp);
	if ((cp == 0xFFFD && *n == 1) || utf8_is_unsafe(cp) || cp == '\t' || cp == '\n')
		return *n;
	return is_escape(s) ? 1 : 0;
}

void file_name_show(struct buf *out, const char *name)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t left = strlen(name);

	while (left != 0) {
		size_t n, odd = odd_at(name, left, &n);

		if (odd == 0)
			buf_put(out, name, n);
		for (size_t i = 0; i < odd; i++) {
			unsigned char c = (unsigned char)name[i];
			const char text[] = {'\\', 'x', digits[c >> 4], digits[c & 15]};

			buf_put(out, text, sizeof(text));
		}
		if (odd != 0)
			n = odd;
		name += n;
		left -= n;
	}
}

const char *file_name_shown(struct arena *mem, const char *name)
{
	size_t left = strlen(name), n;
	const char *p = name, *shown;
	struct buf b;

	for (; left != 0 && odd_at(p, left, &n) == 0; left -= n)
		p += n;
	if (left == 0)
		return name;
	buf_init(&b, 4 * strlen(name) + 1);
	file_name_show(&b, name);
	shown = arena_strdup(mem, buf_cstr(&b));
	buf_release(&b);
	return shown;
}

const char *file_name_given(struct arena *mem, const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 || !utf8_valid(name, strlen(name)) ? file_name_shown(mem, name) : name;
}

bool file_name_real(const char *shown, char *out, size_t max)
{
	size_t n = 0;

	while (*shown != '\0') {
		char c = *shown;
		size_t took = 1;

		if (is_escape(shown)) {
			c = (char)(hex_digit(shown[2]) << 4 | hex_digit(shown[3]));
			took = 4;
		}
		if (c == '\0' || n + 1 >= max)
			return false;
		out[n++] = c;
		shown += took;
	}
	out[n] = '\0';
	return true;
}

const char *file_name_base(const char *path)
{
	const char *slash = strrchr(path, '/'), *back = strrchr(path, '\\');
	const char *last = back != NULL && (slash == NULL || back > slash) ? back : slash;

	return last != NULL && last[1] != '\0' ? last + 1 : path;
}
