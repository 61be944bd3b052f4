import { entry } from './errorDefinition.ts';

/** Refusals around accounting data. */
export const figureErrors = {
  figures_off: entry(
    409,
    'eitherAdmin',
    'Für diesen Mandanten kommen gerade keine Buchhaltungsdaten: DATEVconnect ist nicht eingeschaltet.',
    'Schalten Sie DATEVconnect unter Verbindungen ein.',
    'No accounting data are coming for this Mandant: DATEVconnect is not switched on.',
    'Switch DATEVconnect on under Verbindungen.',
  ),
  export_too_large: entry(
    413,
    'you',
    'Das sind zu viele Zeilen für eine Datei dieser Art.',
    'Wählen Sie einen kürzeren Zeitraum oder CSV.',
    'These are too many rows for a file of this kind.',
    'Choose a shorter period, or CSV.',
  ),
};
