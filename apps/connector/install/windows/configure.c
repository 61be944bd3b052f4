#include "service.h"
#include <aclapi.h>
#include <ntsecapi.h>
#include <sddl.h>
#include <stdio.h>

#define SECOND 1000

/// Runs one step, says what came of it. Steps return a Windows error.
static DWORD step(const wchar_t *what, DWORD error) {
  logLine(error == NO_ERROR ? L"install: %ls: done" : L"install: %ls: Windows error %lu", what, error);
  return error;
}

static DWORD change(SC_HANDLE service, DWORD what, void *to) {
  return ChangeServiceConfig2W(service, what, to) ? NO_ERROR : GetLastError();
}

/// Restart after 5 s, 30 s, then every minute; the count begins anew after a day without one. Started two minutes after Windows, when
/// DATEV's own services are up. The account has no privilege but passing through folders.
static void setHowItRuns(SC_HANDLE service) {
  SC_ACTION restarts[] = {
      {SC_ACTION_RESTART, 5 * SECOND}, {SC_ACTION_RESTART, 30 * SECOND}, {SC_ACTION_RESTART, 60 * SECOND}};
  SERVICE_FAILURE_ACTIONSW actions = {.dwResetPeriod = 24 * 60 * 60, .cActions = 3, .lpsaActions = restarts};
  step(L"restart after a failure", change(service, SERVICE_CONFIG_FAILURE_ACTIONS, &actions));
  SERVICE_FAILURE_ACTIONS_FLAG alsoOnError = {TRUE};
  step(L"restart after an end with an error", change(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &alsoOnError));
  SERVICE_DELAYED_AUTO_START_INFO late = {TRUE};
  step(L"start after the others", change(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &late));
  SERVICE_REQUIRED_PRIVILEGES_INFOW privileges = {L"SeChangeNotifyPrivilege\0"};
  step(L"no privileges", change(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &privileges));
  // Its own SID is in the service's token under whatever account it runs: the folder is opened for that one, and stays so
  // when the account is changed.
  SERVICE_SID_INFO own = {SERVICE_SID_TYPE_UNRESTRICTED};
  step(L"identity of its own", change(service, SERVICE_CONFIG_SERVICE_SID_INFO, &own));
}

/// "Log on as a service" for an account that a person chose; the built-in and virtual ones have it.
static DWORD allowLogon(const wchar_t *account) {
  BYTE sid[SECURITY_MAX_SID_SIZE];
  DWORD sidBytes = sizeof sid, domainChars = 256;
  wchar_t domain[256], named[300];
  SID_NAME_USE use;
  // `.\name` is a user of this machine: services know that form, the look-up of names does not.
  BOOL local = wcsncmp(account, L".\\", 2) == 0;
  _snwprintf(named, 299, L"%ls", local ? account + 2 : account);
  if (!LookupAccountNameW(NULL, named, sid, &sidBytes, domain, &domainChars, &use)) return GetLastError();

  LSA_OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
  LSA_HANDLE policy;
  NTSTATUS result = LsaOpenPolicy(NULL, &attributes, POLICY_CREATE_ACCOUNT | POLICY_LOOKUP_NAMES, &policy);
  if (result) return LsaNtStatusToWinError(result);
  LSA_UNICODE_STRING right = {.Buffer = (wchar_t *)SE_SERVICE_LOGON_NAME};
  right.Length = (USHORT)(wcslen(right.Buffer) * sizeof(wchar_t));
  right.MaximumLength = right.Length + sizeof(wchar_t);
  result = LsaAddAccountRights(policy, sid, &right, 1);
  LsaClose(policy);
  return LsaNtStatusToWinError(result);
}

static BOOL isBuiltIn(const wchar_t *account) {
  return _wcsnicmp(account, L"NT SERVICE\\", 11) == 0 || _wcsnicmp(account, L"NT AUTHORITY\\", 13) == 0 ||
         _wcsicmp(account, L"LocalSystem") == 0;
}

/// Only the system, administrators and the service itself may look into the data folder.
static DWORD describeAccess(PSECURITY_DESCRIPTOR *descriptor) {
  const wchar_t *text = L"O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;" SERVICE_SID L")";
  return ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, descriptor, NULL) ? NO_ERROR : GetLastError();
}

