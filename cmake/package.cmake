# The Debian package: cmake --build build/release --target package.
# The same source gives the same bytes: times from SOURCE_DATE_EPOCH or the last commit, modes fixed, nothing of the folder.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME casebook)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR casebook)
set(CPACK_PACKAGE_CONTACT "casebook maintainers <maintainers@casebook.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "walk through a fault, measure it, hand over a case report")
set(CPACK_PACKAGE_DESCRIPTION "A terminal program that walks an administrator through a fault step by step,
 measures what can be measured, and writes a case report that needs no second
 phone call. Its first fault: a device does not reach the NDES server of
 Microsoft Intune (SCEP certificate profiles).")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "openssh-client, libsasl2-modules-gssapi-mit")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/package_time.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_times.cmake)
set(CPACK_CASEBOOK_SOURCE ${PROJECT_SOURCE_DIR})

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES README.md FLOWS.md SECURITY.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES assets/collect-ndes.cmd DESTINATION ${CMAKE_INSTALL_DATADIR}/casebook)
include(CPack)
