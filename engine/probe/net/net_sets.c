/* Closed sets of words for facts of this room, and the longest of its tables: in a file of their own, since
 * the table of descriptions has them without the code around them. */
#include "http.h"
#include "net.h"
#include "tls_conn.h"

const char *const http_errors[] = {"none", "dns", "connect", "tls", "timeout", "protocol", NULL};
_Static_assert(sizeof(http_errors) / sizeof(http_errors[0]) == HTTP__MAX + 1, "every error has its word");
const char *const net_dns_errors[] = {"none", "nxdomain", "nodata", "servfail", "timeout", "other", NULL};
const char *const tls_errors[] = {"none",     "dns",   "connect", "refused", "timeout", "proxy",
                                  "protocol", "reset", "closed",  "alert",   NULL};
_Static_assert(sizeof(tls_errors) / sizeof(*tls_errors) == TLS__MAX + 1, "a word for each error");

const struct fact_def crl_fetch_facts[] = {
        {"ok", FACT_BOOL, NULL,
         "every certificate has a CRL, and its delta, that is reachable, valid, fresh and rightly signed",
         SPEAKS({"= true",
                 "Every revocation list of these certificates could be fetched and is current (asked from {from}, not from the server)."},
                {"= false",
                 "Not every revocation list of these certificates could be fetched and is current (asked from {from}, not from the server)."})},
        {"reachable", FACT_BOOL, NULL, "every certificate has a CRL address that answers", SILENT},
        {"valid", FACT_BOOL, NULL, "what answered is a CRL", SILENT},
        {"fresh", FACT_BOOL, NULL, "no CRL that came is past its next update",
         SPEAKS({"= false, next_update known", "A revocation list is past its next update, {next_update}."},
                {"= false", "A revocation list is past its next update."},
                {"= true", "No revocation list is past its next update."})},
        {"signer_ok", FACT_BOOL, NULL, "each CRL that came is signed by the issuer of its certificate",
         SPEAKS({"= false", "A revocation list is not signed by the issuer of its certificate."},
                {"= true", "Each revocation list is signed by the issuer of its certificate."})},
        {"revoked", FACT_BOOL, NULL, "a certificate is revoked",
         SPEAKS({"= true", "A certificate in use is revoked."},
                {"= false", "No certificate in use is revoked."})},
        {"ocsp_ok", FACT_BOOL, NULL, "every OCSP responder asked says good, rightly signed and in time",
         SILENT},
        {"certificates", FACT_INT, NULL, "certificates looked at, roots aside", SILENT},
        {"crls", FACT_LIST, NULL, "each CRL address: certificate, kind, what came back, dates, who signed",
         SILENT},
        {"ocsp", FACT_LIST, NULL, "each OCSP responder: certificate and what it said", SILENT},
        {"next_update", FACT_TIME, NULL, "when the first of the CRLs is due to be replaced", SERVES},
        {"hours_left", FACT_INT, NULL, "whole hours until then, negative once it is past",
         SPEAKS({"< 0", "A revocation list had to be replaced {next_update}."},
                {">= 0 and < 24", "A revocation list must be replaced within {value} hours."},
                {">= 24", "No revocation list must be replaced before {next_update}."})},
        {"unreachable", FACT_LIST, NULL, "addresses that gave no CRL",
         SPEAKS({"not empty",
                 "No revocation list came from {unreachable} (asked from {from}, not from the server)."})},
        {"external", FACT_LIST, NULL, "hosts that would have been asked with --allow-external",
         SPEAKS({"not empty", "{list} {n?was|were} not asked: third-party hosts need --allow-external."})},
        {"without_http", FACT_LIST, NULL,
         "certificates that name no CRL reachable by HTTP; devices outside the domain need one",
         SPEAKS({"not empty", "{list} names no revocation list that can be fetched by HTTP."})},
        {"error", FACT_STR, NULL, "why no certificate could be had", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};
