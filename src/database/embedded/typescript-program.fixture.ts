/**
 * Flags with which Node runs a program of this folder from its source: Node strips the types by itself, and a hook finds
 * `x.ts` where the source imports `x.js`, as the compiled program does.
 */
const HOOK = `import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      const isOurs = specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts');
      return next(isOurs ? specifier.slice(0, -3) + '.ts' : specifier, context);
    },
  });`;

export const TYPESCRIPT_FLAGS: readonly string[] = ['--import', `data:text/javascript,${encodeURIComponent(HOOK)}`];
