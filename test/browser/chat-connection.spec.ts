import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { CuttableNetwork } from '../support/cuttable-network.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { entryOf, rowOf, say } from './support/chat.js';
import { sitDown, type Sitter } from './support/two-people.js';

describe('the chat page when its network fails', () => {
  let app: TestApp;
  let network: CuttableNetwork;
  let ada: Sitter;
  let ben: Sitter;

  beforeAll(async () => {
    app = await startTestApp();
    network = await CuttableNetwork.to(app.url);
    [ada, ben] = await Promise.all([sitDown(app, 'Ada Byron', network.url), sitDown(app, 'Ben Okri')]);
  });
  afterAll(async () => {
    await Promise.all([ada.browser.stop(), ben.browser.stop()]);
    await network.close();
    await app.stop();
  });

  it('says so, keeps what is written, and catches up on everything, once and in order', async () => {
    const { id } = await ada.person.createGroup({ name: 'Pier', memberIds: [ben.person.id] });
    await Promise.all([ada, ben].map(({ page }) => entryOf(page, 'Pier').click()));
    await say(ada.page, 'before');
    await rowOf(ben.page, 'before').waitFor();

    network.cut();
    await ada.page.locator('.banner[data-state="offline"]').waitFor();
    await say(ada.page, 'written offline');
    await rowOf(ada.page, 'written offline').getByText('Waiting for the connection').waitFor();
    await ada.page.locator('.banner').getByText('1 message waiting to be sent').waitFor();
    for (let number = 1; number <= 30; number += 1) await ben.person.sendMessage(id, `missed ${number}.`);
    expect(await rowOf(ada.page, 'missed').count()).toBe(0);

    network.mend();
    await ada.page.getByRole('button', { name: 'Try now' }).click();
    await ada.page.locator('.banner').getByText('caught up on 30 messages').waitFor();
    await rowOf(ben.page, 'written offline').waitFor();
    const texts = await ada.page.locator('.row .text').allInnerTexts();
    const missed = Array.from({ length: 30 }, (_, index) => `missed ${index + 1}.`);
    expect(texts).toEqual(['before', ...missed, 'written offline']);
    await ada.page.locator('.banner').waitFor({ state: 'hidden' });
    expect(await ada.page.locator('.is-unsent').count()).toBe(0);
    // What the browser itself notes of a network that is cut.
    const faults = ada.browser.faults.splice(0).filter((fault) => !/WebSocket connection|Failed to load/.test(fault));
    expect([...faults, ...ben.browser.faults]).toEqual([]);
  });

  it('offers to send again or to discard what the server refused', async () => {
    const group = await ben.person.createGroup({ name: 'Closing', memberIds: [ada.person.id] });
    await entryOf(ada.page, 'Closing').click();
    await ada.page.getByRole('heading', { name: 'Closing' }).waitFor();
    // Nobody writes a message that is too long by hand.
    await ada.page.evaluate('document.querySelector(".composer-input").removeAttribute("maxlength")');
    await say(ada.page, 'x'.repeat(10_001));
    await ada.page.getByText('Not sent.').waitFor();
    await ada.page.getByRole('button', { name: 'Try again' }).click();
    await ada.page.getByText('Not sent.').waitFor();
    await ada.page.getByRole('button', { name: 'Discard' }).click();
    await ada.page.locator('.is-unsent').waitFor({ state: 'detached' });

    await ben.person.api.delete(`/groups/${group.id}/members/${ada.person.id}`);
    await ada.page.getByText('You are no longer in this conversation.').waitFor();
    await entryOf(ada.page, 'Closing').waitFor({ state: 'detached' });
  });
});
