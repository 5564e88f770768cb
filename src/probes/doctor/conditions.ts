/** What makes a machine's figures drift, or speak for that machine only. */
import { CONDITIONS, SOURCES } from '../environmentFiles.js';
import { cpuCount, governors, stealShare, virtualization } from '../environmentFacts.js';
import type { Finding } from './finding.js';
import { asRoot, FILES, numberIn, writeFile, type Machine } from './machine.js';

/** Share of stolen CPU time that is worth a word. */
const STEAL = 0.01;

export interface Conditions {
  pairs: number;
  /** TCP's, where TCP is measured. */
  congestionControls: string[];
}

export function checkConditions(machine: Machine, want: Conditions): Finding[] {
  return [
    ...want.congestionControls.map((name) => checkCongestionControl(machine, name)),
    checkGovernor(machine),
    checkTurbo(machine),
    checkSmt(machine),
    checkIrqbalance(machine),
    checkVirtualization(machine),
    checkSteal(machine),
    checkPairs(machine, want.pairs),
    checkBridgeNetfilter(machine),
  ];
}

function checkCongestionControl(machine: Machine, name: string): Finding {
  const check = 'congestion control';
  const available = machine.files.get(CONDITIONS.congestionControls) ?? '';
  if (available.split(/\s+/).includes(name)) return { level: 'ok', check, means: name };
  return {
    level: 'fail',
    check,
    means: `${name} is not among this kernel's (${available}), and TCP is measured with it`,
    mend: asRoot(machine, `modprobe tcp_${name}`),
  };
}

function checkGovernor(machine: Machine): Finding {
  const check = 'governor';
  const found = governors(machine.files);
  if (found.every((governor) => governor === 'performance')) {
    return { level: 'ok', check, means: found[0] ?? 'the kernel does not scale the frequency' };
  }
  return {
    level: 'warn',
    check,
    means: `${found.join(', ')}: the clock follows the load, so light runs are slower than they need be`,
    mend: writeFile(machine, `${SOURCES.cpufreq}/policy*/scaling_governor`, 'performance'),
  };
}

function checkTurbo(machine: Machine): Finding {
  const check = 'turbo';
  const means = 'on: the clock depends on heat and on how many cores are busy, so figures drift';
  if (machine.files.get(CONDITIONS.noTurbo) === '0') {
    return { level: 'warn', check, means, mend: writeFile(machine, CONDITIONS.noTurbo, '1') };
  }
  if (machine.files.get(CONDITIONS.boost) === '1') {
    return { level: 'warn', check, means, mend: writeFile(machine, CONDITIONS.boost, '0') };
  }
  return { level: 'ok', check, means: 'off, or not under this kernel’s control' };
}

function checkSmt(machine: Machine): Finding {
  const check = 'SMT';
  if (machine.files.get(CONDITIONS.smt) !== '1') return { level: 'ok', check, means: 'off' };
  return {
    level: 'warn',
    check,
    means: 'on: two processes on one core share it, so what a flow gets depends on where it runs',
    mend: writeFile(machine, CONDITIONS.smt.replace('active', 'control'), 'off'),
  };
}

function checkIrqbalance(machine: Machine): Finding {
  const check = 'irqbalance';
  const { code } = machine.irqbalance;
  if (code !== 0) return { level: 'ok', check, means: code === 1 ? 'not running' : 'not seen' };
  return {
    level: 'warn',
    check,
    means: 'running: it moves interrupts between cores while flows are measured',
    mend: asRoot(machine, 'systemctl stop irqbalance'),
  };
}

function checkVirtualization(machine: Machine): Finding {
  const check = 'virtual machine';
  const found = virtualization(machine.files);
  if (found === 'none') return { level: 'ok', check, means: 'no' };
  return {
    level: 'warn',
    check,
    means: `yes (${found}): neighbours on the host can slow it unseen, and figures speak for such machines only`,
  };
}

function checkSteal({ files }: Machine): Finding {
  const check = 'steal';
  const share = stealShare(files);
  const means = `${(share * 100).toFixed(1)} % of CPU time since boot went to other machines`;
  if (share < STEAL) return { level: 'ok', check, means };
  return { level: 'warn', check, means: `${means}: runs are marked when it happens inside their window` };
}

function checkPairs({ files }: Machine, pairs: number): Finding {
  const check = 'cores';
  const cpus = cpuCount(files);
  if (pairs <= cpus) return { level: 'ok', check, means: `${cpus}, for ${pairs} pair(s)` };
  return {
    level: 'warn',
    check,
    means: `${cpus}, for up to ${pairs} pairs: beyond ${cpus} the flows share cores, and the CPU is the bottleneck measured`,
  };
}

function checkBridgeNetfilter(machine: Machine): Finding {
  const check = 'br_netfilter';
  if (numberIn(machine, CONDITIONS.bridgeNetfilter) === undefined)
    return { level: 'ok', check, means: 'not loaded' };
  return {
    level: 'warn',
    check,
    means:
      'loaded: every packet on a bridge passes iptables, in new namespaces too, which slows veth + bridge',
    ...(machine.files.has(FILES.bridgeModule) ? { mend: asRoot(machine, 'modprobe -r br_netfilter') } : {}),
  };
}
