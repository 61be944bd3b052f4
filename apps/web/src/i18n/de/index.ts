import { basics } from './basics.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';
import { vouchers } from './vouchers.ts';

/** The source of all interface texts. Each page has its own file beside this one. */
export const de = { basics, shell, signIn, vouchers };
