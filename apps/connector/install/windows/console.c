#include "service.h"
#include <shellapi.h>
#include <shlobj.h>
#include <stdio.h>

/// Windows asks for an administrator, then this program runs again as one.
static int askForAdministrator(const wchar_t *arguments) {
  wchar_t self[PATH_CHARS];
  GetModuleFileNameW(NULL, self, PATH_CHARS);
  SHELLEXECUTEINFOW asked = {.cbSize = sizeof asked, .lpVerb = L"runas", .lpFile = self, .lpParameters = arguments, .nShow = SW_SHOWNORMAL};
  return ShellExecuteExW(&asked) ? 0 : (int)GetLastError();
}

static HANDLE openInheritable(const wchar_t *name) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  DWORD shared = FILE_SHARE_READ | FILE_SHARE_WRITE;
  return CreateFileW(name, GENERIC_READ | GENERIC_WRITE, shared, &inherited, OPEN_EXISTING, 0, NULL);
}

/// Starts a program in the console of this process and this folder. Waits for its end if `code` is given.
static BOOL startHere(wchar_t *line, const wchar_t *folder, DWORD *code) {
  // Named, not left to Windows: whoever started this process may have given it other handles.
  STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
  startup.hStdInput = openInheritable(L"CONIN$");
  startup.hStdOutput = startup.hStdError = openInheritable(L"CONOUT$");
  PROCESS_INFORMATION process;
  BOOL started = CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, folder, &startup, &process);
  CloseHandle(startup.hStdInput);
  CloseHandle(startup.hStdOutput);
  if (!started) return FALSE;
  if (code) {
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, code);
  }
  CloseHandle(process.hThread);
  CloseHandle(process.hProcess);
  return TRUE;
}

/// A window in which the program asks and answers, and then takes further commands: `bruecke-connector datev`, `clients`, `release`, …
static int openConsole(const wchar_t *arguments) {
  wchar_t folder[PATH_CHARS], elsewhere[PATH_CHARS], line[3 * PATH_CHARS], path[32768];
  ownFolder(folder);
  DWORD length = GetEnvironmentVariableW(L"PATH", path, 32767 - PATH_CHARS);
  _snwprintf(path + length, PATH_CHARS, L";%ls", folder);
  SetEnvironmentVariableW(L"PATH", path);
  AllocConsole();
  SetConsoleTitleW(L"Brücke Konnektor");
  _snwprintf(line, 3 * PATH_CHARS - 1, L"\"%ls\\" PROGRAM_NAME L"\" %ls", folder, arguments);
  DWORD code = ERROR_PROCESS_ABORTED;
  if (!startHere(line, folder, &code)) return (int)GetLastError();
  // Not in the program's folder: a window left open there would keep it from being removed. PATH finds the program.
  GetSystemDirectoryW(elsewhere, PATH_CHARS);
  wchar_t prompt[] = L"cmd.exe /k";
  startHere(prompt, elsewhere, NULL);
  return (int)code;
}

int pairByDoubleClick(const wchar_t *file) {
  wchar_t arguments[PATH_CHARS + 32];
  if (wcschr(file, L'"') || wcslen(file) >= PATH_CHARS) return ERROR_INVALID_NAME;
  BOOL administrator = IsUserAnAdmin();
  _snwprintf(arguments, PATH_CHARS + 31, administrator ? L"install --file \"%ls\"" : L"pair \"%ls\"", file);
  if (!administrator) return askForAdministrator(arguments);
  int code = openConsole(arguments);
  openLog(L"install.log");
  logLine(L"pair: %ls: exit code %d", file, code);
  return code;
}

int showConsole(void) {
  return IsUserAnAdmin() ? openConsole(L"help") : askForAdministrator(L"console");
}
