// SPDX-License-Identifier: GPL-3.0-or-later
// The certified npm package oidc-provider as an identity provider of the live rig: provider.mjs CONFIG.json (see provider.py).
// Its own part: accounts with passwords, a page for sign-in and consent, and /rig/… by which a test turns it.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { default: Provider } = await import(pathToFileURL(join(config.modules, 'oidc-provider/lib/index.js')));
const issuer = `https://127.0.0.1:${config.port}`;
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const life = { AccessToken: 300, IdToken: 300, RefreshToken: 3600, AuthorizationCode: 60, DeviceCode: 300, Interaction: 600, Session: 3600, Grant: 3600 };
const disabled = new Set();
const events = [];
const secrets = new Set();    // whatever of a grant may be known to the two only
let faults = [];

// The store is ours: it lives on when keys are rotated, which takes a new Provider.
const store = new Map();
const indexes = new Map();
class Store {
  constructor(model) { this.model = model; }
  key(id) { return `${this.model}:${id}`; }
  async upsert(id, payload) {
    store.set(this.key(id), payload);
    if (payload.uid) indexes.set(`uid:${this.model}:${payload.uid}`, id);
    if (payload.userCode) indexes.set(`code:${payload.userCode}`, id);
  }
  async find(id) { return store.get(this.key(id)); }
  async findByUid(uid) { return this.find(indexes.get(`uid:${this.model}:${uid}`)); }
  async findByUserCode(code) { return this.find(indexes.get(`code:${code}`)); }
  async consume(id) { const found = store.get(this.key(id)); if (found) found.consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { store.delete(this.key(id)); }
  async revokeByGrantId(grant) { for (const [key, payload] of store) if (payload.grantId === grant) store.delete(key); }
}

function key(type, options, alg) {
  const jwk = generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: randomUUID().slice(0, 8), use: 'sig', ...(alg && { alg }) };
}
const newKeys = () => [key('rsa', { modulusLength: 2048 }), ...['P-256', 'P-384', 'P-521'].map((namedCurve) => key('ec', { namedCurve })), key('ed25519', {})];
let keys = newKeys();

const loopback = ['127.0.0.1', '[::1]', 'localhost'].flatMap((host) => ['', '/callback', '/cb'].map((path) => `http://${host}${path || '/'}`));
const client = (name, alg) => ({
  client_id: name, application_type: 'native', token_endpoint_auth_method: 'none', id_token_signed_response_alg: alg, response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'], redirect_uris: loopback, post_logout_redirect_uris: loopback,
});
const account = (name) => (!config.people[name] || disabled.has(name)) ? undefined : {
  accountId: name,
  claims: () => ({
    sub: name, preferred_username: name, name, email: config.people[name].email, email_verified: true,
    groups: config.people[name].groups, realm_access: { roles: config.people[name].groups.map((g) => `canton-${g}`) },
  }),
};

function build() {
  const provider = new Provider(issuer, {
    adapter: Store,
    jwks: { keys },
    clients: [client('quarterdeck', 'RS256'), ...algorithms.map((alg) => client(`quarterdeck-${alg}`, alg))],
    cookies: { keys: ['of the live rig'] },
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'], roles: ['realm_access'] },
    conformIdTokenClaims: false,
    clockTolerance: 0,
    enabledJWA: { idTokenSigningAlgValues: algorithms },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, deviceFlow: { enabled: true }, revocation: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    issueRefreshToken: async () => true,
    rotateRefreshToken: () => true,
    ttl: Object.fromEntries(Object.keys(life).map((model) => [model, () => life[model]])),
    findAccount: (_, name) => account(name),
    interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
  });
  for (const event of ['grant.success', 'grant.error', 'grant.revoked', 'authorization.error']) {
    provider.on(event, (ctx, error) => events.push({ event, grant: ctx?.oidc?.params?.grant_type, client: ctx?.oidc?.client?.clientId, error: error?.error, why: error?.error_detail }));
  }
  provider.on('grant.success', (ctx) => {
    for (const [name, value] of [...Object.entries(ctx.oidc.params), ...Object.entries(ctx.body)])
      if (['code', 'code_verifier', 'device_code', 'refresh_token', 'access_token', 'id_token'].includes(name) && value) secrets.add(`${name} ${value}`);
  });
  provider.on('server_error', (_, error) => console.error(error));
  return provider;
}
let provider = build();
let handle = provider.callback();

