/** Whether a private testbed can be opened here, and what stands in the way if not. */
import type { Finding } from './finding.js';
import { FILES, numberIn, setSysctl, type Machine } from './machine.js';

const CHECK = 'private namespaces';

/** It was tried for real; where it was refused, looks for the setting that refuses. */
export function checkNamespaces(machine: Machine): Finding {
  const { code, text } = machine.namespaces;
  if (code === 0)
    return { level: 'ok', check: CHECK, means: machine.root ? 'as root' : 'by user namespaces' };
  const obstacle = machine.root ? findRootObstacle(machine) : findUserObstacle(machine);
  return {
    level: 'fail',
    check: CHECK,
    means: `everything is measured in namespaces of its own, and they are refused: ${obstacle?.because ?? text}`,
    ...(obstacle ? { mend: obstacle.mend } : {}),
  };
}

interface Obstacle {
  because: string;
  mend: string;
}

const CAP_SYS_ADMIN = 21n;
const CONTAINER: Obstacle = {
  because: 'this container may not make any (its processes lack CAP_SYS_ADMIN, or seccomp filters unshare)',
  mend: 'docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined ...',
};

/** Root without the capability is root of a container. */
function findRootObstacle({ files }: Machine): Obstacle | undefined {
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(files.get(FILES.status) ?? '')?.[1];
  const mayAdminister = capabilities !== undefined && (BigInt(`0x${capabilities}`) >> CAP_SYS_ADMIN) & 1n;
  return mayAdminister ? undefined : CONTAINER;
}

/** A user needs user namespaces, which three settings and a container's filter can close. */
function findUserObstacle(machine: Machine): Obstacle | undefined {
  if (numberIn(machine, FILES.usernsClone) === 0) {
    return sysctlObstacle(machine, FILES.usernsClone, 1, 'user namespaces are kept for root');
  }
  if (numberIn(machine, FILES.userNamespaces) === 0) {
    return sysctlObstacle(machine, FILES.userNamespaces, 10_000, 'none may be made');
  }
  if (numberIn(machine, FILES.apparmorUserns) === 1) {
    return sysctlObstacle(
      machine,
      FILES.apparmorUserns,
      0,
      'AppArmor takes the rights from those who make them',
    );
  }
  return /^Seccomp:\s*2$/m.test(machine.files.get(FILES.status) ?? '') ? CONTAINER : undefined;
}

function sysctlObstacle(machine: Machine, path: string, value: number, effect: string): Obstacle {
  const now = `${path.replace('/proc/sys/', '').replaceAll('/', '.')} is ${machine.files.get(path)}`;
  return { because: `${now}, so ${effect}`, mend: setSysctl(machine, path, value) };
}
