/** Tokens from an earlier login; without a refresh token the client ends when the access token does. */
export interface TokenCredentials {
  accessToken: string;
  refreshToken?: string;
}

/** A login with username or email; the password is forgotten once it was used. */
export interface LoginCredentials {
  login: string;
  password: string;
}

/** Asks another system for an access token, each time one is needed: for servers that take tokens of another issuer. */
export interface ProviderCredentials {
  getAccessToken: () => Promise<string>;
}

/**
 * Where the tokens of one session lie when several clients have it together, as the tabs of a browser do. A refresh token
 * is good for one use: clients that each kept their own copy would end each other's session.
 */
export interface TokenStore {
  /** `null` when nobody is logged in any more. */
  load: () => TokenPair | null;
  save: (pair: TokenPair) => void;
  /** Does the work while no other client of the store does any. */
  exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

export interface StoredCredentials {
  store: TokenStore;
}

export type Credentials = TokenCredentials | LoginCredentials | ProviderCredentials | StoredCredentials;

/** A pair of tokens, as it is worth keeping between two runs. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string | null;
}
