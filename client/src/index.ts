/** What applications use; everything else in this package may change at any time. */
export type { BackoffOptions } from './backoff.js';
export type { ClientEventMap } from './client-events.js';
export { ConfabClient } from './confab-client.js';
export type {
  Credentials,
  LoginCredentials,
  ProviderCredentials,
  StoredCredentials,
  TokenCredentials,
  TokenPair,
  TokenStore,
} from './credentials.js';
export type { Group } from './group.js';
export type { LinkState } from './link.js';
export type { Unsubscribe } from './listeners.js';
export type { ClientOptions } from './options.js';
export type { OutgoingMessage } from './outbox.js';
export { ProblemError, type LocalProblemCode } from './problem-error.js';
export type { RestApi } from './rest-api.js';
export type * from '../../contract/attachment-views.js';
export type * from '../../contract/events.js';
export type * from '../../contract/problems.js';
export type * from '../../contract/requests.js';
export type * from '../../contract/views.js';
