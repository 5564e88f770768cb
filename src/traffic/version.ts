/** Which iperf3 may measure. */
import type { Failure } from '../failures.js';

/**
 * 3.2 brought `--connect-timeout`, which every client is given. What older versions print is still read
 * (parse.ts), because published results were made with them.
 */
export const MINIMUM_VERSION = '3.2';

/** The command that installs a Debian package, for a root shell. */
const INSTALL = 'apt-get install -y iperf3';

export interface Installed {
  node: string;
  /** As `parseVersion` gives it; undefined where iperf3 is missing. */
  version: string | undefined;
}

/** Reads `iperf3 --version` or the `version` of its JSON (`iperf 3.12 (cJSON 1.7.15)`): `3.12`. */
export function parseVersion(text: string): string | undefined {
  return /^iperf (\d+(?:\.\d+)+\S*)/m.exec(text)?.[1];
}

/** Judges the iperf3 of all nodes of an experiment: there, not too old, and the same everywhere. */
export function checkVersions(installed: Installed[]): Failure | undefined {
  const missing = installed.filter(({ version }) => version === undefined);
  if (missing.length > 0) {
    return {
      reason: 'tool-missing',
      message: `iperf3 is not installed on ${names(missing)}: run \`${INSTALL}\` there as root`,
    };
  }
  const old = installed.filter(({ version }) => isOlder(version!, MINIMUM_VERSION));
  if (old.length > 0) {
    return {
      reason: 'tool-version',
      message: `iperf3 must be ${MINIMUM_VERSION} or newer, ${describe(old)}: run \`${INSTALL}\` there as root`,
    };
  }
  if (new Set(installed.map(({ version }) => version)).size > 1) {
    return {
      reason: 'tool-version',
      message: `iperf3 must be the same version at both ends, or UDP loss comes out wrong, and ${describe(installed)}: install the same one on all`,
    };
  }
  return undefined;
}

const names = (nodes: Installed[]): string => nodes.map(({ node }) => node).join(', ');

const describe = (nodes: Installed[]): string =>
  nodes.map(({ node, version }) => `${node} has ${version}`).join(', ');

/** Compares dotted numbers; a suffix (`3.17.1+`) does not count. */
function isOlder(version: string, than: string): boolean {
  const [parts, bounds] = [version, than].map((text) => text.split('.').map((part) => parseInt(part, 10)));
  for (const [index, bound] of bounds!.entries()) {
    const part = parts![index] ?? 0;
    if (part !== bound) return part < bound;
  }
  return false;
}
