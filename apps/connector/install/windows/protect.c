#include "service.h"
#include <string.h>
#include <wincrypt.h>

#define MOST_BYTES (64 * 1024)

/// Keeps other programs from revealing our secrets by accident; it is no secret itself.
static BYTE entropyBytes[] = "bruecke-connector-v1";

static DWORD readAll(BYTE *bytes) {
  DWORD length = 0, count;
  HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  while (length < MOST_BYTES && ReadFile(input, bytes + length, MOST_BYTES - length, &count, NULL) && count > 0) length += count;
  return length;
}

static BOOL writeBase64(const DATA_BLOB *data) {
  static char text[2 * MOST_BYTES];
  DWORD chars = sizeof text, written;
  return CryptBinaryToStringA(data->pbData, data->cbData, CRYPT_STRING_BASE64 | CRYPT_STRING_NOCRLF, text, &chars) &&
         WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, chars, &written, NULL);
}

int protectSecret(BOOL protect) {
  static BYTE text[MOST_BYTES], bytes[MOST_BYTES];
  DWORD chars = readAll(text), count = sizeof bytes;
  if (!CryptStringToBinaryA((char *)text, chars, CRYPT_STRING_BASE64, bytes, &count, NULL, NULL)) return (int)GetLastError();
  DATA_BLOB given = {count, bytes}, made, entropy = {sizeof entropyBytes - 1, entropyBytes};
  // Of the machine, not of the user: the person who installs and the account that the service runs under are two.
  DWORD flags = CRYPTPROTECT_UI_FORBIDDEN | CRYPTPROTECT_LOCAL_MACHINE;
  BOOL done = protect ? CryptProtectData(&given, NULL, &entropy, NULL, NULL, flags, &made)
                      : CryptUnprotectData(&given, NULL, &entropy, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &made);
  SecureZeroMemory(bytes, sizeof bytes);
  SecureZeroMemory(text, sizeof text);
  if (!done) return (int)GetLastError();
  BOOL told = writeBase64(&made);
  SecureZeroMemory(made.pbData, made.cbData);
  LocalFree(made.pbData);
  return told ? 0 : ERROR_WRITE_FAULT;
}
