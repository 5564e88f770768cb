/** Why a connection wasn't opened, told so that the user can mend it. Pure. */
import type { Failure } from '../../failures.js';
import type { Identities } from './identities.js';
import type { SshSettings } from './settings.js';

/** What is known of a connection that failed. */
export interface Attempt {
  settings: SshSettings;
  identities: Identities;
  /** Keys that were shown. */
  tried: string[];
  /** Ways of letting users in that the server named. */
  methods?: string[] | undefined;
  /** Whether a key was taken, and the server wants more. */
  isPartial?: boolean;
  /** Why the host must not be trusted. */
  refusal?: string | undefined;
  /** What the program that carries the connection said. */
  complaint?: string | undefined;
}

/** The failure of an error that ssh2 told. */
export function explain(error: Error & { level?: string }, attempt: Attempt): Failure {
  const { settings, refusal } = attempt;
  const { name } = settings;
  if (refusal) return { reason: 'node', message: refusal };
  if (error.message.includes('no matching'))
    return { reason: 'node', message: unmatched(name, error.message) };
  if (error.level === 'client-authentication' || /authentication failures/.test(error.message))
    return { reason: 'node', message: notLetIn(attempt, error.message) };
  const detail = attempt.complaint ? { detail: attempt.complaint } : {};
  return { reason: 'connection-lost', message: unreachable(settings, error), ...detail };
}

/** The server and ssh2 have an algorithm in common of every sort but one. */
function unmatched(name: string, problem: string): string {
  if (problem.includes('key exchange'))
    return `${name} offers only key exchange methods that can't be used here, such as post-quantum ones: allow curve25519-sha256 by KexAlgorithms in its sshd_config`;
  return `${name} and this tool have ${problem.replace(/^.*no matching/, 'no common')}: allow a usual one in its sshd_config`;
}

function notLetIn({ settings, identities, tried, methods, isPartial }: Attempt, problem: string): string {
  const refused = `${settings.name} did not let in ${settings.user}`;
  if (isPartial)
    return `${refused}: beyond a key it wants ${methods?.join(' or ') ?? 'more'}, which nobody can be asked for here`;
  if (methods && !methods.includes('publickey'))
    return `${refused}: it takes no keys, only ${methods.join(', ')}: allow PubkeyAuthentication in its sshd_config`;
  const shown = `the keys shown were ${tried.join(', ')}`;
  const tooMany = problem.includes('Too many')
    ? '; it takes no more tries: name the right one by identity_file'
    : '';
  const others = identities.unusable.length > 0 ? `; ${identities.unusable.join('; ')}` : '';
  return `${refused}: ${shown}${tooMany}${others}; one must be in authorized_keys of ${settings.user} there`;
}

function unreachable({ name, host, port, way, connectTimeout }: SshSettings, error: Error): string {
  const where = way.kind === 'program' ? `by ${JSON.stringify(way.argv)}` : `at ${host} port ${port}`;
  const problem = error.message.includes('Timed out')
    ? `nothing answered within ${connectTimeout} s`
    : error.message;
  return `${name} can't be reached ${where}: ${problem}`;
}
