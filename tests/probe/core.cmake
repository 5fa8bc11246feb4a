# The probes of DNS, TCP, HTTP and clocks, and the command line of them all.
set(core_env "CASEBOOK=$<TARGET_FILE:casebook>" "CASEBOOK_PROBE=$<TARGET_FILE:casebook-probe>"
  "SANITIZED=$<$<BOOL:${CASEBOOK_SANITIZE}>:yes>" "SOURCE_DIR=${PROJECT_SOURCE_DIR}" "BUILD_DIR=${PROJECT_BINARY_DIR}")
add_test(NAME live_http COMMAND ${PROJECT_SOURCE_DIR}/tests/lib/servers.py -- ${CMAKE_CURRENT_SOURCE_DIR}/live_http.py)
add_test(NAME live_dns COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/live_dns.py)
add_test(NAME probe_cli COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/cli.py)
add_test(NAME probes_together COMMAND ${PROJECT_SOURCE_DIR}/tests/lib/servers.py --only tls --
  ${CMAKE_CURRENT_SOURCE_DIR}/together.py)
add_test(NAME probes_hostile COMMAND ${PROJECT_SOURCE_DIR}/tests/lib/servers.py --only tls --
  ${CMAKE_CURRENT_SOURCE_DIR}/hostile.py)
add_test(NAME probes_by_hand COMMAND ${PROJECT_SOURCE_DIR}/tests/lib/servers.py --only ndes,ndes_ra,ca_only,ra_base64,html_cacert,long_httpsys,tls,tls12 --
  ${CMAKE_CURRENT_SOURCE_DIR}/by_hand.py)
set_tests_properties(live_http live_dns probe_cli probes_by_hand probes_together probes_hostile PROPERTIES TIMEOUT 300 ENVIRONMENT "${core_env}" LABELS "wire"
  SKIP_RETURN_CODE 77)
foreach(name t_evout t_http_text t_dns)
  casebook_test(${name} USES probe)
endforeach()
