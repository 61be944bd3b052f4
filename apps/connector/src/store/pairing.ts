import { join } from 'node:path';
import { tlsPin } from '@bruecke/contract';
import { type Static, Type as T } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { readJson, removeFile, writeJson } from './files.ts';
import type { Folders } from './folders.ts';

const pairing = T.Object({
  /** The hub's public address, no trailing slash. */
  server: T.String(),
  firmName: T.String(),
  connectorId: T.String(),
  /** Of this program's key, as the hub shows it too. */
  fingerprint: T.String(),
  /** Signs orders: raw Ed25519 public key, base64url. */
  instanceKey: T.String(),
  tls: tlsPin,
  pairedAt: T.String(),
});

/** The hub that this machine is paired with; its key pair is among the secrets. */
export type Pairing = Static<typeof pairing>;

const file = (folders: Folders) => join(folders.state, 'pairing.json');

export function readPairing(folders: Folders): Promise<Pairing | null> {
  return readJson(file(folders), (value) => (Value.Check(pairing, value) ? value : null));
}

export function writePairing(folders: Folders, made: Pairing): Promise<void> {
  return writeJson(file(folders), made);
}

export function removePairing(folders: Folders): Promise<void> {
  return removeFile(file(folders));
}
