/** Asks a hub with the given pin, and prints what came of it. A process of its own, as extra CAs are read when one starts. */
import { createHubAgent } from '../src/link/hubAgent.ts';
import { createSender } from '../src/link/hubRequest.ts';
import { linkErrorOf } from '../src/link/linkError.ts';

const [server = '', tls = '', proxy = ''] = process.argv.slice(2);
const agent = createHubAgent(server, JSON.parse(tls), proxy === '' ? null : proxy);
const call = { path: '/', headers: {}, body: Buffer.from('{}'), signal: AbortSignal.timeout(20_000) };
try {
  const { status } = await createSender(server, agent)(call);
  console.log(status);
} catch (thrown) {
  console.log(linkErrorOf(thrown).code);
}
agent.destroy();
