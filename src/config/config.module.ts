import { type DynamicModule, Module } from '@nestjs/common';

import type { Settings } from './settings.js';

/** The token under which {@link Settings} are injected: `@Inject(SETTINGS) settings: Settings`. */
export const SETTINGS = Symbol('settings');

/** Hands the settings, which `program.ts` or a test has loaded, to every module. */
@Module({})
export class ConfigModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: SETTINGS, useValue: settings }],
      exports: [SETTINGS],
    };
  }
}
