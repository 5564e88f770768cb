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
    expect(section(document(all), 'All cells')).toMatch(/host \| 1500 \| 1 \| \*\*failed\*\* \| —/);
  });

  it('is rendered even if nothing was measured', () => {
    const nothing = document({ ...stopped, records: [] });
    expect(section(nothing, 'Answer')).toContain('nothing was measured');
    expect(chartsOf(nothing)).toEqual([]);
  });
});

describe('a report of several nodes', () => {
  const nodes: SyntheticOptions = { ...SMALL, topology: 'switched', nodes: ['node1', 'node2'] };
  const switched = syntheticExperiment(nodes);
  const whole = document(switched);
  const specification = (of: Document, id: string) =>
    chartsOf(of).find((chart) => chart.id === id)!.spec as unknown as {
      data: { values: { row?: string; pairs: number; value: number }[] };
      facet: object;
      spec: { layer: { mark: { type: string } }[] };
    };

  it('draws the figures of the study, with titles that name the topology', () => {
    const udp = document(syntheticExperiment({ ...nodes, protocol: 'udp' }));
    expect(chartsOf(whole)[0]).toMatchObject({
      id: 'switched-tcp-throughput',
      title: 'Switched TCP: total throughput',
    });
    expect(chartsOf(whole)[0]!.caption).toContain('As figure 5.3 of the study.');
    expect(chartsOf(udp)[0]).toMatchObject({ title: 'Switched UDP: total throughput' });
    expect(chartsOf(udp)[0]!.caption).toContain('As figure 5.4 of the study.');
  });

  it('has a row of panels for every node in charts of CPU and softirqs, and one row where nodes share a machine', () => {
    for (const id of ['cpu', 'busy', 'softirqs']) {
      const { data, facet } = specification(whole, `switched-tcp-${id}`);
      expect(facet).toHaveProperty('row');
      // Four drivers, two MTUs, two numbers of pairs, on each of two nodes.
      expect(data.values.map(({ row }) => row).sort()).toEqual([
        ...new Array<string>(16).fill('node1'),
        ...new Array<string>(16).fill('node2'),
      ]);
    }
    const lab = document(syntheticExperiment({ ...nodes, emulated: true }));
    expect(specification(lab, 'switched-tcp-cpu').facet).not.toHaveProperty('row');
    expect(chartsOf(lab).find(({ id }) => id === 'switched-tcp-cpu')!.caption).toContain(
      'the CPUs of the machine that they share',
    );
    expect(specification(whole, 'switched-tcp-throughput').facet).not.toHaveProperty('row');
  });

  it('shows the hellos that were lost against pairs, also where there were none', () => {
    // The fixture loses pairs / 16 hellos above 16 pairs.
    const udp = document(syntheticExperiment({ ...nodes, protocol: 'udp', pairs: [16, 64], mtu: [1500] }));
    const lost = specification(udp, 'switched-udp-reconnects').data.values;
    expect(new Set(lost.map(({ pairs, value }) => `${pairs}: ${value}`))).toEqual(
      new Set(['16: 0', '64: 4']),
    );
    expect(section(udp, "The study's claims")).toMatch(/S10 .*\*\*confirmed\*\*/);
  });

  it('draws the line rate where the header tells it', () => {
    const known = { ...switched, header: { ...switched.header, lineRate: 10e9 } };
    const of = (experiment: typeof switched, id: string) =>
      JSON.stringify(specification(document(experiment), id).spec.layer);
    expect(of(known, 'switched-tcp-throughput')).toContain('line rate 10 Gbit/s');
    expect(of(known, 'switched-tcp-per-pair')).not.toContain('line rate');
    expect(of(switched, 'switched-tcp-throughput')).not.toContain('line rate');
    expect(section(document(known), 'Conditions')).toContain('| Line rate of one link | 10 Gbit/s |');
  });

  it('draws promiscuous uplinks where physical ones were looked at', () => {
    const look = (physical: boolean) =>
      ({
        ...switched,
        records: switched.records.map((run) => ({
          ...run,
          measurement: {
            ...run.measurement!,
            uplinks: [{ node: 'node1', name: 'eth1', physical, promiscuous: run.cell.pairs > 1 }],
          },
        })),
      }) as typeof switched;
    const { data } = specification(document(look(true)), 'switched-tcp-promiscuous');
    expect(new Set(data.values.map(({ pairs, value }) => `${pairs}: ${value}`))).toEqual(
      new Set(['1: 0', '4: 100']),
    );
    expect(chartsOf(document(look(false))).map(({ id }) => id)).not.toContain('switched-tcp-promiscuous');
  });

  it('tells first in what the nodes differ, then what they have in common', () => {
    const [first, second] = switched.header.environments;
    const other = { ...second!, kernel: '7.0.0-other', facts: { ...second!.facts, 'ethtool -k': 'tso off' } };
    const differing = document({
      ...switched,
      header: { ...switched.header, environments: [first!, other] },
    });
    const text = section(differing, 'Conditions');
    expect(text).toContain('| What | node1 | node2 |');
    expect(text).toContain('| Kernel | 6.99.0-synthetic | 7.0.0-other |');
    expect(text).toContain('| ethtool -k | absent | tso off |');
    expect(text).toContain('| iperf3 of node1, node2 | 3.12 |');
    expect(text).toContain('- node1, node2: The CPU governor is unknown');
    expect(text).not.toContain('Kernel of');
    expect(text.indexOf('7.0.0-other')).toBeLessThan(text.indexOf('Started'));
    expect(section(whole, 'Conditions')).toContain('node1, node2 do not differ');
  });

  it('tells how far the clocks of the nodes were off', () => {
    const clocked = switched.records.map((run, index) => ({
      ...run,
      measurement: {
        ...run.measurement!,
        clocks: [{ node: 'node2', offset: index === 0 ? -0.002 : 0.001, error: 0.0004 }],
      },
    }));
    const text = section(document({ ...switched, records: clocked }), 'Conditions');
    expect(text).toContain('| Clock of node2 | -2 to 1 ms ahead of that of node1, each known to ±0.4 ms |');
  });

  it('has sections for each topology beside those of local experiments', () => {
    const both = document(syntheticExperiment(SMALL), switched);
    const titles = both.sections.map(({ title }) => title);
    for (const title of ['Pictures', 'All cells', 'Drivers compared, stratum by stratum'])
      expect(titles.filter((each) => each.startsWith(title))).toEqual([
        `${title}, local`,
        `${title}, switched`,
      ]);
    expect(section(both, 'Answer')).toMatch(/own loopback[^]*own network stack/);
    expect(section(both, "The study's claims")).toMatch(/\| S1 [^]*\| S6 /);
    expect(section(both, 'All cells, switched')).toContain('CPU busy is that of node1, node2.');
  });
});

describe('what was not measured', () => {
  it('is told once each below the statements, and shortly in the verdicts', () => {
    const lone = document(syntheticExperiment({ ...SMALL, drivers: ['veth:bridge'] }));
    const text = section(lone, 'The claims, statement by statement');
    expect(text.match(/no good run of veth nat with TCP/g)).toHaveLength(1);
    expect(text).toContain('- S1: no good run of veth nat with TCP');
    const verdicts = section(lone, "The study's claims");
    expect(verdicts).toMatch(/no good run of [^;]*; no good run of [^;]*; and \d+ more/);
    for (const line of `${text}${verdicts}`.split('\n')) expect(line.length).toBeLessThan(330);
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
