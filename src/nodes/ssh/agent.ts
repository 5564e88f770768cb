/** The user's SSH agent. */
import ssh2, {
  type BaseAgent,
  type OpenSSHAgent,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';

export interface AgentKey {
  /** Public key as it goes over the wire. */
  blob: Buffer;
  comment: string;
  /** An agent that has no other key. */
  agent: BaseAgent;
}

/** Keys of the agent; none if there is no agent. Those that ssh2 can't use (certificates, security keys) are left out. */
export async function agentKeys(socket: string | undefined): Promise<AgentKey[]> {
  if (!socket) return [];
  const agent = new ssh2.OpenSSHAgent(socket);
  const keys = await new Promise<ParsedKey[]>((resolve) => {
    agent.getIdentities((error, found) => resolve(error || !found ? [] : (found as ParsedKey[])));
  });
  return keys.map((key) => ({
    blob: key.getPublicSSH(),
    comment: key.comment,
    agent: new OneKeyAgent(agent, key),
  }));
}

/** One key of an agent, so that each is shown, and told of, by itself. */
class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  constructor(
    private readonly agent: OpenSSHAgent,
    private readonly key: ParsedKey,
  ) {
    super();
  }

  override getIdentities(answer: (error: null, keys: ParsedKey[]) => void): void {
    answer(null, [this.key]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    answer?: SignCallback,
  ): void {
    if (typeof options === 'function') this.agent.sign(key, data, options);
    else this.agent.sign(key, data, options, answer);
  }
}
