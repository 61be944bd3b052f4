export type Entry = { what: string; why: string; next: string; who: Who };
type Who = 'you' | 'firm' | 'mandant' | 'either' | 'datevPerson' | 'handedIn' | 'operator' | 'nobody';

/** Keeps the names of the entries, and widens their sentences. */
const entries = <Name extends string>(table: Record<Name, Entry>) => table;

/**
 * The one place for what DATEV's answers, the doctor's findings and the states of a connection mean: what it is,
 * why it matters, what to do, who does it. In the sense of cloud.md B.2 and E, in our own words.
 */
export const causes = {
  who: {
    you: 'Sie selbst',
    firm: 'die Kanzlei',
    mandant: 'der Mandant',
    either: 'Kanzlei oder Mandant',
    datevPerson: 'die Person, die die DATEV-Freigabe gegeben hat',
    handedIn: 'wer den Beleg eingereicht hat',
    operator: 'der Betreiber dieser Brücke',
    nobody: 'niemand; es geht von selbst weiter',
  },
  labels: {
    what: 'Was ist',
    why: 'Warum es zählt',
    next: 'Was zu tun ist',
    who: 'Wer es kann',
    code: (code: string) => `Meldung ${code}`,
    help: 'Erklärung bei DATEV',
  },
  order:
    'Die Kanzlei oder das Unternehmen bestellt und aktiviert den Datenservice unter go.datev.de/datenservices-einrichten.',
  texts: entries({
    reachable: {
      what: 'DATEV hat für diesen Bestand geantwortet.',
      why: 'Das war ein echter Aufruf für genau diesen Mandanten.',
      next: 'Nichts zu tun.',
      who: 'nobody',
    },
    datasetMissing: {
      what: 'In DATEV Unternehmen online gibt es diesen Bestand nicht.',
      why: 'Ohne Bestand haben die Belege bei DATEV kein Ziel.',
      next: 'Den Mandanten in DATEV Unternehmen online anlegen und die beiden Nummern vergleichen, dann „Testen“.',
      who: 'firm',
    },
    numbersDiffer: {
      what: 'Berater- oder Mandantennummer des Bestands stimmt nicht mit der Kanzleiverbindung überein.',
      why: 'Belege dürfen nicht in einem fremden Bestand landen.',
      next: 'Die Mandantennummer in den Mandantenstammdaten prüfen oder den richtigen Bestand neu wählen.',
      who: 'firm',
    },
    belegeNotAvailable: {
      what: 'Für diesen Bestand ist Belege online nicht eingerichtet.',
      why: 'Nur mit Belege online kann DATEV Unternehmen online Belege aufnehmen.',
      next: 'In DATEV Unternehmen online die Anwendung Belege für diesen Bestand einrichten, dann „Testen“.',
      who: 'firm',
    },
    rightMissing: {
      what: 'Der Person mit der DATEV-Freigabe fehlt das Recht „Belege“ oder die Datenfreigabe für diesen Bestand.',
      why: 'Übertragen wird immer mit den Rechten dieser Person.',
      next: 'In der Rechteverwaltung online das Recht „Belege“ und den Bestand freigeben, dann „Testen“.',
      who: 'firm',
    },
    serviceMissing: {
      what: 'Der Datenservice Belegbilderservice Rechnungswesen ist für diesen Bestand nicht aktiv.',
      why: 'DATEV nimmt Belege nur an, wenn der Datenservice bestellt und aktiviert ist.',
      next: 'Den Datenservice unter go.datev.de/datenservices-einrichten bestellen und aktivieren, dann „Testen“.',
      who: 'either',
    },
    documentTypesMissing: {
      what: 'In diesem Bestand sind keine Belegtypen angelegt.',
      why: 'Belege kommen dann ohne Belegtyp an und müssen in der Kanzlei sortiert werden.',
      next: 'In Belege online unter Stammdaten die Belegtypen anlegen, mindestens Rechnungseingang und Rechnungsausgang.',
      who: 'firm',
    },
    fiscalYearMissing: {
      what: 'Für heute ist in diesem Bestand kein Wirtschaftsjahr angelegt.',
      why: 'Belege kommen an, lassen sich aber noch nicht buchen.',
      next: 'Das Wirtschaftsjahr in DATEV Rechnungswesen anlegen und ins Rechenzentrum übertragen.',
      who: 'firm',
    },
    belegfreigabe: {
      what: 'Für diesen Bestand ist die Belegfreigabe online eingeschaltet.',
      why: 'Solange sie eingeschaltet ist, nimmt DATEV über Schnittstellen keine Belege an. Wartende Belege bleiben hier.',
      next: 'In DATEV Unternehmen online die Belegfreigabe für diesen Bestand ausschalten, dann „Testen“.',
      who: 'firm',
    },
    accountBasicsInconsistent: {
      what: 'Die Grunddaten der Buchführung widersprechen sich bei DATEV.',
      why: 'DATEV weist Belege für diesen Bestand ab, bis die Daten stimmen.',
      next: 'Stammdaten und Wirtschaftsjahre in DATEV Rechnungswesen prüfen und neu ins Rechenzentrum übertragen.',
      who: 'firm',
    },
    signInLost: {
      what: 'Die DATEV-Freigabe gilt nicht mehr.',
      why: 'Sie ist abgelaufen oder wurde bei DATEV beendet. Belege warten hier sicher.',
      next: 'Unter Verbindungen neu bei DATEV anmelden. Wartende Belege gehen danach von selbst weiter.',
      who: 'datevPerson',
    },
    expired: {
      what: 'Die DATEV-Freigabe ist abgelaufen.',
      why: 'DATEV begrenzt jede Freigabe auf zwei Jahre.',
      next: 'Unter Verbindungen neu bei DATEV anmelden. Wartende Belege gehen danach von selbst weiter.',
      who: 'datevPerson',
    },
    refreshUnclear: {
      what: 'Beim Verlängern der DATEV-Anmeldung ging die Antwort verloren.',
      why: 'DATEV lässt jeden Schlüssel nur einmal gelten; der neue kam hier nie an.',
      next: 'Einmal neu bei DATEV anmelden. Kein Beleg ist verloren.',
      who: 'datevPerson',
    },
    scopeMissing: {
      what: 'Bei der DATEV-Freigabe wurde nicht allem zugestimmt, was zum Übertragen nötig ist.',
      why: 'Ohne die Zustimmung zu Belegen weist DATEV jede Übertragung ab.',
      next: 'Neu bei DATEV anmelden und im letzten Schritt allen genannten Datenservices zustimmen.',
      who: 'datevPerson',
    },
    consentRefused: {
      what: 'Der Freigabe wurde bei DATEV nicht zugestimmt, oder der Vorgang wurde dort abgebrochen.',
      why: 'Ohne Zustimmung überträgt Brücke nichts.',
      next: '„Mit DATEV verbinden“ noch einmal starten und bei DATEV zustimmen.',
      who: 'you',
    },
    loginMismatch: {
      what: 'Die Antwort von DATEV passte nicht zu dieser Anmeldung.',
      why: 'Aus Sicherheitsgründen wurde sie verworfen. Das geschieht zum Beispiel bei zwei offenen Anmeldungen.',
      next: 'Andere DATEV-Fenster schließen und „Mit DATEV verbinden“ noch einmal starten.',
      who: 'you',
    },
    replaced: {
      what: 'Die bisherige DATEV-Freigabe wurde beendet, die neue kam noch nicht zustande.',
      why: 'Es darf je Verbindung nur eine Freigabe geben.',
      next: 'Neu bei DATEV anmelden. Wartende Belege gehen danach von selbst weiter.',
      who: 'datevPerson',
    },
    endedHere: {
      what: 'Die DATEV-Freigabe wurde hier beendet.',
      why: 'Bei DATEV ist sie widerrufen. Belege warten hier sicher.',
      next: 'Zum Weiterarbeiten „Mit DATEV verbinden“.',
      who: 'either',
    },
    appNotAllowed: {
      what: 'DATEV lässt die Anwendung dieses Betreibers für diesen Aufruf nicht zu.',
      why: 'Die Zugangsdaten oder die Freischaltung der Anwendung bei DATEV stimmen nicht.',
      next: 'Unter Betrieb die DATEV-Einstellungen prüfen, dann die Freischaltung im DATEV-Entwicklerportal.',
      who: 'operator',
    },
    datev_not_configured: {
      what: 'Der Zugang zu DATEV ist auf diesem Server noch nicht eingerichtet.',
      why: 'Jeder Betreiber meldet seine Anwendung einmal bei DATEV an.',
      next: 'Unter Betrieb → DATEV-App die Daten der Anwendung eintragen.',
      who: 'operator',
    },
    datev_sign_in_failed: {
      what: 'Die Anmeldung bei DATEV wurde nicht abgeschlossen.',
      why: 'Es wurde nichts freigegeben; eine bestehende Freigabe gilt weiter.',
      next: '„Mit DATEV verbinden“ noch einmal starten.',
      who: 'you',
    },
    datev_scope_missing: {
      what: 'DATEV hat der Anwendung dieses Betreibers nicht alle Rechte gegeben, die eine DATEV-Freigabe braucht.',
      why: 'Ohne sie könnte Brücke Belege nicht von selbst übertragen. Es gilt deshalb keine neue Freigabe.',
      next: 'Bei DATEV alle Scopes der Anwendung freischalten lassen, auch „offline_access“, dann neu verbinden.',
      who: 'operator',
    },
    datev_dataset_not_reachable: {
      what: 'Mit dieser DATEV-Anmeldung lässt sich in den Bestand nichts übertragen.',
      why: 'Der Bestand fehlt, oder der Person fehlt dafür ein Recht. Die neue Freigabe wurde wieder beendet, eine frühere endete schon vor ihr.',
      next: 'In der Rechteverwaltung online das Recht „Belege“ und die Datenfreigabe prüfen, dann neu verbinden.',
      who: 'firm',
    },
    old_token_not_revoked: {
      what: 'Die bisherige DATEV-Freigabe ließ sich gerade nicht beenden.',
      why: 'Eine neue gibt es erst, wenn die alte beendet ist. Bis dahin gilt die alte weiter.',
      next: 'In ein paar Minuten noch einmal erneuern.',
      who: 'you',
    },
    renewal_failed: {
      what: 'Die bisherige DATEV-Freigabe ist beendet, die neue kam nicht zustande.',
      why: 'Es darf je Verbindung nur eine geben, deshalb endet die alte zuerst. Belege warten hier sicher.',
      next: 'Bitte verbinden Sie erneut. Wartende Belege gehen danach von selbst weiter.',
      who: 'you',
    },
    datev_unavailable: {
      what: 'DATEV hat gerade nicht geantwortet, deshalb ließ sich die Verbindung nicht prüfen.',
      why: 'Als verbunden gilt nur, was DATEV selbst bestätigt. Belege warten hier sicher.',
      next: 'In ein paar Minuten noch einmal starten.',
      who: 'you',
    },
    duplicateFile: {
      what: 'Eine Datei mit diesem Namen und Belegtyp liegt schon in Belege online.',
      why: 'Zweimal derselbe Beleg könnte zweimal gebucht werden.',
      next: 'In Belege online nachsehen: Ist es derselbe, „Ist schon dort“ wählen, sonst „Trotzdem senden“.',
      who: 'handedIn',
    },
    documentTypeUnknown: {
      what: 'Den gewählten Belegtyp gibt es in diesem Bestand nicht.',
      why: 'Belegtypen werden in Belege online gepflegt und können sich ändern.',
      next: 'Einen anderen Belegtyp wählen oder keinen, dann noch einmal senden.',
      who: 'handedIn',
    },
    documentTypeBlocked: {
      what: 'Belege zu Lohn und Reisekosten nimmt DATEV über diesen Weg nicht mehr an.',
      why: 'Der Mandant arbeitet dafür mit DATEV Personal.',
      next: 'Den Beleg in DATEV Personal einreichen oder hier einen anderen Belegtyp wählen.',
      who: 'handedIn',
    },
    fileType: {
      what: 'Diese Dateiart nimmt DATEV Unternehmen online nicht an.',
      why: 'Hier bleibt der Beleg gespeichert; nur die Weiterleitung geht nicht.',
      next: 'Den Beleg zusätzlich als PDF einreichen.',
      who: 'handedIn',
    },
    contentMismatch: {
      what: 'Der Inhalt der Datei passt für DATEV nicht zu ihrer Endung.',
      why: 'Hier bleibt der Beleg gespeichert; nur die Weiterleitung geht nicht.',
      next: 'Die Datei öffnen, neu als PDF speichern und diese Fassung einreichen.',
      who: 'handedIn',
    },
    tooLarge: {
      what: 'Die Datei ist größer als 20 MB, mehr nimmt DATEV je Beleg nicht an.',
      why: 'Hier bleibt der Beleg gespeichert; nur die Weiterleitung geht nicht.',
      next: 'Den Beleg kleiner einscannen oder in Teilen einreichen.',
      who: 'handedIn',
    },
    empty: {
      what: 'Die Datei ist leer.',
      why: 'Ein leerer Beleg hilft in der Buchführung niemandem.',
      next: 'Die richtige Datei einreichen.',
      who: 'handedIn',
    },
    virus: {
      what: 'DATEV hat in der Datei Schadsoftware erkannt.',
      why: 'Die Datei kann Rechner der Kanzlei und des Mandanten gefährden.',
      next: 'Die Datei nicht öffnen und mit der Person sprechen, von der sie kommt.',
      who: 'handedIn',
    },
    unreadable: {
      what: 'DATEV kann dieses PDF nicht lesen.',
      why: 'Oft ist es verschlüsselt oder beschädigt.',
      next: 'Das PDF ohne Kennwort neu speichern oder ausdrucken und einscannen, dann einreichen.',
      who: 'handedIn',
    },
    mergeImpossible: {
      what: 'Diese Dateien lassen sich bei DATEV nicht zu einem Beleg zusammenfügen.',
      why: 'Signierte, geschützte und elektronische Rechnungen müssen einzeln bleiben.',
      next: 'Die Dateien einzeln einreichen.',
      who: 'handedIn',
    },
    programError: {
      what: 'DATEV hat die Anfrage selbst beanstandet, nicht Ihren Beleg.',
      why: 'Das ist ein Fehler in Brücke. Der Beleg bleibt gespeichert.',
      next: 'Dem Betreiber die Meldung nennen, mit der Kennung, wenn eine dabeisteht.',
      who: 'operator',
    },
    unknownRefusal: {
      what: 'DATEV hat abgelehnt und einen Grund genannt, der nirgends beschrieben ist.',
      why: 'Nur ein Mensch kann entscheiden, was daraus folgt.',
      next: 'Den Wortlaut von DATEV lesen und danach entscheiden.',
      who: 'either',
    },
    rateLimited: {
      what: 'DATEV bittet um eine Pause, es waren gerade viele Anfragen.',
      why: 'Der Beleg wartet hier sicher.',
      next: 'Nichts zu tun: Es geht nach der Pause von selbst weiter.',
      who: 'nobody',
    },
    datevUnavailable: {
      what: 'DATEV antwortet gerade nicht oder wird gewartet.',
      why: 'Belege warten hier sicher, keiner geht verloren.',
      next: 'Nichts zu tun: Brücke versucht es von selbst wieder.',
      who: 'nobody',
    },
    unclear: {
      what: 'Die Antwort von DATEV ging verloren; ob der Beleg ankam, ist noch offen.',
      why: 'Brücke fragt mit derselben Kennung noch einmal, damit er genau einmal ankommt.',
      next: 'Nichts zu tun: Das klärt sich beim nächsten Versuch von selbst.',
      who: 'nobody',
    },
    paused: {
      what: 'Der Belegbilderservice ist für diesen Mandanten ausgeschaltet.',
      why: 'Belege warten hier sicher, keiner geht verloren.',
      next: 'Unter Verbindungen einschalten. Was wartet, geht dann von selbst weiter.',
      who: 'either',
    },
    severed: {
      what: 'Die Kanzleiverbindung wurde getrennt.',
      why: 'Kein Beleg geht mehr in den Bestand der früheren Kanzlei.',
      next: 'Unter Verbindungen einen Bestand neu bestätigen, dann die wartenden Belege weiterleiten.',
      who: 'mandant',
    },
    misconfigured: {
      what: 'Die Einrichtung bei DATEV ist noch nicht vollständig.',
      why: 'Solange etwas fehlt, wartet der Beleg hier sicher.',
      next: 'Unter Verbindungen die Befunde ansehen und beheben, dann „Testen“.',
      who: 'firm',
    },
    other: {
      what: 'Die Übertragung geht gerade nicht weiter.',
      why: 'Der Beleg bleibt hier gespeichert.',
      next: 'Unter Verbindungen nachsehen, was fehlt.',
      who: 'either',
    },
  }),
};
