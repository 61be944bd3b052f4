import { type ConnectionState, connectionTone } from './connectionState.ts';
import { type FiguresStep, figuresNeedHand } from './figuresConnection.ts';

/** What tells whether a Mandant needs someone. */
export type MandantNeed = {
  connectionState: ConnectionState;
  questions: number;
  errors: number;
  /** Null where figures were never set up. */
  figures: { nextStep: FiguresStep } | null;
};

/** Something about vouchers hangs. */
export function vouchersNeedSomeone({ connectionState, questions, errors }: MandantNeed): boolean {
  const tone = connectionTone[connectionState];
  return tone === 'bad' || tone === 'warning' || questions > 0 || errors > 0;
}

export function figuresNeedSomeone({ figures }: MandantNeed): boolean {
  return figures !== null && figuresNeedHand(figures.nextStep);
}

export function needsSomeone(mandant: MandantNeed): boolean {
  return vouchersNeedSomeone(mandant) || figuresNeedSomeone(mandant);
}
