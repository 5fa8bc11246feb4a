/* A cause's title after its fix, and as a question.  Titles say what is wrong in the present tense. */
#include "brief_int.h"

#include <string.h>

/* The verb of a title: the one that stands first in it. */
static const char *const verbs[][2] = {{" is ", " was "},
                                       {" are ", " were "},
                                       {" has ", " had "},
                                       {" have ", " had "},
                                       {" hold ", " held "},
                                       {" lacks ", " lacked "},
                                       {" lie ", " lay "},
                                       {" does not ", " did not "},
                                       {" do not ", " did not "},
                                       {" cannot ", " could not "},
                                       {" may not ", " was not allowed to "},
                                       {" finds ", " found "},
                                       {" answers ", " answered "},
                                       {" comes ", " came "},
                                       {" come ", " came "},
                                       {" gets ", " got "},
                                       {" uses ", " used "},
                                       {" shows ", " showed "},
                                       {" asks ", " asked "},
                                       {" bears ", " bore "},
                                       {" forbids ", " forbade "},
                                       {" refuses ", " refused "},
                                       {" expires ", " expired "},
                                       {" crashes", " crashed"},
                                       {" answers", " answered"},
                                       {" disagree", " disagreed"}};

const char *title_past(struct arena *mem, const char *title)
{
	const char *first = NULL;
	size_t verb = 0;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		const char *at = strstr(title, verbs[i][0]);

		if (at == NULL || (first != NULL && at >= first))
			continue;
		first = at;
		verb = i;
	}
	if (first == NULL)
		return title;
	return arena_fmt(mem, "%.*s%s%s", (int)(first - title), title, verbs[verb][1],
	                 first + strlen(verbs[verb][0]));
}

char *lower_article(struct arena *mem, const char *text)
{
	static const char *const articles[] = {"The ", "A ", "An ", "Something ", "Nothing", "It "};
	char *out = arena_strdup(mem, text);

	for (size_t i = 0; i < sizeof(articles) / sizeof(*articles); i++)
		if (strncmp(out, articles[i], strlen(articles[i])) == 0)
			out[0] = (char)(out[0] - 'A' + 'a');
	return out;
}

const char *lower_first(struct arena *mem, const char *text)
{
	char *out = arena_strdup(mem, text);

	if (out[0] >= 'A' && out[0] <= 'Z' && out[1] >= 'a' && out[1] <= 'z')
		out[0] = (char)(out[0] - 'A' + 'a');
	return out;
}

const char *title_unclear(struct arena *mem, const char *title, bool *turned)
{
	static const char *const nots[] = {" is not ", " are not "};
	const char *reason = strstr(title, ", the reason is not known");
	char *claim = lower_article(mem, reason != NULL ? arena_strndup(mem, title, (size_t)(reason - title))
	                                                : title);

	*turned = false;
	for (size_t i = 0; i < sizeof(nots) / sizeof(*nots) && !*turned; i++) {
		char *at = strstr(claim, nots[i]), *after = at != NULL ? at + strlen(nots[i]) : NULL;

		*turned = at != NULL;
		if (at != NULL)
			memmove(after - 4, after, strlen(after) + 1);
	}
	return arena_fmt(mem, "Unclear whether %s", claim);
}
