/** The conditions inside a container: its devices in full, queueing disciplines, offloads and sysctls, as printed. */
import type { Testbed } from '../nodes/testbed.js';
import { shellWords } from '../nodes/shell.js';

const SYSCTLS = [
  'net/ipv4/tcp_congestion_control',
  'net/ipv4/tcp_rmem',
  'net/ipv4/tcp_wmem',
  'net/ipv4/tcp_timestamps',
  'net/core/rmem_default',
  'net/core/wmem_default',
  'net/bridge/bridge-nf-call-iptables',
].map((name) => `/proc/sys/${name}`);

/** Commands whose answer is kept; a tool or file that is missing answers with its complaint. */
const QUESTIONS = (device: string): string[][] => [
  ['ip', '-d', '-j', 'link', 'show'],
  ['tc', 'qdisc', 'show'],
  ['ethtool', '-k', device],
  ['grep', '-H', '.', ...SYSCTLS],
];

/** Reads a container's conditions, by command. `netns` is the path of its network namespace. */
export async function readContainerFacts(
  testbed: Testbed,
  { netns, device }: { netns: string; device: string },
): Promise<Record<string, string>> {
  const questions = QUESTIONS(device).map((argv) => shellWords(argv));
  const enter = shellWords(['nsenter', `--net=${netns}`]);
  const asked = questions.map((question) => `echo "@answer"; ${enter} ${question}`);
  const { output } = await testbed.run(asked.join('\n'));
  const answers = output.split('@answer\n').slice(1);
  return Object.fromEntries(questions.map((question, at) => [question, (answers[at] ?? '').trim()]));
}
