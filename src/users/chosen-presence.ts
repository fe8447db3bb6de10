import type { UserRecord } from './user.schema.js';

type Choice = Pick<UserRecord, 'presenceChoice' | 'presenceUntil' | 'statusText' | 'statusUntil'>;

/** What a user's choice comes to at some moment: what has ended by then is as if it had never been made. */
export function chosenPresence(user: Choice, now: Date): Choice {
  const hasChoiceEnded = user.presenceUntil !== null && user.presenceUntil <= now;
  const hasTextEnded = user.statusUntil !== null && user.statusUntil <= now;
  return {
    presenceChoice: hasChoiceEnded ? 'online' : user.presenceChoice,
    presenceUntil: hasChoiceEnded ? null : user.presenceUntil,
    statusText: hasTextEnded ? null : user.statusText,
    statusUntil: hasTextEnded ? null : user.statusUntil,
  };
}

/** When the next part of it ends; `null` when none does. */
export function nextEnd({ presenceUntil, statusUntil }: Choice): Date | null {
  if (presenceUntil === null || statusUntil === null) return presenceUntil ?? statusUntil;
  return presenceUntil < statusUntil ? presenceUntil : statusUntil;
}
