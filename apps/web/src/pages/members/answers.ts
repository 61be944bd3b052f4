import type { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';

export type MembersAnswer = Answer<typeof api.mandanten.listMembers>;
export type Member = MembersAnswer['people'][number];
