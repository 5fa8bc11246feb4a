/* Cases and reports among the evidence: a folder of a ticket holds them beside the logs that they quote. */
#include "file_ours.h"

#include <stddef.h>
#include <string.h>

#include "file_kind.h"

#define ID 26 /* of a case: a ULID, which begins with 01 until the year 2041 */

/* {"schema_version":1, ...: each of our JSON objects begins so. */
static bool is_object(const struct sample *s)
{
	static const char key[] = "\"schema_version\"";
	const char *p = s->text;

	p += strspn(p, " \t\r\n");
	if (*p++ != '{')
		return false;
	p += strspn(p, " \t\r\n");
	return strncmp(p, key, sizeof(key) - 1) == 0;
}

/* "Case 01JDA3V7H8Q2W4E6R8T0Y2V4X7, 21 records", in Markdown with ` around the id. */
static bool names_a_case(const struct sample *s)
{
	const char *end = s->text + s->text_n;

	for (const char *p = s->text; (p = mem_find(p, (size_t)(end - p), "Case ", 5)) != NULL;) {
		p += 5;
		p += *p == '`';
		if (strncmp(p, "01", 2) == 0 && strspn(p, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ID &&
		    (p[ID] == ',' || strncmp(p + ID, "`,", 2) == 0))
			return true;
	}
	return false;
}

const char *file_ours(const struct sample *s)
{
	if (s->text == NULL)
		return NULL;
	if (is_object(s) && sample_has(s, "\"kind\":\"casebook.case\""))
		return "a case of casebook; `casebook case import` takes it in";
	if (is_object(s) || names_a_case(s) || sample_has(s, "Every fact and every command: casebook") ||
	    sample_has(s, "<meta name=\"generator\" content=\"casebook "))
		return "what casebook itself wrote; it quotes evidence and is none";
	return NULL;
}