const read = async (req) => { let text = ''; for await (const part of req) text += part; return text; };
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const page = (res, status, title, body) => res.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><title>${title}</title><h1>${title}</h1>${body}`);

// Sign-in and consent, each a form with a way out.
async function signIn(req, res) {
  const found = await provider.interactionDetails(req, res);
  const asks = found.prompt.name;
  const form = (note = '') => page(res, 200, asks === 'login' ? 'Sign in' : 'Allow access', `<p>${note}</p><form method="post">${asks === 'login'
    ? `<input name="username" value="${escape(found.params.login_hint ?? '')}"><input name="password" type="password">`
    : `<p>${escape(found.params.client_id)} asks for: ${escape(found.params.scope)}</p>`}<button name="answer" value="yes">Continue</button><button name="answer" value="no">Cancel</button></form>`);
  if (req.method !== 'POST') return form();
  const given = new URLSearchParams(await read(req));
  const end = (result) => provider.interactionFinished(req, res, result, { mergeWithLastSubmission: asks !== 'login' });
  if (given.get('answer') !== 'yes') return end({ error: 'access_denied', error_description: 'the person said no' });
  if (asks === 'login') {
    const name = given.get('username');
    return config.people[name]?.password === given.get('password') ? end({ login: { accountId: name } }) : form('Name or password is wrong.');
  }
  const grant = (found.grantId && await provider.Grant.find(found.grantId)) || new provider.Grant({ accountId: found.session.accountId, clientId: found.params.client_id });
  const missing = found.prompt.details;
  if (missing.missingOIDCScope) grant.addOIDCScope(missing.missingOIDCScope.join(' '));
  if (missing.missingOIDCClaims) grant.addOIDCClaims(missing.missingOIDCClaims);
  return end({ consent: { grantId: await grant.save() } });
}

async function turn(req, res, what) {
  const given = JSON.parse(await read(req) || '{}');
  if (what === 'rotate') {
    keys = [...newKeys(), ...(given.retire === false ? keys : [])];
    provider = build();
    handle = provider.callback();
  } else if (what === 'lifetimes') Object.assign(life, given);
  else if (what === 'disable') { if (given.disabled === false) disabled.delete(given.name); else disabled.add(given.name); }
  else if (what === 'fault') faults.push({ times: 1, ...given });
  else if (what === 'clear') { faults = []; events.length = 0; disabled.clear(); secrets.clear(); }
  else if (what === 'secrets') return res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify([...secrets]));
  else if (what !== 'events') return res.writeHead(404).end();
  return res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ events, kids: keys.map((k) => k.kid) }));
}

// Faults by path: status (answers so), redirect (307 to `to`), lost (does the work, answers nothing), slow (`seconds` late).
function fault(req, res, path) {
  const found = faults.find((f) => f.path === path && f.times > 0);
  if (!found) return handle(req, res);
  found.times -= 1;
  if (found.how === 'lost') res.end = () => { req.socket.destroy(); return res; };
  if (found.how === 'slow') return setTimeout(() => handle(req, res), found.seconds * 1000);
  if (found.how === 'redirect') return res.writeHead(307, { location: found.to }).end();
  if (found.how === 'status') return res.writeHead(found.status, { 'content-type': 'text/plain' }).end('not now');
  return handle(req, res);
}

createServer({ cert: readFileSync(config.cert), key: readFileSync(config.key) }, (req, res) => {
  const path = new URL(req.url, issuer).pathname;
  const done = path.startsWith('/rig/') ? turn(req, res, path.slice(5)) : path.startsWith('/sign-in/') ? signIn(req, res) : fault(req, res, path);
  Promise.resolve(done).catch((error) => { console.error(error); if (!res.headersSent) page(res, 400, 'Not possible', escape(error.message)); });
}).listen(config.port, '127.0.0.1', () => console.log('listening'));
