import { plural } from '../plural.ts';
import type { Texts } from '../texts.ts';

const count = plural('en');

export const connectors: Texts['connectors'] = {
  title: 'Connectors',
  text: 'The connector reads the accounting data on the firm’s DATEV server and sends them here. One is enough for all Mandanten.',
  none: 'There is none yet: download the installer and a Verbindungsdatei below and install both on the DATEV server. The connector then appears here by itself.',
  states: {
    unconfirmed: 'Waits for confirmation',
    confirmed: 'Connected',
    silent: 'Is silent',
    revoked: 'Revoked',
    troubled: 'With findings',
  },
  os: 'System',
  version: 'Version',
  lastSeen: 'Last seen',
  neverSeen: 'never',
  paired: 'Paired',
  confirmed: 'Confirmed',
  revoked: 'Revoked',
  byAt: (when, name) => `${when}, ${name}`,
  keySince: 'Key since',
  keyAsked: (when) => `A new key was asked for ${when}; the connector makes it at its next contact.`,
  released: 'Released Bestände',
  fingerprint: 'Fingerprint',
  mandanten: 'Mandanten',
  noMandanten: 'none yet',
  mandantOff: (name) => `${name} (off)`,
  moreMandanten: (n) => count(n, 'more', 'more'),
  lastProbe: (when) => `Last check ${when}`,
  notProbed: 'Not checked yet',
  allWell: 'everything in order',
  probe: 'Test',
  probing: 'Testing …',
  confirm: 'Confirm …',
  confirmTitle: (machine) => `Confirm the connector on ${machine}`,
  confirmText:
    'The DATEV server shows its fingerprint after the installation, and later on the status page and with “bruecke-connector status”. Compare it letter by letter.',
  confirmWarning:
    'If it differs, or you do not know the machine, somebody else has used your Verbindungsdatei: do not confirm, revoke.',
  confirmSame: (machine) => `${machine} is our machine, and both fingerprints are equal.`,
  confirmDo: 'Confirm',
  confirmDone: 'The connector is confirmed and gets orders now',
  waits: 'Until it is confirmed it gets no order.',
  menu: (machine) => `Actions for ${machine}`,
  history: 'History',
  key: {
    action: 'Renew the key',
    title: 'Renew the key?',
    text: 'At its next contact the connector makes itself a new key pair; the old key is then good no longer. Nothing changes for the Mandanten. If the key has got into foreign hands this does not help: revoke it then.',
    done: 'A new key was asked for',
  },
  revoke: {
    action: 'Revoke',
    title: (machine) => `Revoke the connector on ${machine}?`,
    text: 'It is turned away at once, its orders end. Figures that are here already stay. This can’t be undone: it would have to be paired anew with a new Verbindungsdatei, and every Bestand chosen again.',
    affected: (n) => `${count(n, 'Mandant gets', 'Mandanten get')} no new figures then.`,
    done: 'The connector is revoked',
  },
  remove: {
    action: 'Remove',
    title: (machine) => `Remove the connector on ${machine}?`,
    text: 'It is revoked, the connections of its Mandanten end, and it leaves this list. Figures that are here already stay, with their date. Uninstall the program on the DATEV server itself.',
    done: 'The connector is removed',
  },
  setUp: {
    title: 'Set up a connector',
    text: 'Put both on the DATEV server, install there, then confirm the fingerprint here.',
    dialog: 'Download DATEVconnect',
    installers: 'Installer',
    noInstallers: 'There is no installer on this server.',
    noInstallersNext: 'The operator builds it with “npm run build:connector” or lays down a ready one.',
    systems: { windows: 'Windows', linux: 'Linux' },
    kinds: { windows: 'Installer for Windows', linux: 'Package for Linux (Debian, Ubuntu)' },
    load: 'Download',
    loadLabel: (name) => `Download ${name}`,
    signed: 'signed',
    unsigned: 'not signed',
    unsignedText: (names) =>
      `${names}: not signed, so Windows warns when it starts. Compare its checksum (SHA-256) with the one on this page first: “certutil -hashfile file SHA256”.`,
    checksum: 'SHA-256',
    file: 'Verbindungsdatei',
    fileText:
      'With it the connector pairs with this firm. It is good for 24 hours and once. Treat it like a key: do not mail it, do not leave it lying about.',
    create: 'Create Verbindungsdatei',
    created: 'The Verbindungsdatei is downloaded. It is good for 24 hours.',
    files: 'Verbindungsdateien of the last 30 days',
    noFiles: 'None created yet.',
    fileOf: (when, who) => `Created ${when} by ${who}`,
    fileBySomeone: 'a former person',
    fileStates: { open: 'Open', used: 'Used', expired: 'Expired', withdrawn: 'Withdrawn' },
    validUntil: (when) => `good until ${when}`,
    expiredAt: (when) => `was good until ${when}`,
    usedAt: (when, machine) => `used ${when} by ${machine}`,
    removedConnector: 'a connector that was removed',
    withdraw: 'Withdraw',
    withdrawLabel: (when) => `Withdraw the Verbindungsdatei of ${when}`,
    withdrawn: 'The Verbindungsdatei is good no longer',
  },
  findings: {
    title: 'Findings',
    severity: { warning: 'Note', blocking: 'Prevents the transfer' },
    remedy: 'What now?',
    who: 'Who can put it right: a Kanzlei-Admin, or whoever looks after the DATEV server.',
    code: (code) => `DATEV says: ${code}`,
  },
  complaints: {
    title: (when) => `The connector last said, ${when}`,
    detail: (text) => `The connector’s words: ${text}`,
    texts: {
      serverCertificateWrong: {
        what: 'The connector refused a foreign certificate of this server.',
        next: 'Ask the operator whether it was changed. If a firewall opens TLS, exempt the address; else pair anew with a new Verbindungsdatei.',
      },
      datevCertificateWrong: {
        what: 'The connector refused a foreign certificate of DATEVconnect.',
        next: 'See on the DATEV server whether the certificate was renewed. Only then run “bruecke-connector datev” and confirm the new one.',
      },
      orderForeignKey: {
        what: 'The connector refused an order without a valid signature.',
        next: 'Ask the operator. If the key was changed, pair anew; else it is an attack.',
      },
      callNotAllowed: {
        what: 'The connector refused a call that is not on its list.',
        next: 'If this Brücke is newer than the connector: update the connector. Else ask the operator.',
      },
      orderExpired: {
        what: 'An order reached the connector too late.',
        next: 'Check date and time of the DATEV server.',
      },
      orderReplayed: {
        what: 'An order came a second time and was not carried out again.',
        next: 'Once it means nothing. If it happens more often, ask the operator.',
      },
      orderForOther: {
        what: 'An order was for another connector and was not carried out.',
        next: 'Ask the operator.',
      },
      updateForeignKey: {
        what: 'The connector refused an update with a foreign signature.',
        next: 'Ask the operator. Updating by the installer always works.',
      },
      updateRolledBack: {
        what: 'An update did not come up and was taken back. The former version goes on.',
        next: 'Nothing to do; the next version will be tried again.',
      },
      hubUnreachable: {
        what: 'The connector did not reach this Brücke for a while.',
        next: 'Nothing to do if it is back. Else check internet, firewall and proxy of the DATEV server.',
      },
      hubNameUnknown: {
        what: 'The DATEV server does not know the name of this Brücke.',
        next: 'Check the name resolution (DNS) of the DATEV server.',
      },
      proxyRefused: {
        what: 'The firm’s proxy refused the connector.',
        next: 'Permit the address of this Brücke at the proxy.',
      },
      hubDisturbed: {
        what: 'This Brücke answered the connector with an error of its own.',
        next: 'It tries again by itself. If it lasts, ask the operator.',
      },
      hubStrange: {
        what: 'Something else answered at the address of this Brücke.',
        next: 'Check sign-in pages and proxies on the DATEV server’s way; bring the connector up to date.',
      },
      clockWrong: {
        what: 'The clock of the DATEV server is wrong.',
        next: 'Switch on time synchronisation there.',
      },
      notSetUp: {
        what: 'DATEVconnect is not set up on the DATEV server yet.',
        next: 'Run “bruecke-connector datev” there: enter address and Windows user.',
      },
      noClientReleased: {
        what: 'No Bestand is released on the DATEV server yet.',
        next: 'Run “bruecke-connector clients” and “bruecke-connector release” there.',
      },
      file_unreadable: {
        what: 'A file of the connector is unreadable.',
        next: 'Run “bruecke-connector doctor” on the DATEV server; it names the file.',
      },
      other: {
        what: 'The connector reports an error.',
        next: 'Run “bruecke-connector doctor” on the DATEV server: it names cause and remedy.',
      },
    },
  },
};
