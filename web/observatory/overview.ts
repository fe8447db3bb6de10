import type { ObservatoryStatusView, ProjectView } from '../../contract/observatory.js';
import { element, setText } from '../shared/dom.js';
import { bytes, count } from '../shared/format.js';
import { projectButtons } from './project-editor.js';
import type { ObservatoryApi } from './observatory-api.js';
import { adviceOf } from './status-view.js';
import { tiles } from './tiles.js';
import { when } from './when.js';

/** What stands where a conversation is read while none is: what all of it comes to, or one project. */
export function overview(status: ObservatoryStatusView | null): HTMLElement {
  const advice = status === null ? null : adviceOf(status);
  const numbers =
    status === null
      ? []
      : [
          tiles([
            { name: 'Projects', value: count(status.projects) },
            { name: 'Conversations', value: count(status.conversations) },
            { name: 'Lines', value: count(status.lines.total) },
            { name: 'Read', value: bytes(status.bytes.read) },
          ]),
        ];
  return element(
    'div',
    { class: 'overview' },
    element('h2', {}, 'Transcripts of Claude Code'),
    element(
      'p',
      { class: 'overview-text' },
      advice ?? 'Choose a conversation to read it. What is written meanwhile appears by itself.',
    ),
    ...(advice === null ? numbers : []),
    element(
      'p',
      { class: 'keys-hint' },
      ...keys.flatMap(([key, meaning]) => [element('kbd', {}, key), ` ${meaning}  `]),
    ),
  );
}

const keys = [
  ['j', 'next'],
  ['k', 'before'],
  ['Enter', 'open'],
  ['Esc', 'back'],
  ['/', 'search'],
  ['e', 'next error'],
] as const;

/** @param isAdmin who may change it */
export function projectOverview(api: ObservatoryApi, project: ProjectView, isAdmin: boolean): HTMLElement {
  const description = element('p', { class: 'overview-text project-description' });
  setText(description, project.description);
  const settings = Object.entries(project.settings);
  return element(
    'div',
    { class: 'overview' },
    element('h2', {}, project.name),
    element('p', { class: 'project-path' }, project.path ?? project.folder),
    ...(project.description === '' ? [] : [description]),
    tiles([
      { name: 'Conversations', value: count(project.conversationCount) },
      { name: 'Last activity', value: when(project.lastActivityAt, new Date()) },
      { name: 'First seen', value: when(project.createdAt, new Date()) },
    ]),
    ...(settings.length === 0
      ? []
      : [
          element(
            'dl',
            { class: 'settings' },
            ...settings.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, String(value))]),
          ),
        ]),
    ...(isAdmin ? [projectButtons(api, project)] : []),
  );
}
