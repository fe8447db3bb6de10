import { confabSummary, guideSections, markdownAddressOf, references } from './guides.js';

/**
 * The list of all documentation for language models (llmstxt.org): a title, a summary, and lists of links. The guides are
 * linked as Markdown. Links have no host, so that nobody chooses one by the header of his request.
 */
export function llmsText(): string {
  const sections = guideSections.map(({ title, guides }) => ({
    title,
    lines: guides.map((guide) => `- [${guide.title}](${markdownAddressOf(guide)}): ${guide.summary}`),
  }));
  sections.push({
    title: 'Reference',
    lines: references.map(({ title, address, summary }) => `- [${title}](${address}): ${summary}`),
  });
  const lists = sections.map(({ title, lines }) => `## ${title}\n\n${lines.join('\n')}\n`);
  return `# Confab\n\n> ${confabSummary}\n\n${lists.join('\n')}`;
}
