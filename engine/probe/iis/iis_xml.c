/*
 * Walks the tree of an IIS configuration.  libxml2 reads without network, entities or DTD; element and
 * attribute names are compared exactly, paths and pool names without regard to case, as IIS does.
 */
#include "iis_xml.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/xalloc.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

struct iis_xml {
	xmlDoc *doc;
	xmlNode *root;
	struct arena *mem;
};

static bool is(const xmlNode *n, const char *name, size_t len)
{
	return n->type == XML_ELEMENT_NODE && strlen((const char *)n->name) == len &&
	       strncmp((const char *)n->name, name, len) == 0;
}

static xmlNode *child(const xmlNode *parent, const char *name, size_t len)
{
	for (xmlNode *n = parent != NULL ? parent->children : NULL; n != NULL; n = n->next)
		if (is(n, name, len))
			return n;
	return NULL;
}

/* "security/requestFiltering" below a node; the node itself for "". */
static xmlNode *below(xmlNode *n, const char *path)
{
	while (n != NULL && *path != '\0') {
		size_t len = strcspn(path, "/");

		n = child(n, path, len);
		path += len + (path[len] == '/');
	}
	return n;
}

static bool attr(const struct iis_xml *x, xmlNode *n, const char *name, const char *location,
                 struct iis_attr *out)
{
	xmlChar *value = n != NULL ? xmlGetNoNsProp(n, (const xmlChar *)name) : NULL;

	if (value == NULL)
		return false;
	out->element = arena_strdup(x->mem, (const char *)n->name);
	out->name = name;
	out->value = arena_strdup(x->mem, (const char *)value);
	out->location = location;
	out->line = (unsigned)xmlGetLineNo(n);
	xmlFree(value);
	return true;
}

struct iis_xml *iis_xml_parse(const char *name, const char *bytes, size_t n, struct arena *mem,
                              struct err *err)
{
	struct iis_xml *x;
	xmlDoc *doc;

	if (n > IIS_XML_MAX) {
		err_set(err, FAIL_LIMIT, 0, "%s: larger than %u MB; no IIS configuration is that large", name,
		        IIS_XML_MAX >> 20);
		return NULL;
	}
	doc = xmlReadMemory(bytes, (int)n, NULL, NULL,
	                    XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
	                            XML_PARSE_NOCDATA);
	if (doc == NULL) {
		const xmlError *why = xmlGetLastError();

		err_set(err, FAIL_FORMAT, why != NULL ? why->code : 0,
		        "%s:%d: not well-formed XML; send the file itself, not a copy of the screen", name,
		        why != NULL ? why->line : 0);
		return NULL;
	}
	x = xcalloc(1, sizeof(*x));
	x->doc = doc;
	x->root = xmlDocGetRootElement(doc);
	x->mem = mem;
	if (doc->intSubset != NULL || doc->extSubset != NULL)
		err_set(err, FAIL_FORMAT, 0, "%s: has a document type, unlike any IIS configuration", name);
	else if (x->root == NULL ||
	         !(is(x->root, "configuration", 13) || is(x->root, "system.webServer", 16)))
		err_set(err, FAIL_FORMAT, 0, "%s: XML, but no IIS configuration", name);
	else
		return x;
	iis_xml_free(x);
	return NULL;
}

void iis_xml_free(struct iis_xml *x)
{
	if (x == NULL)
		return;
	xmlFreeDoc(x->doc);
	free(x);
}

static xmlNode *host(const struct iis_xml *x)
{
	return child(x->root, "system.applicationHost", 22);
}

bool iis_xml_whole(const struct iis_xml *x)
{
	/* applicationHost.config has both; a part that was copied out of it, one. */
	return host(x) != NULL && child(x->root, "system.webServer", 16) != NULL;
}

/* appcmd prints system.webServer as the root; files have it below configuration or location. */
static xmlNode *web_server(const struct iis_xml *x, xmlNode *scope)
{
	return scope == x->root && is(scope, "system.webServer", 16) ? scope
	                                                             : child(scope, "system.webServer", 16);
}

/* "Default Web Site/CertSrv" leads to "Default Web Site/CertSrv/mscep". */
static bool leads(const char *location, const char *target)
{
	size_t n = strlen(location);

	while (n != 0 && location[n - 1] == '/')
		n--;
	return strncasecmp(location, target, n) == 0 && (n == 0 || target[n] == '\0' || target[n] == '/');
}

bool iis_xml_nearest(const struct iis_xml *x, const char *target, const char *section, const char *name,
                     struct iis_attr *out)
{
	bool found = attr(x, below(web_server(x, x->root), section), name, "", out);
	size_t best = 0;

	for (xmlNode *n = x->root->children; n != NULL; n = n->next) {
		struct iis_attr path = {.value = ""}, a;

		if (!is(n, "location", 8))
			continue;
		(void)attr(x, n, "path", "", &path);
		if ((found && strlen(path.value) < best) || !leads(path.value, target))
			continue;
		if (!attr(x, below(web_server(x, n), section), name, path.value, &a))
			continue;
		*out = a;
		best = strlen(path.value);
		found = true;
	}
	return found;
}

bool iis_xml_in_force(const struct iis_xml *x, const char *section)
{
	return is(x->root, "system.webServer", 16) && below(x->root, section) != NULL;
}

static xmlNode *pool_of(const struct iis_xml *x, const char *pool)
{
	xmlNode *pools = below(host(x), "applicationPools");

	for (xmlNode *n = pools != NULL ? pools->children : NULL; n != NULL; n = n->next) {
		struct iis_attr a;

		if (is(n, "add", 3) && attr(x, n, "name", "", &a) && strcasecmp(a.value, pool) == 0)
			return n;
	}
	return NULL;
}

bool iis_xml_pool(const struct iis_xml *x, const char *pool, const char *name, struct iis_attr *out)
{
	return attr(x, pool_of(x, pool), name, "", out);
}

bool iis_xml_pool_model(const struct iis_xml *x, const char *pool, const char *name, struct iis_attr *out)
{
	return attr(x, child(pool_of(x, pool), "processModel", 12), name, "", out);
}

static xmlNode *first_site(const struct iis_xml *x)
{
	xmlNode *sites = below(host(x), "sites");

	for (xmlNode *n = sites != NULL ? sites->children : NULL; n != NULL; n = n->next) {
		struct iis_attr id;

		if (is(n, "site", 4) && attr(x, n, "id", "", &id) && strcmp(id.value, "1") == 0)
			return n;
	}
	return NULL;
}

bool iis_xml_site(const struct iis_xml *x, struct iis_attr *out)
{
	return attr(x, first_site(x), "name", "", out);
}

bool iis_xml_application(const struct iis_xml *x, const char *path, struct iis_attr *out)
{
	xmlNode *site = first_site(x);

	for (xmlNode *n = site != NULL ? site->children : NULL; n != NULL; n = n->next) {
		struct iis_attr a;

		if (!is(n, "application", 11) || !attr(x, n, "path", "", &a) ||
		    strcasecmp(a.value, path) != 0)
			continue;
		if (!attr(x, n, "applicationPool", "", out)) {
			*out = a;
			out->value = "";
		}
		return true;
	}
	return false;
}

bool iis_xml_log_directory(const struct iis_xml *x, struct iis_attr *out)
{
	return attr(x, child(first_site(x), "logFile", 7), "directory", "", out) ||
	       attr(x, below(host(x), "sites/siteDefaults/logFile"), "directory", "", out);
}
