// How names and addresses are compared: what is stored beside them for that. Without regard to case, and to the several
// ways in which Unicode writes one letter.

export function usernameKey(username: string): string {
  return fold(username);
}

export function emailKey(email: string): string {
  return fold(email);
}

/** The username behind it keeps people of one name in an order, so that a page of them can end anywhere. */
export function displayNameKey(displayName: string, username: string): string {
  return `${fold(displayName)}\0${fold(username)}`;
}

/** What the keys of everything found by a prefix begin with. */
export function prefixKey(prefix: string): string {
  return fold(prefix);
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
