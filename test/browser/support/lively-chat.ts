import type { MessageView } from '../../../contract/views.js';
import { takeClock } from '../../support/test-clock.js';
import { aPerson, expectStatus, type Person } from '../../support/people.js';
import type { TestApp } from '../../support/test-app.js';
import { upload } from '../../support/upload.js';
import type { Browser } from './browser.js';

/** A made-up morning in a made-up office, for pictures of the chat page. */
export interface LivelyChat {
  /** Who looks at the page. */
  mira: Person;
  groupId: string;
  /** Lets somebody type until the result is called. */
  type: () => () => void;
  end: () => void;
}

const skyline = `
<svg xmlns="http://www.w3.org/2000/svg" width="960" height="600" viewBox="0 0 960 600">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#1b2a5c"/><stop offset=".45" stop-color="#7d5ba6"/>
      <stop offset=".75" stop-color="#f08a6b"/><stop offset="1" stop-color="#ffd28a"/>
    </linearGradient>
    <linearGradient id="lake" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#f2a37c"/><stop offset="1" stop-color="#27335f"/>
    </linearGradient>
  </defs>
  <rect width="960" height="600" fill="url(#sky)"/>
  <circle cx="600" cy="330" r="62" fill="#ffe9b8"/>
  <path d="M0 380 L130 260 L230 330 L360 190 L500 340 L610 270 L740 360 L850 280 L960 350 L960 430 L0 430Z" fill="#4b4272"/>
  <path d="M0 410 L180 330 L330 400 L520 350 L700 410 L860 360 L960 400 L960 450 L0 450Z" fill="#2c2c54"/>
  <rect y="430" width="960" height="170" fill="url(#lake)"/>
  <path d="M540 455h120M520 480h160M555 505h95M530 535h140" stroke="#ffe9b8" stroke-width="5" stroke-linecap="round" opacity=".55"/>
  <path d="M150 560 L165 470 L180 560Z M200 575 L218 455 L236 575Z M95 570 L108 490 L121 570Z" fill="#141a38"/>
</svg>`;

