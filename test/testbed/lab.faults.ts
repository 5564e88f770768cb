/** What may go wrong in a lab: the words of commands that do it, on the machine where the lab runs. */
import { inside, type LabNode } from '../../src/nodes/lab/machine.js';
import type { Lab } from '../../src/nodes/lab/lab.js';

type State = 'up' | 'down';

/** Cuts or mends the cable over which a node is reached. */
export const setControlLink = ({ management }: Lab, { port }: LabNode, state: State): string[] =>
  inside(management, ['ip', 'link', 'set', 'dev', port, state]);

/** Cuts or mends the cable of a node's uplink. */
export const setDataLink = (lab: Lab, { port }: LabNode, state: State): string[] =>
  inside(lab.switch, ['ip', 'link', 'set', 'dev', port, state]);

/** Lets the switch drop what is larger on its way to a node. */
export const setSwitchMtu = (lab: Lab, { port }: LabNode, mtu: number): string[] =>
  inside(lab.switch, ['ip', 'link', 'set', 'dev', port, 'mtu', String(mtu)]);

/** Ends a node's listening OpenSSH server, and no session; startSshd starts another. */
export const stopSshd = ({ keeper }: LabNode): string[] =>
  inside(keeper, ['sh', '-c', 'kill "$(cat /run/sshd.pid)"']);

/** As if its power had failed; startNode switches it on again. */
export const killNode = ({ keeper }: LabNode): string[] => ['kill', '-KILL', String(keeper.pid)];

/** Small frames between large ones: a queue of so many bytes that is full for these has room for those, as for hellos. */
const FLOOD = `
set -e
ip address add 203.0.113.1/24 dev eth1
ip neighbour replace 203.0.113.2 lladdr 02:00:00:00:00:02 dev eth1
timeout "$1" perl -MSocket -e '
  socket my $socket, AF_INET, SOCK_DGRAM, 0;
  my $nobody = pack_sockaddr_in 9, inet_aton "203.0.113.2";
  while () { send $socket, "x" x $_, 0, $nobody for 1400, 1 }' || [ $? = 124 ]`;

/** Lets a node flood the switch, and so all others, with frames to nobody for some seconds. */
export const flood = ({ keeper }: LabNode, seconds: number): string[] =>
  inside(keeper, ['sh', '-c', FLOOD, 'sh', String(seconds)]);

/** Testbeds have a /run of their own, but see this. */
const REPLACE = `
set -e
mountpoint -q /mnt/replaced || { mount -t tmpfs tmpfs /mnt; mkdir /mnt/replaced; mount --bind /mnt/replaced /mnt/replaced; }
program=$(readlink -f "$(command -v "$1")")
cp "$program" "/mnt/replaced/$1"
printf '#!/bin/sh\\nreal=/mnt/replaced/%s\\n%s\\n' "$1" "$2" >"/mnt/replaced/$1.sh"
chmod 755 "/mnt/replaced/$1.sh"
mount --bind "/mnt/replaced/$1.sh" "$program"`;

/** Puts a shell script in the place of a node's program, for all that it starts from now on; `$real` is the real one. */
export const replaceProgram = ({ keeper }: LabNode, program: string, script: string): string[] =>
  inside(keeper, ['sh', '-c', REPLACE, 'sh', program, script]);
