import type { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';

export type Overview = Answer<typeof api.mandanten.overview>;
