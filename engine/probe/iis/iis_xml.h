/* IIS configuration as XML: values by their nearest place.  The only user of libxml2. */
#ifndef CASEBOOK_IIS_XML_H
#define CASEBOOK_IIS_XML_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/arena.h>
#include <casebook/err.h>

#define IIS_XML_MAX (16u << 20) /* real ones are under 1 MB */

struct iis_xml;
struct iis_attr {
	const char *element, *name, *value;
	const char *location; /* path of the <location> it stands in; "" for the server's own */
	unsigned line;
};

/* Strings of attributes live in mem.  Refuses documents with a DTD, and other XML.
 * Caller frees with iis_xml_free. */
struct iis_xml *iis_xml_parse(const char *name, const char *bytes, size_t n, struct arena *mem,
                              struct err *err);
void iis_xml_free(struct iis_xml *x); /* accepts NULL */

/* It holds system.applicationHost: the server's whole configuration. */
bool iis_xml_whole(const struct iis_xml *x);
/* The root is system.webServer with that section ("security/requestFiltering"): appcmd printed what is in
 * force, so what is absent has its default.  A file may inherit it. */
bool iis_xml_in_force(const struct iis_xml *x, const char *section);
/* The attribute of a section for "Site/Path", from the location with the longest matching path. */
bool iis_xml_nearest(const struct iis_xml *x, const char *target, const char *section, const char *name,
                     struct iis_attr *out);
/* An attribute of the application pool of that name; "name" tells whether it exists. */
bool iis_xml_pool(const struct iis_xml *x, const char *pool, const char *name, struct iis_attr *out);
/* An attribute of its processModel: identityType, userName. */
bool iis_xml_pool_model(const struct iis_xml *x, const char *pool, const char *name, struct iis_attr *out);
/* applicationPool of the application with that path in site 1 ("" when none is given). */
bool iis_xml_application(const struct iis_xml *x, const char *path, struct iis_attr *out);
bool iis_xml_site(const struct iis_xml *x, struct iis_attr *out); /* name of site 1 */
bool iis_xml_log_directory(const struct iis_xml *x, struct iis_attr *out);

#endif
