#include "service.h"
#include <stdarg.h>
#include <stdio.h>

#define MOST_BYTES (5 * 1024 * 1024)

static wchar_t logPath[PATH_CHARS];
static HANDLE logFile = INVALID_HANDLE_VALUE;

static HANDLE openForAppending(void) {
  return CreateFileW(logPath, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_ALWAYS,
                     FILE_ATTRIBUTE_NORMAL, NULL);
}

/// The file becomes .1, that one .2: at most 15 MB in all.
static void rotateIfLarge(void) {
  LARGE_INTEGER size;
  if (!GetFileSizeEx(logFile, &size) || size.QuadPart < MOST_BYTES) return;
  wchar_t first[PATH_CHARS + 2], second[PATH_CHARS + 2];
  wcscat(wcscpy(first, logPath), L".1");
  wcscat(wcscpy(second, logPath), L".2");
  CloseHandle(logFile);
  MoveFileExW(first, second, MOVEFILE_REPLACE_EXISTING);
  MoveFileExW(logPath, first, MOVEFILE_REPLACE_EXISTING);
  logFile = openForAppending();
}

BOOL openLog(const wchar_t *name) {
  wchar_t folder[PATH_CHARS];
  if (!dataFolder(folder)) return FALSE;
  CreateDirectoryW(folder, NULL);
  wcscat(folder, L"\\logs");
  CreateDirectoryW(folder, NULL);
  if (_snwprintf(logPath, PATH_CHARS, L"%ls\\%ls", folder, name) < 0) return FALSE;
  logFile = openForAppending();
  return logFile != INVALID_HANDLE_VALUE;
}

void logBytes(const char *bytes, DWORD count) {
  if (logFile == INVALID_HANDLE_VALUE) return;
  rotateIfLarge();
  DWORD written;
  WriteFile(logFile, bytes, count, &written, NULL);
}

void logLine(const wchar_t *format, ...) {
  wchar_t text[2048];
  SYSTEMTIME now;
  GetSystemTime(&now);
  int start = _snwprintf(text, 64, L"%04d-%02d-%02dT%02d:%02d:%02dZ ", now.wYear, now.wMonth, now.wDay, now.wHour, now.wMinute,
                         now.wSecond);
  va_list values;
  va_start(values, format);
  int length = _vsnwprintf(text + start, 1900, format, values);
  va_end(values);
  if (length < 0) length = 1900;
  text[start + length] = L'\n';
  char bytes[4 * 2048];
  int count = WideCharToMultiByte(CP_UTF8, 0, text, start + length + 1, bytes, sizeof bytes, NULL, NULL);
  logBytes(bytes, (DWORD)count);
}
