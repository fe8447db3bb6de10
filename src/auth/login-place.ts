import { addressKey } from '../common/rate-limits/address-key.js';

/** What failures of one login name at one address are counted under, in whatever case of letters it was written. */
export function loginPlace(login: string, address: string | null | undefined): string {
  return `${addressKey(address)} ${login.toLowerCase()}`;
}
