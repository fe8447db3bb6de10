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

export type Credentials = TokenCredentials | LoginCredentials | ProviderCredentials;

/** A pair of tokens, as it is worth keeping between two runs. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string | null;
}