export async function livelyChat(app: TestApp, browser: Browser): Promise<LivelyChat> {
  const person = (username: string, displayName: string) => aPerson(app, { username, displayName });
  const [mira, jonas, aiko, tomas, leila, sven] = await Promise.all([
    person('mira', 'Mira Lindqvist'),
    person('jonas', 'Jonas Weber'),
    person('aiko', 'Aiko Tanaka'),
    person('tomas', 'Tomás Herrera'),
    person('leila', 'Leila Haddad'),
    person('sven', 'Sven Aalto'),
  ]);
  const everyone = [jonas, aiko, tomas, leila, sven];
  const memberIds = everyone.map(({ id }) => id);
  const sockets = await Promise.all([jonas, aiko, leila].map((one) => one.connect()));
  const [typist] = sockets;
  await aiko.api.put('/users/me/presence', { presence: 'away', statusText: 'Lunch until one' });
  await jonas.api.put('/users/me/presence', { presence: 'online', statusText: 'Heads down on the release' });

  // The server lives through the morning in a moment.
  const clock = takeClock(app);
  const minutes = (count: number) => clock.advance(count * 60_000);
  minutes(-23 * 60);

  const welcome = await leila.createGroup({ kind: 'channel', name: 'Welcome' });
  for (const one of [mira, ...everyone]) if (one !== leila) await one.api.post(`/groups/${welcome.id}/join`);
  await leila.sendMessage(welcome.id, 'Welcome, everybody! Say something, and everyone here sees it at once.');
  await mira.api.put(`/groups/${welcome.id}/read`, { seq: 1 });
  await direct(sven, mira, ['Do you have the link to the talk?']);
  await direct(mira, sven, ['Just sent it by mail']);
  minutes(35);
  const reading = await sven.createGroup({ name: 'Reading circle', memberIds: [mira.id, leila.id, tomas.id] });
  await sven.sendMessage(reading.id, 'Chapter 7 on Thursday, then? I am bringing cake.');
  await mira.api.put(`/groups/${reading.id}/read`, { seq: 1 });
  const { id: groupId } = await mira.createGroup({ name: 'Harbour release', memberIds });
  await mira.api.patch(`/groups/${groupId}`, { description: 'Ship the new timetable by Friday' });
  await tomas.sendMessage(groupId, 'The timetable branch needs one more review, then it can go to the test stage.');
  await mira.sendMessage(groupId, 'On it. You will have it before five.');

  minutes(21 * 60);
  const onCall = await tomas.createGroup({ name: 'On call', memberIds: [mira.id, jonas.id] });
  await tomas.sendMessage(onCall.id, 'Quiet night, nothing to hand over.');
  await mira.api.put(`/groups/${onCall.id}/read`, { seq: 1 });
  await mira.sendMessage(groupId, 'Good morning! The timetable branch is green since last night 🎉');
  minutes(2);
  const plan = await jonas.sendMessage(
    groupId,
    'Lovely. I can cut the release candidate at **11:00** if nobody minds.',
  );
  await react(plan, [
    ['👍', [mira, aiko, leila]],
    ['🚀', [tomas, mira]],
  ]);
  minutes(9);
  await direct(aiko, mira, ['Are we still on for tomorrow?', 'I can book the small room']);
  const question = await leila.sendMessage(
    groupId,
    'One question about the ferry stops: do we show the winter pier already, or only from December on?',
  );
  minutes(3);
  await mira.sendMessage(
    groupId,
    'Only from December. The feed has a `validFrom` for it, so nothing to do on our side.',
    {
      replyToId: question.id,
    },
  );
  minutes(14);
  const kitchen = await aiko.createGroup({ kind: 'channel', name: 'kitchen' });
  for (const one of [mira, jonas, leila]) await one.api.post(`/groups/${kitchen.id}/join`);
  for (const text of ['The espresso machine is back', 'And it has a new grinder', 'Somebody taste it, please']) {
    await aiko.sendMessage(kitchen.id, text);
  }
  const photo = await upload(aiko, groupId, {
    name: 'winter-pier.png',
    type: 'image/png',
    bytes: new Uint8Array(await browser.paint(skyline)),
  });
  const picture = await aiko.sendMessage(groupId, 'The winter pier this morning, by the way', {
    attachmentIds: [photo.id],
  });
  await react(picture, [
    ['❤️', [mira, jonas, leila, tomas]],
    ['😮', [sven]],
  ]);
  minutes(1);
  await aiko.sendMessage(groupId, 'The first boat left at 7:40, on time');
  minutes(4);
  const view = await mira.sendMessage(groupId, 'What a view! That goes on the start page.');
  await mira.api.put(`/groups/${groupId}/read`, { seq: view.seq });
  minutes(11);
  await direct(jonas, mira, ['Thanks for the review, that was quick']);
  const checks = await tomas.sendMessage(groupId, 'Smoke tests are through on all three nodes ✅');
  await react(checks, [
    ['👀', [mira]],
    ['🎉', [jonas, leila, aiko]],
  ]);
  minutes(2);
  await mira.sendMessage(groupId, '@jonas then it is all yours');
  minutes(39);
  for (const one of everyone) await one.api.put(`/groups/${groupId}/read`, { seq: 20 });
  return {
    mira,
    groupId,
    type: () => {
      const again = () => void typist?.send('typing', { groupId, isTyping: true });
      again();
      const timer = setInterval(again, 2_000);
      return () => clearInterval(timer);
    },
    end: () => {
      for (const one of everyone) one.disconnect();
    },
  };
}

async function direct(from: Person, to: Person, texts: readonly string[]): Promise<void> {
  const { body } = await from.api.put<{ id: string }>(`/groups/direct/${to.id}`);
  for (const text of texts) await from.sendMessage(body.id, text);
}

async function react({ id }: MessageView, reactions: readonly (readonly [string, readonly Person[]])[]): Promise<void> {
  for (const [emoji, people] of reactions) {
    for (const { api } of people) {
      expectStatus(await api.put(`/messages/${id}/reactions/${encodeURIComponent(emoji)}`), 200);
    }
  }
}
