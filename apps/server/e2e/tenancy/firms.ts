import { f, fresh, get, type Line, m, patch, post, put, remove } from './line.ts';
import { mandantName, type World } from './world.ts';

/** Ends the Kanzleiverbindung and invites `otherFirm`, up to where its admin could accept. */
async function invitedFirm(world: World): Promise<{ invitationId: string; token: string }> {
  await world.call('own', post(m(world, '/engagement/cut'), { mandantName }));
  const email = fresh();
  const { id } = await world.call<{ id: string }>(
    'own',
    post(m(world, '/engagement/invitations'), { email, accessFrom: '2026-01-01' }),
  );
  return { invitationId: id, token: await world.linkTo(email) };
}

export const firmsLines: Readonly<Record<string, Line>> = {
  'firms.get': { by: 'firmAdmin', request: (world) => get(f(world)) },
  'firms.change': { by: 'firmAdmin', request: (world) => patch(f(world), { name: 'Kanzlei Anders' }) },
  'firms.listStaff': { by: 'firmAdmin', request: (world) => get(f(world, '/staff')) },
  'firms.inviteStaff': {
    by: 'firmAdmin',
    request: (world) =>
      post(f(world, '/staff/invitations'), { email: fresh(), role: 'user', mayManageConnections: false }),
  },
  'firms.revokeStaffInvitation': {
    by: 'firmAdmin',
    alone: true,
    request: (world) => remove(f(world, `/staff/invitations/${world.ids.staffInvitation}`)),
  },
  'firms.changeStaff': {
    by: 'firmAdmin',
    request: (world) => patch(f(world, `/staff/${world.ids.leaverOfFirm}`), { mayManageConnections: true }),
  },
  'firms.removeStaff': {
    by: 'firmAdmin',
    alone: true,
    request: (world) => remove(f(world, `/staff/${world.ids.leaverOfFirm}`)),
  },
  'firms.listMandanten': { by: 'firmAdmin', request: (world) => get(f(world, '/mandanten')) },
  'firms.createMandant': {
    by: 'firmAdmin',
    alone: true,
    request: (world) => post(f(world, '/mandanten'), { name: 'Neu GmbH', mandantNumber: 777 }),
  },
  'firms.acceptEngagement': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => {
      const { token } = await invitedFirm(world);
      return post(f(world, '/engagement-invitations/accept'), { token, mandantNumber: 778 });
    },
  },
  'firms.history': { by: 'firmAdmin', request: (world) => get(f(world, '/history')) },

  'mandanten.list': { about: 'self', request: () => get('/mandanten') },
  'mandanten.get': { request: (world) => get(m(world)) },
  'mandanten.change': { request: (world) => patch(m(world), { name: 'Anders GmbH' }), alone: true },
  'mandanten.overview': { request: (world) => get(m(world, '/overview')) },
  'mandanten.restrict': { request: (world) => put(m(world, '/restriction'), { userId: null }) },
  'mandanten.listAssignments': { request: (world) => get(m(world, '/assignments')) },
  'mandanten.setAssignments': {
    alone: true,
    request: (world) =>
      put(m(world, '/assignments'), { assignments: [{ userId: world.ids.leaverOfFirm, function: 'lead' }] }),
  },
  'mandanten.listMembers': { request: (world) => get(m(world, '/members')) },
  'mandanten.inviteMember': {
    request: (world) => post(m(world, '/members/invitations'), { email: fresh(), role: 'user', rights: ['read'] }),
  },
  'mandanten.revokeMemberInvitation': {
    alone: true,
    request: (world) => remove(m(world, `/members/invitations/${world.ids.memberInvitation}`)),
  },
  'mandanten.changeMember': {
    request: (world) => patch(m(world, `/members/${world.ids.leaverOfMandant}`), { rights: ['read', 'handIn'] }),
  },
  'mandanten.removeMember': {
    alone: true,
    request: (world) => remove(m(world, `/members/${world.ids.leaverOfMandant}`)),
  },
  'mandanten.history': { request: (world) => get(m(world, '/history')) },

  'engagement.get': { request: (world) => get(m(world, '/engagement')) },
  'engagement.previewCut': { request: (world) => get(m(world, '/engagement/cut')) },
  'engagement.cut': { alone: true, request: (world) => post(m(world, '/engagement/cut'), { mandantName }) },
  'engagement.inviteFirm': {
    alone: true,
    afterCut: true,
    request: async (world) => {
      await world.call('own', post(m(world, '/engagement/cut'), { mandantName }));
      return post(m(world, '/engagement/invitations'), { email: fresh(), accessFrom: '2026-01-01' });
    },
  },
  'engagement.withdrawInvitation': {
    alone: true,
    afterCut: true,
    request: async (world) => remove(m(world, `/engagement/invitations/${(await invitedFirm(world)).invitationId}`)),
  },
  'engagement.confirm': {
    alone: true,
    afterCut: true,
    request: async (world) => {
      const { invitationId, token } = await invitedFirm(world);
      const { checkCode } = await world.call<{ checkCode: string }>(
        'firmAdmin',
        post(f(world, '/engagement-invitations/accept'), { token, mandantNumber: 779 }),
      );
      return post(m(world, `/engagement/invitations/${invitationId}/confirm`), { checkCode });
    },
  },
};
