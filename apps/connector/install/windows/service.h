// bruecke-connector-service.exe: what stands between Windows and the connector's program, which is a console program and knows
// nothing of services, installers and double clicks. Strings are UTF-16 (-municode), sources UTF-8.
#pragma once
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#define SERVICE_NAME L"BrueckeKonnektor"
#ifndef SERVICE_SID
#error "SERVICE_SID: the identity that Windows derives from the service's name, L\"S-1-5-80-…\""
#endif
#define PROGRAM_NAME L"bruecke-connector.exe"
#define DATA_FOLDER L"Bruecke Konnektor"
#define PATH_CHARS 1024

/// The folder of this very file, without a backslash at the end.
void ownFolder(wchar_t *path);
/// %ProgramData%\Bruecke Konnektor, as Windows names it, whatever the environment says.
BOOL dataFolder(wchar_t *path);

/// Opens (and makes) logs\<name> in the data folder for appending; above 5 MB the file becomes <name>.1, that one <name>.2.
BOOL openLog(const wchar_t *name);
/// A line of our own, with the time (UTC).
void logLine(const wchar_t *format, ...);
/// Bytes as the program wrote them.
void logBytes(const char *bytes, DWORD count);

typedef struct {
  PROCESS_INFORMATION process;
  /// Reads what the program writes to stdout and stderr.
  HANDLE output;
  /// Ends the program when this process ends, however that comes.
  HANDLE job;
} Program;

/// Starts the program beside this file with these arguments (already quoted) and a console of its own that nobody sees.
BOOL startProgram(const wchar_t *arguments, Program *program);
/// Runs it to its end; its output goes to the log and, as far as it fits, into `told`. Returns the exit code, or a Windows error.
DWORD runProgram(const wchar_t *arguments, DWORD mostSeconds, char *told, DWORD toldBytes);
/// Asks it to stop as Ctrl-C would; after `mostSeconds` it is ended.
void stopProgram(Program *program, DWORD mostSeconds);
void closeProgram(Program *program);

/// Called by the service control manager.
int runService(void);
/// Called by the installer as SYSTEM, before the service is started for the first time: rights, restarts, Verbindungsdatei beside it.
int configureService(const wchar_t *installer);
/// Called by the uninstaller as SYSTEM.
int removeData(void);
/// Called by double click on a Verbindungsdatei: a window in which the program pairs and asks what it needs.
int pairByDoubleClick(const wchar_t *file);
/// Called from the start menu: a window for the program's commands.
int showConsole(void);
/// Called by the program: base64 on stdin, DPAPI, base64 on stdout. The secret is in no argument, as every user of the machine sees those.
int protectSecret(BOOL protect);
