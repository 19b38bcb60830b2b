// Drives an unmodified @vkid/sdk in redirect mode: one line of JSON in, one line of JSON out.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { JSDOM } from 'jsdom';

const port = Number(process.argv[2]);
const page = 'https://app.school.test/login';
const { window } = new JSDOM('<html><head><script></script></head><body></body></html>', { url: page });
let sent = () => {};
Object.assign(globalThis, { window, document: window.document, screen: window.screen });
globalThis.location = {
  protocol: 'https:', hostname: 'app.school.test', host: 'app.school.test', href: page, assign: (url) => sent(url),
};

// Every connection ends at this port of this machine, whatever host it is for.
await fetch('data:,'); // from now on there is a dispatcher
const dispatcher = Symbol.for('undici.globalDispatcher.1');
globalThis[dispatcher] = new globalThis[dispatcher].constructor({
  connect: ({ hostname }, done) => {
    const socket = tls.connect({ host: '127.0.0.1', port, servername: hostname, ALPNProtocols: ['http/1.1'] });
    socket.once('secureConnect', () => done(null, socket)).once('error', (error) => done(error, null));
  },
});

// What a browser adds to requests of a page, and does not let the page read without being told that it may.
const asked = globalThis.fetch;
const paths = [];
globalThis.fetch = async (url, options) => {
  const origin = 'https://app.school.test';
  const answer = await asked(url, { ...options, headers: { ...options?.headers, Origin: origin } });
  const allowed = answer.headers.get('access-control-allow-origin') === origin
    && (options?.credentials !== 'include' || answer.headers.get('access-control-allow-credentials') === 'true');
  paths.push(new URL(url).pathname);
  if (!allowed) throw new TypeError('Failed to fetch');
  return answer;
};

const VKID = createRequire(import.meta.url)('@vkid/sdk');

const acts = {
  begin: ({ app, redirectUrl, scope }) => {
    document.cookie.split('; ').forEach((cookie) => {
      document.cookie = `${cookie.split('=')[0]}=; domain=.school.test; path=/; expires=Thu, 01 Jan 1970 00:00:00 UTC`;
    });
    const { ConfigAuthMode: mode, ConfigResponseMode: response } = VKID;
    VKID.Config.init({ app, redirectUrl, scope, mode: mode.Redirect, responseMode: response.Callback });
    return new Promise((resolve, reject) => {
      sent = resolve;
      VKID.Auth.login({}).catch(reject);
    });
  },
  exchange: ({ code, device }) => VKID.Auth.exchangeCode(code, device),
  state: () => document.cookie.match(/vkid_sdk:state=([^;]+)/)?.[1],
  refresh: ({ token, device }) => VKID.Auth.refreshToken(token, device),
  userInfo: ({ token }) => VKID.Auth.userInfo(token),
  publicInfo: ({ token }) => VKID.Auth.publicInfo(token),
  logout: ({ token }) => VKID.Auth.logout(token),
  paths: () => paths.splice(0),
};

const tooLong = () => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('no end within 20 seconds')), 20_000).unref();
});

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...told } = JSON.parse(line);
  let reply;
  try {
    reply = { answer: await Promise.race([acts[act](told), tooLong()]) };
  } catch (error) {
    // What it throws is VK ID's answer as it is, or its own {code, error}.
    const text = error instanceof Error ? `${error} ${error.cause ?? ''}` : error.error_description ?? error.error;
    reply = { error: { type: error.error ?? error.constructor.name, code: error.code }, text };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
process.exit(0);
