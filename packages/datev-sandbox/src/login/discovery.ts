import { type Answer, jsonAnswer } from '../wire.ts';
import { BASE_SCOPES } from './scopes.ts';
import { signingKey } from './signing-key.ts';

/** The discovery document; consumers learn every login address from here (cloud.md A.1). */
export function discovery(origin: string): Answer {
  return jsonAnswer(200, {
    issuer: issuerOf(origin),
    authorization_endpoint: `${origin}/openid/authorize`,
    token_endpoint: `${origin}/token`,
    userinfo_endpoint: `${origin}/userinfo`,
    revocation_endpoint: `${origin}/revoke`,
    introspection_endpoint: `${origin}/introspect`,
    jwks_uri: `${origin}/certs`,
    end_session_endpoint: `${origin}/endsession`,
    scopes_supported: [...BASE_SCOPES],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic'],
    introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: ['sub', 'name', 'given_name', 'family_name', 'email', 'account_id', 'nonce'],
  });
}

export function issuerOf(origin: string): string {
  return `${origin}/openid`;
}

export function certs(): Answer {
  return jsonAnswer(200, { keys: [signingKey().publicJwk] });
}
