/** How a driver looks and what it is called: the same colour, shape and name in every chart of every report. */
import { labelOf } from '../drivers/label.js';
import type { DriverId } from '../scenario/scenario.js';

export interface Look {
  label: string;
  /** From Okabe and Ito's colour-blind safe palette, darkened where it would fade on white. */
  colour: string;
  /** Name of a Vega symbol, so that lines differ without colour too. */
  shape: string;
}

/** A look without its label, which drivers tell themselves. */
type Mark = Omit<Look, 'label'>;

const KNOWN: Record<DriverId, Mark> = {
  host: { colour: '#767b84', shape: 'circle' },
  'veth:bridge': { colour: '#d55e00', shape: 'square' },
  'veth:direct': { colour: '#e69f00', shape: 'triangle-up' },
  'macvlan:bridge': { colour: '#0072b2', shape: 'diamond' },
  'ipvlan:l2': { colour: '#cc79a7', shape: 'triangle-down' },
  'ipvlan:l3': { colour: '#009e73', shape: 'cross' },
  'ipvlan:l3s': { colour: '#8a6bbe', shape: 'triangle-right' },
};

/** For drivers that have no look of their own, in order of their ids. */
const SPARE: Mark[] = [
  { colour: '#56b4e9', shape: 'triangle-left' },
  { colour: '#a6761d', shape: 'wedge' },
  { colour: '#b3263a', shape: 'arrow' },
  { colour: '#5a8f29', shape: 'stroke' },
];

/** The looks of a report's drivers, known ones first; more unknown drivers than spare looks share them. */
export function looksOf(drivers: Iterable<DriverId>): Map<DriverId, Look> {
  const present = new Set(drivers);
  const known = Object.entries(KNOWN).filter(([id]) => present.has(id));
  const others = [...present].filter((id) => !(id in KNOWN)).sort();
  const spare = others.map((id, index) => [id, SPARE[index % SPARE.length]!] as const);
  return new Map([...known, ...spare].map(([id, mark]) => [id, { label: labelOf(id), ...mark }]));
}
