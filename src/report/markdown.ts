/** A document as Markdown; pictures are the PNG files beside it. */
import type { Block, Document, Entry, Table } from './document.js';

/** Renders the whole document. */
export function renderMarkdown({ title, lead, emulated, sections }: Document): string {
  const parts = [
    `# ${escape(title)}`,
    escape(lead),
    ...(emulated ? ['**In emulation**: the nodes were not real machines of their own.'] : []),
    ...sections.flatMap((section) => [`## ${escape(section.title)}`, ...section.blocks.map(renderBlock)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
      return escape(block.text);
    case 'list':
      return block.items.map((item) => `- ${escape(item)}`).join('\n');
    case 'table':
      return renderTable(block.table);
    case 'chart': {
      const { id, title, subtitle, caption } = block.chart;
      return `![${escape(`${title}. ${subtitle}`)}](charts/${id}.png)\n\n*${escape(caption)}*`;
    }
  }
}

function renderTable({ caption, columns, rows }: Table): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    `*${escape(caption)}*\n`,
    line(columns.map((column) => escape(column.title))),
    line(columns.map((column) => (column.numeric ? '--:' : '---'))),
    ...rows.map((row) => line(row.map(renderEntry))),
  ].join('\n');
}

function renderEntry({ text, tone }: Entry): string {
  return tone ? `**${escape(text)}**` : escape(text);
}

/** Text of records must not become markup. */
function escape(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_<>|~&]|\](?=[([:])/g, '\\$&');
}
