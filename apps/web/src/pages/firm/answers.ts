import type { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';

export type StaffPerson = Answer<typeof api.firms.listStaff>['people'][number];
