import type { de } from './de/index.ts';

/** Shape of a catalogue; German defines it, so a missing English key is a compile error. */
export type Texts = typeof de;
