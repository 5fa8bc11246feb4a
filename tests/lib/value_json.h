/* A value as JSON, to compare it with what is expected. */
#ifndef TEST_VALUE_JSON_H
#define TEST_VALUE_JSON_H

#include <casebook/json.h>
#include <casebook/value.h>

static inline void value_json(struct buf *out, const struct value *v)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_value(&j, v);
}

#endif
