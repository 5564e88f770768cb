import { describe, expect, it } from 'vitest';
import { clean } from '../../../src/commands/clean.js';
import type { ExecResult, Node } from '../../../src/nodes/node.js';

/** A node on which the replay ended so. */
function ended(result: Partial<ExecResult>): Node {
  return {
    name: 'told',
    remote: false,
    exec: () => Promise.resolve({ code: 0, stdout: '', stderr: '', ...result }),
    close: () => Promise.resolve(),
    spawn: () => {
      throw new Error('clean starts nothing that lives on');
    },
  };
}

describe('bench clean', () => {
  it.each([
    ['', '', 'nothing to clean: no uplink is lent\n', 0],
    ['restored /run/bench/eth1.40.journal\n', '', 'eth1: given back as it was\n', 0],
    [
      'pending /run/bench/eth0.7.40.journal\n',
      '',
      'eth0.7: would be given back by /run/bench/eth0.7.40.journal\n',
      0,
    ],
    ['guarded /run/bench/eth1.40.journal\n', '', 'eth1: in use by a run, left alone\n', 0],
    [
      'elsewhere /run/bench/eth1.41.journal\n',
      '',
      'eth1: lent by another network namespace, left alone (/run/bench/eth1.41.journal)\n',
      0,
    ],
    [
      'failed /run/bench/eth1.40.journal\nrestored /run/bench/eth2.40.journal\n',
      'ip route add: Nexthop has invalid gateway\n',
      'eth1: not wholly given back; mend what is named below, or remove /run/bench/eth1.40.journal\n' +
        'eth2: given back as it was\nip route add: Nexthop has invalid gateway\n',
      1,
    ],
  ])('says what became of %j', async (stdout, stderr, text, exitCode) => {
    expect(await clean({ node: ended({ stdout, stderr }), dryRun: false })).toEqual({ text, exitCode });
  });

  it('needs root where there may be journals that it can’t see', async () => {
    await expect(clean({ node: ended({ code: 77 }), dryRun: false })).rejects.toMatchObject({
      failure: { reason: 'privilege' },
    });
  });
});
