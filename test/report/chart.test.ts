import { compile } from 'vega-lite';
import { describe, expect, it, vi } from 'vitest';
import { lineChart, type Point } from '../../src/report/chart.js';
import { drawPng, drawSvg } from '../../src/report/draw.js';
import { looksOf } from '../../src/report/look.js';

const point: Point = { driver: 'veth:bridge', mtu: 1500, pairs: 4, value: 10, standardError: 0.5, n: 5 };

function chart(points: Point[], fromZero = true) {
  return lineChart({ title: 'Total', subtitle: 'n = 5', yTitle: 'Gbit/s', fromZero, points });
}

/** How many marks of a kind a drawn chart shows. */
function marks(svg: string, kind: 'symbol' | 'line'): number {
  const groups = svg.split(`mark-${kind} role-mark`).slice(1);
  return groups.reduce((sum, group) => sum + (group.split('</g>')[0]!.match(/<path /g)?.length ?? 0), 0);
}

describe('a line chart', () => {
  it('draws one point per cell and one line per driver in each panel', async () => {
    const points = ['veth:bridge', 'host'].flatMap((driver) =>
      [1500, 9000].flatMap((mtu) => [1, 2, 4].map((pairs) => ({ ...point, driver, mtu, pairs }))),
    );
    const svg = await drawSvg(chart(points));
    expect(marks(svg, 'symbol')).toBe(12);
    expect(marks(svg, 'line')).toBe(4);
    expect(svg.indexOf('MTU 1500')).toBeGreaterThan(0);
    expect(svg.indexOf('MTU 9000')).toBeGreaterThan(svg.indexOf('MTU 1500'));
  });

  it('says a dash and draws no bar where the standard error is undefined', () => {
    const { standardError: _none, ...single } = { ...point, n: 1 };
    const { data } = chart([single]) as unknown as { data: { values: object[] } };
    expect(data.values[0]).toMatchObject({ standardErrorText: '—', value: 10, n: 1 });
    expect(data.values[0]).not.toHaveProperty('low');
  });

  it('is drawn without complaint from single runs', async () => {
    const complaints = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { standardError: _none, ...single } = { ...point, n: 1 };
    await drawSvg(chart([single]));
    await drawSvg(chart([single, { ...point, pairs: 8 }]));
    expect(complaints.mock.calls).toEqual([]);
    complaints.mockRestore();
  });

  it('draws a level across every panel, above all points if need be', async () => {
    const points = [1500, 9000].map((mtu) => ({ ...point, mtu }));
    const svg = await drawSvg(
      lineChart({
        title: 'Total',
        subtitle: '',
        yTitle: 'Gbit/s',
        fromZero: true,
        points,
        rule: { value: 40, label: 'line rate 40 Gbit/s' },
      }),
    );
    expect(svg.match(/line rate 40 Gbit\/s/g)).toHaveLength(2);
    expect(svg.match(/stroke-dasharray="6,4"/g)).toHaveLength(2);
    expect(marks(svg, 'symbol')).toBe(2);
    expect(svg).toContain('>40</text>');
  });

  it('draws a row of panels per node', async () => {
    const points = ['node1', 'node2'].flatMap((row) => [1500, 9000].map((mtu) => ({ ...point, mtu, row })));
    const svg = await drawSvg(chart(points));
    expect(marks(svg, 'symbol')).toBe(4);
    expect(svg.match(/>node[12]<\/text>/g)).toEqual(['>node1</text>', '>node2</text>']);
  });

  it('ticks the pairs that were measured on a log2 axis', () => {
    const spec = compile(chart([1, 2, 4, 128].map((pairs) => ({ ...point, pairs })))).spec;
    const x = spec.scales?.find((scale) => scale.name === 'x');
    expect(x).toMatchObject({ type: 'log', base: 2 });
    expect(JSON.stringify(spec)).toContain('"values":[1,2,4,128]');
  });

  it.each([true, false])('begins the axis at zero only if asked to: %s', (fromZero) => {
    const y = compile(chart([point], fromZero)).spec.scales?.find((scale) => scale.name === 'y');
    expect(y).toMatchObject({ zero: fromZero });
  });

  it('draws the PNG with its own fonts, at twice the size', async () => {
    const svg = await drawSvg(chart([point]));
    const [png, mute] = [await drawPng(svg), await drawPng(svg.replace(/<text[^]*?<\/text>/g, ''))].map(
      (bytes) => Buffer.from(bytes),
    );
    expect(png!.subarray(1, 4).toString()).toBe('PNG');
    expect(png!.readUInt32BE(16)).toBe(2 * Number(/width="(\d+)"/.exec(svg)![1]));
    expect(png!.length).toBeGreaterThan(mute!.length);
  });
});

describe('the look of a driver', () => {
  it('does not depend on which other drivers are in the report', () => {
    const alone = looksOf(['ipvlan:l3']).get('ipvlan:l3');
    expect(looksOf(['host', 'ipvlan:l3', 'overlay', 'veth:bridge']).get('ipvlan:l3')).toEqual(alone);
  });

  it('gives every driver another colour and another shape', () => {
    const looks = [
      ...looksOf([
        'host',
        'veth:bridge',
        'veth:direct',
        'macvlan:bridge',
        'ipvlan:l2',
        'ipvlan:l3',
        'ipvlan:l3s',
        'new:mode',
      ]).values(),
    ];
    expect(new Set(looks.map(({ colour }) => colour)).size).toBe(8);
    expect(new Set(looks.map(({ shape }) => shape)).size).toBe(8);
    expect(looks.at(-1)!.label).toBe('new mode');
  });
});
