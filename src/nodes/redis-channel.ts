import { Logger } from '@nestjs/common';
import { createClient } from '@redis/client';

const connectTimeoutMs = 5_000;
/** A command that is not answered by then is none: the connection is gone, and says so only later. */
const pingIntervalMs = 5_000;
const minReconnectMs = 100;
const maxReconnectMs = 2_000;

interface ChannelHooks {
  onMessage: (text: string) => void;
  /** From here on messages arrive; what was published before may have been missed. */
  onSubscribed: () => void;
}

/**
 * One channel of Redis to which all nodes publish and listen. It keeps its two connections open by itself, for as long
 * as it takes; what is published while there is none is lost.
 */
export class RedisChannel {
  private readonly logger = new Logger(RedisChannel.name);
  private readonly publisher;
  private readonly subscriber;
  private readonly firstSubscription = Promise.withResolvers<undefined>();
  private isSubscribed = false;

  constructor(
    url: string,
    private readonly name: string,
    private readonly hooks: ChannelHooks,
  ) {
    const options = {
      url,
      // What waits for a connection would be told late and out of date.
      disableOfflineQueue: true,
      pingInterval: pingIntervalMs,
      socket: {
        connectTimeout: connectTimeoutMs,
        reconnectStrategy: (attempt: number) => Math.min(maxReconnectMs, minReconnectMs * 2 ** attempt),
      },
    };
    this.publisher = createClient(options);
    this.subscriber = createClient(options);
    for (const client of [this.publisher, this.subscriber]) {
      client.on('error', (error: unknown) => {
        this.logger.debug({ err: error }, 'Redis');
      });
    }
    this.subscriber.on('ready', () => {
      void this.subscribe();
    });
  }

  /** Begins to connect. Resolves when the first attempt has ended either way: a node starts without Redis, too. */
  async open(): Promise<void> {
    const first = Promise.all([
      this.publisher.connect(),
      this.subscriber.connect(),
      this.firstSubscription.promise,
    ]).then(
      () => null,
      (error: unknown) => error,
    );
    const failure = await Promise.race([first, this.failedOnce()]);
    if (failure === null) return;
    const reason = failure instanceof Error ? failure.message : 'no reason given';
    this.logger.warn(
      `Redis does not answer (${reason}): this node starts without it, and goes on trying. Check REDIS_URL.`,
    );
  }

  get isUp(): boolean {
    return this.publisher.isReady && this.subscriber.isReady && this.isSubscribed;
  }

  publish(text: string): void {
    if (!this.publisher.isReady) return;
    this.publisher.publish(this.name, text).catch((error: unknown) => {
      // Whoever listens sees the gap by the numbers of the messages.
      this.logger.debug({ err: error }, 'a message to the other nodes was lost');
    });
  }

  close(): void {
    for (const client of [this.publisher, this.subscriber]) client.destroy();
  }

  private async subscribe(): Promise<void> {
    try {
      // Once that has succeeded, the client subscribes again by itself after a reconnection; before, it would not.
      if (!this.isSubscribed) await this.subscriber.subscribe(this.name, this.hooks.onMessage);
    } catch (error) {
      this.logger.warn({ err: error }, 'what other nodes say is not heard; the next connection tries again');
      return;
    }
    this.isSubscribed = true;
    this.firstSubscription.resolve(undefined);
    this.hooks.onSubscribed();
  }

  private failedOnce(): Promise<unknown> {
    return new Promise((resolve) => {
      for (const client of [this.publisher, this.subscriber]) client.once('error', resolve);
    });
  }
}
