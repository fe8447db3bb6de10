import { limits } from '../../contract/limits.js';
import { element, setText } from '../shared/dom.js';
import { textButton, textField } from './controls.js';
import { readRoute } from './route.js';
import { register, signIn } from './session.js';

const nameField = {
  required: '',
  autocapitalize: 'none',
  spellcheck: 'false',
  minlength: String(limits.username.minLength),
} as const;
const passwordField = { type: 'password', required: '' } as const;

/** Where somebody who is not signed in begins. @param notice why he is here, when he was signed in before */
export function signInPage(onSignedIn: () => void, notice: string | null): HTMLElement {
  const place = element('main', { class: 'entrance' });

  function show(isNew: boolean): void {
    const form = isNew ? registerForm(onSignedIn) : signInForm(onSignedIn);
    place.replaceChildren(
      element(
        'div',
        { class: 'entrance-card' },
        element('span', { class: 'entrance-mark', 'aria-hidden': 'true' }),
        element('h1', {}, isNew ? 'Create your account' : 'Welcome to Confab'),
        element('p', { class: 'entrance-about' }, notice ?? 'Groups, channels and direct messages on your own server.'),
        form,
        element(
          'p',
          { class: 'entrance-other' },
          isNew ? 'You have an account? ' : 'New here? ',
          textButton(isNew ? 'Sign in' : 'Create an account', () => show(!isNew), 'link-button'),
        ),
      ),
    );
    form.querySelector('input')?.focus();
  }
  show(false);
  return place;
}

function signInForm(onSignedIn: () => void): HTMLFormElement {
  const login = textField('login', 'Username or e-mail', { ...nameField, autocomplete: 'username' });
  const password = textField('password', 'Password', { ...passwordField, autocomplete: 'current-password' });
  return formOf('Sign in', [login.label, password.label], onSignedIn, () =>
    signIn({ login: login.input.value, password: password.input.value }),
  );
}

function registerForm(onSignedIn: () => void): HTMLFormElement {
  const username = textField('username', 'Username', {
    ...nameField,
    autocomplete: 'username',
    maxlength: String(limits.username.maxLength),
  });
  const displayName = textField('displayName', 'Your name', {
    autocomplete: 'name',
    required: '',
    maxlength: String(limits.displayName.maxLength),
  });
  const email = textField('email', 'E-mail', { type: 'email', autocomplete: 'email', required: '' });
  const password = textField('password', `Password, at least ${limits.password.minBytes} characters`, {
    ...passwordField,
    autocomplete: 'new-password',
    minlength: String(limits.password.minBytes),
  });
  const fields = [displayName.label, username.label, email.label, password.label];
  return formOf('Create account', fields, onSignedIn, () => {
    const route = readRoute(location.hash);
    return register({
      username: username.input.value,
      displayName: displayName.input.value,
      email: email.input.value,
      password: password.input.value,
      // Where registration is by invitation, the link is the invitation.
      ...(route.kind === 'invite' && { inviteCode: route.code }),
    });
  });
}

function formOf(
  action: string,
  fields: readonly HTMLElement[],
  onSignedIn: () => void,
  submit: () => Promise<string | null>,
): HTMLFormElement {
  const failure = element('p', { class: 'form-failure', role: 'alert' });
  const button = element('button', { type: 'submit', class: 'chat-button is-primary' }, action);
  const form = element('form', { class: 'form', 'aria-label': action }, ...fields, failure, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt();
  });
  async function attempt(): Promise<void> {
    button.disabled = true;
    setText(failure, '');
    const reason = await submit();
    button.disabled = false;
    if (reason === null) onSignedIn();
    else setText(failure, `${reason}.`);
  }
  return form;
}
