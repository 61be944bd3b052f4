#include "service.h"
#include <stdio.h>

/// Removes a folder with all in it. A link is removed, not followed.
static BOOL removeTree(const wchar_t *folder) {
  wchar_t path[PATH_CHARS];
  if (_snwprintf(path, PATH_CHARS - 1, L"%ls\\*", folder) < 0) return FALSE;
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(path, &found);
  if (search == INVALID_HANDLE_VALUE) return GetLastError() == ERROR_PATH_NOT_FOUND;
  BOOL all = TRUE;
  do {
    if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0) continue;
    if (_snwprintf(path, PATH_CHARS - 1, L"%ls\\%ls", folder, found.cFileName) < 0) return FALSE;
    BOOL link = (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    BOOL inner = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
    BOOL gone = inner ? (link ? RemoveDirectoryW(path) : removeTree(path)) : DeleteFileW(path);
    all = all && gone;
  } while (FindNextFileW(search, &found));
  FindClose(search);
  return RemoveDirectoryW(folder) && all;
}

int removeData(void) {
  wchar_t folder[PATH_CHARS];
  if (!dataFolder(folder)) return ERROR_PATH_NOT_FOUND;
  return removeTree(folder) ? 0 : (int)GetLastError();
}
