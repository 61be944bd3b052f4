#include "service.h"
#include <shlobj.h>

void ownFolder(wchar_t *path) {
  DWORD length = GetModuleFileNameW(NULL, path, PATH_CHARS);
  if (length == 0 || length >= PATH_CHARS) ExitProcess(ERROR_BUFFER_OVERFLOW);
  *wcsrchr(path, L'\\') = 0;
}

BOOL dataFolder(wchar_t *path) {
  if (FAILED(SHGetFolderPathW(NULL, CSIDL_COMMON_APPDATA, NULL, SHGFP_TYPE_CURRENT, path))) return FALSE;
  wcscat(path, L"\\" DATA_FOLDER);
  return TRUE;
}
