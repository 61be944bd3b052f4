import type { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';

export type Profile = Answer<typeof api.profile.get>;
