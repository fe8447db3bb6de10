import type { Actor } from './actor.js';

/** Who is an admin, for modules that know nothing of users; the users module provides it. */
export abstract class Admins {
  /** @throws Problem `forbidden` */
  abstract require(actor: Actor): Promise<unknown>;
}
