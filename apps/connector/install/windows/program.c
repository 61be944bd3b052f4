#include "service.h"
#include <shlobj.h>
#include <stdio.h>
#include <string.h>

/// What the program is started with: nothing on stdin, its output into our pipe, and only these three inherited.
static BOOL openHandles(STARTUPINFOW *startup, HANDLE *output, HANDLE *written) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  HANDLE nothing = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL);
  if (nothing == INVALID_HANDLE_VALUE) return FALSE;
  if (!CreatePipe(output, written, &inherited, 0)) {
    CloseHandle(nothing);
    return FALSE;
  }
  SetHandleInformation(*output, HANDLE_FLAG_INHERIT, 0);
  startup->dwFlags = STARTF_USESTDHANDLES;
  startup->hStdInput = nothing;
  startup->hStdOutput = *written;
  startup->hStdError = *written;
  return TRUE;
}

BOOL startProgram(const wchar_t *arguments, Program *program) {
  memset(program, 0, sizeof *program);
  wchar_t folder[PATH_CHARS], line[3 * PATH_CHARS];
  ownFolder(folder);
  if (_snwprintf(line, 3 * PATH_CHARS - 1, L"\"%ls\\" PROGRAM_NAME L"\" %ls", folder, arguments) < 0) return FALSE;

  // The program finds its data by this variable; Wine's services have a wrong one.
  wchar_t common[PATH_CHARS];
  if (SUCCEEDED(SHGetFolderPathW(NULL, CSIDL_COMMON_APPDATA, NULL, SHGFP_TYPE_CURRENT, common)))
    SetEnvironmentVariableW(L"ProgramData", common);
  STARTUPINFOW startup = {.cb = sizeof startup};
  HANDLE written;
  if (!openHandles(&startup, &program->output, &written)) return FALSE;
  BOOL started = CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_NO_WINDOW | CREATE_SUSPENDED, NULL, folder, &startup,
                                &program->process);
  DWORD error = GetLastError();
  CloseHandle(startup.hStdInput);
  CloseHandle(written);
  if (!started) {
    CloseHandle(program->output);
    SetLastError(error);
    return FALSE;
  }

  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
  program->job = CreateJobObjectW(NULL, NULL);
  SetInformationJobObject(program->job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  AssignProcessToJobObject(program->job, program->process.hProcess);
  ResumeThread(program->process.hThread);
  return TRUE;
}

void closeProgram(Program *program) {
  CloseHandle(program->output);
  CloseHandle(program->process.hThread);
  CloseHandle(program->process.hProcess);
  CloseHandle(program->job);
}

void stopProgram(Program *program, DWORD mostSeconds) {
  // Its console has no other process but it and, for this moment, us. We ignore what we send.
  FreeConsole();
  if (AttachConsole(program->process.dwProcessId)) {
    SetConsoleCtrlHandler(NULL, TRUE);
    GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
  }
  if (WaitForSingleObject(program->process.hProcess, mostSeconds * 1000) != WAIT_OBJECT_0) {
    logLine(L"service: no end within %lu s, ended it", mostSeconds);
    TerminateProcess(program->process.hProcess, ERROR_TIMEOUT);
    WaitForSingleObject(program->process.hProcess, 5000);
  }
  FreeConsole();
}

typedef struct {
  Program *program;
  DWORD mostSeconds;
} Watch;

/// Ends a program that takes too long, so that reading its output comes to an end.
static DWORD WINAPI endInTime(void *given) {
  Watch *watch = given;
  if (WaitForSingleObject(watch->program->process.hProcess, watch->mostSeconds * 1000) != WAIT_OBJECT_0)
    TerminateProcess(watch->program->process.hProcess, ERROR_TIMEOUT);
  return 0;
}

DWORD runProgram(const wchar_t *arguments, DWORD mostSeconds, char *told, DWORD toldBytes) {
  Program program;
  if (!startProgram(arguments, &program)) return GetLastError();
  Watch watch = {&program, mostSeconds};
  HANDLE thread = CreateThread(NULL, 0, endInTime, &watch, 0, NULL);

  char bytes[4096];
  DWORD count, length = 0;
  while (ReadFile(program.output, bytes, sizeof bytes, &count, NULL) && count > 0) {
    logBytes(bytes, count);
    if (length + count < toldBytes) {
      memcpy(told + length, bytes, count);
      length += count;
    }
  }
  told[length] = 0;
  WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
  DWORD code = ERROR_PROCESS_ABORTED;
  GetExitCodeProcess(program.process.hProcess, &code);
  closeProgram(&program);
  return code;
}
