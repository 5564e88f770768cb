/** What a user can show to be let in: keys of the SSH agent, and files. */
import type { AnyAuthMethod } from 'ssh2';
import { agentKeys, type AgentKey } from './agent.js';
import { existing, readKeyFile, type KeyFile } from './keyFiles.js';
import { fingerprint } from './knownHosts.js';
import type { SshSettings } from './settings.js';

/** A key that can be shown, and how it is called in what is told. */
export interface Identity {
  label: string;
  method: AnyAuthMethod;
}

export interface Identities {
  /** In the order in which they are tried: keys of the agent, those named by files first, then files. */
  usable: Identity[];
  /** Why others can't be used, each with the way out where there is one. */
  unusable: string[];
  /** Files that were looked for in vain. */
  missing: string[];
}

export async function findIdentities(settings: SshSettings): Promise<Identities> {
  const { identityFiles, certificateFiles, identitiesOnly, user } = settings;
  const read = await Promise.all(identityFiles.map(readKeyFile));
  const files = read.filter((file) => file !== undefined);
  const keys = await agentKeys(settings.agentSocket);
  const named = keys.filter(({ blob }) => files.some((file) => file.blob?.equals(blob)));
  const others = identitiesOnly ? [] : keys.filter((key) => !named.includes(key));
  const alone = files.filter((file) => !keys.some(({ blob }) => file.blob?.equals(blob)));
  const beside = identityFiles.map((file) => `${file}-cert.pub`);
  const certificates = await existing([...new Set([...certificateFiles, ...beside])]);
  return {
    usable: [
      ...[...named, ...others].map((key) => ofAgent(key, user)),
      ...alone.flatMap((file) => ofFile(file, user)),
    ],
    unusable: [
      ...alone.flatMap(({ key }) => (typeof key === 'string' ? key : [])),
      ...certificates.map((file) => `${file} is a certificate, which can't be used here`),
    ],
    missing: identityFiles.filter((_, index) => read[index] === undefined),
  };
}

const ofAgent = ({ blob, comment, agent }: AgentKey, username: string): Identity => ({
  label: `${comment || 'a key'} of the agent (${fingerprint(blob)})`,
  method: { type: 'agent', username, agent },
});

const ofFile = ({ path, key }: KeyFile, username: string): Identity[] =>
  typeof key === 'string'
    ? []
    : [
        {
          label: `${path} (${fingerprint(key.getPublicSSH())})`,
          method: { type: 'publickey', username, key },
        },
      ];
