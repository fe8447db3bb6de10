import '../shared/tokens.css';
import '../shared/base.css';
import './style/colours.css';
import './style/controls.css';
import './style/layout.css';
import './style/sidebar.css';
import './style/messages.css';
import './style/composer.css';
import './style/overlays.css';

import { ConfabClient, ProblemError, type OwnUserView } from '../../client/src/index.js';
import { apiPrefixOfPage } from '../shared/api-prefix.js';
import { element, setText } from '../shared/dom.js';
import { onTokensOfOthers } from '../shared/stored-tokens.js';
import { Chat } from './chat.js';
import { textButton } from './controls.js';
import { notices, sentenceOf } from './notices.js';
import { forgetSession, storedSession, tokenStore } from './session.js';
import { signInPage } from './sign-in.js';
// Gives the page its theme, also where nobody is signed in.
import './theme-button.js';

const root = element('div', { class: 'root' });
let client: ConfabClient | null = null;
let chat: Chat | null = null;
/** Whose chat is shown; `null` at the entrance. */
let session: string | null = null;

/** Shows what is to be shown: the chat of who is signed in, or where to sign in. */
function show(notice: string | null = null): void {
  chat?.close();
  chat = null;
  client?.close();
  client = null;
  session = storedSession();
  if (session !== null) {
    void begin(session);
    return;
  }
  root.replaceChildren(signInPage(() => show(), notice));
  root.querySelector('input')?.focus();
}

async function begin(mySession: string): Promise<void> {
  const status = element('p', { role: 'status' }, 'Connecting…');
  root.replaceChildren(element('main', { class: 'entrance' }, status));
  const mine = new ConfabClient({
    url: location.origin,
    apiPrefix: apiPrefixOfPage(),
    credentials: { store: tokenStore },
    // Somebody looks at this page: he does not wait for half a minute.
    reconnect: { maxDelayMs: 5_000 },
  });
  client = mine;
  mine.on('state', (state) => {
    if (state === 'waiting') setText(status, 'The server does not answer. Trying again…');
  });
  mine.on('closed', (problem) => {
    if (client !== mine) return;
    forgetSession(mySession);
    show(problem === null ? null : sentenceOf(problem));
  });
  try {
    await mine.connect();
    const me = await mine.api.get<OwnUserView>('/users/me');
    if (client !== mine) return;
    chat = new Chat(mine, me, () => void signOut(mine, mySession));
    root.replaceChildren(chat.element);
    await chat.start();
  } catch (error) {
    // `closed` has said it already when there is no way back.
    if (client !== mine || (error instanceof ProblemError && error.status === 401)) return;
    const retry = textButton('Try again', () => show());
    root.replaceChildren(
      element('main', { class: 'entrance' }, element('p', { role: 'alert' }, sentenceOf(error)), retry),
    );
  }
}

/** Ends the session on the server, and so in every tab. */
async function signOut(mine: ConfabClient, mySession: string): Promise<void> {
  // That the session has ended is no news to who ended it.
  client = null;
  try {
    await mine.api.post('/auth/logout');
  } catch {
    // Without the server, what is left is to forget the tokens here: they end by themselves.
  }
  mine.close();
  forgetSession(mySession);
  show();
}

// The device knows before any timer does.
addEventListener('online', () => client?.retryNow());
// A tab that was asleep hears of a sign-out only when somebody else has signed in: his is another session.
onTokensOfOthers(() => {
  if (storedSession() !== session) show();
});
document.body.append(root, notices);
show();
