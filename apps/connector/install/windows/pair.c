#include "service.h"
#include <shellapi.h>
#include <shlobj.h>
#include <stdio.h>

#define TITLE L"Brücke Konnektor"

/// Windows asks for an administrator, then this program runs again as one.
static int askForAdministrator(const wchar_t *file) {
  wchar_t self[PATH_CHARS], arguments[PATH_CHARS + 16];
  GetModuleFileNameW(NULL, self, PATH_CHARS);
  _snwprintf(arguments, PATH_CHARS + 15, L"pair \"%ls\"", file);
  SHELLEXECUTEINFOW asked = {.cbSize = sizeof asked, .lpVerb = L"runas", .lpFile = self, .lpParameters = arguments, .nShow = SW_SHOWNORMAL};
  return ShellExecuteExW(&asked) ? 0 : (int)GetLastError();
}

int pairByDoubleClick(const wchar_t *file) {
  if (!IsUserAnAdmin()) return askForAdministrator(file);
  openLog(L"install.log");
  wchar_t arguments[PATH_CHARS + 32], shown[4096];
  if (wcschr(file, L'"') || _snwprintf(arguments, PATH_CHARS + 31, L"install --file \"%ls\"", file) < 0) return ERROR_INVALID_NAME;
  // The running service notices the pairing by itself.
  char told[4096];
  DWORD code = runProgram(arguments, 120, told, sizeof told);
  if (MultiByteToWideChar(CP_UTF8, 0, told, -1, shown, 4096) <= 1) _snwprintf(shown, 4095, L"Windows-Fehler %lu", code);
  MessageBoxW(NULL, shown, TITLE, MB_OK | (code == 0 ? MB_ICONINFORMATION : code == 1 ? MB_ICONWARNING : MB_ICONERROR));
  return (int)code;
}
