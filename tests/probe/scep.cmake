# SCEP and TLS: pure parts as units, probes against the servers of tests/lib/servers.py.
function(casebook_scep_test name)
  casebook_test(${name} USES probe LIBS PkgConfig::OPENSSL ${ARGN})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/engine/probe ${CMAKE_CURRENT_SOURCE_DIR})
endfunction()

casebook_scep_test(t_scep_page)
