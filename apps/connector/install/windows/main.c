#include "service.h"
#include <string.h>

int wmain(int count, wchar_t **arguments) {
  const wchar_t *verb = count > 1 ? arguments[1] : L"";
  if (count == 3 && wcscmp(verb, L"configure") == 0) return configureService(arguments[2]);
  if (count == 2 && wcscmp(verb, L"remove-data") == 0) return removeData();
  if (count == 3 && wcscmp(verb, L"pair") == 0) return pairByDoubleClick(arguments[2]);
  if (count == 2 && wcscmp(verb, L"console") == 0) return showConsole();
  if (count == 2 && wcscmp(verb, L"protect") == 0) return protectSecret(TRUE);
  if (count == 2 && wcscmp(verb, L"reveal") == 0) return protectSecret(FALSE);
  if (count == 1) return runService();
  return ERROR_BAD_ARGUMENTS;
}
