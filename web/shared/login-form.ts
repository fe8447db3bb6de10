import { element, setText } from './dom.js';

export interface LoginFormOptions {
  /** Above the fields, such as "Log in as an admin". */
  heading: string;
  /** @returns what to tell the person when it did not work; `null` when it did */
  submit: (login: string, password: string) => Promise<string | null>;
}

/** Name and password, for password managers and keyboards alike; says why a login failed, and waits while one is under way. */
export function loginForm({ heading, submit }: LoginFormOptions): HTMLFormElement {
  const login = field('login', 'Username or e-mail', 'text', 'username');
  const password = field('password', 'Password', 'password', 'current-password');
  const failure = element('p', { class: 'login-failure', role: 'alert' });
  const button = element('button', { class: 'button', type: 'submit' }, 'Log in');
  const form = element(
    'form',
    { class: 'login-form', 'aria-labelledby': 'login-heading' },
    element('h2', { id: 'login-heading' }, heading),
    login.label,
    password.label,
    button,
    failure,
  );

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt();
  });
  async function attempt(): Promise<void> {
    if (button.disabled) return;
    button.disabled = true;
    setText(failure, '');
    const reason = await submit(login.input.value, password.input.value);
    button.disabled = false;
    if (reason === null) {
      form.reset();
      return;
    }
    setText(failure, reason);
    password.input.select();
    password.input.focus();
  }
  return form;
}

function field(name: string, title: string, type: string, autocomplete: string) {
  const input = element('input', {
    class: 'field-input',
    name,
    type,
    autocomplete,
    required: '',
    autocapitalize: 'none',
    spellcheck: 'false',
  });
  return { input, label: element('label', { class: 'field' }, title, input) };
}
