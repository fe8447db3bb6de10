/**
 * Whether there is a byte that no text holds: a control character other than tab, line feed, form feed, carriage return
 * and escape (WHATWG MIME Sniffing, *binary data byte*).
 */
export function hasBinaryByte(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x20 && (byte < 0x09 || byte === 0x0b || (byte > 0x0d && byte !== 0x1b)));
}
