/** The matrix that a scenario spans: its strata and cells, and what they are called. */
import type { Cell, DriverId, Method, Scenario, Stratum } from './scenario.js';

/** iperf 3.0's default datagram, which the study sent. */
const PUBLISHED_UDP_LENGTH = 8192;

/** Every stratum of the scenario, each once. */
export function strata(scenario: Scenario): Stratum[] {
  const { topology, protocol } = scenario;
  return scenario.method.flatMap((method) =>
    scenario.mtu.flatMap((mtu) =>
      scenario.placement.flatMap((placement) =>
        protocolFactors(scenario, method).flatMap((factors) =>
          scenario.pairs.map((pairs) => ({ topology, protocol, method, mtu, pairs, placement, ...factors })),
        ),
      ),
    ),
  );
}

/** The values of the factor that only the scenario's protocol has. */
function protocolFactors(
  { protocol, congestionControl, udpLength }: Scenario,
  method: Method,
): Pick<Stratum, 'congestionControl' | 'udpLength'>[] {
  if (protocol === 'tcp') return congestionControl.map((name) => ({ congestionControl: name }));
  if (method === 'published-2015') return [{ udpLength: PUBLISHED_UDP_LENGTH }];
  return udpLength.map((length) => ({ udpLength: length }));
}

/** The cell of one driver in a stratum. */
export const cellOf = (stratum: Stratum, driver: DriverId): Cell => ({ ...stratum, driver });

/** A stratum's or cell's stratum as text: equal if and only if all factors but the driver are. */
export function stratumKey(stratum: Stratum): string {
  const { topology, protocol, method, mtu, pairs, placement, congestionControl, udpLength } = stratum;
  const own = congestionControl ?? udpLength;
  return [topology, protocol, own, method, `mtu=${mtu}`, `pairs=${pairs}`, `placement=${placement}`].join(
    ' ',
  );
}

/** A cell as text: equal if and only if all factors are. */
export const cellKey = (cell: Cell): string => `${stratumKey(cell)} driver=${cell.driver}`;

/** A stratum for people: `8 pairs, TCP cubic, MTU 1500`; factors that have their usual value are left out. */
export function describeStratum(stratum: Stratum): string {
  const { topology, protocol, method, mtu, pairs, placement, congestionControl, udpLength } = stratum;
  return [
    `${pairs} ${pairs === 1 ? 'pair' : 'pairs'}`,
    [protocol.toUpperCase(), congestionControl].join(' ').trim(),
    ...(typeof udpLength === 'number' ? [`datagrams of ${udpLength} B`] : []),
    `MTU ${mtu}`,
    ...(topology === 'local' ? [] : [topology]),
    ...(placement === 'none' ? [] : [placement]),
    ...(method === 'concurrent' ? [] : [method]),
  ].join(', ');
}
