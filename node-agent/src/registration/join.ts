import { JOIN_TOKEN, joinResponse, PROTOCOL_VERSION, type JoinRequest, type JoinResponse } from '#contracts';
import { AgentEnd, EXIT } from './agent-end.js';
import { hashOf, newIdentity, type Identity, type IdentityFile } from './identity-file.js';
import { ServerClient, type ServerRefusal, type Waiting } from './server-client.js';

export interface JoinOptions {
  /** without a trailing slash */
  serverUrl: string;
  /** as it was given: a join token, a node's own token, or none */
  token: string | null;
  name: string;
  version: string;
}

/** Sends a request to join until it is answered. @throws ServerRefusal */
export type AskToJoin = (joinToken: string, request: JoinRequest) => Promise<JoinResponse>;

const EXIT_CODES: Readonly<Record<number, number>> = {
  401: EXIT.notAdmitted,
  403: EXIT.notAdmitted,
  409: EXIT.versionMismatch,
};

/** The end that a refusal means for the agent; the server's own words say what to do. */
export function endOf(refusal: ServerRefusal): AgentEnd {
  return new AgentEnd(EXIT_CODES[refusal.status] ?? EXIT.failed, refusal.message);
}

async function joinWith(
  kept: Identity,
  joinToken: string,
  options: JoinOptions,
  file: Pick<IdentityFile, 'keep'>,
  ask: AskToJoin,
): Promise<string> {
  // On the disk before the server hears of it: a lost answer, or a crash, must not leave a node there that nobody is.
  await file.keep(kept);
  const { nodeId } = await ask(joinToken, {
    ...{ protocol: PROTOCOL_VERSION, version: options.version, name: options.name },
    nodeToken: kept.token,
  });
  await file.keep({ ...kept, nodeId });
  return kept.token;
}

/**
 * The token that this node shows at its server: its own one if it was given that, else the one that it has joined with, else one that it
 * joins with now. Who has joined needs no join token any more, and one that is still given is left alone.
 * @param refused the token of an earlier call, which the server will not have (any more)
 * @throws AgentEnd when there is nothing to join with, ServerRefusal when the server will not let it join
 */
export async function nodeToken(
  options: JoinOptions,
  file: Pick<IdentityFile, 'find' | 'keep' | 'servers' | 'path'>,
  ask: AskToJoin,
  refused: string | null = null,
): Promise<string> {
  const { serverUrl, token } = options;
  if (token !== null && !JOIN_TOKEN.test(token)) {
    if (token !== refused) return token;
    throw new AgentEnd(
      EXIT.notAdmitted,
      `${serverUrl} does not know this node's token; make a join token on the Nodes page and start it with that`,
    );
  }
  const known = await file.find(serverUrl);
  if (known !== null && known.token !== refused) {
    if (known.nodeId !== null || token === null) return known.token;
    // It was cut off while it joined: the same token again, so that the server takes it for the same node.
    return joinWith({ ...known, joinedWith: hashOf(token) }, token, options, file, ask);
  }
  if (token !== null && known?.joinedWith !== hashOf(token))
    return joinWith(newIdentity(serverUrl, token), token, options, file, ask);
  if (known !== null) {
    throw new AgentEnd(
      EXIT.notAdmitted,
      `${serverUrl} no longer knows this node: it has been removed there. To let it in again, make a new join token on the Nodes page and start the node with it (--token, or BOILARR_NODE_TOKEN)`,
    );
  }
  const [other] = await file.servers();
  const moved =
    other === undefined
      ? ''
      : ` It has joined ${other}; if that is the same server under an earlier address, correct the address in ${file.path}.`;
  throw new AgentEnd(
    EXIT.notAdmitted,
    `this node has not joined ${serverUrl} yet: make a join token on the Nodes page and start the node with it (--token, or BOILARR_NODE_TOKEN).${moved}`,
  );
}

/** Asks the server itself. */
export function askServer(serverUrl: string, waiting: Waiting): AskToJoin {
  return async (joinToken, request) => {
    const client = new ServerClient(serverUrl, joinToken);
    const answer = await client.postUntilAnswered('join', request, joinResponse, waiting);
    if (answer === null) throw new Error('the server answered a request to join with nothing');
    return answer;
  };
}
