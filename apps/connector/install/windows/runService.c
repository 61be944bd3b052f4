#include "service.h"

/// Windows gives a service 30 s to stop unless it says otherwise; the program needs one request's end.
#define STOP_SECONDS 20

static SERVICE_STATUS_HANDLE status;
static HANDLE stopAsked;

static void report(DWORD state, DWORD error) {
  SERVICE_STATUS told = {
      .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
      .dwCurrentState = state,
      .dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN : 0,
      .dwWin32ExitCode = error,
      .dwWaitHint = state == SERVICE_STOP_PENDING ? (STOP_SECONDS + 10) * 1000 : 0,
  };
  SetServiceStatus(status, &told);
}

static DWORD WINAPI handleControl(DWORD control, DWORD type, void *data, void *context) {
  (void)type, (void)data, (void)context;
  if (control == SERVICE_CONTROL_STOP || control == SERVICE_CONTROL_PRESHUTDOWN) {
    report(SERVICE_STOP_PENDING, NO_ERROR);
    SetEvent(stopAsked);
    return NO_ERROR;
  }
  return control == SERVICE_CONTROL_INTERROGATE ? NO_ERROR : ERROR_CALL_NOT_IMPLEMENTED;
}

/// Writes the program's output to the log until it ends.
static DWORD WINAPI copyOutput(void *output) {
  char bytes[4096];
  DWORD count;
  while (ReadFile(output, bytes, sizeof bytes, &count, NULL) && count > 0) logBytes(bytes, count);
  return 0;
}

/// Runs the program until it ends or Windows asks for the stop. Returns what the service ends with: an end that nobody asked for is an
/// error, so that Windows starts the service again.
static DWORD runUntilStop(void) {
  Program program;
  if (!startProgram(L"run", &program)) {
    DWORD error = GetLastError();
    logLine(L"service: the program could not be started, Windows error %lu", error);
    return error;
  }
  logLine(L"service: started, process %lu", program.process.dwProcessId);
  HANDLE copying = CreateThread(NULL, 0, copyOutput, program.output, 0, NULL);
  report(SERVICE_RUNNING, NO_ERROR);

  HANDLE either[] = {stopAsked, program.process.hProcess};
  BOOL asked = WaitForMultipleObjects(2, either, FALSE, INFINITE) == WAIT_OBJECT_0;
  if (asked) stopProgram(&program, STOP_SECONDS);
  WaitForSingleObject(copying, 5000);
  DWORD code = 0;
  GetExitCodeProcess(program.process.hProcess, &code);
  logLine(asked ? L"service: stopped, exit code %lu" : L"service: the program ended by itself, exit code %lu", code);
  CloseHandle(copying);
  closeProgram(&program);
  return asked ? NO_ERROR : ERROR_PROCESS_ABORTED;
}

static void WINAPI serviceMain(DWORD count, wchar_t **arguments) {
  (void)count, (void)arguments;
  stopAsked = CreateEventW(NULL, TRUE, FALSE, NULL);
  status = RegisterServiceCtrlHandlerExW(SERVICE_NAME, handleControl, NULL);
  if (!status) return;
  report(SERVICE_START_PENDING, NO_ERROR);
  openLog(L"connector.log");
  report(SERVICE_STOPPED, runUntilStop());
}

int runService(void) {
  SERVICE_TABLE_ENTRYW table[] = {{SERVICE_NAME, serviceMain}, {NULL, NULL}};
  return StartServiceCtrlDispatcherW(table) ? 0 : (int)GetLastError();
}
