/** A nodes file: what its owner says of machines, and how they are reached where that isn't as ssh_config says. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../failures.js';
import { mistakesOf } from '../scenario/mistakes.js';
import { MAPPING, matching, must, oneOf, text, whole } from '../scenario/rules.js';
import { readSource } from '../scenario/source.js';
import { parseRate, RATE_RULE } from '../units.js';
import { UPLINK_MODES, type UplinkMode } from './uplink/lending.js';

/** What OpenSSH takes as a destination: `host`, `user@host`, `ssh://user@host:port`; nothing that an option or a shell could be. */
export const DESTINATION = /^[A-Za-z0-9_[:][\w.:/@%+[\]-]*$/;
const USER = /^[A-Za-z0-9_][\w.@+-]*$/;

export const PLACEMENTS = ['servers', 'clients'] as const;

/** A machine by name: how it is reached, and what is known of it. What is left out is as ssh_config says. */
export interface NodeSpec {
  name: string;
  /** What OpenSSH is asked for. */
  destination: string;
  port?: number | undefined;
  user?: string | undefined;
  /** Absolute path. */
  identityFile?: string | undefined;
  /** Absolute path. */
  knownHostsFile?: string | undefined;
  /** Words of a program whose standard input and output carry SSH. */
  proxyCommand?: string[] | undefined;
  uplink?: string | undefined;
  uplinkMode?: UplinkMode | undefined;
  /** What clients on it may send together by way of a shared uplink, bit/s. */
  rateCap?: number | undefined;
  /** IPv4 address of the uplink with the length of its prefix: `192.168.50.1/24`. */
  dataAddress?: string | undefined;
  placement?: (typeof PLACEMENTS)[number] | undefined;
  /** Of the link that the uplink is at, bit/s. */
  lineRate?: number | undefined;
  /** Whether commands become root by `sudo -n`. */
  sudo: boolean;
  labels: Record<string, string>;
  /** Whether it shares a machine with other nodes, as those of a lab do. */
  emulated: boolean;
}

const ADDRESS = 'an IPv4 address with the length of its prefix, such as 192.168.50.1/24';
const WORDS = 'a list of words such as [nsenter, --net=/run/netns/node1, sshd, -i]';
const yesOrNo = z.boolean(must('true or false'));
const path = text.min(1, must('a path'));

const nodeSchema = z.strictObject(
  {
    host: matching(DESTINATION, 'a host name, an address or user@host').optional(),
    port: whole(1, 65535).optional(),
    user: matching(USER, 'a user name').optional(),
    identity_file: path.optional(),
    known_hosts: path.optional(),
    proxy_command: z
      .array(text.min(1, must('a word')), must(WORDS))
      .min(1, must(WORDS))
      .optional(),
    uplink: matching(/^[A-Za-z0-9][\w.@-]{0,14}$/, 'the name of a network device').optional(),
    uplink_mode: oneOf(UPLINK_MODES).optional(),
    rate_cap: text
      .refine((rate) => parseRate(rate) !== undefined, must(RATE_RULE))
      .transform(parseRate)
      .optional(),
    data_address: z.cidrv4(must(ADDRESS)).optional(),
    placement: oneOf(PLACEMENTS).optional(),
    line_rate: whole(1, 10 ** 13).optional(),
    sudo: yesOrNo.optional(),
    labels: z
      .record(text, z.union([text, z.number(), z.boolean()], must('text')).transform(String), MAPPING)
      .optional(),
    emulated: yesOrNo.optional(),
  },
  MAPPING,
);

const NAME = matching(/^[A-Za-z0-9][\w.-]{0,63}$/, 'letters, digits, dots, dashes and underscores');

const fileSchema = z.strictObject({ nodes: z.record(NAME, nodeSchema, MAPPING) }, MAPPING);

/** The keys of the file itself and of a node. */
const knownKeys = (at: readonly PropertyKey[]): string[] =>
  Object.keys(at.length === 0 ? fileSchema.shape : nodeSchema.shape);

/** Reads a nodes file. Errors: `usage`, with every mistake where it is; undefined if there is no such file. */
export async function readNodesFile(file: string): Promise<Map<string, NodeSpec> | undefined> {
  const content = await contentOf(file);
  if (content === undefined) return undefined;
  const { value, refuse } = readSource(file, content, { whole: 'a nodes file', reason: 'usage' });
  const { data, error } = fileSchema.safeParse(value);
  if (!data) return refuse(mistakesOf(error, knownKeys));
  const folder = dirname(resolve(file));
  return new Map(Object.entries(data.nodes).map(([name, keys]) => [name, specOf(name, keys, folder)]));
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    return fail('usage', `The nodes file ${file} can't be read: ${message}`);
  }
}

function specOf(name: string, keys: z.output<typeof nodeSchema>, folder: string): NodeSpec {
  const absolute = (file: string | undefined): string | undefined =>
    file === undefined
      ? undefined
      : resolve(
          folder,
          file.replace(/^~(?=\/|$)/, () => homedir()),
        );
  return {
    name,
    destination: keys.host ?? name,
    port: keys.port,
    user: keys.user,
    identityFile: absolute(keys.identity_file),
    knownHostsFile: absolute(keys.known_hosts),
    proxyCommand: keys.proxy_command,
    uplink: keys.uplink,
    uplinkMode: keys.uplink_mode,
    rateCap: keys.rate_cap,
    dataAddress: keys.data_address,
    placement: keys.placement,
    lineRate: keys.line_rate,
    sudo: keys.sudo ?? false,
    labels: keys.labels ?? {},
    emulated: keys.emulated ?? false,
  };
}
