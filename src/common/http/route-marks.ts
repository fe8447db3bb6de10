import { SetMetadata } from '@nestjs/common';

/** Metadata keys that guards read from routes. */
export const openRoute = Symbol('open route');
export const authRate = Symbol('auth rate');

/** The route is for everyone: no access token is asked for. */
export const Open = () => SetMetadata(openRoute, true);

/** The route also counts against the rate of login, register and refresh, for each address. */
export const CountsAsAuth = () => SetMetadata(authRate, true);
