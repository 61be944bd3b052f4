import { plural } from '../plural.ts';

const count = plural('de');

/** Optionen → Kanzlei → Konnektoren, and what the card DATEVconnect shares with it: downloads, findings, complaints of the program. */
export const connectors = {
  title: 'Konnektoren',
  text: 'Der Konnektor liest auf dem DATEV-Server der Kanzlei die Buchhaltungsdaten und schickt sie hierher. Einer genügt für alle Mandanten.',
  none: 'Noch gibt es keinen: Laden Sie unten das Installationsprogramm und eine Verbindungsdatei herunter und installieren Sie beides auf dem DATEV-Server. Der Konnektor erscheint dann hier von selbst.',
  states: {
    unconfirmed: 'Wartet auf Bestätigung',
    confirmed: 'Verbunden',
    silent: 'Meldet sich nicht',
    revoked: 'Entzogen',
    troubled: 'Mit Befunden',
  },
  os: 'System',
  version: 'Version',
  lastSeen: 'Zuletzt gesehen',
  neverSeen: 'noch nie',
  paired: 'Gekoppelt',
  confirmed: 'Bestätigt',
  revoked: 'Entzogen',
  byAt: (when: string, name: string) => `${when}, ${name}`,
  keySince: 'Schlüssel seit',
  keyAsked: (when: string) => `Neuer Schlüssel verlangt ${when}, der Konnektor macht ihn beim nächsten Kontakt.`,
  released: 'Freigegebene Bestände',
  fingerprint: 'Fingerabdruck',
  mandanten: 'Mandanten',
  noMandanten: 'noch keiner',
  mandantOff: (name: string) => `${name} (aus)`,
  moreMandanten: (n: number) => count(n, 'weiterer', 'weitere'),
  lastProbe: (when: string) => `Letzte Prüfung ${when}`,
  notProbed: 'Noch nicht geprüft',
  allWell: 'alles in Ordnung',
  probe: 'Testen',
  probing: 'Wird getestet …',
  confirm: 'Bestätigen …',
  confirmTitle: (machine: string) => `Konnektor auf ${machine} bestätigen`,
  confirmText:
    'Auf dem DATEV-Server steht der Fingerabdruck nach der Installation und danach auf der Statusseite und mit „bruecke-connector status“. Vergleichen Sie ihn Zeichen für Zeichen.',
  confirmWarning:
    'Ist er anders oder kennen Sie den Rechner nicht, hat jemand anderes Ihre Verbindungsdatei benutzt: nicht bestätigen, sondern entziehen.',
  confirmSame: (machine: string) => `${machine} ist unser Rechner, und beide Fingerabdrücke sind gleich.`,
  confirmDo: 'Bestätigen',
  confirmDone: 'Der Konnektor ist bestätigt und bekommt jetzt Aufträge',
  waits: 'Bis zur Bestätigung bekommt er keinen Auftrag.',
  menu: (machine: string) => `Aktionen für ${machine}`,
  history: 'Verlauf',
  key: {
    action: 'Schlüssel erneuern',
    title: 'Schlüssel erneuern?',
    text: 'Der Konnektor macht sich beim nächsten Kontakt ein neues Schlüsselpaar, danach gilt der alte Schlüssel nicht mehr. Für die Mandanten ändert sich nichts. Ist der Schlüssel in fremde Hände geraten, hilft das nicht: dann entziehen.',
    done: 'Ein neuer Schlüssel ist verlangt',
  },
  revoke: {
    action: 'Entziehen',
    title: (machine: string) => `Konnektor auf ${machine} entziehen?`,
    text: 'Er wird sofort abgewiesen, seine Aufträge enden. Zahlen, die schon da sind, bleiben. Rückgängig machen lässt sich das nicht: Er müsste mit einer neuen Verbindungsdatei neu gekoppelt und jeder Bestand neu gewählt werden.',
    affected: (n: number) => `${count(n, 'Mandant bekommt', 'Mandanten bekommen')} dann keine neuen Zahlen mehr.`,
    done: 'Der Konnektor ist entzogen',
  },
  remove: {
    action: 'Entfernen',
    title: (machine: string) => `Konnektor auf ${machine} entfernen?`,
    text: 'Er wird entzogen, die Verbindungen seiner Mandanten enden, und er verschwindet von dieser Liste. Zahlen, die schon da sind, bleiben mit ihrem Datum stehen. Das Programm auf dem DATEV-Server deinstallieren Sie dort.',
    done: 'Der Konnektor ist entfernt',
  },
  setUp: {
    title: 'Konnektor einrichten',
    text: 'Beides auf den DATEV-Server legen, dort installieren, danach hier den Fingerabdruck bestätigen.',
    dialog: 'DATEVconnect herunterladen',
    installers: 'Installationsprogramm',
    noInstallers: 'Auf diesem Server liegt kein Installationsprogramm.',
    noInstallersNext: 'Der Betreiber baut es mit „npm run build:connector“ oder legt ein fertiges ab.',
    systems: { windows: 'Windows', linux: 'Linux' },
    kinds: { windows: 'Installationsprogramm für Windows', linux: 'Paket für Linux (Debian, Ubuntu)' },
    load: 'Herunterladen',
    loadLabel: (name: string) => `${name} herunterladen`,
    signed: 'signiert',
    unsigned: 'nicht signiert',
    unsignedText: (names: string) =>
      `${names}: nicht signiert, Windows warnt deshalb beim Start. Vergleichen Sie vorher die Prüfsumme (SHA-256) mit der auf dieser Seite: „certutil -hashfile Datei SHA256“.`,
    checksum: 'SHA-256',
    file: 'Verbindungsdatei',
    fileText:
      'Damit koppelt sich der Konnektor mit dieser Kanzlei. Sie gilt 24 Stunden und nur einmal. Behandeln Sie sie wie einen Schlüssel: nicht mailen, nicht liegen lassen.',
    create: 'Verbindungsdatei erstellen',
    created: 'Die Verbindungsdatei ist heruntergeladen. Sie gilt 24 Stunden.',
    files: 'Verbindungsdateien der letzten 30 Tage',
    noFiles: 'Noch keine erstellt.',
    fileOf: (when: string, who: string) => `Erstellt ${when} von ${who}`,
    fileBySomeone: 'einer früheren Person',
    fileStates: { open: 'Offen', used: 'Benutzt', expired: 'Abgelaufen', withdrawn: 'Zurückgezogen' },
    validUntil: (when: string) => `gilt bis ${when}`,
    expiredAt: (when: string) => `galt bis ${when}`,
    usedAt: (when: string, machine: string) => `benutzt ${when} von ${machine}`,
    removedConnector: 'einem entfernten Konnektor',
    withdraw: 'Zurückziehen',
    withdrawLabel: (when: string) => `Verbindungsdatei von ${when} zurückziehen`,
    withdrawn: 'Die Verbindungsdatei gilt nicht mehr',
  },
  findings: {
    title: 'Befunde',
    severity: { warning: 'Hinweis', blocking: 'Verhindert die Übernahme' },
    remedy: 'Was nun?',
    who: 'Wer kann es beheben: ein Kanzlei-Admin oder wer den DATEV-Server betreut.',
    code: (code: string) => `Angabe von DATEV: ${code}`,
  },
  /** What the program complains of in its own codes; those of DATEVconnect are the channel’s findings. */
  complaints: {
    title: (when: string) => `Letzte Meldung des Konnektors, ${when}`,
    detail: (text: string) => `Angabe des Konnektors: ${text}`,
    texts: {
      serverCertificateWrong: {
        what: 'Der Konnektor hat ein fremdes Zertifikat dieses Servers abgelehnt.',
        next: 'Den Betreiber fragen, ob es gewechselt wurde. Bricht eine Firewall TLS auf, die Adresse davon ausnehmen; sonst mit einer neuen Verbindungsdatei neu koppeln.',
      },
      datevCertificateWrong: {
        what: 'Der Konnektor hat ein fremdes Zertifikat von DATEVconnect abgelehnt.',
        next: 'Auf dem DATEV-Server nachsehen, ob das Zertifikat erneuert wurde. Nur dann „bruecke-connector datev“ ausführen und das neue bestätigen.',
      },
      orderForeignKey: {
        what: 'Der Konnektor hat einen Auftrag ohne gültige Unterschrift abgelehnt.',
        next: 'Den Betreiber fragen. Hat er seinen Schlüssel gewechselt, neu koppeln; sonst ist es ein Angriff.',
      },
      callNotAllowed: {
        what: 'Der Konnektor hat einen Aufruf abgelehnt, der nicht auf seiner Liste steht.',
        next: 'Ist diese Brücke neuer als der Konnektor: den Konnektor aktualisieren. Sonst den Betreiber fragen.',
      },
      orderExpired: {
        what: 'Ein Auftrag kam zu spät beim Konnektor an.',
        next: 'Datum und Uhrzeit des DATEV-Servers prüfen.',
      },
      orderReplayed: {
        what: 'Ein Auftrag kam ein zweites Mal und wurde nicht noch einmal ausgeführt.',
        next: 'Einmalig ohne Bedeutung. Kommt es öfter vor, den Betreiber fragen.',
      },
      orderForOther: {
        what: 'Ein Auftrag war für einen anderen Konnektor und wurde nicht ausgeführt.',
        next: 'Den Betreiber fragen.',
      },
      updateForeignKey: {
        what: 'Der Konnektor hat eine Aktualisierung mit fremder Unterschrift abgelehnt.',
        next: 'Den Betreiber fragen. Aktualisieren geht immer auch mit dem Installationsprogramm.',
      },
      updateRolledBack: {
        what: 'Eine Aktualisierung kam nicht hoch und wurde zurückgenommen. Die bisherige Fassung arbeitet weiter.',
        next: 'Nichts zu tun; die nächste Fassung wird wieder versucht.',
      },
      hubUnreachable: {
        what: 'Der Konnektor hat diese Brücke eine Zeit lang nicht erreicht.',
        next: 'Nichts zu tun, wenn er sich wieder meldet. Sonst Internet, Firewall und Proxy des DATEV-Servers prüfen.',
      },
      hubNameUnknown: {
        what: 'Der DATEV-Server kennt den Namen dieser Brücke nicht.',
        next: 'Die Namensauflösung (DNS) des DATEV-Servers prüfen.',
      },
      proxyRefused: {
        what: 'Der Proxy der Kanzlei hat den Konnektor abgelehnt.',
        next: 'Die Adresse dieser Brücke am Proxy freigeben.',
      },
      hubDisturbed: {
        what: 'Diese Brücke hat dem Konnektor mit einem eigenen Fehler geantwortet.',
        next: 'Er versucht es von selbst weiter. Hält es an, den Betreiber fragen.',
      },
      hubStrange: {
        what: 'Unter der Adresse dieser Brücke hat etwas anderes geantwortet.',
        next: 'Anmeldeseiten und Proxys auf dem Weg des DATEV-Servers prüfen; den Konnektor auf den neuesten Stand bringen.',
      },
      clockWrong: {
        what: 'Die Uhr des DATEV-Servers geht falsch.',
        next: 'Dort die Zeitsynchronisierung einschalten.',
      },
      notSetUp: {
        what: 'Auf dem DATEV-Server ist DATEVconnect noch nicht eingerichtet.',
        next: 'Dort „bruecke-connector datev“ ausführen: Adresse und Windows-Benutzer eintragen.',
      },
      noClientReleased: {
        what: 'Auf dem DATEV-Server ist noch kein Bestand freigegeben.',
        next: 'Dort „bruecke-connector clients“ und „bruecke-connector release“ ausführen.',
      },
      file_unreadable: {
        what: 'Eine Datei des Konnektors ist unlesbar.',
        next: 'Auf dem DATEV-Server „bruecke-connector doctor“ ausführen; es nennt die Datei.',
      },
      other: {
        what: 'Der Konnektor meldet einen Fehler.',
        next: 'Auf dem DATEV-Server „bruecke-connector doctor“ ausführen: Es nennt Ursache und Abhilfe.',
      },
    },
  },
};
