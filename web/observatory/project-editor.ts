import { limits } from '../../contract/limits.js';
import type { ProjectView } from '../../contract/observatory.js';
import { element, setText } from '../shared/dom.js';
import { explain, type JsonAnswer } from '../shared/request-json.js';
import type { ObservatoryApi } from './observatory-api.js';

/** What an admin may do with a project. What comes of it is told to all pages, this one among them. */
export function projectButtons(api: ObservatoryApi, project: ProjectView): HTMLElement {
  const change = element('button', { type: 'button', class: 'button' }, 'Rename or describe');
  const forget = element('button', { type: 'button', class: 'button button-danger' }, 'Delete project');
  change.addEventListener('click', () => openEditor(api, project));
  forget.addEventListener('click', () => openDeletion(api, project));
  return element('div', { class: 'project-buttons' }, change, forget);
}

function openEditor(api: ObservatoryApi, { id, name, description }: ProjectView): void {
  const { nameMaxLength, descriptionMaxLength } = limits.observatory.project;
  const nameField = element('input', {
    class: 'field-input',
    required: '',
    maxlength: String(nameMaxLength),
    autocomplete: 'off',
  });
  const descriptionField = element('textarea', {
    class: 'field-input',
    rows: '4',
    maxlength: String(descriptionMaxLength),
  });
  nameField.value = name;
  descriptionField.value = description;
  openDialog({
    heading: 'Rename or describe the project',
    content: [
      element('label', { class: 'field' }, 'Name', nameField),
      element('label', { class: 'field' }, 'Description', descriptionField),
    ],
    action: 'Save',
    isDanger: false,
    submit: () => api.updateProject(id, { name: nameField.value, description: descriptionField.value }),
  });
}

function openDeletion(api: ObservatoryApi, { id, name, conversationCount }: ProjectView): void {
  const conversations = conversationCount === 1 ? '1 conversation' : `${String(conversationCount)} conversations`;
  openDialog({
    heading: `Delete “${name}”?`,
    content: [
      element(
        'p',
        {},
        `This forgets the data, not the files: what was read of ${conversations} goes, and the folder is passed over from then on. The files stay where they are.`,
      ),
    ],
    action: 'Delete project',
    isDanger: true,
    submit: () => api.deleteProject(id),
  });
}

interface DialogOptions {
  heading: string;
  content: readonly Node[];
  action: string;
  isDanger: boolean;
  submit: () => Promise<JsonAnswer<unknown>>;
}

/** Asks, says why it did not work, and closes when it did; Escape is the browser's own. */
function openDialog({ heading, content, action, isDanger, submit }: DialogOptions): void {
  const failure = element('p', { class: 'dialog-failure', role: 'alert' });
  const cancel = element('button', { type: 'button', class: 'button' }, 'Cancel');
  const confirm = element('button', { type: 'submit', class: isDanger ? 'button button-danger' : 'button' }, action);
  const form = element(
    'form',
    { class: 'dialog-form' },
    element('h2', { id: 'dialog-heading' }, heading),
    ...content,
    failure,
    element('div', { class: 'dialog-buttons' }, cancel, confirm),
  );
  const dialog = element('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-heading' }, form);
  const attempt = async (): Promise<void> => {
    confirm.disabled = true;
    const answer = await submit();
    confirm.disabled = false;
    if (answer.kind === 'ok') dialog.close();
    else setText(failure, explain(answer));
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt();
  });
  cancel.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  // What cannot be undone is not what Enter does first.
  if (isDanger) cancel.focus();
}
