/** How a physical device of a machine serves as an uplink. */

export type Lending =
  /** It leaves the machine for the testbed, and is given back. */
  | { mode: 'moved' }
  /** It stays as it is and only gets children, whose addresses are in `network` (`10.0.0.0/16`). */
  | {
      mode: 'shared';
      network: string;
      /** Whether the user has said that the machine's own traffic may suffer. */
      consent: boolean;
      /** What the children may send together, bit/s; absent: what they can. */
      rateCap?: number | undefined;
    };

export interface Uplink {
  name: string;
  lending: Lending;
}
