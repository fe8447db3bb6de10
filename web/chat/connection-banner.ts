import type { ConfabClient, ConnectedPayload } from '../../client/src/index.js';
import { element, setText } from '../shared/dom.js';
import { textButton } from './controls.js';

/** A break that is over before anybody noticed is not worth a word. */
const quietMs = 1_200;
/** How long the good news stays. */
const doneMs = 4_000;

/**
 * Says how the connection is: that there is none and what waits, what is being caught up after it came back, and that all
 * is here again. Silent while everything is as it should be.
 */
export function connectionBanner(client: ConfabClient): HTMLElement {
  const text = element('span');
  const retry = textButton('Try now', () => client.retryNow(), 'link-button');
  const banner = element(
    'div',
    { class: 'banner', role: 'status', hidden: '' },
    element('span', { class: 'banner-mark' }),
    text,
    retry,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasOffline = false;
  /** Where each group will stand when all is here; how many messages that is more. */
  let missing = { groups: new Set<string>(), messages: 0 };

  function say(state: 'offline' | 'catching-up' | 'done', words: string): void {
    banner.dataset['state'] = state;
    banner.hidden = false;
    retry.hidden = state !== 'offline';
    setText(text, words);
  }
  function sayOffline(): void {
    wasOffline = true;
    const waiting = client.groupIds.reduce((sum, id) => sum + client.group(id).pending.length, 0);
    const queue = waiting === 0 ? 'What you send now goes out later.' : `${messages(waiting)} waiting to be sent.`;
    say('offline', `No connection. Trying again… ${queue}`);
    timer = setTimeout(sayOffline, 1_000);
  }
  function begin({ groups }: ConnectedPayload): void {
    clearTimeout(timer);
    if (!wasOffline) return;
    const behind = groups.filter(({ id }) => client.group(id).isBehind);
    missing = {
      groups: new Set(behind.map(({ id }) => id)),
      messages: behind.reduce((sum, { id, lastSeq }) => sum + Math.max(0, lastSeq - client.group(id).lastSeq), 0),
    };
    goOn();
  }
  function goOn(): void {
    const left = [...missing.groups].filter((id) => client.group(id).isBehind);
    if (left.length > 0) {
      const what = missing.messages === 0 ? 'changes' : messages(missing.messages);
      say('catching-up', `Connected again. Catching up on ${what} in ${conversations(missing.groups.size)}…`);
      timer = setTimeout(goOn, 50);
      return;
    }
    wasOffline = false;
    say(
      'done',
      missing.messages === 0 ? 'Connected again.' : `Connected again: caught up on ${messages(missing.messages)}.`,
    );
    timer = setTimeout(() => (banner.hidden = true), doneMs);
  }

  client.on('connected', begin);
  client.on('state', (state) => {
    if (state === 'waiting' && !wasOffline) {
      clearTimeout(timer);
      timer = setTimeout(sayOffline, quietMs);
    }
  });
  return banner;
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}

function conversations(count: number): string {
  return count === 1 ? '1 conversation' : `${count} conversations`;
}
