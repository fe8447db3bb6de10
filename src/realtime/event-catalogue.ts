import { Inject, Injectable, type Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

import { clientEventNames, serverEventNames } from '../../contract/events.js';
import { ProblemModel } from '../common/http/api-docs.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { payloadClasses } from './dto/client-event.dto.js';
import { asyncApiDocument } from './event-catalogue-asyncapi.js';
import { documentEvents } from './event-catalogue-entries.js';
import { eventsPage } from './event-catalogue-page.js';
import { clientEventRows, serverEventRows } from './event-catalogue-rows.js';
import { closed, schemasOf, type JsonSchemas } from './event-catalogue-schemas.js';

const ackModels = clientEventNames.flatMap((name): Type[] => {
  const { model } = clientEventRows[name].ack;
  if (model === null) return [];
  return typeof model === 'function' ? [model] : [...model];
});
const payloadModels: Type[] = clientEventNames.map((name) => payloadClasses[name]);

/** Every class that a realtime event shows: the OpenAPI document has to be made with these. */
export const eventModels: readonly Type[] = Array.from(
  new Set<Type>([
    ...payloadModels,
    ...ackModels,
    ...serverEventNames.map((name) => serverEventRows[name].model),
    ProblemModel,
  ]),
);

/** The documentation of the realtime events, for machines and for people, both made from the same rows. */
@Injectable()
export class EventCatalogue {
  private published: { asyncApi: object; page: string } | undefined;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /**
   * Called once, when the OpenAPI document is made: it has the schemas of all classes.
   *
   * @param openApi made with {@link eventModels}
   */
  publish(openApi: OpenAPIObject): void {
    const schemas = eventSchemas(openApi);
    const entries = documentEvents(schemas);
    const { version } = openApi.info;
    this.published = {
      asyncApi: asyncApiDocument(entries, schemas, { version, defaultHost: `localhost:${String(this.settings.PORT)}` }),
      page: eventsPage(entries, schemas),
    };
  }

  /** The AsyncAPI 3.0 document. */
  get asyncApi(): object {
    return this.require().asyncApi;
  }

  /** The page for people. */
  get page(): string {
    return this.require().page;
  }

  private require(): { asyncApi: object; page: string } {
    if (this.published === undefined) throw new Error('the event catalogue was not published');
    return this.published;
  }
}

function eventSchemas(openApi: OpenAPIObject): JsonSchemas {
  const schemas = schemasOf(
    openApi,
    eventModels.map(({ name }) => name),
  );
  const fromClients = new Set(payloadModels.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, fromClients.has(name) ? closed(schema) : schema]),
  );
}
