/**
 * Why the server ends a connection. 4000..4099: come back and catch up with `sync`. 4100..4199: do not come back with
 * the same token. (4000..4999 is the private range of RFC 6455, 7.4.2.)
 */
export const closeCodes = {
  going_away: 4000,
  too_slow: 4008,
  rate_limited: 4029,
  session_revoked: 4101,
  token_expired: 4102,
  protocol_error: 4103,
} as const;

/** From this code on: do not come back with the same token. */
export const firstFinalCode = 4100;

export type CloseReason = keyof typeof closeCodes;
