import { isIP } from 'node:net';

/**
 * What an address is counted under. Whoever has one address of IPv6 usually has 2^64 of them, so its network counts; an
 * address of IPv4 counts as itself, also when it is written as one of IPv6.
 */
export function addressKey(address: string | null | undefined): string {
  const bare = (address ?? 'unknown').split('%', 1)[0] ?? '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  return isIP(bare) === 6 ? `${firstGroups(bare).join(':')}::/64` : bare;
}

/** The first four groups of an address, in which `::` stands for as many zeros as are missing. */
function firstGroups(address: string): string[] {
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  // Four numbers with dots stand for two groups.
  const width = head.length + tail.length + (address.includes('.') ? 1 : 0);
  const groups = [...head, ...Array.from({ length: Math.max(0, 8 - width) }, () => '0'), ...tail];
  return groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16));
}
