# SCEP and TLS: pure parts as units, probes against the servers of tests/lib/servers.py.
add_library(probe_run STATIC probe_run.c)
target_include_directories(probe_run PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(probe_run PUBLIC cb_probe cb_model cb_wire casebook_flags PkgConfig::CMOCKA)
add_executable(probe_try probe_try.c)
target_link_libraries(probe_try PRIVATE probe_run)

add_executable(scep_double ${PROJECT_SOURCE_DIR}/tests/lib/scep_double.c)
target_link_libraries(scep_double PRIVATE PkgConfig::OPENSSL) # a server for one answer: not built to be sanitized

function(casebook_scep_test name)
  casebook_test(${name} USES probe LIBS probe_run PkgConfig::OPENSSL ${ARGN})
endfunction()

# casebook_wire_test(name servers): runs while these servers of tests/lib are up; skipped where nginx or scep is missing.
function(casebook_wire_test name servers)
  add_executable(${name} ${name}.c)
  target_link_libraries(${name} PRIVATE probe_run cb_probe casebook_flags PkgConfig::CMOCKA PkgConfig::OPENSSL)
  add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/lib/servers.py --only ${servers} -- $<TARGET_FILE:${name}>)
  set_tests_properties(${name} PROPERTIES TIMEOUT 180 LABELS "wire" SKIP_RETURN_CODE 77
    ENVIRONMENT "SCEP_DOUBLE=$<TARGET_FILE:scep_double>")
endfunction()

casebook_scep_test(t_scep_page)
casebook_scep_test(t_scep_caps)
casebook_scep_test(t_scep_cacert)
casebook_scep_test(t_scep_message)
casebook_wire_test(t_tls_handshake tls,tls_soon,tls_expired,tls_future,tls_wronghost,tls_cnonly,tls_cnother,tls_nointer,tls_self,tls_clientonly,tls_sha1,tls_weak,tls_ec,tls10,tls12,tls13,tls_client,tls_unordered)
casebook_wire_test(t_scep_wire ndes,tls,general,general_utf8,s503,gw504,gw502,proxy403,proxy500,s500,s404,s401,nginx502,login302,loop302,portal,tls_expired,tls_wronghost,tls_nointer,ndes_ra,get_only,caps_empty,caps_403,html_cacert,tls_ra,ra_soon,ra_expired,ra_other,ra_sha1,ra_nochain,ca_only,ra_base64,hang)
add_test(NAME agree_strongswan COMMAND ${PROJECT_SOURCE_DIR}/tests/lib/servers.py --only ndes,ndes_ra,ra_soon,ra_expired,ra_other,ca_only
  -- ${CMAKE_CURRENT_SOURCE_DIR}/agree_strongswan.py $<TARGET_FILE:probe_try>)
set_tests_properties(agree_strongswan PROPERTIES TIMEOUT 180 LABELS "wire" SKIP_RETURN_CODE 77)
casebook_wire_test(t_scep_longurl ndes,ndes_ra,long_filter,long_httpsys,long_proxy,get_only)
casebook_wire_test(t_scep_pki ndes,ndes_ra,get_only,ndes_pending,ndes_nonce,ndes_transaction,ndes_signature,ndes_stranger,ndes_bare,caps_403,s503)
casebook_wire_test(t_crl_fetch ndes_ra,tls,tls_stalecrl,tls_revoked)
