import { describe, expect, it } from 'vitest';
import { compose } from '../../src/report/compose.js';
import { chartsOf, type Document } from '../../src/report/document.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { reportModel } from '../../src/report/model.js';
import { failedRun, syntheticExperiment, type SyntheticOptions } from './fixture.js';

const SMALL: SyntheticOptions = { pairs: [1, 4], mtu: [1500, 9000], blocks: 3 };

function document(...experiments: ReturnType<typeof syntheticExperiment>[]): Document {
  return compose(reportModel(experiments));
}

/** Everything a section says, as text. */
function section(of: Document, title: string): string {
  const found = of.sections.filter((each) => each.title === title);
  return renderMarkdown({ ...of, sections: found });
}

describe('a report', () => {
  const whole = document(syntheticExperiment(SMALL));

  it('answers before anything else, with intervals and the number of blocks', () => {
    expect(whole.sections[0]!.title).toBe('Answer');
    expect(section(whole, 'Answer')).toMatch(/\d\.\d\d× \[\d\.\d\d, \d\.\d\d\] against/);
    expect(section(whole, 'Answer')).toContain('n = 3 blocks');
  });

  it('judges the claims that the scenario speaks to', () => {
    expect(section(whole, "The study's claims")).toMatch(/S1 .*\*\*(confirmed|refuted|inconclusive)\*\*/);
    expect(section(whole, "The study's claims")).toContain('**not measured**');
  });

  it('says that nothing is missing when nothing is', () => {
    expect(whole.lead).not.toContain('Not complete');
    expect(section(whole, 'What is missing')).toContain('at least 3 good runs');
    expect(section(whole, 'Failures')).toContain('none of 48 runs failed');
  });

  it('draws throughput, mean per pair, CPU, fairness and the naive ratio for TCP, and loss only for UDP', () => {
    const kinds = (of: Document) => chartsOf(of).map(({ id }) => id);
    const both = document(syntheticExperiment(SMALL), syntheticExperiment({ ...SMALL, protocol: 'udp' }));
    const quantities = ['throughput', 'per-pair', 'cpu', 'fairness', 'naive'];
    expect(kinds(whole)).toEqual(quantities.map((name) => `local-tcp-${name}`));
    expect(kinds(both).filter((id) => id.startsWith('local-udp'))).toContain('local-udp-loss');
  });

  it('has no correction to show where one method was run', () => {
    expect(whole.sections.map(({ title }) => title)).not.toContain('What the correction changed');
  });

  it('shows a dash in place of a standard error for a single run', () => {
    const single = document(syntheticExperiment({ ...SMALL, blocks: 1 }));
    expect(chartsOf(single)[0]!.subtitle).toContain('no standard error');
    expect(section(single, 'All cells')).toMatch(/\| \d+\.\d+ \| — \| — \|/);
    expect(section(single, 'Answer')).toContain('no interval: n = 1');
  });

  it('says "in emulation" everywhere it matters', () => {
    const emulated = document(syntheticExperiment({ ...SMALL, emulated: true }));
    expect(renderMarkdown(emulated)).toContain('**In emulation**');
    expect(chartsOf(emulated)[0]!.subtitle).toContain('in emulation');
    expect(section(emulated, "The study's claims")).toMatch(/(confirmed|refuted|inconclusive) in emulation/);
  });

  it('gives two experiments of one kind charts of their own', () => {
    const twins = [1, 2].map((seed) => syntheticExperiment({ ...SMALL, seed, id: `twin-${seed}` }));
    const ids = chartsOf(document(...twins)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a report of an experiment that was stopped', () => {
  const stopped = syntheticExperiment({
    ...SMALL,
    unavailable: [{ driver: 'ipvlan:l3', because: 'the kernel has no ipvlan' }],
  });
  const records = stopped.records.slice(0, 20).map((run, index) => (index === 3 ? failedRun(run) : run));
  const partial = document({ ...stopped, records });

  it('says so at the top and lists cells with too few runs', () => {
    expect(partial.lead).toContain('Not complete');
    expect(section(partial, 'What is missing')).toMatch(/\| 2 \| 3 \| 0 \|/);
  });

  it('names drivers that were not available, with the reason', () => {
    expect(section(partial, 'What is missing')).toContain(
      'ipvlan l3 was not available: the kernel has no ipvlan',
    );
    expect(section(partial, 'All cells')).toContain('**unavailable**');
  });

  it('tells what failed, and counts it in no mean', () => {
    expect(section(partial, 'Failures')).toContain('flow-missing');
    expect(section(partial, 'Failures')).toContain('1 of 20 runs failed');
  });

  it('shows a cell whose runs all failed as failed, not as zero', () => {
    const all = {
      ...stopped,
      records: stopped.records.map((run) => (run.cell.driver === 'host' ? failedRun(run) : run)),
    };
    expect(section(document(all), 'All cells')).toMatch(
      /host \(loopback\) \| 1500 \| 1 \| \*\*failed\*\* \| —/,
    );
  });

  it('is rendered even if nothing was measured', () => {
    const nothing = document({ ...stopped, records: [] });
    expect(section(nothing, 'Answer')).toContain('nothing was measured');
    expect(chartsOf(nothing)).toEqual([]);
  });
});

describe('a report of both methods', () => {
  const both = document(syntheticExperiment({ ...SMALL, method: ['concurrent', 'published-2015'] }));

  it('draws and tabulates what the correction changed', () => {
    expect(chartsOf(both).map(({ id }) => id)).toContain('local-tcp-correction');
    const text = section(both, 'What the correction changed');
    expect(text).toMatch(/between \d\.\d\d and \d\.\d\d times/);
    expect(text.match(/^\| (host|veth|macvlan|ipvlan)/gm)).toHaveLength(16);
  });

  it('tells the two apart in titles', () => {
    expect(chartsOf(both).map(({ title }) => title)).toContain(
      'Local TCP, method published-2015: total throughput',
    );
  });
});

describe('Markdown', () => {
  it('takes text of records for text', () => {
    const experiment = syntheticExperiment({
      ...SMALL,
      unavailable: [{ driver: 'x|y', because: '<img src=x> [a](b) `c`' }],
    });
    const text = section(document(experiment), 'What is missing');
    expect(text).toContain('x\\|y was not available: \\<img src=x\\> [a\\](b) \\`c\\`');
  });
});
