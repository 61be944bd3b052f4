import type { Texts } from '../texts.ts';
import { basics } from './basics.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';
import { vouchers } from './vouchers.ts';

export const en: Texts = { basics, shell, signIn, vouchers };
