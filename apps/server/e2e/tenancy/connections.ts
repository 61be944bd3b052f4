import { get, type Line, m, post, remove } from './line.ts';
import { backFrom, chosenDataset, connectAtDatev, signInAtDatev } from './world.ts';

export const connectionsLines: Readonly<Record<string, Line>> = {
  'connections.page': { request: (world) => get(m(world, '/connections')) },
  'connections.startSignIn': { request: (world) => post(m(world, '/datev-sign-in'), {}) },
  'connections.callback': {
    about: 'target',
    alone: true,
    request: async (world) => {
      const { url } = await world.call<{ url: string }>('own', post(m(world, '/datev-sign-in'), {}));
      return get(await backFrom(world, url));
    },
  },
  'connections.getSignIn': {
    request: async (world) => get(m(world, `/datev-sign-in/${(await signInAtDatev(world)).flowId}`)),
    alone: true,
  },
  'connections.chooseDataset': {
    alone: true,
    request: async (world) => {
      const { flowId } = await signInAtDatev(world);
      return chosenDataset(world, flowId);
    },
  },
  'connections.abandonSignIn': {
    alone: true,
    request: async (world) => remove(m(world, `/datev-sign-in/${(await signInAtDatev(world)).flowId}`)),
  },
  'connections.switch': {
    alone: true,
    request: (world) => post(m(world, `/connections/${world.ids.connectionId}/switch`), { on: false }),
  },
  'connections.test': {
    alone: true,
    request: async (world) => post(m(world, `/connections/${await connectAtDatev(world)}/test`)),
  },
  'connections.renew': {
    alone: true,
    request: async (world) => post(m(world, `/connections/${await connectAtDatev(world)}/renew`)),
  },
  'connections.endAuthorisation': {
    alone: true,
    request: async (world) => post(m(world, `/connections/${await connectAtDatev(world)}/end-authorisation`)),
  },
};
