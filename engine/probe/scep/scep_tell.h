/* Sends what a SCEP message says as facts: of the live conversation and of a message in a file alike. */
#ifndef CASEBOOK_SCEP_TELL_H
#define CASEBOOK_SCEP_TELL_H

#include "probe_int.h"
#include "scep_message.h"

/* pki_status, fail_info, fail_info_meaning, fail_info_text, hresult */
void scep_tell_status(struct evidence_out *out, const struct scep_message *m);
/* Those, and message_type, complete, message_bytes, enveloped_bytes, transaction, digest, cipher, recipients,
 * signer_serial, certificates. */
void scep_tell_message(struct evidence_out *out, const struct scep_message *m);
const char *scep_direction(const struct scep_message *m); /* of scep_directions */
extern const char *const scep_directions[];               /* "request" "reply" "unknown" NULL */

#define SCEP_STATUS_FACTS                                                                                    \
	{"pki_status", FACT_STR, scep_statuses, "what the CA or RA answered",                                \
	 SPEAKS({"= success", "The CA issued the certificate."},                                             \
	        {"= pending", "The CA holds the request for an administrator to approve."},                  \
	        {"= failure", "NDES answered that the request failed."})},                                   \
	        {"fail_info", FACT_STR, scep_failures, "why it refused",                                     \
	         SPEAKS({"known, fail_info_meaning known",                                                   \
	                 "NDES refused the request with {fail_info}: {fail_info_meaning}."},                 \
	                {"known", "NDES refused the request with {fail_info}."})},                           \
	        {"fail_info_meaning", FACT_STR, NULL, "what that means, in words", SERVES},                  \
	        {"fail_info_text", FACT_STR, NULL, "its own words", SILENT},                                 \
	{                                                                                                    \
		"hresult", FACT_STR, NULL, "Windows' own code of the reason, which NDES adds to its answer", \
		        SPEAKS({"known", "NDES gives {value} as the reason."})                               \
	}
#define SCEP_MESSAGE_FACTS                                                                              \
	{"direction", FACT_STR, scep_directions, "which way a captured message went", SILENT},          \
	        {"message_type", FACT_STR, NULL, "PKCSReq, CertRep and so on", SILENT},                 \
	        {"complete", FACT_BOOL, NULL, "it is there to its end", SILENT},                        \
	        {"message_bytes", FACT_INT, NULL, "bytes of it that are there", SILENT},                \
	        {"enveloped_bytes", FACT_INT, NULL, "bytes that its encrypted part announces", SILENT}, \
	        {"transaction", FACT_STR, NULL, "its transaction", SILENT},                             \
	        {"digest", FACT_STR, NULL, "digest it is signed with", SILENT},                         \
	        {"cipher", FACT_STR, NULL, "cipher of its envelope", SILENT},                           \
	        {"recipients", FACT_LIST, NULL,                                                         \
	         "who can open its envelope: issuer and serial of the RA certificate", SILENT},         \
	        {"signer_serial", FACT_STR, NULL, "serial of the certificate that signed it", SILENT},  \
	{                                                                                               \
		"certificates", FACT_INT, NULL, "certificates that came with it", SILENT                \
	}

#endif
