import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { TranscriptFolder } from '../../support/transcripts.js';
import { Script } from '../../support/transcripts.js';

type Lines = Record<string, unknown>[];

const samples = ['representative_messages', 'todowrite_examples'];

/** The sample files, in a project of their own. */
export async function writeSamples(folder: TranscriptFolder): Promise<void> {
  for (const name of samples) {
    const content = await readFile(join(import.meta.dirname, `../../data/transcripts/${name}.jsonl`));
    await folder.write(`-tmp/${name}.jsonl`, content);
  }
}

/** A call of a tool and its result. */
export function calls(
  script: Script,
  [name, input, result]: readonly [name: string, input: object, result: string],
  { isError = false, fields = {} }: { isError?: boolean; fields?: Record<string, unknown> } = {},
): Lines {
  const id = `toolu_${crypto.randomUUID()}`;
  return [
    script.answers([{ type: 'tool_use', id, name, input }], { model: 'claude-opus-4-1' }, fields),
    script.asks([{ type: 'tool_result', tool_use_id: id, content: result, is_error: isError }], fields),
  ];
}

const answer = `The gearbox skipped a tooth because \`advance()\` rounded **before** it carried. Three things follow:

1. \`carry()\` now runs first, so nothing is rounded twice.
2. The wheel keeps its phase in whole steps:

\`\`\`ts
export function advance(wheel: Wheel, steps: number): Wheel {
  const { carried, rest } = carry(wheel.phase + steps);
  return { ...wheel, phase: rest, turns: wheel.turns + carried };
}
\`\`\`

- All 214 tests pass.
- \`npm run bench\` shows no difference that I can measure.

Shall I also change the *printing* wheel? It has the same rounding.`;

/** A conversation that has all that a page can show of one. @param startedAt its first line is of then */
export function aFullConversation(sessionId: string, startedAt: number): Lines {
  const script = new Script(sessionId, { gitBranch: 'mend-the-gearbox', version: '2.0.30' }, startedAt);
  const subagent = { isSidechain: true };
  const lines = [
    script.line('user', {
      isMeta: true,
      message: { role: 'user', content: 'Caveat: the messages below were made by a program. '.repeat(6) },
    }),
    script.asks('The gearbox test fails since yesterday: `wheel 3` skips a tooth at 9,999. Find out why, and mend it.'),
    script.answers(
      [{ type: 'thinking', thinking: 'It must be the carry. Let me look at the test first, then at what calls it.' }],
      { model: 'claude-opus-4-1' },
    ),
    script.answers('I will look at the test first.', { model: 'claude-opus-4-1' }),
    ...calls(
      script,
      [
        'Bash',
        { command: 'npm test -- gearbox', description: 'Run the failing test' },
        'FAIL  test/gearbox.spec.ts\n  ✕ carries at 9,999 (4 ms)\n    expected 10000, received 9999',
      ],
      { isError: true },
    ),
    ...calls(script, [
      'Grep',
      { pattern: 'function advance', path: 'src' },
      'src/wheel.ts:41:export function advance(wheel: Wheel, steps: number): Wheel {',
    ]),
    ...calls(script, [
      'Task',
      { description: 'Find all callers of carry()', prompt: 'List every caller of carry() with its file.' },
      'Four callers, all in src/wheel.ts.',
    ]),
    script.asks('List every caller of carry() with its file.', subagent),
    ...calls(
      script,
      [
        'Bash',
        { command: "grep -rn 'carry(' src" },
        'src/wheel.ts:44\nsrc/wheel.ts:61\nsrc/wheel.ts:80\nsrc/wheel.ts:97',
      ],
      { fields: subagent },
    ),
    script.answers('Four callers, all in `src/wheel.ts`.', { model: 'claude-haiku-4-5' }, subagent),
    ...calls(script, [
      'Edit',
      {
        file_path: '/srv/engine/src/wheel.ts',
        old_string: 'const phase = Math.round(wheel.phase + steps);',
        new_string: 'const { carried, rest } = carry(wheel.phase + steps);',
      },
      'The file was updated.',
    ]),
    ...calls(script, [
      'Bash',
      { command: 'npm test' },
      Array.from({ length: 214 }, (_, index) => `✓ test ${String(index + 1)}`).join('\n'),
    ]),
    script.answers(answer, { model: 'claude-opus-4-1' }),
    script.asks([
      { type: 'text', text: 'Yes, please. This is how it prints now:' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: '' } },
    ]),
    script.line('assistant', {
      isApiErrorMessage: true,
      message: {
        id: 'msg_synthetic',
        role: 'assistant',
        model: '<synthetic>',
        content: [{ type: 'text', text: 'API Error: 529 Overloaded' }],
      },
    }),
    script.answers('The printing wheel is next. I start with its test.', { model: 'claude-opus-4-1' }),
  ];
  return [
    ...lines,
    { type: 'summary', summary: 'Mend the gearbox that skips a tooth', leafUuid: lines.at(-1)?.['uuid'] },
  ];
}