static BOOL isOwnUser(PSID sid) {
  BYTE bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  HANDLE token;
  DWORD needed;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return FALSE;
  BOOL known = GetTokenInformation(token, TokenUser, bytes, sizeof bytes, &needed);
  CloseHandle(token);
  return known && EqualSid(sid, ((TOKEN_USER *)bytes)->User.Sid);
}

/// Everybody may make folders in %ProgramData%: one that is there before us must belong to administrators or to the system, which is who
/// runs this, else whoever made it could read what we put there.
static DWORD checkOwner(const wchar_t *folder) {
  PSID owner;
  PSECURITY_DESCRIPTOR found;
  DWORD error = GetNamedSecurityInfoW((wchar_t *)folder, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL, NULL, &found);
  if (error) return error;
  BOOL trusted = IsWellKnownSid(owner, WinBuiltinAdministratorsSid) || isOwnUser(owner);
  LocalFree(found);
  return trusted ? NO_ERROR : ERROR_INVALID_OWNER;
}

static DWORD protectFolder(const wchar_t *folder) {
  PSECURITY_DESCRIPTOR descriptor;
  DWORD error = describeAccess(&descriptor);
  if (error) return error;
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, descriptor, FALSE};
  if (!CreateDirectoryW(folder, &attributes)) {
    error = GetLastError();
    if (error == ERROR_ALREADY_EXISTS) error = checkOwner(folder);
    PACL list;
    BOOL present, byDefault;
    if (!error && GetSecurityDescriptorDacl(descriptor, &present, &list, &byDefault))
      error = SetNamedSecurityInfoW((wchar_t *)folder, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                                    NULL, NULL, list, NULL);
  }
  LocalFree(descriptor);
  return error;
}

/// Pairs with the Verbindungsdatei that lies beside the installer, the first by name. That it fails does not fail the installation: the
/// status page and the log say why, and it can be done again.
static void pairWithFileBeside(const wchar_t *installer) {
  wchar_t pattern[PATH_CHARS], arguments[2 * PATH_CHARS];
  const wchar_t *end = wcsrchr(installer, L'\\');
  if (!end) return;
  int folderChars = (int)(end - installer);
  _snwprintf(pattern, PATH_CHARS - 1, L"%.*ls\\*.bruecke", folderChars, installer);
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search == INVALID_HANDLE_VALUE) {
    logLine(L"install: no Verbindungsdatei beside %ls", installer);
    return;
  }
  FindClose(search);
  _snwprintf(arguments, 2 * PATH_CHARS - 1, L"install --file \"%.*ls\\%ls\"", folderChars, installer, found.cFileName);
  char told[1];
  DWORD code = runProgram(arguments, 60, told, sizeof told);
  logLine(L"install: pair with the Verbindungsdatei beside the installer: exit code %lu", code);
}

int configureService(const wchar_t *installer) {
  wchar_t folder[PATH_CHARS];
  if (!dataFolder(folder)) return ERROR_PATH_NOT_FOUND;
  DWORD protectedError = protectFolder(folder);
  if (protectedError) return (int)protectedError;
  openLog(L"install.log");

  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  // SERVICE_START: whoever asks for restarts must be allowed to start.
  SC_HANDLE service = OpenServiceW(manager, SERVICE_NAME, SERVICE_QUERY_CONFIG | SERVICE_CHANGE_CONFIG | SERVICE_START);
  if (!service) return (int)step(L"find the service", GetLastError());
  setHowItRuns(service);

  BYTE bytes[8192];
  QUERY_SERVICE_CONFIGW *config = (QUERY_SERVICE_CONFIGW *)bytes;
  DWORD needed;
  DWORD error = NO_ERROR;
  if (!QueryServiceConfigW(service, config, sizeof bytes, &needed)) error = step(L"read the account", GetLastError());
  else if (!isBuiltIn(config->lpServiceStartName)) error = step(L"log on as a service", allowLogon(config->lpServiceStartName));
  else logLine(L"install: runs as %ls", config->lpServiceStartName);
  CloseServiceHandle(service);
  CloseServiceHandle(manager);
  if (error == NO_ERROR) pairWithFileBeside(installer);
  return (int)error;
}
