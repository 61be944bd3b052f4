import type { FindingCode, Sentence } from '@bruecke/model';

/** What was found, by a step of the doctor's chain or by the hub: what it is, why, and who has to do what. Sources: onprem.md A.1, A.4, D.1, D.4. */
export type Finding = { readonly title: Sentence; readonly cause: Sentence; readonly remedy: Sentence };

export const findings: Readonly<Record<FindingCode, Finding>> = {
  ok: {
    title: { de: 'In Ordnung', en: 'All right' },
    cause: { de: '', en: '' },
    remedy: { de: '', en: '' },
  },
  connectionRefused: {
    title: { de: 'DATEVconnect ist nicht da', en: 'DATEVconnect is not there' },
    cause: {
      de: 'Unter dieser Adresse nimmt niemand Verbindungen an: DATEV ist geschlossen, der Server wird aktualisiert, oder Adresse oder Port stimmen nicht.',
      en: 'Nobody takes connections at this address: DATEV is closed, the server is being updated, or address or port are wrong.',
    },
    remedy: {
      de: 'Auf dem DATEV-Server den DATEV-Arbeitsplatz starten und prüfen, ob die Dienste „Datev.Connect.Server“ und „Datev.ApplicationHost.Server“ laufen. Üblich sind https://<Servername>:58452 und http://localhost:58454.',
      en: 'Start the DATEV Arbeitsplatz on the DATEV server and see whether the services “Datev.Connect.Server” and “Datev.ApplicationHost.Server” run. Usual are https://<server name>:58452 and http://localhost:58454.',
    },
  },
  connectionReset: {
    title: { de: 'Die Verbindung wird sofort abgebrochen', en: 'The connection is cut at once' },
    cause: {
      de: 'Port 58454 nimmt nur Aufrufe vom selben Rechner an. Der Konnektor läuft auf einem anderen.',
      en: 'Port 58454 takes calls from its own machine only. The connector runs on another.',
    },
    remedy: {
      de: 'Den Konnektor auf dem DATEV-Server selbst installieren, oder https://<Servername>:58452 verwenden.',
      en: 'Install the connector on the DATEV server itself, or use https://<server name>:58452.',
    },
  },
  certificateWrong: {
    title: { de: 'Das Zertifikat ist ein anderes', en: 'The certificate is another one' },
    cause: {
      de: 'Der Server zeigt einen anderen Schlüssel als den bei der Einrichtung festgehaltenen: Das Zertifikat wurde erneuert, oder es antwortet jemand anderes. Es wurde nichts gesendet.',
      en: 'The server shows another key than the one pinned at set-up: the certificate was renewed, or somebody else answers. Nothing was sent.',
    },
    remedy: {
      de: 'Auf dem DATEV-Server nachsehen, ob das Zertifikat erneuert wurde. Nur dann „bruecke-connector datev“ ausführen und das neue bestätigen. Den Servernamen verwenden, nicht die IP-Adresse.',
      en: 'See on the DATEV server whether the certificate was renewed. Only then run “bruecke-connector datev” and confirm the new one. Use the server’s name, not its IP address.',
    },
  },
  unauthorised: {
    title: { de: 'Windows lehnt die Anmeldung ab', en: 'Windows refuses the sign-in' },
    cause: {
      de: 'Benutzername oder Kennwort stimmen nicht, die Domäne fehlt, oder es ist eine Anmeldung mit zweitem Faktor (E-Mail-Adresse, SmartLogin).',
      en: 'User name or password are wrong, the domain is missing, or it is a sign-in with a second factor (e-mail address, SmartLogin).',
    },
    remedy: {
      de: 'Einen technischen Windows-Benutzer ohne zweiten Faktor verwenden, geschrieben als DOMÄNE\\Benutzer, und mit „bruecke-connector datev“ neu eingeben.',
      en: 'Use a technical Windows user without a second factor, written DOMAIN\\user, and enter it anew with “bruecke-connector datev”.',
    },
  },
  handshakeRefused: {
    title: { de: 'Abgelehnt, bevor DATEV es sah', en: 'Refused before DATEV saw it' },
    cause: {
      de: 'Die Windows-Anmeldung wird nicht ausgehandelt, oder der Benutzer ist in einer DATEV-Gruppe mit einem Verbot: Ein Verbot geht jeder Erlaubnis vor.',
      en: 'The Windows sign-in is not negotiated, or the user is in a DATEV group with a prohibition: that beats every permission.',
    },
    remedy: {
      de: 'Dem Benutzer in der DATEV-Rechteverwaltung eine eigene Gruppe geben, die nur Erlaubnisse enthält. Danach den Arbeitsplatz einmal unter ihm starten und beide Dienste neu starten.',
      en: 'Give the user a group of its own in DATEV’s Rechteverwaltung that holds permissions only. Then start the Arbeitsplatz once as this user and restart both services.',
    },
  },
  dataRightMissing: {
    title: { de: 'Das Recht auf diese Daten fehlt', en: 'The right to these data is missing' },
    cause: {
      de: 'Der DATEV-Benutzer darf diesen Bestand nicht sehen (DCO10400).',
      en: 'The DATEV user may not see this stock of data (DCO10400).',
    },
    remedy: {
      de: 'In der DATEV-Rechteverwaltung „DATEVconnect“ und die Daten dieses Mandanten für den Benutzer erlauben.',
      en: 'Permit “DATEVconnect” and this client’s data to the user in DATEV’s Rechteverwaltung.',
    },
  },
  notAcceptable: {
    title: { de: 'Die Antwort hat eine andere Form', en: 'The answer has another form' },
    cause: {
      de: 'Es antwortet etwas anderes als DATEVconnect (ein Proxy, eine Anmeldeseite), oder eine sehr alte Fassung, die XML schickt.',
      en: 'Something else than DATEVconnect answers (a proxy, a sign-in page), or a very old release that sends XML.',
    },
    remedy: {
      de: 'Adresse und Port prüfen. Zwischen Konnektor und DATEVconnect darf kein Proxy stehen. DATEV auf den aktuellen Stand bringen.',
      en: 'Check address and port. No proxy may stand between connector and DATEVconnect. Bring DATEV up to date.',
    },
  },
  domainMissing: {
    title: { de: 'Rechnungswesen ist dort nicht geladen', en: 'Rechnungswesen is not loaded there' },
    cause: {
      de: 'Auf diesem Server fehlt DATEV Rechnungswesen oder die Schnittstelle dazu.',
      en: 'DATEV Rechnungswesen, or its interface, is missing on this server.',
    },
    remedy: {
      de: 'Den Konnektor dort installieren, wo der volle Arbeitsplatz mit Rechnungswesen läuft, oder DATEVconnect Rechnungswesen nachinstallieren.',
      en: 'Install the connector where the full Arbeitsplatz with Rechnungswesen runs, or install DATEVconnect for Rechnungswesen.',
    },
  },
  partialClients: {
    title: { de: 'Die Liste der Mandanten ist unvollständig', en: 'The list of clients is incomplete' },
    cause: {
      de: 'Ein Datenpfad ist auf einem alten Stand (REW11041): Seine Mandanten fehlen.',
      en: 'A data path is on an old release (REW11041): its clients are missing.',
    },
    remedy: {
      de: 'Im Installations-Manager die Datenanpassung starten (DATEV-Hilfe 9215997); bei mehreren Datenpfaden den richtigen festlegen (1071637).',
      en: 'Start the Datenanpassung in the Installations-Manager (DATEV help 9215997); with several data paths pin the right one (1071637).',
    },
  },
  clientNotReleased: {
    title: {
      de: 'Der Mandant ist auf diesem Rechner nicht freigegeben',
      en: 'The client is not released on this machine',
    },
    cause: {
      de: 'Der Konnektor liest nur Mandanten, die an diesem Rechner freigegeben wurden.',
      en: 'The connector reads only clients that were released on this machine.',
    },
    remedy: {
      de: 'Auf dem DATEV-Server „bruecke-connector release <GUID>“ ausführen; „bruecke-connector clients“ zeigt die Mandanten.',
      en: 'Run “bruecke-connector release <GUID>” on the DATEV server; “bruecke-connector clients” shows the clients.',
    },
  },
  clientMissing: {
    title: { de: 'DATEV kennt den Mandanten nicht', en: 'DATEV does not know the client' },
    cause: {
      de: 'Der Mandant wurde gelöscht oder verschoben, hat keinen Bestand in Rechnungswesen, oder der Benutzer darf ihn nicht sehen.',
      en: 'The client was deleted or moved, has no stock in Rechnungswesen, or the user may not see it.',
    },
    remedy: {
      de: 'In Rechnungswesen und in der Rechteverwaltung nachsehen; danach die Verbindung neu zuordnen.',
      en: 'Look in Rechnungswesen and in the Rechteverwaltung; then bind the connection anew.',
    },
  },
  yearNumbersDiffer: {
    title: {
      de: 'Ein Wirtschaftsjahr trägt andere Nummern und wird nicht gelesen',
      en: 'A fiscal year has other numbers and is not read',
    },
    cause: {
      de: 'Seine Berater- oder Mandantennummer ist nicht die dieser Zuordnung. Damit niemand fremde Zahlen sieht, wird nichts davon geholt oder gespeichert; die anderen Jahre kommen wie gewohnt.',
      en: 'Its Berater- or Mandantennummer is not that of this binding. So that nobody sees another company’s figures, nothing of it is fetched or kept; the other years come as usual.',
    },
    remedy: {
      de: 'Die Kanzlei prüft in Rechnungswesen, zu wem das Wirtschaftsjahr gehört. Hat es nur falsche Nummern, werden sie dort berichtigt; mit dem nächsten vollständigen Abgleich kommt das Jahr von selbst. Ist die Zuordnung die falsche, einen anderen Bestand zuordnen.',
      en: 'The firm looks in Rechnungswesen whose fiscal year it is. If only its numbers are wrong, they are put right there; the year comes by itself with the next whole synchronisation. If the binding is the wrong one, bind another Bestand.',
    },
  },
  postingLicenceMissing: {
    title: { de: 'Ohne Lizenz „DATEVconnect Kontobuchungen“', en: 'Without the licence “DATEVconnect Kontobuchungen”' },
    cause: {
      de: 'Kontobuchungen gibt DATEV nur mit dieser kostenpflichtigen Lizenz heraus.',
      en: 'DATEV hands out account postings with this paid licence only.',
    },
    remedy: {
      de: 'Es geht auch ohne: Die Zahlen werden aus Buchungsstapeln und Salden aufgebaut und so gekennzeichnet. Für jede einzelne Kontobuchung die Lizenz im DATEV-Shop bestellen.',
      en: 'It works without: the figures are rebuilt from batches and balances and marked so. For each single account posting order the licence in the DATEV shop.',
    },
  },
  dmsLicenceMissing: {
    title: { de: 'Keine Dokumentenablage über DATEVconnect', en: 'No document management through DATEVconnect' },
    cause: {
      de: 'Die Lizenz „DATEVconnect DMS“ oder das Programm fehlt.',
      en: 'The licence “DATEVconnect DMS” or the program is missing.',
    },
    remedy: {
      de: 'Für die Zahlen ist das ohne Bedeutung.',
      en: 'It does not matter for the figures.',
    },
  },
  unavailable: {
    title: { de: 'DATEVconnect ist gestört', en: 'DATEVconnect is disturbed' },
    cause: {
      de: 'Der Server antwortet mit einem eigenen Fehler: Ein Update läuft, der Lizenzdienst (Dongle) fehlt, oder der Arbeitsplatz ist nicht bereit.',
      en: 'The server answers with an error of its own: an update runs, the licence service (dongle) is missing, or the Arbeitsplatz is not ready.',
    },
    remedy: {
      de: 'Abwarten, es wird von selbst weiter versucht. Hält es an: den Arbeitsplatz auf dem Server starten, Lizenz und Dienste prüfen.',
      en: 'Wait, it is tried again by itself. If it lasts: start the Arbeitsplatz on the server, check licence and services.',
    },
  },
  timedOut: {
    title: { de: 'DATEVconnect antwortet nicht', en: 'DATEVconnect does not answer' },
    cause: {
      de: 'Es kam in der erlaubten Zeit nichts: Der Server ist überlastet, oder eine Firewall verwirft die Verbindung.',
      en: 'Nothing came in the time allowed: the server is overloaded, or a firewall drops the connection.',
    },
    remedy: {
      de: 'Auslastung des Servers und Firewall prüfen; es wird von selbst weiter versucht.',
      en: 'Check the server’s load and the firewall; it is tried again by itself.',
    },
  },
  unexpected: {
    title: { de: 'Eine Antwort, die niemand erwartet', en: 'An answer that nobody expects' },
    cause: {
      de: 'DATEVconnect hat etwas geantwortet, das nicht in seiner Beschreibung steht.',
      en: 'DATEVconnect answered something that its description does not have.',
    },
    remedy: {
      de: 'Mit der Angabe daneben an den Betreiber wenden; die request_id hilft dem DATEV-Service.',
      en: 'Turn to the operator with what stands beside it; the request_id helps DATEV’s service.',
    },
  },
};
