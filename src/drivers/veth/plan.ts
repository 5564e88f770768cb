import { addDevice, ip, NODE } from '../../plan/steps.js';
import type { Container, Step } from '../../plan/plan.js';
import type { DriverPlan, PlanRequest, Variant } from '../driver.js';

const BRIDGE = 'br0';

export function plan({ id }: Variant, request: PlanRequest): DriverPlan {
  return id === 'veth:direct' ? direct(request) : bridge(request);
}

/** A port on the bridge for every container; with two nodes the uplink is a port too. */
function bridge({ topology, mtu, containers, uplink }: PlanRequest): DriverPlan {
  const switched = topology === 'switched';
  return {
    steps: [
      addDevice(BRIDGE, mtu, 'type bridge'),
      ...(switched ? [ip(NODE, `link set ${uplink} master ${BRIDGE}`, `link set ${uplink} nomaster`)] : []),
      ...containers.map((container) => port(container, mtu)),
    ],
    reach: [
      { from: 'client', to: 'server', works: true, because: 'both are on one bridge' },
      { from: 'host', to: 'server', works: false, because: 'the bridge has no address' },
    ],
    uplink: switched ? 'plain' : 'unused',
  };
}

function port({ name, device }: Container, mtu: number): Step {
  return addDevice(
    `v${name}`,
    mtu,
    `master ${BRIDGE} type veth peer name ${device} mtu ${mtu} netns ${name}`,
  );
}

/** A cable of its own for every pair. */
function direct({ mtu, containers }: PlanRequest): DriverPlan {
  const servers = containers.filter(({ role }) => role === 'server');
  const clients = new Map(
    containers.filter(({ role }) => role === 'client').map((client) => [client.pair, client]),
  );
  return {
    steps: servers.map((server) => cable(server, clients.get(server.pair)!, mtu)),
    reach: [
      { from: 'client', to: 'server', works: true, because: 'a cable joins the pair' },
      { from: 'host', to: 'server', works: false, because: 'no end of a cable is in the node' },
    ],
    uplink: 'unused',
  };
}

/** Both ends are in containers: they go with them. */
function cable(server: Container, client: Container, mtu: number): Step {
  const end = ({ name, device }: Container) => `name ${device} mtu ${mtu} netns ${name}`;
  return ip(NODE, `link add ${end(server)} type veth peer ${end(client)}`);
}
