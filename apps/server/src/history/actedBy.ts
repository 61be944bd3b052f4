import { actorOf, type Caller } from '../context.ts';
import type { Actor, PersonalValue } from './entry.ts';

/** Actor and personal values of an entry that this person causes: the name beside the chain, ids inside it. */
export function actedBy(
  caller: Caller,
  people: readonly PersonalValue[] = [],
): { readonly actor: Actor; readonly people: readonly PersonalValue[] } {
  return {
    actor: actorOf(caller),
    people: [{ label: 'actor.name', value: caller.name, userId: caller.userId }, ...people],
  };
}
